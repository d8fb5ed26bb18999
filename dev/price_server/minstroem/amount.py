"""Write amounts of money without losing a digit."""

from decimal import Decimal


def plain(amount: Decimal) -> float:
    """Turn an exact amount into a JSON number, without the point of a whole one."""
    # A float holds fifteen digits, and no amount here has that many.
    return int(amount) if amount == int(amount) else float(amount)
