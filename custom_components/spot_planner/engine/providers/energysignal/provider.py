"""EnergySignal: the French day-ahead market, and the reserves beside it.

The vendor's page names no limit of requests, no time of publication and no error but
401 without a subscription; what is done about these is unverified.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from ...balancing import BalancingMarket, BalancingPrice, BalancingPrices
from ...prices import Prices
from ...series import Component, PriceInterval, PriceSeries
from ..base import PriceKind, PriceProvider, Product
from ..errors import (
    AuthenticationError,
    ForbiddenError,
    MalformedError,
    NoSubscriptionError,
    NotPublishedError,
    WrongCurrencyError,
)
from ..network.credentials import bearer
from ..network.http import MAX_BYTES, HttpClient
from ..rows import close_intervals, number, rows_of
from .balancing import (
    STREAMS,
    Aggregate,
    Stream,
    read_aggregate,
    read_period,
    read_stream,
)

CURRENCY = "EUR"

# Four weeks of quarter-hours are 2,700 rows, 300 kB; this is six times that.
LARGEST_PRICES = 2 * 1024 * 1024

# A day of aFRR energy in steps of four seconds has 21,600 rows, 5.5 MB; nothing else of
# the routes for reserves comes near. This is half as much again.
LARGEST_BALANCING = MAX_BYTES

# The fields are called hours and hold quarter-hours; the market never sold more.
LONGEST = timedelta(hours=1)


PRODUCT = Product(
    kind=PriceKind.SPOT,
    # When the market's results come out. When they reach the vendor is not on its page.
    published_at=time(13),
    currency=CURRENCY,
    contains="Everything per kWh, added here to the market price",
    lasts="A quarter-hour",
)


class EnergySignalProvider(PriceProvider):
    """The day-ahead prices of France, and what the grid pays for reserves."""

    product = PRODUCT

    def __init__(self, client: HttpClient, token: str, zone: ZoneInfo) -> None:
        """Ask through this client with this token; the zone is the market's."""
        super().__init__(zone)
        self._client = client
        self._token = token
        self._refused: set[Aggregate] = set()

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the prices depend on: they are the same for everybody."""
        return self._client.base_url

    async def prices(
        self,
        first: date,  # noqa: ARG002 - the route knows no parameters.
        end: date,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Prices:
        """Return all that the vendor has, about four weeks in one answer."""
        return Prices(
            await self._get("/api/day-ahead-prices", LARGEST_PRICES, read_prices)
        )

    async def balancing(self, wanted: frozenset[BalancingMarket]) -> BalancingPrices:
        """Return the prices of the wanted markets, by as few questions as possible.

        An aggregated route that is refused once is not asked again.

        Raises:
            NoSubscriptionError: The single streams are refused as well. The token may
                still be good for prices.
            ProviderError: One of its other kinds.
        """
        found: list[BalancingPrice] = []
        for aggregate in Aggregate:
            streams = [
                stream
                for stream in STREAMS
                if stream.aggregate is aggregate
                and not wanted.isdisjoint(stream.markets.values())
            ]
            if streams:
                found += await self._ask(aggregate, streams)
        return BalancingPrices(tuple(it for it in found if it.market in wanted))

    async def _ask(
        self, aggregate: Aggregate, streams: list[Stream]
    ) -> list[BalancingPrice]:
        """Return the prices of streams of one kind, together or one by one."""
        if aggregate not in self._refused:
            try:
                return [
                    *await self._get(
                        aggregate,
                        LARGEST_BALANCING,
                        lambda answer: read_aggregate(answer, streams),
                    )
                ]
            except (AuthenticationError, ForbiddenError):
                self._refused.add(aggregate)
        found: list[BalancingPrice] = []
        for stream in streams:
            try:
                found += await self._get(
                    stream.path, LARGEST_BALANCING, partial(read_stream, stream=stream)
                )
            except (AuthenticationError, ForbiddenError) as err:
                raise NoSubscriptionError(
                    f"{stream.path}: {err}", err.retry_after, err.code
                ) from err
        return found

    async def _get[T](
        self, path: str, largest: int, reader: Callable[[object], T]
    ) -> T:
        """Return what a reader makes of the answer of a route."""
        document = await self._client.get_json(
            path, credentials=bearer(self._token), largest=largest
        )
        return await self._client.work(partial(reader, document))


def read_prices(document: object) -> PriceSeries:
    """Return the prices in an answer, stated in EUR per MWh, in EUR per kWh.

    A row without its price or one of its times is a gap.

    Raises:
        NotPublishedError: The answer holds no price.
        WrongCurrencyError: The answer says that it is in another currency.
        MalformedError: A field of a row holds what it cannot, or rows overlap.
    """
    if not isinstance(document, dict):
        raise MalformedError("the answer is not an object")
    if document.get("currency") not in (None, CURRENCY):
        raise WrongCurrencyError("the prices are not in EUR per MWh")
    if "rows" in document and document["rows"] is None:
        raise NotPublishedError("the answer has no rows")
    intervals: list[PriceInterval] = []
    for index, row in enumerate(rows_of(document, "rows")):
        name = f"row {index}"
        period = read_period(
            row, "hour_start_utc", "hour_end_utc", name, longest=LONGEST
        )
        if row.get("price_eur_mwh") is None:
            continue
        price = _per_kwh(number(row, "price_eur_mwh", name))
        if period:
            parts = (Component("spot", price),)
            intervals.append(PriceInterval(period.start, period.end, price, parts))
    if not intervals:
        raise NotPublishedError("the answer has no prices")
    return close_intervals(CURRENCY, intervals)


def _per_kwh(per_mwh: float) -> float:
    """Return a price per kWh that is as exact as the one per MWh is written."""
    return float(Decimal(str(per_mwh)) / 1000)
