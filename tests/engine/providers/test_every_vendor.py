"""Test what is true of every vendor, by the answers that its page documents.

Nothing is sent: the session is a stand-in that remembers what was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
import json
from math import inf, nan
from typing import Any

from aiohttp import ClientConnectionError, ClientOSError, ClientPayloadError
import pytest
from yarl import URL

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    CannotConnectError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
)
from custom_components.spot_planner.engine.providers.network.address import (
    check_base_url,
)
from custom_components.spot_planner.engine.providers.network.http import (
    MAX_BYTES,
    HttpClient,
)
from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.engine.providers.network.pages import MOST_PAGES
from custom_components.spot_planner.engine.providers.vendor import Customer, Offer
from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.engine.time_range import midnight

from ..helpers import DAY, HOUR, QUARTER
from .fake_time import FakeTime
from .fuzz.checks import check_error, check_prices
from .fuzz.wire import Question, Reply, Wire
from .samples import SAMPLES, SECRET, Row, Sample

WEDNESDAY = date(2026, 4, 15)
WITH_PRICES = {name: it for name, it in SAMPLES.items() if it.vendor.products}

# What a status means where credentials are sent and the vendor documents nothing else.
USUAL: Mapping[int, type[ProviderError]] = {
    302: ServerError,
    307: ServerError,
    400: RefusedError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    409: RefusedError,
    422: RefusedError,
    429: RateLimitedError,
    500: ServerError,
    503: ServerError,
}


@dataclass
class Asked:
    """A customer of a vendor whose answers a test decides."""

    sample: Sample
    reply: Reply = field(default_factory=Reply)
    """The answer at the sample's path."""

    def __post_init__(self) -> None:
        """Let the vendor make what it offers; nothing is asked yet."""
        self.wire = Wire(self._answer)
        base_url = self.sample.vendor.base_url
        self._time = FakeTime()
        pacer = Pacer(self._time.clock, self._time.sleep)
        client = HttpClient(self.wire.session, base_url, pacer)
        customer = Customer(client=client, zone=self.sample.zone, data=self.sample.data)
        self.offer: Offer = self.sample.vendor.make(customer)

    def answer(self, document: object, **more: Any) -> "Asked":
        """Answer with this document from now on."""
        self.reply = Reply(json.dumps(document).encode(), **more)
        return self

    async def rows(self, day: date = WEDNESDAY) -> list[Row]:
        """Ask at two in the afternoon, and return what is told of two days."""
        now = midnight(day, self.sample.zone) + 14 * HOUR
        if prices := self.offer.prices:
            told = await prices.prices(day, day + 2 * DAY, now)
            check_prices(told, now)
            return [Row(it.start, it.end, it.price) for it in told.series]
        assert self.offer.volumes
        volumes = await self.offer.volumes.volumes(now)
        return [Row(it.start, it.end, it.energy) for it in volumes.slots]

    async def failure(self) -> ProviderError:
        """Return the error of a question; it tells neither a secret nor a place."""
        with pytest.raises(ProviderError) as failed:
            await self.rows()
        queries = {it.url.query_string for it, _ in self.wire.exchanges} - {""}
        check_error(failed.value, (SECRET, *self.sample.secrets, *queries))
        return failed.value

    async def _answer(self, question: Question) -> Reply:
        base = URL(self.sample.vendor.base_url)
        assert question.url.origin() == base.origin()
        path = question.url.raw_path.removeprefix(base.raw_path.rstrip("/"))
        if path in self.sample.beside:
            return Reply(json.dumps(self.sample.beside[path]).encode())
        assert path == self.sample.path
        return self.reply


def stated(
    sample: Sample, first: date = WEDNESDAY, days: int = 2, length: timedelta = QUARTER
) -> list[Row]:
    """Return a row for each step of some days, each with another value."""
    start = midnight(first, sample.zone)
    steps = (midnight(first + days * DAY, sample.zone) - start) // length
    moments = (start + n * length for n in range(steps))
    return [Row(it, it + length, (n + 50) / 1000) for n, it in enumerate(moments)]


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> Sample:
    """Return one product after the other."""
    return SAMPLES[request.param]


@pytest.fixture(params=WITH_PRICES)
def priced(request: pytest.FixtureRequest) -> Sample:
    """Return one product that has prices after the other."""
    return WITH_PRICES[request.param]


def test_every_product_has_a_sample() -> None:
    """A new vendor is not forgotten here."""
    assert {it.vendor.key for it in SAMPLES.values()} == VENDORS.keys()
    for vendor in VENDORS.values():
        samples = [it for it in SAMPLES.values() if it.vendor is vendor]
        products = [vendor.product_of(it.data) for it in samples]
        assert all(it in products for it in vendor.products)


