"""Give records a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import re

from aiohttp import web

from dev.price_server.answer import Answer, JsonObject
from dev.price_server.behaviour import WrongKind
from dev.price_server.control import CONTROL

from .query import whole

USUAL_LIMIT = 10
MOST_LIMIT = 100
# Sorts behind every id that the server makes up otherwise.
_ENDLESS = re.compile(r"[a-z]+_z([0-9]{9})")


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold the records of a list, and where the faults find what they spoil."""

    key: str
    records: Sequence[JsonObject]
    time_key: str
    end_key: str | None = None
    volume_keys: tuple[str, ...] = ()
    volumes_in: str | None = None

    def page(self, request: web.Request) -> Answer:
        """Answer the page that a request asks for."""
        limit = whole(request, "limit", 1, MOST_LIMIT) or USUAL_LIMIT
        after = request.query.get("after", "")
        records = sorted(self.records, key=lambda record: str(record["id"]))
        rest = [record for record in records if str(record["id"]) > after]
        pages = _Pages(
            self, limit, has_cursor=request.app[CONTROL].switches.otark_next_cursor
        )
        answer = pages.answer(rest[:limit], after, has_more=len(rest) > limit)
        return pages.with_variants(answer, records, rest, after)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Hold what all pages of one list have in common."""

    listing: Listing
    limit: int
    has_cursor: bool

    def answer(
        self, rows: Sequence[JsonObject], after: str, *, has_more: bool
    ) -> Answer:
        """Put a page together."""
        pagination: JsonObject = {"limit": self.limit, "has_more": has_more}
        if self.has_cursor:
            last = rows[-1]["id"] if rows else after
            pagination["next_cursor"] = last if has_more else None
        return Answer(
            rows_key=self.listing.key,
            rows=tuple(rows),
            tail={"pagination": pagination},
            time_key=self.listing.time_key,
            end_key=self.listing.end_key,
            price_keys=self.listing.volume_keys,
            prices_in=self.listing.volumes_in,
        )

    def with_variants(
        self,
        answer: Answer,
        records: Sequence[JsonObject],
        rest: Sequence[JsonObject],
        after: str,
    ) -> Answer:
        """Add the wrong pages."""
        first, rows = records[: self.limit], rest[: self.limit]
        return answer.with_variants(
            {
                WrongKind.REPEATED_PAGE: lambda: self.answer(
                    first, after, has_more=True
                ),
                WrongKind.HAS_MORE: lambda: self.answer(rows, after, has_more=True),
                WrongKind.ENDLESS_PAGES: lambda: self.answer(
                    _fresh(records, after, self.limit), after, has_more=True
                ),
            }
        )


def _fresh(
    records: Sequence[Mapping[str, object]], after: str, count: int
) -> list[JsonObject]:
    """Make up records that nobody has seen, however many were seen before."""
    if not records:
        return []
    found = _ENDLESS.fullmatch(after)
    start = int(found[1]) + 1 if found else 0
    last = records[-1]
    prefix = str(last["id"]).partition("_")[0]
    numbers = range(start, start + count)
    return [{**last, "id": f"{prefix}_z{number:09d}"} for number in numbers]
