"""Compare the routes of Min Strøm with the vendor's page."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
import hashlib
import hmac
from http import HTTPStatus
from itertools import pairwise

import aiohttp
import pytest

from dev.price_server import Down, Late, Slow, Status, Wrong, WrongKind
from dev.price_server.credentials import (
    MINSTROEM_API_KEY,
    MINSTROEM_API_SECRET,
    MINSTROEM_TOKEN,
)
from dev.price_server.market import midnight, spot_prices
from dev.price_server.switches import Switches

from .helpers import Client, Query
from .minstroem import (
    CHARGES,
    COPENHAGEN,
    COUNT,
    EAST,
    HISTORY,
    LOCATION,
    WEST,
    ask,
    moments,
    read,
    suggest,
)

REGIONS = (
    *("DK1", "DK2", "SE1", "SE2", "SE3", "SE4"),
    *("NO1", "NO2", "NO3", "NO4", "NO5"),
)
# A bare list in one page has no place for these.
MEANINGLESS = {WrongKind.HAS_MORE, WrongKind.ENDLESS_PAGES}


async def test_base_url_has_the_page_s_path(client: Client) -> None:
    """All routes lie below /thirdParty."""
    assert client.server.vendor_url("minstroem") == f"{client.server.url}/thirdParty"


async def test_token_is_made_of_key_and_secret(client: Client) -> None:
    """Base64 of the key, a colon and the key's digest, hexadecimal, is accepted."""
    digest = hmac.new(
        MINSTROEM_API_SECRET.encode(), MINSTROEM_API_KEY.encode(), hashlib.sha256
    )
    pair = f"{MINSTROEM_API_KEY}:{digest.hexdigest()}"
    token = b64encode(pair.encode()).decode()
    reply = await ask(client, "/prices/DK1", token=token)
    assert reply.status == HTTPStatus.OK


@pytest.mark.parametrize(
    "path", ["/prices/DK1", LOCATION, CHARGES, HISTORY, COUNT, "/prices/addresses/x"]
)
@pytest.mark.parametrize(
    "token", [None, "", MINSTROEM_API_KEY, MINSTROEM_API_SECRET, MINSTROEM_TOKEN[:-4]]
)
async def test_bad_token_is_refused(
    client: Client, path: str, token: str | None
) -> None:
    """No route answers without the token, and the refusal names no secret."""
    reply = await ask(client, path, EAST, token)
    assert reply.status == HTTPStatus.UNAUTHORIZED
    assert list(reply.body) == ["error"]
    assert MINSTROEM_API_KEY not in reply.text


@pytest.mark.parametrize("region", REGIONS)
async def test_spot_prices_of_every_region(client: Client, region: str) -> None:
    """Hours from the current one on, with a price and, mostly, a colour."""
    client.clock.now = datetime(2026, 5, 21, 14, 20, tzinfo=UTC)
    rows = await read(client, f"/prices/{region}")
    starts = moments(rows)
    # Sixteen o'clock in Denmark: eight hours of today are left, and tomorrow is out.
    assert starts[0] == datetime(2026, 5, 21, 14, tzinfo=UTC)
    assert len(starts) == 8 + 24
    assert {b - a for a, b in pairwise(starts)} == {timedelta(hours=1)}
    assert rows[0]["date"] == "2026-05-21T14:00:00Z"
    for row in rows:
        assert {"date", "price"} <= row.keys() <= {"date", "price", "color"}
        assert row.get("color", "green") in {"green", "yellow", "red"}
    uncoloured = [row for row in rows if "color" not in row]
    assert 1 <= len(uncoloured) <= 4


@pytest.mark.parametrize("region", ["FI", "DE", "dk1", "DK3", "location1"])
async def test_unknown_region_is_not_found(client: Client, region: str) -> None:
    """The refusal is the member that a client is known to read."""
    reply = await ask(client, f"/prices/{region}")
    assert reply.status == HTTPStatus.NOT_FOUND
    assert list(reply.body) == ["error"]
    assert reply.body["error"]


async def test_spot_price_is_the_market_s_with_vat(client: Client) -> None:
    """DK1 pays the market's mean in DKK per kWh, and 25 % on it."""
    rows = await read(client, "/prices/DK1")
    prices = {
        it.start: it.price
        for day in (client.clock.now.date(), datetime(2026, 5, 22, tzinfo=UTC).date())
        for it in spot_prices(day)
    }
    quarter = timedelta(minutes=15)
    for row, start in zip(rows, moments(rows), strict=True):
        mean = sum(prices[start + index * quarter] for index in range(4)) / 4
        expected = mean * 7.46 * 1.25 / 1000
        assert float(row["price"]) == pytest.approx(expected, abs=6e-8)


