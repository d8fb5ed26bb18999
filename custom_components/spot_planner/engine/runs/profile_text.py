"""Load profiles as people write them: `15 min 2 kW, 45 min 0.3 kW, 20 min 1800 W`."""

from datetime import timedelta
import re

from ..errors import InputError
from ..planning.model import LoadProfile, Phase

FIELD = "profile"

_NUMBER = r"\d+(?:[.,]\d+)?"
_PHASE = re.compile(
    rf"\s*({_NUMBER})\s*(h|min)\s*({_NUMBER})\s*(kW|W)\s*", re.IGNORECASE
)


def parse_profile(text: str) -> LoadProfile:
    """Read phases, with commas or semicolons between them.

    A number may have a decimal comma too, since each carries its unit.

    Raises:
        InputError: Something else than phases is written, or they are no profile.
    """
    phases: list[Phase] = []
    position = 0
    while match := _PHASE.match(text, position):
        duration, unit, power, watts = match.groups()
        hours = _number(duration) / (1 if unit.lower() == "h" else 60)
        kilowatts = _number(power) / (1 if watts.lower() == "kw" else 1000)
        try:
            phases.append(Phase(timedelta(hours=hours), kilowatts))
        except OverflowError as err:
            raise InputError(FIELD, "duration_too_long", text) from err
        position = match.end()
        if position == len(text):
            return LoadProfile(tuple(phases))
        if text[position] not in ",;":
            break
        position += 1
    raise InputError(FIELD, "profile_not_read", text)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
