"""Test what a consumption costs under each option of the grid tariff."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.tariffs.comparison import (
    HourlyUse,
    OptionCost,
    TariffComparison,
    compare_options,
)
from custom_components.spot_planner.engine.tariffs.france import FrenchTariff
from custom_components.spot_planner.engine.tariffs.model import (
    C4_OPTIONS,
    ConnectionSegment,
    TaxDisplay,
    TurpeOption,
)
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import DAY, HOUR, QUARTER, paris, prices
from .contracts import off_peak, tariff

HT = {"display": TaxDisplay.HT}
SUMMER = paris("2026-04-15T00:00")
WINTER = paris("2026-03-15T00:00")
EXCISE = 0.03085


def spot(start: datetime, price: float = 0.1, length: timedelta = DAY) -> PriceSeries:
    """Return spot prices as a provider states them, with their component."""
    series = prices(*[price] * (length // QUARTER), start=start)
    return replace(
        series,
        intervals=tuple(
            replace(it, components=(Component("spot", it.price),)) for it in series
        ),
    )


def used(start: datetime, *energies: float) -> list[HourlyUse]:
    """Return the consumption of hours that follow each other."""
    return [
        HourlyUse(start + index * HOUR, energy) for index, energy in enumerate(energies)
    ]


def compare(
    usage: list[HourlyUse], stated: PriceSeries, model: FrenchTariff | None = None
) -> TariffComparison:
    """Compare over all hours of the prices."""
    assert stated.start
    assert stated.end
    within = TimeRange(stated.start, stated.end)
    return compare_options(model or tariff(**HT), stated, usage, within)


def option(comparison: TariffComparison, wanted: TurpeOption) -> OptionCost:
    """Return one option of a comparison."""
    (found,) = (item for item in comparison.options if item.option is wanted)
    return found


def by_period(item: OptionCost) -> dict[str, tuple[float, float]]:
    """Return energy and cost by period."""
    return {part.period: (part.energy, part.cost) for part in item.periods}


def test_every_option_of_c5() -> None:
    """A kWh at night and two by day cost what the published rates say."""
    usage = used(SUMMER, *[0] * 5, 1, *[0] * 6, 2, *[0] * 11)
    found = compare(usage, spot(SUMMER))
    assert [item.option for item in found.options] == list(TurpeOption)
    assert (found.hours, found.hours_missing) == (24, 0)
    before_grid = 0.1 + EXCISE
    for name, night, day in (
        ("CU4", 0.0116, 0.0166),
        ("MU4", 0.0111, 0.0161),
        ("MUDT", 0.035, 0.0494),
    ):
        item = option(found, TurpeOption(name))
        assert by_period(item) == {
            "HCB": (1, pytest.approx(before_grid + night)),
            "HPB": (2, pytest.approx(2 * (before_grid + day))),
        }
        assert item.energy == 3
        assert item.cost == pytest.approx(3 * before_grid + night + 2 * day)
    for name, rate in (("CU", 0.0484), ("LU", 0.0125)):
        item = option(found, TurpeOption(name))
        assert by_period(item) == {"base": (3, pytest.approx(3 * (before_grid + rate)))}


def test_winter_has_its_own_periods() -> None:
    """From November to March the periods are those of the high season."""
    found = compare(used(WINTER, *[1] * 24), spot(WINTER))
    energies = {it.period: it.energy for it in option(found, TurpeOption.CU4).periods}
    assert energies == {"HCH": pytest.approx(8), "HPH": pytest.approx(16)}


def test_c4_has_two_options_with_all_periods() -> None:
    """Above 36 kVA, CU and LU have four rates, and there is no VAT."""
    model = tariff(segment=ConnectionSegment.C4, turpe_option=TurpeOption.LU)
    found = compare(used(SUMMER, *[1] * 24), spot(SUMMER), model)
    assert tuple(item.option for item in found.options) == C4_OPTIONS
    periods = by_period(option(found, TurpeOption.CU))
    assert periods["HPB"] == (
        pytest.approx(16),
        pytest.approx(16 * (0.1 + 0.02658 + 0.0213)),
    )


def test_vat_is_part_of_what_a_household_pays() -> None:
    """The cost has VAT where the contract shows prices with it."""
    found = compare(used(SUMMER, 1), spot(SUMMER, length=HOUR), tariff())
    cost = option(found, TurpeOption.CU).cost
    assert cost == pytest.approx(1.2 * (0.1 + EXCISE + 0.0484))


def test_hours_without_price_or_consumption_count_for_no_option() -> None:
    """What is not known is counted, and never taken for zero."""
    series = spot(SUMMER, length=4 * HOUR)
    # The second hour lacks a quarter of its prices, the third its consumption, and in
    # the fourth the meter ran backwards.
    series = replace(series, intervals=series.intervals[:5] + series.intervals[6:])
    usage = [*used(SUMMER, 1, 10), *used(SUMMER + 3 * HOUR, -5)]
    found = compare(usage, series)
    assert (found.hours, found.hours_missing) == (1, 3)
    assert [item.energy for item in found.options] == [1] * 5


def test_nothing_known() -> None:
    """Without any hour there is nothing to add up."""
    found = compare([], spot(SUMMER))
    assert (found.hours, found.hours_missing) == (0, 24)
    assert {item.cost for item in found.options} == {0}


def test_price_without_components_is_not_known() -> None:
    """It says nothing of what it would be under another option."""
    found = compare(used(SUMMER, 1), prices(*[0.2] * 4, start=SUMMER))
    assert (found.hours, found.hours_missing) == (0, 1)


def test_hour_is_cut_where_the_period_changes() -> None:
    """Off-peak hours that begin within an hour take their share of it."""
    model = tariff(off_peak=off_peak("01:20-07:20"), **HT)
    start = SUMMER + HOUR
    found = compare(used(start, 3), spot(start, length=HOUR), model)
    periods = by_period(option(found, TurpeOption.MUDT))
    assert periods == {
        "HPB": (pytest.approx(1), pytest.approx(0.1 + EXCISE + 0.0494)),
        "HCB": (pytest.approx(2), pytest.approx(2 * (0.1 + EXCISE + 0.035))),
    }
    assert by_period(option(found, TurpeOption.CU)).keys() == {"base"}


def test_own_grid_rates_belong_to_the_own_option() -> None:
    """A number of the customer's bill says nothing of an option that is not on it."""
    own = OwnRates(hph=0.5, hch=0.5, hpb=0.5, hcb=0.5, excise=0.01)
    found = compare(
        used(SUMMER, 1), spot(SUMMER, length=HOUR), tariff(own_rates=own, **HT)
    )
    assert option(found, TurpeOption.CU4).cost == pytest.approx(0.1 + 0.5 + 0.01)
    assert option(found, TurpeOption.CU).cost == pytest.approx(0.1 + 0.0484 + 0.01)


