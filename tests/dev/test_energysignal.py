"""Compare the routes of EnergySignal with the vendor's page."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
import json
from statistics import fmean
from typing import Any

import aiohttp
import pytest

from dev.price_server import Down, Late, Slow, Status, Wrong, WrongKind
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN
from dev.price_server.market import midnight
from dev.price_server.switches import Switches

from .helpers import PARIS, Client, Reply

DAY_AHEAD = "/api/day-ahead-prices"
BALANCING_CAPACITY = "/api/balancing-capacity"
BALANCING_ENERGY = "/api/balancing-energy"
CAPACITIES = {
    "fcr": "/api/fcr-capacity",
    "afrr": "/api/afrr-capacity",
    "mfrr": "/api/mfrr-capacity",
}
ENERGIES = {"afrr": "/api/afrr-energy", "mfrr": "/api/mfrr-energy"}
AGGREGATED = (BALANCING_CAPACITY, BALANCING_ENERGY)
SINGLE = (DAY_AHEAD, *CAPACITIES.values(), *ENERGIES.values())
CAPACITY_FIELDS = {
    *("period_start_utc", "period_end_utc", "direction", "price", "product_type"),
    *("offered_volume_mw", "contracted_volume_mw", "time_horizon"),
}
AFRR_ROW_FIELDS = {
    *("period_start_utc", "period_end_utc", "upward_price_eur_mwh"),
    *("downward_price_eur_mwh", "pdemand_mw", "afrr_for_france_mw"),
    *("afrr_in_france_mw", "picasso_connection", "prorata_mode"),
}
MFRR_ROW_FIELDS = {
    *("period_start_utc", "period_end_utc", "direction", "clearing_price_eur_mwh"),
    *("settlement_price_current_eur_mwh", "settlement_price_previous_eur_mwh"),
    *("total_requested_volume_sa_mw", "total_requested_volume_da_mw"),
    *("total_satisfied_need_sa_mw", "total_satisfied_need_da_mw"),
    *("total_activated_volume_sa_mw", "total_activated_volume_da_mw"),
    *("total_volume_submitted_offers_mw", "total_volume_filtered_offers_mw"),
}
BOTH_PRICES = {
    *("period_start_utc", "period_end_utc"),
    *("upward_price_eur_mwh", "downward_price_eur_mwh"),
}
ENERGY_FIELDS = {
    *("latestDeliveryDateParis", "latestFetchedAtUtc", "latestPeriodStartUtc"),
    *("latestPeriodEndUtc", "resolutionSeconds", "rowCount", "averageUpwardPrice"),
    *("averageDownwardPrice", "recentRows", "chartRows"),
}


async def ask(
    client: Client, path: str, token: str | None = ENERGYSIGNAL_TOKEN
) -> Reply:
    """Ask one route."""
    async with client.session.get(
        client.server.vendor_url("energysignal") + path,
        headers={} if token is None else {"Authorization": f"Bearer {token}"},
    ) as response:
        return Reply(response.status, response.headers, await response.text())


async def body(client: Client, path: str) -> dict[str, Any]:
    """Read a right answer."""
    reply = await ask(client, path)
    assert reply.status == HTTPStatus.OK
    return reply.body


def moment(text: str) -> datetime:
    """Read a time, which has milliseconds and a Z."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def local_days(rows: list[dict[str, Any]], key: str) -> dict[str, int]:
    """Count the rows of each day in Paris."""
    counts: dict[str, int] = {}
    for row in rows:
        day = moment(row[key]).astimezone(PARIS).date().isoformat()
        counts[day] = counts.get(day, 0) + 1
    return counts


async def test_day_ahead_window_is_that_of_the_page(client: Client) -> None:
    """Four weeks lie before 17 April, and its first row is at ten in the evening."""
    client.clock.now = datetime(2026, 4, 16, 14, tzinfo=UTC)
    answer = await body(client, DAY_AHEAD)
    assert list(answer) == ["rows", "latestDate", "earliestDate"]
    assert answer["latestDate"] == "2026-04-17"
    assert answer["earliestDate"] == "2026-03-20"
    rows = answer["rows"]
    assert all(
        list(row) == ["hour_start_utc", "hour_end_utc", "price_eur_mwh"] for row in rows
    )
    assert rows[0]["hour_start_utc"] == "2026-03-19T23:00:00.000Z"
    assert rows[-96]["hour_start_utc"] == "2026-04-16T22:00:00.000Z"
    assert rows[-96]["hour_end_utc"] == "2026-04-16T22:15:00.000Z"
    # The clock change of 29 March takes four of the quarter-hours.
    assert len(rows) == 29 * 96 - 4


