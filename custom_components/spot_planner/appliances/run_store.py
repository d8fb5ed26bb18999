"""Runs and what they have saved on disk, so that a restart loses none."""

from typing import Any, final, override

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.runs.agenda import Agenda
from ..storage.safe_store import SafeStore
from ..storage.stored_value import (
    OddValueError,
    read_currency,
    read_fields,
    read_list,
    read_moment,
    read_number,
)
from .run_document import read_entry, read_run, write_entry, write_run
from .run_rescue import rescued_agenda


@final
class RunStore(SafeStore[Agenda]):
    """Keep the runs of one config entry in a file of their own."""

    noun = "runs"
    remedy = "planned anew"

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        super().__init__(hass, f"{DOMAIN}.{entry_id}.runs")

    @override
    async def async_load(self) -> Agenda:
        """Return what was stored; empty when there is nothing that can be used."""
        return await super().async_load() or Agenda()

    @override
    def _write(self, stored: Agenda) -> dict[str, Any]:
        return {
            "currency": stored.currency,
            "saved": dict(stored.saved),
            "looked_at": {
                appliance: moment.timestamp()
                for appliance, moment in stored.looked_at.items()
            },
            "last": {
                appliance: write_entry(entry)
                for appliance, entry in stored.last.items()
            },
            "runs": [write_run(run) for run in stored.runs],
        }

    @override
    def _read(self, document: dict[str, Any]) -> Agenda:
        currency = document.get("currency")
        runs = tuple(read_run(run) for run in read_list(document["runs"]))
        if len({run.id for run in runs}) < len(runs):
            raise OddValueError("a run is there twice")
        return Agenda(
            currency=None if currency is None else read_currency(currency),
            runs=runs,
            looked_at={
                appliance: read_moment(seconds)
                for appliance, seconds in read_fields(document["looked_at"]).items()
            },
            saved={
                appliance: read_number(amount)
                for appliance, amount in read_fields(document["saved"]).items()
            },
            last={
                appliance: read_entry(entry)
                for appliance, entry in read_fields(document["last"]).items()
            },
        )

    @override
    def _rescue(self, document: object) -> Agenda | None:
        """Keep above all the savings, which nobody can work out again."""
        return rescued_agenda(document)
