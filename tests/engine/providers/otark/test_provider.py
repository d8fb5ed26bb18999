"""Test which lists of Otark are asked for, and what they say together."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.otark.provider import (
    OtarkProvider,
    read_volumes,
)
from custom_components.spot_planner.engine.volumes import VolumeOrigin, Volumes

from ...helpers import BERLIN, HOUR, QUARTER, utc
from ..network.servers import serving
from .records import START, WINDOW, nomination, slot, transaction

KEY = "otark_key_2e6f8a0c4b1d4937"
NOW = START + 14 * HOUR

LISTS = ("contracts", "transactions", "nominations", "customers")


class Vendor:
    """Answer the lists, and remember what was asked."""

    def __init__(self, session: ClientSession) -> None:
        """Answer empty lists until told otherwise."""
        self.records: dict[str, list[Any]] = {name: [] for name in LISTS}
        self.refusals: dict[str, tuple[int, object]] = {}
        self.has_delivery_filter = True
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._session = session

    async def volumes(self) -> Volumes:
        """Ask once, on a winter's afternoon in Germany."""
        async with serving(self._session, self._handle) as client:
            return await OtarkProvider(client, KEY, BERLIN).volumes(NOW)

    async def failure(self) -> ProviderError:
        """Return the error of a question."""
        with pytest.raises(ProviderError) as failed:
            await self.volumes()
        assert KEY not in f"{failed.value} {failed.value!r}"
        return failed.value

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.headers["X-Api-Key"] == KEY
        assert "Authorization" not in request.headers
        name = request.path.removeprefix("/")
        self.asked.append((name, dict(request.query)))
        if name in self.refusals:
            status, body = self.refusals[name]
            return web.json_response(body, status=status)
        if "delivery_start" in request.query and not self.has_delivery_filter:
            return web.json_response({}, status=400)
        pagination = {"limit": 100, "has_more": False}
        return web.json_response({name: self.records[name], "pagination": pagination})


@pytest.fixture
def vendor(session: ClientSession) -> Vendor:
    """Return a vendor with empty lists."""
    return Vendor(session)


async def test_four_lists_are_asked_for(vendor: Vendor) -> None:
    """Of what is delivered, the days of today and tomorrow."""
    await vendor.volumes()
    window = {
        "delivery_start": "2026-01-14T23:00:00Z",
        "delivery_end": "2026-01-16T23:00:00Z",
    }
    assert vendor.asked == [
        ("contracts", {"limit": "100"}),
        ("transactions", {**window, "limit": "100"}),
        ("nominations", {"include_slots": "true", **window, "limit": "100"}),
        ("customers", {"limit": "100"}),
    ]


async def test_vendor_without_a_filter_for_transactions(vendor: Vendor) -> None:
    """The whole list is asked for then, and only of transactions."""
    vendor.has_delivery_filter = False
    vendor.records["transactions"] = [transaction("txn_1", 0, 1.5)]
    assert type(await vendor.failure()) is RefusedError
    assert [name for name, _ in vendor.asked] == [
        *("contracts", "transactions", "transactions", "nominations")
    ]
    assert vendor.asked[2] == ("transactions", {"limit": "100"})


async def test_nothing_at_all(vendor: Vendor) -> None:
    """A customer without contracts has no volumes, and that is no error."""
    assert await vendor.volumes() == Volumes((), 0, 0, 0, 0, 0)


async def test_what_all_lists_say(vendor: Vendor) -> None:
    """A nominated quarter-hour shows the nomination, another one the transactions.

    Where the nomination cannot be read, the transactions do not stand in for it.
    """
    vendor.records = {
        "contracts": [{"id": f"con_{n}"} for n in range(3)],
        "transactions": [
            transaction("txn_1", 0, 1.0),
            transaction("txn_2", 1, 2.0),
            transaction("txn_3", 1, 0.5, direction="sell"),
            transaction("txn_4", 2, 9.0, status="invalid"),
            transaction("txn_5", 3, "nine"),
            transaction("txn_6", 5, 6.0),
        ],
        "nominations": [nomination("nom_1", [slot(0, 4.0), slot(5, None)])],
        "customers": [{"id": "cust_1"}, {"id": "cust_2"}],
    }
    volumes = await vendor.volumes()
    assert [(one.energy, one.origin) for one in volumes.slots] == [
        (4.0, VolumeOrigin.NOMINATED),
        (1.5, VolumeOrigin.CONTRACTED),
    ]
    assert [one.start for one in volumes.slots] == [START, START + QUARTER]
    counts = (volumes.contracts, volumes.transactions, volumes.nominations)
    assert counts == (3, 6, 1)
    assert (volumes.customers, volumes.skipped) == (2, 2)


