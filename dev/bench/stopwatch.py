"""Time small pieces of work so that a noisy machine does not matter much."""

from collections.abc import Callable
from statistics import median
from timeit import repeat

ROUNDS = 15


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the median time of one execution over several rounds."""
    return median(repeat(work, number=times, repeat=ROUNDS)) / times


def row(name: str, duration: float, base: float | None = None) -> str:
    """Write a figure for people: the time, and how often it holds another time."""
    ratio = "" if base is None else f"{duration / base:8.2f} x"
    return f"{name:44}{duration * 1000:10.4f} ms{ratio}"
