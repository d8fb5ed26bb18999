"""Random histories of a made-up home: three days in which anything may happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, time, timedelta
from random import Random

from custom_components.spot_planner.engine.planning.model import LoadProfile, Split
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ...helpers import HOUR, MINUTE, PARIS, prices
from .made_up import Home
from .plug import LATEST, Mode, Owner, Plug
from .settings import Entry, Setting
from .watch import MOST

DAYS = 3
END = DAYS * 24 * 3600.0

# So many things happen in a history.
FEWEST, MOST_EVENTS = 10, 60


class History:
    """One history, made from a number; the same number makes the same history."""

    def __init__(self, seed: int, *, is_told: bool = False) -> None:
        """Make the home, with Home Assistant running and all its entries loaded."""
        self.seed = seed
        # The same number makes the same history.
        self.random = random = Random(seed)
        self.home = Home(random)
        if is_told:
            self.home.lines = []
        self.shortest_show = 0.0
        for number in range(random.choice([1, 1, 1, 2])):
            self._add_entry(f"entry{number}")
        self.home.boot()
        for entry in self.home.entries:
            self.home.load(entry)

    def live(self) -> Home:
        """Let it all happen, end all faults, take everything back, and return the home."""
        random, home = self.random, self.home
        for _ in range(random.randint(FEWEST, MOST_EVENTS)):
            moment = random.uniform(0, END)
            event = random.choice(EVENTS)
            if random.random() < 0.5:
                home.world.later(moment, lambda it=event: self._happen(it))
            else:
                # Shortly after the next command.
                home.world.later(
                    moment,
                    lambda it=event: home.told.append(lambda: self._happen(it)),
                )
        home.until(END)
        self._finish()
        return home

    def _happen(self, event: "Event") -> None:
        self.home.log(f"* {event.__name__}")
        event(self)

    def _finish(self) -> None:
        """End all faults; then, soon after all is taken back, nothing of ours is on."""
        home = self.home
        home.told.clear()
        home.disk.is_full = False
        for plug in home.plugs.values():
            self.mend(plug)
        if home.keeper is None:
            home.boot()
        for entry in home.entries:
            home.load(entry)
        # Calls that hang have obeyed until then, or never will.
        home.until(END + LATEST + 60)
        for plug in home.plugs.values():
            self.mend(plug)
        home.log("all is taken back")
        for entry in home.entries:
            for setting in entry.appliances.values():
                setting.automatic = False
            home.settings_changed(entry)
            planner = home.planners.get(entry.id)
            for key in entry.appliances:
                # What was asked for is not handed over, so it is not taken back.
                if planner and any(
                    run.status is RunStatus.RUNNING
                    for run in planner.house.agenda.open(key)
                ):
                    planner.skip(key)
        home.until(END + LATEST + 60 + MOST)
        if left := home.watch.left_on():
            home.watch.note(f"{', '.join(left)} left on after all faults")

    # The home.

    def _add_entry(self, key: str) -> None:
        random = self.random
        entry = Entry(
            id=key,
            disk=self.home.disk,
            random=random,
            zone=random.choice([UTC, PARIS]),
            slowest_plan=random.choice([0.1, 5.0, 600.0]),
            latest_tick=random.choice([4, 9]),
        )
        self.set_prices(entry)
        self.home.entries.append(entry)
        for number in range(random.randint(1, 3)):
            self._add_appliance(entry, f"{key}-{number}")

    def _add_appliance(self, entry: Entry, key: str) -> None:
        random = self.random
        plugs = [it for it in self.home.plugs.values() if not it.is_button]
        kind = random.random()
        plug: Plug | None = None
        if kind < 0.15 and plugs:
            plug = random.choice(plugs)
        elif kind > 0.05:
            plug = self.home.add_plug(
                Plug(
                    self.home.world,
                    random,
                    f"switch.{key}",
                    is_button=random.random() < 0.15,
                )
            )
        others = list(entry.appliances)
        duration = random.choice([5, 20, 45, 90, 180, 300]) * MINUTE
        entry.appliances[key] = Setting(
            appliance=Appliance(
                id=key,
                name=key,
                profile=LoadProfile.constant(duration, 1.0),
                split=Split(min(10 * MINUTE, duration))
                if random.random() < 0.4
                else None,
                daily=random.random() < 0.8,
                earliest_start=time(random.randrange(24)),
                ready_by=time(random.randrange(24)),
                after=random.choice(others)
                if others and random.random() < 0.3
                else None,
            ),
            plug=plug,
            has_proof=random.random() < 0.25,
            stop_at_end=random.random() < 0.9,
            automatic=random.random() < 0.9,
        )

    def set_prices(self, entry: Entry) -> None:
        """Let prices come, or be gone."""
        if self.random.random() < 0.4:
            entry.prices = entry.known_until = None
            return
        known = [round(self.random.uniform(-0.05, 0.4), 3) for _ in range(6)]
        hours = self.random.randint(24, 96)
        entry.prices = prices(*(known * 16)[:hours], length=HOUR)
        entry.known_until = entry.prices.intervals[-1].end

    # Help for events.

    def entry(self) -> Entry:
        """Return any entry."""
        return self.random.choice(self.home.entries)

    def plug(self) -> Plug | None:
        """Return any plug, rather one that is on."""
        plugs = list(self.home.plugs.values())
        on = [plug for plug in plugs if plug.is_on]
        if on and self.random.random() < 0.6:
            return self.random.choice(on)
        return self.random.choice(plugs) if plugs else None

    def setting(self) -> tuple[Entry, str] | None:
        """Return any appliance, rather one whose plug is on."""
        found = [
            (entry, key) for entry in self.home.entries for key in entry.appliances
        ]
        on = [
            (entry, key)
            for entry, key in found
            if (plug := entry.appliances[key].plug) and plug.is_on
        ]
        if on and self.random.random() < 0.6:
            return self.random.choice(on)
        return self.random.choice(found) if found else None

    def a_while(self) -> float:
        """Return how long a fault lasts, in seconds."""
        return self.random.choice(
            [5.0, 60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 30 * 3600.0]
        )

    def mend(self, plug: Plug) -> None:
        """End all faults of a plug."""
        plug.mode = Mode.WORKS
        plug.slow_to_obey = min(plug.slow_to_obey, 60.0)
        plug.draws = True
        plug.proof_absence = None
        self.back(plug)

    def back(self, plug: Plug) -> None:
        """Let a plug answer again, which may show off for a moment before it shows on."""
        if plug.absence is None:
            return
        plug.absence = None
        if self.random.random() < 0.2:
            plug.show(SwitchState.OFF)
            self.home.world.later(self.random.uniform(1, 8), plug.show)
        else:
            plug.show()

    def change(self, entry: Entry, key: str, **values: object) -> None:
        """Change the settings of an appliance."""
        self.home.log(f"{key} gets {values}")
        for name, value in values.items():
            setattr(entry.appliances[key], name, value)
        self.home.settings_changed(entry)


type Event = Callable[[History], None]


# What happens to plugs.


def flicker(history: History) -> None:
    """Let a plug show something else for a moment."""
    if plug := history.plug():
        plug.show(
            history.random.choice(
                [SwitchState.UNAVAILABLE, SwitchState.UNKNOWN, SwitchState.OFF]
            )
        )
        history.home.world.later(history.random.uniform(0.1, 8), plug.show)


def absent(history: History) -> None:
    """Let a plug not answer for a while."""
    if plug := history.plug():
        plug.absence = history.random.choice(
            [
                SwitchState.UNAVAILABLE,
                SwitchState.UNAVAILABLE,
                SwitchState.MISSING,
                SwitchState.UNKNOWN,
            ]
        )
        plug.show()
        history.home.world.later(history.a_while(), lambda: history.back(plug))


def power_cut(history: History) -> None:
    """Let a plug lose its power, and come back off or on."""
    if plug := history.plug():
        plug.absence = SwitchState.UNAVAILABLE
        plug.show()
        if history.random.random() < 0.6:
            plug.turn(False, owner=None)
        history.home.world.later(history.a_while(), lambda: history.back(plug))


def bad_calls(history: History) -> None:
    """Let calls to a plug raise, hang or do nothing for a while."""
    if plug := history.plug():
        plug.mode = history.random.choice([it for it in Mode if it is not Mode.WORKS])
        history.home.log(f"{plug.entity} {plug.mode}")

        def mended() -> None:
            plug.mode = Mode.WORKS

        history.home.world.later(history.a_while(), mended)


def slow(history: History) -> None:
    """Let a plug obey or show late from now on, or fast again."""
    if plug := history.plug():
        plug.slow_to_obey = history.random.choice([0.0, 2.0, 50.0, 200.0])
        plug.slow_to_show = history.random.choice([0.0, 3.0, 60.0, 240.0])


def proof(history: History) -> None:
    """Let a proof be gone, or the machine not run, for a while."""
    if plug := history.plug():
        plug.proof_absence = history.random.choice(
            [None, SwitchState.UNAVAILABLE, SwitchState.UNKNOWN]
        )
        plug.draws = history.random.random() < 0.7

        def mended() -> None:
            plug.proof_absence, plug.draws = None, True

        history.home.world.later(history.a_while(), mended)


# What people do.


def hand(history: History) -> None:
    """Let a hand turn a plug on or off."""
    if (plug := history.plug()) and plug.absence is None and not plug.is_button:
        is_on = not plug.is_on if history.random.random() < 0.8 else plug.is_on
        history.home.hand(plug, is_on, by_user=history.random.random() < 0.5)


def vain_hand(history: History) -> None:
    """Let a user turn off a plug that does not obey, and shows that soon."""
    if (plug := history.plug()) and plug.is_on and not plug.absence:
        plug.show(SwitchState.OFF, by_user=True)
        history.home.world.later(history.random.uniform(1, 8), plug.show)


def edit(history: History) -> None:
    """Change an appliance."""
    if found := history.setting():
        entry, key = found
        random, setting = history.random, entry.appliances[key]
        appliance = setting.appliance
        match random.randrange(5):
            case 0:
                minutes = random.choice([5, 30, 60, 200])
                change = appliance.lasting(minutes * MINUTE)
                history.change(entry, key, appliance=change)
            case 1:
                change = replace(
                    appliance,
                    earliest_start=time(random.randrange(24)),
                    ready_by=time(random.randrange(24)),
                )
                history.change(entry, key, appliance=change)
            case 2:
                plugs = [*history.home.plugs.values(), None]
                history.change(entry, key, plug=random.choice(plugs))
            case 3:
                history.change(entry, key, stop_at_end=not setting.stop_at_end)
            case _:
                change = replace(appliance, daily=not appliance.daily)
                history.change(entry, key, appliance=change)


def hand_back(history: History) -> None:
    """Hand an appliance back or over."""
    if found := history.setting():
        entry, key = found
        history.change(entry, key, automatic=not entry.appliances[key].automatic)


def hand_over(history: History) -> None:
    """Hand all appliances over."""
    for entry in history.home.entries:
        for setting in entry.appliances.values():
            setting.automatic, setting.paused = True, False
        history.home.settings_changed(entry)


def pause(history: History) -> None:
    """Pause an appliance, or let it go on."""
    if found := history.setting():
        entry, key = found
        history.change(entry, key, paused=not entry.appliances[key].paused)


def delete(history: History) -> None:
    """Delete an appliance."""
    if (found := history.setting()) and history.random.random() < 0.3:
        entry, key = found
        del entry.appliances[key]
        history.home.settings_changed(entry)


def disable(history: History) -> None:
    """Disable an entry, and enable it later; or remove it, rarely."""
    entry, home = history.entry(), history.home
    if history.random.random() < 0.15:
        entry.is_there = False
        home.settings_changed(entry)
        home.disk.runs.pop(entry.id, None)
        return
    entry.is_enabled = False
    home.settings_changed(entry)

    def enable() -> None:
        entry.is_enabled = True
        home.load(entry)

    home.world.later(history.a_while(), enable)


def request(history: History) -> None:
    """Ask for a run."""
    if found := history.setting():
        entry, key = found
        duration = history.random.choice([None, None, 15 * MINUTE, 2 * HOUR])
        wait = history.random.choice([None, timedelta(hours=5), timedelta(hours=12)])
        if planner := history.home.planners.get(entry.id):
            planner.request(key, duration, wait)


def start_now(history: History) -> None:
    """Start an appliance at once."""
    if found := history.setting():
        entry, key = found
        if planner := history.home.planners.get(entry.id):
            planner.start_now(key)
            history.home.asked |= {run.id for run in planner.house.agenda.open(key)}


def skip(history: History) -> None:
    """Skip a run."""
    if found := history.setting():
        entry, key = found
        if planner := history.home.planners.get(entry.id):
            planner.skip(key)


# What happens to Home Assistant.


def reload(history: History) -> None:
    """Load an entry anew, at once or after a while."""
    entry = history.entry()
    history.home.unload(entry)
    seconds = history.random.choice([0.5, 5.0, history.a_while()])
    history.home.world.later(seconds, lambda: history.home.load(entry))


def restart(history: History) -> None:
    """Restart Home Assistant, suddenly or not, with files lost and clocks set."""
    home, random = history.home, history.random
    if home.keeper is None:
        return
    home.end(is_sudden=random.random() < 0.6)
    home.world.later(
        random.choice([1.0, 30.0, 120.0, 3600.0, 8 * 3600.0]),
        lambda: _boot(history, stale=random.random() < 0.5),
    )


def _boot(history: History, *, stale: bool) -> None:
    home, random = history.home, history.random
    if random.random() < 0.2:
        leap(history)
    lost = random.random()
    if lost < 0.15:
        _lose_runs(history)
    elif lost < 0.3:
        _lose_duties(history)
    for plug in home.plugs.values():
        if stale and random.random() < 0.5:
            # It has yet to show what it does; until then it shows what it last did.
            home.world.later(random.uniform(0, 240), plug.show)
        elif random.random() < 0.5:
            plug.show(SwitchState.UNAVAILABLE)
            home.world.later(random.uniform(0, 120), plug.show)
        else:
            plug.show()
    home.boot()
    for entry in home.entries:
        wait = random.choice([0.1, 5.0, 40.0, history.a_while()])
        home.world.later(wait, lambda it=entry: home.load(it))


def _lose_runs(history: History) -> None:
    home = history.home
    home.log("runs are lost")
    home.disk.runs.clear()
    home.forget()
    # What was set off today is not known any more.
    home.watch.pressed.clear()


def _lose_duties(history: History) -> None:
    home = history.home
    home.log("duties are lost")
    home.disk.duties = None
    home.forgotten |= home.plugs.keys()
    for plug in home.plugs.values():
        setting = home.setting_of((plug.run or "").partition("/")[0])
        is_same = setting is not None and setting.plug is plug
        is_wanted = setting is not None and (
            setting.automatic or plug.run in home.asked
        )
        if plug.owner is Owner.OURS and not (
            is_same and is_wanted and home.disk.is_running(plug.run)
        ):
            # Its run has ended or was taken back: nothing else tells whose it is.
            plug.owner = Owner.MIXED


def full_disk(history: History) -> None:
    """Have no room on the disk for a while."""
    disk = history.home.disk
    disk.is_full = True

    def freed() -> None:
        disk.is_full = False

    history.home.world.later(history.a_while(), freed)


def leap(history: History) -> None:
    """Set the clock, by minutes to days; often it is set right again later."""
    home, random = history.home, history.random
    by = random.choice([1, -1]) * random.choice(
        [2 * MINUTE, 7 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR]
    )
    home.world.leap(by)
    home.log(f"the clock leaps by {by}")
    if random.random() < 0.7:
        home.world.later(
            random.choice([60.0, 1800.0, 4 * 3600.0]), lambda: home.world.leap(-by)
        )


def new_prices(history: History) -> None:
    """Let prices come, or be gone."""
    entry = history.entry()
    history.set_prices(entry)
    if planner := history.home.planners.get(entry.id):
        planner.prices_changed()


EVENTS: tuple[Event, ...] = (
    flicker,
    flicker,
    absent,
    absent,
    power_cut,
    bad_calls,
    bad_calls,
    bad_calls,
    slow,
    proof,
    hand,
    hand,
    vain_hand,
    edit,
    edit,
    hand_back,
    hand_over,
    pause,
    delete,
    disable,
    request,
    start_now,
    start_now,
    skip,
    reload,
    restart,
    restart,
    restart,
    full_disk,
    leap,
    leap,
    new_prices,
)
