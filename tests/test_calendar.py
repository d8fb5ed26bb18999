"""Test the calendar of runs and cheap windows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.calendar import window_occasions
from custom_components.spot_planner.engine.planning.model import Rule, Segment
from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from dev.price_server import Down, PriceServer
from homeassistant.components.calendar import DATA_COMPONENT
from homeassistant.core import HomeAssistant, State

from .conftest import Clock, entity_id, set_up
from .planned import (
    HOUR,
    START,
    dishwasher,
    entry_with_dishwasher,
    make_run,
    runs_are,
    segment as at,
)

PARIS = ZoneInfo("Europe/Paris")
WINDOW = "Cheapest window"


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with a dishwasher."""
    return entry_with_dishwasher(price_server, options)


def shown(hass: HomeAssistant) -> State:
    """Return the state of the calendar."""
    found = hass.states.get(entity_id(hass, "calendar", "calendar"))
    assert found
    return found


async def events(
    hass: HomeAssistant, start: datetime = START - 24 * HOUR, hours: float = 72
) -> list[dict[str, Any]]:
    """Return what the calendar answers for a stretch of time."""
    target = entity_id(hass, "calendar", "calendar")
    end = start + hours * HOUR
    answer: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": target, "start_date_time": start, "end_date_time": end},
        blocking=True,
        return_response=True,
    )
    found: list[dict[str, Any]] = answer[target]["events"]
    return found


async def runs(hass: HomeAssistant, *known: Run) -> list[tuple[str, str]]:
    """Return start and end of what the calendar shows of certain runs."""
    with runs_are(*known):
        return [
            (event["start"], event["end"])
            for event in await events(hass)
            if event["summary"] != WINDOW
        ]


@pytest.mark.parametrize("zone", [UTC, PARIS, ZoneInfo("America/New_York")])
async def test_a_question_may_reach_from_the_first_to_the_last_moment(
    hass: HomeAssistant, loaded: MockConfigEntry, zone: Any
) -> None:
    """Whatever range somebody asks for, it holds what is in it."""
    (calendar,) = hass.data[DATA_COMPONENT].entities
    first = datetime.min.replace(tzinfo=zone)
    last = datetime.max.replace(tzinfo=zone)
    everything = await calendar.async_get_events(hass, first, last)
    assert [it.summary for it in everything].count("Dishwasher") >= 1
    assert await calendar.async_get_events(hass, first, first + HOUR) == []
    assert await calendar.async_get_events(hass, last - HOUR, last) == []


