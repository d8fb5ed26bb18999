"""What holds for a run whatever happens to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import event, given, strategies as st

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.execution import ATTEMPTS, LATE, step
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import MINUTE, START, at, examples
from .made_up_runs import Command, House, Look, Machine

FEW = examples(100)

type Event = Callable[[House], None]


def sets(**values: object) -> Event:
    """Return an event that changes the machine."""

    def happen(house: House) -> None:
        for name, value in values.items():
            setattr(house.machine, name, value)

    return happen


def switches(**values: bool) -> Event:
    """Return an event that changes what the user has set."""

    def happen(house: House) -> None:
        house.switching = replace(house.switching, **values)

    return happen


EVENTS: dict[str, Event] = {
    "nothing": lambda house: None,
    "unavailable": sets(absence=SwitchState.UNAVAILABLE),
    "unknown": sets(absence=SwitchState.UNKNOWN),
    "missing": sets(absence=SwitchState.MISSING),
    "there again": sets(absence=None, proof_absence=None),
    "proof lost": sets(proof_absence=SwitchState.UNAVAILABLE),
    "no start": sets(deaf_to={Command.START}),
    "no stop": sets(deaf_to={Command.STOP}),
    "obeys": sets(deaf_to=set(), delay=0, draws=True),
    "slow": sets(delay=7),
    "no power": sets(draws=False),
    "turned on": lambda house: house.turn(is_on=True),
    "turned off": lambda house: house.turn(is_on=False),
    "power cut": lambda house: house.cut(),
    "restart": lambda house: house.away(3),
    "downtime": lambda house: house.away(70),
    "off after downtime": lambda house: house.away(40, machine_is_on=False),
    "handed over": switches(automatic=True),
    "taken back": switches(automatic=False),
    "paused": switches(paused=True),
    "resumed": switches(paused=False),
}
LEAPS: dict[str, Event] = {
    "an hour back": lambda house: house.leap(-60),
    "an hour forward": lambda house: house.leap(60),
}
TIMES = st.sampled_from(
    [
        ((120, 240),),
        ((120, 125),),
        ((120, 150), (170, 200), (230, 260)),
        ((180, 300),),
    ]
)


@st.composite
def lives(draw: st.DrawFn, events: dict[str, Event] = EVENTS) -> House:
    """Let anything happen to a run and its machine."""
    machine = Machine(
        is_on=draw(st.booleans()),
        is_button=draw(st.booleans()),
        has_proof=draw(st.booleans()),
        delay=draw(st.sampled_from([0, 0, 1, 6])),
    )
    house = House(
        machine,
        *draw(TIMES),
        latest_end=300,
        automatic=draw(st.booleans()),
        stops=draw(st.booleans()),
    )
    house.leap(draw(st.integers(50, 121)))
    names = st.sampled_from(list(events))
    for name, minutes in draw(
        st.lists(st.tuples(names, st.integers(0, 45)), max_size=12)
    ):
        if house.run.is_open:
            event(f"{name} while {house.status}")
            events[name](house)
        house.until(house.minute + minutes)
    return house


def finish(house: House) -> None:
    """Go on until everything must be over."""
    deadline = max(house.run.latest_end, house.run.end or at(0))
    deadline += LATE + ATTEMPTS * house.switching.confirm_within + MINUTE
    house.until(max(house.minute, -((START - deadline) // MINUTE)))


@FEW
@given(house=lives())
def test_every_run_ends(house: House) -> None:
    """Soon after its deadline, a run is over, whatever the appliance does."""
    finish(house)
    event(f"ends {house.status}")
    assert not house.run.is_open
    assert (house.run.problem is not None) == (house.status is RunStatus.FAILED)


@FEW
@given(house=lives())
def test_is_only_started_within_a_run(house: House) -> None:
    """A start lies in a segment of a run that is under way, and that somebody wants."""
    finish(house)
    for look in house.looks:
        if not look.starts:
            continue
        run = look.after
        event("starts")
        assert run.status is RunStatus.RUNNING
        assert run.wants_on(at(look.minute))
        assert look.switching.automatic or run.rule is Rule.BY_HAND
        assert not run.by_hand
        assert run.hand is None


@FEW
@given(house=lives(EVENTS | LEAPS))
def test_button_is_pressed_once_at_most(house: House) -> None:
    """Without a proof, a button is never pressed twice, nor told to stop."""
    house.until(house.minute + 400)
    if not house.switching.momentary:
        return
    assert house.stops == []
    if not house.machine.has_proof:
        event(f"pressed {house.machine.presses}")
        assert house.machine.presses <= 1


def is_confirmed(look: Look) -> bool:
    """Tell whether what a look has found shows that the last start has worked."""
    return SwitchState.ON is (
        look.seen.proof if look.seen.is_proven else look.seen.switch
    )


@FEW
@given(house=lives())
def test_no_start_is_told_for_ever(house: House) -> None:
    """After three starts without any effect, there is no fourth."""
    finish(house)
    told = 0
    for look in house.looks:
        if is_confirmed(look) or not look.after.told:
            told = 0
        if look.starts:
            told += 1
            event(f"told {told}")
            assert told <= ATTEMPTS
            assert look.after.attempts <= ATTEMPTS


@FEW
@given(house=lives())
def test_commitments_do_not_move(house: House) -> None:
    """A committed run keeps its start, unless nobody was there to start it."""
    finish(house)
    for look in house.looks:
        run, after = look.before, look.after
        if not run.is_committed or run.start is None:
            continue
        if after.start != run.start:
            event("planned anew")
            assert after.status is RunStatus.PLANNED
            assert run.on_since is None
            assert run.told is None
            is_over = run.end is not None and at(look.minute) >= run.end
            assert is_over or at(look.minute) > run.start + LATE


@FEW
@given(house=lives(EVENTS | LEAPS))
def test_stretches_are_in_order(house: House) -> None:
    """What was seen lies one after the other, and not in the future."""
    house.until(house.minute + 400)
    seen = at(0)
    for look in house.looks:
        seen = max(seen, at(look.minute))
        stretches = look.after.stretches
        assert all(it.duration > timedelta() for it in stretches)
        assert all(one.end <= next_.start for one, next_ in pairwise(stretches))
        assert all(it.end <= seen for it in stretches)


@FEW
@given(house=lives())
def test_looking_twice_does_nothing_twice(house: House) -> None:
    """Whoever looks again in the same minute, and sees the same, gives no command."""
    for look in house.looks:
        # What has just lost its time may begin at the next look, when it is high time.
        if not look.after.is_open or look.after.start is None:
            continue
        now = at(look.minute)
        seen = replace(look.seen, looked_at=now)
        again = step(look.after, look.switching, seen, now)
        assert not again.starts
