"""Test the text in which people give their meter's off-peak hours."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.errors import InputError

from .helpers import PROPERTY

MIDNIGHT = datetime(2026, 4, 15, tzinfo=UTC)


def off_peak_minutes(hours: DailyHours) -> list[tuple[int, int]]:
    """Return the stretches of off-peak minutes by asking for every minute of a day."""
    found: list[tuple[int, int]] = []
    for minute in range(24 * 60):
        if MIDNIGHT + timedelta(minutes=minute, seconds=59) not in hours:
            continue
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        else:
            found.append((minute, minute + 1))
    return found


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("22:00-06:00", [(0, 360), (1320, 1440)]),
        ("01:00-09:00", [(60, 540)]),
        ("02:30-07:30,14:00-17:00", [(150, 450), (840, 1020)]),
        ("14:00-17:00,02:30-07:30", [(150, 450), (840, 1020)]),
        ("02:36-07:36,13:06-16:06", [(156, 456), (786, 966)]),
        ("23:36-04:36", [(0, 276), (1416, 1440)]),
        ("22:00-24:00", [(1320, 1440)]),
        ("22:00-00:00", [(1320, 1440)]),
        ("00:00-06:00", [(0, 360)]),
        ("00:00-24:00", [(0, 1440)]),
        ("22:00-24:00,00:00-06:00", [(0, 360), (1320, 1440)]),
        ("02:00-04:00,04:00-06:00", [(120, 360)]),
        (" 22:00 - 06:00 ", [(0, 360), (1320, 1440)]),
        ("2:30-7:30 , 14:00-17:00", [(150, 450), (840, 1020)]),
    ],
)
def test_text_means_these_minutes(text: str, stretches: list[tuple[int, int]]) -> None:
    """Each stretch is half-open, may pass midnight, and counts to the minute."""
    assert off_peak_minutes(DailyHours.parse(text, "off_peak_hours")) == stretches


@pytest.mark.parametrize(
    "text",
    ["", "   ", "06:00-06:00", "22:00-06:00,12:00-12:00", "00:00-00:00"],
)
def test_text_without_any_hours_is_refused(text: str) -> None:
    """A stretch that ends where it begins could mean nothing or the whole day."""
    with pytest.raises(InputError) as refused:
        DailyHours.parse(text, "off_peak_hours")
    assert refused.value.reason == "off_peak_empty"


@pytest.mark.parametrize(
    "text",
    [
        "22:00-06:00,05:00-07:00",
        "22:00-06:00,23:00-23:30",
        "02:00-05:00,04:59-07:00",
        "02:00-05:00,02:00-05:00",
        "22:00-06:00,20:00-22:01",
        "00:00-24:00,12:00-13:00",
        "22:00-02:00,21:00-23:00,12:00-13:00",
    ],
)
def test_overlapping_stretches_are_refused(text: str) -> None:
    """A minute that is named twice is a mistake."""
    with pytest.raises(InputError) as refused:
        DailyHours.parse(text, "off_peak_hours")
    assert refused.value.reason == "off_peak_overlap"


@pytest.mark.parametrize(
    "text",
    [
        "night",
        "22:00",
        "22:00-",
        "-06:00",
        "22-6",
        "22:00-06:00-07:00",
        "22:00-06:00,",
        ",22:00-06:00",
        "22:00-06:00;12:00-13:00",
        "22:60-06:00",
        "22:00-06:75",
        "25:00-06:00",
        "24:00-06:00",
        "22:00-24:01",
        "22:00-25:00",
        "22:0-06:00",
        "22:00:00-06:00:00",
        "-1:00-06:00",
        "22.00-06.00",
        "10pm-6am",
    ],
)
def test_what_is_not_a_time_is_refused(text: str) -> None:
    """Hours go to 23, or to 24:00 at the end; minutes go to 59."""
    with pytest.raises(InputError) as refused:
        DailyHours.parse(text, "off_peak_hours")
    assert refused.value.reason == "off_peak_not_a_time"


def test_error_names_the_field_and_the_text() -> None:
    """The form shows the sentence beside the field that is wrong."""
    with pytest.raises(InputError) as refused:
        DailyHours.parse("night", "off_peak_hours_summer")
    assert refused.value.field == "off_peak_hours_summer"
    assert refused.value.value == "night"


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("22:00-06:00", [time(0), time(6), time(22)]),
        ("02:36-07:36", [time(2, 36), time(7, 36)]),
        ("12:00-24:00", [time(0), time(12)]),
    ],
)
def test_changes_are_the_times_of_day_at_which_it_begins_or_ends(
    text: str, changes: list[time]
) -> None:
    """Midnight is among them where a stretch touches it."""
    assert list(DailyHours.parse(text, "off_peak_hours").changes) == changes


@pytest.mark.parametrize(
    ("text", "all_day"),
    [
        ("00:00-24:00", True),
        ("12:00-24:00,00:00-12:00", True),
        ("18:00-09:00,09:00-18:00", True),
        ("00:00-23:59", False),
        ("22:00-06:00", False),
    ],
)
def test_hours_may_leave_no_minute_for_peak(text: str, all_day: bool) -> None:
    """Every minute of the day has to be named for that."""
    assert DailyHours.parse(text, "off_peak_hours").all_day is all_day


@PROPERTY
@given(
    edges=st.lists(
        st.integers(0, 24 * 60 - 1), min_size=2, max_size=6, unique=True
    ).filter(lambda edges: len(edges) % 2 == 0),
    turn=st.integers(0, 5),
)
def test_any_stretches_are_read_back(edges: list[int], turn: int) -> None:
    """Whatever the order, each minute named is off-peak and no other is."""
    edges.sort()
    edges = edges[turn % 2 :] + edges[: turn % 2]
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    pairs = pairs[turn % len(pairs) :] + pairs[: turn % len(pairs)]
    text = ",".join(
        f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
        for start, end in pairs
    )
    expected = set()
    for start, end in pairs:
        minute = start
        while minute != end:
            expected.add(minute)
            minute = (minute + 1) % (24 * 60)
    hours = DailyHours.parse(text, "off_peak_hours")
    found = {m for a, b in off_peak_minutes(hours) for m in range(a, b)}
    assert found == expected


@PROPERTY
@given(text=st.text(alphabet="0123456789:-, .h", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but an input error comes of what people type."""
    reasons = {"off_peak_empty", "off_peak_overlap", "off_peak_not_a_time"}
    try:
        understood = bool(off_peak_minutes(DailyHours.parse(text, "off_peak_hours")))
    except InputError as err:
        understood = err.reason in reasons
    assert understood
