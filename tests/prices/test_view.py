"""Test what the view works out, apart from entities."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.planning.windows import Window
from custom_components.spot_planner.engine.publication import Publication
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.options import Settings
from custom_components.spot_planner.prices.view import Outlook

PARIS = ZoneInfo("Europe/Paris")
MIDNIGHT = datetime(2026, 1, 13, 23, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def outlook(prices: list[float], length: timedelta = QUARTER, **values: Any) -> Outlook:
    """Return an outlook on prices that follow each other from midnight on."""
    intervals = tuple(
        PriceInterval(MIDNIGHT + i * length, MIDNIGHT + (i + 1) * length, price)
        for i, price in enumerate(prices)
    )
    defaults: dict[str, Any] = {
        "series": PriceSeries("EUR", intervals),
        "settings": Settings(window_duration=timedelta(hours=1)),
        "source": "test",
        "publication": Publication(time(13), PARIS),
        "home": PARIS,
        "fetched_at": None,
        "held": None,
    }
    return Outlook(**defaults | values)


def test_the_next_change_is_the_next_border() -> None:
    """Tick when a price ends, a window begins or ends, or a day does."""
    prices = [0.2] * 8 + [0.1] * 4 + [0.2] * 84
    view = outlook(prices).view(MIDNIGHT)
    assert view.window == Window(
        MIDNIGHT + 8 * QUARTER, MIDNIGHT + 12 * QUARTER, pytest.approx(0.1)
    )
    assert view.next_change == MIDNIGHT + QUARTER
    # With one price for the whole day, only the window's own borders are left.
    settings = Settings(window_duration=timedelta(minutes=50))
    view = outlook([0.2, 0.1], timedelta(hours=1), settings=settings).view(MIDNIGHT)
    assert view.next_change == MIDNIGHT + timedelta(hours=1)
    view = outlook([0.2], timedelta(hours=30), settings=settings).view(MIDNIGHT)
    assert view.next_change == MIDNIGHT + timedelta(minutes=50)


def test_a_window_starts_on_a_whole_minute_and_never_before_now() -> None:
    """Round up, but not because a tick comes some milliseconds late."""
    prices = [0.1] * 96
    late = MIDNIGHT + timedelta(milliseconds=4)
    window = outlook(prices).view(late).window
    assert window and window.start == MIDNIGHT
    window = outlook(prices).view(MIDNIGHT + timedelta(seconds=31)).window
    assert window and window.start == MIDNIGHT + timedelta(minutes=1)


def test_a_window_that_has_begun_is_held_with_its_new_price() -> None:
    """Keep the time and take a corrected price."""
    held = Window(MIDNIGHT, MIDNIGHT + timedelta(hours=1), 0.5)
    prices = [0.4] * 4 + [0.1] * 92
    now = MIDNIGHT + timedelta(minutes=20)
    window = outlook(prices, held=held).view(now).window
    assert window == Window(held.start, held.end, pytest.approx(0.4))
    assert outlook(prices, held=held).view(now).in_window


def test_a_window_that_has_begun_is_held_without_its_prices() -> None:
    """Not even prices that vanish move a window that somebody started by."""
    held = Window(
        MIDNIGHT - timedelta(minutes=30), MIDNIGHT + timedelta(minutes=30), 0.5
    )
    assert outlook([0.1] * 96, held=held).view(MIDNIGHT).window == held


@pytest.mark.parametrize(
    "held",
    [
        Window(MIDNIGHT + timedelta(hours=5), MIDNIGHT + timedelta(hours=6), 0.2),
        Window(MIDNIGHT - timedelta(hours=1), MIDNIGHT, 0.2),
        Window(MIDNIGHT - timedelta(hours=1), MIDNIGHT + timedelta(hours=1), 0.2),
    ],
    ids=["not begun", "over", "another duration"],
)
def test_another_window_is_not_held(held: Window) -> None:
    """Look for the best window again while none has begun."""
    prices = [0.2] * 40 + [0.1] * 56
    window = outlook(prices, held=held).view(MIDNIGHT).window
    assert window and window.start == MIDNIGHT + 40 * QUARTER


def test_no_window_fits_the_known_prices() -> None:
    """Know no window rather than one with a hole in it."""
    view = outlook([0.1] * 3).view(MIDNIGHT)
    assert view.window is None
    assert not view.in_window


def test_the_days_are_those_of_the_home() -> None:
    """Count today from the home's midnight, not the market's."""
    prices = [0.9] * 4 + [0.1] * 92 + [0.5] * 4
    lisbon = ZoneInfo("Europe/Lisbon")
    now = MIDNIGHT + timedelta(hours=2)
    assert outlook(prices).view(now).today.highest == PriceInterval(
        MIDNIGHT, MIDNIGHT + QUARTER, 0.9
    )
    view = outlook(prices, home=lisbon).view(now)
    assert view.today.highest is not None
    assert view.today.highest.price == 0.5


def test_without_prices_there_is_a_view_all_the_same() -> None:
    """Show nothing, and wake up at midnight at the latest."""
    view = outlook([]).view(MIDNIGHT)
    assert view.current is None
    assert view.level is None
    assert view.rank is None
    assert view.today.average is None
    assert view.known_until is None
    assert view.next_change == MIDNIGHT + timedelta(days=1)
