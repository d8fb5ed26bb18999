"""The price server inside a process."""

from types import TracebackType
from typing import Self

from aiohttp import web
from yarl import URL

from .app import Clock, create_app, utc_now
from .control import Control, ServedRequest
from .vendors import vendor_named


class PriceServer:
    """The server on a local port for as long as its context lasts."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: Control | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Prepare a server that does not listen yet."""
        self.control = control or Control()
        self.url = ""
        self._host = host
        self._port = port
        # Who ends the server does not wait for answers that were told to be slow.
        self._runner = web.AppRunner(
            create_app(self.control, clock), access_log=None, shutdown_timeout=0.1
        )

    @property
    def requests(self) -> tuple[ServedRequest, ...]:
        """Return the requests served so far, oldest first."""
        return self.control.requests

    def vendor_url(self, name: str) -> str:
        """Return the base URL of a vendor, below which its documented paths lie."""
        return self.url + vendor_named(name).prefix

    async def __aenter__(self) -> Self:
        """Listen, and learn the port when it was left open."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        port = self._runner.addresses[0][1]
        self.url = str(URL.build(scheme="http", host=self._host, port=port))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening and end open connections."""
        await self._runner.cleanup()
