"""Home Assistant as the world outside starts it, asks it and kills it."""

from datetime import datetime
from http import HTTPStatus
import multiprocessing
from pathlib import Path
from typing import Any

import aiohttp

from ..child import LOOPBACK
from ..errors import DevError
from .house import ENTRY_ID
from .process import Life, live

type Json = Any

ASK_LIMIT = aiohttp.ClientTimeout(total=60)


class DeadError(DevError):
    """Home Assistant has died while it was asked."""


class Home:
    """One process after the other, all with the same folder."""

    def __init__(self, folder: Path, clock: Path, port: int) -> None:
        """Name the folder, the clock and the port; nothing is started."""
        self.folder = folder
        self.token = ""
        self._clock = clock
        self._url = f"http://{LOOPBACK}:{port}/api"
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["dev.chaos.preload"])
        self._process: Any = None

    def launch(self, log: Path, writes: int | None = None, delay: float = 0.0) -> None:
        """Start a process.

        Args:
            log: Where it writes what it says.
            writes: How many writes it survives; None: any number.
            delay: How many real seconds it has left at the next one.
        """
        life = Life(self.folder, self._clock, log, writes, delay)
        process = self._context.Process(target=live, args=(life,), daemon=True)
        process.start()
        self._process = process

    @property
    def process_id(self) -> int:
        """Return the id of the process.

        Raises:
            DeadError: There is none.
        """
        if self._process is None:
            raise DeadError("Home Assistant is not running")
        process_id: int = self._process.pid
        return process_id

    @property
    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.is_alive()

    def strike(self) -> None:
        """Send it the signal that kills, and do not wait."""
        if self._process is not None:
            self._process.kill()

    def kill(self) -> int:
        """Kill it if it runs, and return its exit code."""
        if self._process is None:
            return 0
        self._process.kill()
        self._process.join()
        code: int = self._process.exitcode
        self._process.close()
        self._process = None
        return code

    async def request_run(
        self, appliance: str, minutes: int, ready_by: datetime
    ) -> Json | None:
        """Ask for a run and return the answer; None when it is refused.

        Args:
            appliance: What is to run.
            minutes: How long.
            ready_by: When it has to be over.

        Raises:
            DeadError: Home Assistant has died before it answered.
        """
        data = {
            "config_entry_id": ENTRY_ID,
            "appliance": appliance,
            "duration": {"minutes": minutes},
            "ready_by": ready_by.isoformat(),
        }
        path = "services/spot_planner/request_run?return_response"
        status, answer = await self._ask("POST", path, data)
        if status == HTTPStatus.OK:
            return answer["service_response"]
        if status == HTTPStatus.BAD_REQUEST or status >= 500:
            return None
        raise DevError(f"Home Assistant refuses {path} ({status})")

    async def state(self, entity: str) -> Json | None:
        """Return the state of an entity, or None when there is none.

        Raises:
            DeadError: Home Assistant has died before it answered.
        """
        status, answer = await self._ask("GET", f"states/{entity}")
        return answer if status == HTTPStatus.OK else None

    async def _ask(self, method: str, path: str, data: Json = None) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=ASK_LIMIT) as session,
                session.request(
                    method, f"{self._url}/{path}", headers=headers, json=data
                ) as response,
            ):
                return response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as err:
            raise DeadError(f"no answer to {path}: {err}") from err
