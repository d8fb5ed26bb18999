"""What answers state, read without the readers that are tested."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
from math import isclose
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.series import PriceSeries

from .samples import name_of
from .wire import Question, Reply

type Exchanges = list[tuple[Question, Reply]]


@dataclass(slots=True)
class Stated:
    """The prices that rows state for the moment at which they begin."""

    prices: dict[datetime, list[float]] = field(default_factory=dict)
    empty: set[datetime] = field(default_factory=set)
    """Where a row begins that can be read and has no price."""

    def add(self, start: object, amount: object, factor: float = 1) -> None:
        """Take in a row; one without a readable time states nothing."""
        if (moment := moment_of(start)) is None:
            return
        if is_amount(amount):
            assert isinstance(amount, int | float)
            self.prices.setdefault(moment, []).append(_float(amount) * factor)
        elif amount is None:
            self.empty.add(moment)

    def check(self, series: PriceSeries, *, implied_ends: bool) -> None:
        """Assert that a series has no price that the rows do not state.

        Where the rows do not say when they end, none may reach over an empty one.
        """
        for it in series:
            stated = self.prices.get(it.start, [])
            assert any(isclose(it.price, price, rel_tol=1e-9) for price in stated), (
                f"nothing states {it.price} for {it.start}"
            )
        if implied_ends:
            for moment in self.empty - self.prices.keys():
                assert series.at(moment) is None, f"there is no price for {moment}"
            assert all(it.duration <= timedelta(days=1) for it in series)


def good_documents(exchanges: Exchanges, name: str | None = None) -> list[object]:
    """Return the documents of all right answers of a name or any, in their order."""
    found: list[object] = []
    for question, reply in exchanges:
        if name is not None and name_of(question) != name:
            continue
        if reply.status in (200, 201) and not reply.error:
            try:
                found.append(json.loads(reply.body))
            except (ValueError, RecursionError):
                continue
    return found


def rows_below(document: object, *keys: str) -> Iterator[dict[str, object]]:
    """Go through the objects of a list, which is a document or below one key of it."""
    rows: object = document
    if keys:
        fields = document if isinstance(document, dict) else {}
        rows = next((fields[key] for key in keys if key in fields), None)
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, dict))


def moment_of(text: object) -> datetime | None:
    """Return a text as a moment, or None where it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is None or moment.tzinfo is None:
            return None
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moments_of(local: str, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which the clocks show a time: none, one or two."""
    try:
        shown = datetime.fromisoformat(local)
        if shown.tzinfo:
            return []
        both = {shown.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1)}
        return [it for it in both if it.astimezone(zone).replace(tzinfo=None) == shown]
    except (ValueError, OverflowError):
        return []


def is_amount(value: object) -> bool:
    """Tell whether a value is a number, which true is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def all_values(document: object) -> Iterator[object]:
    """Go through all that is in a document, however deep."""
    left = [document]
    while left:
        value = left.pop()
        yield value
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)


def all_amounts(documents: list[object]) -> set[float]:
    """Return every number in some documents."""
    return {
        _float(value)
        for value in all_values(documents)
        if isinstance(value, int | float) and is_amount(value)
    }


def all_moments(documents: list[object]) -> set[datetime]:
    """Return every time in some documents."""
    found = {moment_of(value) for value in all_values(documents)}
    return {moment for moment in found if moment}


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")