async def test_day_ahead_rows_are_quarter_hours_without_a_gap(client: Client) -> None:
    """Each row ends where the next one begins, whatever its fields are called."""
    rows = (await body(client, DAY_AHEAD))["rows"]
    for row in rows:
        length = moment(row["hour_end_utc"]) - moment(row["hour_start_utc"])
        assert length == timedelta(minutes=15)
    assert all(a["hour_end_utc"] == b["hour_start_utc"] for a, b in pairwise(rows))


async def test_tomorrow_comes_at_thirteen(client: Client) -> None:
    """The last date is today's until the market has published."""
    client.clock.now = datetime(2026, 5, 21, 10, 59, tzinfo=UTC)
    assert (await body(client, DAY_AHEAD))["latestDate"] == "2026-05-21"
    for path in CAPACITIES.values():
        rows = (await body(client, path))["rows"]
        assert set(local_days(rows, "period_start_utc")) == {"2026-05-21"}
    client.clock.now += timedelta(minutes=1)
    assert (await body(client, DAY_AHEAD))["latestDate"] == "2026-05-22"
    for path in CAPACITIES.values():
        rows = (await body(client, path))["rows"]
        assert set(local_days(rows, "period_start_utc")) == {"2026-05-21", "2026-05-22"}


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
async def test_clock_change_days(client: Client, day: str, hours: int) -> None:
    """Such a day has its real hours, quarter-hours and four seconds."""
    start = midnight(datetime.fromisoformat(day).date())
    client.clock.now = start - timedelta(hours=8)
    rows = (await body(client, DAY_AHEAD))["rows"]
    assert local_days(rows, "hour_start_utc")[day] == hours * 4
    for name, path in CAPACITIES.items():
        rows = (await body(client, path))["rows"]
        directions = 1 if name == "fcr" else 2
        assert local_days(rows, "period_start_utc")[day] == hours * directions
    client.clock.now = start + timedelta(days=1, hours=12)
    afrr = await body(client, ENERGIES["afrr"])
    assert (afrr["latestDeliveryDateParis"], afrr["rowCount"]) == (day, hours * 900)
    assert len(afrr["chartRows"]) == hours * 12
    mfrr = await body(client, ENERGIES["mfrr"])
    assert (mfrr["latestDeliveryDateParis"], mfrr["rowCount"]) == (day, hours * 8)
    assert len(mfrr["chartRows"]) == hours * 4


@pytest.mark.parametrize(
    ("name", "product", "directions"),
    [
        ("fcr", "FCR", ["SYMMETRIC"]),
        ("afrr", "aFRR", ["UPWARD", "DOWNWARD"]),
        ("mfrr", "mFRR", ["UPWARD", "DOWNWARD"]),
    ],
)
async def test_capacity_streams(
    client: Client, name: str, product: str, directions: list[str]
) -> None:
    """Hours of two days in every direction, and volume_mw with FCR alone."""
    answer = await body(client, CAPACITIES[name])
    assert list(answer) == ["rows", "latestFetchedAtUtc"]
    assert moment(answer["latestFetchedAtUtc"]) <= client.clock.now
    rows = answer["rows"]
    assert len(rows) == 48 * len(directions)
    assert [row["direction"] for row in rows] == directions * 48
    extra = {"volume_mw"} if name == "fcr" else set()
    for row in rows:
        assert set(row) == CAPACITY_FIELDS | extra
        assert row["product_type"] == product
        assert row["time_horizon"] == "DAILY"
        length = moment(row["period_end_utc"]) - moment(row["period_start_utc"])
        assert length == timedelta(hours=1)
    assert rows[0]["period_start_utc"] == "2026-05-20T22:00:00.000Z"
    assert rows[-1]["period_end_utc"] == "2026-05-22T22:00:00.000Z"


