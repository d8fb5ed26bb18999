"""Charges of an hour: what they consist of at a place on the map."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import fsum
import re
import unicodedata

from ...components import OTHER
from ...series import PRICE_LIMIT, Component, PriceInterval, PriceSeries
from ..errors import (
    CannotConnectError,
    CredentialsError,
    MalformedError,
    ProviderError,
    RateLimitedError,
    TimedOutError,
)
from ..network.http import HttpClient
from ..rows import number, rows_of
from .place import Coordinates
from .stamp import stamp
from .vat import WITH_VAT, before_vat, with_vat

PATH = "/prices/charges/location"

# Danish grid tariffs have three bands a day, so this is enough for two days over a
# change of season.
MOST_REQUESTS = 6

# Tariffs that do not add up to their total may be mended by the next day.
ASK_AGAIN = timedelta(days=1)

# A year has about a dozen totals. A household has four or five tariffs.
MOST_REMEMBERED = 100
MOST_TARIFFS = 20

# Two totals closer than this are the same one, in the currency per kWh.
SAME_TOTAL = 1e-6
_SAME_DIGITS = 6

# Our words for the vendor's; grid tariffs go on with the kind of customer or meter.
COMPONENTS = {
    "elafgift": "excise",
    "transmissions nettarif": "transmission",
    "systemtarif": "system",
}
GRID = "nettarif"
# A tariff by such a name would be mistaken for another part of the price.
TAKEN = ("spot", "charges", "vat", OTHER)
LONGEST_NAME = 50
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

# After one of these, the next question of the round would fare no better.
HOPELESS = (CredentialsError, RateLimitedError, TimedOutError, CannotConnectError)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The parts of a total before VAT, none where the tariffs do not add up to it."""

    parts: tuple[Component, ...]
    asked: datetime


class HourCharges:
    """Put the parts of the charges in place of their total.

    The vendor tells the parts hour by hour, so one hour of each total is asked for,
    and what it consists of is remembered. Without parts, the total stays.
    """

    def __init__(
        self, client: HttpClient, credentials: Mapping[str, str], place: Coordinates
    ) -> None:
        """Begin without knowing any total."""
        self._client = client
        self._credentials = credentials
        self._place = place
        self._answers: dict[float, _Answer] = {}

    async def split(self, series: PriceSeries, now: datetime) -> PriceSeries:
        """Return prices with the parts of their charges, as far as they are told."""
        hours = self._unknown(series, now)
        for interval in hours[:MOST_REQUESTS]:
            try:
                await self._learn(interval, now)
            except HOPELESS:
                break
            except ProviderError:
                # The prices are what matters, and they are there.
                continue
        return replace(series, intervals=tuple(self._split(it) for it in series))

    def _unknown(self, series: PriceSeries, now: datetime) -> list[PriceInterval]:
        """Return an hour of each total that is worth a question, the current first."""
        hours: dict[float, PriceInterval] = {}
        for interval in sorted(series, key=lambda it: it.end <= now):
            total = _total(interval)
            if total is None:
                continue
            answer = self._answers.get(_key(total))
            if not answer or (not answer.parts and now - answer.asked >= ASK_AGAIN):
                hours.setdefault(_key(total), interval)
        return list(hours.values())

    async def _learn(self, interval: PriceInterval, now: datetime) -> None:
        """Ask what the charges of an hour are."""
        document = await self._client.get_json(
            PATH,
            {**self._place.query, "date": stamp(interval.start)},
            self._credentials,
        )
        tariffs = read_tariffs(document)
        total = _total(interval) or 0.0
        adds_up = abs(fsum(part.amount for part in tariffs) - total) <= SAME_TOTAL
        parts = tuple(Component(it.name, before_vat(it.amount)) for it in tariffs)
        self._answers[_key(total)] = _Answer(parts if adds_up else (), now)
        if len(self._answers) > MOST_REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def _split(self, interval: PriceInterval) -> PriceInterval:
        """Return an interval with the parts of its charges where they are known."""
        total = _total(interval)
        answer = None if total is None else self._answers.get(_key(total))
        if not answer or not answer.parts:
            return interval
        spot = [part for part in interval.components if part.name == "spot"]
        parts = with_vat(interval.price, (*spot, *answer.parts))
        return replace(interval, components=parts)


def read_tariffs(document: object) -> tuple[Component, ...]:
    """Return the tariffs of an hour by our names, in currency per kWh with VAT.

    The subscriptions beside them are paid by the day (unverified) and are no part of
    a price per kWh.

    Raises:
        MalformedError: There is no list of tariffs, or one has no name or amount.
    """
    rows = rows_of(document, "tariffs")
    if len(rows) > MOST_TARIFFS:
        raise MalformedError(f"there are more than {MOST_TARIFFS} tariffs")
    amounts: dict[str, float] = {}
    for index, row in enumerate(rows):
        label = f"tariff {index}"
        name = component_name(row.get("name"), label)
        amounts[name] = amounts.get(name, 0.0) + number(row, "price", label)
        if not abs(amounts[name]) < PRICE_LIMIT:
            raise MalformedError(f"{label} has an impossible price")
    return tuple(Component(name, amount) for name, amount in amounts.items())


def component_name(name: object, label: str) -> str:
    """Return our name for a tariff: a word of ours, or its own in ASCII.

    Raises:
        MalformedError: It is no name, or it would be mistaken for another part.
    """
    if not isinstance(name, str):
        raise MalformedError(f"{label} has no name")
    text = unicodedata.normalize("NFC", name).casefold().strip()
    if text in COMPONENTS:
        return COMPONENTS[text]
    if text.startswith(GRID):
        return "grid"
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    slug = "_".join(words)[:LONGEST_NAME].strip("_")
    if not slug or slug in TAKEN:
        raise MalformedError(f"{label} has an unusable name")
    return slug


def _total(interval: PriceInterval) -> float | None:
    """Return the charges of an interval with VAT, as the vendor states them."""
    charges = interval.component("charges")
    return None if charges is None else charges * WITH_VAT


def _key(total: float) -> float:
    return round(total, _SAME_DIGITS)
