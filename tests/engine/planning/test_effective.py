"""Test what a kWh costs where the sun pays for a part of it."""

from datetime import timedelta
from math import inf, nan

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.errors import InputError, SeriesError
from custom_components.spot_planner.engine.planning.course import (
    to_micros,
    to_moment,
    to_units,
)
from custom_components.spot_planner.engine.planning.effective import (
    MOST_KEPT,
    EffectivePrices,
    Surplus,
    courses_at,
    prices_at,
    prices_within,
)
from custom_components.spot_planner.engine.planning.model import (
    InfeasibleError,
    LoadProfile,
    Phase,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.series import Component, Level, PriceSeries

from ..helpers import HOUR, MINUTE, PARIS, PROPERTY, at, interval, prices, series_of

IMPORT = prices(0.30, 0.20, length=HOUR)
EXPORT = prices(0.10, 0.05, length=HOUR)


def surplus(start: float, end: float, power: float) -> Surplus:
    """Return a forecast between two minutes after the usual start."""
    return Surplus(at(start), at(end), power)


def steps(series: PriceSeries) -> list[tuple[float, float, float]]:
    """Return start and end in minutes, and the price."""
    return [
        (
            (it.start - at(0)) / MINUTE,
            (it.end - at(0)) / MINUTE,
            pytest.approx(it.price),
        )
        for it in series
    ]


@pytest.mark.parametrize(
    ("power", "price"),
    [
        # All of it comes from the roof and costs what selling it would have brought.
        (0.5, 0.10),
        (1.0, 0.10),
        # Half of it is bought.
        (2.0, 0.5 * 0.10 + 0.5 * 0.30),
        (4.0, 0.25 * 0.10 + 0.75 * 0.30),
    ],
)
def test_price_depends_on_the_power(power: float, price: float) -> None:
    """What the surplus covers costs the lost revenue, the rest the import price."""
    effective = EffectivePrices(IMPORT, EXPORT, [surplus(0, 60, 1.0)])
    assert steps(effective.at_power(power)) == [(0, 60, price), (60, 120, 0.20)]


def test_prices_are_cut_where_anything_changes() -> None:
    """The surplus and the export price have borders of their own."""
    exported = prices(0.1, 0.0, length=40 * MINUTE)
    forecast = [surplus(50, 70, 1.0), surplus(10, 30, 2.0)]
    effective = EffectivePrices(IMPORT, exported, forecast)
    assert steps(effective.at_power(2.0)) == [
        (0, 10, 0.30),
        (10, 30, 0.10),
        (30, 40, 0.30),
        (40, 50, 0.30),
        (50, 60, 0.15),
        (60, 70, 0.10),
        (70, 80, 0.20),
        (80, 120, 0.20),
    ]


def test_negative_export_price_makes_own_use_pay() -> None:
    """What would cost money to sell is better used."""
    exported = prices(-0.10, -0.10, length=HOUR)
    effective = EffectivePrices(IMPORT, exported, [surplus(0, 120, 1.0)])
    assert steps(effective.at_power(1.0)) == [(0, 60, -0.10), (60, 120, -0.10)]
    assert steps(effective.at_power(2.0)) == [(0, 60, 0.10), (60, 120, 0.05)]


def test_what_is_not_known_is_bought_or_a_gap() -> None:
    """No export price or no forecast: import. No import price: a gap, never zero."""
    imported = prices(0.3, None, 0.2, 0.2)
    exported = prices(0.1, 0.1, None, 0.1)
    effective = EffectivePrices(imported, exported, [surplus(0, 45, 1.0)])
    assert steps(effective.at_power(1.0)) == [
        (0, 15, 0.1),
        (30, 45, 0.2),
        (45, 60, 0.2),
    ]
    nothing = EffectivePrices(imported, PriceSeries("EUR"), [surplus(0, 60, 1.0)])
    assert nothing.at_power(1.0) == imported
    dark = EffectivePrices(imported, exported, [])
    assert [it.price for it in dark.at_power(1.0)] == [0.3, 0.2, 0.2]


def test_only_what_the_forecast_counts_for_is_an_estimate() -> None:
    """Its parts do not add up any more, and its colour is not the provider's."""
    parts = (Component("spot", 0.1), Component("grid", 0.1))
    imported = series_of(
        interval(0, 30, 0.2, components=parts, provider_level=Level.RED, source="x")
    )
    effective = EffectivePrices(imported, EXPORT, [surplus(0, 15, 1.0)])
    first, second = effective.at_power(2.0)
    assert first.estimated
    assert first.components == ()
    assert first.provider_level is None
    assert first.source == "x"
    assert second == interval(
        15, 30, 0.2, components=parts, provider_level=Level.RED, source="x"
    )


def test_forecast_may_be_in_local_time() -> None:
    """A moment is a moment; the prices stay in UTC."""
    forecast = [Surplus(at(20).astimezone(PARIS), at(40).astimezone(PARIS), 1.0)]
    series = EffectivePrices(IMPORT, EXPORT, forecast).at_power(1.0)
    assert steps(series)[:3] == [(0, 20, 0.3), (20, 40, 0.1), (40, 60, 0.3)]


@pytest.mark.parametrize(
    ("power", "reason"),
    [(-0.1, "power_negative"), (nan, "not_a_number"), (inf, "not_a_number")],
)
def test_surplus_is_a_number_from_zero_on(power: float, reason: str) -> None:
    """What is bought is no surplus."""
    with pytest.raises(InputError) as error:
        surplus(0, 60, power)
    assert (error.value.field, error.value.reason) == ("surplus", reason)


@pytest.mark.parametrize("end", [60, 59])
def test_surplus_lasts_some_time(end: float) -> None:
    """A forecast for no time is refused."""
    with pytest.raises(InputError) as error:
        surplus(60, end, 1.0)
    assert (error.value.field, error.value.reason) == (
        "surplus",
        "duration_not_positive",
    )


def test_overlapping_forecasts_are_refused() -> None:
    """Nobody knows which of the two is meant; touching ones are fine."""
    EffectivePrices(IMPORT, EXPORT, [surplus(30, 60, 1), surplus(0, 30, 1)])
    with pytest.raises(InputError) as error:
        EffectivePrices(IMPORT, EXPORT, [surplus(29, 60, 1), surplus(0, 30, 1)])
    assert (error.value.field, error.value.reason) == ("surplus", "surplus_overlaps")


def test_two_currencies_are_refused() -> None:
    """Crowns are not subtracted from euros."""
    with pytest.raises(SeriesError):
        EffectivePrices(IMPORT, PriceSeries("DKK"), [])


@pytest.mark.parametrize("power", [0.0, -1.0, inf, nan])
def test_power_that_is_none_is_refused(power: float) -> None:
    """A load without power has no price."""
    with pytest.raises(InputError) as error:
        EffectivePrices(IMPORT, EXPORT, []).at_power(power)
    assert (error.value.field, error.value.reason) == ("power", "power_not_positive")


def test_plain_prices_are_the_same_for_every_power() -> None:
    """Without a surplus there is nothing to work out."""
    assert prices_at(IMPORT, 1.0) is IMPORT
    effective = EffectivePrices(IMPORT, EXPORT, [surplus(0, 60, 1.0)])
    assert prices_at(effective, 2.0) == effective.at_power(2.0)
    assert effective.at_power(2.0) is effective.at_power(2.0)


@pytest.mark.parametrize("power", [0.4, 1.0, 3.0])
def test_a_part_of_the_prices_is_the_same(power: float) -> None:
    """What is worked out for some time only is a part of what holds for all of it."""
    bought = prices(*(0.3, 0.2, None, -0.1, 0.25, 0.4), length=HOUR)
    sold = prices(*(0.1, None, 0.05, 0.2, 0.0, 0.1), length=HOUR)
    forecast = [surplus(0, 100, 1.0), surplus(100, 250, 2.0), surplus(290, 310, 0.5)]
    effective = EffectivePrices(bought, sold, forecast)
    whole = effective.at_power(power)
    assert len(effective) == len(whole)
    assert effective.end == whole.end
    for first in range(-30, 400, 35):
        for last in range(first + 5, 420, 45):
            start, end = at(first), at(last)
            assert effective.covers(start, end) == whole.covers(start, end)
            part = prices_within(effective, power, start, end)
            assert part == whole.slice(start, end)
            earliest, latest = to_micros(start), to_micros(end)
            known = {
                moment: course.unit_at(moment)
                for course in courses_at(effective, power, earliest, latest)
                for moment in (*course.edges[:-1], earliest)
                if course.edges[0] <= moment < course.edges[-1]
            }
            for moment, unit in known.items():
                there = whole.at(to_moment(moment))
                assert there
                assert unit == to_units(there.price)
            assert (earliest in known) == (whole.at(start) is not None)


def test_prices_of_few_powers_are_kept() -> None:
    """However many powers are asked for, no more than so many prices are kept."""
    count = 96
    effective = EffectivePrices(prices(*[0.3] * count), prices(*[0.1] * count), [])
    first = effective.at_power(1.0)
    assert effective.at_power(1.0) is first
    for number in range(MOST_KEPT // count):
        effective.at_power(2.0 + number)
    assert effective.at_power(1.0) is not first


POWERS = st.sampled_from([0.0, 0.3, 1.0, 2.0, 2.5])


@PROPERTY
@given(
    imported=st.lists(st.integers(-5, 40), min_size=1, max_size=8),
    exported=st.lists(st.one_of(st.none(), st.integers(-5, 20)), max_size=8),
    surpluses=st.lists(POWERS, max_size=9),
    phases=st.lists(
        st.tuples(st.integers(1, 40), POWERS), min_size=1, max_size=4
    ).filter(lambda phases: any(power for _, power in phases)),
)
def test_no_minute_is_better_for_any_profile(
    imported: list[int],
    exported: list[int | None],
    surpluses: list[float],
    phases: list[tuple[int, float]],
) -> None:
    """Each phase pays its own price: what it buys, and what it could have sold."""
    selling = prices(*[None if it is None else it / 100 for it in exported])
    forecast = [surplus(20 * n, 20 * n + 20, it) for n, it in enumerate(surpluses)]
    buying = prices(*[it / 100 for it in imported])
    effective = EffectivePrices(buying, selling, forecast)

    def cost_of_minute(minute: int, power: float) -> float:
        bought, sold = buying.at(at(minute)), selling.at(at(minute))
        assert bought
        shining = [it.power for it in forecast if it.start <= at(minute) < it.end]
        own = min(shining[0], power) if shining and sold else 0.0
        return (own * (sold.price if sold else 0) + (power - own) * bought.price) / 60

    powers = [power for minutes, power in phases for _ in range(minutes)]
    costs = [
        sum(cost_of_minute(start + n, power) for n, power in enumerate(powers))
        for start in range(15 * len(imported) - len(powers) + 1)
    ]
    profile = LoadProfile(tuple(Phase(it * MINUTE, power) for it, power in phases))
    asked = RunRequest("run", profile, at(0), at(1000))
    if not costs:
        with pytest.raises(InfeasibleError):
            plan_run(asked, effective)
        return
    run = plan_run(asked, effective)
    # Only prices are rounded, to 1e-8 per kWh.
    assert run.cost == pytest.approx(min(costs), abs=1e-6)
    assert costs[int((run.start - at(0)) / MINUTE)] == pytest.approx(
        min(costs), abs=1e-6
    )
    assert run.cost_if_now == pytest.approx(costs[0], abs=1e-6)


def test_split_run_follows_the_sun() -> None:
    """Segments lie where the effective price is lowest."""
    forecast = [surplus(10, 25, 2.0), surplus(70, 85, 2.0)]
    effective = EffectivePrices(IMPORT, EXPORT, forecast)
    profile = LoadProfile.constant(30 * MINUTE, 2.0)
    asked = RunRequest(
        "car", profile, at(0), at(120), split=Split(timedelta(minutes=10))
    )
    run = plan_run(asked, effective)
    assert [(it.start, it.end) for it in run.segments] == [
        (at(10), at(25)),
        (at(70), at(85)),
    ]
    assert run.cost == pytest.approx(0.5 * 0.10 + 0.5 * 0.05)
    assert run.estimated


def test_price_limit_looks_at_the_effective_price_of_the_highest_power() -> None:
    """Two kilowatts are dear under a sun that is enough for one."""
    effective = EffectivePrices(IMPORT, EXPORT, [surplus(0, 60, 1.0)])
    profile = LoadProfile((Phase(10 * MINUTE, 1.0), Phase(10 * MINUTE, 2.0)))
    asked = RunRequest("run", profile, at(0), at(120), price_limit=0.2)
    assert plan_run(asked, effective).start == at(0)
    tight = RunRequest("run", profile, at(0), at(120), price_limit=0.19)
    with pytest.raises(InfeasibleError):
        plan_run(tight, effective)
