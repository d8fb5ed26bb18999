"""Change the times of a document, a little or beyond reason."""

from datetime import datetime, timedelta, timezone
from random import Random
import re

from .oddities import TIMES

_TIME = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d")
_STEPS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(minutes=5),
    timedelta(seconds=1),
    timedelta(microseconds=1),
    timedelta(days=365),
)
_YEARS = ("0001", "9999", "10000", "0000", "1989", "1990", "2200", "2201", "2025")


def is_time(text: str) -> bool:
    """Tell whether a text begins as a date or a time of the day does."""
    return _TIME.match(text) is not None


def changed_time(text: str, random: Random) -> str:
    """Return another time, or the same one written differently."""
    try:
        return _changed(text, datetime.fromisoformat(text), random)
    except (ValueError, OverflowError):
        return random.choice(TIMES)


def _changed(text: str, moment: datetime, random: Random) -> str:
    match random.randrange(11):
        case 0 | 1 if moment.tzinfo:
            offset = timedelta(minutes=random.randrange(-1439, 1440, 15))
            return moment.astimezone(timezone(offset)).isoformat()
        case 2:
            return moment.replace(tzinfo=None).isoformat()
        case 3 | 4 | 5:
            step = random.choice(_STEPS) * random.choice((-4, -1, 1, 1, 1, 2, 4))
            return _written_like(text, moment + step)
        case 6:
            return text + random.choice((" ", "Z", "+00:00", "[Europe/Paris]", "\n"))
        case 7:
            return text[: random.randrange(len(text))]
        case 8 if len(text) >= len("2026-04-15"):
            return random.choice(_YEARS) + text[4:]
        case 9:
            return text.replace("T", " ").replace(":", random.choice((":", "", ".")))
        case _:
            return random.choice(TIMES)


def _written_like(text: str, moment: datetime) -> str:
    """Return a moment in the form of a text, such as a mere date."""
    return moment.isoformat()[: len(text)] if len(text) <= 16 else moment.isoformat()
