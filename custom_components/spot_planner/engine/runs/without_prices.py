"""Choose the time of runs when no prices are known for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ..planning.course import to_micros, to_moment
from ..planning.home import Home
from ..planning.load import Load
from ..planning.model import Rule, RunRequest, Segment
from ..planning.outcome import run_parts
from ..planning.schedule_conflicts import NEARLY, FixedRun, depths, room_of
from ..time_range import TimeRange

FALLBACKS = frozenset({Rule.OFF_PEAK, Rule.LATEST_START})

type Fallback = tuple[tuple[Segment, ...], Rule]


def time_without_prices(request: RunRequest, off_peak: Sequence[TimeRange]) -> Fallback:
    """Return a time for a run, in one piece even where it may be split.

    It is the first place within the off-peak hours that holds the whole run, else the
    latest start that meets the deadline. Forbidden hours are kept to, unless only they
    are left before the deadline.

    Args:
        request: What was asked for; the run fits between its earliest start and its
            latest end.
        off_peak: The off-peak hours of the contract, in any order.
    """
    duration = request.profile.duration
    time = TimeRange(request.earliest, request.latest_end)
    allowed = _without(time, request.forbidden)
    for part in allowed:
        # What is left without all that is not off-peak is off-peak.
        for cheap in _without(part, _without(part, off_peak)):
            if cheap.duration >= duration:
                return _one_piece(request, cheap.start), Rule.OFF_PEAK
    for part in (*reversed(allowed), time):
        if part.duration >= duration:
            break
    return _one_piece(request, part.end - duration), Rule.LATEST_START


def times_without_prices(
    requests: Sequence[RunRequest],
    off_peak: Sequence[TimeRange],
    home: Home,
    placed: Sequence[FixedRun],
) -> dict[str, Fallback]:
    """Return times for several runs, by their names.

    Each run in turn gets its time beside all that have theirs already: after the run
    that it follows, early enough for those that follow it, never with what it must not
    meet, and within the power of the home, as far as its deadline allows that.

    Args:
        requests: What was asked for; each fits between its earliest start and its
            latest end.
        off_peak: The off-peak hours of the contract, in any order.
        home: What the runs share.
        placed: The runs that have their time.
    """
    found: dict[str, Fallback] = {}
    there = {run.name: run for run in placed}
    load = Load()
    for run in placed:
        _add(load, run)
    ordered = _in_order(requests)
    latest_ends = _latest_ends(ordered)
    for request in ordered:
        earliest = request.earliest
        if request.after in there:
            earliest = max(earliest, there[request.after].end)
        narrow = replace(
            request, earliest=earliest, latest_end=latest_ends[request.name]
        )
        if narrow.latest_end - narrow.earliest < request.profile.duration:
            narrow = request
        busy = _busy(request, home, there, load)
        narrow = replace(narrow, forbidden=(*request.forbidden, *busy))
        segments, rule = time_without_prices(narrow, off_peak)
        found[request.name] = segments, rule
        there[request.name] = FixedRun(request.name, request.profile, segments)
        _add(load, there[request.name])
    return found


def _in_order(requests: Sequence[RunRequest]) -> list[RunRequest]:
    """Return requests, each after the one that it follows; they form no circle."""
    names = {request.name for request in requests}
    before = {it.name: it.after if it.after in names else None for it in requests}
    depth = depths((request.name for request in requests), before)
    return sorted(requests, key=lambda it: depth[it.name])


def _latest_ends(ordered: Sequence[RunRequest]) -> dict[str, datetime]:
    """Return until when each run ends so that those that follow meet their deadlines."""
    found = {request.name: request.latest_end for request in ordered}
    for request in reversed(ordered):
        if request.after in found:
            latest = found[request.name] - request.profile.duration
            found[request.after] = min(found[request.after], latest)
    return found


def _add(load: Load, run: FixedRun) -> None:
    for part in run_parts(run.profile, run.segments):
        if part.power:
            load.add(to_micros(part.start), to_micros(part.end), part.power)


def _busy(
    request: RunRequest, home: Home, there: dict[str, FixedRun], load: Load
) -> Iterator[TimeRange]:
    """Go through the stretches in which others leave a run no room."""
    for name in request.never_with & there.keys():
        yield from there[name].segments
    room = room_of(home)
    if room is not None:
        for start, end in load.busy(room + NEARLY - request.profile.peak):
            yield TimeRange(to_moment(start), to_moment(end))


def _without(time: TimeRange, taken: Iterable[TimeRange]) -> list[TimeRange]:
    """Return what others leave of a stretch, in time order."""
    left = []
    position = time.start
    for other in sorted(taken, key=lambda it: it.start):
        if min(other.start, time.end) > position:
            left.append(TimeRange(position, min(other.start, time.end)))
        position = max(position, other.end)
    if position < time.end:
        left.append(TimeRange(position, time.end))
    return left


def _one_piece(request: RunRequest, start: datetime) -> tuple[Segment, ...]:
    start = start.astimezone(UTC)
    return (Segment(start, start + request.profile.duration),)
