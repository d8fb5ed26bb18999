"""Switches and buttons whose state is kept by a server outside of Home Assistant.

A plug in a wall is on or off whatever becomes of Home Assistant, and so are these.
"""

import asyncio
from collections.abc import Callable
from itertools import count
import json
import os
from typing import Any

import voluptuous as vol

from dev.chaos.process import home_clock
from homeassistant.const import CONF_PORT, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.discovery import async_load_platform
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

DOMAIN = "outside_switch"
LOOPBACK = "127.0.0.1"

CONFIG_SCHEMA = vol.Schema(
    {DOMAIN: vol.Schema({vol.Required(CONF_PORT): cv.port})}, extra=vol.ALLOW_EXTRA
)

type Line = dict[str, Any]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Connect to the outside, and add what is there."""
    link = Link(config[DOMAIN][CONF_PORT])
    await link.async_connect(hass)
    hass.data[DOMAIN] = link
    for platform in (Platform.BUTTON, Platform.SWITCH):
        hass.async_create_task(async_load_platform(hass, platform, DOMAIN, {}, config))

    @callback
    def started(_: HomeAssistant) -> None:
        link.send({"started": True})

    async_at_started(hass, started)
    return True


class Link:
    """The line to the outside: commands go out, states come in."""

    def __init__(self, port: int) -> None:
        """Name the port; nothing is connected yet."""
        self.states: dict[str, str | None] = {}
        """What each switch reports: on, off, or None while it is away."""
        self.buttons: dict[str, bool] = {}
        """Whether each button is there."""
        self._port = port
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Line]] = {}
        self._listeners: list[Callable[[], None]] = []

    async def async_connect(self, hass: HomeAssistant) -> None:
        """Connect, and learn all states."""
        with home_clock().busy():
            reader, self._writer = await asyncio.open_connection(LOOPBACK, self._port)
            self._take(await reader.readline())
        hass.async_create_background_task(self._listen(reader), DOMAIN)

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a listener called whenever states have come in."""
        self._listeners.append(listener)

    def send(self, line: Line) -> None:
        """Send a line that has no answer."""
        if self._writer is None:
            raise HomeAssistantError("there is no line to the outside")
        self._writer.write(json.dumps(line).encode() + b"\n")

    async def async_poll(self) -> None:
        """Ask for all states."""
        await self._async_ask({"poll": True})

    async def async_command(self, name: str, command: str) -> None:
        """Tell a switch what to do; it may take its time, refuse, or never answer.

        Raises:
            HomeAssistantError: It refuses, whether it has obeyed or not.
        """
        answer = await self._async_ask({"name": name, "command": command})
        await asyncio.sleep(answer["takes"])
        if answer["raises"]:
            raise HomeAssistantError(f"{name} did not answer")

    async def _async_ask(self, line: Line) -> Line:
        """Send a line and wait for its answer; no time is leapt over meanwhile."""
        number = next(self._numbers)
        waiting: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            with home_clock().busy():
                self.send({**line, "id": number})
                return await waiting
        finally:
            del self._waiting[number]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._take(line)
        # The world is gone, and nobody is left to end this process.
        os._exit(1)

    @callback
    def _take(self, line: bytes) -> None:
        """Take in a line of the outside."""
        document = json.loads(line)
        if "states" in document:
            self.states = document["states"]
            self.buttons = document["buttons"]
            for listener in self._listeners:
                listener()
        waiting = self._waiting.get(document.get("id", 0))
        if waiting and not waiting.done():
            waiting.set_result(document)
