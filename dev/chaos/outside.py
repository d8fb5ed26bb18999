"""World outside of Home Assistant: devices that are on or off, and misbehave.

They go on as they are while Home Assistant is dead.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import json
from random import Random
from typing import Any, Final

from ..child import LOOPBACK
from .claims import Claim
from .clock import SharedClock
from .house import DEVICES, Device
from .judge import Judge

# How long Spot Planner waits for a device that never answers, in seconds.
PATIENCE: Final = 60.0
NEVER: Final = 86400.0

# How long a device behaves in one way, in seconds.
MOODS: Final = (120.0, 3600.0)
# Most trouble is wanted where a run ends: how often it comes there, how many seconds
# before the end, and how long it lasts.
TROUBLE: Final = 0.5
TROUBLE_BEFORE: Final = (-5.0, 300.0)
TROUBLE_LASTS: Final = (300.0, 10800.0)
# How late a device reports that is late.
DELAYS: Final = (20.0, 240.0)
# How long a device that is away at times may need after a start, and how often it does.
JOINS: Final = (1.0, 150.0)
JOINS_LATE: Final = 0.4


class Mood(StrEnum):
    """How a device behaves for a while."""

    WELL = "well"
    RAISES = "raises"
    HANGS = "hangs"
    AWAY = "away"
    LATE = "late"


@dataclass(slots=True)
class Place:
    """A device where it stands."""

    device: Device
    mood: Mood = Mood.WELL
    mood_until: float = 0.0
    next_mood: Mood | None = None
    """How it will behave then; None: as chance wants it."""
    away_until: float = 0.0
    """Until when it has not joined after a start."""
    reported: bool = False
    """What it last reported, while it is not away."""
    report_at: float | None = None
    """When it reports what it does now; None when it has."""


class Outside:
    """Serve the devices to whoever connects, and tell the judge what is true."""

    def __init__(self, clock: SharedClock, judge: Judge, random: Random) -> None:
        """Prepare all devices, off and well."""
        self.judge = judge
        self.on_started: Callable[[], None] = lambda: None
        self.on_command: Callable[[bool], None] = lambda _: None
        """Called with false when a command has been obeyed, with true once answered."""
        self.on_start: Callable[[tuple[Claim, ...]], None] = lambda _: None
        self.say: Callable[[str], None] = lambda _: None
        self.failure: Exception | None = None
        """What went wrong here, which is no fault of Home Assistant."""
        self._clock = clock
        self._random = random
        self._places = {name: Place(it) for name, it in DEVICES.items()}
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen, and return the port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        """Listen no more, and let go of whoever is connected."""
        if self._server:
            self._server.close()
        self.disconnect()

    def disconnect(self) -> None:
        """Let go of a Home Assistant that is dead."""
        if self._writer:
            self._writer.close()
            self._writer = None

    @property
    def next_event(self) -> float:
        """Return when something happens outside next."""
        moments = [NEVER + self._clock.time()]
        for it in self._places.values():
            moments.append(it.mood_until)
            if it.report_at is not None:
                moments.append(it.report_at)
            if it.away_until > self._clock.time():
                moments.append(it.away_until)
        return min(moments)

    def advance(self) -> None:
        """Let everything happen that is due."""
        now = self._clock.time()
        for name, it in self._places.items():
            if it.mood_until <= now:
                lasts = TROUBLE_LASTS if it.next_mood else MOODS
                it.mood = it.next_mood or self._mood(it.device)
                it.mood_until = now + self._random.uniform(*lasts)
                it.next_mood = None
                if it.mood is not Mood.WELL:
                    self.say(f"{name}: {it.mood} for {it.mood_until - now:.0f} s")
            if it.report_at is not None and it.report_at <= now:
                it.report_at = None
                it.reported = self.judge.is_on(name)
        self._push()

    def _mood(self, device: Device) -> Mood:
        moods = _moods(device)
        well = max(1 - sum(moods.values()), 0.0)
        return self._random.choices([*moods, Mood.WELL], [*moods.values(), well])[0]

    def _plan_trouble(self, it: Place, claims: tuple[Claim, ...]) -> None:
        """Let a device that has begun misbehave where it has to end."""
        moods = _moods(it.device)
        end = max((claim.until for claim in claims), default=0.0)
        begin = end - self._random.uniform(*TROUBLE_BEFORE)
        if any(moods.values()) and self._random.random() < TROUBLE:
            it.next_mood = self._random.choices(list(moods), list(moods.values()))[0]
            it.mood_until = begin

    def _report(self, it: Place) -> bool | None:
        """Return what a device reports; None while it is away."""
        is_away = it.mood is Mood.AWAY or it.away_until > self._clock.time()
        return None if is_away else it.reported

    def _push(self, number: int | None = None) -> None:
        """Tell the judge and Home Assistant what all devices report."""
        now = self._clock.time()
        reports = {name: self._report(it) for name, it in self._places.items()}
        for name, report in reports.items():
            self.judge.reports(name, now, report=report)
        words = {True: "on", False: "off", None: None}
        document: dict[str, Any] = {
            "states": {
                name: words[report]
                for name, report in reports.items()
                if not DEVICES[name].is_button
            },
            "buttons": {
                name: report is not None
                for name, report in reports.items()
                if DEVICES[name].is_button
            },
        }
        self._send(document if number is None else {**document, "id": number})

    def _send(self, document: dict[str, Any]) -> None:
        if self._writer and not self._writer.is_closing():
            self._writer.write(json.dumps(document).encode() + b"\n")

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writer = writer
        now = self._clock.time()
        for it in self._places.values():
            if it.device.is_away and self._random.random() < JOINS_LATE:
                it.away_until = now + self._random.uniform(*JOINS)
        self._push()
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        except ConnectionError:
            # Who is killed does not say goodbye.
            return
        except Exception as err:  # noqa: BLE001 - whoever waits for this raises it.
            self.failure = err

    def _take(self, line: dict[str, Any]) -> None:
        """Do what Home Assistant asks for."""
        if "started" in line:
            self.on_started()
        elif "poll" in line:
            self._push(line["id"])
        else:
            answer = self._obey(line["name"], line["command"])
            self.on_command(False)
            self._send({"id": line["id"], **answer})
            self.on_command(True)

    def _obey(self, name: str, command: str) -> dict[str, Any]:
        """Do, or do not, what a device is told, and return how it answers."""
        now = self._clock.time()
        it = self._places[name]
        is_away = self._report(it) is None
        fails = is_away or it.mood in (Mood.RAISES, Mood.HANGS)
        obeys = not is_away and (not fails or it.device.obeys_anyway)
        takes = NEVER if it.mood is Mood.HANGS and not is_away else 0.0
        self.say(f"{name}: {command} ({'obeys' if obeys else 'does not obey'})")
        starts = command != "turn_off"
        claims = self.judge.told(name, now, starts=starts)
        if obeys and starts:
            self.judge.turned_on(name, now, claims)
            self.on_start(claims)
            self._plan_trouble(it, claims)
        elif obeys:
            self.judge.turned_off(name, now)
        if fails and not is_away and not starts:
            # One that is away is told as soon as it is back.
            self.judge.refused(name, now, min(takes, PATIENCE))
        if obeys and not it.device.is_button:
            is_late = it.mood is Mood.LATE
            delay = self._random.uniform(*DELAYS) if is_late else 0.0
            it.report_at = now + delay
            self.advance()
        return {"takes": takes, "raises": fails and not takes}


def _moods(device: Device) -> dict[Mood, float]:
    """Return how often a device misbehaves in each way."""
    return {
        Mood.RAISES: device.raises,
        Mood.HANGS: device.hangs,
        Mood.AWAY: device.is_away,
        Mood.LATE: device.is_late,
    }