async def test_the_planned_run_is_in_the_calendar(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show when the appliance runs, what it costs, and why then."""
    (run, *_) = loaded.runtime_data.planner.runs
    (event,) = (
        it for it in await events(hass, hours=48) if it["summary"] == "Dishwasher"
    )
    assert datetime.fromisoformat(event["start"]) == run.start
    assert datetime.fromisoformat(event["end"]) == run.end
    assert event["start"] == dishwasher_time(hass, "planned_start")
    assert event["description"] == f"{run.plan.cost:.2f} EUR, Cheapest time"


def dishwasher_time(hass: HomeAssistant, key: str) -> str:
    """Return a time of the dishwasher as the home's clock shows it."""
    moment = datetime.fromisoformat(dishwasher(hass, "sensor", key).state)
    return moment.astimezone(PARIS).isoformat()


async def test_each_known_day_has_its_cheapest_window(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show the cheapest two hours of today and of tomorrow, with their mean price."""
    windows = [it for it in await events(hass) if it["summary"] == WINDOW]
    series = loaded.runtime_data.prices.known.series
    expected = []
    for day in (15, 16):
        first = datetime(2026, 4, day, tzinfo=PARIS)
        last = datetime(2026, 4, day + 1, tzinfo=PARIS)
        window = cheapest_window(series, 2 * HOUR, first, last)
        assert window
        expected.append((window.start, f"{window.average_price:.5f} EUR/kWh"))
    assert [
        (datetime.fromisoformat(it["start"]), it["description"]) for it in windows
    ] == expected


async def test_each_segment_is_an_event(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Leave the pauses of a split run free."""
    assert await runs(hass, make_run(at(2, 3), at(5, 6.5))) == [
        ("2026-04-15T16:00:00+02:00", "2026-04-15T17:00:00+02:00"),
        ("2026-04-15T19:00:00+02:00", "2026-04-15T20:30:00+02:00"),
    ]


async def test_a_run_without_prices_tells_its_rule_only(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Name no cost that nobody knows."""
    with runs_are(make_run(at(9, 11), rule=Rule.LATEST_START)):
        (event,) = await events(hass, START + 9 * HOUR, 1)
    assert event["description"] == "No prices, latest possible start"


@pytest.mark.parametrize("status", [RunStatus.COMMITTED, RunStatus.RUNNING])
async def test_an_open_run_is_shown_as_planned(
    hass: HomeAssistant, loaded: MockConfigEntry, status: RunStatus
) -> None:
    """Show its segments, also those that are over."""
    assert len(await runs(hass, make_run(at(-2, -1), at(1, 2), status=status))) == 2


@pytest.mark.parametrize(
    "status", [RunStatus.DONE, RunStatus.SKIPPED, RunStatus.FAILED, RunStatus.MISSED]
)
async def test_an_ended_run_is_shown_as_it_ran(
    hass: HomeAssistant, loaded: MockConfigEntry, status: RunStatus
) -> None:
    """Show when it was seen to run, and not what had been planned."""
    run = make_run(at(-4, -2), status=status, stretches=(at(-4, -3),))
    assert await runs(hass, run) == [
        ("2026-04-15T10:00:00+02:00", "2026-04-15T11:00:00+02:00")
    ]


@pytest.mark.parametrize(
    ("status", "count"),
    [
        (RunStatus.DONE, 1),
        (RunStatus.SKIPPED, 0),
        (RunStatus.FAILED, 0),
        (RunStatus.MISSED, 0),
    ],
)
async def test_a_run_that_nobody_saw_is_shown_if_it_is_done(
    hass: HomeAssistant, loaded: MockConfigEntry, status: RunStatus, count: int
) -> None:
    """Believe that advice was followed, and show nothing that did not happen."""
    assert len(await runs(hass, make_run(at(-4, -2), status=status))) == count


async def test_a_range_is_half_open(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Return what touches the range by more than an instant."""
    with runs_are(make_run(at(9, 11))):
        assert len(await events(hass, START + 8 * HOUR, 1)) == 0
        assert len(await events(hass, START + 8 * HOUR, 1.1)) == 1
        assert len(await events(hass, START + 10.9 * HOUR, 1)) == 1
        assert len(await events(hass, START + 11 * HOUR, 1)) == 0


async def test_the_state_follows_the_plan_and_the_clock(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Be on during an event, and tell of the next one before it."""
    start, end = (
        datetime.fromisoformat(dishwasher(hass, "sensor", key).state)
        for key in ("planned_start", "planned_end")
    )
    await advance(start - timedelta(minutes=5))
    assert shown(hass).state == "off"
    assert shown(hass).attributes["message"] == "Dishwasher"
    assert shown(hass).attributes["start_time"] == "2026-04-16 02:00:00"
    await advance(start)
    assert shown(hass).state == "on"
    await advance(end)
    assert shown(hass).state == "off"
    assert shown(hass).attributes["message"] == WINDOW


async def test_without_prices_there_are_no_windows(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show the runs alone."""
    loaded.runtime_data.prices.series = None
    assert {it["summary"] for it in await events(hass)} == {"Dishwasher"}


async def test_a_change_of_the_plan_is_shown_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Follow the planner, without waiting for the next price."""
    await advance("2026-04-15T16:00:00+00:00")
    assert shown(hass).attributes["message"] == "Dishwasher"
    await hass.services.async_call(
        "button", "press", {"entity_id": "button.dishwasher_skip_run"}, blocking=True
    )
    assert shown(hass).attributes["message"] == WINDOW


async def test_the_calendar_stays_when_the_prices_end(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show runs also while no price is known."""
    price_server.control.behave(Down())
    await advance("2026-04-20T12:00:00+00:00")
    assert shown(hass).state == "off"


async def test_the_calendar_speaks_the_language_of_the_home(
    hass: HomeAssistant, entry: MockConfigEntry, paris: None, freezer: Any
) -> None:
    """Take the words for windows and rules from the translations."""
    freezer.move_to(START)
    hass.config.language = "fr"
    await set_up(hass, entry)
    found = await events(hass)
    assert {it["summary"] for it in found} == {"Dishwasher", "Plage la moins chère"}
    told = {it["description"] for it in found if it["summary"] == "Dishwasher"}
    assert all(it.endswith(", Moment le moins cher") for it in told)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # Within the hour that comes twice, and across its end.
        ("00:30", "01:15", ("02:30:00+02:00", "03:15:00+01:00")),
        ("00:30", "01:30", ("02:30:00+02:00", "03:30:00+01:00")),
        ("00:30", "01:45", ("02:30:00+02:00", "02:45:00+01:00")),
        ("01:15", "02:00", ("02:15:00+01:00", "03:00:00+01:00")),
    ],
)
async def test_the_hour_that_comes_twice(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    first: str,
    last: str,
    expected: tuple[str, str],
) -> None:
    """Show every run of that night, as well as Home Assistant can."""
    night = datetime(2026, 10, 25, tzinfo=UTC)
    run = make_run(
        Segment(
            datetime.fromisoformat(f"2026-10-25T{first}+00:00"),
            datetime.fromisoformat(f"2026-10-25T{last}+00:00"),
        )
    )
    with runs_are(run):
        (event,) = await events(hass, night, 12)
    assert event["start"] == f"2026-10-25T{expected[0]}"
    assert event["end"] == f"2026-10-25T{expected[1]}"


def hours_from(start: datetime, *prices: float) -> PriceSeries:
    """Return hourly prices."""
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(start + i * HOUR, start + (i + 1) * HOUR, price)
            for i, price in enumerate(prices)
        ),
    )


