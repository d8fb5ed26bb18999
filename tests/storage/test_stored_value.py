"""Test values of stored documents: each as it should be, or refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
import pytest

from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.series import Level
from custom_components.spot_planner.storage.stored_value import (
    MOST,
    read_choice,
    read_count,
    read_currency,
    read_duration,
    read_fields,
    read_list,
    read_moment,
    read_moment_or_none,
    read_number,
    read_number_or_none,
    read_text,
    read_truth,
    read_truth_or_none,
)

from ..engine.helpers import PROPERTY
from ..odd_documents import ANYTHING, ODD

DAY = timedelta(days=1)


def is_sane(moment: object) -> bool:
    """Tell whether a century may be added to a moment, and taken from it."""
    assert isinstance(moment, datetime)
    assert moment.tzinfo is UTC
    return bool(moment - 365 * DAY < moment < moment + 100 * 366 * DAY)


READERS: dict[str, tuple[Callable[[object], object], Callable[[object], bool]]] = {
    "number": (read_number, lambda it: type(it) is float and abs(it) <= MOST),
    "count": (read_count, lambda it: type(it) is int and 0 <= it <= MOST),
    "truth": (read_truth, lambda it: type(it) is bool),
    "text": (read_text, lambda it: type(it) is str),
    "currency": (
        read_currency,
        lambda it: it == "SEK" or (len(str(it)) == 3 and str(it).isupper()),
    ),
    "list": (read_list, lambda it: type(it) is list),
    "fields": (read_fields, lambda it: type(it) is dict),
    "moment": (read_moment, is_sane),
    "duration": (
        lambda it: read_duration(it, DAY),
        lambda it: isinstance(it, timedelta) and timedelta() < it <= DAY,
    ),
    "choice": (lambda it: read_choice(it, Level), lambda it: isinstance(it, Level)),
    "moment or none": (read_moment_or_none, lambda it: it is None or is_sane(it)),
    "number or none": (
        read_number_or_none,
        lambda it: it is None or (type(it) is float and abs(it) <= MOST),
    ),
    "truth or none": (read_truth_or_none, lambda it: it in (None, True, False)),
}


@pytest.mark.parametrize("name", READERS)
@PROPERTY
@given(ANYTHING)
def test_anything_is_as_it_should_be_or_refused(name: str, value: object) -> None:
    """Return only what keeps to the contract, and raise only one kind of error."""
    read, is_good = READERS[name]
    try:
        found = read(value)
    except ValueError:
        return
    assert is_good(found)


@pytest.mark.parametrize("name", READERS)
def test_every_known_oddity_is_as_it_should_be_or_refused(name: str) -> None:
    """Take the same for every value that is known to be odd."""
    read, is_good = READERS[name]
    refused = 0
    for value in ODD:
        try:
            assert is_good(read(value))
        except ValueError:
            refused += 1
    # No reader takes anything, and none takes nothing.
    assert 0 < refused < len(ODD) or name in (*("duration", "choice", "currency"),)


@pytest.mark.parametrize(
    "seconds",
    [
        *(1e18, -1e18, 1e11, 1774745999999, float("nan"), float("inf"), 10**400),
        *(0, 946684799.9, 7258118400.1, "1774745999", True, None, [1774745999]),
    ],
)
def test_moments_that_no_clock_shows_are_refused(seconds: object) -> None:
    """Neither overflow nor take milliseconds, truths and texts for seconds."""
    with pytest.raises(ValueError):
        read_moment(seconds)


def test_what_is_there_is_read() -> None:
    """Take what has to stand there, at its edges too."""
    assert read_moment(946684800) == datetime(2000, 1, 1, tzinfo=UTC)
    assert read_moment(7258118400.0) == datetime(2200, 1, 1, tzinfo=UTC)
    assert read_moment_or_none(None) is None
    assert read_duration(1, DAY) == timedelta(seconds=1)
    assert read_duration(86400.0, DAY) == DAY
    assert read_choice("running", RunStatus) is RunStatus.RUNNING
    assert read_number(-5) == -5.0
    assert read_number_or_none(None) is None
    assert read_truth_or_none(None) is None


@pytest.mark.parametrize("seconds", [0, 0.999, -60, 86400.001])
def test_durations_that_no_run_has_are_refused(seconds: float) -> None:
    """Take no duration that a run could not have."""
    with pytest.raises(ValueError):
        read_duration(seconds, DAY)
