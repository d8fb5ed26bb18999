"""A local server that answers with made-up prices the way the real vendors do."""

from .behaviour import (
    Behaviour,
    Custom,
    Down,
    ErrorCode,
    Late,
    Normal,
    RateLimit,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from .control import Control, ServedRequest, Switches
from .server import PriceServer

__all__ = [
    "Behaviour",
    "Control",
    "Custom",
    "Down",
    "ErrorCode",
    "Late",
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
