"""Test who has a claim to a device, by what Home Assistant has written down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path

import pytest

from custom_components.spot_planner.appliances.run_document import write_run
from custom_components.spot_planner.engine.planning.model import Segment
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from dev.chaos.claims import claims, stored_runs
from dev.chaos.house import appliance_id

HOUR = timedelta(hours=1)
TEN = datetime(2026, 3, 21, 10, tzinfo=UTC)

RUN = Run(
    appliance=appliance_id("heater_noon"),
    key="2026-03-21",
    earliest=TEN - HOUR,
    latest_end=TEN + 8 * HOUR,
    status=RunStatus.RUNNING,
    segments=(Segment(TEN, TEN + HOUR), Segment(TEN + 3 * HOUR, TEN + 5 * HOUR)),
)


def write(path: Path, *runs: Run) -> None:
    """Write a file as Spot Planner does."""
    document = {"data": {"runs": [write_run(run) for run in runs]}}
    path.write_text(json.dumps(document), "utf-8")


def test_a_run_needs_its_device_in_its_segments(tmp_path: Path) -> None:
    """Neither before, nor in its pause, nor from its end on."""
    path = tmp_path / "runs"
    write(path, RUN)
    for moment in (TEN - HOUR, TEN + HOUR, TEN + 2 * HOUR, TEN + 5 * HOUR):
        assert claims(path, "heater", moment) == ()
    (claim,) = claims(path, "heater", TEN)
    assert claim.run == "heater_noon 2026-03-21"
    assert claim.until == (TEN + HOUR).timestamp()
    assert claim.end == (TEN + 5 * HOUR).timestamp()
    assert claim.duration == 45 * 60
    assert claim.within(TEN.timestamp(), claim.end) == 3 * HOUR.total_seconds()
    assert claim.is_daily
    assert claims(path, "pump", TEN) == ()


@pytest.mark.parametrize(
    "changes",
    [{"status": RunStatus.PLANNED}, {"status": RunStatus.DONE}, {"by_hand": True}],
)
def test_runs_that_need_nothing(tmp_path: Path, changes: dict[str, object]) -> None:
    """Those that have not begun, are over, or that a hand has begun."""
    path = tmp_path / "runs"
    write(path, replace(RUN, **changes))
    assert claims(path, "heater", TEN) == ()


def test_two_runs_on_one_device(tmp_path: Path) -> None:
    """Both need it."""
    path = tmp_path / "runs"
    write(path, RUN, replace(RUN, appliance=appliance_id("heater"), key="other"))
    found = claims(path, "heater", TEN)
    assert [claim.appliance for claim in found] == ["heater_noon", "heater"]


@pytest.mark.parametrize("text", [None, "", "{", "{}", '{"data": {"runs": [{}]}}'])
def test_a_file_without_runs(tmp_path: Path, text: str | None) -> None:
    """Nothing was written yet, or what was written cannot be read."""
    if text is not None:
        (tmp_path / "runs").write_text(text, "utf-8")
    assert stored_runs(tmp_path / "runs") == ()


def test_a_request_has_a_duration_of_its_own(tmp_path: Path) -> None:
    """Another one than the appliance has."""
    path = tmp_path / "runs"
    write(path, replace(RUN, duration=timedelta(minutes=50)))
    assert [it.duration for it in claims(path, "heater", TEN)] == [50 * 60]
