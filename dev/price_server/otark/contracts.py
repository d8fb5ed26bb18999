"""Make up contracts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dev.price_server.answer import JsonObject
from dev.price_server.market import midnight

from .parties import BUYER, INTERMEDIARY, PARK, Party
from .slots import BERLIN, written


class ContractType(StrEnum):
    """Name the type of a contract."""

    PPA = "ppa"
    DAY_AHEAD = "day_ahead"
    INTRADAY = "intraday"


class ContractStatus(StrEnum):
    """Name how far a contract is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Contract:
    """Hold a contract, the days of its delivery and its two sides."""

    id: str
    type: ContractType
    status: ContractStatus
    first_day: date
    last_day: date
    seller: Party = PARK
    buyer: Party = BUYER

    @property
    def direction(self) -> str:
        """Name whether the balance group takes or gives; made up."""
        return "in" if self.seller is INTERMEDIARY else "out"

    def json(self) -> JsonObject:
        """Write the contract with the fields of the vendor's reference page.

        The conventions page has no sample of a contract. The reference page has more
        fields for the type ppa, which are left out. The values are made up.
        """
        start = midnight(self.first_day, BERLIN)
        end = midnight(self.last_day + timedelta(days=1), BERLIN)
        return {
            "id": self.id,
            "external_id": f"{self.type.upper()}-{self.id[-4:]}",
            "type": self.type,
            "status": self.status,
            "delivery_start": written(start),
            "delivery_end": written(end),
            "seller": self.seller.json(),
            "buyer": self.buyer.json(),
            "created_at": written(start - timedelta(days=40)),
            "updated_at": written(start - timedelta(days=30)),
        }


PPA = "con_a1b2c3d4"
DAY_AHEAD = "con_b1b2c3d4"
# Has 25 transactions, as many as the example of the page that explains pages.
INTRADAY = "con_c1b2c3d4"
PENDING = "con_d1b2c3d4"


def all_contracts(today: date) -> Iterator[Contract]:
    """Give the contracts in the order of their ids, more than a page of them."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    running, done = ContractStatus.IN_PROGRESS, ContractStatus.COMPLETED
    yesterday = today - timedelta(days=1)
    yield Contract(PPA, ContractType.PPA, running, first, last)
    yield Contract(
        DAY_AHEAD, ContractType.DAY_AHEAD, running, first, last, INTERMEDIARY
    )
    yield Contract(INTRADAY, ContractType.INTRADAY, done, yesterday, yesterday)
    yield Contract(
        PENDING,
        ContractType.PPA,
        ContractStatus.PENDING,
        date(today.year + 1, 1, 1),
        date(today.year + 1, 12, 31),
    )
    for index in range(9):
        day = today - timedelta(days=20 - index)
        yield Contract(f"con_e{index}b2c3d4", ContractType.INTRADAY, done, day, day)