async def test_afrr_energy_is_that_of_the_day_before(client: Client) -> None:
    """Four-second rows are counted, and only the last of them are given."""
    answer = await body(client, ENERGIES["afrr"])
    assert set(answer) == ENERGY_FIELDS | {"latestRow"}
    assert answer["latestDeliveryDateParis"] == "2026-05-20"
    assert answer["latestPeriodStartUtc"] == "2026-05-20T21:59:56.000Z"
    assert answer["latestPeriodEndUtc"] == "2026-05-20T22:00:00.000Z"
    assert answer["resolutionSeconds"] == 4
    assert answer["rowCount"] == 21600
    assert 1 <= len(answer["recentRows"]) <= 100
    assert answer["latestRow"] in answer["recentRows"]
    assert answer["latestRow"]["period_start_utc"] == answer["latestPeriodStartUtc"]
    for row in answer["recentRows"]:
        assert set(row) == AFRR_ROW_FIELDS
        length = moment(row["period_end_utc"]) - moment(row["period_start_utc"])
        assert length == timedelta(seconds=4)
    buckets = answer["chartRows"]
    assert len(buckets) == 288
    assert buckets[0]["bucket_start_utc"] == "2026-05-19T22:00:00.000Z"
    assert buckets[-1]["bucket_end_utc"] == "2026-05-20T22:00:00.000Z"
    for row in buckets:
        length = moment(row["bucket_end_utc"]) - moment(row["bucket_start_utc"])
        assert length == timedelta(minutes=5)
    check_averages(answer)


async def test_mfrr_energy_counts_both_directions(client: Client) -> None:
    """Quarter-hours have two prices, and the last row of each direction has more."""
    answer = await body(client, ENERGIES["mfrr"])
    assert set(answer) == ENERGY_FIELDS | {"latestUpwardRow", "latestDownwardRow"}
    assert answer["latestDeliveryDateParis"] == "2026-05-20"
    assert answer["latestPeriodStartUtc"] == "2026-05-20T21:45:00.000Z"
    assert answer["resolutionSeconds"] == 900
    assert answer["rowCount"] == 192
    assert len(answer["chartRows"]) == 96
    assert all(set(row) == BOTH_PRICES for row in answer["chartRows"])
    assert all(row in answer["chartRows"] for row in answer["recentRows"])
    latest = answer["chartRows"][-1]
    for name in ("Upward", "Downward"):
        row = answer[f"latest{name}Row"]
        assert set(row) == MFRR_ROW_FIELDS
        assert row["direction"] == name.upper()
        assert row["period_start_utc"] == answer["latestPeriodStartUtc"]
        assert row["clearing_price_eur_mwh"] == latest[f"{name.lower()}_price_eur_mwh"]
    check_averages(answer)


def check_averages(answer: dict[str, Any]) -> None:
    """Compare the averages with the rows of the chart."""
    for name in ("Upward", "Downward"):
        prices = [row[f"{name.lower()}_price_eur_mwh"] for row in answer["chartRows"]]
        assert answer[f"average{name}Price"] == pytest.approx(fmean(prices), abs=0.0501)


async def test_aggregated_routes_hold_the_single_streams(client: Client) -> None:
    """Each object is what its own route answers."""
    for path, streams in (
        (BALANCING_CAPACITY, CAPACITIES),
        (BALANCING_ENERGY, ENERGIES),
    ):
        answer = await body(client, path)
        assert list(answer) == ["latestFetchedAtUtc", *streams]
        fetched = [moment(answer[name]["latestFetchedAtUtc"]) for name in streams]
        assert moment(answer["latestFetchedAtUtc"]) == max(fetched)
        for name, single in streams.items():
            assert answer[name] == await body(client, single)


@pytest.mark.parametrize("path", [*AGGREGATED, *SINGLE])
@pytest.mark.parametrize("token", [None, "", "wrong", ENERGYSIGNAL_TOKEN[:-1]])
async def test_bad_token_is_refused(
    client: Client, path: str, token: str | None
) -> None:
    """No route answers without the token."""
    reply = await ask(client, path, token)
    assert reply.status == HTTPStatus.UNAUTHORIZED
    assert reply.body["error"]
    assert ENERGYSIGNAL_TOKEN not in reply.text


async def test_without_a_subscription(client: Client) -> None:
    """The page refuses the two aggregated routes, and the single ones stay."""
    client.server.control.switches = Switches(energysignal_subscription=False)
    for path in AGGREGATED:
        assert (await ask(client, path)).status == HTTPStatus.UNAUTHORIZED
    for path in SINGLE:
        assert (await ask(client, path)).status == HTTPStatus.OK


