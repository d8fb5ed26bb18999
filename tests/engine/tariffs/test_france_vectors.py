"""Test the formula against rows that the vendor's API answered."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.series import Component, PriceInterval
from custom_components.spot_planner.engine.tariffs.model import TaxDisplay
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

from ..helpers import QUARTER, prices, series_of, utc
from .contracts import off_peak, tariff

# The start, the market's price in EUR/MWh, the contract, and the prices before and
# after VAT in EUR/kWh as recorded.
VECTORS = [
    pytest.param(
        "2026-02-20T00:00+01:00",
        37.07,
        # The API kept the excise of 2025 until March; as a rate of one's own it gives
        # what the API gave.
        {"own_rates": OwnRates(excise=0.02998)},
        0.10675,
        0.1281,
        id="old form",
    ),
    pytest.param(
        "2026-06-15T00:00+02:00",
        123.48,
        # The term for certificates and capacity is in no table; as a markup it gives
        # what the API gave.
        {"supplier_markup": 0.01},
        0.17593,
        0.21112,
        id="new form",
    ),
    pytest.param(
        "2026-05-01T13:30+02:00", -498.65, {}, -0.4512, -0.54144, id="negative"
    ),
]


@pytest.mark.parametrize(
    ("start", "spot", "choices", "before_vat", "with_vat"), VECTORS
)
def test_build_gives_the_recorded_price(
    start: str,
    spot: float,
    choices: dict[str, Any],
    before_vat: float,
    with_vat: float,
) -> None:
    """To all five decimals that the vendor gives."""
    series = prices(spot / 1000, start=utc(start))
    (without,) = tariff(**choices, display=TaxDisplay.HT).build(series)
    (full,) = tariff(**choices, display=TaxDisplay.TTC).build(series)
    assert round(without.price, 5) == before_vat
    assert round(full.price, 5) == with_vat


@pytest.mark.parametrize(
    ("start", "parts", "with_vat"),
    [
        (
            "2026-02-20T00:00+01:00",
            {"spot": 0.03707, "grid": 0.0397, "excise": 0.02998},
            0.1281,
        ),
        (
            "2026-06-15T00:00+02:00",
            {"spot": 0.12348, "grid": 0.0116, "excise": 0.03085, "cee_capa": 0.01},
            0.21112,
        ),
        (
            "2026-05-01T13:30+02:00",
            {"spot": -0.49865, "grid": 0.0166, "excise": 0.03085},
            -0.54144,
        ),
    ],
)
def test_rebuild_with_the_hours_of_the_vendor_gives_its_price(
    start: str, parts: dict[str, float], with_vat: float
) -> None:
    """Who enters the hours that the vendor counts by sees the vendor's prices."""
    moment = utc(start)
    vat = round(with_vat - sum(parts.values()), 5)
    stated = PriceInterval(
        moment,
        moment + QUARTER,
        with_vat,
        tuple(Component(*item) for item in (parts | {"vat": vat}).items()),
    )
    (rebuilt,) = tariff(off_peak=off_peak("22:00-06:00")).rebuild(series_of(stated))
    assert round(rebuilt.price, 5) == with_vat
