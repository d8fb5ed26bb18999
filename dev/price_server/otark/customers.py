"""Make up customers and answer them."""

from dataclasses import dataclass

from aiohttp import web

from dev.price_server.answer import Answer, Document, JsonObject
from dev.price_server.publication import Publication

from .errors import not_found
from .pages import Listing
from .parties import BUYER, PARK, Party
from .query import word

STATUSES = ("pending", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Customer:
    """Hold a customer of the balancing responsible party."""

    id: str
    party: Party
    status: str = "approved"

    def json(self) -> JsonObject:
        """Write the customer with the fields that are documented.

        A newer capture of the vendor's page names the states pending, active and
        deactivated instead. How the timestamps are called is not known.
        """
        return {
            "id": self.id,
            "name": self.party.name,
            "status": self.status,
            "balance_group": {"eic": self.party.eic, "tso": self.party.tso},
            "metadata": {},
            "created_at": "2025-11-20T10:00:00Z",
            "updated_at": "2026-01-05T08:30:00Z",
        }


CUSTOMERS = (
    Customer("cust_a1b2c3d4", PARK),
    Customer("cust_b1b2c3d4", BUYER),
    *(
        Customer(
            f"cust_c{index:x}b2c3d4",
            Party(f"Wind Park {index + 1}", f"11YWINDPARK{index + 1:02d}--A"),
            STATUSES[index % len(STATUSES)],
        )
        for index in range(10)
    ),
)


async def customers(request: web.Request, _: Publication) -> Answer:
    """Answer the customers, in some state or all, more than a page of them."""
    status = word(request, "status", STATUSES)
    records = [it.json() for it in CUSTOMERS if status in {None, it.status}]
    return Listing("customers", records, "created_at").page(request)


async def customer(request: web.Request, _: Publication) -> Document:
    """Answer one customer."""
    name = request.match_info["id"]
    for it in CUSTOMERS:
        if it.id == name:
            return Document(it.json())
    raise not_found(f"customer {name}")
