"""Serve made-up electricity prices the way the real vendors do."""

from .behaviour import (
    Behaviour,
    Custom,
    Down,
    ErrorCode,
    Late,
    Mode,
    Normal,
    RateLimit,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from .control import Control, ServedRequest
from .server import PriceServer
from .switches import Switches

__all__ = [
    "Behaviour",
    "Control",
    "Custom",
    "Down",
    "ErrorCode",
    "Late",
    "Mode",
    "Normal",
    "PriceServer",
    "RateLimit",
    "ServedRequest",
    "Slow",
    "Status",
    "Switches",
    "Wrong",
    "WrongKind",
]
