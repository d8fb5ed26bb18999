"""The made-up home itself: it starts, ends, and changes as its people and faults do."""

from collections.abc import Callable
from random import Random

from custom_components.spot_planner.engine.runs.duty import Duty
from custom_components.spot_planner.engine.runs.watching import SwitchState

from .disk import Disk
from .keeper import Keeper
from .planner import Planner
from .plug import Owner, Plug
from .settings import Entry, Setting
from .watch import Watch
from .world import Life, World


class Home:
    """Plugs, entries with their appliances, and Home Assistant as long as it runs."""

    def __init__(self, random: Random) -> None:
        """Begin with nothing, and with Home Assistant not started."""
        self.random = random
        self.world = World()
        self.disk = Disk()
        self.plugs: dict[str, Plug] = {}
        self.entries: list[Entry] = []
        self.keeper: Keeper | None = None
        self.planners: dict[str, Planner] = {}
        self.life = Life()
        self.ends = 0
        """How often it has ended suddenly."""
        self.forgotten: set[str] = set()
        """The plugs whose duties were lost, until the entries with their runs are back."""
        self.asked: set[str] = set()
        self.told: list[Callable[[], None]] = []
        """What happens after the next commands."""
        self.watch = Watch(self)
        self.lines: list[str] | None = None

    def log(self, text: str) -> None:
        """Keep what has happened, for who looks for a fault."""
        if self.lines is not None:
            self.lines.append(
                f"{self.world.seconds:9.1f} {self.world.now:%d %H:%M:%S} {text}"
            )

    # Settings.

    def add_plug(self, plug: Plug) -> Plug:
        """Add a plug."""
        self.plugs[plug.entity] = plug
        plug.on_changed = lambda: self.log(
            f"   {plug.entity} is {plug.is_on} shows {plug.shown} {plug.owner}"
        )
        plug.listeners.append(
            lambda old, new, by_user: self._shown(plug, old, new, by_user)
        )
        return plug

    def entry_of(self, appliance: str) -> Entry | None:
        """Return the entry of an appliance, unless it was deleted."""
        return next((it for it in self.entries if appliance in it.appliances), None)

    def setting_of(self, appliance: str) -> Setting | None:
        """Return what the user wants of an appliance."""
        entry = self.entry_of(appliance)
        return entry and entry.appliances[appliance]

    def is_given_up(self, duty: Duty) -> bool:
        """Tell whether the user has deleted, disabled or taken back what is on."""
        entry = next(it for it in self.entries if it.id == duty.entry)
        return entry.is_given_up(duty)

    def is_left_on(self, duty: Duty) -> bool:
        """Tell whether the user does not want to have it turned off any more."""
        setting = self.setting_of(duty.appliance)
        return bool(setting and not setting.stop_at_end)

    def forget(self) -> None:
        """Lose the last that tells whose the plugs are whose duties were lost."""
        for entity in self.forgotten:
            if self.plugs[entity].is_on:
                self.plugs[entity].owner = Owner.MIXED
        self.forgotten.clear()

    def settings_changed(self, entry: Entry) -> None:
        """Let everybody know that something else is wanted."""
        if entry.id not in self.planners:
            self.forget()
        for run in self.watch.claims:
            setting = entry.appliances.get(run.partition("/")[0])
            if setting and not setting.stop_at_end:
                # The user wants it to be left on.
                self.watch.unbound.add(run)
        if self.keeper is None:
            return
        self.keeper.look()
        planner = self.planners.get(entry.id)
        if planner is None:
            return
        if not entry.is_there or not entry.is_enabled:
            self.unload(entry)
        elif planner.is_active:
            planner.take_over()

    # Home Assistant.

    def boot(self) -> None:
        """Start Home Assistant; no entry is loaded yet."""
        self.life = Life()
        self.log("boot")
        self.keeper = Keeper(
            self.world, self.life, self.disk, self.plugs, self, self._heed
        )

    def load(self, entry: Entry) -> None:
        """Load an entry."""
        if self.keeper is None or not entry.is_there or not entry.is_enabled:
            return
        if entry.id in self.planners:
            return
        self.log(f"load {entry.id}")
        planner = Planner(self.world, self.life, entry, self.keeper, self.watch.audit)
        self.planners[entry.id] = planner
        self.forgotten = {
            entity for entity in self.forgotten if not self._is_known(entity, entry)
        }
        planner.begin()

    def _is_known(self, entity: str, entry: Entry) -> bool:
        """Tell whether an entry knows the run that has a plug on, or has the plug."""
        if run := self.plugs[entity].run:
            return run.partition("/")[0] in entry.appliances
        return any(it.entity == entity for it in entry.appliances.values())

    def unload(self, entry: Entry) -> None:
        """Unload an entry."""
        if planner := self.planners.pop(entry.id, None):
            self.log(f"unload {entry.id}")
            planner.stop()
            if self.disk.is_full:
                self._grow_old()

    def _grow_old(self) -> None:
        """Let what lies on the disk be older than what a hand has done since."""
        for plug in self.plugs.values():
            if plug.owner is Owner.HAND:
                plug.owner = Owner.MIXED

    def end(self, *, is_sudden: bool) -> None:
        """End Home Assistant, with its last words or without."""
        if self.keeper is None:
            return
        self.log(f"end sudden={is_sudden}")
        self.ends += 1
        if not is_sudden:
            self.keeper.end()
            for planner in self.planners.values():
                planner.end()
        for planner in self.planners.values():
            planner.kill()
        if not self.keeper.is_saved:
            self._grow_old()
        self.planners.clear()
        self.keeper = None
        self.life.is_over = True

    # Hands.

    def hand(self, plug: Plug, is_on: bool, *, by_user: bool) -> None:
        """Let a hand turn a plug on or off, and the plug obey."""
        owner = Owner.HAND if self._is_free(plug) else Owner.MIXED
        self.log(f"hand {plug.entity} {is_on} {owner}")
        plug.touched += 1
        plug.turn(is_on, owner=owner, by_user=by_user)

    def _is_free(self, plug: Plug) -> bool:
        """Tell whether nothing of ours is on, about to begin, or to be turned off."""
        if self.keeper is None or plug.is_on or plug.shown is not SwitchState.OFF:
            return False
        if any(duty.entity == plug.entity for duty in self.keeper.duties.held):
            return False
        if self.keeper.commands.expects(plug.entity, is_on=True):
            return False
        for entry in self.entries:
            planner = self.planners.get(entry.id)
            mine = {k for k, it in entry.appliances.items() if it.entity == plug.entity}
            if mine and (planner is None or not planner.is_active):
                return False
            if planner and any(
                run.is_committed and run.appliance in mine for run in planner.runs
            ):
                return False
        return True

    def _shown(
        self, plug: Plug, old: SwitchState, new: SwitchState, by_user: bool
    ) -> None:
        if self.keeper is None:
            return
        if self.random.random() < 0.5:
            self.keeper.changed(plug.entity, new, by_user)
            self._tell_planners(plug, old, new, by_user)
        else:
            self._tell_planners(plug, old, new, by_user)
            self.keeper.changed(plug.entity, new, by_user)

    def _tell_planners(
        self, plug: Plug, old: SwitchState, new: SwitchState, by_user: bool
    ) -> None:
        for planner in tuple(self.planners.values()):
            planner.changed(plug.entity, old, new, by_user)

    def _heed(self, plug: Plug, run: str | None) -> None:
        self.watch.heed(plug, run)
        deeds, self.told = self.told, []
        for deed in deeds:
            self.world.later(self.random.choice([0.0, 0.05, 3, 45, 240]), deed)

    # Time.

    def until(self, seconds: float) -> None:
        """Let everything happen until a moment."""
        while self.world.next_at <= seconds:
            self.world.step()
            self._mark()
            self.watch.check()

    def _mark(self) -> None:
        """Note which plugs a run has taken over from a hand."""
        for entry in self.entries:
            planner = self.planners.get(entry.id)
            for run in planner.runs if planner else ():
                setting = entry.appliances.get(run.appliance)
                plug = setting and setting.plug
                if plug and plug.owner is Owner.HAND and run.told and run.is_open:
                    plug.owner = Owner.MIXED
