"""Put the vendors, the control and the log together."""

from datetime import UTC

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .clock import Clock, utc_now
from .control import CONTROL, Control, ServedRequest
from .control_routes import CONTROL_PATH, ControlRoutes
from .limit import Limits
from .vendor_route import VendorRoute
from .vendors import VENDORS


def create_app(
    control: Control | None = None, clock: Clock = utc_now
) -> web.Application:
    """Build the server's application."""
    control = control or Control()
    app = web.Application(middlewares=[_log(control, clock)])
    app[CONTROL] = control
    for vendor in VENDORS:
        limits = Limits(vendor)
        for route in vendor.routes:
            served = VendorRoute(vendor, route.handler, limits, control, clock)
            app.router.add_route(route.method, vendor.prefix + route.path, served.serve)
    app.router.add_routes(ControlRoutes(control).routes())
    return app


def _log(control: Control, clock: Clock) -> Middleware:
    """Build the middleware that remembers every request to a vendor."""

    @web.middleware
    async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a request on and remember what became of it."""
        if request.path == CONTROL_PATH or request.path.startswith(f"{CONTROL_PATH}/"):
            return await handler(request)
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
