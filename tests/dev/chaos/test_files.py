"""Test which files count as damaged."""

import json
from pathlib import Path

from dev.chaos.files import damaged, original

GOOD = {"version": 1, "key": "spot_planner.entry.runs", "data": {"runs": []}}


def test_files_that_can_be_read(tmp_path: Path) -> None:
    """Neither good files nor others nor those being written count."""
    (tmp_path / "spot_planner.entry.runs").write_text(json.dumps(GOOD))
    (tmp_path / "core.device_registry").write_text("{")
    (tmp_path / "tmp12345").write_text("")
    (tmp_path / "spot_planner.duties.unfinished").write_text("{")
    assert damaged(tmp_path) == {}


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """A file that ends too early, one that is empty and one of another name."""
    (tmp_path / "spot_planner.entry.runs").write_text(json.dumps(GOOD)[:-5])
    (tmp_path / "spot_planner.duties").write_text("")
    (tmp_path / "spot_planner.entry").write_text(json.dumps(GOOD))
    found = damaged(tmp_path)
    assert sorted(found) == [
        "spot_planner.duties",
        "spot_planner.entry",
        "spot_planner.entry.runs",
    ]


def test_files_that_were_set_aside(tmp_path: Path) -> None:
    """Whoever set them aside, they count even if they could be read."""
    names = [
        "spot_planner.entry.corrupt.2026-03-21",
        "spot_planner.entry.damaged.20260321060000",
    ]
    for name in names:
        (tmp_path / name).write_text(json.dumps(GOOD))
    assert sorted(damaged(tmp_path)) == names
    assert {original(name) for name in names} == {"spot_planner.entry"}
    assert original("spot_planner.entry.runs") == "spot_planner.entry.runs"
