"""Aims at the moment in which a Home Assistant is killed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

HOUR: Final = 3600.0


class Aim(StrEnum):
    """What a kill is aimed at."""

    START = "during the start"
    WRITE = "at a write"
    COMMAND = "at a command"
    ANSWER = "at an answer"
    MOMENT = "at any moment"


# A start takes as long as the rest of a life in which hours are leapt over.
WEIGHTS: Final = {
    Aim.START: 4,
    Aim.WRITE: 4,
    Aim.COMMAND: 5,
    Aim.ANSWER: 3,
    Aim.MOMENT: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """When a life ends, and how long nobody is there then."""

    aim: Aim
    count: int
    """At which write, command or answer, counted from one."""
    is_after: bool
    """Whether a command has been answered already."""
    delay: float
    """How many real seconds after what it is aimed at, or after the launch."""
    at_latest: float
    """How many simulated seconds after the start, whatever has happened."""
    outage: float
    """How many simulated seconds pass until the next launch."""
    asks: tuple[float, ...]
    """How many simulated seconds after the start a run is asked for."""


def next_kill(random: Random, start: float) -> Kill:
    """Draw the next kill.

    Args:
        random: Where chance comes from.
        start: How many real seconds a start takes.
    """
    aim = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    count = 1
    delay = 0.0
    at_latest = random.uniform(4, 12) * HOUR
    match aim:
        case Aim.START:
            delay = random.uniform(0, 1.3 * start)
        case Aim.WRITE:
            count = random.randint(1, 30)
            delay = random.choice((0.0, random.uniform(0, 0.002)))
        case Aim.COMMAND:
            count = random.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]
            delay = random.choice((0.0, 0.0, random.uniform(0, 0.03)))
        case Aim.ANSWER:
            count = random.randint(1, 2)
            delay = random.choice((0.0, 0.0, random.uniform(0, 0.03)))
        case Aim.MOMENT:
            at_latest = random.choice((120, HOUR, 8 * HOUR)) * random.random()
    asks = random.randint(1, 2) if aim is Aim.ANSWER else random.choice((0, 0, 1))
    return Kill(
        aim=aim,
        count=min(count, asks) if aim is Aim.ANSWER else count,
        is_after=random.random() < 0.5,
        delay=delay,
        at_latest=at_latest,
        outage=random.uniform(*random.choices(_OUTAGES, (5, 3, 2, 1))[0]),
        asks=tuple(sorted(random.uniform(5, HOUR) for _ in range(asks))),
    )


# Restarts, updates, a machine that was switched off, a night without power.
_OUTAGES: Final = ((1, 30), (60, 600), (600, 5400), (7200, 36000))
