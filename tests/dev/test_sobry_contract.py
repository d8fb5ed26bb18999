"""Test the prices of a customer's own contract, Sobry's version 2."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import json
from typing import Any

import aiohttp
import pytest

from dev.price_server import Down, Late, Slow, Status, Wrong, WrongKind
from dev.price_server.credentials import SOBRY_API_KEY
from dev.price_server.switches import Switches

from .helpers import PARIS, RAW, Client, Query, Reply, one_day

PATH = "/v2/user/daily-prices"
# What the vendor's own client asks for.
ASKED = {"day": "2026-05-21", "days": "1", "taxMode": "ttc", "granularity": "15m"}
# A list of rows without offsets and without pages has no place for these.
MEANINGLESS = {WrongKind.NO_OFFSET, WrongKind.HAS_MORE, WrongKind.ENDLESS_PAGES}


async def ask(
    client: Client, query: Query | None = None, key: str | None = SOBRY_API_KEY
) -> Reply:
    """Ask for the contract's prices."""
    async with client.session.get(
        client.server.vendor_url("sobry") + PATH,
        params=ASKED if query is None else query,
        headers={} if key is None else {"Authorization": f"Bearer {key}"},
    ) as response:
        return Reply(response.status, response.headers, await response.text())


async def rows(client: Client, query: Query | None = None) -> list[dict[str, Any]]:
    """Read the list that is the whole answer."""
    reply = await ask(client, query)
    assert reply.status == HTTPStatus.OK
    body = json.loads(reply.text)
    assert isinstance(body, list)
    return body


async def test_a_day_and_the_next(client: Client) -> None:
    """The answer is a bare list, and days=1 is that day and the following one."""
    answered = await rows(client)
    assert len(answered) == 192
    assert {row["date"] for row in answered} == {"2026-05-21", "2026-05-22"}
    assert [row["time"] for row in answered[:3]] == ["00:00", "00:15", "00:30"]
    assert answered[95]["time"] == answered[-1]["time"] == "23:45"
    for row in answered:
        assert list(row) == [
            *("date", "time", "price", "colorLabel", "color", "estimated"),
        ]
        assert row["estimated"] is False
        assert row["color"].startswith("#") and len(row["color"]) == 7


async def test_every_colour_comes(client: Client) -> None:
    """All four labels are used, and each has one colour of its own."""
    answered = await rows(client)
    shades = {(row["colorLabel"], row["color"]) for row in answered}
    assert {label for label, _ in shades} == {"GREEN", "ORANGE", "RED", "DARK_GREEN"}
    assert len(shades) == len({shade for _, shade in shades}) == 4


async def test_price_is_what_version_one_says(client: Client) -> None:
    """One contract costs the same whichever way it is asked for."""
    public = {**one_day("2026-05-21"), "turpe": "CU4", "profil": "particulier"}
    expected = (await client.get(RAW, public)).rows
    for mode in ("ttc", "ht"):
        query = {"day": "2026-05-21", "taxMode": mode}
        assert [row["price"] for row in await rows(client, query)] == [
            row[f"price_{mode}_eur_kwh"] for row in expected
        ]


async def test_day_is_today_by_default(client: Client) -> None:
    """Without parameters the answer is the current day in Paris."""
    client.clock.now = datetime(2026, 5, 20, 22, 30, tzinfo=UTC)
    answered = await rows(client, {})
    assert len(answered) == 96
    assert {row["date"] for row in answered} == {"2026-05-21"}


async def test_autumn_day_names_an_hour_twice(client: Client) -> None:
    """The local times run on, and nothing tells the two hours apart but their order."""
    answered = await rows(client, {"day": "2025-10-26"})
    assert len(answered) == 100
    named = [row["time"] for row in answered]
    hour = ["02:00", "02:15", "02:30", "02:45"]
    assert named[8:16] == hour * 2
    assert named[16] == "03:00"
    start = datetime(2025, 10, 25, 22, tzinfo=UTC)
    for index, text in enumerate(named):
        local = (start + index * timedelta(minutes=15)).astimezone(PARIS)
        assert text == f"{local:%H:%M}"
    prices = [row["price"] for row in answered]
    assert prices[8:12] != prices[12:16]


async def test_spring_day_lacks_an_hour(client: Client) -> None:
    """The hour that the clock skips is not named."""
    answered = await rows(client, {"day": "2026-03-29"})
    assert len(answered) == 92
    assert [row["time"] for row in answered[7:9]] == ["01:45", "03:00"]


