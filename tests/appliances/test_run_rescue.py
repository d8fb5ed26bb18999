"""Test what is had of odd runs: none is begun twice, none that is on is forgotten."""

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import permutations, product
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.appliances.run_document import (
    UNSAID,
    read_run,
    write_entry,
    write_run,
)
from custom_components.spot_planner.appliances.run_rescue import (
    rescued_agenda,
    rescued_run,
    without_twins,
)
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.run import Run, RunProblem, RunStatus
from custom_components.spot_planner.storage.stored_value import OddValueError

from ..engine.helpers import PROPERTY, at
from ..engine.runs.made import appliance, placed, run, segments
from ..odd_documents import ODD
from .test_run_store import ENTRY, on_disk

PLANNED = run("heater", 0, 600, **placed((60, 120)))
COMMITTED = replace(PLANNED, status=RunStatus.COMMITTED)
RUNNING = replace(
    PLANNED, status=RunStatus.RUNNING, told=True, on_since=at(60), plan=None
)
UNTOLD = replace(PLANNED, status=RunStatus.RUNNING)
DONE = replace(
    PLANNED,
    status=RunStatus.DONE,
    told=False,
    stretches=segments((60, 120)),
    is_settled=True,
)
MISSED = replace(PLANNED, status=RunStatus.MISSED)
LEFT_ON = replace(
    DONE,
    status=RunStatus.FAILED,
    problem=RunProblem.ENTITY_UNAVAILABLE,
    is_settled=False,
)
STATES = (PLANNED, COMMITTED, RUNNING, UNTOLD, DONE, MISSED, LEFT_ON)


def is_over(run: Run) -> bool:
    """Tell whether a run begins nothing any more; it may still have to be seen off."""
    return not run.is_open or (
        run.status is RunStatus.RUNNING and run.told is not None and not run.segments
    )


def test_no_twin_begins_what_was_over() -> None:
    """Of all pairs, in both orders, one is left that starts nothing that has ended."""
    for one, other in product(STATES, repeat=2):
        (kept,) = without_twins((one, other))
        assert kept.id == PLANNED.id
        assert is_over(kept) == (not (one.is_open and other.is_open)), (one, other)


def test_no_twin_forgets_what_may_be_on() -> None:
    """Whatever the other says: what was told to run is still to be seen off."""
    for one, other in permutations(STATES, 2):
        (kept,) = without_twins((one, other))
        if RUNNING in (one, other):
            assert (kept.status, kept.told) == (RunStatus.RUNNING, True), (one, other)
            assert kept.on_since == RUNNING.on_since
        elif LEFT_ON in (one, other):
            assert kept == replace(LEFT_ON, is_settled=kept.is_settled), (one, other)


def test_what_runs_goes_on_beside_a_twin_that_has_not_begun() -> None:
    """A run that is under way keeps its time."""
    for other in (PLANNED, COMMITTED, UNTOLD):
        assert without_twins((RUNNING, other)) == (RUNNING,)
        assert without_twins((other, RUNNING)) == (RUNNING,)


@PROPERTY
@given(st.lists(st.sampled_from(STATES), max_size=5), st.randoms())
def test_what_is_left_of_many_is_one_in_any_order(runs: list[Run], chance: Any) -> None:
    """Take the same of any number of twins, counted once; runs of others stay."""
    other = run("washer", 0, 120)
    left = without_twins([*runs, other])
    assert [it.id for it in left].count(PLANNED.id) == min(len(runs), 1)
    assert left[-1] == other
    if runs:
        # Money that is in the ledger is never counted again.
        assert left[0].is_settled == any(it.is_settled for it in runs) or (
            left[0].is_open
        )
        again = chance.sample(runs, len(runs))
        assert without_twins([*again, other])[0].status is left[0].status


def test_two_runs_of_one_appliance_are_both_kept() -> None:
    """Both may be on, and each has its own end."""
    tomorrow = replace(RUNNING, key="2026-04-16")
    document = {"runs": [write_run(RUNNING), write_run(tomorrow)]}
    rescued = rescued_agenda(on_disk(document))
    assert rescued
    assert rescued.runs == (RUNNING, tomorrow)


@pytest.mark.parametrize("name", UNSAID)
def test_one_odd_field_costs_only_itself(name: str) -> None:
    """Keep all else of a run, its status too, with any odd value in any field."""
    document = on_disk(write_run(RUNNING))
    for value in ODD:
        found = rescued_run(document | {name: value}, None)
        assert found
        expected = {**document, name: found and write_run(found)[name]}
        assert on_disk(write_run(found)) == expected
        assert read_run(on_disk(write_run(found))) == found


@pytest.mark.parametrize("name", ["appliance", "key", "earliest", "latest_end"])
def test_a_run_without_its_name_or_limits_is_lost(name: str) -> None:
    """Make up no run that nobody has asked for."""
    document = on_disk(write_run(RUNNING))
    assert rescued_run({**document, name: None}, None) is None
    assert rescued_run({**document, name: [1]}, None) is None
    del document[name]
    assert rescued_run(document, None) is None


@pytest.mark.parametrize("status", ["dreaming", None, 7, [], "", "RUNNING"])
def test_a_status_of_tomorrow_is_that_of_what_may_be_on(status: Any) -> None:
    """Believe that a run runs that was told to; any other is not begun again."""
    for known, expected in (
        (RUNNING, RunStatus.RUNNING),
        (replace(PLANNED, on_since=at(60)), RunStatus.RUNNING),
        (DONE, RunStatus.MISSED),
        (PLANNED, RunStatus.MISSED),
    ):
        found = rescued_run({**on_disk(write_run(known)), "status": status}, None)
        assert found == replace(known, status=expected)


