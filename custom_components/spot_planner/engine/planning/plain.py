"""A plain plan: each run in turn as soon as it may, beside those that have their time.

It takes no search and no grid, so it is there when the budget of a better plan is spent.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple, final

from .budget import Budget
from .course import MICROSECOND, to_micros, to_moment, to_units
from .easing import SHARED_RULES, TIME_RULES, eased, horizon_of
from .effective import PlanPrices, courses_at
from .free_time import FreeTime, known_time, under_limit, without
from .home import Home
from .load import Load
from .model import LoadProfile, Rule, RunRequest, Segment
from .outcome import run_parts
from .schedule_conflicts import NEARLY, FixedRun, keeps_order, room_of
from .soonest import Cut, soonest_cut

TIME_STAGES: Final = tuple(TIME_RULES[:count] for count in range(len(TIME_RULES) + 1))

# How often phases of a run and steps of the load are held against each other.
MOST_MEETINGS = 20_000


class PlainPlace(NamedTuple):
    """When a run takes place, and what it gives up for that."""

    segments: tuple[Segment, ...]
    rules: frozenset[Rule]


@final
class PlainPlan:
    """Runs that have their time, and room for more of them."""

    def __init__(
        self,
        prices: PlanPrices,
        home: Home,
        fixed: Sequence[FixedRun],
        budget: Budget,
    ) -> None:
        """Start with the runs that never move."""
        self._prices = prices
        self._room = room_of(home)
        self._budget = budget
        self._load = Load()
        self._asked: dict[str, RunRequest] = {}
        self._placed: dict[str, FixedRun] = {}
        # By the name of a run, those that say that they never share a moment with it,
        # and those that come after it.
        self._rivals: dict[str, list[str]] = {}
        self._followers: dict[str, list[str]] = {}
        for run in fixed:
            self._add(run)

    def add(self, request: RunRequest, segments: Sequence[Segment]) -> None:
        """Let a run have its time, whatever others say to that."""
        self._asked[request.name] = request
        for name in request.never_with:
            self._rivals.setdefault(name, []).append(request.name)
        if request.after is not None:
            self._followers.setdefault(request.after, []).append(request.name)
        self._add(FixedRun(request.name, request.profile, tuple(segments)))

    def _add(self, run: FixedRun) -> None:
        self._placed[run.name] = run
        for part in run_parts(run.profile, run.segments):
            if part.power and self._room is not None:
                self._budget.take(1 + len(self._load) // 50)
                self._load.add(to_micros(part.start), to_micros(part.end), part.power)

    def keeps(self, request: RunRequest, segments: Sequence[Segment]) -> bool:
        """Tell whether a run can take place then beside those that have their time."""
        self._budget.take(3 + len(request.never_with) + len(request.profile.phases))
        run = FixedRun(request.name, request.profile, tuple(segments))
        before = self._placed.get(request.after or "")
        if before and not keeps_order(request, before, run):
            return False
        for name in self._followers.get(request.name, ()):
            if not keeps_order(self._asked[name], run, self._placed[name]):
                return False
        if any(run.meets(self._placed[name]) for name in self._rivals_of(request)):
            return False
        return self._room is None or all(
            self._load.highest(to_micros(part.start), to_micros(part.end)) + part.power
            <= self._room + NEARLY
            for part in run_parts(run.profile, run.segments)
            if part.power
        )

    def place(
        self, request: RunRequest, wanted: Sequence[Segment] = ()
    ) -> PlainPlace | None:
        """Give a run the time that it wants, or else the soonest that it may have.

        Rules are given up in their order until there is one, and those that it does not
        need are taken back. None is returned when nothing helps, and the run has no time.

        Args:
            request: What the run asks for.
            wanted: A time that keeps to all that the run alone asks for.
        """
        if wanted and self.keeps(request, wanted):
            self.add(request, wanted)
            return PlainPlace(tuple(wanted), frozenset())
        asked = self._asked_rules(request)
        stages = dict.fromkeys(_only(asked, stage) for stage in TIME_STAGES)
        for shared in dict.fromkeys(_only(asked, rules) for rules in SHARED_RULES):
            for stage in stages:
                rules = {*stage, *shared}
                if found := self.soonest(request, rules):
                    for rule in stage[-2::-1]:
                        if fewer := self.soonest(request, rules - {rule}):
                            rules, found = rules - {rule}, fewer
                    self.add(request, found)
                    return PlainPlace(found, frozenset(rules))
        return None

    def _asked_rules(self, request: RunRequest) -> set[Rule]:
        """Return the rules that change anything when they are given up."""
        rules = {Rule.DEADLINE_RELAXED}
        if request.price_limit is not None:
            rules.add(Rule.PRICE_LIMIT_RELAXED)
        if request.forbidden:
            rules.add(Rule.FORBIDDEN_RELAXED)
        if request.after in self._placed:
            rules.add(Rule.ORDER_RELAXED)
        if self._rivals_of(request):
            rules.add(Rule.NEVER_WITH_RELAXED)
        if self._room is not None:
            rules.add(Rule.POWER_LIMIT_RELAXED)
        return rules

    def soonest(
        self, request: RunRequest, rules: set[Rule]
    ) -> tuple[Segment, ...] | None:
        """Return the soonest time for a run that gives up some rules, None without."""
        rivals = self._rivals_of(request)
        if Rule.NEVER_WITH_RELAXED in rules:
            rivals = []
        request = eased(request, rules, horizon_of(request, self._prices))
        is_limited = Rule.POWER_LIMIT_RELAXED not in rules
        earliest, last = self._starts(request)
        latest = to_micros(request.latest_end)
        free = self._free_time(request, rivals, earliest, latest)
        duration = request.profile.duration // MICROSECOND
        taken: list[tuple[int, int]] = []
        if is_limited and self._room is not None:
            for begin, end, power in self._phases(request.profile):
                self._budget.take(1 + len(self._load) // 5)
                most = self._room + NEARLY - power
                # Whoever starts in between has this phase while others are busy.
                taken += [
                    (start - end + 1, stop - begin)
                    for start, stop in self._load.busy(most)
                ]
        self._budget.take(1 + (len(free) + len(taken)) // 2)
        starts = [
            FreeTime(part.start, min(part.end - duration, last) + 1, part.course)
            for part in free
        ]
        if left := without([it for it in starts if it.length > 0], taken):
            return _segments([(left[0].start, left[0].start + duration)])
        if request.split is None:
            return None
        if is_limited and self._room is not None:
            most = self._room + NEARLY - request.profile.peak
            free = without(free, self._load.busy(most))
        self._budget.take(len(free))
        cut = soonest_cut(free, duration, Cut.of(request.split))
        return _segments(cut) if cut and cut[0][0] <= last else None

    def _phases(self, profile: LoadProfile) -> list[tuple[int, int, float]]:
        """Return begin and end of each phase after the start, and its power.

        Where there are very many, the run counts as one phase with its highest power.
        """
        if len(profile.phases) * len(self._load) > MOST_MEETINGS:
            return [(0, profile.duration // MICROSECOND, profile.peak)]
        phases = []
        offset = 0
        for phase in profile.phases:
            end = offset + phase.duration // MICROSECOND
            if phase.power:
                phases.append((offset, end, phase.power))
            offset = end
        return phases

    def _starts(self, request: RunRequest) -> tuple[int, int]:
        """Return between which moments a run may start for its order with another."""
        earliest, last = to_micros(request.earliest), to_micros(request.latest_end)
        if before := self._placed.get(request.after or ""):
            end = to_micros(before.end)
            earliest = max(earliest, end)
            if request.after_within is not None:
                last = min(last, to_micros(before.end + request.after_within))
        return earliest, last

    def _free_time(
        self, request: RunRequest, rivals: Sequence[str], earliest: int, latest: int
    ) -> list[FreeTime]:
        """Return the time in which a run may lie for all but its order and power."""
        courses = courses_at(self._prices, request.profile.peak, earliest, latest)
        taken = [(to_micros(it.start), to_micros(it.end)) for it in request.forbidden]
        taken += [
            (to_micros(it.start), to_micros(it.end))
            for name in rivals
            for it in self._placed[name].segments
        ]
        edges = sum(len(course.edges) for course in courses)
        self._budget.take(3 + edges + len(taken))
        free = without(known_time(courses, earliest, latest), taken)
        if request.price_limit is not None:
            free = under_limit(free, courses, to_units(request.price_limit))
        return free

    def _rivals_of(self, request: RunRequest) -> list[str]:
        """Return the placed runs that share no moment with a run."""
        own = [name for name in sorted(request.never_with) if name in self._placed]
        return own + self._rivals.get(request.name, [])


def _only(rules: set[Rule], some: Collection[Rule]) -> tuple[Rule, ...]:
    """Return those of some rules that are among others, in their order."""
    return tuple(rule for rule in Rule if rule in some and rule in rules)


def _segments(parts: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    return tuple(Segment(to_moment(start), to_moment(end)) for start, end in parts)
