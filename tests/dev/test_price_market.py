"""Test that made-up prices are plausible."""

import asyncio
from datetime import date, datetime, timedelta
import json
import os
from statistics import fmean
import sys

from dev.price_server.market import spot_prices

from .helpers import PARIS, ROOT


def prices_between(first: date, last: date) -> list[tuple[datetime, float]]:
    """Give the spot prices of some days with their local time."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        (quarter.start.astimezone(PARIS), quarter.price)
        for day in days
        for quarter in spot_prices(day)
    ]


def test_prices_look_like_a_year() -> None:
    """Two peaks, a dip at noon, cheap weekends and dear winters."""
    year = prices_between(date(2026, 1, 1), date(2026, 12, 31))

    def mean(**wanted: set[int]) -> float:
        return fmean(
            price
            for local, price in year
            if local.hour in wanted.get("hour", {local.hour})
            and local.month in wanted.get("month", {local.month})
            and local.weekday() in wanted.get("weekday", {local.weekday()})
        )

    assert mean(hour={8}) > mean(hour={13})
    assert mean(hour={8}) > mean(hour={3})
    assert mean(hour={19}) > mean(hour={13})
    assert mean(hour={13}, month={6}) < mean(hour={3}, month={6})
    assert mean(weekday={5, 6}) < 0.9 * mean(weekday={0, 1, 2, 3, 4})
    assert mean(month={12, 1, 2}) > 1.5 * mean(month={6, 7, 8})
    assert all(-500 <= price <= 4000 for _, price in year)
    assert all(price == round(price, 2) for _, price in year)


def test_spring_has_negative_hours_and_winter_has_none() -> None:
    """Some days of April and May go below zero, and by no means all."""
    spring = prices_between(date(2026, 4, 1), date(2026, 5, 31))
    days = {local.date() for local, price in spring if price < 0}
    assert 6 <= len(days) <= 50
    assert {local.hour for local, price in spring if price < 0} <= set(range(9, 19))
    winter = prices_between(date(2025, 12, 1), date(2026, 1, 31))
    assert min(price for _, price in winter) > 0


def test_days_differ() -> None:
    """No two days of a year have the same prices."""
    days = {
        tuple(quarter.price for quarter in spot_prices(date(2026, 1, 1) + timedelta(n)))
        for n in range(365)
    }
    assert len(days) == 365


async def test_other_processes_make_up_the_same_prices() -> None:
    """The prices hang on the date alone, not on the process."""
    code = (
        "from datetime import date; from dev.price_server.market import spot_prices;"
        "print([it.price for it in spot_prices(date(2026, 10, 25))])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    here = [quarter.price for quarter in spot_prices(date(2026, 10, 25))]
    assert json.loads(output) == here
    assert len(here) == 100
