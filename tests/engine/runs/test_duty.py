"""Duties: when something has to be off, when it is told so, and when that is over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.runs.clock import Passed
from custom_components.spot_planner.engine.runs.duty import (
    LATE_START,
    LONGEST_PAUSE,
    STALE,
    SURE,
    TROUBLE_AFTER,
    Duties,
    Duty,
    Turn,
)
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import HOUR, MINUTE, at

SECOND = timedelta(seconds=1)
ENTITY = "switch.heater"


def duty(**more: Any) -> Duty:
    """Return a duty from minute 0 to minute 60."""
    return Duty(
        **{
            "entry": "entry",
            "appliance": "heater",
            "name": "Heater",
            "run": "heater/2026-04-15",
            "entity": ENTITY,
            "since": at(0),
            "until": at(60),
            "left": HOUR,
            **more,
        }
    )


def passed(minute: float, elapsed: float = 1, back: float = 0) -> Passed:
    """Return that it is a minute now, some minutes after the look before."""
    return Passed(at(minute), elapsed * MINUTE, back * MINUTE)


def turn(
    held: Duties | Duty,
    minute: float,
    state: SwitchState = SwitchState.ON,
    elapsed: float = 1,
    needed: bool = False,
) -> Turn:
    """Take duties on to a minute."""
    duties = Duties((held,)) if isinstance(held, Duty) else held
    return duties.turn(passed(minute, elapsed), lambda _: state, lambda _: needed)


# When it has to be off.


@pytest.mark.parametrize(
    ("more", "is_due"),
    [
        ({}, False),
        ({"until": at(30)}, True),
        ({"until": at(30.01)}, False),
        ({"left": timedelta()}, True),
        ({"left": SECOND}, False),
        ({"is_released": True}, True),
    ],
)
def test_due_by_the_clock_by_the_time_it_was_on_or_at_once(
    more: dict[str, Any], is_due: bool
) -> None:
    """Whichever comes first."""
    assert duty(**more).is_due(at(30)) is is_due


def test_time_passes_by_a_clock_that_nobody_sets() -> None:
    """What is left gets less by what has passed, whatever the clock says."""
    later = duty(left=10 * MINUTE).after(passed(5, elapsed=3), SwitchState.ON)
    assert later.left == 7 * MINUTE
    assert later.until == at(60)
    assert (
        duty(left=MINUTE).after(passed(5, elapsed=3), SwitchState.ON).left
        == timedelta()
    )


def test_clock_set_back_takes_the_end_with_it() -> None:
    """It has to be off as soon as it had to be before."""
    later = duty().after(passed(-30, back=40), SwitchState.ON)
    assert (later.since, later.until) == (at(-40), at(20))


def test_off_for_as_long_as_it_shows_off() -> None:
    """The first look begins the count; anything but off ends it."""
    off = duty().after(passed(1), SwitchState.OFF)
    assert off.off_for == timedelta()
    assert off.after(passed(2), SwitchState.OFF).off_for == MINUTE
    for state in (
        SwitchState.ON,
        SwitchState.UNKNOWN,
        SwitchState.UNAVAILABLE,
        SwitchState.MISSING,
    ):
        assert off.after(passed(2), state).off_for is None


def test_seen_on_is_remembered() -> None:
    """Once seen on, it has been on, whatever it shows afterwards."""
    seen = duty().after(passed(1), SwitchState.ON)
    assert seen.was_on
    assert seen.after(passed(2), SwitchState.OFF).was_on
    for state in (
        SwitchState.OFF,
        SwitchState.UNKNOWN,
        SwitchState.UNAVAILABLE,
        SwitchState.MISSING,
    ):
        assert not duty().after(passed(1), state).was_on


def test_coming_on_late_ends_the_pause() -> None:
    """A late start is turned off at once; what was on before waits as usual."""
    waiting = duty(pause=5 * MINUTE)
    assert waiting.after(passed(1), SwitchState.ON).pause == timedelta()
    assert waiting.after(passed(1), SwitchState.OFF).pause == 4 * MINUTE
    known = replace(waiting, was_on=True)
    assert known.after(passed(1), SwitchState.ON).pause == 4 * MINUTE
    assert known.after(passed(9, elapsed=9), SwitchState.ON).pause == timedelta()


def test_due_for_counts_from_when_it_was_due() -> None:
    """Before that there is nothing to count."""
    before = duty().after(passed(59), SwitchState.ON)
    assert before.due_for is None
    due = before.after(passed(60), SwitchState.ON)
    assert due.due_for == timedelta()
    assert due.after(passed(62, elapsed=2), SwitchState.ON).due_for == 2 * MINUTE


# When it is over.


def test_over_when_seen_off_for_long_enough() -> None:
    """What shows off by itself may have lost its power, and show on again soon."""
    told = duty(was_on=True, is_heard=True)
    assert not told.is_over
    assert not replace(told, off_for=SURE - SECOND).is_over
    assert replace(told, off_for=SURE).is_over
    by_itself = duty(was_on=True, off_for=STALE - SECOND)
    assert not by_itself.is_over
    assert replace(by_itself, off_for=STALE).is_over


def test_looked_at_again_when_something_may_have_changed() -> None:
    """On, when the pause is over; off, when it has been off for long enough."""
    on = duty(was_on=True, pause=2 * MINUTE)
    assert on.wait == 2 * MINUTE
    off = replace(on, is_heard=True, off_for=4 * SECOND)
    assert off.wait == SURE - 4 * SECOND


def test_never_seen_on_is_over_when_no_late_start_can_come() -> None:
    """A call to turn on may take effect minutes after the call to turn off."""
    late = duty(off_for=HOUR, is_heard=True, due_for=LATE_START)
    assert late.is_over
    assert not replace(late, due_for=LATE_START - SECOND).is_over
    assert not replace(late, due_for=None).is_over
    assert replace(late, is_heard=False).is_over
    assert not replace(late, off_for=SURE - SECOND).is_over


def test_starting_makes_it_as_if_it_was_never_on() -> None:
    """A second start counts anew: what was seen before is no answer to it."""
    again = duty(was_on=True, off_for=HOUR).starting()
    assert not again.was_on
    assert again.off_for is None


# When the user has to know.


def test_in_trouble_after_three_errors() -> None:
    """Two errors happen; a call without an error is none."""
    assert not duty(told=2).is_in_trouble
    assert duty(told=3).is_in_trouble
    assert not duty(told=3, is_heard=True).is_in_trouble


def test_in_trouble_when_it_is_not_off_for_long() -> None:
    """However well it hears; what shows off is no trouble."""
    late = duty(told=3, is_heard=True, due_for=TROUBLE_AFTER)
    assert late.is_in_trouble
    assert not replace(late, due_for=TROUBLE_AFTER - SECOND).is_in_trouble
    assert not replace(late, due_for=None).is_in_trouble
    assert not replace(late, off_for=timedelta()).is_in_trouble


def test_how_long_things_take() -> None:
    """What the documentation promises, in minutes."""
    assert TROUBLE_AFTER == 15 * MINUTE
    assert LATE_START == 30 * MINUTE
    assert LONGEST_PAUSE == 5 * MINUTE
    assert SURE == 10 * SECOND


# Telling it.


def test_pauses_grow_to_five_minutes() -> None:
    """It goes on for ever, and never less often than every five minutes."""
    told, pauses = duty(is_heard=True), []
    for _ in range(6):
        told = told.told_off()
        pauses.append(told.pause / MINUTE)
        assert not told.is_heard
    assert pauses == [1, 2, 4, 5, 5, 5]
    assert told.told == 6


def test_heard_gives_it_time() -> None:
    """Some need minutes until they show what they do."""
    heard = duty().told_off().heard()
    assert heard.is_heard
    assert heard.pause == LONGEST_PAUSE


def test_told_when_due_and_not_before() -> None:
    """It is told once, then left alone for a pause."""
    assert turn(duty(), 59).stops == ()
    first = turn(duty(), 60)
    assert [it.entity for it in first.stops] == [ENTITY]
    assert turn(first.duties, 60.5, elapsed=0.5).stops == ()
    assert len(turn(first.duties, 61).stops) == 1


@pytest.mark.parametrize("state", [SwitchState.UNAVAILABLE, SwitchState.MISSING])
def test_what_does_not_answer_is_told_when_it_does(state: SwitchState) -> None:
    """Calls that nobody hears are no use; they begin as soon as it is back."""
    waiting = turn(duty(), 60, state)
    assert waiting.stops == ()
    assert waiting.duties.held[0].told == 0
    assert len(turn(waiting.duties, 61).stops) == 1


def test_what_does_not_say_what_it_does_is_told() -> None:
    """Unknown is not off."""
    assert len(turn(duty(), 60, SwitchState.UNKNOWN).stops) == 1


def test_what_shows_off_is_told_once_where_a_start_may_come() -> None:
    """Nobody has seen it on: the call to turn on may still be on its way."""
    first = turn(duty(), 60, SwitchState.OFF)
    assert len(first.stops) == 1
    heard = Duties((first.duties.held[0].heard(),))
    assert turn(heard, 70, SwitchState.OFF, elapsed=10).stops == ()
    assert turn(duty(was_on=True), 60, SwitchState.OFF).stops == ()


def test_let_go_when_it_is_over() -> None:
    """Seen off for long enough, nothing is left of it."""
    off = turn(duty(was_on=True, off_for=STALE - SECOND), 60, SwitchState.OFF)
    assert off.duties.held == ()
    sooner = turn(duty(was_on=True), 60, SwitchState.OFF)
    assert len(sooner.duties.held) == 1


def test_what_is_not_due_is_kept_though_it_is_off() -> None:
    """In the middle of a run, a plug that is off may be turned on again."""
    off = turn(duty(was_on=True, off_for=HOUR), 30, SwitchState.OFF)
    assert len(off.duties.held) == 1
    assert off.stops == ()


def test_what_another_one_wants_on_is_left_on() -> None:
    """The other one sees to it, so this one is done."""
    other = duty(run="pool/2026-04-15", until=at(120), left=2 * HOUR)
    after = turn(Duties((duty(), other)), 60)
    assert after.stops == ()
    assert [it.run for it in after.duties.held] == [other.run]


def test_what_a_run_is_about_to_begin_with_is_left_on() -> None:
    """The duty is kept, in case the run does not begin."""
    after = turn(duty(), 60, needed=True)
    assert after.stops == ()
    assert after.duties.held[0].told == 0
    assert len(turn(after.duties, 61).stops) == 1


def test_several_duties_of_one_entity_tell_it_once() -> None:
    """Both count the call."""
    after = turn(Duties((duty(), duty(run="pool/2026-04-15"))), 60)
    assert len(after.stops) == 1
    assert [it.told for it in after.duties.held] == [1, 1]
    apart = turn(Duties((duty(), duty(run="pool/1", entity="switch.pool"))), 60)
    assert len(apart.stops) == 2


def test_spent_runs_are_those_that_end_before_their_time() -> None:
    """By the clock of the home it is not over; by the other one it is."""
    assert turn(duty(left=MINUTE), 30).spent == {duty().run}
    assert turn(duty(left=MINUTE), 60).spent == frozenset()
    assert turn(duty(left=MINUTE, is_released=True), 30).spent == frozenset()
    assert turn(duty(left=2 * MINUTE), 30).spent == frozenset()


# What runs need.


def test_need_makes_a_duty() -> None:
    """It begins before anything is told."""
    assert Duties().needed("entry", [duty()]).held == (duty(),)


def test_what_is_needed_no_longer_is_released() -> None:
    """Only that of the same entry; another entry has not been asked."""
    other = duty(entry="other", run="pool/1")
    held = Duties((duty(), other)).needed("entry", []).held
    assert [it.is_released for it in held] == [True, False]
    assert Duties((replace(other, is_released=True),)).needed("entry", []).held == (
        replace(other, is_released=True),
    )


def test_needed_longer_or_shorter() -> None:
    """A run that makes up for lost time gets that time, and never loses any."""
    held = duty(left=20 * MINUTE, was_on=True)
    need = duty(until=at(75), left=45 * MINUTE, name="Boiler", is_asked=True)
    longer = held.wanted_again(need)
    assert (longer.until, longer.left) == (at(75), 35 * MINUTE)
    assert (longer.name, longer.is_asked, longer.was_on) == ("Boiler", True, True)
    shorter = held.wanted_again(duty(until=at(45)))
    assert (shorter.until, shorter.left) == (at(45), 20 * MINUTE)


def test_later_only_by_the_clock_is_on_no_longer() -> None:
    """The clock was set back by a day: the end is a day later, and nothing else."""
    held = duty(since=at(-1440), until=at(-1380), left=50 * MINUTE)
    again = held.wanted_again(duty())
    assert (again.until, again.left) == (at(60), HOUR)
    assert again.wanted_again(duty()).left == HOUR


@pytest.mark.parametrize(
    "over", [{"is_released": True}, {"told": 1}, {"left": timedelta()}]
)
def test_next_segment_begins_anew(over: dict[str, Any]) -> None:
    """What was bound to be off is on again: nothing of before counts."""
    need = duty(since=at(60), until=at(120), left=30 * MINUTE)
    assert duty(**over, was_on=True).wanted_again(need) == need


def test_what_is_used_up_is_not_given_again() -> None:
    """However slow the clock of the home is, a segment is on for its length."""
    used = duty(was_on=True, left=timedelta()).wanted_again(duty(left=20 * MINUTE))
    assert used.left == timedelta()
    assert turn(used, 40).spent == {used.run}
    # Only who makes the run longer gives it more.
    longer = duty(until=at(70), left=30 * MINUTE)
    assert duty(left=timedelta()).wanted_again(longer).left == 10 * MINUTE


def test_released_need_is_a_duty_only_where_there_is_none() -> None:
    """A duty that was lost comes back; one that is there is released, and goes on."""
    need = duty(is_released=True, left=timedelta())
    assert Duties().needed("entry", [need]).held == (need,)
    told = duty(told=4, pause=4 * MINUTE, was_on=True)
    held = Duties((told,)).needed("entry", [need]).held
    assert held == (replace(told, is_released=True),)


# Putting, finding, leaving.


def test_one_duty_of_each_run_and_entity() -> None:
    """Another entity, or another run, is another duty."""
    duties = Duties().put(duty()).put(duty(name="Boiler"))
    assert [it.name for it in duties.held] == ["Boiler"]
    duties = duties.put(duty(entity="switch.other")).put(duty(run="heater/1"))
    assert len(duties.held) == 3
    assert duties.get("heater/1", ENTITY) == duty(run="heater/1")
    assert duties.get("heater/1", "switch.other") is None
    assert Duties().get("heater/1", ENTITY) is None


def test_duties_of_an_entry() -> None:
    """Others are not its own."""
    other = duty(entry="other", run="pool/1")
    assert Duties((duty(), other)).of("other") == (other,)


def test_released_is_what_the_user_has_given_up() -> None:
    """Others stay as they are."""
    duties = Duties((duty(), duty(run="pool/1", appliance="pool")))
    held = duties.released(lambda it: it.appliance == "pool").held
    assert [it.is_released for it in held] == [False, True]
    assert Duties(held).released(lambda it: False).held == held


def test_without_what_is_left_on() -> None:
    """What the user wants to be left on is nobody's duty any more."""
    duties = Duties((duty(), duty(run="pool/1", appliance="pool")))
    held = duties.without(lambda it: it.appliance == "pool").held
    assert held == (duty(),)


def test_renamed_entity() -> None:
    """It is the same switch under another id; others keep theirs."""
    other = duty(run="pool/1", entity="switch.pool")
    held = Duties((duty(), other)).renamed(ENTITY, "switch.new").held
    assert [it.entity for it in held] == ["switch.new", "switch.pool"]
