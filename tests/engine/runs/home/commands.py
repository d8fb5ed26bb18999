"""Commands to the plugs of a made-up home, as `appliances/commands.py` gives them."""

from collections import deque
from collections.abc import Callable

from custom_components.spot_planner.engine.runs.told import Told

from .plug import Plug
from .world import Life, World

type Result = Callable[[bool], None]


class Commands:
    """Tell plugs what to do, each one thing after the other."""

    def __init__(
        self,
        world: World,
        life: Life,
        plugs: dict[str, Plug],
        heed: Callable[..., None],
    ) -> None:
        """Begin without having told anything."""
        self._world, self._life, self._plugs, self._heed = world, life, plugs, heed
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._told = Told()

    def tell(
        self,
        entity: str,
        run: str | None,
        is_wanted: Callable[[], bool],
        result: Result,
    ) -> None:
        """Tell a plug to turn on for a run, or off for none."""

        def go() -> None:
            if not is_wanted():
                leave(False)
                return
            self.expect(entity, is_on=run is not None)
            self._heed(self._plugs[entity], run)
            self._plugs[entity].call(run, heard)

        def heard(is_heard: bool) -> None:
            if not self._life.is_over:
                leave(is_heard)

        def leave(is_heard: bool) -> None:
            waiting.popleft()
            if waiting:
                self._world.later(0.0, waiting[0], self._life)
            result(is_heard)

        waiting = self._waiting.setdefault(entity, deque())
        waiting.append(go)
        if len(waiting) == 1:
            go()

    def expect(self, entity: str, *, is_on: bool) -> None:
        """Expect a plug to turn on or off, because it is told so."""
        self._told = self._told.tell(entity, self._world.seconds, is_on=is_on)

    def explain(self, entity: str, *, is_on: bool) -> bool:
        """Tell whether a change comes from a command, and is no hand."""
        ticks = self._world.seconds
        is_explained = self._told.explains(entity, ticks, is_on=is_on)
        self._told = self._told.shows(entity, ticks, is_on=is_on)
        return is_explained

    def is_stopping(self, entity: str) -> bool:
        """Tell whether a plug was told to turn off, and has not shown that yet."""
        return self._told.is_stopping(entity, self._world.seconds)

    def expects(self, entity: str, *, is_on: bool) -> bool:
        """Tell whether a change would come from a command, and forget nothing."""
        return self._told.explains(entity, self._world.seconds, is_on=is_on)
