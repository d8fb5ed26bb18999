"""Judge of what the devices outside were told, and of what was not told in time.

Every moment is in simulated seconds since 1970. The judge sees what really happens
outside, and of Home Assistant only which runs it has written down.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .claims import Claim

# How long Home Assistant may leave a device on after its time, once it is back and the
# device is to be reached.
TOLERANCE: Final = 10.0

# How long it may wait before it tells a device again that did not obey: five minutes,
# and the one in which it looks.
LONGEST_PAUSE: Final = 360.0

# A report takes a moment; before that Home Assistant cannot know.
MOMENT: Final = 1.0

# A run whose device was on for all but this long has run.
MARGIN: Final = 120.0

# What starts late, or is reported late, gets its time back, which is no second run.
MOST: Final = 1.5

type Claims = Callable[[str, float], Iterable[Claim]]


class Fault(StrEnum):
    """What must not happen."""

    DAMAGED = "files damaged"
    DOUBLED = "starts doubled"
    STRAY = "starts for no run"
    LEFT_ON = "left on"
    LOST = "requests lost"


@dataclass(slots=True)
class Violation:
    """One thing that must not happen, and did."""

    fault: Fault
    at: float
    subject: str
    """Which device, file or appliance."""
    text: str
    life: int
    seconds: float | None = None
    """How long a device was on too long; None as long as it is."""


@dataclass(slots=True)
class Truth:
    """What is really so of a device, and what of it Home Assistant can know."""

    is_button: bool
    since: float | None = None
    """Since when it is on; None while it is off."""
    due: float | None = None
    """When it has to be off again."""
    runs: dict[str, Claim] = field(default_factory=dict)
    """The runs for which it was turned on since it was last off."""
    report: bool | None = None
    """What it reports: whether it is on, or None while it is away."""
    reported_at: float = 0.0
    """Since when it reports that."""
    told_again_by: float = 0.0
    """Until when Home Assistant may wait after it has not obeyed."""
    violation: Violation | None = None
    """That it is on too long, once that is known."""


class Judge:
    """Count what must not happen."""

    def __init__(self, buttons: dict[str, bool], claims: Claims) -> None:
        """Name the devices, each with whether it is a button; all are off."""
        self.violations: list[Violation] = []
        self.life = 0
        self.commands = 0
        self.starts = 0
        self.back_at: float | None = None
        """Since when Home Assistant has started; None while it has not."""
        self.ran: dict[str, float] = {}
        """How long the device of each run was on for it, in its times."""
        self.ends: dict[str, float] = {}
        """When each run was to end as it was first turned on."""
        self.pressed: set[str] = set()
        self._claims = claims
        self._truths = {name: Truth(is_button=it) for name, it in buttons.items()}

    def is_on(self, device: str) -> bool:
        """Tell whether a device is really on."""
        return self._truths[device].since is not None

    def back(self, now: float) -> None:
        """Take note that Home Assistant has started."""
        self.back_at = now

    def gone(self, now: float) -> None:
        """Take note that Home Assistant was killed."""
        self.check(now)
        self.back_at = None
        for truth in self._truths.values():
            # Whoever comes back does not know of a pause, and tries at once.
            truth.told_again_by = 0.0

    def reports(self, device: str, now: float, *, report: bool | None) -> None:
        """Take note of what a device reports from now on."""
        self.check(now)
        truth = self._truths[device]
        if truth.report is not report:
            truth.report, truth.reported_at = report, now

    def refused(self, device: str, now: float, takes: float) -> None:
        """Take note that a device was told to stop, and gave no sign that it would.

        Args:
            device: The device.
            now: When it was told something.
            takes: How long Home Assistant waits for it.
        """
        self.check(now)
        self._truths[device].told_again_by = now + takes + LONGEST_PAUSE

    def told(self, device: str, now: float, *, starts: bool) -> tuple[Claim, ...]:
        """Judge what a device was told, before it obeys, and return who needs it."""
        self.check(now)
        self.commands += 1
        if not starts:
            return ()
        self.starts += 1
        claims = tuple(self._claims(device, now))
        truth = self._truths[device]
        if not claims:
            self._found(Fault.STRAY, now, device, "no run needs it")
        for claim in claims:
            if claim.run in truth.runs and truth.report and truth.since is not None:
                if now - truth.reported_at > MOMENT:
                    text = f"{claim.run} is on, and was told to start again"
                    self._found(Fault.DOUBLED, now, device, text)
            elif claim.run in self.pressed:
                text = f"{claim.run} was pressed before"
                self._found(Fault.DOUBLED, now, device, text)
            elif claim.is_daily and self._runs_twice(claim, now):
                text = f"{claim.run} has run already"
                self._found(Fault.DOUBLED, now, device, text)
        return claims

    def turned_on(self, device: str, now: float, claims: tuple[Claim, ...]) -> None:
        """Take note that a device is on, or was pressed, for these runs."""
        truth = self._truths[device]
        if truth.is_button:
            self.pressed |= {claim.run for claim in claims}
            return
        if truth.since is None:
            truth.since = now
        for claim in claims:
            truth.runs[claim.run] = claim
            self.ends.setdefault(claim.run, claim.end)
        # For no run at all, it should not be on for a moment.
        truth.due = max((claim.until for claim in claims), default=now)

    def turned_off(self, device: str, now: float) -> None:
        """Take note that a device is off."""
        self.check(now)
        truth = self._truths[device]
        if truth.since is None:
            return
        due = now if truth.due is None else truth.due
        for run, claim in truth.runs.items():
            on_for = claim.within(truth.since, now)
            self.ran[run] = self.ran.get(run, 0.0) + on_for
        if truth.violation:
            truth.violation.seconds = now - due
        truth.since, truth.due, truth.violation = None, None, None
        truth.runs = {}

    def check(self, now: float) -> None:
        """Look whether anything is on too long."""
        for device, truth in self._truths.items():
            while not truth.violation and now > (off_by := self._off_by(truth)):
                # Another run, or the next segment, may need it without turning it on.
                claims = self._claims(device, off_by)
                due = max((claim.until for claim in claims), default=off_by)
                if due > off_by:
                    truth.due = due
                    continue
                late = now - (truth.due or now)
                text = f"on {late:.0f} s past its end, for {', '.join(truth.runs)}"
                truth.violation = self._found(Fault.LEFT_ON, now, device, text)

    def _off_by(self, truth: Truth) -> float:
        """Return by when a device has to be off."""
        if truth.since is None or truth.due is None or self.back_at is None:
            return float("inf")
        if not truth.report:
            # It is away, or reports to be off: nobody can know that it is on.
            return float("inf")
        begin = max(truth.due, self.back_at, truth.reported_at, truth.told_again_by)
        return begin + TOLERANCE

    def _runs_twice(self, claim: Claim, now: float) -> bool:
        """Tell whether the run of a day runs once more, or would in the end."""
        ran = self.ran.get(claim.run, 0.0)
        is_over = now >= self.ends.get(claim.run, float("inf"))
        left = claim.within(now, claim.end)
        return (is_over and ran >= claim.duration - MARGIN) or (
            ran + left > MOST * claim.duration + MARGIN
        )

    def _found(self, fault: Fault, now: float, subject: str, text: str) -> Violation:
        violation = Violation(fault, now, subject, text, self.life)
        self.violations.append(violation)
        return violation

    def found(self, fault: Fault, now: float, subject: str, text: str) -> None:
        """Take note of what somebody else has found."""
        self._found(fault, now, subject, text)
