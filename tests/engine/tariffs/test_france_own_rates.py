"""Test how rates of the customer's own replace those of the tables."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    TaxDisplay,
    TurpeOption,
)
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

from ..helpers import DAY, QUARTER, paris, prices, series_of
from .contracts import amounts, off_peak, tariff

# A moment of each period by the usual hours, and the table's rate of CU4.
MOMENTS = {
    "hph": (paris("2026-01-15T12:00"), 0.0749),
    "hch": (paris("2026-01-15T23:00"), 0.0397),
    "hpb": (paris("2026-07-15T12:00"), 0.0166),
    "hcb": (paris("2026-07-15T23:00"), 0.0116),
}
NOON = paris("2026-04-15T14:00")
HT = {"display": TaxDisplay.HT}
C4 = {"segment": ConnectionSegment.C4, "turpe_option": TurpeOption.LU}

# What a provider states, with amounts that no table holds.
STATED = {"spot": 0.05, "grid": 0.017, "excise": 0.031, "cee_capa": 0.01}
BEFORE_VAT = 0.108


def stated(*, vat: bool = True) -> PriceSeries:
    """Return a provider's price of a peak quarter-hour in the low season."""
    parts = STATED | {"vat": BEFORE_VAT * 0.2} if vat else STATED
    components = tuple(Component(*item) for item in parts.items())
    price = sum(parts.values())
    return series_of(PriceInterval(NOON, NOON + QUARTER, price, components))


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize("rate", [0.123, 0.0, -0.01])
def test_own_grid_rate_replaces_that_of_its_period_only(name: str, rate: float) -> None:
    """The other three periods keep the table's number."""
    meter = tariff(own_rates=OwnRates(**{name: rate}))
    for period, (moment, by_the_table) in MOMENTS.items():
        expected = rate if period == name else by_the_table
        (built,) = meter.build(prices(0.1, start=moment))
        assert built.component("grid") == expected
        (plain,) = tariff().build(prices(0.1, start=moment))
        assert built.component("excise") == plain.component("excise")
        more = (expected - by_the_table) * 1.2
        assert built.price == pytest.approx(plain.price + more)
        assert meter.grid(moment) == expected


@pytest.mark.parametrize("excise", [0.0005, 0.0])
def test_own_excise(excise: float) -> None:
    """It holds whatever the day and the profile."""
    for profile in ("particulier", "pro"):
        meter = tariff(profile=profile, own_rates=OwnRates(excise=excise))
        (built,) = meter.build(prices(0.1, start=NOON))
        assert amounts(built) == pytest.approx(
            {
                "spot": 0.1,
                "grid": 0.0166,
                "excise": excise,
                "vat": (0.1166 + excise) * 0.2,
            }
        )


@pytest.mark.parametrize("vat", [0.055, 0.0])
def test_own_vat(vat: float) -> None:
    """It applies to everything before it, also to a total below zero."""
    meter = tariff(own_rates=OwnRates(vat=vat))
    high, low = meter.build(prices(0.1, -0.5, start=NOON))
    assert high.price == pytest.approx((0.1 + 0.0166 + 0.03085) * (1 + vat))
    assert low.price == pytest.approx((-0.5 + 0.0166 + 0.03085) * (1 + vat))
    assert low.component("vat") == pytest.approx((-0.5 + 0.0166 + 0.03085) * vat)


@pytest.mark.parametrize("choices", [HT, C4])
def test_own_vat_stays_out_where_prices_are_without(choices: dict[str, Any]) -> None:
    """Above 36 kVA prices are without VAT too, whatever is asked for."""
    own = tariff(**choices, own_rates=OwnRates(vat=0.1))
    spot = prices(0.1, start=NOON)
    assert own.vat_rate(NOON) == 0
    assert own.build(spot) == tariff(**choices).build(spot)
    series = stated(vat=False)
    assert own.rebuild(series) is series