async def test_empty_streams(client: Client) -> None:
    """A stream without data has no rows, and its dates are null."""
    client.server.control.switches = Switches(energysignal_empty=True)
    assert await body(client, DAY_AHEAD) == {
        "rows": [],
        "latestDate": None,
        "earliestDate": None,
    }
    nothing: dict[str, Any] = {"rows": [], "latestFetchedAtUtc": None}
    for path in CAPACITIES.values():
        assert await body(client, path) == nothing
    for path in ENERGIES.values():
        answer = await body(client, path)
        assert answer["rowCount"] == 0
        assert answer["recentRows"] == answer["chartRows"] == []
        assert {v for k, v in answer.items() if k.startswith("latest")} == {None}
    assert await body(client, BALANCING_CAPACITY) == {
        "latestFetchedAtUtc": None,
        **dict.fromkeys(CAPACITIES, nothing),
    }
    assert (await body(client, BALANCING_ENERGY))["latestFetchedAtUtc"] is None


# A market's price is nobody's tariff, and it comes in one page.
ROW_FAULTS = set(WrongKind) - {WrongKind.OTHER_TARIFF}
DOCUMENT_FAULTS = {
    *(WrongKind.HTML, WrongKind.NOT_JSON, WrongKind.TRUNCATED, WrongKind.HUGE),
    *(WrongKind.SUCCESS_FALSE, WrongKind.NO_ROWS, WrongKind.MISSING_PRICE),
    *(WrongKind.NAN, WrongKind.INFINITY, WrongKind.NULL_PRICE, WrongKind.ABSURD),
    WrongKind.TEXT_PRICE,
}


@pytest.mark.parametrize("kind", WrongKind)
async def test_wrong_answers(client: Client, kind: WrongKind) -> None:
    """Faults spoil lists of prices, and in other answers what they can."""
    control = client.server.control
    for path, faults in (
        (DAY_AHEAD, ROW_FAULTS),
        (CAPACITIES["afrr"], ROW_FAULTS),
        (BALANCING_CAPACITY, DOCUMENT_FAULTS),
        (ENERGIES["mfrr"], DOCUMENT_FAULTS),
    ):
        right = await ask(client, path)
        control.behave(Wrong(kind), times=1)
        reply = await ask(client, path)
        assert reply.status == HTTPStatus.OK
        if kind in faults:
            assert reply.text != right.text
        assert (await ask(client, path)).text == right.text


@pytest.mark.parametrize("kind", WrongKind)
async def test_wrong_empty_answers(client: Client, kind: WrongKind) -> None:
    """A fault has little to spoil in an empty answer and still answers."""
    client.server.control.switches = Switches(energysignal_empty=True)
    client.server.control.behave(Wrong(kind))
    for path in (*AGGREGATED, *SINGLE):
        assert (await ask(client, path)).status == HTTPStatus.OK


async def test_price_without_a_number(client: Client) -> None:
    """A price may be missing or null, and the row keeps its times."""
    for kind, has_key in (
        (WrongKind.NULL_PRICE, True),
        (WrongKind.MISSING_PRICE, False),
    ):
        client.server.control.behave(Wrong(kind), times=1)
        rows = (await body(client, DAY_AHEAD))["rows"]
        poor = [row for row in rows if row.get("price_eur_mwh") is None]
        assert len(poor) == 1
        assert ("price_eur_mwh" in poor[0]) == has_key


async def test_late_slow_down_and_status(client: Client) -> None:
    """The control steers these routes as it steers the others."""
    control = client.server.control
    client.clock.now = datetime(2026, 5, 21, 12, 29, tzinfo=UTC)
    control.behave(Late(90))
    assert (await body(client, DAY_AHEAD))["latestDate"] == "2026-05-21"
    client.clock.now = datetime(2026, 5, 20, 23, 29, tzinfo=UTC)
    for path in ENERGIES.values():
        assert (await body(client, path))["latestDeliveryDateParis"] == "2026-05-19"
    control.behave(Slow(0.01), times=1)
    assert json.loads((await ask(client, DAY_AHEAD)).text)["rows"]
    control.behave(Status(503, retry_after=30), times=1)
    reply = await ask(client, BALANCING_ENERGY)
    assert reply.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert reply.headers["Retry-After"] == "30"
    control.behave(Down())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask(client, BALANCING_CAPACITY)
