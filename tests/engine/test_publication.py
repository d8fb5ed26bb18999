"""Test when prices should be known."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.publication import (
    Attempts,
    Publication,
    next_request,
    spread,
)
from custom_components.spot_planner.engine.series import PriceSeries

from .helpers import DAY, HOUR, MINUTE, PARIS, QUARTER, paris, prices, utc

PUBLICATION = Publication(at=time(13), zone=PARIS)
DELAY = timedelta(minutes=4)
FRESH = Attempts()


def known(start: str, end: str) -> PriceSeries:
    """Return prices from one time in Paris to another."""
    first = paris(start)
    return prices(*[0.1] * ((paris(end) - first) // QUARTER), start=first)


def test_delay_is_fixed_for_an_installation() -> None:
    """The same installation asks at the same moment every day."""
    assert spread("01JSPOTPLANNER") == spread("01JSPOTPLANNER")
    assert spread("01JSPOTPLANNER") != spread("01JSPOTPLANNES")


def test_delays_are_spread_over_ten_minutes() -> None:
    """Of ten thousand homes, about a tenth asks in each minute."""
    homes = Counter(spread(f"01J{number:023}") // MINUTE for number in range(10_000))
    assert sorted(homes) == list(range(10))
    # Four times the deviation that chance gives to a tenth of ten thousand.
    assert all(abs(count - 1000) <= 120 for count in homes.values())


def test_delays_within_a_minute_are_spread_too() -> None:
    """Homes do not knock on the full minute either."""
    delays = [spread(f"home {number}") for number in range(10_000)]
    assert all(timedelta() <= delay < timedelta(minutes=10) for delay in delays)
    seconds = Counter(delay.seconds % 60 for delay in delays)
    assert len(seconds) == 60
    assert max(seconds.values()) < 2 * 10_000 / 60


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-04-15T21:59+00:00", "2026-04-15"),
        ("2026-04-15T22:00+00:00", "2026-04-16"),
        ("2026-01-15T22:59+00:00", "2026-01-15"),
        ("2026-01-15T23:00+00:00", "2026-01-16"),
        ("2026-04-15T16:00-07:00", "2026-04-16"),
    ],
)
def test_market_day_is_local_to_the_market(now: str, day: str) -> None:
    """It is the market's date that counts, wherever the home is."""
    moment = datetime.fromisoformat(now)
    assert PUBLICATION.market_day(moment).isoformat() == day


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-04-15T00:00", "2026-04-16T00:00"),
        ("2026-04-15T13:03:59", "2026-04-16T00:00"),
        ("2026-04-15T13:04", "2026-04-17T00:00"),
        ("2026-04-15T23:59", "2026-04-17T00:00"),
    ],
)
def test_what_should_be_known(now: str, end: str) -> None:
    """Today is, and from this home's moment after the publication on, tomorrow too."""
    wanted = PUBLICATION.horizon(paris(now), DELAY)
    assert (wanted.start, wanted.end) == (paris(now), paris(end))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-04-15", 24)]
)
def test_tomorrow_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    """The night of the clock change belongs to what should be known."""
    now = paris(f"{day}T18:00")
    assert PUBLICATION.horizon(now, DELAY).duration == 6 * HOUR + hours * HOUR


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-04-15T00:00", "2026-04-15T13:04"),
        ("2026-04-15T13:03", "2026-04-15T13:04"),
        ("2026-04-15T13:04", "2026-04-16T13:04"),
        ("2026-04-15T23:00", "2026-04-16T13:04"),
        # One o'clock is one o'clock, whatever the clock did at night.
        ("2026-03-28T18:00", "2026-03-29T13:04"),
        ("2026-10-24T18:00", "2026-10-25T13:04"),
    ],
)
def test_next_publication(now: str, moment: str) -> None:
    """It is today's until it has passed, then tomorrow's."""
    assert PUBLICATION.next_after(paris(now), DELAY) == paris(moment)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-04-15T09:00", "2026-04-16T00:00"),
        ("2026-04-15T13:03", "2026-04-16T00:00"),
        ("2026-04-15T15:00", "2026-04-17T00:00"),
        ("2026-03-28T15:00", "2026-03-30T00:00"),
        ("2026-10-24T15:00", "2026-10-26T00:00"),
    ],
)
def test_nothing_is_asked_while_all_published_is_known(now: str, last: str) -> None:
    """The next question waits for the next publication."""
    moment = paris(now)
    series = known(now[:10], last)
    when = next_request(PUBLICATION, series, FRESH, moment, DELAY)
    assert when == PUBLICATION.next_after(moment, DELAY)
    assert when > moment


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # Nothing of today, a piece of today, today without tomorrow.
        ("2026-04-13T00:00", "2026-04-14T00:00"),
        ("2026-04-15T00:00", "2026-04-15T20:00"),
        ("2026-04-15T00:00", "2026-04-16T00:00"),
        # Both days but for the last quarter-hour.
        ("2026-04-15T00:00", "2026-04-16T23:45"),
        # The past does not matter, the quarter-hour of now does.
        ("2026-04-15T15:15", "2026-04-17T00:00"),
    ],
)
def test_what_is_missing_is_asked_for_at_once(start: str, end: str) -> None:
    """Now or earlier means at once."""
    now = paris("2026-04-15T15:00")
    assert next_request(PUBLICATION, known(start, end), FRESH, now, DELAY) <= now


