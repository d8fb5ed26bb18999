"""Days of a household with twelve appliances: every run runs, once, as committed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import CLOCK_MONOTONIC, clock_gettime
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.spot_planner.appliances import planner
from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange
from dev.price_server import PriceServer
from dev.price_server.market import spot_prices
from homeassistant.core import HomeAssistant

from .appliances import add_switches, appliance_entry
from .engine.helpers import FRANCE, GERMANY, recorded_series
from .household import APPLIANCES, OPTIONS, Household, automatic
from .household_report import report

# Noon in Paris on the day before the clocks are put forward.
FIRST = datetime(2026, 3, 28, 11, tzinfo=UTC)

HOUR = timedelta(hours=1)

# What a kWh costs beside the spot price; it is the same at any time.
TAXES = 0.1


@pytest.fixture
async def household(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> Household:
    """Return a household whose appliances are all handed over."""
    freezer.move_to(FIRST)
    await add_switches(hass, *APPLIANCES)
    entry = appliance_entry(
        price_server, OPTIONS, **{name: automatic(name) for name in APPLIANCES}
    )
    return Household(hass, freezer, entry)


def made_up_prices() -> PriceSeries:
    """Return prices of the days around a change of the clocks, in EUR per kWh."""
    days = [FIRST.date() + timedelta(days=it) for it in range(-1, 4)]
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(
                it.start.astimezone(UTC),
                it.start.astimezone(UTC) + timedelta(minutes=15),
                it.price / 1000 + TAXES,
            )
            for day in days
            for it in spot_prices(day)
        ),
    )


async def test_a_day_with_restarts_an_outage_and_a_change_of_the_clocks(
    household: Household,
) -> None:
    """Nothing starts twice, nothing moves after its commitment, nothing is lost."""
    household.series = made_up_prices()
    household.outages = (TimeRange(FIRST + HOUR, FIRST + 19 * HOUR),)
    household.restarts_a_day = 6
    await household.live(FIRST, FIRST + 34 * HOUR, timedelta(minutes=5))
    diary = household.diary
    assert len(household.away) > 4
    assert diary.stray == []
    assert diary.moved == set()
    assert diary.twice() == {}
    over = [it for it in diary.last.values() if it.latest_end < FIRST + 34 * HOUR]
    assert len(over) > 12
    assert {it.id for it in over if it.status is not RunStatus.DONE} == set()
    assert {Rule.CHEAPEST, Rule.SHARED, Rule.OFF_PEAK} <= {it.rule for it in over}


@pytest.mark.bench
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("recorded", "zone", "first"),
    [
        (GERMANY, "Europe/Berlin", "2025-10-18T11:00"),
        (FRANCE, "Europe/Paris", "2026-03-20T11:00"),
    ],
    ids=["autumn", "spring"],
)
async def test_half_a_month_minute_by_minute(
    hass: HomeAssistant, household: Household, recorded: str, zone: str, first: str
) -> None:
    """Show what a month with both changes of the clocks brings; half of it here."""
    await hass.config.async_set_time_zone(zone)
    series = recorded_series(recorded)
    household.series = replace(
        series,
        intervals=tuple(replace(it, price=it.price + TAXES) for it in series),
    )
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    end = start + timedelta(days=15)
    household.restarts_a_day = 2
    # Over a publication until the evening, until the next morning, and a day and a half.
    household.outages = tuple(
        TimeRange(start + timedelta(days=day), start + timedelta(days=day, hours=hours))
        for day, hours in ((3, 8), (6, 18), (10, 36))
    )
    await household.live(start, end)
    print("\n" + "\n".join(report(household, end, ZoneInfo(zone))))
    diary = household.diary
    assert (diary.stray, diary.moved, diary.twice()) == ([], set(), {})


def timed[**ArgsT, ResultT](
    work: Callable[ArgsT, ResultT], took: list[float]
) -> Callable[ArgsT, ResultT]:
    """Return the same work, which writes down how many seconds it took."""

    def measured(*args: ArgsT.args, **kwargs: ArgsT.kwargs) -> ResultT:
        before = clock_gettime(CLOCK_MONOTONIC)
        try:
            return work(*args, **kwargs)
        finally:
            took.append(clock_gettime(CLOCK_MONOTONIC) - before)

    return measured


@pytest.mark.bench
@pytest.mark.timeout(0)
async def test_a_day_of_twelve_appliances(
    hass: HomeAssistant, household: Household
) -> None:
    """Take the times of each minute, of each plan, and of all that holds the loop up."""
    household.series = made_up_prices()
    household.restarts_a_day = 0
    ticks: list[float] = []
    plans: list[float] = []
    advance: Any = planner.Planner._advance
    changed: Any = planner.Planner._prices_changed
    with (
        patch.object(planner.Planner, "_advance", timed(advance, ticks)),
        patch.object(planner.Planner, "_prices_changed", timed(changed, ticks)),
        patch.object(planner, "planned_runs", timed(planner.planned_runs, plans)),
    ):
        await household.live(FIRST, FIRST + timedelta(hours=24))
    entities = len(hass.states.async_entity_ids())
    print(f"\n{entities} entities, {len(ticks)} ticks, {len(plans)} plans")
    print(f"tick with twelve appliances, median {median(ticks) * 1000:12.4f} ms")
    print(f"longest that the event loop was held up {max(ticks) * 1000:9.4f} ms")
    print(f"plan of twelve appliances, median {median(plans) * 1000:14.4f} ms")
    print(f"plan of twelve appliances, longest {max(plans) * 1000:13.4f} ms")