def test_vendor_is_known_without_asking(sample: Sample) -> None:
    """It can be found, it has what it says, and it tells nobody a secret."""
    vendor, asked = sample.vendor, Asked(sample)
    assert check_base_url(vendor.base_url) == vendor.base_url
    assert vendor.website.startswith("https://")
    prices, volumes = asked.offer.prices, asked.offer.volumes
    assert (prices is None) == (not vendor.products)
    assert (prices is None) != (volumes is None)
    if prices:
        assert prices.product is vendor.product_of(sample.data)
        assert prices.publication.at == prices.product.published_at
        assert prices.publication.zone is sample.zone
    told = (prices or volumes).question  # type: ignore[union-attr]
    assert told.startswith(vendor.base_url)
    assert SECRET not in f"{told} {asked.offer!r}"
    assert asked.wire.exchanges == []


def test_credentials_that_cannot_be_any(sample: Sample) -> None:
    """They are refused beside their field, before anybody is asked."""
    for name in sample.secrets and [it.field for it in sample.vendor.credentials]:
        for value, reason in (
            ("two words", "credential_invalid"),
            (f"{SECRET}\n\x00", "credential_invalid"),
            (" ", "credential_missing"),
        ):
            with pytest.raises(InputError) as refused:
                Asked(replace(sample, data={**sample.data, name: value}))
            assert (refused.value.field, refused.value.reason) == (name, reason)
            assert SECRET not in f"{refused.value!r} {refused.value.value}"


@pytest.mark.parametrize("day", [WEDNESDAY, date(2026, 3, 28), date(2026, 10, 24)])
async def test_days_of_any_length(sample: Sample, day: date) -> None:
    """Each row is read at its own time, also when the clocks change."""
    for length in sample.lengths:
        rows = stated(sample, day, length=length)
        asked = Asked(sample).answer(sample.write(rows))
        assert await asked.rows(day) == rows
        told = asked.offer.prices or asked.offer.volumes
        assert told
        assert told.sent == len(asked.wire.exchanges)


async def test_rows_in_any_order_and_twice(sample: Sample) -> None:
    """They say the same as tidy ones."""
    rows = stated(sample)
    asked = Asked(sample).answer(sample.write([*reversed(rows), *rows[10:20]]))
    assert await asked.rows() == rows


async def test_rows_that_are_missing_or_empty_are_gaps(sample: Sample) -> None:
    """The rest is known all the same, and nothing reaches over a gap."""
    rows = stated(sample)
    there = rows[:20] + rows[24:]
    asked = Asked(sample).answer(sample.write(there))
    assert await asked.rows() == there
    if not sample.has_empty_rows:
        return
    # An empty row tells how long its neighbours last, even if it is every other one.
    for gaps in (range(20, 24), range(0, len(rows), 2)):
        told = [
            replace(it, value=None) if n in gaps else it for n, it in enumerate(rows)
        ]
        asked.answer(sample.write(told))
        assert await asked.rows() == [it for it in told if it.value is not None]


@pytest.mark.parametrize("value", ["0.05", True, [], {}, 1e300])
async def test_price_that_is_no_number(priced: Sample, value: Any) -> None:
    """Nothing of such an answer can be trusted."""
    rows = stated(priced)
    asked = Asked(priced).answer(
        priced.write([replace(rows[0], value=value), *rows[1:]])
    )
    assert type(await asked.failure()) is MalformedError


async def test_two_prices_for_one_time(priced: Sample) -> None:
    """Neither can be trusted."""
    rows = stated(priced)
    asked = Asked(priced).answer(priced.write([*rows, replace(rows[5], value=0.9)]))
    assert type(await asked.failure()) is MalformedError


async def test_nothing_is_published(priced: Sample) -> None:
    """It is told from an answer that cannot be read."""
    empty = [replace(it, value=None) for it in stated(priced)]
    for rows in ([], empty) if priced.has_empty_rows else ([],):
        asked = Asked(priced).answer(priced.write(rows))
        assert type(await asked.failure()) is NotPublishedError


def bodies(sample: Sample) -> Sequence[bytes]:
    """Return what is no answer, though some of it begins like one."""
    right = json.dumps(sample.write(stated(sample)))
    return [
        b"",
        b"<html><p>Down</p></html>",
        right.encode()[:-10],
        right.encode("utf-16"),
        right.replace("0.05", "NaN", 1).encode() if "0.05" in right else b"NaN",
        b"null",
        b"17",
        b'"text"',
        b"[17]",
        b"[" * 100_000,
    ]


