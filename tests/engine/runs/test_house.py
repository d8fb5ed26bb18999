"""The house, the clock beside it, and what entities were told."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.clock import STEADY, Clock, Passed
from custom_components.spot_planner.engine.runs.duty import Duty
from custom_components.spot_planner.engine.runs.event import RunEventType
from custom_components.spot_planner.engine.runs.execution import Switching
from custom_components.spot_planner.engine.runs.house import House, Managed, Moment
from custom_components.spot_planner.engine.runs.run import Run, RunProblem, RunStatus
from custom_components.spot_planner.engine.runs.told import SETTLING, SLOW, Told
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import HOUR, MINUTE, at, prices
from .made import appliance, run, segments

HEATER, POOL = "heater", "pool"
SWITCH = "switch.heater"


def managed(
    key: str = HEATER, entity: str | None = SWITCH, minutes: float = 60, **more: Any
) -> Managed:
    """Return an appliance on demand that was handed over."""
    settings = {"has_switch": entity is not None, "automatic": True, **more}
    return Managed(
        appliance=appliance(key, minutes, daily=False),
        switching=Switching(duration=minutes * MINUTE, **settings),
        entity=entity,
    )


def house(*runs: Run, **more: Managed) -> House:
    """Return a house with a heater, runs, and what else is given."""
    return House(
        managed={HEATER: managed(), **more},
        agenda=Agenda(runs=runs),
        looked_at=at(0),
    )


def begun(start: float = 60, end: float = 120, **more: Any) -> Run:
    """Return a run of the heater that runs, and was told so."""
    return run(
        HEATER,
        0,
        480,
        **{
            "status": RunStatus.RUNNING,
            "segments": segments((start, end)),
            "rule": Rule.CHEAPEST,
            "told": True,
            **more,
        },
    )


def moment(
    minute: float, state: SwitchState | None = SwitchState.ON, **more: Any
) -> Moment:
    """Return what is seen at a minute."""
    others = more.pop("others", {})
    return Moment(
        **{
            "passed": Passed(at(minute)),
            "shown": {HEATER: (state, None), **others},
            "known_until": None,
            "prices": None,
            "zone": UTC,
            **more,
        }
    )


def only(found: House) -> Run:
    """Return the only run of a house."""
    (one,) = found.agenda.runs
    return one


# A moment comes in.


def test_a_run_whose_time_has_come_starts_its_appliance() -> None:
    """The run is told of before anything is switched."""
    planned = run(HEATER, 0, 480, segments=segments((60, 120)), rule=Rule.CHEAPEST)
    outcome = house(planned).at(moment(60, SwitchState.OFF))
    assert [it.id for it in outcome.starts] == [planned.id]
    assert outcome.starts[0] == only(outcome.house)
    assert only(outcome.house).status is RunStatus.RUNNING
    seen = outcome.house.at(moment(61))
    assert [it.type for it in seen.events] == [RunEventType.RUN_STARTED]
    assert seen.starts == ()


def test_due_runs_are_known_a_day_ahead_and_never_for_a_month() -> None:
    """Without prices a day; and a clock that is behind makes no runs for a month."""
    daily = replace(managed(), appliance=appliance(HEATER, 60))
    for known, days in ((None, 2), (at(60 * 49), 3), (at(60 * 24 * 30), 3)):
        found = House(managed={HEATER: daily}).at(
            moment(60, SwitchState.OFF, known_until=known)
        )
        assert len(found.house.agenda.runs) == days


def test_a_run_that_was_on_for_long_enough_ends() -> None:
    """The clock of the home may say what it likes."""
    spent = frozenset({begun().id})
    outcome = house(begun(on_since=at(60))).at(moment(90, spent=spent))
    assert only(outcome.house).status is RunStatus.DONE
    assert only(outcome.house).stretches == segments((60, 90))
    assert [it.type for it in outcome.events] == [RunEventType.RUN_FINISHED]
    planned = run(HEATER, 0, 480, segments=segments((300, 360)))
    assert only(house(planned).at(moment(90, spent=spent)).house) == planned


def test_what_is_about_to_turn_off_is_not_on_for_the_next_run() -> None:
    """The plug still shows on, but was told to turn off: it is told to turn on."""
    fresh = begun(told=None)
    stopping = frozenset({SWITCH})
    assert house(fresh).at(moment(61, stopping=stopping)).starts
    assert not house(fresh).at(moment(61)).starts
    # One that wants nothing on sees what there is.
    ending = house(begun(on_since=at(60))).at(moment(120, stopping=stopping))
    assert only(ending.house).status is RunStatus.RUNNING


def test_answers_are_remembered_for_those_that_stay_silent() -> None:
    """Who does not answer was last heard when it last did."""
    now = house(begun(on_since=at(60))).at(moment(70)).house
    assert (now.answered[HEATER], now.looked_at) == (at(70), at(70))
    for state in (SwitchState.UNAVAILABLE, SwitchState.MISSING, SwitchState.UNKNOWN):
        silent = now.at(moment(80, state)).house
        assert (silent.answered[HEATER], silent.looked_at) == (at(70), at(80))
    never = house(begun()).at(moment(80, SwitchState.UNAVAILABLE)).house
    assert never.answered[HEATER] == at(0)


def test_ended_runs_are_settled_once_prices_are_known() -> None:
    """The ledger waits for prices, however late they come."""
    done = begun(status=RunStatus.DONE, stretches=segments((60, 120)))
    known = prices(*[0.2] * 48)
    waiting = house(done).at(moment(130, SwitchState.OFF)).house
    assert not only(waiting).is_settled
    assert only(waiting.at(moment(131, SwitchState.OFF, prices=known)).house).is_settled


def test_clock_set_back_takes_what_runs_with_it() -> None:
    """It has as long to run as before; what is only planned keeps its time."""
    before = house(begun(on_since=at(60))).at(moment(70)).house
    back = before.at(moment(10, passed=Passed(at(10), MINUTE, HOUR))).house
    assert only(back).segments == segments((0, 60))
    assert only(back).on_since == at(0)
    assert back.looked_at == at(10)
    planned = run(HEATER, 0, 480, segments=segments((300, 360)))
    assert only(house(planned).set_back(HOUR)) == planned
    assert house().set_back(HOUR).looked_at == at(-60)
    assert before.set_back(HOUR).answered == {HEATER: at(10)}
    assert House().set_back(HOUR).looked_at is None


# What becomes of a run in the end.


@pytest.mark.parametrize(
    ("latest_end", "status"),
    [(196, RunStatus.PLANNED), (195.5, RunStatus.MISSED)],
)
def test_too_late_for_its_time_and_just_in_time_for_another(
    latest_end: float, status: RunStatus
) -> None:
    """A whole run still fits before the deadline, to the minute."""
    late = replace(
        begun(status=RunStatus.COMMITTED, told=None), latest_end=at(latest_end)
    )
    for minute, state in ((136, SwitchState.OFF), (136, SwitchState.UNAVAILABLE)):
        assert only(house(late).at(moment(minute, state)).house).status is status
    waiting = replace(late, status=RunStatus.RUNNING)
    after = only(house(waiting).at(moment(136, SwitchState.UNAVAILABLE)).house)
    assert after.status is (
        RunStatus.PLANNED if status is RunStatus.PLANNED else RunStatus.FAILED
    )


def test_never_told_until_its_end_is_missed() -> None:
    """Nobody was there to start it, and no time is left."""
    never = replace(begun(told=None), latest_end=at(130))
    outcome = house(never).at(moment(120, SwitchState.OFF))
    assert only(outcome.house).status is RunStatus.MISSED
    assert [it.type for it in outcome.events] == [RunEventType.RUN_MISSED]


def test_never_seen_on_until_its_end_has_failed() -> None:
    """It was told to start, and did not."""
    told = begun(told_at=at(118), attempts=1)
    failed = only(house(told).at(moment(120, SwitchState.OFF)).house)
    assert (failed.status, failed.problem) == (
        RunStatus.FAILED,
        RunProblem.NOT_STARTED,
    )


def test_seen_off_only_late_it_ran_until_its_end() -> None:
    """Advice counts until its end; what is still on counts until now."""
    free = House(
        managed={HEATER: managed(automatic=False)},
        agenda=Agenda(runs=(begun(told=None, on_since=at(60)),)),
    )
    answered = replace(free, answered={HEATER: at(124)})
    for state, end in ((SwitchState.ON, 125), (SwitchState.UNKNOWN, 120)):
        done = only(answered.at(moment(125, state)).house)
        assert done.status is RunStatus.DONE
        assert done.stretches == segments((60, end))


def test_each_power_cut_has_its_own_attempts() -> None:
    """Once it was seen to run, what it took before does not count."""
    tried = house(begun(told_at=at(60), attempts=2))
    runs = tried.at(moment(61)).house
    assert only(runs).attempts == 0
    cut = runs.at(moment(62, SwitchState.OFF))
    assert [it.attempts for it in cut.starts] == [1]


# What has to be held.


def test_duty_of_what_is_on() -> None:
    """Until the end of its segment, and a little longer by the other clock."""
    (duty,) = house(begun()).duties("entry", at(90))
    assert duty == Duty(
        entry="entry",
        appliance=HEATER,
        name="Heater",
        run=begun().id,
        entity=SWITCH,
        since=at(60),
        until=at(120),
        left=30 * MINUTE + STEADY,
    )
    (asked,) = house(begun(rule=Rule.BY_HAND)).duties("entry", at(90))
    assert asked.is_asked


@pytest.mark.parametrize(
    ("more", "minute"),
    [
        ({"told": None}, 90),
        ({"told": False}, 130),
        ({"by_hand": True}, 90),
        ({"hand": False}, 90),
        ({"status": RunStatus.DONE}, 90),
        ({"status": RunStatus.COMMITTED}, 90),
    ],
)
def test_no_duty_of_what_is_not_ours(more: dict[str, Any], minute: float) -> None:
    """Nothing was turned on, it was seen off, or a hand decides."""
    assert house(begun(**more)).duties("entry", at(minute)) == ()


@pytest.mark.parametrize(
    "settings", [{"stops": False}, {"momentary": True}, {"automatic": False}]
)
def test_no_duty_of_what_is_not_to_be_turned_off(settings: dict[str, bool]) -> None:
    """The user wants it left on, or it cannot be turned off at all."""
    found = House(managed={HEATER: managed(**settings)}, agenda=Agenda(runs=(begun(),)))
    assert found.duties("entry", at(90)) == ()
    bare = House(
        managed={HEATER: managed(entity=None, has_switch=True)},
        agenda=Agenda(runs=(begun(),)),
    )
    assert bare.duties("entry", at(90)) == ()


def test_duty_of_a_hand_lasts_until_the_end_of_the_run() -> None:
    """Turned on against the plan, it stays on over the pause."""
    split = begun(segments=segments((60, 90), (200, 230)), hand=True, told=False)
    (duty,) = house(split).duties("entry", at(100))
    assert duty.until == at(230)
    assert duty.left == 130 * MINUTE + STEADY


@pytest.mark.parametrize("minute", [120, 400])
def test_duty_that_was_lost_while_nobody_looked_comes_back(minute: float) -> None:
    """The end went by, the file of the duties is gone: it is turned off at once."""
    (duty,) = house(begun()).duties("entry", at(minute))
    assert duty.is_released
    assert duty.is_due(at(minute))


def test_duty_that_was_lost_comes_back_until_it_is_seen_off() -> None:
    """Told to stop, and not yet seen off: that lasts until it is."""
    told = begun(told=False, told_at=at(120))
    (duty,) = house(told).duties("entry", at(121))
    assert duty.is_released
    off = house(told).at(moment(122, SwitchState.OFF)).house
    assert off.duties("entry", at(122)) == ()


def test_clock_far_behind_keeps_a_duty_no_longer_than_its_segment() -> None:
    """After a restart a day earlier, a run is on for as long as it was to be."""
    split = begun(segments=segments((60, 90), (200, 300)))
    (duty,) = house(split).duties("entry", at(-1440))
    assert duty.until == at(90)
    assert duty.left == 30 * MINUTE + STEADY


def test_clock_days_behind_ends_the_run_and_turns_it_off() -> None:
    """Nobody waits for days, and the file of the duties may be gone too."""
    days = 69 - 24 * 60
    seen = begun(on_since=at(60))
    before = replace(house(seen), looked_at=at(70))
    back = before.resumed((), at(days))
    (duty,) = back.duties("entry", at(days))
    assert duty.is_released
    stopped = back.at(moment(days)).house
    (still,) = stopped.duties("entry", at(days))
    assert still.is_released
    ended = only(stopped.at(moment(days + 1, SwitchState.OFF)).house)
    assert ended.status is RunStatus.DONE
    # A day is waited for, as the clock may only have had the wrong date.
    assert only(before.resumed((), at(70 - 24 * 60))).segments == seen.segments


def test_clock_far_behind_counts_what_was_seen() -> None:
    """It has been on for twenty of its thirty minutes, and ten are left."""
    seen = begun(
        segments=segments((60, 90), (200, 230)), stretches=segments((10, 20), (70, 90))
    )
    (duty,) = house(seen).duties("entry", at(-1440))
    assert duty.left == 10 * MINUTE + STEADY
    full = replace(seen, stretches=segments((30, 40), (60, 95)))
    (spent,) = house(full).duties("entry", at(-1440))
    assert spent.left == STEADY
    # What was seen in an earlier segment is none of the time of this one.
    (second,) = house(seen).duties("entry", at(210))
    assert second.left == 20 * MINUTE + STEADY


def test_needed_by_a_run_that_has_begun_or_begins() -> None:
    """An entity that a run wants on is not turned off just before."""
    assert house(begun()).needs(SWITCH, at(60))
    assert house(begun(status=RunStatus.COMMITTED)).needs(SWITCH, at(60))
    assert not house(begun(status=RunStatus.COMMITTED)).needs(SWITCH, at(59))
    assert not house(begun(status=RunStatus.PLANNED)).needs(SWITCH, at(60))
    assert not house(begun()).needs(SWITCH, at(120))
    assert not house(begun()).needs("switch.pool", at(60))
    assert not house(begun(by_hand=True)).needs(SWITCH, at(60))
    assert not house(begun(hand=False)).needs(SWITCH, at(60))


def test_a_start_is_wanted_until_something_else_has_happened() -> None:
    """Between the look and the call, it may be taken back, ended or forgotten."""
    run_id = begun().id
    assert house(begun()).wants(run_id, at(90))
    assert not house(begun()).wants(run_id, at(120))
    assert not house(begun(status=RunStatus.SKIPPED)).wants(run_id, at(90))
    assert not house().wants(run_id, at(90))
    back = House(
        managed={HEATER: managed(automatic=False)}, agenda=Agenda(runs=(begun(),))
    )
    assert not back.wants(run_id, at(90))


# After a restart.


def duty(**more: Any) -> Duty:
    """Return a duty that was stored."""
    return Duty(
        **{
            "entry": "entry",
            "appliance": HEATER,
            "name": "Heater",
            "run": begun().id,
            "entity": SWITCH,
            "since": at(60),
            "until": at(120),
            "left": HOUR,
            **more,
        }
    )


def test_a_run_whose_file_was_lost_goes_on() -> None:
    """Its duty knows of it; so it does not take place a second time."""
    (lost,) = house().resumed([duty()], at(90)).agenda.runs
    assert lost.id == begun().id
    assert (lost.status, lost.told) == (RunStatus.RUNNING, True)
    assert lost.segments == segments((60, 120))


def test_clock_set_back_while_the_runs_were_not_loaded() -> None:
    """The duty knows by how much: the run has as long to go as the duty."""
    split = begun(segments=segments((60, 90), (200, 300)))
    behind = duty(since=at(-160), until=at(-60))
    moved = only(house(split).resumed([behind], at(-100)))
    assert moved.segments == segments((-300, -270), (-160, -60))
    whole = only(house(split).resumed([duty(since=at(0), until=at(240))], at(30)))
    assert whole.segments == segments((0, 30), (140, 240))
    # By a little, or by anything that no clock explains, it is not moved.
    for since, until in ((60, 90), (59.9, 89.9), (0, 90), (70, 100)):
        same = duty(since=at(since), until=at(until))
        assert house(split).resumed([same], at(80)) == house(split)


def test_a_run_without_times_is_not_moved_by_its_duty() -> None:
    """It is one whose time is over, as far as its file could be read."""
    bare = house(begun(segments=()))
    assert bare.resumed([duty(since=at(0), until=at(60))], at(30)) == bare
    (off,) = bare.duties("entry", at(30))
    assert off.is_released


def test_only_what_is_lost_and_still_wanted_is_made_up() -> None:
    """What is known, released, or of an appliance that is gone stays as it is."""
    known = house(begun(told=None))
    assert known.resumed([duty()], at(90)) == known
    assert house().resumed([duty(is_released=True)], at(90)) == house()
    gone = duty(run="pool/2026-04-15", appliance=POOL)
    assert house().resumed([gone], at(90)) == house()


def test_seen_before_a_restart_with_a_clock_that_is_behind() -> None:
    """What was seen counts until the last look, and from there on."""
    later = replace(house(begun(on_since=at(60))), looked_at=at(100))
    behind = only(later.resumed([], at(90)))
    assert behind.stretches == segments((60, 100))
    assert behind.on_since == at(100)
    assert later.resumed([], at(100)) == later
    assert later.resumed([], at(110)) == later


# Changes.


def test_another_switch_goes_on_with_that_one() -> None:
    """It has not been told anything yet."""
    changed = house(begun(on_since=at(60))).changed(
        {HEATER: managed(entity="switch.new")}, at(90), UTC
    )
    run_now = only(changed.house)
    assert (run_now.told, run_now.status) == (None, RunStatus.RUNNING)
    assert run_now.stretches == segments((60, 90))
    same = house(begun()).changed({HEATER: managed()}, at(90), UTC)
    assert only(same.house).told is True


def test_taken_back_ends_what_was_turned_on() -> None:
    """What was asked for by hand was not handed over, and goes on only if told so."""
    back = {HEATER: managed(automatic=False)}
    ended = only(house(begun()).changed(back, at(90), UTC).house)
    assert ended.status is RunStatus.SKIPPED
    never = House(managed=back, agenda=Agenda(runs=(begun(rule=Rule.BY_HAND),)))
    assert only(never.changed(back, at(90), UTC).house).is_open
    # What nobody here has turned on is not ended.
    for other in (begun(told=None), begun(by_hand=True)):
        assert only(house(other).changed(back, at(90), UTC).house) == other


def test_taken_back_while_the_runs_were_not_loaded() -> None:
    """What it has turned on is not its own any more; what it has not begun goes on."""
    back = {HEATER: managed(automatic=False)}
    ended = House(managed=back, agenda=Agenda(runs=(begun(),))).at(moment(90))
    assert only(ended.house).status is RunStatus.SKIPPED
    mine = begun(by_hand=True, told=None)
    kept = House(managed=back, agenda=Agenda(runs=(mine,))).at(moment(90))
    assert only(kept.house).status is RunStatus.RUNNING


def test_what_could_not_be_told_is_told_again() -> None:
    """A start that could not be written down is tried at the next look."""
    told = begun(told_at=at(60), attempts=1)
    again = house(told).untold(told.id).at(moment(61, SwitchState.OFF))
    assert [it.id for it in again.starts] == [told.id]
    assert only(again.house).attempts == 1
    # What has ended meanwhile, or is gone, stays so.
    ended = replace(told, status=RunStatus.SKIPPED)
    assert only(house(ended).untold(told.id)) == ended
    assert house().untold(told.id) == house()


def test_deleted_appliances_have_no_runs() -> None:
    """Their duties are the keeper's."""
    assert house(begun()).changed({}, at(90), UTC).house.agenda.runs == ()


