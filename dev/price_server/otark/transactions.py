"""Make up the transactions of contracts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dev.price_server.answer import JsonObject, number
from dev.price_server.market import PARIS, QUARTER_HOUR
from dev.price_server.publication import Publication

from .contracts import DAY_AHEAD, INTRADAY, PPA, Contract, all_contracts
from .slots import Slot, delivery_day, slots, written

EPOCH_QUARTER = QUARTER_HOUR.total_seconds()
# These two slots of today tell whether a client knows which transactions count. The
# sun is not up in the second one, so that no valid transaction is missing in it.
CORRECTED_SLOT = 50
INVALID_SLOT = 20
INTRADAY_SLOTS = 25


class TransactionStatus(StrEnum):
    """Name whether a transaction counts."""

    VALID = "valid"
    INVALID = "invalid"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Transaction:
    """Hold the energy in MWh that a contract delivers in one slot."""

    contract: Contract
    slot: Slot
    volume: float
    status: TransactionStatus = TransactionStatus.VALID
    version: int = 1

    @property
    def id(self) -> str:
        """Give an id that grows with the slot, the contract and the version."""
        quarter = int(self.slot.start.timestamp() / EPOCH_QUARTER)
        return f"txn_{quarter:07x}{self.contract.id[4]}{self.version:02x}"

    @property
    def previous_id(self) -> str | None:
        """Give the id of the version before this one."""
        if self.version == 1:
            return None
        return replace(self, version=self.version - 1).id

    @property
    def created_at(self) -> datetime:
        """Give a moment on the day before the delivery."""
        hours = 20 - self.version
        return self.slot.start - timedelta(hours=hours)

    def json(self, *, has_reference_fields: bool) -> JsonObject:
        """Write the transaction.

        The conventions page has no sample of a transaction, only the names of some
        fields: the form that is made of them is made up. The other form is that of the
        vendor's reference page, without the asset of its sender.
        """
        head: JsonObject = {
            "id": self.id,
            "type": self.contract.type,
            "contract_id": self.contract.id,
            "status": self.status,
            "version": self.version,
        }
        start, end = written(self.slot.start), written(self.slot.end)
        seller, buyer = self.contract.seller, self.contract.buyer
        tail: JsonObject = {
            "created_at": written(self.created_at),
            "previous_transaction_id": self.previous_id,
        }
        if has_reference_fields:
            return {
                **head,
                "sender": {"eic": seller.eic, "tso": seller.tso},
                "receiver": {"eic": buyer.eic, "tso": buyer.tso},
                "delivery_start": start,
                "delivery_end": end,
                "slot_number": self.slot.number,
                "volume": number(self.volume, 3),
                **tail,
            }
        return {
            **head,
            "direction": self.contract.direction,
            "sender_eic": seller.eic,
            "receiver_eic": buyer.eic,
            "delivery_date": self.slot.day.isoformat(),
            "period_from": start,
            "period_to": end,
            "slot_number": self.slot.number,
            "volume_mwh": number(self.volume, 3),
            **tail,
        }


def all_transactions(publication: Publication) -> Iterator[Transaction]:
    """Give the transactions of today and tomorrow, and a few of yesterday."""
    today = delivery_day(publication.now)
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    contracts = {contract.id: contract for contract in all_contracts(today)}
    for slot in slots(yesterday):
        if slot.number <= INTRADAY_SLOTS:
            yield Transaction(contracts[INTRADAY], slot, 0.5)
    for day in (today, tomorrow):
        for slot in slots(day):
            yield from _ppa(contracts[PPA], slot, is_today=day == today)
            # What was bought on the exchange is known once its prices are out.
            if slot.start.astimezone(PARIS).date() <= publication.last_day:
                yield Transaction(contracts[DAY_AHEAD], slot, slot.band)


def _ppa(contract: Contract, slot: Slot, *, is_today: bool) -> Iterator[Transaction]:
    """Give the transactions of one slot, of which one counts or none."""
    valid = Transaction(contract, slot, slot.sun)
    if is_today and slot.number == CORRECTED_SLOT:
        yield replace(valid, volume=99.0, status=TransactionStatus.SUPERSEDED)
        yield replace(valid, version=2)
    elif is_today and slot.number == INVALID_SLOT:
        yield replace(valid, volume=99.0, status=TransactionStatus.INVALID)
    else:
        yield valid
