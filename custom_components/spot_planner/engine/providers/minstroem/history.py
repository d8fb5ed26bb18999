"""History of charges at a place on the map."""

from collections.abc import Iterator
from itertools import chain, islice

from ...charge import Charge
from ..errors import MalformedError
from ..rows import number, utc

PATH = "/prices/charges/location/history"

# A year has a few dozen charges, each with the name of a tariff.
MOST = 200
LONGEST_NAME = 100


def read_history(document: object) -> tuple[Charge, ...]:
    """Return the tariffs and then the subscriptions, in the vendor's order.

    At most 200 are returned, and a name has at most 100 characters. A row without a
    name or a readable time is left out.

    Raises:
        MalformedError: There is neither a list of the ones nor of the others.
    """
    if not isinstance(document, dict):
        raise MalformedError("the answer is not an object")
    lists = [document.get("tariffs"), document.get("subscriptions")]
    if not any(isinstance(rows, list) for rows in lists):
        raise MalformedError("the answer has no list of charges")
    tariffs, subscriptions = lists
    charges = chain(_charges(tariffs, False), _charges(subscriptions, True))
    return tuple(islice(charges, MOST))


def _charges(rows: object, is_subscription: bool) -> Iterator[Charge]:
    """Go through the rows that can be read."""
    if not isinstance(rows, list):
        return
    for row in rows:
        if not isinstance(row, dict):
            continue
        name, owner = row.get("name"), row.get("ownerName")
        try:
            valid_from = utc(row.get("from"), "a charge")
        except MalformedError:
            continue
        if isinstance(name, str) and name:
            yield Charge(
                name[:LONGEST_NAME],
                owner[:LONGEST_NAME] if isinstance(owner, str) else "",
                valid_from,
                _amount(row.get("price")),
                is_subscription,
            )


def _amount(price: object) -> float | None:
    """Return a price of the one form that is known: {"static": {"price": x}}."""
    if not isinstance(price, dict) or list(price) != ["static"]:
        return None
    static = price["static"]
    if not isinstance(static, dict):
        return None
    try:
        return number(static, "price", "a charge")
    except MalformedError:
        return None
