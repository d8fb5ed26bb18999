"""What the user has set in a made-up home, and what else its planner asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random

from custom_components.spot_planner.engine.planning.home import Home as PlannedHome
from custom_components.spot_planner.engine.planning.model import Rule, Segment
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.duty import Duty
from custom_components.spot_planner.engine.runs.execution import Switching, needed
from custom_components.spot_planner.engine.runs.replan import Situation, replan
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import minute_from

from ...helpers import MINUTE
from .disk import Disk
from .plug import Plug


@dataclass
class Setting:
    """An appliance, and what the user wants of it."""

    appliance: Appliance
    plug: Plug | None
    has_proof: bool = False
    stop_at_end: bool = True
    automatic: bool = True
    paused: bool = False

    @property
    def is_button(self) -> bool:
        """Tell whether it can only be started."""
        return self.plug is not None and self.plug.is_button

    @property
    def entity(self) -> str | None:
        """Return what is switched."""
        return self.plug and self.plug.entity

    @property
    def switching(self) -> Switching:
        """Return what may be done to it."""
        return Switching(
            has_switch=self.plug is not None,
            momentary=self.is_button,
            stops=self.stop_at_end,
            automatic=self.automatic,
            paused=self.paused,
            duration=self.appliance.duration,
        )

    @property
    def shown(self) -> tuple[SwitchState | None, SwitchState | None]:
        """Return what switch and proof show."""
        if self.plug is None:
            return None, None
        return self.plug.shown, self.plug.proof if self.has_proof else None


@dataclass
class Entry:
    """A config entry: its appliances, and what its planner knows of prices."""

    id: str
    disk: Disk
    random: Random
    zone: tzinfo = UTC
    appliances: dict[str, Setting] = field(default_factory=dict)
    is_there: bool = True
    is_enabled: bool = True
    known_until: datetime | None = None
    prices: PriceSeries | None = None
    slowest_plan: float = 1.0
    latest_tick: int = 4

    def late(self) -> float:
        """Return how many minutes a quiet look comes late."""
        return self.random.randint(0, self.latest_tick)

    def planning_time(self) -> float:
        """Return how many seconds it takes to find times."""
        return self.random.uniform(0.05, self.slowest_plan)

    def is_given_up(self, duty: Duty) -> bool:
        """Tell whether the user has deleted, disabled or taken back what is on."""
        if not self.is_there or not self.is_enabled:
            return True
        setting = self.appliances.get(duty.appliance)
        if setting is None:
            return True
        return not (duty.is_asked or setting.automatic)

    def planned(
        self,
        runs: Sequence[Run],
        appliances: Mapping[str, Appliance],
        now: datetime,
    ) -> tuple[Run, ...]:
        """Return runs with times: by the real rules without prices, else any times."""
        if self.prices is None:
            situation = Situation(
                prices=None, home=PlannedHome(), off_peak=(), now=now, zone=self.zone
            )
            return replan(runs, appliances, situation)
        return tuple(self._placed(run, appliances[run.appliance], now) for run in runs)

    def _placed(self, run: Run, appliance: Appliance, now: datetime) -> Run:
        if run.status is not RunStatus.PLANNED:
            return run
        duration = run.duration or appliance.duration
        earliest = max(run.earliest, minute_from(now))
        room = run.latest_end - earliest - duration
        if room < timedelta() or (run.segments and self.random.random() < 0.6):
            return run
        minutes = room // MINUTE
        start = earliest + self.random.randint(0, minutes) * MINUTE
        segments = [Segment(start, start + duration)]
        if appliance.split and duration >= 20 * MINUTE and self.random.random() < 0.7:
            first = self.random.randint(1, duration // MINUTE - 1) * MINUTE
            rest = run.latest_end - start - duration
            pause = min(self.random.randint(1, 90) * MINUTE, rest)
            if pause > timedelta():
                middle = start + first
                segments = [
                    Segment(start, middle),
                    Segment(middle + pause, start + duration + pause),
                ]
        return replace(run, segments=tuple(segments), rule=Rule.CHEAPEST, plan=None)


def length_of(run: Run, duration: timedelta) -> timedelta:
    """Return how long a run takes from its start to its end, pauses included."""
    if run.start is None or run.end is None:
        return needed(run, duration)
    return run.end - run.start
