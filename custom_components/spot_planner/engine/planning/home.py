"""The home: power that all runs share."""

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Home:
    """The power of a home, in kW."""

    power_limit: float | None = None
    """What all loads together may take; None sets no limit."""
    base_load: float = 0.0
    """What is always taken by all that is not planned."""
