"""Test what answers that were changed at random have brought to light."""

from collections.abc import Callable

from aiohttp import ServerTimeoutError
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    ProviderError,
    TimedOutError,
)
from custom_components.spot_planner.engine.providers.network.http import (
    HttpClient,
    parse,
)
from custom_components.spot_planner.engine.providers.rows import utc as read_time
from custom_components.spot_planner.engine.providers.sobry import (
    contract as sobry_contract,
    public as sobry,
)
from custom_components.spot_planner.engine.tariffs.model import FrenchContract

from ...helpers import PARIS, QUARTER, paris
from ..sobry.answers import answer, row
from .wire import Question, Reply, Wire

START = paris("2026-04-15T03:15")
SECRET = "sob_apikey_5f1d7c0b9e6a4d2f8c3b"


@pytest.mark.parametrize(
    ("day", "times", "empty"),
    [
        ("2026-04-15", ["03:15", "03:30", "03:45"], "03:30"),
        # The clock shows these three times twice, so a single row means neither.
        ("2026-10-25", ["01:45", "02:00", "03:00"], ""),
    ],
)
def test_price_does_not_reach_over_an_empty_row(
    day: str, times: list[str], empty: str
) -> None:
    """A row that gives no price still tells how long its neighbours last."""
    rows = [
        {"date": day, "time": time, "price": None if time == empty else 0.1}
        for time in times
    ]
    series = sobry_contract.read_prices(rows, PARIS)
    assert [it.start for it in series] == [
        paris(f"{day}T{times[0]}"),
        paris(f"{day}T{times[-1]}"),
    ]
    assert series.intervals[0].end <= paris(f"{day}T{times[1]}")


def test_fields_whose_names_are_no_new_ones() -> None:
    """A component has a name, and no two have the same."""
    fields = {"_eur_kwh": 1, "spot_eur_kwh": 2, "vat_eur_kwh": 3}
    document = answer([row(START, **fields)])
    (interval,) = sobry.read_prices(document, FrenchContract(), PARIS)
    amounts = [(part.name, part.amount) for part in interval.components]
    assert dict(amounts) == {
        "spot": 0.05,
        "grid": 0.0166,
        "excise": 0.03085,
        "vat": 0.01949,
    }
    assert len(amounts) == 4
    assert interval.duration == QUARTER


def causes(error: BaseException) -> list[BaseException]:
    """Return what a log would show of how an error came about."""
    cause = error.__cause__
    if not cause and not error.__suppress_context__:
        cause = error.__context__
    return [cause, *causes(cause)] if cause else []


def test_no_error_quotes_the_answer() -> None:
    """Not even by what has caused it."""
    contract_row = {"date": SECRET, "time": "03:15", "price": 0.1}
    readers: list[Callable[[], object]] = [
        lambda: read_time(SECRET, "row 0"),
        lambda: sobry_contract.read_prices([contract_row], PARIS),
        lambda: parse(SECRET.encode() + b"\xff"),
    ]
    for read in readers:
        with pytest.raises(MalformedError) as failed:
            read()
        shown: list[BaseException] = [failed.value, *causes(failed.value)]
        assert not [it for it in shown if SECRET in f"{it} {it!r}"]


async def test_no_error_tells_the_address() -> None:
    """What aiohttp says of a timeout names the address, with where somebody lives."""

    async def answering(question: Question) -> Reply:
        return Reply(error=ServerTimeoutError(f"Connection timeout to {question.url}"))

    client = HttpClient(Wire(answering).session, "https://api.test")
    with pytest.raises(ProviderError) as failed:
        await client.get_json("/prices/location", {"latitude": "55.6761"})
    assert isinstance(failed.value, TimedOutError)
    shown: list[BaseException] = [failed.value, *causes(failed.value)]
    assert not [it for it in shown if "55.6761" in str(it)]