def test_parts_that_the_provider_states_are_kept() -> None:
    """Only the grid part and VAT change; everything else is the provider's."""
    parts = (
        Component("spot", 0.1),
        Component("grid", 0.9),
        Component("excise", 0.02),
        Component("cee_capa", 0.003),
        Component("supplier", 0.004),
        Component("vat", 0.2),
    )
    series = PriceSeries("EUR", (PriceInterval(SUMMER, SUMMER + HOUR, 1.2, parts),))
    found = compare(used(SUMMER, 1), series, tariff())
    before_grid = 0.1 + 0.02 + 0.003 + 0.004
    assert option(found, TurpeOption.LU).cost == pytest.approx(
        1.2 * (before_grid + 0.0125)
    )
    assert option(found, TurpeOption.CU4).cost == pytest.approx(
        1.2 * (before_grid + 0.0116)
    )


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2025-10-26", 25), ("2026-04-15", 24)]
)
def test_days_of_the_clock_change(day: str, hours: int) -> None:
    """A local day has 23, 24 or 25 hours; each counts once, and 16 are peak."""
    start = paris(f"{day}T00:00")
    stated = spot(start, length=hours * HOUR)
    found = compare(used(start, *[1] * hours), stated)
    assert (found.hours, found.hours_missing) == (hours, 0)
    for item in found.options:
        assert item.energy == pytest.approx(hours)
    peak = [it for it in option(found, TurpeOption.CU4).periods if "HP" in it.period]
    assert sum(it.energy for it in peak) == pytest.approx(16)


def test_hour_of_the_start_counts_as_a_whole() -> None:
    """A range that begins within an hour begins with that hour."""
    within = TimeRange(SUMMER + HOUR / 2, SUMMER + HOUR)
    found = compare_options(
        tariff(**HT), spot(SUMMER, length=HOUR), used(SUMMER, 2), within
    )
    assert found.hours == 1
