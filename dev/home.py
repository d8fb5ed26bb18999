"""Run a Home Assistant of our own beside the local price server."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import shutil
import tempfile
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import aiohttp

from homeassistant.const import MAJOR_VERSION, RESTART_EXIT_CODE, __version__

from .answers import ANSWERS, TARIFF
from .api import Api, JsonObject
from .child import LOOPBACK, ROOT, Child, free_port, ticks
from .errors import DevError, SilentError
from .price_server.vendors import vendor_named

SCRATCH = ROOT / ".dev"
MARKET = ZoneInfo("Europe/Paris")
START_LIMIT = 120
HOME_PORT = 8123
PRICES_PORT = 8124

CONFIGURATION = """\
homeassistant:
  name: Spot Planner
  country: FR
  currency: EUR
  language: {language}
  latitude: 48.8566
  longitude: 2.3522
  elevation: 35
  time_zone: Europe/Paris
  unit_system: metric
config:
energy:
frontend:
history:
# Appliances to plan for: what is switched here harms nobody.
input_boolean:
  car:
    icon: mdi:ev-station
  dishwasher:
    icon: mdi:dishwasher
  water_heater:
    icon: mdi:water-boiler
logger:
  default: warning
  logs:
    custom_components.spot_planner: debug
recorder:
"""
# The oldest Home Assistant reads where to listen from here, the newest from its store.
LISTEN = """\
http:
  server_host: {host}
  server_port: {port}
