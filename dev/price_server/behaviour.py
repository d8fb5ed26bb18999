"""Behaviours: the ways in which the server can answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web


class WrongKind(StrEnum):
    """What is wrong with an answer."""

    HTML = "html"
    NOT_JSON = "not_json"
    TRUNCATED = "truncated"
    SUCCESS_FALSE = "success_false"
    NO_ROWS = "no_rows"
    MISSING_PRICE = "missing_price"
    NAN = "nan"
    INFINITY = "infinity"
    NO_OFFSET = "no_offset"
    CURRENCY = "currency"
    DUPLICATE = "duplicate"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    UNORDERED = "unordered"
    GAP = "gap"
    INCLUSIVE_END = "inclusive_end"
    TEXT_PRICE = "text_price"
    OTHER_TARIFF = "other_tariff"
    HUGE = "huge"
    NULL_PRICE = "null_price"
    ABSURD = "absurd"
    OVERLAP = "overlap"
    # The next three are for answers in pages.
    REPEATED_PAGE = "repeated_page"
    HAS_MORE = "has_more"
    ENDLESS_PAGES = "endless_pages"


@dataclass(frozen=True, slots=True)
class Normal:
    """Answer as the vendor does."""


@dataclass(frozen=True, slots=True)
class Late:
    """Publish some minutes after the usual time."""

    minutes: float


@dataclass(frozen=True, slots=True)
class Slow:
    """Wait some seconds before the answer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Wrong:
    """Spoil right answers in one way."""

    kind: WrongKind


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with an HTTP status, and with a pause in seconds or an HTTP date."""

    status: int
    retry_after: int | str | None = None


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """Refuse with an error code of the vendor's own, in the vendor's own form."""

    status: int
    code: str
    retry_after: int | str | None = None


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Answer so many requests a minute and vendor, counted from now on."""

    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class Down:
    """Cut the connection without an answer.

    Many clients, aiohttp's among them, ask again at once after a cut connection: a
    single request that is cut goes unnoticed there.
    """


@dataclass(frozen=True, slots=True)
class Custom:
    """Make a wrong response of the right one, by a function of this process."""

    respond: Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


type Behaviour = (
    Normal | Late | Slow | Wrong | Status | ErrorCode | RateLimit | Down | Custom
)