def test_gap_in_the_middle_is_missing() -> None:
    """Prices beyond a gap do not make up for it."""
    now = paris("2026-04-15T15:00")
    series = known("2026-04-15T00:00", "2026-04-16T02:00").merge(
        known("2026-04-16T03:00", "2026-04-17T00:00")
    )
    assert next_request(PUBLICATION, series, FRESH, now, DELAY) <= now


def test_without_any_series_the_question_is_asked_at_once() -> None:
    """A new installation knows nothing."""
    now = paris("2026-04-15T09:00")
    assert next_request(PUBLICATION, None, FRESH, now, DELAY) <= now
    assert next_request(PUBLICATION, PriceSeries("EUR"), FRESH, now, DELAY) <= now


def test_96_quarters_are_no_autumn_day() -> None:
    """The day of 100 quarter-hours is complete with the last of them."""
    now = paris("2026-10-24T15:00")
    series = known("2026-10-24T00:00", "2026-10-26T00:00")
    assert len(series) == 196
    short = series.slice(now, paris("2026-10-25T23:00"))
    assert next_request(PUBLICATION, short, FRESH, now, DELAY) <= now
    assert next_request(PUBLICATION, series, FRESH, now, DELAY) > now


def test_92_quarters_are_a_spring_day() -> None:
    """Nobody waits for an hour that the clock skips."""
    now = paris("2026-03-28T15:00")
    series = known("2026-03-28T00:00", "2026-03-30T00:00")
    assert len(series) == 188
    assert next_request(PUBLICATION, series, FRESH, now, DELAY) > now


def pauses(series: PriceSeries | None) -> list[timedelta]:
    """Return the pauses after one failure, two failures, and so on."""
    now = paris("2026-04-15T15:00")
    found = []
    attempts = FRESH
    for _ in range(50):
        attempts = attempts.failed(now)
        found.append(next_request(PUBLICATION, series, attempts, now, DELAY) - now)
    return found


@pytest.mark.parametrize(
    ("series", "first", "longest"),
    [
        (known("2026-04-15T00:00", "2026-04-16T00:00"), 5 * MINUTE, HOUR),
        (None, MINUTE / 2, QUARTER),
        # Prices of yesterday are none for now.
        (known("2026-04-14T00:00", "2026-04-15T00:00"), MINUTE / 2, QUARTER),
    ],
    ids=["prices for now", "nothing", "old prices"],
)
def test_pauses_grow(
    series: PriceSeries | None, first: timedelta, longest: timedelta
) -> None:
    """They double from the first to the longest, and stay there."""
    found = pauses(series)
    expected = first
    for pause in found:
        assert pause == min(expected, longest)
        expected *= 2 if expected < longest else 1
    assert found[-1] == longest


