"""Test what a French customer pays."""

from datetime import date
from typing import Any

import pytest

from custom_components.spot_planner.engine.series import (
    Component,
    Level,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    TaxDisplay,
    TurpeOption,
)

from ..helpers import QUARTER, paris, prices, series_of
from .contracts import amounts, tariff

LU = {"turpe_option": TurpeOption.LU}
PRO = {"profile": CustomerProfile.PRO}
HT = {"display": TaxDisplay.HT}


@pytest.mark.parametrize(
    ("moment", "spot", "choices", "price"),
    [
        # Samples of the vendor's page; the first by the page's tables, for October is
        # low season and its sample counts it as high.
        ("2025-10-24T00:00", 0.04532, {}, (0.04532 + 0.0116 + 0.02998) * 1.2),
        ("2025-10-24T10:00", 0.0855, {}, 0.1585),
        ("2025-10-24T10:00", 0.0855, PRO | HT, 0.0855 + 0.0166 + 0.02579),
        # Recorded answers without the two terms of May 2026.
        ("2026-03-29T00:00", 0.12588, LU | PRO, 0.19795),
        ("2026-03-29T00:00", 0.12588, LU | PRO | HT, 0.16496),
        # The lowest price on record: VAT is applied to what is below zero too.
        ("2026-05-01T13:30", -0.49865, {}, -0.54144),
        ("2026-05-01T13:30", -0.49865, HT, -0.4512),
        # Above 36 kVA there is no VAT and the excise of businesses.
        (
            "2026-01-15T07:00",
            0.1,
            {"segment": ConnectionSegment.C4, "turpe_option": TurpeOption.CU},
            0.1 + 0.0691 + 0.02579,
        ),
        (
            "2026-01-15T22:00",
            0.1,
            {"supplier_markup": 0.02},
            (0.1 + 0.0397 + 0.02998 + 0.02) * 1.2,
        ),
    ],
)
def test_full_price(
    moment: str, spot: float, choices: dict[str, Any], price: float
) -> None:
    """Spot, grid, excise and markup, times one plus VAT."""
    (built,) = tariff(**choices).build(prices(spot, start=paris(moment)))
    # The vendor rounds to five decimals.
    assert built.price == pytest.approx(price, abs=5.1e-6)


def test_components_are_named_and_add_up() -> None:
    """Each part of the price has its own name."""
    household = tariff(supplier_markup=0.01)
    (built,) = household.build(prices(0.1, start=paris("2026-04-15T12:00")))
    before_vat = 0.1 + 0.0166 + 0.03085 + 0.01
    assert amounts(built) == pytest.approx(
        {
            "spot": 0.1,
            "grid": 0.0166,
            "excise": 0.03085,
            "supplier": 0.01,
            "vat": before_vat * 0.2,
        }
    )
    assert built.price == pytest.approx(before_vat * 1.2)


def test_price_without_vat_has_no_such_component() -> None:
    """Who sees prices without VAT sees none of it."""
    (built,) = tariff(**HT).build(prices(0.1, start=paris("2026-04-15T12:00")))
    assert set(amounts(built)) == {"spot", "grid", "excise"}


def test_build_keeps_what_else_an_interval_says() -> None:
    """An estimate stays an estimate, and a colour a colour."""
    start = paris("2026-04-15T12:00")
    spot = series_of(
        PriceInterval(
            start, start + QUARTER, 0.1, estimated=True, provider_level=Level.RED
        )
    )
    (built,) = tariff().build(spot)
    assert built.estimated
    assert built.provider_level is Level.RED
    assert (built.start, built.end) == (start, start + QUARTER)


def test_gaps_stay_gaps() -> None:
    """No price comes out of a tariff alone."""
    start = paris("2026-04-15T12:00")
    built = tariff().build(prices(0.1, None, 0.1, start=start))
    assert [one.start for one in built] == [start, start + 2 * QUARTER]
    assert len(tariff().build(PriceSeries("EUR"))) == 0
    assert len(tariff(supplier_markup=0.1).rebuild(PriceSeries("EUR"))) == 0


@pytest.mark.parametrize(
    ("moment", "choices"),
    [
        # Nothing is known before the first row of a table.
        ("2025-01-31T12:00", {}),
        # The table of that spring has no line for connections above 36 kVA.
        (
            "2025-07-31T12:00",
            {"segment": ConnectionSegment.C4, "turpe_option": TurpeOption.LU},
        ),
        ("2013-12-31T12:00", {}),
    ],
)
def test_no_price_where_a_rate_is_not_known(
    moment: str, choices: dict[str, Any]
) -> None:
    """A price without its grid part would be a wrong one."""
    assert len(tariff(**choices).build(prices(0.1, start=paris(moment)))) == 0


def test_no_price_where_vat_is_not_known() -> None:
    """Without a rate of VAT there is no price with it, but one without."""
    old = PriceInterval(
        paris("2013-12-31T12:00"),
        paris("2013-12-31T12:15"),
        0.2,
        (Component("grid", 0.1), Component("excise", 0.1)),
    )
    assert len(tariff(supplier_markup=0.1).rebuild(series_of(old))) == 0
    (kept,) = tariff(supplier_markup=0.1, **HT).rebuild(series_of(old))
    assert kept.price == pytest.approx(0.3)


def test_rates_of_a_moment_are_there_to_be_looked_at() -> None:
    """Diagnostics tell which rows are in force, by the local day."""
    moment = paris("2026-02-01T00:00")
    rows = tariff().rows_at(moment)
    assert [row and row.valid_from for row in rows] == [
        date(2025, 8, 1),
        date(2026, 2, 1),
        date(2014, 1, 1),
    ]
    earlier = tariff().rows_at(moment - QUARTER)
    assert earlier[1] is not None
    assert earlier[1].valid_from == date(2025, 8, 1)
    assert tariff().rows_at(paris("2013-12-31T23:45")) == (None, None, None)


@pytest.mark.parametrize(
    ("profile", "moment", "excise"),
    [
        (CustomerProfile.PARTICULIER, "2026-01-31T23:45", 0.02998),
        (CustomerProfile.PARTICULIER, "2026-02-01T00:00", 0.03085),
        (CustomerProfile.PRO, "2026-01-31T23:45", 0.02579),
        (CustomerProfile.PRO, "2026-02-01T00:00", 0.02658),
    ],
)
def test_excise_by_profile_changes_at_local_midnight(
    profile: CustomerProfile, moment: str, excise: float
) -> None:
    """The legal day begins at midnight in France, an hour before that of UTC."""
    assert tariff(profile=profile).excise(paris(moment)) == excise


def test_rates_that_are_not_known_are_none() -> None:
    """A missing rate is never zero; VAT that is not shown is."""
    early = paris("2013-01-01T12:00")
    assert tariff().grid(early) is None
    assert tariff().excise(early) is None
    assert tariff().vat_rate(early) is None
    assert tariff(**HT).vat_rate(early) == 0
    assert tariff().vat_rate(paris("2026-01-01T12:00")) == 0.2
