"""Sobry: the prices of the customer's own contract.

The public page does not mention this route. What is known of it was read off the
vendor's own Home Assistant integration, and is unverified beyond that: `days=1` gives
the day and the one after it, an empty list means that nothing is published yet, and
times are those of the clocks in Paris, in the order in which they pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from ...prices import Prices
from ...series import Level, PriceSeries
from ..base import PriceKind, PriceProvider, Product
from ..errors import (
    AuthenticationError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    NotPublishedError,
    WrongCurrencyError,
)
from ..network.credentials import bearer, fingerprint
from ..network.http import HttpClient
from ..rows import FIRST_YEAR, LAST_YEAR, PricePoint, close_points, number, rows_of
from .public import CURRENCY, QUARTER

CONTRACT = Product(
    how="with a key",
    kind=PriceKind.FINAL,
    # The README of a client (pierrepinon/sobry-hacs) names this time for the prices of
    # a contract, half an hour after the public ones. The vendor's page names none.
    published_at=time(13, 30),
    currency=CURRENCY,
    gives_levels=True,
    contains="What the contract costs per kWh, with VAT",
    lasts="A quarter-hour",
)

COLOURS = {
    "DARK_GREEN": Level.GREEN,
    "GREEN": Level.GREEN,
    "ORANGE": Level.YELLOW,
    "RED": Level.RED,
}


class SobryContractProvider(PriceProvider):
    """The prices of the one contract that a customer's key stands for."""

    product = CONTRACT

    def __init__(self, client: HttpClient, api_key: str, zone: ZoneInfo) -> None:
        """Ask through this client with this key; the zone is the market's."""
        super().__init__(zone)
        self._client = client
        self._api_key = api_key
        self._zone = zone

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the prices depend on: another key is another contract."""
        return f"{self._client.base_url} {fingerprint(self._api_key)}"

    async def prices(
        self,
        first: date,
        end: date,  # noqa: ARG002 - other numbers of days are not known to work.
        now: datetime,  # noqa: ARG002 - the day says it all.
    ) -> Prices:
        """Return the quarter-hourly prices of the first day and the one after it.

        They are what the customer pays, with VAT.
        """
        try:
            document = await self._client.get_json(
                "/v2/user/daily-prices",
                {
                    "day": first.isoformat(),
                    "days": "1",
                    "taxMode": "ttc",
                    "granularity": "15m",
                },
                bearer(self._api_key),
            )
        except ForbiddenError as err:
            # The vendor's integration takes 403 like 401, for a key that is no good.
            raise AuthenticationError(str(err), err.retry_after, err.code) from err
        except NotFoundError as err:
            # As in version 1, where 404 means no data for the period.
            raise NotPublishedError(str(err), err.retry_after, err.code) from err
        return Prices(
            await self._client.work(partial(read_prices, document, self._zone))
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the answer; without a price, it only tells that the time passed."""

    local: datetime
    price: float | None
    estimated: bool
    level: Level | None

    def at(self, moment: datetime) -> "_Placed":
        """Return the moment at which the row begins, with its price if it has one."""
        if self.price is None:
            return moment, None
        return moment, PricePoint(moment, self.price, (), self.estimated, self.level)


type _Placed = tuple[datetime, PricePoint | None]


def read_prices(document: object, zone: ZoneInfo) -> PriceSeries:
    """Return the prices in an answer, in EUR per kWh.

    A row whose price is null is a gap, and so is one at a time that the spring clock
    skips. Of the two rows at a time that the autumn clock repeats, the first in the
    list is the earlier; a single one could be either, and is a gap as well.

    Raises:
        NotPublishedError: The answer holds no price.
        WrongCurrencyError: A row says that it is in another currency.
        MalformedError: A row lacks its price or time, or two contradict each other.
    """
    named: dict[datetime, list[_Row]] = {}
    for index, fields in enumerate(rows_of(document)):
        row = _read_row(fields, f"row {index}")
        named.setdefault(row.local, []).append(row)
    placed = [pair for rows in named.values() for pair in _place(rows, zone)]
    points = [point for _, point in placed if point]
    if not points:
        raise NotPublishedError("the answer has no prices")
    gaps = [moment for moment, point in placed if not point]
    return PriceSeries(CURRENCY, close_points(points, zone, QUARTER, gaps))


def _read_row(fields: Mapping[str, object], name: str) -> _Row:
    """Return one row as it stands."""
    if fields.get("currency") not in (None, CURRENCY):
        raise WrongCurrencyError("the prices are not in EUR per kWh")
    price = None
    if "price" not in fields or fields["price"] is not None:
        price = number(fields, "price", name)
    estimated = fields.get("estimated")
    if estimated is not None and not isinstance(estimated, bool):
        raise MalformedError(f"{name} does not tell whether it is estimated")
    label = fields.get("colorLabel")
    level = COLOURS.get(label) if isinstance(label, str) else None
    return _Row(_local(fields, name), price, bool(estimated), level)


def _local(fields: Mapping[str, object], name: str) -> datetime:
    """Return what the clocks of Paris show, without saying which moment that is."""
    try:
        local = datetime.fromisoformat(f"{fields['date']}T{fields['time']}")
    except (KeyError, ValueError):
        # Python's own error quotes the text, whatever the vendor has put there.
        raise MalformedError(f"{name} has no readable time") from None
    is_quarter = not (local.minute % 15 or local.second or local.microsecond)
    if local.tzinfo is not None or not is_quarter:
        raise MalformedError(f"{name} is not at a local quarter-hour")
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise MalformedError(f"{name} lies in the year {local.year}")
    return local


def _place(rows: list[_Row], zone: ZoneInfo) -> Iterable[_Placed]:
    """Give the rows of one local time at the moments when the clocks show it."""
    moments = _moments(rows[0].local, zone)
    if len(moments) == 2:
        if len(rows) > 2:
            raise MalformedError(f"{rows[0].local} comes more than twice")
        for index, moment in enumerate(moments):
            yield rows[index].at(moment) if len(rows) == 2 else (moment, None)
        return
    known = [row for row in rows if row.price is not None]
    if len({row.price for row in known}) > 1:
        raise MalformedError(f"two prices are given for {rows[0].local}")
    # A price that is confirmed is no longer an estimate.
    row = min(known, key=lambda row: row.estimated, default=rows[0])
    for moment in moments:
        yield row.at(moment)


def _moments(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which the clocks show a time: none, one or two."""
    both = [local.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1)]
    # Where the clock skips a time, no moment has it as its local time.
    shown = [it for it in both if it.astimezone(zone).replace(tzinfo=None) == local]
    return list(dict.fromkeys(shown))