def test_a_committed_run_without_a_time_is_planned_anew() -> None:
    """Nothing would ever end a run that keeps a time that it does not have."""
    document = {**on_disk(write_run(COMMITTED)), "segments": []}
    with pytest.raises(OddValueError):
        read_run(document)
    found = rescued_run(document, None)
    assert found
    assert found.status is RunStatus.PLANNED


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[120, 180], [0, 60]], [(0, 60), (120, 180)]),
        ([[0, 60], [30, 90]], [(0, 90)]),
        ([[0, 90], [30, 60], [80, 100]], [(0, 100)]),
        ([[0, 60], [60, 90]], [(0, 60), (60, 90)]),
        ([[60, 0], [120, 180], [200, 200]], [(120, 180)]),
        ([[60, 0]], []),
    ],
)
def test_segments_are_read_in_their_order_and_once(
    rows: list[list[float]], expected: list[tuple[float, float]]
) -> None:
    """Take the same time for the time of a run, however it is written."""
    seconds = [[at(start).timestamp(), at(end).timestamp()] for start, end in rows]
    document = on_disk(write_run(replace(PLANNED, plan=None)))
    found = read_run({**document, "segments": seconds, "stretches": seconds})
    assert found.segments == found.stretches == segments(*expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"earliest": at(600).timestamp(), "latest_end": at(0).timestamp()},
        {"latest_end": at(0).timestamp()},
        {"latest_end": at(0).timestamp() + 400 * 86400},
        {"segments": [[at(0).timestamp(), at(0).timestamp() + 8 * 86400]]},
        {"duration": -60},
        {"duration": 0},
        {"duration": 86401},
        {"duration": 1e300},
        {"attempts": -1},
        {"by_hand": 1},
        {"told": "yes"},
    ],
)
def test_runs_that_cannot_be_are_odd(changes: dict[str, Any]) -> None:
    """Refuse a run that ends before it begins, or keeps an appliance on for weeks."""
    with pytest.raises(OddValueError):
        read_run(on_disk(write_run(PLANNED)) | changes)


def test_what_older_files_do_not_have_is_unsaid() -> None:
    """Read a run that was written before a field was there."""
    document = on_disk(write_run(run("heater", 0, 600)))
    for name in UNSAID:
        del document[name]
    assert read_run(document) == run("heater", 0, 600)
    assert set(UNSAID) | set(document) == set(write_run(PLANNED))


NOON = at(12 * 60)
LOOKED_AT = {"heater": NOON.timestamp(), "washer": NOON.timestamp()}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("lost", "is_repeated"),
    [
        (DONE, False),
        (RUNNING, False),
        (MISSED, False),
        (PLANNED, True),
        (COMMITTED, True),
    ],
)
@pytest.mark.parametrize("name", ["earliest", "latest_end"])
def test_only_a_lost_run_that_has_not_begun_is_due_anew(
    lost: Run, is_repeated: bool, name: str
) -> None:
    """Repeat nothing that may have run, and miss nothing that has not."""
    document = {"runs": [write_run(lost) | {name: None}], "looked_at": LOOKED_AT}
    agenda = rescued_agenda(on_disk(document))
    assert agenda
    due = agenda.with_due({"heater": appliance("heater", 60)}, NOON, NOON + HOUR, UTC)
    is_due = [it.status is RunStatus.PLANNED for it in due.runs if it.id == lost.id]
    assert is_due == [is_repeated]
    if lost is RUNNING:
        # Its end is that which it had.
        assert due.get(lost.id) == replace(
            lost, earliest=NOON - 24 * HOUR, latest_end=NOON
        )


@pytest.mark.parametrize("runs", [None, 7, {}, "x", [7], [None], [[]]])
def test_a_cost_is_the_proof_of_a_run(runs: Any) -> None:
    """Where all runs are lost, what has cost something is not repeated."""
    cost = replace(
        ENTRY, appliance="heater", key="2026-04-15", start=at(60), end=at(99)
    )
    document = {
        "runs": runs,
        "looked_at": LOOKED_AT,
        "last": {"heater": write_entry(cost)},
    }
    agenda = rescued_agenda(on_disk(document))
    assert agenda
    known = {it: appliance(it, 60) for it in ("heater", "washer")}
    due = agenda.with_due(known, NOON, NOON + HOUR, UTC)
    found = {it.id: it.status for it in due.runs}
    assert found["heater/2026-04-15"] is RunStatus.DONE
    assert found["washer/2026-04-15"] is RunStatus.PLANNED
    assert all(it.is_settled for it in due.runs if it.status is RunStatus.DONE)
    assert all(it.appliance == "washer" for it in due.runs if it.is_open)


def test_what_is_good_is_kept_beside_what_is_odd() -> None:
    """Take each part by itself."""
    document = {
        "currency": "DKK",
        "runs": [write_run(DONE), 7, {}],
        "looked_at": {"heater": NOON.timestamp(), "car": 1e18, "washer": None},
        "saved": {"heater": 1.5, "car": None, "washer": 1e300, "x": True, "y": [1]},
        "last": {"dishwasher": write_entry(ENTRY), "car": {}, "x": 7},
    }
    rescued = rescued_agenda(on_disk(document))
    assert rescued
    assert rescued.runs[0] == DONE
    assert [it.id for it in rescued.runs[1:]] == [f"dishwasher/{ENTRY.key}"]
    assert replace(rescued, runs=()) == Agenda(
        currency="DKK",
        looked_at={"heater": NOON},
        saved={"heater": 1.5},
        last={"dishwasher": ENTRY},
    )


@pytest.mark.parametrize("document", [None, 7, [], "x", {}, {"saved": []}, True])
def test_where_there_is_nothing_nothing_is_rescued(document: Any) -> None:
    """Return nothing rather than something empty."""
    assert rescued_agenda(document) is None
