"""What holds in a home over three days, whatever happens to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
import os
import time

import pytest

from .home.histories import History

# So many histories are lived through each time, and so many at night; all of them are
# measured by scripts/bench histories.
SLICE = 12
NIGHT = 60
ALL = 2000


@dataclass
class Figures:
    """What came of many histories."""

    histories: int = 0
    steps: int = 0
    commands: int = 0
    wrong: int = 0
    seconds: float = 0.0


@lru_cache(SLICE)
def live(seed: int) -> tuple[History, list[str]]:
    """Live through a history; return what was wrong, an exception too."""
    history = History(seed)
    try:
        history.live()
    except Exception as err:  # noqa: BLE001 - nothing may raise, whatever it is.
        return history, [f"{type(err).__name__}: {err}"]
    return history, history.home.watch.wrong


def live_all(seeds: Iterable[int]) -> Figures:
    """Live through histories, and print what is wrong with which."""
    figures, begin = Figures(), time.process_time()
    for seed in seeds:
        history, wrong = live(seed)
        figures.histories += 1
        figures.steps += history.home.world.steps
        figures.commands += history.home.watch.commands
        figures.wrong += bool(wrong)
        if wrong:
            print(f"\nhistory {seed}: {'; '.join(wrong)}")
    figures.seconds = time.process_time() - begin
    return figures


@pytest.mark.parametrize(
    "seed",
    [
        *range(SLICE),
        *(pytest.param(it, marks=pytest.mark.slow) for it in range(SLICE, NIGHT)),
    ],
)
def test_nothing_is_left_on(seed: int) -> None:
    """Whatever we have turned on is turned off; the number makes the same history."""
    history, wrong = live(seed)
    assert wrong == [], f"history {seed}"
    assert history.home.world.steps > 100


def test_histories_have_something_in_them() -> None:
    """The slice turns things on and off, and ends Home Assistant in between."""
    homes = [live(seed)[0].home for seed in range(6)]
    assert sum(home.watch.counts["starts"] for home in homes) > 3
    assert sum(home.watch.counts["stops"] for home in homes) > 3
    assert sum(home.ends for home in homes) > 1


@pytest.mark.bench
@pytest.mark.timeout(0)
def test_all_histories() -> None:
    """Live through all of them, from the one that FIRST names, and show what came out."""
    first = int(os.environ.get("FIRST", "0"))
    figures = live_all(range(first, first + int(os.environ.get("HISTORIES", ALL))))
    print(
        f"\nhistories {figures.histories}, from seed {first}: {figures.steps} steps, "
        f"{figures.commands} commands, {figures.seconds:.0f} s of CPU, "
        f"{figures.wrong} with anything wrong"
    )
    assert figures.wrong == 0