def test_new_appliance_is_there() -> None:
    """It has no past to change; the others keep theirs."""
    grown = {HEATER: managed(), POOL: managed(POOL, "switch.pool")}
    changed = house(begun()).changed(grown, at(90), UTC).house
    assert set(changed.managed) == {HEATER, POOL}
    assert only(changed) == begun()


def test_another_time_zone_gives_days_other_limits() -> None:
    """Nothing about the appliance has changed, but the days have."""
    daily = {HEATER: replace(managed(), appliance=appliance(HEATER, 60))}
    first = House(managed=daily).at(moment(60, SwitchState.OFF)).house
    same = first.changed(daily, at(60), UTC).house
    assert same.agenda.runs == first.agenda.runs
    assert same.agenda.looked_at == first.agenda.looked_at
    moved = first.changed(daily, at(60), UTC, is_moved=True).house
    assert moved.agenda.looked_at == {}


def test_renamed_entities_change_nothing_else() -> None:
    """What runs goes on, and has been told what it was told."""
    renamed = house(begun()).renamed({HEATER: managed(entity="switch.new")})
    assert only(renamed) == begun()
    assert renamed.needs("switch.new", at(90))


def test_another_currency_leaves_no_money() -> None:
    """Nothing is converted."""
    rich = replace(house(), agenda=Agenda(currency="EUR", saved={HEATER: 2.0}))
    assert rich.in_currency("EUR") is rich
    assert rich.in_currency("DKK").agenda.saved == {}


