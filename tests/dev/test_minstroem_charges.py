"""Compare the routes for charges of Min Strøm with the vendor's page."""

from decimal import Decimal
from http import HTTPStatus

import pytest

from .helpers import Client, Query
from .minstroem import CHARGES, EAST, HISTORY, ask, read


async def test_charges_have_the_form_of_the_page(client: Client) -> None:
    """The sample's date has the sample's state tariffs and subscriptions."""
    answer = await read(client, CHARGES, {**EAST, "date": "2024-04-19T23:00:00Z"})
    assert list(answer) == ["date", "address", "subscriptions", "tariffs"]
    assert answer["date"] == "2024-04-19T23:00:00Z"
    for row in (*answer["subscriptions"], *answer["tariffs"]):
        assert list(row) == ["name", "ownerName", "price"]
    prices = {row["name"]: row["price"] for row in answer["tariffs"]}
    assert prices["Transmissions nettarif"] == Decimal("0.0925")
    assert prices["Systemtarif"] == Decimal("0.06375")
    assert prices["Elafgift"] == Decimal("0.95125")
    assert "Nettarif C time" in prices
    assert [row["price"] for row in answer["subscriptions"]] == [
        *(Decimal("0.625"), Decimal("2.19791")),
    ]


@pytest.mark.parametrize(
    ("day", "duty"),
    [("2025-12-31T22:59:59Z", "0.9"), ("2025-12-31T23:00:00Z", "0.01")],
)
async def test_duty_changes_at_danish_midnight(
    client: Client, day: str, duty: str
) -> None:
    """Elafgift fell to 0.8 øre before VAT with the year 2026."""
    answer = await read(client, CHARGES, {**EAST, "date": day})
    prices = {row["name"]: row["price"] for row in answer["tariffs"]}
    assert prices["Elafgift"] == Decimal(duty)


async def test_history_holds_what_counted(client: Client) -> None:
    """The sample's period has the sample's duty, static and since the new year."""
    query = {**EAST, "fromDate": "2025-02-14T21:31:50Z"}
    answer = await read(client, HISTORY, {**query, "toDate": "2025-05-14T21:31:50Z"})
    assert list(answer) == ["from", "to", "tariffs", "subscriptions"]
    assert answer["from"] == "2025-02-14T21:31:50Z"
    assert answer["to"] == "2025-05-14T21:31:50Z"
    for row in (*answer["tariffs"], *answer["subscriptions"]):
        assert row.keys() == {"price", "ownerName", "name", "from"}
    assert [row for row in answer["tariffs"] if row["name"] == "Elafgift"] == [
        {
            "price": {"static": {"price": Decimal("0.9")}},
            "ownerName": "Energinet",
            "name": "Elafgift",
            "from": "2024-12-31T23:00:00Z",
        }
    ]
    # Per month and before VAT: 225 crowns a year are 15 a month.
    assert answer["subscriptions"][0]["price"] == {"static": {"price": 15}}


async def test_history_ends_now_by_default(client: Client) -> None:
    """Over the new year both duties counted, one after the other."""
    query = {**EAST, "fromDate": "2025-12-01T00:00:00+01:00"}
    answer = await read(client, HISTORY, query)
    assert answer["from"] == "2025-11-30T23:00:00Z"
    assert answer["to"] == "2026-05-21T14:00:00Z"
    duties = [row for row in answer["tariffs"] if row["name"] == "Elafgift"]
    assert [row["from"] for row in duties] == [
        *("2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z"),
    ]


async def test_history_end_is_exclusive(client: Client) -> None:
    """A rate that begins with the end of the period does not count."""
    query = {**EAST, "fromDate": "2025-12-01T00:00:00Z"}
    for end, count in (("2025-12-31T23:00:00Z", 1), ("2025-12-31T23:00:01Z", 2)):
        answer = await read(client, HISTORY, {**query, "toDate": end})
        names = [row["name"] for row in answer["tariffs"]]
        assert names.count("Elafgift") == count


async def test_history_has_a_variant_that_nobody_documents(client: Client) -> None:
    """A price that changes with the hour cannot be static."""
    answer = await read(client, HISTORY, {**EAST, "fromDate": "2026-05-01T00:00:00Z"})
    odd = [row for row in answer["tariffs"] if "static" not in row["price"]]
    assert [row["name"] for row in odd] == ["Nettarif C time"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (CHARGES, {}),
        (CHARGES, {"date": ""}),
        (CHARGES, {"date": "today"}),
        (CHARGES, {"date": "2026-05-21T14:00:00"}),
        (CHARGES, {"date": "0001-01-01T00:00:00+14:00"}),
        (CHARGES, {"date": "9999-12-31T23:30:00Z"}),
        (HISTORY, {}),
        (HISTORY, {"fromDate": "yesterday"}),
        (HISTORY, {"fromDate": "2026-05-01T00:00:00Z", "toDate": "later"}),
        (HISTORY, {"fromDate": "2027-01-01T00:00:00Z"}),
    ],
)
async def test_wrong_dates_are_refused(client: Client, path: str, query: Query) -> None:
    """A moment needs its offset, and a period needs some length."""
    reply = await ask(client, path, {**EAST, **query})
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert list(reply.body) == ["error"]
