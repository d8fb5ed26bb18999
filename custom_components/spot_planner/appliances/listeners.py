"""Listeners of the planner: who is told of runs, and what was told already."""

from collections.abc import Callable, Mapping

from homeassistant.core import CALLBACK_TYPE, callback

from ..engine.runs.event import RunEvent
from .view import ApplianceView

type Heard = Callable[[RunEvent], None]


class Listeners:
    """Tell the entities of appliances what is new."""

    def __init__(self) -> None:
        """Begin without anybody, and with nothing to tell."""
        self.views: Mapping[str, ApplianceView] = {}
        self._listeners: list[CALLBACK_TYPE] = []
        self._heard: dict[str, list[Heard]] = {}

    @callback
    def async_add_listener(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a function after every change; return how to end that."""
        self._listeners.append(update)
        return lambda: self._listeners.remove(update)

    @callback
    def async_add_event_listener(self, appliance: str, heard: Heard) -> CALLBACK_TYPE:
        """Call a function when something happens to a run; return how to end that."""
        self._heard.setdefault(appliance, []).append(heard)
        return lambda: self._heard[appliance].remove(heard)

    @callback
    def show(self, views: Mapping[str, ApplianceView]) -> None:
        """Tell of views when they are other ones than before."""
        if views != self.views:
            self.views = views
            for update in tuple(self._listeners):
                update()

    @callback
    def tell(self, event: RunEvent) -> None:
        """Tell what has happened to a run."""
        for heard in tuple(self._heard.get(event.run.appliance, ())):
            heard(event)