def test_nothing_is_switched_unless_somebody_says_so() -> None:
    """What is left out of the settings is off, but for turning off at the end."""
    unsaid = Switching(duration=HOUR)
    assert not unsaid.has_switch
    assert not unsaid.momentary
    assert not unsaid.automatic
    assert not unsaid.paused
    assert unsaid.can_stop
    assert unsaid.confirm_within == 5 * MINUTE


# Hands and wishes.


def test_a_hand_begins_the_run_that_might_be_now() -> None:
    """It is the user's then, and lasts as long as the appliance, or as was asked for."""
    planned = run(HEATER, 0, 480, segments=segments((300, 360)))
    outcome = house(planned).switched(HEATER, at(90), is_on=True)
    mine = only(outcome.house)
    assert (mine.by_hand, mine.segments) == (True, segments((90, 150)))
    assert [it.type for it in outcome.events] == [RunEventType.RUN_STARTED]
    asked = replace(planned, duration=10 * MINUTE)
    shorter = only(house(asked).switched(HEATER, at(90), is_on=True).house)
    assert shorter.segments == segments((90, 100))
    assert house().switched(HEATER, at(90), is_on=True).house == house()


def test_a_request_takes_the_place_of_the_run_that_is_due() -> None:
    """It keeps the day of that, so that the day has one run."""
    planned = run(HEATER, 0, 480)
    wanted = house(planned).requested(HEATER, at(90), UTC, 30 * MINUTE)
    assert (wanted.key, wanted.duration) == (planned.key, 30 * MINUTE)
    assert house().requested(HEATER, at(90), UTC).key == at(90).isoformat()


