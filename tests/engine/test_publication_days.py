"""Test the sequence of questions that a day brings."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from custom_components.spot_planner.engine.publication import (
    Attempts,
    Publication,
    next_request,
)
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import midnight

from .helpers import DAY, HOUR, PARIS, QUARTER, paris, prices

PUBLICATION = Publication(at=time(13), zone=PARIS)
DELAY = timedelta(minutes=4)
TODAY = "2026-04-15"


class FailureError(Exception):
    """Stand for whatever a provider may fail with."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        """Keep how long to wait."""
        super().__init__()
        self.retry_after = retry_after


type Provider = Callable[[datetime], PriceSeries]


def market(published_at: time = time(12, 57)) -> Provider:
    """Return a provider that has today, and tomorrow after its publication."""

    def answer(now: datetime) -> PriceSeries:
        local = now.astimezone(PARIS)
        days = 2 if local.time() >= published_at else 1
        return days_from(local.date(), days)

    return answer


def down(start: str, end: str, retry_after: timedelta | None = None) -> Provider:
    """Return a provider that fails from one time in Paris to another."""

    def answer(now: datetime) -> PriceSeries:
        if paris(start) <= now < paris(end):
            raise FailureError(retry_after)
        return market()(now)

    return answer


def days_from(first: date, days: int) -> PriceSeries:
    """Return the prices of some local days."""
    start, end = midnight(first, PARIS), midnight(first + days * DAY, PARIS)
    return prices(*[0.1] * ((end - start) // QUARTER), start=start)


def questions(
    provider: Provider, start: str, end: str, known: PriceSeries | None = None
) -> list[str]:
    """Play a clock that ticks at each quarter-hour, and write down the questions.

    What is learnt is kept, an attempt that leaves something out counts as one that
    has to be repeated, and one that brings all ends the row.
    """
    now, asked, attempts = paris(start), [], Attempts()
    while now < paris(end):
        moment = next_request(PUBLICATION, known, attempts, now, DELAY)
        if moment > now:
            tick = now + QUARTER - (now - paris(start)) % QUARTER
            now = min(moment, tick)
            continue
        asked.append(now.astimezone(PARIS).strftime("%d %H:%M:%S"))
        try:
            answer = provider(now)
        except FailureError as err:
            attempts = attempts.failed(now, err.retry_after)
            continue
        # The past plays no part, and without it a year is played faster.
        known = (known.merge(answer) if known else answer).slice(now, now + 3 * DAY)
        wanted = PUBLICATION.horizon(now, DELAY)
        complete = known.covers(wanted.start, wanted.end)
        attempts = Attempts() if complete else attempts.failed(now)
    return asked


def at_minutes(*times: str) -> list[str]:
    """Return times of today as the log of questions has them."""
    return [f"15 {one}:00" for one in times]


def today_known() -> PriceSeries:
    """Return the prices of today."""
    return days_from(date.fromisoformat(TODAY), 1)


def test_normal_day_has_one_question() -> None:
    """It comes at this home's moment after the publication."""
    asked = questions(market(), f"{TODAY}T00:00", "2026-04-16T00:00", today_known())
    assert asked == at_minutes("13:04")


def test_first_day_has_two() -> None:
    """A new installation asks at once, and again after the publication."""
    asked = questions(market(), f"{TODAY}T09:00", "2026-04-16T00:00")
    assert asked == at_minutes("09:00", "13:04")


def test_first_evening_has_one() -> None:
    """In the evening, one answer brings both days."""
    asked = questions(market(), f"{TODAY}T19:00", "2026-04-16T13:00")
    assert asked == at_minutes("19:00")


def test_restart_with_known_prices_has_none() -> None:
    """What was stored does until the next publication."""
    stored = days_from(date.fromisoformat(TODAY), 2)
    asked = questions(market(), f"{TODAY}T15:00", "2026-04-17T00:00", stored)
    assert asked == ["16 13:04:00"]


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-03-25", 10),
        ("2026-10-20", 10),
        ("2026-12-27", 10),
        pytest.param("2026-01-01", 365, marks=pytest.mark.slow),
    ],
)
def test_day_has_one_question(start: str, days: int) -> None:
    """At the same time on the clock, through summer, winter and both changes."""
    first = date.fromisoformat(start)
    asked = questions(
        market(),
        f"{first}T00:00",
        f"{first + timedelta(days=days)}T00:00",
        days_from(first, 1),
    )
    assert len(asked) == days
    assert {one[3:] for one in asked} == {"13:04:00"}


def test_tomorrow_an_hour_late() -> None:
    """The question is repeated after growing pauses until tomorrow is complete."""
    asked = questions(
        market(time(14)), f"{TODAY}T00:00", "2026-04-16T00:00", today_known()
    )
    assert asked == at_minutes("13:04", "13:09", "13:19", "13:39", "14:19")


def test_six_hours_without_answers() -> None:
    """The pauses grow to an hour, and the first answer ends it."""
    asked = questions(
        down(f"{TODAY}T12:00", f"{TODAY}T18:00"),
        f"{TODAY}T00:00",
        "2026-04-16T00:00",
        today_known(),
    )
    assert asked == at_minutes(
        *("13:04", "13:09", "13:19", "13:39", "14:19"),
        *("15:19", "16:19", "17:19", "18:19"),
    )


def test_no_price_at_all() -> None:
    """Without a price for now, the pauses are shorter, and grow all the same."""
    asked = questions(
        down(f"{TODAY}T00:00", f"{TODAY}T10:00"), f"{TODAY}T09:00", f"{TODAY}T12:00"
    )
    assert asked == [
        f"15 {one}"
        for one in (
            *("09:00:00", "09:00:30", "09:01:30", "09:03:30", "09:07:30"),
            *("09:15:30", "09:30:30", "09:45:30", "10:00:30"),
        )
    ]


def test_pauses_shrink_when_prices_run_out() -> None:
    """At midnight the last known price ends, and a price for now is urgent."""
    asked = questions(
        down(f"{TODAY}T12:00", "2026-04-16T06:00"),
        f"{TODAY}T00:00",
        "2026-04-16T12:00",
        today_known(),
    )
    times = [paris(f"2026-04-{one[:2]}T{one[3:]}") for one in asked]
    gaps = {late: later - late for late, later in pairwise(times)}
    before = [gap for late, gap in gaps.items() if late + gap < paris("2026-04-16")]
    after = [gap for late, gap in gaps.items() if late >= paris("2026-04-16")]
    assert max(before) == HOUR
    assert set(after) == {QUARTER}
    # Midnight itself is the first moment without a price, and six o'clock the last.
    assert paris("2026-04-16") in times
    assert times[-1] < paris("2026-04-16T06:15")


def test_provider_that_wants_to_be_left_alone() -> None:
    """A pause that the provider asks for is kept to the second."""
    asked = questions(
        down(f"{TODAY}T12:00", f"{TODAY}T14:00", timedelta(hours=1, seconds=7)),
        f"{TODAY}T00:00",
        "2026-04-16T00:00",
        today_known(),
    )
    assert asked == ["15 13:04:00", "15 14:04:07"]


def test_day_of_the_clock_change_needs_no_more_questions() -> None:
    """Days of 92 and 100 quarter-hours are complete as they are."""
    for first, last in (("2026-03-27", "2026-03-31"), ("2026-10-23", "2026-10-27")):
        day = date.fromisoformat(first)
        asked = questions(
            market(), f"{first}T00:00", f"{last}T00:00", days_from(day, 1)
        )
        days = [(day + n * DAY).day for n in range(4)]
        assert asked == [f"{number:02} 13:04:00" for number in days]