def test_no_prices_no_windows() -> None:
    """Show no window before anything is known."""
    assert list(window_occasions(PriceSeries("EUR"), HOUR, PARIS)) == []


def test_a_day_counts_once_its_noon_is_known() -> None:
    """Do not call the first hours of a day its cheapest while the rest is missing."""
    start = datetime(2026, 4, 14, 22, tzinfo=UTC)
    prices = [*([2.0] * 20), 1.0, *([2.0] * 3), *([0.5] * 12)]
    (window,) = window_occasions(hours_from(start, *prices), HOUR, PARIS)
    assert window.start == start + 20 * HOUR
    assert (window.amount, window.appliance) == (1.0, None)
    both = window_occasions(hours_from(start, *prices, 0.5), HOUR, PARIS)
    assert [it.start for it in both] == [start + 20 * HOUR, start + 24 * HOUR]


def test_a_day_without_room_for_a_window_has_none() -> None:
    """Leave out a day of which too little is known."""
    start = datetime(2026, 4, 15, 9, tzinfo=UTC)
    assert list(window_occasions(hours_from(start, 1.0, 1.0), 3 * HOUR, PARIS)) == []


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-04-15", 24)]
)
def test_a_window_lies_within_its_local_day(day: str, hours: int) -> None:
    """Look at all hours of the day, and at no other."""
    start = datetime.fromisoformat(day).replace(tzinfo=PARIS).astimezone(UTC)
    prices = hours_from(start, *range(hours, 0, -1), *([100.0] * 5))
    (window,) = window_occasions(prices, timedelta(hours=1), PARIS)
    assert window.start == start + (hours - 1) * HOUR
