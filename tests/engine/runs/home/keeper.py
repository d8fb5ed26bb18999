"""The keeper of duties of a made-up home, as `appliances/duties.py` is one."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Protocol

from custom_components.spot_planner.appliances.duties import (
    MINUTE,
    SAVED_EVERY,
    _essence,
)
from custom_components.spot_planner.engine.runs.clock import Clock, Passed
from custom_components.spot_planner.engine.runs.duty import SURE, Duties, Duty
from custom_components.spot_planner.engine.runs.run import Run
from custom_components.spot_planner.engine.runs.watching import SwitchState

from .commands import Commands
from .disk import Disk
from .plug import Plug
from .world import Life, World

# How long it takes to write a file.
WRITING = 0.05


class Household(Protocol):
    """What the keeper asks of a planner."""

    def needs(self, entity: str) -> bool:
        """Tell whether a run wants an entity on, or is about to turn it on."""

    def look(self) -> None:
        """Take the runs on to now."""


class Wishes(Protocol):
    """What the user has set, whether an entry is loaded or not."""

    def is_given_up(self, duty: Duty) -> bool:
        """Tell whether the user has deleted, disabled or taken back what is on."""

    def is_left_on(self, duty: Duty) -> bool:
        """Tell whether the user does not want to have it turned off any more."""


class Keeper:
    """Hold all duties, and do them when they are due."""

    def __init__(
        self,
        world: World,
        life: Life,
        disk: Disk,
        plugs: dict[str, Plug],
        wishes: Wishes,
        heed: Callable[..., None],
    ) -> None:
        """Take up the duties that were saved."""
        self.commands = Commands(world, life, plugs, heed)
        self.spent: frozenset[str] = frozenset()
        self._world, self._life, self._disk = world, life, disk
        self._plugs, self._wishes = plugs, wishes
        self._households: dict[str, Household] = {}
        self._saved: object = None
        self._saved_at = world.seconds
        self._saving: list[Callable[[], None]] = []
        self._clock = Clock(world.now, world.seconds)
        self._wake: Life = Life()
        self.duties = disk.load_duties()
        for duty in self.duties.held:
            if duty.told:
                self.commands.expect(duty.entity, is_on=False)
        self._saved = _essence(self.duties)
        self.look()

    def end(self) -> None:
        """Write down how long everything has been on."""
        self._disk.save_duties(self.duties)

    def join(self, entry: str, household: Household) -> None:
        """Ask a planner from now on."""
        self._households[entry] = household

    def leave(self, entry: str) -> None:
        """Ask a planner no more."""
        self._households.pop(entry, None)
        self.look()

    def need(self, entry: str, needs: Iterable[Duty], left_on: Collection[str]) -> None:
        """Hold what the runs of an entry need to be on, and release all else of it."""
        self._turn_back(self._read_clock())
        wanted = [need for need in needs if need.run not in self.spent]
        self.duties = self.duties.without(
            lambda it: it.entry == entry and it.appliance in left_on
        ).needed(entry, wanted)
        self.look()

    def start(
        self, run: Run, entity: str, *, bound: bool, wants: Callable[[], bool]
    ) -> None:
        """Tell an entity to turn on for a run."""

        def is_wanted() -> bool:
            if not bound:
                return wants()
            duty = self.duties.get(run.id, entity)
            if duty is None or duty.is_due(self._world.now):
                return False
            self.duties = self.duties.put(duty.starting())
            return True

        self.commands.tell(entity, run.id, is_wanted, lambda _: None)

    def save(self, done: Callable[[bool], None] = lambda _: None) -> None:
        """Write the duties down, after those who want that already."""

        def write() -> None:
            duties, self._saved_at = self.duties, self._world.seconds

            def written() -> None:
                is_saved = self._disk.save_duties(duties)
                if is_saved:
                    self._saved = _essence(duties)
                self._saving.pop(0)
                if self._saving:
                    self._saving[0]()
                done(is_saved)

            self._world.later(WRITING, written, self._life)

        self._saving.append(write)
        if len(self._saving) == 1:
            write()

    def look(self) -> None:
        """Do what is due now, and come back when something else will be."""
        passed = self._read_clock()
        self.duties = self.duties.without(self._wishes.is_left_on).released(
            self._wishes.is_given_up
        )
        turn = self.duties.turn(passed, self._shown, self._is_needed)
        self.duties = turn.duties
        for duty in turn.stops:
            self._world.later(0.0, lambda it=duty: self._stop(it), self._life)
        if self._needs_saving:
            self.save()
        self._schedule()
        self._tell_spent(turn.spent)

    def _stop(self, duty: Duty) -> None:
        def is_wanted() -> bool:
            held = [it for it in self.duties.held if it.entity == duty.entity]
            return bool(held) and all(it.is_due(self._world.now) for it in held)

        def result(is_heard: bool) -> None:
            if is_heard:
                for held in self.duties.held:
                    if held.entity == duty.entity and held.told:
                        self.duties = self.duties.put(held.heard())
            self.look()

        self.commands.tell(duty.entity, None, is_wanted, result)

    @property
    def is_saved(self) -> bool:
        """Tell whether what lies on disk is all that has to be known."""
        return _essence(self.duties) == self._saved

    @property
    def _needs_saving(self) -> bool:
        if not self.is_saved:
            return True
        waited = timedelta(seconds=self._world.seconds - self._saved_at)
        return bool(self.duties.held) and waited >= SAVED_EVERY

    def _read_clock(self) -> Passed:
        now, ticks = self._world.now, self._world.seconds
        passed = self._clock.passed(now, ticks)
        self._clock = Clock(now, ticks)
        return passed

    def _turn_back(self, passed: Passed) -> None:
        self.duties = Duties(
            tuple(it.after(passed, self._shown(it.entity)) for it in self.duties.held)
        )

    def _shown(self, entity: str) -> SwitchState:
        return self._plugs[entity].shown

    def _is_needed(self, entity: str) -> bool:
        return any(it.needs(entity) for it in self._households.values())

    def _tell_spent(self, spent: frozenset[str]) -> None:
        new = spent - self.spent
        self.spent |= spent
        if new:
            for household in tuple(self._households.values()):
                household.look()

    def forget_spent(self, runs: Collection[str]) -> None:
        """Forget runs that have ended."""
        self.spent -= frozenset(runs)

    def changed(self, entity: str, state: SwitchState, by_user: bool) -> None:
        """Look at once; what somebody turns on after it was seen off is theirs."""
        if all(duty.entity != entity for duty in self.duties.held):
            return
        if state is SwitchState.ON and by_user:
            self.duties = self.duties.without(
                lambda it: (
                    it.entity == entity
                    and it.is_due(self._world.now)
                    and it.off_for is not None
                )
            )
        self.look()

    def _schedule(self) -> None:
        self._wake.is_over = True
        if not self.duties.held:
            return
        now = self._world.now
        waits = [MINUTE]
        for duty in self.duties.held:
            if not duty.is_due(now):
                waits += [duty.until - now, duty.left]
            elif duty.off_for is not None:
                waits.append(SURE - duty.off_for)
            elif duty.pause:
                waits.append(duty.pause)
        soonest = max(min(waits), timedelta(seconds=1))
        self._wake = wake = Life()

        def woken() -> None:
            if not wake.is_over:
                self.look()

        self._world.later(soonest.total_seconds(), woken, self._life)
