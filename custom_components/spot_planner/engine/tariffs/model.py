"""A French electricity contract, and its meter."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..daily_hours import DailyHours
from ..errors import InputError
from .own_rates import OwnRates

# The hours of the public Sobry prices (Sobry API documentation v1.0) and the most
# common ones on meters; a customer with others says so.
DEFAULT_OFF_PEAK = DailyHours.parse("22:00-06:00", "off_peak_hours")


class ConnectionSegment(StrEnum):
    """The kind of grid connection: up to 36 kVA (C5) or above (C4)."""

    C5 = "C5"
    C4 = "C4"


class TurpeOption(StrEnum):
    """The version of the grid tariff that the meter is on."""

    CU = "CU"
    CU4 = "CU4"
    MU4 = "MU4"
    MUDT = "MUDT"
    LU = "LU"


class CustomerProfile(StrEnum):
    """Who pays the excise: a household or a business."""

    PARTICULIER = "particulier"
    PRO = "pro"


class TaxDisplay(StrEnum):
    """Whether prices contain VAT (TTC) or not (HT)."""

    TTC = "TTC"
    HT = "HT"


C4_OPTIONS = (TurpeOption.CU, TurpeOption.LU)


@dataclass(frozen=True, slots=True)
class FrenchContract:
    """What the customer's contract and meter say.

    A C4 connection always has the profile `pro` and prices without VAT, as on the
    Sobry API; what is given for the two is put right. `supplier_markup` is EUR per
    kWh before VAT. `off_peak_summer` holds in the low season, from April to October.
    `own_rates` replace numbers of the regulated tables.

    Raises:
        InputError: C4 with an option that only C5 has, or summer hours alone.
    """

    segment: ConnectionSegment = ConnectionSegment.C5
    turpe_option: TurpeOption = TurpeOption.CU4
    profile: CustomerProfile = CustomerProfile.PARTICULIER
    display: TaxDisplay = TaxDisplay.TTC
    off_peak: DailyHours | None = None
    off_peak_summer: DailyHours | None = None
    supplier_markup: float = 0.0
    own_rates: OwnRates = field(default_factory=OwnRates)

    def __post_init__(self) -> None:
        """Refuse what does not exist and force what C4 forces."""
        if self.segment is ConnectionSegment.C4:
            if self.turpe_option not in C4_OPTIONS:
                raise InputError("turpe_option", "c4_option", self.turpe_option)
            object.__setattr__(self, "profile", CustomerProfile.PRO)
            object.__setattr__(self, "display", TaxDisplay.HT)
        if self.off_peak_summer and not self.off_peak:
            raise InputError("off_peak_hours", "off_peak_winter_missing")

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the four choices that a provider of French prices asks for."""
        return (self.segment, self.turpe_option, self.profile, self.display)

    @property
    def own_parts(self) -> frozenset[str]:
        """Return the components that are worked out here though a provider has them."""
        parts = set()
        if self.off_peak is not None or self.own_rates.has_grid:
            parts.add("grid")
        if self.own_rates.excise is not None:
            parts.add("excise")
        # Where prices are shown without VAT, a rate of one's own changes nothing.
        if self.own_rates.vat is not None and self.display is TaxDisplay.TTC:
            parts.add("vat")
        return frozenset(parts)

    @property
    def is_own(self) -> bool:
        """Tell whether a provider's price by published rates is not this customer's."""
        return bool(self.own_parts or self.supplier_markup)

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the tariff periods that occur within a year, such as `HPH`.

        A season whose hours are off-peak all day long has no peak.
        """
        return tuple(
            f"{kind}{season}"
            for season in ("H", "B")
            for kind in ("HP", "HC")
            if kind == "HC" or not self.off_peak_in(season).all_day
        )

    @property
    def has_off_peak(self) -> bool:
        """Tell whether the time of day counts: by the option, or by the meter."""
        is_flat = self.turpe_option in (TurpeOption.CU, TurpeOption.LU)
        return not is_flat or self.off_peak is not None

    def off_peak_in(self, season: str) -> DailyHours:
        """Return the off-peak hours of a season, `H` or `B`."""
        if season == "B" and self.off_peak_summer:
            return self.off_peak_summer
        return self.off_peak or DEFAULT_OFF_PEAK
