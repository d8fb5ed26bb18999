"""Test how a vendor's limit is kept."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from custom_components.spot_planner.engine.providers.errors import RateLimitedError
from custom_components.spot_planner.engine.providers.network.pacer import (
    LONGEST_PATIENT_WAIT,
    LONGEST_WAIT,
    Pacer,
    retry_after,
)

from ..fake_time import FakeTime

# The headers of the vendor's page (Otark, API conventions), with nothing left.
USED_UP = {
    "x-ratelimit-limit": "300",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "60",
}


@pytest.fixture
def time() -> FakeTime:
    """Return a clock of our own."""
    return FakeTime()


@pytest.fixture
def pacer(time: FakeTime) -> Pacer:
    """Return a pacer that keeps to that clock."""
    return Pacer(time.clock, time.sleep)


async def held(pacer: Pacer) -> timedelta | None:
    """Return for how long nothing may be sent, None when something may."""
    try:
        await pacer.wait(patient=False)
    except RateLimitedError as err:
        return err.retry_after
    return None


async def test_nothing_is_held_back_at_first(pacer: Pacer, time: FakeTime) -> None:
    """A vendor that has said nothing has no limit."""
    await pacer.wait(patient=False)
    await pacer.wait(patient=True)
    assert time.slept == []


@pytest.mark.parametrize("remaining", ["299", "1", "", "-1", "none", "0.5", "9" * 5000])
async def test_limit_that_is_not_used_up(pacer: Pacer, remaining: str) -> None:
    """As long as something remains, or nobody can tell, the next request is sent."""
    headers = USED_UP | {"x-ratelimit-remaining": remaining}
    assert pacer.learn(200, headers) is None
    assert await held(pacer) is None


async def test_limit_that_is_used_up_holds_the_next_request(
    pacer: Pacer, time: FakeTime
) -> None:
    """It is kept before the vendor has to refuse anything."""
    assert pacer.learn(200, USED_UP) is None
    assert await held(pacer) == timedelta(seconds=60)
    time.pass_by(seconds=45)
    assert await held(pacer) == timedelta(seconds=15)
    time.pass_by(seconds=15)
    assert await held(pacer) is None


async def test_the_patient_sleep_until_the_limit_is_new(
    pacer: Pacer, time: FakeTime
) -> None:
    """They sleep for what is left of the window, and only once."""
    pacer.learn(200, USED_UP)
    time.pass_by(seconds=20)
    await pacer.wait(patient=True)
    await pacer.wait(patient=True)
    assert time.slept == [40]


async def test_patience_has_an_end(pacer: Pacer, time: FakeTime) -> None:
    """Nobody sleeps for half an hour within a question."""
    wait = LONGEST_PATIENT_WAIT + timedelta(seconds=1)
    pacer.learn(200, USED_UP | {"x-ratelimit-reset": str(int(wait.total_seconds()))})
    with pytest.raises(RateLimitedError) as failed:
        await pacer.wait(patient=True)
    assert failed.value.retry_after == wait
    assert time.slept == []


@pytest.mark.parametrize("status", [200, 404, 422, 500])
async def test_every_answer_counts(pacer: Pacer, status: int) -> None:
    """The headers come with errors too."""
    pacer.learn(status, USED_UP)
    assert await held(pacer) == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, 30),
        ({"x-ratelimit-reset": "60"}, 60),
        # What the vendor asks for outright is exact.
        ({"Retry-After": "30", "x-ratelimit-reset": "60"}, 30),
        ({"Retry-After": "90", **USED_UP}, 90),
        ({"Retry-After": "soon", "x-ratelimit-reset": "60"}, 60),
    ],
)
async def test_refused_request_holds_the_next(
    pacer: Pacer, headers: Mapping[str, str], wait: int
) -> None:
    """A 429 says how long to wait, in one header or the other."""
    assert pacer.learn(429, headers) == timedelta(seconds=wait)
    assert await held(pacer) == timedelta(seconds=wait)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Retry-After": "0"},
        {"x-ratelimit-reset": "0"},
        {"x-ratelimit-reset": "soon"},
        {"x-ratelimit-reset": "-5"},
        # A moment and not a number of seconds.
        {"x-ratelimit-reset": "1776254400"},
        {"x-ratelimit-reset": "9" * 5000},
    ],
)
async def test_refused_request_without_a_wait_holds_nothing(
    pacer: Pacer, headers: Mapping[str, str]
) -> None:
    """When to ask again is then up to the pauses of the caller."""
    assert pacer.learn(429, headers) in {None, timedelta()}
    assert await held(pacer) is None


async def test_used_up_without_an_end_holds_nothing(pacer: Pacer) -> None:
    """A limit whose end nobody knows would be one for ever."""
    assert pacer.learn(200, {"x-ratelimit-remaining": "0"}) is None
    assert await held(pacer) is None


async def test_server_that_is_down_for_a_while(pacer: Pacer) -> None:
    """Its wish is told to the caller, but it is no limit."""
    assert pacer.learn(503, {"Retry-After": "120"}) == timedelta(minutes=2)
    assert await held(pacer) is None


async def test_wait_is_that_of_a_day_at_most(pacer: Pacer) -> None:
    """After a day, no price is known any more, and asking can do no harm."""
    assert pacer.learn(429, {"Retry-After": "9" * 20}) == LONGEST_WAIT
    assert await held(pacer) == LONGEST_WAIT


async def test_time_of_a_real_clock() -> None:
    """Without a clock of our own it is one that never goes back."""
    pacer = Pacer()
    pacer.learn(429, {"Retry-After": "60"})
    wait = await held(pacer)
    assert wait is not None
    assert timedelta(seconds=50) < wait <= timedelta(seconds=60)


@pytest.mark.parametrize("limit", [1, 3, 5])
async def test_requests_in_ten_minutes(
    limit: int, pacer: Pacer, time: FakeTime
) -> None:
    """Whoever asks without a break sends no more than the limit, a minute at a time."""
    start, sent = time.now, 0
    while True:
        await pacer.wait(patient=True)
        if time.now >= start + 600:
            break
        sent += 1
        left = limit - 1 - (sent - 1) % limit
        window = 60 - (time.now - start) % 60
        pacer.learn(
            200,
            {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": f"{window:.0f}"},
        )
    assert sent == 10 * limit


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("90000", LONGEST_WAIT),
        ("Wed, 15 Apr 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Wed, 15 Apr 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(header: str, wait: timedelta | None) -> None:
    """Seconds, or a date by the clock of the server."""
    headers = {"Retry-After": header, "Date": "Wed, 15 Apr 2026 12:00:00 GMT"}
    assert retry_after(headers) == wait


def test_retry_after_as_a_date_needs_the_clock_of_the_server() -> None:
    """Against our own clock, the wait could be anything."""
    assert retry_after({"Retry-After": "Wed, 15 Apr 2026 12:01:30 GMT"}) is None
