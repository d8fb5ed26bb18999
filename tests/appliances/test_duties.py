"""What was turned on is turned off, whatever becomes of plans, entries and switches."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances import commands, duties as keeping
from custom_components.spot_planner.appliances.duties import KEEPER, DutyKeeper
from custom_components.spot_planner.appliances.duty_store import DutyStore
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from ..conftest import NOW, Clock, pass_time, set_up
from . import (
    HEATER,
    MINUTE,
    MORNING,
    SWITCH,
    TWO_HOURS,
    add_switches,
    appliance_entry,
    appliance_id,
    capture_switching,
    planner_of,
    run_of,
    told,
    turn,
)

DUTIES = "spot_planner.duties"
RUNS = "spot_planner.01JSPOTPLANNERTESTENTRY000.runs"
NOTICE = f"run_not_stopped_{SWITCH}"


async def settle(hass: HomeAssistant) -> None:
    """Let everything happen that is due."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def begin(
    hass: HomeAssistant, entry: MockConfigEntry, advance: Clock
) -> datetime:
    """Let the run of the heater begin, and return when that was."""
    start = run_of(entry).start
    assert start
    await advance(start)
    assert is_on(hass)
    await advance(start + 20 * MINUTE)
    return start


def is_on(hass: HomeAssistant) -> bool:
    """Tell whether the heater is on."""
    return hass.states.is_state(SWITCH, "on")


def change(hass: HomeAssistant, entry: MockConfigEntry, **data: Any) -> None:
    """Change fields of the heater as its form or its entities do."""
    subentry = entry.subentries[appliance_id("heater")]
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, **data}
    )


