"""Duties on disk, in a file that needs no entry, no prices and no runs."""

from datetime import UTC, datetime, timedelta
from typing import Any, final, override

from homeassistant.core import HomeAssistant, valid_entity_id

from ..const import DOMAIN, LOGGER
from ..engine.runs.duty import Duties, Duty
from ..storage.safe_store import SafeStore
from ..storage.stored_value import (
    read_count,
    read_fields,
    read_list,
    read_moment,
    read_number,
    read_text,
    read_truth,
)

# The end of a duty of which nothing else is known.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

# No run is on for longer, in seconds.
LONGEST_LEFT = 7 * 24 * 3600


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
        duties = Duties()
        for row in read_list(document.get("duties")):
            duties = duties.put(_read_duty(row))
        return duties

    @override
    def _rescue(self, document: object) -> Duties:
        duties = Duties()
        rows = document.get("duties") if isinstance(document, dict) else document
        if isinstance(rows, dict):
            rows = list(rows.values())
        for row in rows if isinstance(rows, list) else ():
            duty: Duty | None = None
            try:
                duty = _read_duty(row)
            except Exception as err:  # noqa: BLE001 - one must not cost the others.
                LOGGER.error("A duty cannot be read (%s)", type(err).__name__)
                duty = _rescued_duty(row)
            if duty is not None:
                duties = duties.put(duty)
        return duties


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


def _read_duty(document: object) -> Duty:
    """Return the duty of a document; after a restart it is told again at once."""
    fields = read_fields(document)
    return Duty(
        entry=read_text(fields.get("entry")),
        appliance=read_text(fields.get("appliance")),
        name=read_text(fields.get("name")),
        run=read_text(fields.get("run")),
        entity=read_text(fields.get("entity")),
        since=read_moment(fields.get("since")),
        until=read_moment(fields.get("until")),
        left=timedelta(
            seconds=max(min(read_number(fields.get("left")), LONGEST_LEFT), 0.0)
        ),
        is_asked=read_truth(fields.get("is_asked", False)),
        is_released=read_truth(fields.get("is_released", False)),
        told=read_count(fields.get("told", 0)),
        was_on=read_truth(fields.get("was_on", False)),
    )


def _rescued_duty(document: object) -> Duty | None:
    """Return a duty to be done at once, where a document at least names an entity.

    It is better to turn something off too early than never.
    """
    fields = document if isinstance(document, dict) else {}
    entity = fields.get("entity")
    if not isinstance(entity, str) or not valid_entity_id(entity):
        return None
    texts = {
        key: str(fields.get(key, "")) for key in ("entry", "appliance", "run", "name")
    }
    return Duty(
        entry=texts["entry"],
        appliance=texts["appliance"],
        name=texts["name"] or entity,
        run=texts["run"],
        entity=entity,
        since=LONG_AGO,
        until=LONG_AGO,
        left=timedelta(),
        is_released=True,
        was_on=True,
    )
