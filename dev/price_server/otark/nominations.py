"""Make up nominations, the sums of the valid transactions of a balance group."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dev.price_server.answer import JsonObject, number
from dev.price_server.market import midnight

from .parties import BUYER, INTERMEDIARY, PARK, Party
from .query import Delivery
from .slots import BERLIN, Slot, slots, written

# In the vendor's sample, half past three in Berlin on the day before.
GATE = timedelta(hours=15, minutes=30)
PAST_DAYS = 5


class NominationStatus(StrEnum):
    """Name what the grid operator has said."""

    PENDING = "pending"
    PARTIAL_MATCH = "partial_match"
    MATCH = "match"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Nomination:
    """Hold what a balance group delivers or takes on one day."""

    party: Party
    day: date
    now: datetime
    version: int = 1
    is_superseded: bool = False

    @property
    def id(self) -> str:
        """Give an id that grows with the day, the group and the version."""
        group = "a" if self.party is PARK else "b"
        return f"nom_{self.day.toordinal():07x}{group}{self.version:02x}"

    @property
    def gate_closure(self) -> datetime:
        """Give the moment after which nothing can be changed."""
        before = datetime.combine(self.day - timedelta(days=1), time.min, BERLIN)
        return midnight(before.date(), BERLIN) + GATE

    @property
    def created_at(self) -> datetime:
        """Give the moment since when the nomination is there."""
        return self.gate_closure - timedelta(hours=2)

    @property
    def status(self) -> NominationStatus:
        """Name what the grid operator has said so far."""
        if self.is_superseded:
            return NominationStatus.SUPERSEDED
        if self._confirmed_at is None:
            return NominationStatus.PENDING
        if self._matched_share < 1:
            return NominationStatus.PARTIAL_MATCH
        return NominationStatus.MATCH

    def json(self, delivery: Delivery, *, has_slots: bool) -> JsonObject:
        """Write the nomination with the fields of the vendor's reference page."""
        sent_at = self.gate_closure + timedelta(minutes=5)
        body: JsonObject = {
            "id": self.id,
            "status": self.status,
            "version": self.version,
            "gate_closure": written(self.gate_closure),
            "direction": "out" if self.party is PARK else "in",
            "eic": self.party.eic,
            "tso": self.party.tso,
            "counterparty": {"name": INTERMEDIARY.name, "eic": INTERMEDIARY.eic},
            "created_at": written(self.created_at),
            "previous_nomination_id": (
                replace(self, version=self.version - 1).id if self.version > 1 else None
            ),
            "confirmed_at": self._confirmed_at and written(self._confirmed_at),
            "sent_at": written(sent_at) if sent_at <= self.now else None,
        }
        if has_slots:
            body["slots"] = [
                self._slot(slot)
                for slot in slots(self.day)
                if delivery.has_slot(slot.number)
            ]
        return body

    @property
    def _confirmed_at(self) -> datetime | None:
        """Give the moment of the grid operator's answer, if there is one yet."""
        moment = self.gate_closure + timedelta(minutes=30)
        return moment if moment <= self.now else None

    @property
    def _matched_share(self) -> float:
        """Give the share of the amount that the other side named as well."""
        # The buyer's days of every seventh date were matched in part.
        return 0.5 if self.party is BUYER and self.day.day % 7 == 0 else 1.0

    def _slot(self, slot: Slot) -> JsonObject:
        """Write one slot; the amount has the unit of the transactions' volumes."""
        amount = slot.sun if self.party is PARK else slot.sun + slot.band
        if self.is_superseded:
            amount += 90
        is_matched = self._confirmed_at is not None and not self.is_superseded
        matched = number(amount * self._matched_share, 3) if is_matched else None
        return {
            "delivery_start": written(slot.start),
            "delivery_end": written(slot.end),
            "slot_number": slot.number,
            "amount": number(amount, 3),
            "matched_amount": matched,
        }


def all_nominations(today: date, now: datetime) -> Iterator[Nomination]:
    """Give the nominations that are there of some past days, today and tomorrow."""
    return (it for it in _nominations(today, now) if it.created_at <= now)


def _nominations(today: date, now: datetime) -> Iterator[Nomination]:
    """Give the nominations, those that are not there yet as well."""
    for offset in range(-PAST_DAYS, 2):
        day = today + timedelta(days=offset)
        seller = Nomination(PARK, day, now)
        if day == today:
            # The first version says something else, and counts no longer.
            yield replace(seller, is_superseded=True)
            yield replace(seller, version=2)
        else:
            yield seller
        yield Nomination(BUYER, day, now)
