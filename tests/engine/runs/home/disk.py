"""The disk of a made-up home: the documents that were saved, and what may go wrong."""

from typing import Any

from custom_components.spot_planner.appliances.duty_store import DutyStore
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.duty import Duties

# Only how they write and read documents is used, which needs no Home Assistant.
DUTIES = object.__new__(DutyStore)
RUNS = object.__new__(RunStore)


class Disk:
    """Keep documents over restarts."""

    def __init__(self) -> None:
        """Hold nothing, and have room."""
        self.is_full = False
        self.duties: dict[str, Any] | None = None
        self.runs: dict[str, dict[str, Any]] = {}

    def save_duties(self, duties: Duties) -> bool:
        """Write duties down; return whether they are on disk."""
        if not self.is_full:
            self.duties = DUTIES._write(duties)
        return not self.is_full

    def save_runs(self, entry: str, agenda: Agenda) -> bool:
        """Write the runs of an entry down; return whether they are on disk."""
        if not self.is_full:
            self.runs[entry] = RUNS._write(agenda)
        return not self.is_full

    def load_duties(self) -> Duties:
        """Return the duties that were saved."""
        return Duties() if self.duties is None else DUTIES._read(self.duties)

    def load_runs(self, entry: str) -> Agenda:
        """Return the runs that were saved."""
        document = self.runs.get(entry)
        return Agenda() if document is None else RUNS._read(document)

    def has_duty(self, run: str, entity: str) -> bool:
        """Tell whether a duty is on disk."""
        rows = self.duties["duties"] if self.duties else ()
        return any((it["run"], it["entity"]) == (run, entity) for it in rows)

    def has_told(self, run: str) -> bool:
        """Tell whether it is on disk that a run was told to start."""
        return bool((document := self._run(run)) and document["told"])

    def is_running(self, run: str | None) -> bool:
        """Tell whether a run is on disk as one that is under way."""
        return bool((document := self._run(run)) and document["status"] == "running")

    def _run(self, run: str | None) -> dict[str, Any] | None:
        for document in self.runs.values():
            for row in document["runs"]:
                if f"{row['appliance']}/{row['key']}" == run:
                    return dict(row)
        return None