@pytest.mark.parametrize(("query", "region"), [(EAST, "DK2"), (WEST, "DK1")])
async def test_price_is_spot_and_charges(
    client: Client, query: Query, region: str
) -> None:
    """The total is the region's spot price and the charges, to the last digit."""
    spot = await read(client, f"/prices/{region}")
    full = await read(client, LOCATION, query)
    for row, plain in zip(full, spot, strict=True):
        assert row.keys() - {"color"} == {"date", "price", "charges"}
        assert row["date"] == plain["date"]
        assert row["price"] == plain["price"] + row["charges"]


async def test_charges_are_the_sum_of_the_tariffs(client: Client) -> None:
    """Each hour's charges are what its tariffs add up to, to the last digit."""
    for row in await read(client, LOCATION, EAST):
        answer = await read(client, CHARGES, {**EAST, "date": row["date"]})
        assert answer["date"] == row["date"]
        assert sum(it["price"] for it in answer["tariffs"]) == row["charges"]


async def test_grid_tariff_follows_the_danish_clock(client: Client) -> None:
    """Nettarif C is cheap at night, dear from 17 to 21, and flat between."""
    client.clock.now = midnight(datetime(2026, 5, 21, tzinfo=UTC).date(), COPENHAGEN)
    rows = await read(client, LOCATION, WEST)
    charges = [row["charges"] for row in rows]
    night, day, evening = charges[0], charges[6], charges[17]
    assert night < day < evening
    assert charges == [night] * 6 + [day] * 11 + [evening] * 4 + [day] * 3


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
async def test_clock_change_days(client: Client, day: str, hours: int) -> None:
    """Such a day has its real hours, and quarter-hours when they are switched on."""
    client.clock.now = midnight(datetime.fromisoformat(day).date(), COPENHAGEN)
    full = await read(client, LOCATION, EAST)
    assert len(set(moments(full))) == len(full) == hours
    night = [row for row in full if row["charges"] == full[0]["charges"]]
    assert len(night) == hours - 18
    client.server.control.switches = Switches(minstroem_quarter_hours=True)
    rows = await read(client, LOCATION, EAST)
    starts = moments(rows)
    assert len(starts) == hours * 4
    assert {b - a for a, b in pairwise(starts)} == {timedelta(minutes=15)}


async def test_quarter_hours_begin_with_the_current_one(client: Client) -> None:
    """An hour's price is the mean of its quarters."""
    hourly = await read(client, "/prices/DK1")
    client.server.control.switches = Switches(minstroem_quarter_hours=True)
    quarters = await read(client, "/prices/DK1")
    for index, row in enumerate(hourly):
        mean = sum(it["price"] for it in quarters[4 * index : 4 * index + 4]) / 4
        assert float(row["price"]) == pytest.approx(float(mean), abs=2e-7)
    client.clock.now += timedelta(minutes=20)
    rows = await read(client, "/prices/DK1")
    assert rows[0]["date"] == "2026-05-21T14:15:00Z"


async def test_tomorrow_is_out_at_thirteen_in_copenhagen(client: Client) -> None:
    """Until then the list ends with the Danish day."""
    client.clock.now = datetime(2026, 5, 21, 10, 59, tzinfo=UTC)
    starts = moments(await read(client, "/prices/DK1"))
    assert starts[-1] == datetime(2026, 5, 21, 21, tzinfo=UTC)
    client.clock.now += timedelta(minutes=1)
    starts = moments(await read(client, "/prices/DK1"))
    assert starts[-1] == datetime(2026, 5, 22, 21, tzinfo=UTC)


@pytest.mark.parametrize("path", [LOCATION, CHARGES, HISTORY])
@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("48.85", "2.35"), ("59.9", "10.7"), ("55.6", "16"), ("0", "0")],
)
async def test_place_outside_denmark_is_not_found(
    client: Client, path: str, latitude: str, longitude: str
) -> None:
    """Charges are known in Denmark only."""
    place = {"latitude": latitude, "longitude": longitude}
    dates = {"date": "2026-05-21T14:00:00Z", "fromDate": "2026-05-01T00:00:00Z"}
    reply = await ask(client, path, {**place, **dates})
    assert reply.status == HTTPStatus.NOT_FOUND
    assert list(reply.body) == ["error"]


@pytest.mark.parametrize("path", [LOCATION, CHARGES, HISTORY])
@pytest.mark.parametrize(
    "place",
    [
        {},
        {"latitude": "55.6"},
        {"longitude": "12.3"},
        {"latitude": "north", "longitude": "12.3"},
        {"latitude": "nan", "longitude": "12.3"},
        {"latitude": "91", "longitude": "12.3"},
        {"latitude": "55.6", "longitude": "inf"},
    ],
)
async def test_wrong_places_are_refused(
    client: Client, path: str, place: Query
) -> None:
    """What is no place on earth is a mistake of the request."""
    reply = await ask(client, path, place)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert list(reply.body) == ["error"]


