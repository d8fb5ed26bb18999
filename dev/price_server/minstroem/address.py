"""Make up a few Danish addresses."""

from dataclasses import dataclass

from dev.price_server.answer import JsonObject

from .region import Region


@dataclass(frozen=True, slots=True)
class Address:
    """Hold an address and the id by which prices are asked for it."""

    id: str
    street: str
    number: str
    zip_code: str
    city: str
    floor: str | None = None
    door: str | None = None

    @property
    def region(self) -> Region:
        """Give the price region: the post codes below 5000 lie east of the belt."""
        return Region.DK2 if int(self.zip_code) < 5000 else Region.DK1

    @property
    def text(self) -> str:
        """Write the address as people do, in the order of the page's sample."""
        home = ". ".join(part for part in (self.floor, self.door) if part)
        parts = [f"{self.street} {self.number}", f"{self.zip_code} {self.city}"]
        return ", ".join([*parts, f"{home}."] if home else parts)

    def suggestion(self) -> JsonObject:
        """Write the address as the page does, without what it has not."""
        return {
            "id": self.id,
            "suggestion": self.text,
            "streetName": self.street,
            "streetNumber": self.number,
            **({} if self.floor is None else {"floor": self.floor}),
            **({} if self.door is None else {"door": self.door}),
            "zipCode": self.zip_code,
            "city": self.city,
        }


ADDRESSES = (
    Address(
        *("0a3f50a0-1111-32b8-e044-0003ba298018", "Prøvevej", "11", "2630", "Taastrup"),
        floor="2",
        door="tv",
    ),
    Address(
        *("0a3f50a0-2222-32b8-e044-0003ba298018", "Prøvevej", "11", "2630", "Taastrup"),
        floor="st",
    ),
    Address(
        *("0a3f50a0-3333-32b8-e044-0003ba298018", "Prøvevej", "2B", "8000", "Aarhus C")
    ),
    Address(
        *("0a3f50a0-4444-32b8-e044-0003ba298018", "Strømgade", "7", "5000", "Odense C")
    ),
)


def search(query: str) -> tuple[Address, ...]:
    """Give the addresses that have every word of a query."""
    words = query.casefold().replace(",", " ").split()
    return tuple(
        address
        for address in ADDRESSES
        if words and all(word in address.text.casefold() for word in words)
    )


def find(address_id: str) -> Address | None:
    """Give the address with an id."""
    return next((it for it in ADDRESSES if it.id == address_id), None)
