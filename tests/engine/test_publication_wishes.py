"""Test when a provider is asked that says so itself, or that estimates prices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.spot_planner.engine.publication import Attempts, next_request
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from .helpers import HOUR, MINUTE, paris
from .test_publication import DELAY, FRESH, PUBLICATION, known

FINAL_ESTIMATES = replace(PUBLICATION, replaces_estimates=False)
NOW = paris("2026-04-15T15:00")
TODAY = known("2026-04-15T00:00", "2026-04-16T00:00")
BOTH_DAYS = known("2026-04-15T00:00", "2026-04-17T00:00")


def estimated(series: PriceSeries) -> PriceSeries:
    """Return the same prices as estimates."""
    return replace(
        series, intervals=tuple(replace(one, estimated=True) for one in series)
    )


@pytest.mark.parametrize("series", [TODAY, BOTH_DAYS], ids=["today", "both days"])
@pytest.mark.parametrize("wait", [-HOUR, timedelta(), MINUTE, HOUR, 30 * HOUR])
def test_wish_of_the_provider_decides(series: PriceSeries, wait: timedelta) -> None:
    """It knows best, but each home still has its own moment after it."""
    when = next_request(PUBLICATION, series, FRESH, NOW, DELAY, NOW + wait)
    assert when == NOW + wait + DELAY


@pytest.mark.parametrize(
    "series",
    [None, PriceSeries("EUR"), known("2026-04-15T15:15", "2026-04-17T00:00")],
    ids=["nothing", "no prices", "none for now"],
)
def test_wish_does_not_count_without_a_price_for_now(
    series: PriceSeries | None,
) -> None:
    """A home without a price cannot wait until tomorrow for one."""
    when = next_request(PUBLICATION, series, FRESH, NOW, DELAY, NOW + 9 * HOUR)
    assert when <= NOW


def test_wish_ends_with_the_known_prices() -> None:
    """Whoever wants to be asked in a week is asked when the prices run out."""
    wish = NOW + 7 * 24 * HOUR
    midnight = paris("2026-04-16T00:00")
    assert next_request(PUBLICATION, TODAY, FRESH, NOW, DELAY, wish) > midnight
    assert next_request(PUBLICATION, TODAY, FRESH, midnight, DELAY, wish) <= midnight


@pytest.mark.parametrize("count", [1, 2, 3])
def test_failed_questions_are_repeated_after_pauses(count: int) -> None:
    """A wish that could not be met is no reason to ask without a break."""
    attempts = FRESH
    for _ in range(count):
        attempts = attempts.failed(NOW)
    when = next_request(PUBLICATION, BOTH_DAYS, attempts, NOW, DELAY, NOW - HOUR)
    assert when == NOW + 5 * MINUTE * 2 ** (count - 1)


def test_wait_after_a_failure_is_longer_than_the_pause() -> None:
    """What the vendor wants after a refusal counts, whatever it wished before."""
    attempts = FRESH.failed(NOW, 2 * HOUR)
    when = next_request(PUBLICATION, TODAY, attempts, NOW, DELAY, NOW - HOUR)
    assert when == NOW + 2 * HOUR


def test_day_of_a_provider_that_wants_to_be_asked_every_six_hours() -> None:
    """It is asked four times, whatever is known."""
    now, wish, asked = paris("2026-04-15T00:00"), paris("2026-04-15T05:00"), []
    while now < paris("2026-04-16T00:00"):
        if next_request(PUBLICATION, BOTH_DAYS, FRESH, now, DELAY, wish) <= now:
            asked.append(now)
            wish = now - DELAY + 6 * HOUR
        now += MINUTE
    assert asked == [paris(f"2026-04-15T{hour:02}:04") for hour in (5, 11, 17, 23)]


@pytest.mark.parametrize(
    ("series", "is_complete"),
    [
        (BOTH_DAYS, True),
        (TODAY, False),
        (TODAY.merge(estimated(known("2026-04-16T00:00", "2026-04-17T00:00"))), False),
        (
            BOTH_DAYS.merge(estimated(known("2026-04-16T23:45", "2026-04-17T00:00"))),
            False,
        ),
        # An estimate for what has passed, or for later, is missed by nobody.
        (
            BOTH_DAYS.merge(estimated(known("2026-04-15T00:00", "2026-04-15T15:00"))),
            True,
        ),
        (
            BOTH_DAYS.merge(estimated(known("2026-04-17T00:00", "2026-04-18T00:00"))),
            True,
        ),
    ],
)
def test_estimates_are_no_published_prices(
    series: PriceSeries, is_complete: bool
) -> None:
    """Where they get confirmed by the publication, it is waited for."""
    wanted = PUBLICATION.horizon(NOW, DELAY)
    assert wanted == TimeRange(NOW, paris("2026-04-17T00:00"))
    assert PUBLICATION.is_complete(series, wanted) is is_complete
    when = next_request(PUBLICATION, series, FRESH, NOW, DELAY)
    assert when == (paris("2026-04-16T13:04") if is_complete else NOW)


def test_estimates_that_are_never_confirmed() -> None:
    """Where the vendor's estimates stay what they are, they are all there is."""
    wanted = FINAL_ESTIMATES.horizon(NOW, DELAY)
    assert FINAL_ESTIMATES.is_complete(estimated(BOTH_DAYS), wanted)
    assert not FINAL_ESTIMATES.is_complete(estimated(TODAY), wanted)
    when = next_request(FINAL_ESTIMATES, estimated(BOTH_DAYS), FRESH, NOW, DELAY)
    assert when == paris("2026-04-16T13:04")


def test_estimates_are_asked_about_after_pauses() -> None:
    """A market that only estimates for hours is not asked without a break."""
    series = TODAY.merge(estimated(known("2026-04-16T00:00", "2026-04-17T00:00")))
    attempts = Attempts(count=4, last=NOW)
    when = next_request(PUBLICATION, series, attempts, NOW, DELAY)
    assert when == NOW + 40 * MINUTE