@pytest.mark.parametrize("status", [RunStatus.COMMITTED, RunStatus.RUNNING])
def test_no_request_while_it_runs(status: RunStatus) -> None:
    """What has begun, or is about to, never moves."""
    with pytest.raises(InputError, match="already_running"):
        house(begun(status=status)).requested(HEATER, at(90), UTC)


def test_start_now() -> None:
    """The run that is due begins, or a new one; none begins twice."""
    planned = run(HEATER, 0, 480)
    for found in (house(planned), house(begun(status=RunStatus.COMMITTED))):
        started = found.started(HEATER, at(90), UTC)
        assert (started.key, started.segments) == (planned.key, segments((90, 150)))
    assert house().started(HEATER, at(90), UTC).key == at(90).isoformat()
    asked = house(replace(planned, duration=10 * MINUTE))
    assert asked.started(HEATER, at(90), UTC).segments == segments((90, 100))
    with pytest.raises(InputError, match="already_running"):
        house(begun()).started(HEATER, at(90), UTC)


def test_start_now_in_the_time_of_a_run_that_switches_nothing() -> None:
    """What is only advised, and what a hand has turned off, may be started."""
    advice = {HEATER: managed(automatic=False)}
    advised = begun(told=None)
    for home in (
        House(managed=advice, agenda=Agenda(runs=(advised,))),
        house(begun(hand=False, told=True)),
    ):
        started = home.started(HEATER, at(90), UTC)
        assert (started.key, started.segments) == (advised.key, segments((90, 150)))
    # One that is seen to run is on, whoever has turned it on.
    seen = House(
        managed=advice, agenda=Agenda(runs=(begun(told=None, on_since=at(60)),))
    )
    with pytest.raises(InputError, match="already_running"):
        seen.started(HEATER, at(90), UTC)


