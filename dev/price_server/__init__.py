"""Serve made-up electricity prices the way the real vendors do."""

from .behaviour import (
    Behaviour,
    Down,
    Late,
    Mode,
    Normal,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from .control import Control, ServedRequest
from .server import PriceServer

__all__ = [
    "Behaviour",
    "Control",
    "Down",
    "Late",
    "Mode",
    "Normal",
    "PriceServer",
    "ServedRequest",
    "Slow",
    "Status",
    "Wrong",
    "WrongKind",
]
