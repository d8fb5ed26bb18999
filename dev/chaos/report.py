"""Report of all lives: a table, and for each violation what led to it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from .house import APPLIANCES, device_of
from .judge import Fault, Violation
from .lives import Lives
from .requests import Fate

LINES = 14
LOG_LINES = 8


def table(lives: Lives, seed: int, hours: float, seconds: float) -> Iterator[str]:
    """Write the figures."""
    judge, requests = lives.judge, lives.book.requests
    yield f"seed {seed}"
    kills = sum(lives.kills.values())
    yield f"{'kills':28}{kills:6}"
    for aim, count in lives.kills.items():
        yield f"  {aim:26}{count:6}"
    yield f"{'simulated hours':28}{hours:6.0f}"
    yield f"{'real seconds':28}{seconds:6.0f}"
    yield f"{'commands':28}{judge.commands:6}"
    yield f"{'starts':28}{judge.starts:6}"
    yield f"{'requests answered':28}{len(requests):6}"
    for fate in (Fate.EXECUTED, Fate.EXPLAINED, Fate.REPLACED, Fate.OPEN):
        yield f"  {fate:26}{sum(it.fate is fate for it in requests):6}"
    for fault in Fault:
        found = [it for it in judge.violations if it.fault is fault]
        longest = max((it.seconds or 0 for it in found), default=0)
        short = sum(it.seconds is not None and it.seconds <= 60 for it in found)
        more = f"   the longest {longest / 60:.0f} min" if longest else ""
        more += f", {short} of them at most a minute" if short else ""
        yield f"{fault:28}{len(found):6}{more}"


def details(lives: Lives, seed: int, most: int) -> Iterator[str]:
    """List all violations, and tell what led to the first of each kind."""
    violations = lives.judge.violations
    if violations:
        yield ""
    yield from (_headline(it, seed) for it in violations)
    shown = [
        violation
        for fault in Fault
        for violation in [it for it in violations if it.fault is fault][:most]
    ]
    for violation in shown:
        yield ""
        yield _headline(violation, seed)
        lines = lives.timeline.around(violation.at, violation.subject, LINES)
        yield from (f"    {line}" for line in lines)
        yield from (f"    | {line}" for line in _log(lives, violation))


def _headline(violation: Violation, seed: int) -> str:
    at = datetime.fromtimestamp(violation.at, UTC)
    text = violation.text
    if violation.seconds is not None:
        text += f", {violation.seconds:.0f} s in the end"
    return (
        f"{violation.fault}: {violation.subject} at {at:%Y-%m-%d %H:%M:%S}"
        f" in life {violation.life} of seed {seed}: {text}"
    )


def _log(lives: Lives, violation: Violation) -> list[str]:
    """Return what Home Assistant has said of it in that life."""
    names = {violation.subject}
    names |= {it for it in APPLIANCES if device_of(it) == violation.subject}
    path = lives.log_of(violation.life)
    if not path.exists():
        return []
    at = f"{datetime.fromtimestamp(violation.at, UTC):%Y-%m-%d %H:%M:%S.999}"
    lines = path.read_text("utf-8", "replace").splitlines()
    found = [it for it in lines if any(name in it for name in names) and it[:23] <= at]
    return [it[:240] for it in found[-LOG_LINES:]]