async def test_unpublished_day_is_absent(client: Client) -> None:
    """Before one o'clock tomorrow's rows are missing, and a day without any is []."""
    client.clock.now = datetime(2026, 5, 21, 10, 59, tzinfo=UTC)
    assert {row["date"] for row in await rows(client)} == {"2026-05-21"}
    assert await rows(client, {"day": "2026-05-22"}) == []
    client.clock.now += timedelta(minutes=1)
    assert len(await rows(client)) == 192


async def test_estimates_are_replaced(client: Client) -> None:
    """A forecast is marked, and the price that is published later is another one."""
    client.server.control.switches = Switches(sobry_estimates=True)
    client.clock.now = datetime(2026, 5, 21, 10, tzinfo=UTC)
    before = await rows(client)
    assert len(before) == 192
    assert {row["date"] for row in before if row["estimated"]} == {"2026-05-22"}
    assert sum(row["estimated"] for row in before) == 96
    client.clock.now += timedelta(hours=2)
    after = await rows(client)
    assert not any(row["estimated"] for row in after)
    assert before[:96] == after[:96]
    for forecast, published in zip(before[96:], after[96:], strict=True):
        assert forecast["price"] != published["price"]


@pytest.mark.parametrize("key", [None, "", "sob_apikey_wrong", SOBRY_API_KEY[:-1]])
async def test_bad_key_is_refused(client: Client, key: str | None) -> None:
    """Only the contract's own key is good; the public routes ask for none."""
    reply = await ask(client, key=key)
    assert reply.status == HTTPStatus.UNAUTHORIZED
    assert SOBRY_API_KEY not in reply.text
    assert (await client.get(RAW, one_day("2026-05-21"))).status == HTTPStatus.OK


@pytest.mark.parametrize(
    "query",
    [
        {"day": "21-05-2026"},
        {"day": "20260521"},
        {"day": "2026-02-30"},
        {"day": "9999-12-31"},
        {"day": ""},
        {"days": "-1"},
        {"days": "two"},
        {"days": "32"},
        {"taxMode": "TTC"},
        {"granularity": "1h"},
    ],
)
async def test_wrong_parameters_are_refused(client: Client, query: Query) -> None:
    """A parameter that cannot be meant gets no prices."""
    reply = await ask(client, {**ASKED, **query})
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"]["message"]


@pytest.mark.parametrize("kind", WrongKind)
async def test_wrong_answers(client: Client, kind: WrongKind) -> None:
    """Every fault that has a meaning in a bare list spoils it, and an empty one too."""
    right = await ask(client)
    client.server.control.behave(Wrong(kind), times=2)
    reply = await ask(client)
    assert reply.status == HTTPStatus.OK
    assert (reply.text == right.text) == (kind in MEANINGLESS)
    assert (await ask(client, {"day": "2026-05-30"})).status == HTTPStatus.OK
    assert (await ask(client)).text == right.text


async def test_answer_for_another_contract(client: Client) -> None:
    """The hours are the same ones and cost something else."""
    right = await rows(client)
    client.server.control.behave(Wrong(WrongKind.OTHER_TARIFF), times=1)
    other = await rows(client)
    assert [row["time"] for row in other] == [row["time"] for row in right]
    assert all(a["price"] != b["price"] for a, b in zip(other, right, strict=True))


async def test_answer_includes_its_end(client: Client) -> None:
    """The first quarter-hour of the following day comes along."""
    client.server.control.behave(Wrong(WrongKind.INCLUSIVE_END), times=1)
    answered = await rows(client)
    assert len(answered) == 193
    assert (answered[-1]["date"], answered[-1]["time"]) == ("2026-05-23", "00:00")


async def test_late_slow_down_and_status(client: Client) -> None:
    """The control steers this route as it steers the others."""
    control = client.server.control
    client.clock.now = datetime(2026, 5, 21, 12, 29, tzinfo=UTC)
    control.behave(Late(90))
    assert len(await rows(client)) == 96
    client.clock.now += timedelta(minutes=1)
    assert len(await rows(client)) == 192
    control.behave(Slow(0.01), times=1)
    assert len(await rows(client)) == 192
    control.behave(Status(403), times=1)
    assert (await ask(client)).status == HTTPStatus.FORBIDDEN
    control.behave(Down())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask(client)
