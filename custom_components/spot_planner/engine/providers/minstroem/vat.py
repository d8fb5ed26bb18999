"""Danish VAT, which Min Strøm's amounts per kWh contain.

The vendor's page does not say so. The sample in it does: without its charges, each
price is the spot price that was published for its hour, times 1.25, to the last digit.
Its tariffs are the published ones of their year times 1.25 as well.
"""

from collections.abc import Sequence
from math import fsum

from ...series import Component

# 25 % on everything.
WITH_VAT = 1.25

# The vendor's amounts have six or seven digits; what lies behind the tenth is dust.
DIGITS = 10


def before_vat(amount: float) -> float:
    """Return what is left of an amount without the VAT in it."""
    return round(amount / WITH_VAT, DIGITS)


def with_vat(price: float, parts: Sequence[Component]) -> tuple[Component, ...]:
    """Return parts before VAT with one more, `vat`, that makes up the price.

    It takes what rounding has left over, so that the parts add up.
    """
    rest = price - fsum(part.amount for part in parts)
    return (*parts, Component("vat", rest))
