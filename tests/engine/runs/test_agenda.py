"""All runs of a home, over changes of its appliances and long absences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from custom_components.spot_planner.engine.runs.agenda import MEMORY, Agenda
from custom_components.spot_planner.engine.runs.run import RunStatus

from ..helpers import PARIS
from .made import appliance, placed, run

NOON = datetime(2026, 4, 15, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_long_absence_is_no_flood_of_missed_runs() -> None:
    """After a summer without Home Assistant, only the last days count as missed."""
    known = Agenda(looked_at={"washer": NOON - 90 * DAY})
    due = known.with_due({"washer": appliance("washer")}, NOON, NOON + DAY, PARIS)
    assert due.runs
    assert min(it.latest_end for it in due.runs) > NOON - MEMORY


def test_a_request_keeps_its_deadline_when_another_appliance_is_changed() -> None:
    """Who asked for the washer by noon does not care for the dryer's power."""
    asked = run("washer", 0, 200, **placed((0, 120)))
    before = {"washer": appliance("washer"), "dryer": appliance("dryer")}
    after = before | {"dryer": appliance("dryer", 60, 3.0)}
    agenda = Agenda(runs=(asked,)).renewed(before, after, asked.earliest, PARIS)
    assert agenda.runs == (asked,)


def test_a_changed_appliance_gives_its_run_the_limits_of_its_day() -> None:
    """What the user changes of an appliance counts for its planned run."""
    planned = run("washer", 0, 200, **placed((0, 120)))
    before, after = appliance("washer"), appliance("washer", price_limit=0.5)
    agenda = Agenda(runs=(planned,)).renewed(
        {"washer": before}, {"washer": after}, planned.earliest, PARIS
    )
    assert agenda.runs[0].latest_end != planned.latest_end


def test_money_in_another_currency_is_forgotten() -> None:
    """Kroner are not added to euros, neither saved ones nor planned ones."""
    planned = run("washer", 0, 200, **placed((0, 120)))
    agenda = Agenda(runs=(planned,), saved={"washer": 12.5}).in_currency("EUR")
    assert agenda.saved == {"washer": 12.5}
    assert agenda.in_currency("EUR") == agenda
    other = agenda.in_currency("DKK")
    assert (other.saved, other.last, other.currency) == ({}, {}, "DKK")
    assert [(it.plan, it.status) for it in other.runs] == [(None, RunStatus.PLANNED)]
    assert other.runs[0].segments == planned.segments


def test_what_was_missed_by_a_clock_that_was_ahead_is_due_again() -> None:
    """A clock that begins three days ahead costs no night."""
    washer = {"washer": appliance("washer")}
    known = Agenda().with_due(washer, NOON, NOON + DAY, PARIS)
    night = known.runs[-1]
    ahead = NOON + 3 * DAY
    missed = known.with_run(replace(night, status=RunStatus.MISSED)).with_due(
        washer, ahead, ahead + DAY, PARIS
    )
    found = missed.get(night.id)
    assert found
    assert found.status is RunStatus.MISSED
    again = missed.with_due(washer, NOON, NOON + DAY, PARIS)
    assert again.get(night.id) == night
    # What began, or has too little time left, stays as it is.
    begun = replace(night, status=RunStatus.MISSED, told=True)
    same = known.with_run(begun).with_due(washer, NOON, NOON + DAY, PARIS)
    assert same.get(night.id) == begun
    late = night.latest_end - timedelta(minutes=1)
    same = missed.with_due(washer, late, late + DAY, PARIS)
    found = same.get(night.id)
    assert found
    assert found.status is RunStatus.MISSED
