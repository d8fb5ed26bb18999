"""Test what Otark's lists hold."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dev.price_server import Late, Switches

from .helpers import Client
from .otark import TODAY, ask, walk


async def test_contracts(client: Client) -> None:
    """Contracts have the fields of the reference page and can be filtered."""
    records = await walk(client, "/contracts")
    for record in records:
        assert list(record) == [
            *("id", "external_id", "type", "status", "delivery_start"),
            *("delivery_end", "seller", "buyer", "created_at", "updated_at"),
        ]
        assert record["id"].startswith("con_")
    assert {record["type"] for record in records} == {"ppa", "day_ahead", "intraday"}
    for query in (
        {"type": "ppa"},
        {"status": "completed"},
        {"status": "pending", "type": "ppa"},
    ):
        found = await walk(client, "/contracts", query)
        assert found == [
            record
            for record in records
            if all(record[key] == value for key, value in query.items())
        ]
        assert 0 < len(found) < len(records)
    eic = records[1]["seller"]["eic"]
    assert await walk(client, "/contracts", {"eic": eic}) == [records[1]]
    span = {
        "delivery_start": "2026-05-01T00:00:00Z",
        "delivery_end": "2026-05-20T22:00:00Z",
    }
    found = await walk(client, "/contracts", span)
    assert found
    for record in found:
        assert record["delivery_start"] >= span["delivery_start"]
        assert record["delivery_end"] <= span["delivery_end"]


async def test_contract_in_progress_delivers_now(client: Client) -> None:
    """The year's contracts contain today, whatever the year."""
    client.clock.now = datetime(2031, 12, 31, 22, 30, tzinfo=UTC)
    for record in await walk(client, "/contracts", {"status": "in_progress"}):
        start = datetime.fromisoformat(record["delivery_start"])
        end = datetime.fromisoformat(record["delivery_end"])
        assert start <= client.clock.now < end


async def test_customers(client: Client) -> None:
    """One customer is the same as in the list."""
    records = await walk(client, "/customers")
    for record in records:
        assert (await ask(client, f"/customers/{record['id']}")).body == record
        assert list(record["balance_group"]) == ["eic", "tso"]
    approved = await walk(client, "/customers", {"status": "approved"})
    assert 0 < len(approved) < len(records)


async def test_fields_of_transactions(client: Client) -> None:
    """The names on the conventions page are those of a transaction."""
    for record in await walk(client, "/transactions"):
        assert list(record) == [
            *("id", "type", "contract_id", "status", "version", "direction"),
            *("sender_eic", "receiver_eic", "delivery_date", "period_from"),
            *("period_to", "slot_number", "volume_mwh", "created_at"),
            "previous_transaction_id",
        ]
        start = datetime.fromisoformat(record["period_from"])
        end = datetime.fromisoformat(record["period_to"])
        assert end - start == timedelta(minutes=15)
        assert record["period_from"].endswith("Z")


async def test_reference_fields_of_transactions(client: Client) -> None:
    """With the switch the same deliveries have the fields of the reference page."""
    plain = await walk(client, "/transactions")
    client.server.control.switches = Switches(otark_reference_fields=True)
    records = await walk(client, "/transactions")
    for record, other in zip(records, plain, strict=True):
        assert list(record) == [
            *("id", "type", "contract_id", "status", "version", "sender", "receiver"),
            *("delivery_start", "delivery_end", "slot_number", "volume"),
            *("created_at", "previous_transaction_id"),
        ]
        assert record["volume"] == other["volume_mwh"]
        assert record["delivery_start"] == other["period_from"]


@pytest.mark.parametrize(
    ("day", "count"),
    [("2026-03-29", 92), ("2026-05-21", 96), ("2026-10-25", 100)],
)
async def test_slots_of_a_day(client: Client, day: str, count: int) -> None:
    """A German delivery day has 92, 96 or 100 slots, one after the other."""
    client.clock.now = datetime.fromisoformat(f"{day}T10:00:00Z")
    records = await walk(
        client,
        "/contracts/con_a1b2c3d4/transactions",
        {"delivery_date": day, "status": "valid"},
    )
    numbers = {record["slot_number"] for record in records}
    assert max(numbers) == count
    # One slot has an invalid transaction only.
    assert len(records) == len(numbers) == count - 1
    starts = [datetime.fromisoformat(record["period_from"]) for record in records]
    midnight = min(starts)
    assert midnight.hour in {22, 23}
    for record, start in zip(records, starts, strict=True):
        assert start == midnight + (record["slot_number"] - 1) * timedelta(minutes=15)
    (nomination, *_) = await walk(
        client,
        "/nominations",
        {"delivery_date": day, "include_slots": "true", "status": "match"},
    )
    assert [slot["slot_number"] for slot in nomination["slots"]] == [
        *range(1, count + 1)
    ]


async def test_transactions_are_of_today_and_tomorrow(client: Client) -> None:
    """The running contracts deliver in each slot of both days."""
    records = await walk(client, "/transactions", {"status": "valid"})
    counts = Counter((it["contract_id"], it["delivery_date"]) for it in records)
    assert counts == {
        ("con_a1b2c3d4", "2026-05-21"): 95,
        ("con_a1b2c3d4", "2026-05-22"): 96,
        ("con_b1b2c3d4", "2026-05-21"): 96,
        ("con_b1b2c3d4", "2026-05-22"): 96,
        ("con_c1b2c3d4", "2026-05-20"): 25,
    }


async def test_tomorrow_waits_for_the_market(client: Client) -> None:
    """What is bought on the exchange is known when its prices are out."""
    path = "/contracts/con_b1b2c3d4/transactions"
    query = {"delivery_date": "2026-05-22"}
    client.server.control.behave(Late(181))
    assert await walk(client, path, query) == []
    client.server.control.behave(Late(180))
    assert len(await walk(client, path, query)) == 96


