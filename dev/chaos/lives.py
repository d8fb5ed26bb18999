"""Lives of one Home Assistant: launched, asked, killed, and looked at after each."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
import signal
import time
from typing import Final

from ..child import free_port
from ..errors import DevError
from ..price_server import PriceServer
from .aims import Aim, Kill, next_kill
from .claims import Claim, claims, stored_runs
from .clock import SharedClock
from .files import damaged, original
from .home import DeadError, Home
from .house import (
    APPLIANCES,
    DEVICES,
    ENTRY_ID,
    NAMES,
    ON_DEMAND,
    build,
    entry,
    runs_file,
    storage,
)
from .judge import Fault, Judge
from .outside import Outside
from .requests import Request, RequestBook
from .timeline import Timeline

# So often the world looks at the clock, in real seconds.
PULSE: Final = 0.001

# A life that takes longer, in real seconds, has got lost.
LONGEST_LIFE: Final = 180.0

# How much more time there is for a run that is asked for than it takes, in minutes.
SLACK: Final = (5, 240)

# In a longer leap the judge would look too rarely, in simulated seconds.
LOOK: Final = 60.0


class Lives:
    """All lives of one Home Assistant, and the world around it."""

    def __init__(self, folder: Path, seed: int, start: datetime) -> None:
        """Prepare a house; nothing is started.

        Args:
            folder: Where everything is written.
            seed: Where chance begins.
            start: The simulated moment of the first launch.
        """
        self.clock = SharedClock.create(folder / "clock", start)
        self.timeline = Timeline(folder / "timeline.log", self.clock.now)
        self.book = RequestBook()
        self.kills: dict[Aim, int] = dict.fromkeys(Aim, 0)
        self.folder = folder
        self._random = Random(seed)
        config = folder / "config"
        config.mkdir()
        (folder / "lives").mkdir()
        self._port = free_port()
        self.home = Home(config, folder / "clock", self._port)
        self._runs = runs_file(config)
        self.judge = Judge(
            {name: it.is_button for name, it in DEVICES.items()}, self._claims
        )
        self._outside = Outside(
            self.clock,
            self.judge,
            Random(seed + 1),
        )
        self._outside.on_started = self._started
        self._outside.on_command = self._commanded
        self._outside.on_start = self._begun
        self._outside.say = self.timeline.say
        self._start_takes = 3.0
        self._kill: Kill | None = None
        self._launched_at = 0.0
        self._kill_at: float | None = None
        self._left = 0
        self._damaged: frozenset[str] = frozenset()

    async def live(self, count: int, progress: Callable[[int], None]) -> None:
        """Live and be killed so often."""
        async with PriceServer(clock=self.clock.now) as prices:
            port = await self._outside.start()
            try:
                self.home.token = build(
                    self.home.folder,
                    http=self._port,
                    outside=port,
                    entries=[entry(ENTRY_ID, prices.vendor_url("sobry"), APPLIANCES)],
                )
                for number in range(1, count + 1):
                    await self._live_once(number)
                    progress(number)
                # What was asked for before the last kill has to be there as well, and
                # what was left on has to go off.
                await self._live_once(count + 1, is_last=True)
            finally:
                self.home.kill()
                self._outside.stop()

    def log_of(self, life: int) -> Path:
        """Return where a life has written what it said."""
        return self.folder / "lives" / f"{life:04}.log"

    async def _live_once(self, number: int, *, is_last: bool = False) -> None:
        """Launch, wait for the kill, and look at what it has left behind."""
        kill = next_kill(self._random, self._start_takes)
        if is_last:
            kill = Kill(
                aim=Aim.MOMENT,
                count=0,
                is_after=False,
                delay=0.0,
                at_latest=7200.0,
                outage=0.0,
                asks=(),
            )
        self._kill, self._kill_at, self._left = kill, None, kill.count
        self.judge.life = number
        self.timeline.say(f"life {number}: to be killed {kill.aim}")
        self._launched_at = time.monotonic()
        writes = kill.count if kill.aim is Aim.WRITE else None
        self.home.launch(self.log_of(number), writes, kill.delay)
        if number == 1:
            # The first launch imports Home Assistant.
            self._launched_at = time.monotonic()
        if kill.aim is Aim.START:
            self._kill_at = self._launched_at + kill.delay
        await self._until_killed(kill)
        aim = self._hit(kill)
        code = self.home.kill()
        self.judge.gone(self.clock.time())
        self._outside.disconnect()
        if code != -signal.SIGKILL:
            raise DevError(
                f"Home Assistant ended by itself with {code} in life {number}; "
                f"{self.log_of(number)} says why"
            )
        if not is_last:
            self.kills[aim] += 1
        self.timeline.say(f"killed {aim}, back after {kill.outage:.0f} s")
        self._look_at_files()
        self._pass(kill.outage)

    async def _until_killed(self, kill: Kill) -> None:
        """Let time pass until it is time to kill, or it is dead already."""
        asks = list(kill.asks)
        is_known = False
        while self.home.is_alive:
            now, real = self.clock.time(), time.monotonic()
            if real - self._launched_at > LONGEST_LIFE:
                raise DevError(f"a life has got lost, see {self.folder}")
            if self._outside.failure:
                raise self._outside.failure
            if self._kill_at is not None and real >= self._kill_at:
                return
            if (back_at := self.judge.back_at) is not None:
                if not is_known:
                    is_known = True
                    await self._look_for_requests()
                    continue
                if now >= back_at + kill.at_latest:
                    return
                if asks and now >= back_at + asks[0]:
                    asks.pop(0)
                    await self._ask(kill)
                    continue
            self._outside.advance()
            self.judge.check(now)
            self._allow(kill, asks)
            await asyncio.sleep(PULSE)

    def _hit(self, kill: Kill) -> Aim:
        """Return what a kill has hit, which may not be what it was aimed at."""
        match kill.aim:
            case Aim.START:
                is_hit = self.judge.back_at is None
            case Aim.WRITE:
                is_hit = not self.home.is_alive
            case _:
                is_hit = self._left == 0
        return kill.aim if is_hit else Aim.MOMENT

    def _allow(self, kill: Kill, asks: list[float]) -> None:
        """Tell Home Assistant how far it may leap."""
        if self._kill_at is not None and self.judge.back_at is None:
            # A start that is killed in its middle is one at its real speed.
            self.clock.hold()
            return
        moments = [self.clock.time() + LOOK, self._outside.next_event]
        if (back_at := self.judge.back_at) is not None:
            moments += [back_at + it for it in (kill.at_latest, *asks[:1])]
        self.clock.allow(min(moments))

    async def _ask(self, kill: Kill) -> None:
        """Ask for a run, and remember the answer; it may be the last one."""
        self.clock.hold()
        appliance = self._random.choice(ON_DEMAND)
        minutes = self.book.next_duration(appliance)
        slack = self._random.uniform(*SLACK)
        ready_by = self.clock.now() + timedelta(minutes=minutes + slack)
        try:
            answer = await self.home.request_run(appliance, minutes, ready_by)
        except DeadError:
            self.timeline.say(f"{appliance}: asked for, and not answered")
            return
        if answer is None:
            self.timeline.say(f"{appliance}: asked for, and refused")
            return
        text = f"{minutes} min, {answer['status']} from {answer['start']}"
        self.book.answered(Request(appliance, minutes, self.clock.time(), text))
        if kill.aim is Aim.ANSWER:
            self._left -= 1
            if self._left == 0:
                self._kill_now(kill)
        self.timeline.say(f"{appliance}: asked for, and answered: {text}")

    async def _look_for_requests(self) -> None:
        """Ask for everything again that was answered in an earlier life."""
        self.clock.hold()
        stored = stored_runs(self._runs)
        for appliance in ON_DEMAND:
            try:
                start = await self.home.state(f"sensor.{appliance}_planned_start")
                status = await self.home.state(f"sensor.{appliance}_run_status")
            except DeadError:
                return
            segments = start["attributes"].get("segments", []) if start else []
            minutes = sum(
                (
                    datetime.fromisoformat(it["end"])
                    - datetime.fromisoformat(it["start"])
                ).total_seconds()
                / 60
                for it in segments
            )
            lost = self.book.look(
                appliance,
                round(minutes) if segments else None,
                status["state"] if status else "",
                {
                    round(run.duration.total_seconds() / 60)
                    for run in stored
                    if NAMES[run.appliance] == appliance and run.duration
                },
            )
            if lost:
                self.judge.found(
                    Fault.LOST,
                    self.clock.time(),
                    appliance,
                    f"answered: {lost.answer}; now {status and status['state']}",
                )

    def _started(self) -> None:
        """Take note that Home Assistant has started."""
        took = time.monotonic() - self._launched_at
        self._start_takes += (took - self._start_takes) / 4
        self.judge.back(self.clock.time())
        self.timeline.say("started")

    def _commanded(self, is_answered: bool) -> None:
        """Kill at a command, if this is the one."""
        kill = self._kill
        if kill is None or kill.aim is not Aim.COMMAND or is_answered != kill.is_after:
            return
        self._left -= 1
        if self._left == 0:
            self._kill_now(kill)

    def _kill_now(self, kill: Kill) -> None:
        if kill.delay:
            self._kill_at = time.monotonic() + kill.delay
        else:
            self.home.strike()

    def _begun(self, claims: tuple[Claim, ...]) -> None:
        for claim in claims:
            self.book.executed(claim.appliance, round(claim.duration / 60))

    def _claims(self, device: str, now: float) -> tuple[Claim, ...]:
        moment = datetime.fromtimestamp(now, UTC)
        return claims(self._runs, device, moment)

    def _look_at_files(self) -> None:
        """Look for files that cannot be read, or that were set aside."""
        found = damaged(storage(self.home.folder))
        for name, reason in found.items():
            # What could not be read is set aside at the next start.
            if not {name, original(name)} & self._damaged:
                self.judge.found(Fault.DAMAGED, self.clock.time(), name, reason)
        self._damaged = frozenset(found)

    def _pass(self, seconds: float) -> None:
        """Let time pass while nobody is there."""
        end = self.clock.time() + seconds
        while (now := self.clock.time()) < end:
            self.clock.allow(end + 1)
            self.clock.leap(max(min(self._outside.next_event, end) - now, 0.001))
            self._outside.advance()
        self.clock.hold()
