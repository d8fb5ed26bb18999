"""Duties on disk, in a file that needs no entry, no prices and no runs."""

from datetime import timedelta
from typing import Any, final, override

from homeassistant.core import HomeAssistant

from ..const import DOMAIN, LOGGER
from ..engine.runs.duty import Duties, Duty
from ..safe_store import SafeStore, read_moment


@final
class DutyStore(SafeStore[Duties]):
    """Keep the duties of all entries in one file.

    Each duty is read for itself: what is odd about one of them must not leave another
    one on for ever. Fields that are not known, or missing, change nothing else.
    """

    noun = "duties"
    remedy = "kept as far as they can be read"

    def __init__(self, hass: HomeAssistant) -> None:
        """Name the file; nothing is read yet."""
        super().__init__(hass, f"{DOMAIN}.duties")

    @override
    async def async_load(self) -> Duties:
        """Return what was stored; empty when there is nothing that can be used."""
        return await super().async_load() or Duties()

    @override
    def _write(self, stored: Duties) -> dict[str, Any]:
        return {"duties": [_write_duty(duty) for duty in stored.held]}

    @override
    def _read(self, document: dict[str, Any]) -> Duties:
        return Duties(tuple(_read_duty(duty) for duty in document["duties"]))

    @override
    def _rescue(self, document: object) -> Duties | None:
        rows = document.get("duties") if isinstance(document, dict) else None
        found = Duties()
        for row in rows if isinstance(rows, list) else ():
            try:
                found = found.put(_read_duty(row))
            except (
                ArithmeticError,
                LookupError,
                OSError,
                TypeError,
                ValueError,
            ) as err:
                LOGGER.error("A duty cannot be read (%s)", type(err).__name__)
        return found


def _write_duty(duty: Duty) -> dict[str, Any]:
    """Return the document of a duty; what passes within minutes is left out."""
    return {
        "entry": duty.entry,
        "appliance": duty.appliance,
        "name": duty.name,
        "run": duty.run,
        "entity": duty.entity,
        "since": duty.since.timestamp(),
        "until": duty.until.timestamp(),
        "left": duty.left.total_seconds(),
        "is_asked": duty.is_asked,
        "is_released": duty.is_released,
        "told": duty.told,
        "was_on": duty.was_on,
    }


def _read_duty(document: dict[str, Any]) -> Duty:
    """Return the duty of a document; after a restart it is told again at once."""
    return Duty(
        entry=str(document["entry"]),
        appliance=str(document["appliance"]),
        name=str(document["name"]),
        run=str(document["run"]),
        entity=str(document["entity"]),
        since=read_moment(document["since"]),
        until=read_moment(document["until"]),
        left=timedelta(seconds=float(document["left"])),
        is_asked=bool(document.get("is_asked", False)),
        is_released=bool(document.get("is_released", False)),
        told=int(document.get("told", 0)),
        was_on=bool(document.get("was_on", False)),
    )
