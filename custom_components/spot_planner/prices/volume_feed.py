"""Volumes over a restart: what is known of them stays, whether or not the provider does."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import isfinite
from typing import Any, final, override

from homeassistant.core import HomeAssistant

from ..const import DOMAIN, LOGGER
from ..engine.volumes import VolumeOrigin, Volumes, VolumeSlot
from ..storage.safe_store import SafeStore
from ..storage.stored_value import read_moment
from .feed import Feed


@dataclass(frozen=True, slots=True)
class StoredVolumes:
    """What is known of volumes, and the question that they answer."""

    question: str
    volumes: Volumes


@final
class VolumeStore(SafeStore[StoredVolumes]):
    """Keep the volumes of one config entry in a file of their own."""

    noun = "volumes"
    remedy = "asked for again"

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        super().__init__(hass, f"{DOMAIN}.{entry_id}.volumes")

    @override
    def _write(self, stored: StoredVolumes) -> dict[str, Any]:
        volumes = stored.volumes
        return {
            "question": stored.question,
            "slots": [
                [
                    slot.start.timestamp(),
                    slot.end.timestamp(),
                    slot.energy,
                    slot.origin,
                ]
                for slot in volumes.slots
            ],
            "contracts": volumes.contracts,
            "transactions": volumes.transactions,
            "nominations": volumes.nominations,
            "customers": volumes.customers,
            "skipped": volumes.skipped,
        }

    @override
    def _read(self, document: dict[str, Any]) -> StoredVolumes:
        customers = document["customers"]
        slots = [_read_slot(*row) for row in document["slots"]]
        return StoredVolumes(
            str(document["question"]),
            Volumes(
                slots=tuple(sorted(slots, key=lambda slot: slot.start)),
                contracts=int(document["contracts"]),
                transactions=int(document["transactions"]),
                nominations=int(document["nominations"]),
                customers=None if customers is None else int(customers),
                skipped=int(document["skipped"]),
            ),
        )


class VolumeFeed(Feed[Volumes]):
    """Ask for volumes, and keep them on disk."""

    @override
    async def _async_recall(self, now: datetime) -> Volumes | None:
        """Return the volumes of an earlier run, as long as any is still to come."""
        try:
            stored = await self._store.async_load()
        except OSError as err:
            # They can be asked for again.
            LOGGER.warning("%s: the stored volumes cannot be read (%s)", self.name, err)
            return None
        if stored is None or stored.question != self.question:
            return None
        slots = stored.volumes.slots
        return stored.volumes if slots and now < slots[-1].end else None

    @override
    async def _async_keep(self, data: Volumes, now: datetime) -> None:
        """Write the volumes down; a full disk costs none."""
        try:
            await self._store.async_save(StoredVolumes(self.question, data))
        except OSError as err:
            LOGGER.warning("%s: volumes cannot be stored (%s)", self.name, err)

    @cached_property
    def _store(self) -> VolumeStore:
        return VolumeStore(self.hass, self.config_entry.entry_id)


def _read_slot(start: float, end: float, energy: float, origin: str) -> VolumeSlot:
    """Return a slot of a document.

    Raises:
        ValueError: It has no length, or its energy is no number.
    """
    if not start < end or not isfinite(energy):
        raise ValueError("a slot is none")
    return VolumeSlot(
        read_moment(start), read_moment(end), float(energy), VolumeOrigin(origin)
    )
