"""Plugs of a made-up home: what they do, what they show, and who has turned them on."""

from collections.abc import Callable
from enum import StrEnum
from random import Random

from custom_components.spot_planner.engine.runs.watching import SwitchState

from .world import World

type Change = Callable[[SwitchState, SwitchState, bool], None]
"""Called with what a plug has shown, what it shows, and whether a user has done it."""


class Mode(StrEnum):
    """What becomes of a call."""

    WORKS = "works"
    RAISES = "raises"
    RAISES_AND_OBEYS = "raises and obeys"
    HANGS = "hangs"
    HANGS_AND_OBEYS = "hangs and obeys minutes later"
    DEAF = "does nothing without an error"


class Owner(StrEnum):
    """Who has turned a plug on."""

    OURS = "ours"
    """A call for a run, and nobody has touched it since."""
    HAND = "hand"
    """A hand, while nothing of ours was on, about to begin, or to be turned off."""
    MIXED = "mixed"
    """Both, so that neither is wronged by what becomes of it."""


# A call that hangs is given up after so many seconds.
PATIENCE = 60.0

# Nothing obeys a call later than this.
LATEST = 14 * 60.0


class Plug:
    """Something that is switched, with all the faults of such things."""

    def __init__(
        self, world: World, random: Random, entity: str, *, is_button: bool = False
    ) -> None:
        """Begin turned off, and without a fault."""
        self.world, self.random, self.entity = world, random, entity
        self.is_button = is_button
        self.is_on = False
        self.shown = SwitchState.OFF
        self.absence: SwitchState | None = None
        self.mode = Mode.WORKS
        self.slow_to_obey = 0.0
        self.slow_to_show = 0.0
        self.proof_absence: SwitchState | None = None
        self.draws = True
        self.owner: Owner | None = None
        self.run: str | None = None
        """The run that has turned it on."""
        self.touched = 0
        """How often a hand has done something."""
        self.listeners: list[Change] = []
        self.presses: list[tuple[str, float]] = []
        self.on_changed: Callable[[], None] = lambda: None

    @property
    def proof(self) -> SwitchState:
        """Return what a proof of it shows."""
        if self.proof_absence:
            return self.proof_absence
        return SwitchState.ON if self.is_on and self.draws else SwitchState.OFF

    def call(self, run: str | None, done: Callable[[bool], None]) -> None:
        """Turn on for a run, or off for none, and say whether that raised no error."""
        later, touched = self.world.later, self.touched

        def obey() -> None:
            # Once a hand was there after a call, nobody knows which of both it was.
            is_mixed = self.touched != touched
            owner = Owner.MIXED if is_mixed else Owner.OURS
            self.turn(run is not None, run=run, owner=None if self.is_on else owner)

        if run and self.is_button:
            self.presses.append((run, self.world.seconds))
        if self.absence in (SwitchState.UNAVAILABLE, SwitchState.MISSING):
            result = self.random.random() < 0.5
            later(0.1, lambda: done(result))
            return
        match self.mode:
            case Mode.WORKS:
                slow = self.slow_to_obey
                later(slow, obey)
                later(min(slow, 1.0) + 0.1, lambda: done(True))
            case Mode.RAISES | Mode.RAISES_AND_OBEYS:
                if self.mode is Mode.RAISES_AND_OBEYS:
                    later(0.1, obey)
                later(0.1, lambda: done(False))
            case Mode.HANGS | Mode.HANGS_AND_OBEYS:
                if self.mode is Mode.HANGS_AND_OBEYS:
                    when = self.random.uniform(5, LATEST)
                    later(when, obey)
                later(PATIENCE, lambda: done(False))
            case Mode.DEAF:
                later(0.1, lambda: done(True))

    def turn(
        self,
        is_on: bool,
        *,
        run: str | None = None,
        owner: Owner | None,
        by_user: bool = False,
    ) -> None:
        """Turn it on or off in truth; it shows that now, or as late as it does."""
        if is_on and not self.is_on:
            self.owner = owner
            self.run = run
        elif is_on and owner:
            self.owner = Owner.MIXED
        if not is_on:
            self.owner = self.run = None
        self.is_on = is_on
        self.on_changed()
        if self.slow_to_show:
            self.world.later(self.slow_to_show, lambda: self.show(by_user=by_user))
        else:
            self.show(by_user=by_user)

    def show(self, state: SwitchState | None = None, *, by_user: bool = False) -> None:
        """Show a state, or else the truth."""
        if state is None:
            state = self.absence or (SwitchState.ON if self.is_on else SwitchState.OFF)
        if self.is_button and state is SwitchState.ON:
            state = SwitchState.OFF
        old, self.shown = self.shown, state
        if old is not state:
            self.on_changed()
            for listener in tuple(self.listeners):
                listener(old, state, by_user)