def test_wishes_for_an_appliance_that_is_not_there() -> None:
    """They are refused by name."""
    with pytest.raises(InputError, match="unknown_appliance"):
        house().requested(POOL, at(90), UTC)
    with pytest.raises(InputError, match="unknown_appliance"):
        house().started(POOL, at(90), UTC)


def test_the_same_run_is_no_news() -> None:
    """Events tell only of what has changed."""
    assert house(begun()).with_run(begun()).events == ()
    planned = run(HEATER, 0, 480, segments=segments((300, 360)))
    assert [it.type for it in house().with_run(planned).events] == [
        RunEventType.PLAN_CHANGED
    ]


# The clock.


def test_time_passes_as_the_steady_clock_says() -> None:
    """A clock that was set forward is not told; time never goes backward."""
    clock = Clock(at(0), 100.0)
    assert clock.passed(at(1), 160.0) == Passed(at(1), MINUTE)
    assert clock.passed(at(500), 160.0) == Passed(at(500), MINUTE)
    assert clock.passed(at(0), 90.0) == Passed(at(0), timedelta())


def test_clock_set_back_is_told() -> None:
    """By how much; what time servers correct is none."""
    clock = Clock(at(0), 0.0)
    assert clock.passed(at(-59), 60.0).set_back == HOUR
    assert clock.passed(at(1) - STEADY, 60.0).set_back == timedelta()
    second = timedelta(seconds=1)
    assert clock.passed(at(1) - STEADY - second, 60.0).set_back == STEADY + second