def test_pauses_never_overflow() -> None:
    """A provider that is gone for good is asked as rarely as before."""
    now = paris("2026-04-15T15:00")
    attempts = Attempts(count=10**6, last=now)
    when = next_request(PUBLICATION, None, attempts, now, DELAY)
    assert when - now == QUARTER


@pytest.mark.parametrize(
    ("wanted", "pause"),
    [
        (timedelta(hours=2), timedelta(hours=2)),
        (DAY, DAY),
        # Whoever wants less than our own pause is asked no earlier for it.
        (timedelta(seconds=1), 5 * MINUTE),
        (timedelta(), 5 * MINUTE),
        (None, 5 * MINUTE),
    ],
)
def test_retry_after_is_obeyed(wanted: timedelta | None, pause: timedelta) -> None:
    """The provider's own wish counts when it is longer than our pause."""
    now = paris("2026-04-15T15:00")
    series = known("2026-04-15T00:00", "2026-04-16T00:00")
    attempts = FRESH.failed(now, wanted)
    assert next_request(PUBLICATION, series, attempts, now, DELAY) == now + pause


def test_wish_is_forgotten_with_the_next_attempt() -> None:
    """A wish holds for one question; the pauses go on growing."""
    now = paris("2026-04-15T15:00")
    series = known("2026-04-15T00:00", "2026-04-16T00:00")
    attempts = FRESH.failed(now, 2 * HOUR).failed(now + 2 * HOUR)
    assert attempts.count == 2
    when = next_request(PUBLICATION, series, attempts, now + 2 * HOUR, DELAY)
    assert when == now + 2 * HOUR + 10 * MINUTE


def test_other_markets_publish_by_their_own_clock() -> None:
    """The time of the publication is local to the market."""
    helsinki = Publication(at=time(14, 15), zone=ZoneInfo("Europe/Helsinki"))
    assert helsinki.next_after(utc("2026-01-15T00:00"), DELAY) == utc(
        "2026-01-15T12:19"
    )
    assert helsinki.next_after(utc("2026-07-15T00:00"), DELAY) == utc(
        "2026-07-15T11:19"
    )


def test_a_lasting_gap_does_not_delay_the_publication() -> None:
    """Ask at the publication although the pauses for a missing row are long by then."""
    today = known("2026-04-15T00:00", "2026-04-15T20:00")
    due = paris("2026-04-15T13:00") + DELAY
    attempts = Attempts(count=8, last=due - 10 * MINUTE)
    moment = next_request(PUBLICATION, today, attempts, due - 5 * MINUTE, DELAY)
    assert moment == due
    wait = Attempts(count=8, last=attempts.last, not_before=due + HOUR)
    moment = next_request(PUBLICATION, today, wait, due - 5 * MINUTE, DELAY)
    assert moment == due + HOUR


@pytest.mark.parametrize("requests", [1, 2, 3, 5, 6, 7, 12])
def test_no_two_hours_see_more_than_twelve_requests(requests: int) -> None:
    """A question of many requests is repeated once soon, and then as seldom as it takes."""
    now = paris("2026-04-15T09:00")
    start, attempts = now, FRESH
    sent: list[datetime] = []
    while now < start + 8 * HOUR:
        sent += [now] * requests
        attempts = attempts.failed(now, requests=requests)
        due = attempts.due_without_price()
        assert due is not None
        assert due > now
        now = due
    for moment in sent:
        within = [it for it in sent if moment <= it < moment + 2 * HOUR]
        # The first retry comes soon, so that a hiccup costs nobody much.
        assert len(within) <= max(12, 2 * requests)
    assert sent[requests] == start + MINUTE / 2


def test_clock_that_was_wrong_makes_nobody_wait() -> None:
    """What was asked in a future that did not come says nothing of now."""
    now = paris("2026-04-15T09:00")
    attempts = FRESH.failed(now + DAY, DAY)
    assert next_request(PUBLICATION, None, attempts, now, DELAY) <= now
