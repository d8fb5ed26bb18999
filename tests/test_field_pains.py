"""What hurts the users of other planners, and does not hurt here.

The numbers are those of the pains in the field study: 3 plans that move or get lost, 7
changes of the clocks, 8 midnight, 13 power of the home, 15 short cycles and hands, 16
costs of runs, 21 setups that cannot be. What is tested elsewhere is only named:

| pain or fault of others                      | tested by                                     |
| -------------------------------------------- | --------------------------------------------- |
| 3: the plan is lost at a restart             | test_runner.test_a_restart_during_a_run...    |
| 3: a run is missed while nobody is there     | test_runner.test_a_missed_run_is_made_up...   |
| 3: it moves just before or while it runs     | engine.runs.test_execution_properties         |
|                                              | .test_commitments_do_not_move                 |
| 3: it does not start, and nobody is told     | test_runner.test_an_appliance_that_does_not...|
| 3: what was changed does not count yet       | test_planner.test_another_duration_is...      |
| 7: a price of the repeated hour is dropped   | test_coordinator.test_every_quarter_hour...   |
| 7: a whole household on such a day           | test_household.test_a_day_with_restarts...    |
| 13: the sum of all is above the limit        | actions.test_plan.test_power_of_the_home      |
| 13: one after the other, never together      | actions.test_plan.test_order                  |
| 15: a hand is overruled                      | test_runner.test_turned_off_by_hand...,       |
|                                              | test_runner.test_turned_on_by_hand...         |
| 15: on and off at every price                | engine.planning.test_segments                 |
|                                              | .test_shortest_segment                        |
| 16: a run that ended early costs it all      | engine.runs.test_ledger                       |
|                                              | .test_run_that_ended_early                    |
| 16: what was saved is forgotten              | test_run_store.test_what_was_saved_outlives.. |
| 21: no answer where rules contradict         | actions.test_plan.test_relaxed_and_unplaced   |
| 21: a load above the limit stops all others  | engine.runs.test_replan                       |
|                                              | .test_load_above_the_limit_stops_nobody       |
| the provider is down, and with it all else   | test_failures.test_six_hours_without...       |
| a day with gaps is taken for complete        | engine.test_series                            |
|                                              | .test_series_covers_a_stretch_without_gaps... |
| only one currency, all ask on the hour       | actions.test_prices, engine.test_publication  |
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.model import LoadProfile, RunRequest
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.runs.execution import LEAD
from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .actions.test_prices import call, moment, refused
from .appliances import (
    HEATER,
    MINUTE,
    MORNING,
    NIGHT,
    TWO_HOURS,
    add_switches,
    appliance_entity,
    appliance_entry,
    appliance_state,
    capture_switching,
    cheapest_start,
    cost,
    ended,
    planner_of,
    run_of,
    series_of,
    told,
)
from .conftest import Clock, pass_time, set_up, state
from .engine.helpers import HOUR, at, paris as in_paris, prices
from .shown import attributes

QUARTER = timedelta(minutes=15)
FIVE_MINUTES = timedelta(minutes=5)

CAR = {**HEATER, "power": 5.0, "entity": "input_boolean.car"}
SURPLUS = "sensor.surplus"

type Home = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> Home:
    """Return a function that sets up a home with appliances at some moment."""

    async def begin(
        moment: datetime,
        options: dict[str, Any] | None = None,
        **appliances: dict[str, Any],
    ) -> MockConfigEntry:
        freezer.move_to(moment)
        await add_switches(hass, *(appliances or {"heater": {}}))
        entry = appliance_entry(price_server, options, **appliances)
        await set_up(hass, entry)
        return entry

    return begin


def expect_sun(hass: HomeAssistant, start: datetime) -> None:
    """Forecast two hours of sun that pays for the whole heater."""
    part = {"start": start.isoformat(), "end": (start + TWO_HOURS).isoformat()}
    hass.states.async_set(SURPLUS, "1", {"forecast": [{**part, "power": 2}]})


async def test_a_plan_that_could_always_be_cheaper_later_comes_to_an_end(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """3: Each forecast promises free power an hour later, and the run takes place."""
    options = {"export_price": 0.0, "surplus_entity": SURPLUS}
    expect_sun(hass, NIGHT)
    entry = await home(NIGHT - HOUR, options, heater=HEATER)
    calls = capture_switching(hass)
    starts = {run_of(entry).start}
    fixed: set[datetime | None] = set()
    now = NIGHT - HOUR
    while now < MORNING:
        now += FIVE_MINUTES
        expect_sun(hass, now + HOUR)
        await advance(now)
        run = next(it for it in planner_of(entry).runs if it.key == "2026-04-16")
        (fixed if run.is_committed else starts).add(run.start)
    assert len(starts) > 3
    assert len(fixed) == 1
    assert told(calls) == ["turn_on", "turn_off"]
    done = ended(entry, "heater", "2026-04-16")
    assert done.status is RunStatus.DONE
    assert done.end and done.end <= MORNING


async def test_within_its_lead_time_nothing_cheaper_moves_a_run(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """3: A forecast of free power a little later comes too late, and only then."""
    options = {"export_price": 0.0, "surplus_entity": SURPLUS}
    entry = await home(NIGHT - HOUR, options, heater=HEATER)
    first = run_of(entry).start
    assert first
    expect_sun(hass, NIGHT)
    await advance(NIGHT - 2 * LEAD)
    entry.runtime_data.prices.async_update_listeners()
    await hass.async_block_till_done(wait_background_tasks=True)
    start = run_of(entry).start
    assert start == NIGHT != first
    await advance(start - LEAD)
    expect_sun(hass, start + TWO_HOURS)
    entry.runtime_data.prices.async_update_listeners()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert run_of(entry).start == start
    calls = capture_switching(hass)
    await pass_time(advance, start - LEAD, start, MINUTE)
    assert told(calls) == ["turn_on"]


@pytest.mark.parametrize(
    ("day", "slots"), [("2026-03-29", 92), ("2026-10-25", 100)], ids=["92", "100"]
)
async def test_a_day_of_23_or_25_hours_is_complete_and_has_a_window(
    hass: HomeAssistant, home: Home, day: str, slots: int
) -> None:
    """7: Asked in UTC or in local time, the day is the same, and no slot is lost."""
    start = in_paris(f"{day}T00:00")
    end = start + slots * QUARTER
    await home(start - 10 * HOUR)
    assert state(hass, "tomorrow_available", "binary_sensor") == STATE_ON
    local = {"start": f"{day} 00:00", "end": f"{day} 23:59"}
    utc = {"start": start.isoformat(), "end": (end - MINUTE).isoformat()}
    answer = await call(hass, "get_prices", **local)
    assert answer == await call(hass, "get_prices", **utc)
    assert len(answer["prices"]) == slots
    night = {"duration": "02:45:00", "latest_end": f"{day} 05:00"}
    window = await call(hass, "find_window", earliest_start=f"{day} 01:00", **night)
    assert window == await call(
        hass,
        "find_window",
        earliest_start=in_paris(f"{day}T01:00").isoformat(),
        **night,
    )
    assert moment(window["end"]) - moment(window["start"]) == timedelta(minutes=165)
    assert window["energy"] == 2.75


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
async def test_two_hours_are_two_hours_while_the_clocks_change(
    hass: HomeAssistant, home: Home, advance: Clock, day: str
) -> None:
    """7: A run across the change is on for as long as on any other day."""
    start, end = in_paris(f"{day}T01:00"), in_paris(f"{day}T04:00")
    times = {"earliest_start": "01:00:00", "ready_by": "04:00:00"}
    entry = await home(start - HOUR, heater={**HEATER, **times})
    run = run_of(entry)
    assert (run.earliest, run.latest_end) == (start, end)
    assert run.start == cheapest_start(series_of(entry), start, end, TWO_HOURS)
    await pass_time(advance, start - HOUR, end, FIVE_MINUTES)
    done = ended(entry, "heater", day)
    assert sum((it.duration for it in done.stretches), timedelta()) == TWO_HOURS


async def test_a_run_crosses_midnight_and_nothing_goes_away(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """8: It begins before midnight, ends after it, and all stays to be seen."""
    times = {"earliest_start": "23:00:00", "ready_by": "01:00:00"}
    entry = await home(NIGHT - TWO_HOURS, heater={**HEATER, **times})
    calls = capture_switching(hass)
    now = NIGHT - HOUR
    while now < NIGHT + HOUR:
        await advance(now)
        assert appliance_state(hass, "run_status") == "running"
        assert appliance_state(hass, "planned_end") == (NIGHT + HOUR).isoformat()
        assert state(hass, "current_price") != STATE_UNAVAILABLE
        assert told(calls) == ["turn_on"]
        now += FIVE_MINUTES
    await advance(NIGHT + HOUR)
    assert told(calls) == ["turn_on", "turn_off"]
    assert ended(entry, "heater", "2026-04-15").status is RunStatus.DONE


async def test_the_limit_of_the_home_holds_all_night(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """13: Two appliances that are too much together both run, never at once."""
    options = {"power_limit": 6.5, "base_load": 0.5}
    entry = await home(NIGHT - HOUR, options, heater=HEATER, car=CAR)
    now = NIGHT - HOUR
    while now < MORNING:
        now += FIVE_MINUTES
        await advance(now)
        on = [
            name
            for name in ("heater", "car")
            if hass.states.is_state(f"input_boolean.{name}", STATE_ON)
        ]
        assert len(on) < 2, now
    for name in ("heater", "car"):
        assert ended(entry, name, "2026-04-16").status is RunStatus.DONE


async def test_what_saves_too_little_does_not_wait(
    hass: HomeAssistant, home: Home
) -> None:
    """15: Below the least saving it runs at once, and says what waiting would bring."""
    await home(NIGHT - HOUR, heater={**HEATER, "least_saving": 5.0})
    entity, start = appliance_entity(hass, "planned_start")
    assert start == NIGHT.isoformat()
    shown = hass.states.get(entity)
    assert shown
    assert shown.attributes["rule"] == "not_worth_it"
    assert shown.attributes["runner_up_cost"] < shown.attributes["cost"]


async def test_a_split_run_is_not_switched_more_often_than_wanted(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """15: Each time that it is on, it is on for the shortest segment at least."""
    split = {"split": True, "shortest_segment": 85, "forbidden_hours": "02:00-03:00"}
    three = {"duration": 180, "ready_by": "05:00:00"}
    entry = await home(NIGHT - HOUR, heater={**HEATER, **split, **three})
    calls = capture_switching(hass)
    await pass_time(advance, NIGHT - HOUR, MORNING, FIVE_MINUTES)
    assert told(calls) == ["turn_on", "turn_off"] * 2
    stretches = ended(entry, "heater", "2026-04-16").stretches
    assert min(it.duration for it in stretches) >= timedelta(minutes=85)
    assert sum((it.duration for it in stretches), timedelta()) == timedelta(hours=3)


async def test_a_run_is_priced_price_by_price(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """16: What it cost is neither the price at its end nor that at its start."""
    entry = await home(NIGHT - HOUR, heater={**HEATER, "duration": 100})
    start = run_of(entry).start
    assert start
    hundred = timedelta(minutes=100)
    await pass_time(advance, NIGHT - HOUR, start + hundred, FIVE_MINUTES)
    shown = hass.states.get(appliance_entity(hass, "saved_total")[0])
    assert shown
    series = series_of(entry)
    wanted = 2 * cost(series, start, hundred)
    assert shown.attributes["cost"] == pytest.approx(wanted, abs=1e-5)
    for edge in (start, start + hundred):
        interval = series.at(edge)
        assert interval
        at_once = interval.price * shown.attributes["energy"]
        assert at_once != pytest.approx(wanted, abs=1e-4)
    assert shown.attributes["cost_at_request"] == pytest.approx(
        2 * cost(series, NIGHT, hundred), abs=1e-5
    )


async def test_a_home_without_room_for_all_loses_no_entity(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """21: Two runs have one time and too little power: a rule is given up, and told."""
    options = {"power_limit": 6.5, "base_load": 0.5}
    times = {"ready_by": "02:00:00"}
    entry = await home(
        NIGHT - HOUR, options, heater={**HEATER, **times}, car={**CAR, **times}
    )
    rules = set()
    for name in ("heater", "car"):
        shown = hass.states.get(appliance_entity(hass, "planned_start", name=name)[0])
        assert shown
        rules.add(shown.attributes["rule"])
    assert "deadline_relaxed" in rules
    registry = er.async_get(hass)
    ours = er.async_entries_for_config_entry(registry, entry.entry_id)
    shown_states = [hass.states.get(it.entity_id) for it in ours if not it.disabled]
    assert len(shown_states) > 20
    assert not [it for it in shown_states if not it or it.state == STATE_UNAVAILABLE]
    await pass_time(advance, NIGHT - HOUR, NIGHT + 5 * HOUR, FIVE_MINUTES)
    for name in ("heater", "car"):
        assert ended(entry, name, "2026-04-16").status is RunStatus.DONE


async def test_a_limit_that_nothing_can_keep_is_one_sentence(
    hass: HomeAssistant, home: Home
) -> None:
    """21: Asked for more power than there is, the action says so."""
    await home(NIGHT - HOUR)
    load = {"name": "car", "duration": "01:00:00", "power": 7}
    key = await refused(hass, "plan", appliances=[load], power_limit=6)
    assert key == "power_above_limit"


def test_a_start_with_a_price_is_tried() -> None:
    """Prices of 10, 1, 5 and 10 an hour: ninety minutes cost least from 1 o'clock on."""
    profile = LoadProfile.constant(timedelta(minutes=90), 1.0)
    request = RunRequest("run", profile, at(0), at(240))
    plan = plan_run(request, prices(10, 1, 5, 10, length=HOUR))
    assert plan.start == at(60)
    assert plan.cost == pytest.approx(3.5)


