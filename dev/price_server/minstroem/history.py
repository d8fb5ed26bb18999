"""Write how the charges changed."""

from collections.abc import Iterator
from datetime import UTC, datetime

from dev.price_server.answer import JsonObject
from dev.price_server.market import midnight

from .amount import plain
from .instant import instant
from .subscription import SUBSCRIPTIONS, Subscription
from .tariff import COPENHAGEN, TARIFFS, Rate, Tariff


def tariff_history(start: datetime, end: datetime) -> list[JsonObject]:
    """Write the rates that count between two moments."""
    return [
        {
            "price": _price(rate),
            "ownerName": tariff.owner,
            "name": tariff.name,
            "from": instant(midnight(rate.since, COPENHAGEN)),
        }
        for tariff in TARIFFS
        for rate in _rates(tariff, start, end)
    ]


def subscription_history(end: datetime) -> list[JsonObject]:
    """Write the subscriptions that have begun before a moment."""
    return [
        _subscription(it)
        for it in SUBSCRIPTIONS
        if midnight(it.since, COPENHAGEN) < end
    ]


def _rates(tariff: Tariff, start: datetime, end: datetime) -> Iterator[Rate]:
    """Give the rates of a tariff that count between two moments."""
    begins = [midnight(rate.since, COPENHAGEN) for rate in tariff.rates]
    # Each rate ends where the next one begins, and the last one has no end.
    ends = [*begins[1:], datetime.max.replace(tzinfo=UTC)]
    for rate, begin, over in zip(tariff.rates, begins, ends, strict=True):
        if begin < end and over > start:
            yield rate


def _price(rate: Rate) -> JsonObject:
    """Write a rate as one of the variants that the page leaves open.

    The page shows the static variant alone. What it writes for a price that changes
    with the hour is not documented, so the other variant is made up.
    """
    if rate.is_static:
        return {"static": {"price": plain(rate.day)}}
    return {"hourly": {"prices": [plain(rate.at(hour)) for hour in range(24)]}}


def _subscription(subscription: Subscription) -> JsonObject:
    """Write a subscription per month and without VAT, as the sample's amounts are."""
    return {
        "name": subscription.name,
        "price": {"static": {"price": plain(subscription.monthly_without_vat)}},
        "ownerName": subscription.owner,
        "from": instant(midnight(subscription.since, COPENHAGEN)),
    }
