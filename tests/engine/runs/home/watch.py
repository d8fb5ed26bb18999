"""What has to hold in a made-up home, whatever happens; it is checked at every step.

A plug is *ours* when a call for a run has turned it on and nobody has touched it since.
It is *overdue* when no run wants it on: its segment is over, the run has ended, or was
taken back, deleted or disabled; or it has been on for longer, by a clock that nobody
sets, than the run was to take with its pauses. It can be *reached* while Home Assistant
runs, the plug answers, obeys within a minute, and does not show that it is off.

Then no plug that is ours is overdue and reached for longer than `MOST` on end. That is
the longest pause between two calls (5 minutes), one call of something else that hangs
(1), one look (1), and what the plug takes to obey (1), and a little more.

A plug is a *hand's* when a hand has turned it on while nothing of ours was on, about to
begin, or bound to be turned off. Until a run begins that wants it on, it is never
turned off. All other plugs that are on are mixed: a hand and a run have both wanted
them on, and either may turn them off.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from custom_components.spot_planner.engine.runs import execution
from custom_components.spot_planner.engine.runs.house import House
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from .planner import Planner
from .plug import Mode, Owner, Plug
from .settings import length_of

if TYPE_CHECKING:
    from .made_up import Home

# So many seconds a plug of ours that can be reached may be on after its time.
MOST = 10 * 60.0

# What is not written down before a sudden end, in seconds, and that clocks differ.
UNWRITTEN = 16 * 60.0

# What a plug that can be reached takes to obey at most, in seconds.
OBEYS = 60.0


@dataclass
class Claim:
    """Until when a run may have its plug on, as it was last known."""

    until: datetime | None
    most: float
    """For how many seconds it may be on in all."""
    on_for: float = 0.0


def _forget(known: dict[str, Any], runs: set[str], mine: Collection[str]) -> None:
    """Forget what is known of runs of some appliances, but not of these runs."""
    for key in tuple(known):
        if key not in runs and key.partition("/")[0] in mine:
            del known[key]


class Watch:
    """Check every step, and keep what went wrong."""

    def __init__(self, home: "Home") -> None:
        """Begin without anything wrong."""
        self.home = home
        self.wrong: list[str] = []
        self.commands = 0
        self.counts: Counter[str] = Counter()
        self.claims: dict[str, Claim] = {}
        self.pressed: Counter[str] = Counter()
        """How often a button was pressed for each run."""
        self.unbound: set[str] = set()
        """The runs that leave on what they turn on."""
        self._since: dict[str, float] = {}
        self._checked_at = 0.0
        self._seen_on: set[str] = set()

    def note(self, what: str) -> None:
        """Keep what is wrong."""
        home = self.home
        self.wrong.append(
            f"{home.world.seconds:.0f}s {home.world.now:%d %H:%M:%S} {what}"
        )

    # Commands.

    def heed(self, plug: Plug, run: str | None) -> None:
        """Check a command before the plug hears it."""
        self.commands += 1
        self.home.log(f"tell {plug.entity} {'on for ' + run if run else 'off'}")
        if run is None:
            self.counts["stops"] += 1
            if plug.owner is Owner.HAND:
                self.note(f"{plug.entity} is a hand's, and is turned off")
            return
        self.counts["starts"] += 1
        home = self.home
        appliance = run.partition("/")[0]
        entry = home.entry_of(appliance)
        if entry is None:
            self.note(f"{plug.entity} is turned on for a deleted appliance")
            return
        setting = entry.appliances[appliance]
        planner = home.planners.get(entry.id)
        known = planner.house.agenda.get(run) if planner else None
        if known:
            self._heed_start(plug, known, setting.switching)
        if not home.disk.has_told(run):
            self.note(f"{run} is started, and that is not on disk")
        if not setting.switching.can_stop:
            self.unbound.add(run)
        elif not home.disk.has_duty(run, plug.entity):
            self.note(f"{run} is started, and its duty is not on disk")

    def _heed_start(self, plug: Plug, run: Run, switching: execution.Switching) -> None:
        world = self.home.world
        self._claim(run, switching)
        setting = self.home.setting_of(run.appliance)
        if setting and setting.is_button and not setting.has_proof:
            self.pressed[run.id] += 1
            if self.pressed[run.id] > 1:
                self.note(f"{run.id} is pressed twice")
        if world.seconds - world.leapt_at < 120:
            return
        if run.status is not RunStatus.RUNNING or not run.wants_on(world.now):
            self.note(f"{run.id} is started outside of its segments ({run.status})")
        elif run.by_hand or run.hand is False or not execution.acts(run, switching):
            self.note(f"{run.id} is started though nobody wants that")

    def _claim(self, run: Run, switching: execution.Switching) -> None:
        length = length_of(run, switching.duration).total_seconds()
        self.claims.setdefault(run.id, Claim(self.home.world.now, length))

    # Runs.

    def audit(self, planner: Planner, before: House, why: str) -> None:
        """Check what has become of runs."""
        agenda = planner.house.agenda
        if len({run.id for run in agenda.runs}) < len(agenda.runs):
            self.note("a run is there twice")
        for old in before.agenda.runs:
            if new := agenda.get(old.id):
                self._audit_run(old, new, planner.world.now, why)
        mine = planner.entry.appliances
        # What is planned anew, as when its file was lost, begins anew. Once the clock
        # was days ahead, nobody knows of a press any more.
        begun = {it.id for it in agenda.runs if it.status is not RunStatus.PLANNED}
        _forget(self.claims, begun, mine)
        _forget(self.pressed, {it.id for it in agenda.runs}, mine)
        for run in agenda.runs:
            until = self._wanted_until(planner, run)
            if run.told and until and run.id not in self.claims:
                # What is on already needs no start.
                self._claim(run, planner.house.managed[run.appliance].switching)
            if claim := self.claims.get(run.id):
                claim.until = until

    def _audit_run(self, old: Run, new: Run, now: datetime, why: str) -> None:
        if old.status is not new.status:
            self.home.log(f"{why}: {old.id} {old.status} -> {new.status}")
            is_due_again = old.status is RunStatus.MISSED and (
                old.start is None or now < old.start
            )
            if why == "look" and not old.is_open and not is_due_again:
                self.note(f"{old.id} was {old.status} and is {new.status}")
        if why in ("look", "changed", "plan"):
            self._audit_time(old, new, now, why)

    def _audit_time(self, old: Run, new: Run, now: datetime, why: str) -> None:
        if not old.is_committed or new.segments == old.segments:
            return
        if new.is_committed and not new.by_hand:
            # Only what was lost is given back, at the end of the last segment.
            is_longer = (
                new.status is RunStatus.RUNNING
                and len(new.segments) == len(old.segments)
                and new.segments[:-1] == old.segments[:-1]
                and new.segments[-1].start == old.segments[-1].start
                and old.segments[-1].end <= new.segments[-1].end <= new.latest_end
            )
            if not is_longer:
                self.note(f"{old.id} is committed, and moves ({why})")
        elif new.status is RunStatus.PLANNED and old.start is not None:
            is_late = now > old.start + execution.LATE or (old.end and now >= old.end)
            if not (old.by_hand or (old.told is None and is_late)):
                self.note(f"{old.id} was committed, and is planned anew ({why})")

    @staticmethod
    def _wanted_until(planner: Planner, run: Run) -> datetime | None:
        managed = planner.house.managed.get(run.appliance)
        now = planner.world.now
        if managed is None or run.status is not RunStatus.RUNNING or run.by_hand:
            return None
        if not execution.acts(run, managed.switching) or run.hand is False:
            return None
        if run.hand:
            return run.end if run.end and now < run.end else None
        if not run.told:
            return next((part.end for part in run.segments if now in part), None)
        # Before its segment, the clock was set back; it counts how long it has been on.
        return next((part.end for part in run.segments if now < part.end), None)

    # Plugs.

    def check(self) -> None:
        """Check all plugs after a step."""
        world = self.home.world
        passed, self._checked_at = world.seconds - self._checked_at, world.seconds
        for run in self._seen_on:
            if claim := self.claims.get(run):
                claim.on_for += passed
        self._seen_on = set()
        for plug in self.home.plugs.values():
            is_bound = not plug.is_button and plug.run not in self.unbound
            if not is_bound or plug.owner is not Owner.OURS or not plug.is_on:
                self._since.pop(plug.entity, None)
                continue
            if plug.run and self._is_seen_on(plug):
                self._seen_on.add(plug.run)
            if not self.can_be_reached(plug) or self._may_be_on(plug):
                self._since.pop(plug.entity, None)
                continue
            since = self._since.setdefault(plug.entity, world.seconds)
            if world.seconds - since > MOST:
                self.note(f"{plug.entity} is left on by {plug.run}")
                plug.owner = Owner.MIXED

    def _is_seen_on(self, plug: Plug) -> bool:
        """Tell whether anybody sees that a plug is on.

        What comes back and shows off has been off: that time is made up for.
        """
        setting = self.home.setting_of((plug.run or "").partition("/")[0])
        if self.home.keeper is None or plug.shown is not SwitchState.ON:
            return False
        return not (setting and setting.has_proof) or plug.proof is SwitchState.ON

    def can_be_reached(self, plug: Plug) -> bool:
        """Tell whether a plug would be turned off if it was told so."""
        return (
            self.home.keeper is not None
            and plug.entity not in self.home.forgotten
            and plug.absence not in (SwitchState.UNAVAILABLE, SwitchState.MISSING)
            and plug.shown
            not in (SwitchState.UNAVAILABLE, SwitchState.MISSING, SwitchState.OFF)
            and plug.mode is Mode.WORKS
            and plug.slow_to_obey <= OBEYS
        )

    def _may_be_on(self, plug: Plug) -> bool:
        """Tell whether any run may have a plug on now."""
        home = self.home
        for entry in home.entries:
            if not entry.is_there or not entry.is_enabled:
                continue
            planner = home.planners.get(entry.id)
            if planner and planner.is_active:
                for run in planner.runs:
                    setting = entry.appliances.get(run.appliance)
                    if setting is None or setting.entity != plug.entity:
                        continue
                    claim = self.claims.get(run.id)
                    if (
                        self._wanted_until(planner, run)
                        # Another one that needs no start has none either.
                        and (claim is None or claim.on_for <= claim.most + self._spare)
                    ):
                        return True
                continue
            for key, claim in self.claims.items():
                setting = entry.appliances.get(key.partition("/")[0])
                if setting is None or setting.entity != plug.entity:
                    continue
                is_wanted = setting.automatic or key in home.asked
                if (
                    is_wanted
                    and claim.until is not None
                    and home.world.now < claim.until
                    and claim.on_for <= claim.most + self._spare
                ):
                    return True
        return False

    @property
    def _spare(self) -> float:
        return 60.0 + UNWRITTEN * self.home.ends

    def left_on(self) -> list[str]:
        """Return the plugs that are ours and on."""
        return [
            plug.entity
            for plug in self.home.plugs.values()
            if plug.is_on
            and plug.owner is Owner.OURS
            and not plug.is_button
            and plug.run not in self.unbound
        ]