async def test_bodies_that_are_no_answer(sample: Sample) -> None:
    """Each is refused as one, and what comes after it is read."""
    rows = stated(sample)
    asked = Asked(sample)
    for body in bodies(sample):
        asked.reply = Reply(body)
        assert type(await asked.failure()) is MalformedError, body[:50]
    asked.answer(sample.write(rows))
    assert await asked.rows() == rows


@pytest.mark.parametrize("value", [nan, inf, -inf])
async def test_numbers_that_json_has_not(sample: Sample, value: float) -> None:
    """Python would read them, and no price could be compared with them."""
    rows = stated(sample)
    asked = Asked(sample).answer(sample.write([replace(rows[0], value=value)]))
    assert type(await asked.failure()) is MalformedError


@pytest.mark.parametrize("status", USUAL)
async def test_statuses(sample: Sample, status: int) -> None:
    """Each has its typed error, and nobody is followed elsewhere."""
    asked = Asked(sample)
    headers = {"Retry-After": "7", "Location": "https://elsewhere.test/prices"}
    asked.reply = Reply(b"{}", status, headers)
    if status == 403 and sample.is_one_of_several:
        assert await asked.rows() == []
        return
    failure = await asked.failure()
    assert type(failure) is sample.statuses.get(status, USUAL[status])
    assert failure.retry_after == timedelta(seconds=7)


async def test_limit_is_kept(sample: Sample) -> None:
    """Nothing is sent before the time that the vendor has asked for."""
    asked = Asked(sample)
    asked.reply = Reply(b"", 429, {"Retry-After": "600"})
    await asked.failure()
    count = len(asked.wire.exchanges)
    assert type(await asked.failure()) is RateLimitedError
    assert len(asked.wire.exchanges) == count


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(SECRET), TimedOutError),
        (ClientConnectionError(SECRET), CannotConnectError),
        (ClientOSError(SECRET), CannotConnectError),
        (ClientPayloadError(SECRET), CannotConnectError),
        (RuntimeError(SECRET), CannotConnectError),
    ],
)
async def test_connection_that_fails(
    sample: Sample, error: Exception, kind: type[ProviderError]
) -> None:
    """It has its typed error, before and within the answer, and leaves nothing behind."""
    rows = stated(sample)
    right = json.dumps(sample.write(rows)).encode()
    asked = Asked(sample)
    for body in (b"", right[:1000]):
        asked.reply = Reply(body, error=error)
        assert type(await asked.failure()) is kind
    asked.reply = Reply(right)
    assert await asked.rows() == rows


async def test_secrets_are_in_no_error(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    """Even a vendor that quotes them everywhere does not bring them into the log."""
    words = (*sample.secrets, SECRET)
    caplog.set_level("DEBUG")
    for word in words:
        for quote in (
            word,
            f'{{"code": "{word}", "message": "{word}", "{word}": 1}}',
            f'{{"error": {{"code": "{word}", "details": [{{"field": "{word}"}}]}}}}',
        ):
            for status in (200, *USUAL):
                if status == 403 and sample.is_one_of_several:
                    continue
                asked = Asked(sample)
                asked.reply = Reply(quote.encode(), status, {"X-Key": word})
                failure = await asked.failure()
                assert failure.code == ""
    assert not any(word in caplog.text for word in words)


async def test_answer_that_is_too_large(sample: Sample) -> None:
    """A right answer is read, but not among megabytes of blanks."""
    rows = stated(sample)
    right = json.dumps(sample.write(rows)).encode()
    asked = Asked(sample)
    asked.reply = Reply(right + b" " * 100_000)
    assert await asked.rows() == rows
    asked.reply = Reply(right + b" " * MAX_BYTES)
    assert type(await asked.failure()) is MalformedError


async def test_pages_without_end(sample: Sample) -> None:
    """Whoever says that there is always more is not asked for ever."""
    asked = Asked(sample)
    document = sample.write([])

    async def answer(question: Question) -> Reply:
        reply = await asked._answer(question)
        number = len(asked.wire.exchanges)
        found = json.loads(reply.body)
        if isinstance(found, dict):
            more = {"has_more": True, "next_cursor": f"page {number}"}
            found = {**found, "pagination": more}
        return replace(reply, body=json.dumps(found).encode())

    asked.answer(document)
    asked.wire.answering = answer
    assert await asked.failure()
    assert len(asked.wire.exchanges) <= MOST_PAGES
