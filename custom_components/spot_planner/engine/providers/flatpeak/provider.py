"""Flatpeak: the prices of a customer's own contract, at one location.

Prices are in major units of the location's currency per kWh and meant to be what the
customer pays in all; the vendor does not say so of VAT (unverified). How an account
chooses a release of the API is not found: this speaks Anode, `POST /prices/{id}`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from ...prices import Prices
from ...series import PriceSeries
from ...time_range import TimeRange, midnight
from ..base import Direction, PriceKind, PriceProvider, Product
from ..errors import (
    AuthenticationError,
    CredentialsError,
    NoTariffError,
    ProviderError,
    RateLimitedError,
    RefusedError,
)
from ..network.address import path_part
from ..network.http import HttpClient
from .answer import FlatpeakLocation, read_location, read_next_update, read_prices
from .error import NOT_SUPPORTED, explained
from .token import FlatpeakToken

# The most that one question may ask for ("max range is 90 days", the page).
LONGEST_RANGE = timedelta(days=90)

# As many days of quarter-hours are 8,644 rows, 1 MB; this is twice that.
LARGEST_ANSWER = 2 * 1024 * 1024

# A direction that the customer does not have is rarely added.
MISSING_PAUSE = timedelta(days=1)

# The smallest question that tells what the flow wants to know.
SAMPLE = timedelta(hours=1)


PRODUCT = Product(
    kind=PriceKind.FINAL,
    # "Presume tomorrow's rates will be updated by 23.00 local time the day earlier"
    # (docs.flatpeak.com, tariff-rates).
    published_at=time(23),
    replaces_estimates=False,
    currency=None,
    contains="What you have connected there; VAT is unverified",
    lasts="Any time",
)


class FlatpeakProvider(PriceProvider):
    """The prices of Flatpeak for one location."""

    product = PRODUCT

    def __init__(
        self,
        client: HttpClient,
        account_id: str,
        api_key: str,
        location_id: str,
        zone: ZoneInfo,
        directions: frozenset[Direction] = frozenset({Direction.EXPORT}),
    ) -> None:
        """Ask for a location in this zone: for IMPORT, and these directions beside."""
        super().__init__(zone)
        self._client = client
        client.largest = LARGEST_ANSWER
        self._token = FlatpeakToken(client, account_id, api_key)
        self._location_id = location_id
        self._zone = zone
        self._beside = tuple(sorted(directions - {Direction.IMPORT}))
        self._resting: dict[Direction, TimeRange] = {}

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the prices depend on; the location's id opens no door."""
        return " ".join([self._client.base_url, self._location_id, *self._beside])

    async def prices(self, first: date, end: date, now: datetime) -> Prices:
        """Return the prices of the location's days `[first, end)`, at most 90 of them.

        What is wrong with another direction leaves it out and does not touch IMPORT.
        """
        start = midnight(first, self._zone)
        stretch = TimeRange(
            start, min(midnight(end, self._zone), start + LONGEST_RANGE)
        )
        series, next_update = await self._ask(
            Direction.IMPORT,
            stretch,
            now,
            lambda answer: (
                read_prices(answer, self._location_id, Direction.IMPORT),
                read_next_update(answer, now),
            ),
        )
        beside = await self._prices_beside(stretch, series.currency, now)
        return Prices(
            series,
            export=beside.get(Direction.EXPORT),
            local=beside.get(Direction.LOCAL),
            next_update=next_update,
        )

    async def location(self, now: datetime) -> FlatpeakLocation:
        """Return what the vendor knows of the location, for who sets it up.

        Raises:
            NotFoundError: The vendor does not know the location.
            ProviderError: It cannot be known.
        """
        start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        stretch = TimeRange(start, start + SAMPLE)
        return await self._ask(
            Direction.IMPORT,
            stretch,
            now,
            lambda answer: read_location(answer, self._location_id, Direction.IMPORT),
        )

    async def _prices_beside(
        self, stretch: TimeRange, currency: str, now: datetime
    ) -> Mapping[Direction, PriceSeries]:
        """Return the prices of the other directions, as far as they are to be had."""
        found: dict[Direction, PriceSeries] = {}
        for direction in self._beside:
            rest = self._resting.get(direction)
            if rest and now in rest:
                continue
            try:
                found[direction] = await self._ask(
                    direction,
                    stretch,
                    now,
                    partial(
                        read_prices,
                        location_id=self._location_id,
                        direction=direction,
                        currency=currency,
                    ),
                )
            except (RateLimitedError, CredentialsError):
                # The next direction would be refused as well.
                break
            except ProviderError as err:
                self._resting[direction] = TimeRange(now, now + _pause(err))
        return found

    async def _ask[T](
        self,
        direction: Direction,
        stretch: TimeRange,
        now: datetime,
        reader: Callable[[object], T],
    ) -> T:
        """Return what a reader makes of the vendor's answer for one direction."""
        question = {
            "start_time": _written(stretch.start),
            "end_time": _written(stretch.end),
            "tariff_direction": direction.upper(),
        }
        try:
            document = await self._post(question, now)
        except RefusedError as err:
            raise explained(err) from None
        return await self._client.work(partial(reader, document))

    async def _post(self, question: Mapping[str, str], now: datetime) -> object:
        """Return the answer to a question, with a new token if the old is refused."""
        path = f"/prices/{path_part(self._location_id)}"
        headers = await self._token.headers(now)
        try:
            return await self._client.post_json(path, question, headers)
        except AuthenticationError:
            # The vendor may have ended the token before its time.
            self._token.forget()
        headers = await self._token.headers(now)
        return await self._client.post_json(path, question, headers)


def _pause(err: ProviderError) -> timedelta:
    """Return how long not to ask for a direction that has failed."""
    if isinstance(err, NoTariffError) or err.code == NOT_SUPPORTED:
        return MISSING_PAUSE
    return err.retry_after or timedelta()


def _written(moment: datetime) -> str:
    """Return a moment in UTC as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