@pytest.mark.parametrize(
    ("choices", "moment", "rates"),
    [
        # No table has a line for this connection before August 2025.
        (C4, "2025-07-31T12:00", {"hpb": 0.02}),
        # Nothing at all is known before February 2025, but VAT.
        ({}, "2025-01-31T12:00", {"hph": 0.07, "excise": 0.02}),
        ({}, "2013-12-31T23:00", {"hch": 0.03, "excise": 0.01, "vat": 0.196}),
    ],
)
def test_own_rates_fill_the_gap_of_a_table(
    choices: dict[str, Any], moment: str, rates: dict[str, float]
) -> None:
    """Without any one of them there is no price, with all of them there is."""
    spot = prices(0.1, start=paris(moment))
    (built,) = tariff(**choices, own_rates=OwnRates(**rates)).build(spot)
    assert {part: amounts(built)[part] for part in ("spot", "grid")} == {
        "spot": 0.1,
        "grid": next(iter(rates.values())),
    }
    for missing in rates:
        fewer = {name: rate for name, rate in rates.items() if name != missing}
        assert len(tariff(**choices, own_rates=OwnRates(**fewer)).build(spot)) == 0


def test_gap_stays_in_the_periods_without_a_rate() -> None:
    """A day with the peak rate alone has prices during peak alone."""
    meter = tariff(own_rates=OwnRates(hph=0.07, excise=0.02))
    built = meter.build(prices(0.1, start=paris("2025-01-15T00:00"), length=DAY))
    assert [(one.start, one.end) for one in built] == [
        (paris("2025-01-15T06:00"), paris("2025-01-15T22:00"))
    ]


@pytest.mark.parametrize(
    ("rates", "changed", "vat"),
    [
        # Peak of the low season is what the quarter-hour is in.
        ({"hpb": 0.02}, {"grid": 0.02}, 0.2),
        ({"hpb": 0.0}, {"grid": 0.0}, 0.2),
        # A number for another period makes the grid part ours: here the table's.
        ({"hph": 0.2}, {"grid": 0.0166}, 0.2),
        ({"hch": 0.2}, {"grid": 0.0166}, 0.2),
        ({"hcb": 0.2}, {"grid": 0.0166}, 0.2),
        ({"excise": 0.0005}, {"excise": 0.0005}, 0.2),
        ({"excise": 0.0}, {"excise": 0.0}, 0.2),
        ({"vat": 0.055}, {}, 0.055),
        ({"vat": 0.0}, {}, 0.0),
        (
            {"hpb": 0.02, "excise": 0.03, "vat": 0.1},
            {"grid": 0.02, "excise": 0.03},
            0.1,
        ),
    ],
)
def test_rebuild_with_own_rates(
    rates: dict[str, float], changed: dict[str, float], vat: float
) -> None:
    """What is the customer's own is replaced, all else is the provider's."""
    (rebuilt,) = tariff(own_rates=OwnRates(**rates)).rebuild(stated())
    parts = STATED | changed
    before_vat = sum(parts.values())
    assert amounts(rebuilt) == pytest.approx(parts | {"vat": before_vat * vat})
    assert rebuilt.price == pytest.approx(before_vat * (1 + vat))


def test_rebuild_without_vat_keeps_it_out() -> None:
    """An own VAT among other rates makes no such component either."""
    own = tariff(**HT, own_rates=OwnRates(excise=0.03, vat=0.1))
    (rebuilt,) = own.rebuild(stated(vat=False))
    assert amounts(rebuilt) == pytest.approx(STATED | {"excise": 0.03})


def test_rebuild_with_hours_and_own_rates() -> None:
    """The customer's hours say which of the customer's rates holds."""
    own = tariff(
        off_peak=off_peak("13:06-16:06"), own_rates=OwnRates(hpb=0.05, hcb=0.01)
    )
    (rebuilt,) = own.rebuild(stated())
    assert rebuilt.component("grid") == 0.01


def test_rebuild_leaves_a_price_without_components_alone() -> None:
    """What is stated as a whole cannot be taken apart, nor be cut."""
    whole = PriceInterval(NOON - DAY, NOON, 0.2)
    own = tariff(
        off_peak=off_peak("02:36-07:36"),
        supplier_markup=0.01,
        own_rates=OwnRates(hpb=0.05, excise=0.01, vat=0.1),
    )
    first, second = own.rebuild(series_of(whole, *stated()))
    assert first == whole
    assert second.component("grid") == 0.05


def test_own_rates_are_there_to_be_looked_at() -> None:
    """Diagnostics tell which numbers are the customer's own."""
    own = OwnRates(hph=0.07)
    assert tariff(own_rates=own).own_rates == own
    assert tariff().own_rates == OwnRates()
