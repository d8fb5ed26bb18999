"""Hold the regulated parts of a French price as Sobry states them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dev.price_server.market import PARIS

VAT = 0.2


class Segment(StrEnum):
    """Name the kind of connection by its power."""

    C5 = "C5"
    C4 = "C4"


class Option(StrEnum):
    """Name a TURPE option."""

    CU = "CU"
    CU4 = "CU4"
    MU4 = "MU4"
    MUDT = "MUDT"
    LU = "LU"


class Profile(StrEnum):
    """Name a kind of customer."""

    PARTICULIER = "particulier"
    PRO = "pro"


class Display(StrEnum):
    """Name a price without or with VAT."""

    HT = "HT"
    TTC = "TTC"


@dataclass(frozen=True, slots=True)
class Turpe:
    """Hold one row of the page's tables in c€/kWh."""

    hph: float
    hch: float
    hpb: float
    hcb: float

    def at(self, moment: datetime) -> float:
        """Give the grid price in €/kWh at a moment."""
        local = moment.astimezone(PARIS)
        is_high_season = local.month in {11, 12, 1, 2, 3}
        # Sobry's full hours are the same for everybody, whatever the meter says.
        if local.hour in range(6, 22):
            cents = self.hph if is_high_season else self.hpb
        else:
            cents = self.hch if is_high_season else self.hcb
        return cents / 100


TURPE: Mapping[Segment, Mapping[Option, Turpe]] = {
    Segment.C5: {
        Option.CU: Turpe(4.84, 4.84, 4.84, 4.84),
        Option.CU4: Turpe(7.49, 3.97, 1.66, 1.16),
        Option.MUDT: Turpe(4.94, 3.50, 4.94, 3.50),
        Option.MU4: Turpe(7.00, 3.73, 1.61, 1.11),
        Option.LU: Turpe(1.25, 1.25, 1.25, 1.25),
    },
    Segment.C4: {
        Option.CU: Turpe(6.91, 4.21, 2.13, 1.52),
        Option.LU: Turpe(5.69, 3.47, 2.01, 1.49),
    },
}


@dataclass(frozen=True, slots=True)
class Excise:
    """Hold the accise in €/kWh from one day on."""

    since: date
    particulier: float
    pro: float


# The page states the first rates only; before them they count as well.
EXCISE = (
    Excise(date(2026, 2, 1), particulier=0.03085, pro=0.02658),
    Excise(date(2025, 8, 1), particulier=0.02998, pro=0.02579),
)


def excise(moment: datetime, profile: Profile) -> float:
    """Give the accise in €/kWh at a moment."""
    day = moment.astimezone(PARIS).date()
    rates = next((it for it in EXCISE if it.since <= day), EXCISE[-1])
    return rates.pro if profile is Profile.PRO else rates.particulier
