"""Make up records in the forms of Otark."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from custom_components.spot_planner.engine.time_range import TimeRange, midnight

from ...helpers import BERLIN, QUARTER

DAY = date(2026, 1, 15)
START = midnight(DAY, BERLIN)
WINDOW = TimeRange(START, midnight(DAY + timedelta(days=2), BERLIN))

# The sample of the page of one nomination (docs.otark.com).
NOMINATION: dict[str, Any] = {
    "id": "nom_t4u5v6w7x8",
    "status": "match",
    "version": 1,
    "gate_closure": "2026-01-14T14:30:00Z",
    "direction": "out",
    "eic": "11YWINDPARKNO--A",
    "tso": "TenneT",
    "counterparty": {"name": "Otark", "eic": "11YOTARK------Z"},
    "slots": [
        {
            "delivery_start": "2026-01-15T14:00:00Z",
            "delivery_end": "2026-01-15T14:15:00Z",
            "slot_number": 57,
            "amount": 12.5,
            "matched_amount": 12.5,
        }
    ],
    "created_at": "2026-01-14T14:30:00Z",
    "previous_nomination_id": None,
    "confirmed_at": "2026-01-14T15:00:00Z",
    "sent_at": "2026-01-14T14:35:00Z",
}
# The sample of the page of one transaction, without what it tells of the asset.
TRANSACTION: dict[str, Any] = {
    "id": "txn_k8m2p4q7r1",
    "type": "ppa",
    "contract_id": "con_a1b2c3d4",
    "status": "valid",
    "version": 2,
    "sender": {"eic": "11YWINDPARKNO--A", "tso": "TenneT"},
    "receiver": {"eic": "11YGREENENERGY-Z", "tso": "TenneT"},
    "delivery_start": "2026-01-15T14:00:00Z",
    "delivery_end": "2026-01-15T14:15:00Z",
    "slot_number": 57,
    "volume": 12.5,
    "created_at": "2026-01-14T18:00:00Z",
    "previous_transaction_id": "txn_j5n3w8v2x6",
}


def written(moment: datetime) -> str:
    """Return a moment as the vendor writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def slot(index: int, amount: object, length: int = 1, **more: Any) -> dict[str, Any]:
    """Return a slot of a nomination, counted in quarter-hours from the start."""
    return {
        "delivery_start": written(START + index * QUARTER),
        "delivery_end": written(START + (index + length) * QUARTER),
        "amount": amount,
        **more,
    }


def nomination(
    name: str, slots: Sequence[object] | None = None, **more: Any
) -> dict[str, Any]:
    """Return a nomination that brings energy into a balance group."""
    record = NOMINATION | {"id": name, "direction": "in", **more}
    return record if slots is None else record | {"slots": slots}


def transaction(
    name: str, index: int, volume: object, length: int = 1, **more: Any
) -> dict[str, Any]:
    """Return a transaction in the form of the conventions page."""
    return {
        "id": name,
        "status": "valid",
        "previous_transaction_id": None,
        "direction": "buy",
        "period_from": written(START + index * QUARTER),
        "period_to": written(START + (index + length) * QUARTER),
        "volume_mwh": volume,
        **more,
    }