"""
# This step of the onboarding would set up a weather service, a radio directory and a
# voice, which ask the internet and bring requirements of their own.
ONBOARDED: JsonObject = {"done": ["core_config"]}
# Two voice libraries need a C++ compiler, and without them the newest Home Assistant
# shows no front end. Nobody talks to this home, so these stand in for them.
STAND_INS = {"pymicro_vad": "MicroVad", "pyspeex_noise": "AudioProcessor"}


class Home:
    """A Home Assistant with a folder of its own, and the price server it asks."""

    def __init__(
        self,
        folder: Path,
        *,
        provider: str = "sobry",
        live: bool = False,
        keep: bool = False,
        language: str = "en",
    ) -> None:
        """Use this folder; a home that is kept comes back at the same addresses."""
        self.folder = folder
        self.url = f"http://{LOOPBACK}:{free_port(HOME_PORT if keep else 0)}"
        self.prices: str | None = None
        self._modules = folder / "stand_ins"
        self._language = language
        self._provider = provider
        self._live = live
        self._keep = keep
        self._stack = AsyncExitStack()
        self._children: list[Child] = []
        self._api: Api | None = None

    @property
    def api(self) -> Api:
        """Return the API of the running Home Assistant."""
        if self._api is None:
            raise DevError("Home Assistant is not running")
        return self._api

    @property
    def log(self) -> Path:
        """Return the file with all that Home Assistant says."""
        return self.folder / "console.log"

    async def __aenter__(self) -> Self:
        """Start both and create the user; whatever fails, nothing keeps running."""
        try:
            self._write_configuration()
            if not self._live:
                self.prices = await self._start_price_server()
            session = await self._stack.enter_async_context(aiohttp.ClientSession())
            self._api = Api(session, self.url)
            await self._start_home_assistant()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop Home Assistant, then the price server."""
        await self._stack.aclose()

    async def ensure_entry(self) -> None:
        """Create the entry through the config flow, or give it the server's address."""
        answers = dict(ANSWERS[self._provider])
        if self.prices:
            answers["base_url"] = self.prices + vendor_named(self._provider).prefix
        note = self.folder / ".prices_address"
        address = self.prices or "the vendor's"
        entries = await self.api.entries()
        if not entries:
            await self.api.run_flow(answers)
        elif not note.exists() or note.read_text("utf-8") != address:
            await self.api.run_flow(answers, entries[0].entry_id)
        note.write_text(address, "utf-8")

    async def wait(self) -> None:
        """Wait until one of the two fails; Home Assistant may restart when it asks."""
        while True:
            child, code = await self._first_to_end()
            if code != RESTART_EXIT_CODE:
                child.check()
            self._children.remove(child)
            await self._start_home_assistant()

    async def price_now(self) -> float:
        """Return what the price server says this quarter-hour costs."""
        now = datetime.now(UTC)
        today = now.astimezone(MARKET).date()
        parameters = {
            "start": today.isoformat(),
            "end": (today + timedelta(days=1)).isoformat(),
            "granularity": "quarter_hourly",
            "segment": TARIFF["segment"],
            "turpe": TARIFF["turpe_option"],
            "profil": TARIFF["customer_profile"],
            "display": TARIFF["tax_display"],
        }
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.prices}/api/prices/raw", params=parameters) as response,
        ):
            document = await response.json()
        for row in reversed(document["data"]):
            if datetime.fromisoformat(row["timestamp"]) <= now:
                return float(row["price_ttc_eur_kwh"])
        raise DevError("the price server has no price for now")

    def _write_configuration(self) -> None:
        """Write what Home Assistant reads at its start."""
        self._modules.mkdir(parents=True, exist_ok=True)
        for module, name in STAND_INS.items():
            (self._modules / f"{module}.py").write_text(f"class {name}: ...\n", "utf-8")
        port = int(self.url.rpartition(":")[2])
        listen = LISTEN.format(host=LOOPBACK, port=port) if MAJOR_VERSION < 2026 else ""
        configuration = CONFIGURATION.format(language=self._language) + listen
        (self.folder / "configuration.yaml").write_text(configuration, "utf-8")
        # A newer version takes these for confirmed, and asks nobody to confirm them.
        self._store("http", 1, {"server_host": [LOOPBACK], "server_port": port})
        if not (self.folder / ".storage" / "onboarding").exists():
            self._store("onboarding", 4, ONBOARDED)
        link = self.folder / "custom_components"
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / "custom_components", target_is_directory=True)

    def _store(self, key: str, version: int, data: JsonObject) -> None:
        """Write a file of Home Assistant's store."""
        path = self.folder / ".storage" / key
        path.parent.mkdir(exist_ok=True)
        document = {"version": version, "minor_version": 1, "key": key, "data": data}
        path.write_text(json.dumps(document), "utf-8")

    async def _start_price_server(self) -> str:
        """Start the price server and return the address it prints."""
        port = free_port(PRICES_PORT) if self._keep else 0
        server = await self._start(
            "the price server",
            "dev.price_server",
            *("--host", LOOPBACK, "--port", str(port)),
            log=self.folder / "price_server.log",
        )
        async for _ in ticks(START_LIMIT, "the price server did not start"):
            server.check()
            for line in server.output().splitlines():
                if line.startswith("Price server: "):
                    return line.removeprefix("Price server: ")
        raise AssertionError("the ticks end with an error")

    async def _start_home_assistant(self) -> None:
        """Start Home Assistant, create its user or log in, and wait until it runs."""
        child = await self._start(
            "Home Assistant",
            "homeassistant",
            *("--config", str(self.folder), "--skip-pip", "--log-no-color"),
            log=self.log,
        )
        signed_up = False
        async for _ in ticks(START_LIMIT, "Home Assistant did not start"):
            child.check()
            # Before it listens it answers nothing.
            with suppress(SilentError):
                if not signed_up:
                    await self.api.sign_up(self._language)
                    signed_up = True
                if await self.api.is_running():
                    return

    async def _start(self, name: str, module: str, *arguments: str, log: Path) -> Child:
        """Start a child that ends when this home does."""
        child = Child(name, module, *arguments, log=log, modules=self._modules)
        await self._stack.enter_async_context(child)
        self._children.append(child)
        return child

    async def _first_to_end(self) -> tuple[Child, int]:
        """Return the child that ended first, and its exit code."""
        waits = {asyncio.ensure_future(child.wait()): child for child in self._children}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        first = done.pop()
        return waits[first], first.result()


def kept_folder(provider: str) -> Path:
    """Return the folder that stays; no Home Assistant reads what a newer one wrote."""
    return SCRATCH / f"home-{__version__.rpartition('.')[0]}-{provider}"


@contextmanager
def fresh_folder(purpose: str) -> Iterator[Path]:
    """Lend a new folder, which stays for inspection only when something fails."""
    SCRATCH.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=SCRATCH))
    try:
        yield folder
    except DevError as err:
        raise DevError(f"{str(err).rstrip('.')}; see {folder}") from err
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
