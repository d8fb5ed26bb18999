"""The planner of a made-up home, as `planner.py` of the integration is one."""

from collections.abc import Callable
from datetime import timedelta

from custom_components.spot_planner.appliances.planner import PLANS, SAVED_EVERY
from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.runs import execution
from custom_components.spot_planner.engine.runs.clock import Clock
from custom_components.spot_planner.engine.runs.house import (
    House,
    Managed,
    Moment,
    Outcome,
)
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from .keeper import WRITING, Keeper
from .settings import Entry
from .world import Life, World


class Planner:
    """Keep the runs of an entry's appliances."""

    def __init__(
        self,
        world: World,
        life: Life,
        entry: Entry,
        keeper: Keeper,
        audit: Callable[["Planner", House, str], None],
    ) -> None:
        """Take up the runs that were saved; nothing happens yet."""
        self.world, self.life, self.entry, self.keeper = world, life, entry, keeper
        self._audit = audit
        self._ticking = Life()
        self._plan_queue: list[Callable[[], None]] = []
        self._planned_from: object = None
        self._futile: set[str] = set()
        self._clock = Clock(world.now, world.seconds)
        self._saved_at = world.now
        self._starts: list[Run] = []
        self.is_active = False
        agenda = entry.disk.load_runs(entry.id)
        now = world.now
        self._saved_runs: tuple[Run, ...] | None = agenda.runs
        managed = self._managed()
        self.house = House(
            managed=managed,
            agenda=agenda.of({key: it.appliance for key, it in managed.items()}),
            looked_at=max(agenda.looked_at.values(), default=now),
        ).resumed(keeper.duties.of(entry.id), now)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return all runs that are known."""
        return self.house.agenda.runs

    def begin(self) -> None:
        """Begin to look and to switch."""
        self.is_active = True
        self._clock = Clock(self.world.now, self.world.seconds)
        self.keeper.join(self.entry.id, self)
        self._tick_later()
        self.advance()

    def stop(self) -> None:
        """Look and switch no more."""
        self.is_active = False
        self._save_now()
        self._ticking.is_over = True
        self.keeper.leave(self.entry.id)

    def end(self) -> None:
        """Write everything down, because Home Assistant ends."""
        self._save_now()

    def kill(self) -> None:
        """Be gone with the whole process."""
        self.is_active = False
        self._ticking.is_over = True

    def _tick_later(self) -> None:
        seconds = 60 - self.world.now.timestamp() % 60 + 0.05
        if self._is_idle:
            # A busy machine is late now and then, and nothing is close.
            seconds += 60 * self.entry.late()
        self.world.later(seconds, self._tick, self._ticking)

    @property
    def _is_idle(self) -> bool:
        soon = self.world.now + timedelta(minutes=20)
        return not self.keeper.duties.held and not any(
            run.is_committed or (run.is_open and run.start and run.start < soon)
            for run in self.runs
        )

    def _tick(self) -> None:
        self._tick_later()
        self.advance()

    def _save_now(self) -> bool:
        self._saved_at = self.world.now
        agenda = self.house.agenda
        is_saved = self.entry.disk.save_runs(self.entry.id, agenda)
        if is_saved:
            self._saved_runs = agenda.runs
        return is_saved

    def _save(self, done: Callable[[bool], None]) -> None:
        self._saved_at = self.world.now
        agenda = self.house.agenda

        def written() -> None:
            is_saved = self.entry.disk.save_runs(self.entry.id, agenda)
            if is_saved:
                self._saved_runs = agenda.runs
            done(is_saved)

        self.world.later(WRITING, written, self.life)

    def take_over(self) -> None:
        """Take over what was changed of appliances."""
        managed = self._managed()
        outcome = self.house.changed(managed, self.world.now, self.entry.zone)
        self._take(outcome, "changed")
        self.advance()

    def _managed(self) -> dict[str, Managed]:
        return {
            key: Managed(
                appliance=it.appliance, switching=it.switching, entity=it.entity
            )
            for key, it in self.entry.appliances.items()
        }

    def request(
        self, appliance: str, duration: timedelta | None, wait: timedelta | None
    ) -> None:
        """Plan a run that the user wants."""
        now = self.world.now
        ready_by = None if wait is None else now + wait
        try:
            run = self.house.requested(
                appliance, now, self.entry.zone, duration, ready_by
            )
        except InputError:
            return
        self._take(self.house.with_run(run), "request")
        self._planned_from = None
        self._plan(lambda: self._save(lambda _: None))

    def start_now(self, appliance: str) -> None:
        """Begin a run at once."""
        try:
            run = self.house.started(appliance, self.world.now, self.entry.zone)
        except InputError:
            return
        self._take(self.house.with_run(run), "start now")
        self.advance()
        self._save(lambda _: None)

    def skip(self, appliance: str) -> None:
        """End the run that runs, or leave out the next one."""
        run = min(
            self.house.agenda.open(appliance),
            key=lambda it: (it.status is not RunStatus.RUNNING, it.earliest),
            default=None,
        )
        if run is None:
            return
        self._take(self.house.with_run(execution.skip(run, self.world.now)), "skip")
        self.advance()
        self._save(lambda _: None)

    def needs(self, entity: str) -> bool:
        """Tell whether a run wants an entity on, or is about to turn it on."""
        return self.is_active and self.house.needs(entity, self.world.now)

    def look(self) -> None:
        """Take the runs on to now."""
        self.advance()

    def changed(
        self, entity: str, old: SwitchState, new: SwitchState, by_user: bool
    ) -> None:
        """See that a plug shows something else."""
        if not self.is_active:
            return
        known = (SwitchState.ON, SwitchState.OFF)
        is_mine = False
        for key, it in self.entry.appliances.items():
            if it.entity != entity:
                continue
            is_mine = True
            if old not in known or new not in known or it.is_button:
                continue
            is_on = new is SwitchState.ON
            if self.keeper.commands.explain(entity, is_on=is_on) and not by_user:
                continue
            if not self._is_told_for_another(key, is_on):
                self._take(
                    self.house.switched(key, self.world.now, is_on=is_on), "hand"
                )
        if is_mine:
            self.advance()

    def _is_told_for_another(self, appliance: str, is_on: bool) -> bool:
        entity = self.entry.appliances[appliance].entity
        return any(
            run.is_open
            and run.told is is_on
            and run.appliance != appliance
            and self.entry.appliances[run.appliance].entity == entity
            for run in self.runs
        )

    def advance(self) -> None:
        """Bring everything up to now."""
        if not self.is_active:
            return
        now, ticks = self.world.now, self.world.seconds
        passed, self._clock = self._clock.passed(now, ticks), Clock(now, ticks)
        moment = Moment(
            passed=passed,
            shown={key: it.shown for key, it in self.entry.appliances.items()},
            known_until=self.entry.known_until,
            prices=self.entry.prices,
            zone=self.entry.zone,
            stopping=frozenset(
                entity
                for it in self.entry.appliances.values()
                if (entity := it.entity) and self.keeper.commands.is_stopping(entity)
            ),
            spent=self.keeper.spent,
        )
        before = self.house
        if passed.set_back:
            before = before.set_back(passed.set_back)
        self._take(self.house.at(moment), None)
        self._audit(self, before, "look")
        self._hold()
        if self._needs_plan(now) and not self._plan_queue:
            self._plan(lambda: None)
        is_running = any(run.status is RunStatus.RUNNING for run in self.runs)
        if (
            self._starts
            or self.runs != self._saved_runs
            or (is_running and abs(now - self._saved_at) >= SAVED_EVERY)
        ):
            self.world.later(0.0, self._execute, self.life)

    def _hold(self) -> None:
        self.keeper.forget_spent(
            [run.id for run in self.runs if run.status is not RunStatus.RUNNING]
        )
        left_on = {
            key for key, it in self.house.managed.items() if not it.switching.can_stop
        }
        duties = self.house.duties(self.entry.id, self.world.now)
        self.keeper.need(self.entry.id, duties, left_on)

    def prices_changed(self) -> None:
        """Plan anew with other prices."""
        self.advance()

    def _basis(self) -> object:
        return self.entry.prices, self.house.appliances

    def _needs_plan(self, now: object) -> bool:
        return self._planned_from != self._basis() or any(
            run.id not in self._futile
            if run.start is None
            else run.start < self.world.now
            and not self.house.managed[run.appliance].switching.paused
            for run in self.runs
            if run.status is RunStatus.PLANNED
        )

    def _plan(self, then: Callable[[], None]) -> None:
        """Give all planned runs their times, some time later."""

        def attempt(left: int) -> None:
            if not self.is_active or not self._needs_plan(self.world.now):
                leave()
                return
            basis = self._basis()
            before = tuple(self.house.agenda.open())
            appliances, now = self.house.appliances, self.world.now

            def found() -> None:
                planned = self.entry.planned(before, appliances, now)
                is_same = tuple(self.house.agenda.open()) == before
                self._planned_from = basis if is_same else None
                if self._planned_from != self._basis() and left > 1:
                    attempt(left - 1)
                    return
                for old, new in zip(before, planned, strict=True):
                    if self.house.agenda.get(old.id) == old:
                        self._take(self.house.with_run(new), "plan")
                self._futile = {
                    it.id for it in self.house.agenda.open() if not it.start
                }
                leave()
                self.advance()

            self.world.later(self.entry.planning_time(), found, self.life)

        def leave() -> None:
            self._plan_queue.pop(0)
            if self._plan_queue:
                self.world.later(0.0, self._plan_queue[0], self.life)
            then()

        self._plan_queue.append(lambda: attempt(PLANS))
        if len(self._plan_queue) == 1:
            self.world.later(0.0, self._plan_queue[0], self.life)

    def _execute(self) -> None:
        starts, self._starts = self._starts, []

        def runs_saved(is_saved: bool) -> None:
            if not is_saved or not starts:
                return
            self.keeper.save(duties_saved)

        def duties_saved(is_saved: bool) -> None:
            if not is_saved or self.life.is_over:
                return
            for run in starts:
                managed = self.house.managed.get(run.appliance)
                if managed and managed.entity:
                    self.keeper.start(
                        run,
                        managed.entity,
                        bound=managed.switching.can_stop,
                        wants=lambda it=run: self.house.wants(it.id, self.world.now),
                    )

        self._save(runs_saved)

    def _take(self, outcome: Outcome, why: str | None) -> None:
        before, self.house = self.house, outcome.house
        self._starts += outcome.starts
        if why:
            self._audit(self, before, why)