async def test_corrected_transaction(client: Client) -> None:
    """A new version names the one that counts no longer, and history has both."""
    (old,) = await walk(client, "/transactions", {"status": "superseded"})
    slot = str(old["slot_number"])
    (new,) = await walk(
        client,
        "/contracts/con_a1b2c3d4/transactions",
        {
            "delivery_date": TODAY,
            "slot_number_from": slot,
            "slot_number_to": slot,
            "status": "valid",
        },
    )
    assert old["previous_transaction_id"] is None
    assert new["previous_transaction_id"] == old["id"]
    assert (old["version"], new["version"]) == (1, 2)
    assert old["volume_mwh"] != new["volume_mwh"]
    for record in (old, new):
        reply = await ask(client, f"/transactions/{record['id']}/history")
        assert reply.body["transactions"] == [old, new]
    (invalid,) = await walk(client, "/transactions", {"status": "invalid"})
    assert invalid["volume_mwh"] > 0


@pytest.mark.parametrize(
    "query",
    [
        {"slot_number_from": "90"},
        {"slot_number_to": "3"},
        {"slot_number_from": "5", "slot_number_to": "6"},
        {"sender_eic": "11YOTARK------Z"},
        {"delivery_date": "2026-05-22"},
        {"delivery_start": "2026-05-22T10:00:00Z"},
        {"delivery_end": "2026-05-20T23:00:00Z"},
    ],
)
async def test_transaction_filters(client: Client, query: dict[str, str]) -> None:
    """A filter leaves what it names, and something but not all."""
    everything = await walk(client, "/transactions")
    asked = {
        "slot_number_from": lambda it, value: it["slot_number"] >= int(value),
        "slot_number_to": lambda it, value: it["slot_number"] <= int(value),
        "sender_eic": lambda it, value: it["sender_eic"] == value,
        "delivery_date": lambda it, value: it["delivery_date"] == value,
        "delivery_start": lambda it, value: it["period_from"] >= value,
        "delivery_end": lambda it, value: it["period_to"] <= value,
    }
    expected = [
        it for it in everything if all(asked[k](it, v) for k, v in query.items())
    ]
    assert 0 < len(expected) < len(everything)
    assert await walk(client, "/transactions", query) == expected


async def test_nominations(client: Client) -> None:
    """Nominations have the documented fields, and slots only if asked for."""
    plain = await walk(client, "/nominations")
    full = await walk(client, "/nominations", {"include_slots": "true"})
    fields = [
        *("id", "status", "version", "gate_closure", "direction", "eic", "tso"),
        *("counterparty", "created_at", "previous_nomination_id", "confirmed_at"),
        "sent_at",
    ]
    for record, with_slots in zip(plain, full, strict=True):
        assert list(record) == fields
        assert {**record, "slots": with_slots["slots"]} == with_slots
        for slot in with_slots["slots"]:
            assert list(slot) == [
                *("delivery_start", "delivery_end", "slot_number", "amount"),
                "matched_amount",
            ]
    statuses = {record["status"] for record in plain}
    assert {"match", "superseded"} <= statuses


async def test_nomination_is_the_sum_of_valid_transactions(client: Client) -> None:
    """The net saldo of today's valid transactions is what is nominated."""
    volumes: Counter[int] = Counter()
    for it in await walk(
        client, "/transactions", {"delivery_date": TODAY, "status": "valid"}
    ):
        volumes[it["slot_number"]] += it["volume_mwh"]
    query = {
        "delivery_date": TODAY,
        "include_slots": "true",
        "eic": "11YGREENENERGY-Z",
    }
    (buyer,) = await walk(client, "/nominations", query)
    assert buyer["direction"] == "in"
    for slot in buyer["slots"]:
        expected = volumes[slot["slot_number"]]
        assert slot["amount"] == pytest.approx(expected, abs=1e-9)


async def test_slots_of_nominations_are_filtered(client: Client) -> None:
    """Only the slots asked for come along."""
    query = {
        "include_slots": "true",
        "slot_number_from": "57",
        "slot_number_to": "60",
        "delivery_date": TODAY,
    }
    for record in await walk(client, "/nominations", query):
        assert [slot["slot_number"] for slot in record["slots"]] == [57, 58, 59, 60]
    late = {"slot_number_from": "97", "delivery_date": TODAY}
    assert await walk(client, "/nominations", late) == []


async def test_nomination_of_tomorrow(client: Client) -> None:
    """It appears, is sent at the gate's closing and is confirmed after that."""
    query = {"delivery_date": "2026-05-22", "include_slots": "true"}
    seen = []
    for moment in ("11:29", "11:30", "13:34", "13:35", "14:00"):
        client.clock.now = datetime.fromisoformat(f"{TODAY}T{moment}:00Z")
        records = await walk(client, "/nominations", query)
        seen.append(
            [(it["status"], it["sent_at"], it["confirmed_at"]) for it in records]
        )
    sent, confirmed = "2026-05-21T13:35:00Z", "2026-05-21T14:00:00Z"
    assert seen == [
        [],
        [("pending", None, None)] * 2,
        [("pending", None, None)] * 2,
        [("pending", sent, None)] * 2,
        [("match", sent, confirmed)] * 2,
    ]


async def test_partial_match(client: Client) -> None:
    """The other side named less than the amount."""
    query = {"status": "partial_match", "include_slots": "true"}
    (record,) = await walk(client, "/nominations", query)
    assert any(slot["amount"] > slot["matched_amount"] for slot in record["slots"])