async def test_parties_are_known_from_the_customers(vendor: Vendor) -> None:
    """Who sends from a customer's balance group has sold."""
    record = transaction(
        *("txn_1", 0, 1.5), direction=None, sender={"eic": "11YOURS--------A"}
    )
    vendor.records["transactions"] = [record]
    assert [one.energy for one in (await vendor.volumes()).slots] == [1.5]
    vendor.records["customers"] = [
        {"id": "cust_1", "balance_group": {"eic": "11YOURS--------A"}}
    ]
    assert [one.energy for one in (await vendor.volumes()).slots] == [-1.5]


@pytest.mark.parametrize("name", LISTS)
async def test_list_that_the_key_may_not_read(vendor: Vendor, name: str) -> None:
    """It is left out; the others are read."""
    vendor.records = {
        "contracts": [{"id": "con_1"}],
        "transactions": [transaction("txn_1", 0, 1.0)],
        "nominations": [nomination("nom_1", [slot(1, 4.0)])],
        "customers": [{"id": "cust_1"}],
    }
    vendor.refusals[name] = (403, {"error": {"code": "FORBIDDEN"}})
    volumes = await vendor.volumes()
    told = {
        "contracts": volumes.contracts,
        "transactions": volumes.transactions,
        "nominations": volumes.nominations,
        "customers": volumes.customers,
    }
    nothing = None if name == "customers" else 0
    assert told == dict.fromkeys(LISTS, 1) | {name: nothing}
    energy = {"transactions": [4.0], "nominations": [1.0]}.get(name, [1.0, 4.0])
    assert [one.energy for one in volumes.slots] == energy
    assert volumes.skipped == 0


async def test_key_that_may_read_nothing(vendor: Vendor) -> None:
    """It is no use, and only the customer can change that."""
    vendor.refusals = dict.fromkeys(LISTS, (403, {}))
    assert type(await vendor.failure()) is ForbiddenError
    assert [name for name, _ in vendor.asked] == list(LISTS)


def conventions(code: str) -> Mapping[str, object]:
    """Return an error in the form of the conventions page."""
    detail = {"field": "limit", "issue": "Must be a positive number"}
    return {"error": {"code": code, "message": "Sorry", "details": [detail]}}


def problem(code: str) -> Mapping[str, object]:
    """Return an error in the form of the newer page."""
    return {
        "type": f"https://brp.otark.team/errors/{code}",
        "title": "Sorry",
        "errors": [{"field": "limit", "code": "value_too_large"}],
    }


@pytest.mark.parametrize("form", [conventions, problem])
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "BAD_REQUEST", RefusedError),
        (400, "validation_failed", RefusedError),
        (401, "UNAUTHORIZED", AuthenticationError),
        (404, "NOT_FOUND", NotFoundError),
        (409, "CONFLICT", RefusedError),
        (422, "VALIDATION_ERROR", RefusedError),
        (429, "TOO_MANY_REQUESTS", RateLimitedError),
        (500, "INTERNAL_SERVER_ERROR", ServerError),
    ],
)
async def test_documented_errors(
    vendor: Vendor, form: Any, name: str, status: int, code: str, kind: type
) -> None:
    """Every status of the page, in both forms of the body, on every list."""
    vendor.refusals[name] = (status, form(code))
    error = await vendor.failure()
    assert type(error) is kind
    assert error.code == code
    assert str(error) == f"HTTP status {status}, code {code}, fields limit"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("record", [None, 5, "record", []])
async def test_record_that_is_no_object(
    vendor: Vendor, name: str, record: object
) -> None:
    """It is no list of this vendor."""
    vendor.records[name] = [record]
    assert type(await vendor.failure()) is MalformedError


def test_volume_of_now() -> None:
    """It is found by the moment, whatever number the slot has."""
    volumes = read_volumes((), (transaction("txn_1", 60, 3.5),), None, None, WINDOW)
    found = volumes.at(utc("2026-01-15T14:07:00Z"))
    assert found is not None
    assert (found.energy, found.origin) == (3.5, VolumeOrigin.CONTRACTED)
    assert volumes.customers is None