def notice(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return what the user is told when the heater cannot be turned off."""
    found = ir.async_get(hass).async_get_issue("spot_planner", NOTICE)
    return found if found and found.active else None


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Begin anew with what lies on disk, as after a sudden end; the entry is not there."""
    entry.mock_state(hass, ConfigEntryState.LOADED)
    planner = planner_of(entry)
    while planner._stop:
        planner._stop.pop()()
    planner._is_active = False
    await hass.config_entries.async_unload(entry.entry_id)
    old = hass.data.pop(KEEPER)
    old._has_ended = True
    if old._cancel_wake:
        old._cancel_wake()
    old._is_loaded = False
    hass.data[KEEPER] = keeper = DutyKeeper(hass)
    await keeper.async_begin()


@pytest.fixture
def raising(hass: HomeAssistant, night: MockConfigEntry) -> Iterator[list[datetime]]:
    """Let each call to turn off raise an error, and return when there was one."""
    calls: list[datetime] = []

    async def turn_off(call: ServiceCall) -> None:
        calls.append(datetime.now().astimezone())
        raise ConnectionError("no answer")

    known = hass.services.async_services_for_domain("input_boolean")["turn_off"]
    hass.services.async_register("input_boolean", "turn_off", turn_off)
    yield calls
    hass.services.async_register("input_boolean", "turn_off", known.job.target)


def answer(hass: HomeAssistant) -> list[str]:
    """Let the heater obey again, and return what it is told."""
    calls: list[str] = []

    async def obey(call: ServiceCall) -> None:
        calls.append(call.service)
        hass.states.async_set(SWITCH, call.service.removeprefix("turn_"))

    for service in ("turn_on", "turn_off"):
        hass.services.async_register("input_boolean", service, obey)
    return calls


class TestWhatTheUserDoes:
    """Taking back, deleting, disabling and removing stop it at once; reloading does not."""

    async def test_taken_back(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Turning Automatic off in the middle of a run turns the heater off."""
        await begin(hass, night, advance)
        change(hass, night, automatic=False)
        await settle(hass)
        assert not is_on(hass)
        ended = next(it for it in planner_of(night).runs if it.key == "2026-04-16")
        assert ended.status is RunStatus.SKIPPED

    async def test_taken_back_from_a_run_that_was_started_by_a_button(
        self, hass: HomeAssistant, night: MockConfigEntry
    ) -> None:
        """Who takes the heater back means what runs, too."""
        await planner_of(night).async_start_now(appliance_id("heater"))
        await settle(hass)
        assert is_on(hass)
        change(hass, night, automatic=False)
        await settle(hass)
        assert not is_on(hass)

    @pytest.mark.parametrize("heater", [{"automatic": False}])
    async def test_started_by_a_button_without_being_handed_over(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Whatever else is changed then, the run goes on to its end."""
        await planner_of(night).async_start_now(appliance_id("heater"))
        change(hass, night, power=1.5)
        await settle(hass)
        now = datetime.fromisoformat(NOW)
        await advance(now + TWO_HOURS - MINUTE)
        assert is_on(hass)
        await advance(now + TWO_HOURS + MINUTE)
        assert not is_on(hass)

    async def test_deleted(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Deleting the appliance turns it off."""
        await begin(hass, night, advance)
        hass.config_entries.async_remove_subentry(night, appliance_id("heater"))
        await settle(hass)
        assert not is_on(hass)

    async def test_disabled(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Disabling the entry turns it off."""
        await begin(hass, night, advance)
        await hass.config_entries.async_set_disabled_by(
            night.entry_id, ConfigEntryDisabler.USER
        )
        await settle(hass)
        assert not is_on(hass)

    async def test_removed(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Removing the entry turns it off."""
        await begin(hass, night, advance)
        await hass.config_entries.async_remove(night.entry_id)
        await settle(hass)
        assert not is_on(hass)

    async def test_another_switch(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Choosing another switch turns the one before off."""
        await begin(hass, night, advance)
        change(hass, night, entity=None)
        await settle(hass)
        assert not is_on(hass)

    async def test_reloaded(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """A reload changes nothing."""
        start = await begin(hass, night, advance)
        calls = capture_switching(hass)
        await hass.config_entries.async_reload(night.entry_id)
        await settle(hass)
        await advance(start + TWO_HOURS - MINUTE)
        assert told(calls) == []
        await advance(start + TWO_HOURS)
        assert told(calls) == ["turn_off"]

    async def test_unloaded_for_good(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """What does not come back has its heater turned off at the planned end."""
        start = await begin(hass, night, advance)
        await hass.config_entries.async_unload(night.entry_id)
        await advance(start + TWO_HOURS - MINUTE)
        assert is_on(hass)
        await advance(start + TWO_HOURS)
        assert not is_on(hass)

    async def test_left_on_where_that_is_chosen(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Without Turn off at the end, nothing is turned off, not even when deleted."""
        await begin(hass, night, advance)
        change(hass, night, stop_at_end=False)
        await settle(hass)
        assert is_on(hass)
        hass.config_entries.async_remove_subentry(night, appliance_id("heater"))
        await settle(hass)
        assert is_on(hass)

    async def test_what_cannot_be_turned_off_stands_under_repairs(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        raising: list[datetime],
    ) -> None:
        """Until it is off, though neither appliance nor entry are there any more."""
        start = await begin(hass, night, advance)
        await hass.config_entries.async_remove(night.entry_id)
        await settle(hass)
        await pass_time(advance, start + 20 * MINUTE, start + 60 * MINUTE, MINUTE)
        found = notice(hass)
        assert found
        assert found.is_persistent
        answer(hass)
        await pass_time(advance, start + 60 * MINUTE, start + 66 * MINUTE, MINUTE)
        assert not is_on(hass)
        assert notice(hass) is None


class TestOddEdits:
    """Whatever is edited in the middle of a run, the switch that is on is turned off."""

    @pytest.mark.parametrize(
        "edit",
        [
            {"entity": "script.heat"},
            {"entity": "input_button.heat"},
            {"entity": "input_boolean.other", "stop_at_end": False},
        ],
        ids=["script", "button", "never turned off"],
    )
    @pytest.mark.parametrize("is_loaded", [True, False])
    async def test_another_kind_of_switch(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        edit: dict[str, Any],
        is_loaded: bool,
    ) -> None:
        """What cannot be turned off itself is no reason to leave the old one on."""
        start = await begin(hass, night, advance)
        if not is_loaded:
            await hass.config_entries.async_unload(night.entry_id)
        change(hass, night, **edit)
        await settle(hass)
        await advance(start + TWO_HOURS)
        assert not is_on(hass)


class TestDisk:
    """What cannot be stored is not begun, and nothing of it happens later."""

    async def test_ten_minutes_without_room(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """A start that was never given is no attempt: the heater has its two hours."""
        start = run_of(night).start
        assert start
        calls = capture_switching(hass)
        with patch.object(RunStore, "async_save", side_effect=OSError("no space left")):
            await pass_time(advance, start - MINUTE, start + 10 * MINUTE, MINUTE)
        assert told(calls) == []
        await pass_time(advance, start + 10 * MINUTE, MORNING, MINUTE)
        assert told(calls) == ["turn_on", "turn_off"]
        ended = next(it for it in planner_of(night).runs if it.key == "2026-04-16")
        assert ended.status is RunStatus.DONE
        assert sum((it.duration for it in ended.stretches), timedelta()) == TWO_HOURS

    async def test_what_is_refused_does_not_happen(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Who is told that nothing has changed finds nothing changed."""
        calls = capture_switching(hass)
        before = planner_of(night).runs
        with patch.object(RunStore, "async_save", side_effect=OSError("no space left")):
            for ask in ("async_start_now", "async_request_run", "async_skip_run"):
                with pytest.raises(HomeAssistantError):
                    await getattr(planner_of(night), ask)(appliance_id("heater"))
        now = datetime.fromisoformat(NOW)
        await pass_time(advance, now, now + 10 * MINUTE, MINUTE)
        assert "turn_on" not in told(calls)
        assert planner_of(night).runs == before

    async def test_duties_that_cannot_be_read(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """The runs know what is on, and it is turned off while the disk has its trouble."""
        start = await begin(hass, night, advance)
        with patch.object(DutyStore, "async_load", side_effect=OSError(5, "EIO")):
            await restart(hass, night)
            await hass.config_entries.async_setup(night.entry_id)
            await settle(hass)
            await advance(start + TWO_HOURS)
        assert not is_on(hass)


class TestWithoutTheEntry:
    """After a restart, nothing of the entry is needed to turn off."""

    async def test_the_entry_cannot_load(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """The duty is taken up from its own file."""
        start = await begin(hass, night, advance)
        await restart(hass, night)
        assert is_on(hass)
        await advance(start + TWO_HOURS)
        assert not is_on(hass)

    async def test_the_end_was_while_nobody_was_there(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """It is the first thing that is done."""
        start = await begin(hass, night, advance)
        freezer.move_to(start + 5 * TWO_HOURS)
        await restart(hass, night)
        await settle(hass)
        assert not is_on(hass)

    async def test_the_runs_are_lost(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        hass_storage: dict[str, Any],
    ) -> None:
        """The run goes on to its end, and is not repeated."""
        start = await begin(hass, night, advance)
        calls = capture_switching(hass)
        await restart(hass, night)
        hass_storage[RUNS] = {"version": 9, "data": "of the future"}
        await hass.config_entries.async_setup(night.entry_id)
        await settle(hass)
        await pass_time(advance, start + 20 * MINUTE, MORNING, 10 * MINUTE)
        assert told(calls) == ["turn_off"]

    async def test_the_duties_are_lost(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        hass_storage: dict[str, Any],
    ) -> None:
        """The runs know enough to hold them again."""
        start = await begin(hass, night, advance)
        hass_storage[DUTIES] = {"version": 1, "data": {"duties": [{}]}}
        await restart(hass, night)
        await hass.config_entries.async_setup(night.entry_id)
        await settle(hass)
        await advance(start + TWO_HOURS)
        assert not is_on(hass)

    async def test_one_odd_duty_loses_no_other(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        hass_storage: dict[str, Any],
    ) -> None:
        """What can be read of the file is kept; fields of the future are left alone."""
        start = await begin(hass, night, advance)
        rows = hass_storage[DUTIES]["data"]["duties"]
        rows[0]["color"] = "red"
        rows.insert(0, {"until": 1e18})
        # What at least names an entity is turned off, rather too early than never.
        rows.append({"entity": "input_boolean.pool", "since": None})
        calls = capture_switching(hass)
        hass.states.async_set("input_boolean.pool", "on")
        await restart(hass, night)
        await settle(hass)
        assert told(calls, "input_boolean.pool") == ["turn_off"]
        await advance(start + TWO_HOURS)
        assert not is_on(hass)

    async def test_a_duty_is_on_disk_before_the_heater_is_told(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        hass_storage: dict[str, Any],
    ) -> None:
        """A sudden end between the two leaves nothing on."""
        seen: list[int] = []

        async def turn_on(call: ServiceCall) -> None:
            seen.append(len(hass_storage[DUTIES]["data"]["duties"]))

        hass.services.async_register("input_boolean", "turn_on", turn_on)
        start = run_of(night).start
        assert start
        await advance(start)
        assert seen == [1]


class TestSwitches:
    """It goes on trying until it has seen it off."""

    @pytest.mark.parametrize("minutes", [20, 60, 1000])
    async def test_turning_off_raises(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        raising: list[datetime],
        minutes: int,
    ) -> None:
        """It is tried with growing pauses, of five minutes at most."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await pass_time(advance, end - MINUTE, end + minutes * MINUTE, MINUTE)
        waits = [b - a for a, b in pairwise(raising)]
        assert waits[:4] == [1 * MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE]
        assert max(waits) == 5 * MINUTE
        assert notice(hass)
        answer(hass)
        late = end + minutes * MINUTE
        await pass_time(advance, late, late + 6 * MINUTE, MINUTE)
        assert not is_on(hass)
        assert notice(hass) is None

    async def test_there_is_a_notice_after_the_third_call(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        raising: list[datetime],
    ) -> None:
        """Two errors are no reason to wake anybody."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await pass_time(advance, end - MINUTE, end + 2 * MINUTE, MINUTE)
        assert len(raising) == 2
        assert notice(hass) is None
        await advance(end + 3 * MINUTE)
        assert len(raising) == 3
        assert notice(hass)

    async def test_it_comes_back_late_and_raises_then(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        raising: list[datetime],
    ) -> None:
        """One error is not the last word."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        hass.states.async_set(SWITCH, "unavailable")
        await pass_time(advance, end - MINUTE, end + 40 * MINUTE, 5 * MINUTE)
        assert raising == []
        assert notice(hass)
        hass.states.async_set(SWITCH, "on")
        await settle(hass)
        assert len(raising) == 1
        answer(hass)
        await pass_time(advance, end + 40 * MINUTE, end + 45 * MINUTE, MINUTE)
        assert not is_on(hass)
        assert notice(hass) is None

    async def test_it_comes_back_after_days(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Nothing is forgotten after two days."""
        start = await begin(hass, night, advance)
        hass.states.async_set(SWITCH, "unavailable")
        end = start + TWO_HOURS
        # Nothing else is to begin meanwhile.
        change(hass, night, paused=True)
        await pass_time(advance, end, end + timedelta(hours=70), timedelta(hours=1))
        calls = answer(hass)
        hass.states.async_set(SWITCH, "on")
        await settle(hass)
        assert calls[0] == "turn_off"

    async def test_a_start_that_hangs_is_no_reason_to_stay_on(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """What turns on only after its run was skipped is turned off again."""

        async def turn_on(call: ServiceCall) -> None:
            raise TimeoutError

        hass.services.async_register("input_boolean", "turn_on", turn_on)
        planner = planner_of(night)
        await planner.async_start_now(appliance_id("heater"))
        await settle(hass)
        await planner.async_skip_run(appliance_id("heater"))
        await settle(hass)
        now = datetime.fromisoformat(NOW)
        await advance(now + MINUTE)
        hass.states.async_set(SWITCH, "on")
        await settle(hass)
        assert not is_on(hass)

    async def test_two_appliances_on_one_switch_back_to_back(
        self,
        hass: HomeAssistant,
        paris: None,
        freezer: FrozenDateTimeFactory,
        price_server: PriceServer,
        advance: Clock,
    ) -> None:
        """The switch is not turned off and on again where the next run follows at once."""
        freezer.move_to(NOW)
        await add_switches(hass, "heater")
        hour = {**HEATER, "duration": 60}
        follows = {"after": appliance_id("heater"), "after_within": 0}
        entry = appliance_entry(price_server, heater=hour, again={**hour, **follows})
        await set_up(hass, entry)
        first, second = run_of(entry), run_of(entry, "again")
        assert first.start
        assert first.end == second.start
        await advance(first.start)
        calls = capture_switching(hass)
        end = first.start + TWO_HOURS
        await pass_time(advance, first.start, end - MINUTE, MINUTE)
        assert "turn_off" not in told(calls)
        await advance(end)
        assert told(calls)[-1] == "turn_off"
        assert told(calls).count("turn_off") == 1

    async def test_two_appliances_on_one_switch_overlapping(
        self,
        hass: HomeAssistant,
        paris: None,
        freezer: FrozenDateTimeFactory,
        price_server: PriceServer,
        advance: Clock,
    ) -> None:
        """It is off when nobody needs it any more, and not before."""
        freezer.move_to(NOW)
        await add_switches(hass, "heater")
        entry = appliance_entry(
            price_server, heater=HEATER, again={**HEATER, "duration": 60}
        )
        await set_up(hass, entry)
        planner = planner_of(entry)
        now = datetime.fromisoformat(NOW)
        await planner.async_start_now(appliance_id("heater"))
        await settle(hass)
        await advance(now + 30 * MINUTE)
        await planner.async_start_now(appliance_id("again"))
        calls = capture_switching(hass)
        await pass_time(advance, now + 30 * MINUTE, now + 119 * MINUTE, MINUTE)
        assert told(calls) == []
        await advance(now + TWO_HOURS)
        assert told(calls) == ["turn_off"]
        ended = [it for it in planner.runs if not it.is_open]
        assert [it.status for it in ended] == [RunStatus.DONE] * 2

    async def test_a_late_report_is_no_hand(
        self,
        hass: HomeAssistant,
        paris: None,
        freezer: FrozenDateTimeFactory,
        price_server: PriceServer,
        advance: Clock,
    ) -> None:
        """A plug that shows off only during the next run does not cost that run."""
        freezer.move_to(NOW)
        await add_switches(hass, "heater")
        entry = appliance_entry(
            price_server,
            heater={**HEATER, "duration": 60},
            again={**HEATER, "duration": 60},
        )
        await set_up(hass, entry)
        planner = planner_of(entry)
        now = datetime.fromisoformat(NOW)
        await planner.async_start_now(appliance_id("heater"))
        await settle(hass)
        await advance(now + MINUTE)
        calls: list[str] = []

        async def deaf(call: ServiceCall) -> None:
            calls.append(call.service)

        for service in ("turn_on", "turn_off"):
            hass.services.async_register("input_boolean", service, deaf)
        await advance(now + 60 * MINUTE)
        assert calls == ["turn_off"]
        await advance(now + 62 * MINUTE)
        await planner.async_start_now(appliance_id("again"))
        await settle(hass)
        assert calls[-1] == "turn_on"
        hass.states.async_set(SWITCH, "off")
        await settle(hass)
        hass.states.async_set(SWITCH, "on")
        await advance(now + 64 * MINUTE)
        run = run_of(entry, "again")
        assert run.status is RunStatus.RUNNING
        assert run.hand is None

    async def test_a_stop_that_shows_after_a_restart_is_no_hand(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """What was told before the restart is remembered by its duty."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS

        async def deaf(call: ServiceCall) -> None:
            """Hear nothing."""

        hass.services.async_register("input_boolean", "turn_off", deaf)
        await advance(end)
        await restart(hass, night)
        await hass.config_entries.async_setup(night.entry_id)
        await settle(hass)
        await pass_time(advance, end, end + 16 * MINUTE, MINUTE)
        await planner_of(night).async_start_now(appliance_id("heater"))
        await settle(hass)
        hass.states.async_set(SWITCH, "off")
        await settle(hass)
        await advance(end + 18 * MINUTE)
        run = run_of(night)
        assert (run.status, run.hand) == (RunStatus.RUNNING, None)

    async def test_a_plug_that_has_lost_its_power_at_the_end(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """That it shows off for a moment is no proof that it is off."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await advance(end - timedelta(seconds=5))
        hass.states.async_set(SWITCH, "off")
        await settle(hass)
        await advance(end)
        await advance(end + timedelta(seconds=20))
        hass.states.async_set(SWITCH, "on")
        await settle(hass)
        await advance(end + MINUTE)
        assert not is_on(hass)

    async def test_a_user_turns_it_on_right_after_the_end(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """Three seconds are enough to have it."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await advance(end)
        await advance(end + timedelta(seconds=3))
        hass.states.async_set(SWITCH, "on", context=Context(user_id="somebody"))
        await settle(hass)
        await pass_time(advance, end, end + 30 * MINUTE, MINUTE)
        assert is_on(hass)

    async def test_a_plug_that_only_seems_to_obey_a_user(
        self,
        hass: HomeAssistant,
        night: MockConfigEntry,
        advance: Clock,
        raising: list[datetime],
    ) -> None:
        """It shows off at once, then on again, both with the word of the user."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await hass.config_entries.async_unload(night.entry_id)
        await pass_time(advance, end, end + 20 * MINUTE, MINUTE)
        word = Context(user_id="somebody")
        hass.states.async_set(SWITCH, "off", context=word)
        await advance(end + 20 * MINUTE + timedelta(seconds=2))
        hass.states.async_set(SWITCH, "on", context=word)
        await settle(hass)
        answer(hass)
        await pass_time(advance, end + 20 * MINUTE, end + 27 * MINUTE, MINUTE)
        assert not is_on(hass)

    async def test_a_hand_after_the_end_is_a_hand(
        self, hass: HomeAssistant, night: MockConfigEntry, advance: Clock
    ) -> None:
        """What somebody turns on after it was off stays on."""
        start = await begin(hass, night, advance)
        end = start + TWO_HOURS
        await advance(end)
        await advance(end + MINUTE)
        await turn(hass, SWITCH, "on")
        calls = capture_switching(hass)
        await pass_time(advance, end + MINUTE, end + 30 * MINUTE, MINUTE)
        assert told(calls) == []
        assert is_on(hass)


class TestClocks:
    """No run is on for longer than it was to be by a clock that nobody sets."""

    @pytest.fixture
    def ticks(self, freezer: FrozenDateTimeFactory) -> Iterator[list[float]]:
        """Return seconds that pass only when the test says so."""
        # The frozen clock has to be there first, or it would take the place of this one.
        seconds = [1000.0]
        planner = "custom_components.spot_planner.appliances.planner.monotonic"
        with (
            patch.object(keeping, "monotonic", lambda: seconds[0]),
            patch.object(commands, "monotonic", lambda: seconds[0]),
            patch(planner, lambda: seconds[0]),
        ):
            yield seconds

    @pytest.fixture
    def minute(
        self, hass: HomeAssistant, freezer: FrozenDateTimeFactory, ticks: list[float]
    ) -> Clock:
        """Return a function that lets a minute pass, whatever time it is then."""

        async def move(moment: str | datetime) -> None:
            ticks[0] += 60
            freezer.move_to(moment)
            # The timers of tests follow the clock that is set, ours do not.
            keeper = hass.data[KEEPER]
            for household in keeper._households.values():
                household.look()
            keeper.look()
            await settle(hass)

        return move

    @staticmethod
    async def begun(
        entry: MockConfigEntry, ticks: list[float], advance: Clock
    ) -> datetime:
        """Let the run begin after as long as the clock says, and return when it was."""
        start = run_of(entry).start
        assert start
        ticks[0] += (start - datetime.fromisoformat(NOW)).total_seconds()
        await advance(start)
        return start

    async def test_the_clock_is_set_back(
        self,
        hass: HomeAssistant,
        paris: None,
        ticks: list[float],
        night: MockConfigEntry,
        advance: Clock,
        minute: Clock,
    ) -> None:
        """Six hours back, a run of two hours still ends two hours after its begin."""
        start = await self.begun(night, ticks, advance)
        ticks[0] += 40 * 60
        await advance(start + 40 * MINUTE)
        back = start + 40 * MINUTE - timedelta(hours=6)
        for number in range(1, 80):
            await minute(back + number * MINUTE)
        assert is_on(hass)
        await minute(back + 80 * MINUTE)
        assert not is_on(hass)

    async def test_the_clock_was_days_ahead_and_is_set_right_over_a_restart(
        self,
        hass: HomeAssistant,
        paris: None,
        ticks: list[float],
        night: MockConfigEntry,
        advance: Clock,
        minute: Clock,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """The time that was left then is all that it is on for."""
        start = await self.begun(night, ticks, advance)
        right = start - timedelta(days=3)
        freezer.move_to(right)
        await restart(hass, night)
        for number in range(1, 120):
            await minute(right + number * MINUTE)
        assert is_on(hass)
        await minute(right + 121 * MINUTE)
        assert not is_on(hass)

    async def test_a_run_that_is_ahead_after_a_restart_is_on_for_the_rest_only(
        self,
        hass: HomeAssistant,
        paris: None,
        ticks: list[float],
        night: MockConfigEntry,
        advance: Clock,
        minute: Clock,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        """In all it is on for as long as it was to be, and no longer."""
        start = await self.begun(night, ticks, advance)
        for number in range(1, 31):
            await minute(start + number * MINUTE)
        right = start - timedelta(hours=5)
        freezer.move_to(right)
        await restart(hass, night)
        await hass.config_entries.async_setup(night.entry_id)
        await settle(hass)
        minutes = 30
        for number in range(1, 8 * 60):
            await minute(right + number * MINUTE)
            minutes += is_on(hass)
        # How long it was on is on disk every quarter of an hour.
        assert 119 <= minutes <= 135
        assert not is_on(hass)
