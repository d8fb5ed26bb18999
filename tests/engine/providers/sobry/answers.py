"""Make up answers in the form of Sobry."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from custom_components.spot_planner.engine.time_range import day_range

from ...helpers import PARIS, QUARTER

# What a household on CU4 is told beside its prices since May 2026.
METADATA: dict[str, Any] = {
    "enabled": True,
    "segment": "C5",
    "turpe_option": "CU4",
    "profil": "particulier",
    "display": "TTC",
    "offre": "standard",
    "tva_rate": 0.2,
    "units": {"spot_price": "€/MWh", "all_other_prices": "€/kWh"},
}


def row(start: datetime, **fields: Any) -> dict[str, Any]:
    """Return the row of a moment; fields replace or extend the usual ones."""
    return {
        "timestamp": start.astimezone(PARIS).isoformat(),
        "spot_price": 50,
        "spot_price_eur_kwh": 0.05,
        "turpe_eur_kwh": 0.0166,
        "accise_eur_kwh": 0.03085,
        "price_ht_eur_kwh": 0.09745,
        "price_ttc_eur_kwh": 0.11694,
        **fields,
    }


def starts(day: str, length: timedelta = QUARTER) -> list[datetime]:
    """Return the moments at which the rows of a day in France begin."""
    stretch = day_range(date.fromisoformat(day), PARIS)
    return [stretch.start + n * length for n in range(stretch.duration // length)]


def answer(
    rows: Iterable[object], *, key: str = "data", **metadata: Any
) -> dict[str, Any]:
    """Return rows as the answer of one route or the other."""
    rows = list(rows)
    return {
        "success": True,
        "count": len(rows),
        "pricing_metadata": METADATA | metadata,
        key: rows,
    }
