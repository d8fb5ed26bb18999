"""The rates that the customer read from a contract or a bill."""

from dataclasses import dataclass

from ..errors import InputError

# Regulated rates are a few cents. Whoever types more has thought of another unit.
LARGEST_RATE = 1.0


@dataclass(frozen=True, slots=True)
class OwnRates:
    """Numbers of the customer's own; each one given replaces that of the table.

    `hph`, `hch`, `hpb` and `hcb` are the grid part (TURPE) of the four tariff periods
    and `excise` is the excise, all in EUR per kWh before VAT. `vat` is a share of the
    price before VAT, 0.2 for 20 %. None leaves the number to the table. An option
    that has one rate all year (CU and LU up to 36 kVA) has it in all four periods.

    Raises:
        InputError: A rate is beyond one EUR per kWh, or VAT is not between 0 and 1.
    """

    hph: float | None = None
    hch: float | None = None
    hpb: float | None = None
    hcb: float | None = None
    excise: float | None = None
    vat: float | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a mistake, infinity and NaN included."""
        rates = {
            "rate_hph": self.hph,
            "rate_hch": self.hch,
            "rate_hpb": self.hpb,
            "rate_hcb": self.hcb,
            "rate_excise": self.excise,
        }
        for field, rate in rates.items():
            if rate is not None and not abs(rate) <= LARGEST_RATE:
                raise InputError(field, "rate_too_large", rate)
        if self.vat is not None and not 0 <= self.vat <= 1:
            raise InputError("rate_vat", "vat_range", self.vat)

    def grid(self, period: str) -> float | None:
        """Return the customer's grid rate of a period, or None for the table's."""
        rates = {"HPH": self.hph, "HCH": self.hch, "HPB": self.hpb, "HCB": self.hcb}
        return rates[period]

    @property
    def has_grid(self) -> bool:
        """Tell whether the customer gave the grid rate of any period."""
        given = (self.hph, self.hch, self.hpb, self.hcb)
        return any(rate is not None for rate in given)
