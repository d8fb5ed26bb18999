"""Lists that a vendor gives a page at a time."""

from collections.abc import Mapping

from ..errors import MalformedError
from .http import HttpClient

# The most that a page of Otark's may hold (API conventions page).
PAGE_SIZE = 100

# No customer has ten thousand contracts; a chain as long as this never ends.
MOST_PAGES = 100
MOST_BYTES = 16 * 1024 * 1024

type Record = Mapping[str, object]


async def all_records(
    client: HttpClient,
    path: str,
    key: str,
    credentials: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    page_size: int = PAGE_SIZE,
) -> tuple[Record, ...]:
    """Return the records of all pages, in the vendor's order.

    The next page begins after `pagination.next_cursor` where the vendor gives one,
    else after the id of the last record.

    Raises:
        ProviderError: A page is not to be had, repeats another, or there are too many.
    """
    records: list[Record] = []
    known: set[str] = set()
    cursors: set[str] = set()
    total = 0
    after: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        body = await client.get(
            path,
            {**(query or {}), "limit": str(page_size), **after},
            credentials,
            patient=True,
        )
        total += len(body)
        if total > MOST_BYTES:
            raise MalformedError(f"the pages are larger than {MOST_BYTES} bytes")
        page, cursor = _read_page(await client.parse(body), key)
        ids = {identity for record in page if (identity := _identity(record))}
        if ids & known:
            raise MalformedError("a page repeats another")
        known |= ids
        records += page
        if cursor is None:
            return tuple(records)
        if cursor in cursors:
            raise MalformedError("a page leads back to another")
        cursors.add(cursor)
        after = {"after": cursor}
    raise MalformedError(f"there are more than {MOST_PAGES} pages")


def _read_page(document: object, key: str) -> tuple[list[Record], str | None]:
    """Return the records of a page, and after which one the next page begins."""
    if not isinstance(document, dict) or not isinstance(document.get(key), list):
        raise MalformedError(f"the answer has no list of {key}")
    page: list[Record] = document[key]
    if not all(isinstance(record, dict) for record in page):
        raise MalformedError(f"one of the {key} is not an object")
    pagination = document.get("pagination")
    if not isinstance(pagination, dict):
        pagination = {}
    cursor = pagination.get("next_cursor")
    if isinstance(cursor, str) and cursor and pagination.get("has_more") is not False:
        return page, cursor
    if pagination.get("has_more") is not True:
        return page, None
    if not page or not (last := _identity(page[-1])):
        raise MalformedError("there are more pages, but nothing says where")
    return page, last


def _identity(record: Record) -> str:
    identity = record.get("id")
    return identity if isinstance(identity, str) else ""