async def test_addresses(client: Client) -> None:
    """A suggestion leads to the prices of its region."""
    found = await suggest(client, "prøvevej 11")
    assert len(found) >= 2
    for address in found:
        assert {"id", "suggestion"} <= address.keys()
        assert address.keys() <= {
            *("id", "suggestion", "streetName", "streetNumber"),
            *("floor", "door", "zipCode", "city"),
        }
        rows = await read(client, f"/prices/addresses/{address['id']}")
        assert rows == await read(client, LOCATION, EAST)
    everything = await suggest(client, "prøvevej")
    assert len(everything) > len(found)
    assert any("floor" not in address for address in everything)
    (in_aarhus,) = await suggest(client, "Prøvevej 2B, 8000 Aarhus")
    rows = await read(client, f"/prices/addresses/{in_aarhus['id']}")
    assert rows == await read(client, LOCATION, WEST)


@pytest.mark.parametrize("text", ["nowhere", "prøvevej 999", ",", "a/b?c=d"])
async def test_address_that_nobody_has(client: Client, text: str) -> None:
    """Nothing fits, and that is an answer."""
    assert await suggest(client, text) == []


async def test_unknown_address_is_not_found(client: Client) -> None:
    """An id that is no address has no prices."""
    reply = await ask(client, "/prices/addresses/00000000-0000-0000-0000-000000000000")
    assert reply.status == HTTPStatus.NOT_FOUND
    assert list(reply.body) == ["error"]


async def test_requests_are_counted_by_danish_day(client: Client) -> None:
    """A day begins at 22:00 UTC in summer, and other vendors' requests do not count."""
    client.clock.now = datetime(2026, 5, 21, 21, 59, tzinfo=UTC)
    assert await read(client, COUNT) == [
        {"date": "2026-05-20T22:00:00Z", "requestCount": 0}
    ]
    await ask(client, "/prices/DK1")
    await ask(client, "/prices/FI")
    await client.get("/api/prices/tomorrow")
    client.clock.now += timedelta(minutes=1)
    expected = [
        {"date": "2026-05-20T22:00:00Z", "requestCount": 3},
        {"date": "2026-05-21T22:00:00Z", "requestCount": 0},
    ]
    assert await read(client, COUNT) == expected
    expected[1]["requestCount"] = 1
    assert await read(client, COUNT) == expected


@pytest.mark.parametrize("kind", WrongKind)
async def test_wrong_answers(client: Client, kind: WrongKind) -> None:
    """Every fault that has a meaning in a bare list spoils it."""
    for path, query in (("/prices/DK1", None), (LOCATION, EAST)):
        right = await ask(client, path, query)
        client.server.control.behave(Wrong(kind), times=1)
        reply = await ask(client, path, query)
        assert reply.status == HTTPStatus.OK
        assert (reply.text == right.text) == (kind in MEANINGLESS)
        assert (await ask(client, path, query)).text == right.text
    client.server.control.behave(Wrong(kind))
    dates = {"date": "2026-05-21T14:00:00Z", "fromDate": "2026-05-01T00:00:00Z"}
    for path in (CHARGES, HISTORY, COUNT, "/prices/addresses/suggestions/none"):
        assert (await ask(client, path, {**EAST, **dates})).status == HTTPStatus.OK


async def test_answer_is_in_another_currency(client: Client) -> None:
    """Crowns are what the vendor has, so the wrong answer says euro."""
    client.server.control.behave(Wrong(WrongKind.CURRENCY), times=1)
    assert {row["currency"] for row in await read(client, "/prices/DK1")} == {"EUR"}


async def test_answer_is_for_the_other_side_of_the_belt(client: Client) -> None:
    """The answer is right, for somebody else."""
    client.server.control.behave(Wrong(WrongKind.OTHER_TARIFF), times=1)
    reply = await ask(client, LOCATION, EAST)
    assert reply.text == (await ask(client, LOCATION, WEST)).text


async def test_late_slow_down_and_status(client: Client) -> None:
    """The control steers these routes as it steers the others."""
    control = client.server.control
    client.clock.now = datetime(2026, 5, 21, 12, 29, tzinfo=UTC)
    control.behave(Late(90))
    assert len(await read(client, "/prices/DK1")) == 10
    client.clock.now += timedelta(minutes=1)
    assert len(await read(client, "/prices/DK1")) == 34
    control.behave(Slow(0.01), times=1)
    assert await read(client, LOCATION, EAST)
    control.behave(Status(429, retry_after=60), times=1)
    reply = await ask(client, LOCATION, EAST)
    assert reply.status == HTTPStatus.TOO_MANY_REQUESTS
    assert reply.headers["Retry-After"] == "60"
    assert list(reply.body) == ["error"]
    control.behave(Down())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask(client, COUNT)
