"""Otark's records: what they say of themselves and of the records before them."""

from collections.abc import Iterable

from ..network.pages import Record


def text(value: object, *path: str) -> str:
    """Return a text somewhere within a record, or an empty one."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def newest(
    records: Iterable[Record], previous: str
) -> tuple[list[Record], list[Record]]:
    """Return the records that no other one replaces, and those that cannot be told.

    A correction is a new record that names the one before it in the field `previous`.
    A record that is there twice counts once. One without an id, or with the id of a
    different one, cannot be told from others.
    """
    records = tuple(records)
    replaced = {text(record, previous) for record in records} - {""}
    known: dict[str, Record] = {}
    doubtful = {""}
    for record in records:
        identity = text(record, "id")
        if not _same(known.setdefault(identity, record), record):
            doubtful.add(identity)
    return (
        [
            record
            for identity, record in known.items()
            if identity not in replaced and identity not in doubtful
        ],
        [
            record
            for record in records
            if (identity := text(record, "id")) in doubtful and identity not in replaced
        ],
    )


def _same(one: Record, other: Record) -> bool:
    """Tell whether two records say the same."""
    try:
        return one == other
    except RecursionError:
        # What is nested this deeply can be read, but not compared.
        return False