# What entities were told.


def test_obedience_is_no_hand() -> None:
    """Until half an hour later, when it was not shown yet."""
    told = Told().tell(SWITCH, 0, is_on=False)
    assert told.explains(SWITCH, SLOW, is_on=False)
    assert not told.explains(SWITCH, SLOW + 1, is_on=False)
    assert not told.explains(SWITCH, 1, is_on=True)
    assert not told.explains("switch.pool", 1, is_on=False)


def test_shown_once_it_may_flicker_for_a_minute() -> None:
    """After that, whatever it shows is somebody else's."""
    told = Told().tell(SWITCH, 0, is_on=True).shows(SWITCH, 10, is_on=True)
    assert told.explains(SWITCH, 10 + SETTLING, is_on=True)
    assert not told.explains(SWITCH, 11 + SETTLING, is_on=True)
    # Showing it again does not begin the minute anew.
    again = told.shows(SWITCH, 60, is_on=True)
    assert not again.explains(SWITCH, 11 + SETTLING, is_on=True)


def test_a_hand_has_the_last_word() -> None:
    """What was told before it is expected no more; that of others is."""
    told = Told().tell(SWITCH, 0, is_on=False).tell("switch.pool", 0, is_on=False)
    after = told.shows(SWITCH, 10, is_on=True)
    assert not after.explains(SWITCH, 11, is_on=False)
    assert after.explains("switch.pool", 11, is_on=False)
    both = Told().tell(SWITCH, 0, is_on=False).tell(SWITCH, 5, is_on=True)
    assert both.shows(SWITCH, 10, is_on=True).explains(SWITCH, 11, is_on=False)


def test_stopping_until_it_is_shown_or_told_otherwise() -> None:
    """What was last told to turn off, and has not shown it, is about to."""
    told = Told().tell(SWITCH, 0, is_on=False)
    assert told.is_stopping(SWITCH, SLOW)
    assert not told.is_stopping(SWITCH, SLOW + 1)
    assert not told.is_stopping("switch.pool", 1)
    assert not told.shows(SWITCH, 5, is_on=False).is_stopping(SWITCH, 6)
    assert not told.tell(SWITCH, 3, is_on=True).is_stopping(SWITCH, 4)
    turned = Told().tell(SWITCH, 0, is_on=True).tell(SWITCH, 3, is_on=False)
    assert turned.is_stopping(SWITCH, 4)
