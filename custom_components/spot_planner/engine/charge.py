"""Charge: one tariff or subscription of those that a price consists of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """What a tariff or a subscription costs from a moment on, in UTC.

    The amount is as the vendor states it, and what it means is unverified: in the
    page's sample, the tariff contains VAT, while the subscription seems to be paid by
    the month and without it. Amounts must not be added up or put into a price.
    """

    name: str
    owner: str
    valid_from: datetime
    amount: float | None
    """None where the price is not one number; the page shows no other form."""
    is_subscription: bool