@pytest.mark.parametrize("minutes", [40, 50, 100, 120, 170])
async def test_a_duration_is_neither_rounded_nor_counted_in_slots(
    hass: HomeAssistant, home: Home, minutes: int
) -> None:
    """The window is as long as was asked for, and no minute is a better start."""
    entry = await home(NIGHT - HOUR)
    duration = timedelta(minutes=minutes)
    window = await call(
        hass, "find_window", duration=60 * minutes, latest_end=MORNING.isoformat()
    )
    assert moment(window["end"]) - moment(window["start"]) == duration
    known = series_of(entry)
    best = cheapest_start(known, NIGHT - HOUR, MORNING, duration)
    assert window["cost"] == pytest.approx(cost(known, best, duration), abs=1e-5)


async def test_hours_that_are_over_do_not_count_as_served(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """Added at six in the evening, with the cheapest hours at noon, it runs today."""
    evening = in_paris("2026-04-15T18:00")
    midnight = in_paris("2026-04-16T00:00")
    all_day = {"earliest_start": "00:00:00", "ready_by": "00:00:00"}
    entry = await home(evening, heater={**HEATER, **all_day})
    series = series_of(entry)
    run = next(it for it in planner_of(entry).runs if it.key == "2026-04-15")
    assert run.start == cheapest_start(series, evening, midnight, TWO_HOURS)
    assert cost(series, in_paris("2026-04-15T12:00"), TWO_HOURS) < cost(
        series, run.start, TWO_HOURS
    )
    await pass_time(advance, evening, midnight, FIVE_MINUTES)
    assert ended(entry, "heater", "2026-04-15").status is RunStatus.DONE


async def test_nothing_starts_in_the_past_at_any_second(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """A question in the middle of a price is answered with a start that is to come."""
    await home(NIGHT - HOUR)
    now = NIGHT - HOUR + timedelta(minutes=7, seconds=31)
    await advance(now)
    window = await call(
        hass,
        "find_window",
        duration="01:00:00",
        latest_end=(now + timedelta(minutes=62)).isoformat(),
    )
    assert now <= moment(window["start"]) <= now + 2 * MINUTE


async def test_lists_do_not_grow_with_updates(
    hass: HomeAssistant, home: Home, advance: Clock
) -> None:
    """After every hour of a night, a day still has its ninety-six prices."""
    await home(NIGHT - HOUR, {"price_lists": "nordpool"})
    for hour in range(6):
        await advance(NIGHT + hour * HOUR)
        assert len(attributes(hass)["raw_today"]) == 96
