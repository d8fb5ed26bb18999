"""Min Strøm: Danish prices by the hour, with grid, excise and VAT worked in.

What the vendor's page leaves out was settled for Denmark by its own sample: amounts
are DKK per kWh and contain VAT. Not found, and so unverified: the currency for Swedish
and Norwegian regions, which is taken to be DKK as well, whether the price of a region
contains VAT, when prices appear, and what errors look like beyond an `error` member.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from ...charge import Charge
from ...prices import Prices
from ...series import PRICE_LIMIT, Component, Level, PriceSeries
from ..base import PriceKind, PriceProvider, Product
from ..errors import MalformedError, NotPublishedError, WrongCurrencyError
from ..network.credentials import bearer
from ..network.http import HttpClient
from ..rows import PricePoint, close_points, number, rows_of, utc
from .charges import HourCharges
from .history import PATH as HISTORY, read_history
from .place import Coordinates, Place, Region
from .stamp import stamp
from .suggestion import Suggestion, read_suggestions, suggestions_path
from .token import minstroem_token
from .usage import PATH as USAGE, read_request_count
from .vat import before_vat, with_vat

CURRENCY = "DKK"
HOUR = timedelta(hours=1)

# The codes that a client of the vendor's is known to ask for. The vendor's own list
# could not be read, so these are offered and any other may be typed.
REGIONS = (
    *("DK1", "DK2"),
    *("SE1", "SE2", "SE3", "SE4"),
    *("NO1", "NO2", "NO3", "NO4", "NO5"),
)


BY_PLACE = Product(
    how="by map or address",
    kind=PriceKind.FINAL,
    # The page does not say when; Nord Pool publishes at about this time.
    published_at=time(13),
    currency=CURRENCY,
    gives_levels=True,
    contains="Everything per kWh, with VAT",
    lasts="An hour, as documented",
)
BY_REGION = replace(
    BY_PLACE,
    how="by region",
    market="Denmark; Sweden and Norway unverified",
    contains="The spot price only",
)


class MinStroemProvider(PriceProvider):
    """The prices of Min Strøm at one place.

    A region's price is the market's alone, as the vendor states it: without charges.
    """

    def __init__(
        self,
        client: HttpClient,
        api_key: str,
        api_secret: str,
        place: Place,
        zone: ZoneInfo,
    ) -> None:
        """Ask through this client, for this place; the zone is Denmark's.

        Raises:
            InputError: The key or the secret cannot be one.
        """
        self.product = BY_REGION if isinstance(place, Region) else BY_PLACE
        super().__init__(zone)
        self._client = client
        self._credentials = bearer(minstroem_token(api_key, api_secret))
        self._place = place
        self._zone = zone
        self._charges = (
            HourCharges(client, self._credentials, place)
            if isinstance(place, Coordinates)
            else None
        )

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the prices depend on."""
        address = f"{self._client.base_url}{self._place.path}"
        return " ".join([address, *self._place.query.values()])

    async def prices(
        self,
        first: date,  # noqa: ARG002 - the vendor gives what is to come.
        end: date,  # noqa: ARG002
        now: datetime,
    ) -> Prices:
        """Return the prices from about now on, as far as they are known.

        A place that the vendor does not know is a NotFoundError or a RefusedError:
        which of them is not documented.
        """
        series = await self._get(
            self._place.path,
            self._place.query,
            lambda answer: read_prices(answer, self._place, self._zone),
        )
        if self._charges:
            series = await self._charges.split(series, now)
        return Prices(series)

    async def charge_history(
        self, first: datetime, end: datetime
    ) -> tuple[Charge, ...]:
        """Return the charges that were in force in `[first, end)`.

        The vendor knows them by coordinates only; for any other place there are none.

        Raises:
            ProviderError: There is no such list to be had.
        """
        if not isinstance(self._place, Coordinates):
            return ()
        period = {"fromDate": stamp(first), "toDate": stamp(end)}
        query = {**self._place.query, **period}
        return await self._get(HISTORY, query, read_history)

    async def suggestions(self, query: str) -> tuple[Suggestion, ...]:
        """Return the addresses that a text may mean; none for an empty one.

        Raises:
            ProviderError: There are no suggestions to be had.
        """
        path = suggestions_path(query)
        return await self._get(path, None, read_suggestions) if path else ()

    async def request_count(self, now: datetime) -> int | None:
        """Return the requests of the whole account in the current Danish day.

        None when the vendor has not counted that day.

        Raises:
            ProviderError: There is no count to be had.
        """
        return await self._get(
            USAGE, None, lambda answer: read_request_count(answer, now, self._zone)
        )

    async def _get[T](
        self, path: str, query: Mapping[str, str] | None, reader: Callable[[object], T]
    ) -> T:
        """Return what a reader makes of the answer of a route."""
        document = await self._client.get_json(path, query, self._credentials)
        return await self._client.work(partial(reader, document))


def read_prices(document: object, place: Place, zone: ZoneInfo) -> PriceSeries:
    """Return the prices in an answer of any of the three routes, in DKK per kWh.

    A row without a price is a gap, but it tells how long its neighbours last.

    Raises:
        NotPublishedError: There is not one price.
        WrongCurrencyError: A row says that it is in another currency.
        MalformedError: There is no list of rows, or one has no time or no amount.
    """
    points: list[PricePoint] = []
    gaps: set[datetime] = set()
    for index, row in enumerate(rows_of(document)):
        name = f"row {index}"
        start = utc(row.get("date"), name)
        if row.get("price") is None:
            gaps.add(start)
        else:
            points.append(_read_row(row, name, start, place))
    if not points:
        raise NotPublishedError("the answer has no prices")
    return PriceSeries(CURRENCY, close_points(points, zone, HOUR, gaps))


def _read_row(
    row: Mapping[str, object], name: str, start: datetime, place: Place
) -> PricePoint:
    """Return one row as a price with its components."""
    # No row is known to name its currency. One that does had better be believed.
    if row.get("currency") not in (None, CURRENCY):
        raise WrongCurrencyError(f"{name} is not in DKK")
    price = number(row, "price", name)
    parts: tuple[Component, ...] = (Component("spot", price),)
    # Whether a price without charges contains VAT cannot be proved, so it is not split.
    if not isinstance(place, Region) and row.get("charges") is not None:
        charges = number(row, "charges", name)
        spot = before_vat(price - charges)
        if not abs(spot) < PRICE_LIMIT:
            raise MalformedError(f"{name} has an impossible spot price")
        total = Component("charges", before_vat(charges))
        parts = with_vat(price, (Component("spot", spot), total))
    return PricePoint(start, price, parts, level=_level(row.get("color")))


def _level(color: object) -> Level | None:
    """Return the vendor's colour; a new one is none."""
    return Level(color) if color in [level.value for level in Level] else None
