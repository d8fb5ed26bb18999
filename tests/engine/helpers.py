"""Build prices, and find the recorded ones, for many tests."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
import json
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
import pytest

from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries

# The folder with recorded prices and answers, which are no part of the project.
RECORDINGS = "SPOT_PLANNER_RECORDINGS"

FRANCE = "fr_15min_2026-02-20_2026-04-10.csv"
GERMANY = "de_lu_15min_2025-10-01_2025-12-31.csv"
WEST_DENMARK = "dk1_60min_dkk_2024-09-01_2024-11-30.csv"

PARIS = ZoneInfo("Europe/Paris")
BERLIN = ZoneInfo("Europe/Berlin")
COPENHAGEN = ZoneInfo("Europe/Copenhagen")

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Whether all that is slow is run too, with `scripts/test --slow`.
IS_SLOW = bool(os.environ.get("SPOT_PLANNER_SLOW"))


def examples(number: int) -> settings:
    """Return how a property is tried: so often at night, a third as often by day."""
    return settings(
        # A slow machine makes a property no less true: time is not what is tested.
        deadline=None,
        max_examples=number if IS_SLOW else number // 3,
        suppress_health_check=[HealthCheck.too_slow],
    )


PROPERTY = examples(300)


def utc(text: str) -> datetime:
    """Return the moment of an ISO text, which is in UTC where it has no offset."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def paris(text: str, fold: int = 0) -> datetime:
    """Return the moment in UTC at which the clocks of Paris show a time."""
    local = datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)
    return local.astimezone(UTC)


START = utc("2026-04-15T00:00")


def at(minutes: float) -> datetime:
    """Return the moment that lies so many minutes after the usual start."""
    return START + timedelta(minutes=minutes)


def interval(start: float, end: float, price: float, **more: Any) -> PriceInterval:
    """Return a price interval between two minutes after the usual start."""
    return PriceInterval(at(start), at(end), price, **more)


def series_of(*intervals: PriceInterval, currency: str = "EUR") -> PriceSeries:
    """Return the intervals as a series."""
    return PriceSeries(currency, intervals)


def prices(
    *values: float | None, start: datetime = START, length: timedelta = QUARTER
) -> PriceSeries:
    """Return prices that follow each other; None leaves a gap."""
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(start + index * length, start + (index + 1) * length, value)
            for index, value in enumerate(values)
            if value is not None
        ),
    )


def _recorded(name: str) -> str:
    """Return the text of a recorded file, or skip the test where it is not."""
    path = Path(os.environ.get(RECORDINGS, "")) / name
    if not path.is_file():
        pytest.skip(f"{name} is not in the folder that {RECORDINGS} names")
    return path.read_text(encoding="utf-8")


def recorded_rows(name: str) -> list[tuple[datetime, datetime, Decimal]]:
    """Return start, end and the exact price per kWh of a file of market prices."""
    return [
        (
            utc(row["start_utc"]),
            utc(row["end_utc"]),
            Decimal(row["price"]) / 1000,
        )
        for row in csv.DictReader(_recorded(name).splitlines())
    ]


def recorded_series(name: str) -> PriceSeries:
    """Return a file of market prices as a series of prices per kWh."""
    return PriceSeries(
        "DKK" if "dkk" in name else "EUR",
        tuple(
            PriceInterval(start, end, float(price))
            for start, end, price in recorded_rows(name)
        ),
    )


def recorded_answer(name: str) -> dict[str, Any]:
    """Return an answer of Sobry as it was recorded."""
    document = json.loads(_recorded(f"sobry/{name}"))
    assert isinstance(document, dict)
    return document
