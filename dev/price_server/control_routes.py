"""Steer the server over HTTP."""

from dataclasses import asdict
from json import JSONDecodeError

from aiohttp import web

from .answer import JsonObject
from .control import Control, ServedRequest
from .control_input import ControlInputError, read_order

CONTROL_PATH = "/control"


class ControlRoutes:
    """Show and set the behaviour of the server."""

    def __init__(self, control: Control) -> None:
        """Remember what to steer."""
        self._control = control

    async def show(self, _: web.Request) -> web.Response:
        """Answer the behaviour and the requests served."""
        return web.json_response(self._state())

    async def change(self, request: web.Request) -> web.Response:
        """Set the behaviour and answer the new state."""
        try:
            order = read_order(await request.json())
        except (JSONDecodeError, UnicodeDecodeError):
            return _refuse("The body must be JSON.")
        except ControlInputError as err:
            return _refuse(str(err))
        self._control.behave(order.behaviour, order.times)
        return web.json_response(self._state())

    def _state(self) -> JsonObject:
        """Describe the behaviour and the requests served."""
        behaviour = self._control.behaviour
        return {
            "mode": behaviour.mode,
            **asdict(behaviour),
            "times": self._control.times,
            "requests": [_row(request) for request in self._control.requests],
        }


def _row(request: ServedRequest) -> JsonObject:
    """Describe one request."""
    return {**asdict(request), "time": request.time.isoformat()}


def _refuse(sentence: str) -> web.Response:
    """Say what is wrong with a control request."""
    return web.json_response({"error": sentence}, status=400)
