"""Steer the server over HTTP."""

from collections.abc import Callable
from dataclasses import asdict
from json import JSONDecodeError

from aiohttp import web

from .answer import JsonObject, compact
from .control import Control, ServedRequest
from .control_input import ControlInputError, read_order, read_switches

CONTROL_PATH = "/control"


class ControlRoutes:
    """Show and set the behaviour of the server."""

    def __init__(self, control: Control) -> None:
        """Remember what to steer."""
        self._control = control

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get(CONTROL_PATH, self.show),
            web.post(CONTROL_PATH, self.change),
            web.get(f"{CONTROL_PATH}/switches", self.show_switches),
            web.post(f"{CONTROL_PATH}/switches", self.switch),
            web.post(f"{CONTROL_PATH}/revoke_tokens", self.revoke_tokens),
        ]

    async def show(self, _: web.Request) -> web.Response:
        """Answer the behaviour and the requests served."""
        return web.json_response(self._state())

    async def change(self, request: web.Request) -> web.Response:
        """Set the behaviour and answer the new state."""
        await _obey(request, self._behave)
        return await self.show(request)

    async def show_switches(self, _: web.Request) -> web.Response:
        """Answer how the switches stand."""
        return web.json_response(asdict(self._control.switches))

    async def switch(self, request: web.Request) -> web.Response:
        """Turn some switches and answer how all stand."""
        await _obey(request, self._switch)
        return await self.show_switches(request)

    async def revoke_tokens(self, _: web.Request) -> web.Response:
        """End all bearer tokens."""
        self._control.revoke_tokens()
        return web.json_response({})

    def _behave(self, body: object) -> None:
        """Set the behaviour."""
        order = read_order(body)
        self._control.behave(order.behaviour, order.times, order.path)

    def _switch(self, body: object) -> None:
        """Turn switches."""
        self._control.switches = read_switches(body, self._control.switches)

    def _state(self) -> JsonObject:
        """Describe the behaviour and the requests served."""
        behaviour, path = self._control.behaviour, self._control.path
        return {
            "mode": behaviour.mode,
            **asdict(behaviour),
            "times": self._control.times,
            **({} if path is None else {"path": path}),
            "requests": [_row(request) for request in self._control.requests],
        }


async def _obey(request: web.Request, act: Callable[[object], None]) -> None:
    """Act on the JSON of a request, or say what is wrong with it."""
    try:
        act(await request.json())
    except (JSONDecodeError, UnicodeDecodeError):
        raise _refusal("The body must be JSON.") from None
    except ControlInputError as err:
        raise _refusal(str(err)) from None


def _row(request: ServedRequest) -> JsonObject:
    """Describe one request."""
    return {**asdict(request), "time": request.time.isoformat()}


def _refusal(sentence: str) -> web.HTTPBadRequest:
    """Say what is wrong with a control request."""
    text = compact({"error": sentence})
    return web.HTTPBadRequest(text=text, content_type="application/json")
