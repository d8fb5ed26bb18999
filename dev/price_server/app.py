"""The application: the routes of all vendors, which answer as the control says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .answer import RefusalError, compact
from .behaviour import Behaviour, Custom, Down, ErrorCode, Late, Slow, Status, Wrong
from .control import CONTROL, Control, ServedRequest
from .limit import Limit
from .market import Publication
from .spoil import spoil
from .vendor import Answering, Vendor
from .vendors import VENDORS

type Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    # The name is looked up at every call, so a test that freezes time is obeyed.
    return datetime.now(UTC)


def create_app(
    control: Control | None = None, clock: Clock = utc_now
) -> web.Application:
    """Build the server's application."""
    control = control or Control()
    app = web.Application(middlewares=[_log(control, clock)])
    app[CONTROL] = control
    for vendor in VENDORS:
        desk = _Desk(vendor, control, clock, Limit(vendor))
        for route in vendor.routes:
            handler = partial(desk.serve, route.answering)
            app.router.add_route(route.method, vendor.prefix + route.path, handler)
    return app


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one vendor's routes need to answer."""

    vendor: Vendor
    control: Control
    clock: Clock
    limit: Limit

    async def serve(
        self, answering: Answering, request: web.Request
    ) -> web.StreamResponse:
        """Answer a request in the way the control asks for."""
        behaviour = self.control.take(request.path)
        self.limit.follow(behaviour)
        try:
            match behaviour:
                case Down():
                    return _hang_up(request)
                case Status(status, retry_after):
                    raise _told(status, f"http_{status}", retry_after)
                case ErrorCode(status, code, retry_after):
                    raise _told(status, code, retry_after)
                case Slow(seconds):
                    await asyncio.sleep(seconds)
            response = await self._answer(answering, request, behaviour)
            if isinstance(behaviour, Custom):
                return await behaviour.respond(request, response)
        except RefusalError as refusal:
            response = self._refuse(request, refusal)
        response.headers.update(self.limit.headers(self.clock()))
        return response

    async def _answer(
        self, answering: Answering, request: web.Request, behaviour: Behaviour
    ) -> web.Response:
        """Let the vendor answer, and spoil the answer if told to."""
        now = self.clock()
        self.limit.count(now)
        if self.vendor.authorize is not None:
            self.vendor.authorize(request, now)
        late = behaviour.minutes if isinstance(behaviour, Late) else 0
        publication = Publication(now, timedelta(minutes=late))
        try:
            answer = await answering(request, publication)
        except (KeyError, ValueError) as err:
            # A parameter that is missing, or that cannot be read.
            raise RefusalError(400, "invalid_parameter", repr(err)) from err
        if isinstance(behaviour, Wrong):
            return spoil(answer, behaviour.kind)
        return web.Response(text=answer.text(), content_type="application/json")

    def _refuse(self, request: web.Request, refusal: RefusalError) -> web.Response:
        """Write a refusal in the vendor's form."""
        response = web.Response(
            status=refusal.status,
            text=compact(self.vendor.error_body(refusal, request, self.clock())),
            content_type=self.vendor.error_type(request),
        )
        if refusal.retry_after is not None:
            response.headers["Retry-After"] = refusal.retry_after
        if refusal.status in range(300, 400):
            # A redirect leads where nothing is, so that following it cannot succeed.
            response.headers["Location"] = "/moved"
        return response


def _told(status: int, code: str, retry_after: int | str | None) -> RefusalError:
    """Return the refusal that the control asks for."""
    pause = None if retry_after is None else str(retry_after)
    message = f"The server was told to answer {status}."
    return RefusalError(status, code, message, pause)


def _hang_up(request: web.Request) -> web.Response:
    """Cut the connection."""
    if request.transport is not None:
        request.transport.abort()
    # The handler owes a response, and nobody is left to read it.
    return web.Response()


def _log(control: Control, clock: Clock) -> Middleware:
    """Build the middleware that remembers every request."""

    @web.middleware
    async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on and remember what became of it."""
        # An error of this server that nobody caught reaches the client as a 500.
        status: int | None = 500
        try:
            response = await handler(request)
            status = response.status if _is_connected(request) else None
        except web.HTTPException as err:
            status = err.status
            raise
        else:
            return response
        finally:
            control.remember(
                ServedRequest(
                    method=request.method,
                    path=request.path,
                    query=request.query_string,
                    status=status,
                    time=clock().astimezone(UTC),
                )
            )

    return log


def _is_connected(request: web.Request) -> bool:
    """Tell whether the client can still get an answer."""
    return request.transport is not None and not request.transport.is_closing()
