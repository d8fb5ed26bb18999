"""Answer one route of a vendor, or misbehave as told."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from .answer import RefusalError, compact
from .behaviour import Behaviour, Custom, Down, ErrorCode, Late, Slow, Status, Wrong
from .clock import Clock
from .control import Control
from .limit import Limit, Limits
from .mutations import spoil
from .publication import Publication
from .vendor import Handler, Vendor


@dataclass(frozen=True, slots=True)
class VendorRoute:
    """Hold what one route needs to answer."""

    vendor: Vendor
    handler: Handler
    limits: Limits
    control: Control
    clock: Clock

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request in the way the control asks for."""
        behaviour = self.control.take(request.path)
        limit = self.limits.under(behaviour)
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
            response = await self._answer(request, behaviour, limit)
            if isinstance(behaviour, Custom):
                return await behaviour.respond(request, response)
        except RefusalError as refusal:
            response = self._refuse(request, refusal)
        if limit is not None and self.vendor.limit_headers:
            response.headers.update(limit.headers(self.clock()))
        return response

    async def _answer(
        self, request: web.Request, behaviour: Behaviour, limit: Limit | None
    ) -> web.Response:
        """Let the vendor answer, and spoil the answer if told to."""
        now = self.clock()
        if limit is not None:
            limit.count(now)
        if self.vendor.authorize is not None:
            self.vendor.authorize(request, now)
        delay = timedelta()
        if isinstance(behaviour, Late):
            delay = timedelta(minutes=behaviour.minutes)
        answer = await self.handler(request, Publication(now, delay))
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
    """Build the refusal that the control asks for."""
    pause = None if retry_after is None else str(retry_after)
    message = f"The server was told to answer {status}."
    return RefusalError(status, code, message, pause)


def _hang_up(request: web.Request) -> web.Response:
    """Cut the connection."""
    if request.transport is not None:
        request.transport.abort()
    # The handler owes a response, and nobody is left to read it.
    return web.Response()
