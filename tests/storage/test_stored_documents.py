"""Test that no file can stop this software, whatever stands in it.

Each document is taken with anything in the place of something. Loading raises nothing,
and what is loaded goes through all that happens to it later.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
import json
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, strategies as st
import orjson
import pytest

from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.publication import Publication
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.execution import Switching, step
from custom_components.spot_planner.engine.runs.replan import replan
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.watching import Seen, SwitchState
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.options import Settings
from custom_components.spot_planner.prices.store import PriceStore, StoredPrices
from custom_components.spot_planner.prices.view import Outlook
from custom_components.spot_planner.storage import safe_store
from custom_components.spot_planner.storage.safe_store import SafeStore
from custom_components.spot_planner.storage.stored_file import StoredFile
from homeassistant.core import HomeAssistant

from ..appliances.test_run_store import STORED as STORED_RUNS
from ..engine.helpers import MINUTE, PARIS, PROPERTY, START
from ..engine.runs.made import appliance, situation
from ..odd_documents import each_odd, odd_bytes, odd_documents
from ..prices.test_store import STORED as STORED_PRICES

NOW = datetime(2026, 3, 29, 10, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "spot_planner.entry"
PUBLICATION = Publication(time(13), PARIS)


class BytesFile(StoredFile):
    """A file that is only in memory."""

    content: bytes | None = None
    kept: int = 0

    def read(self) -> bytes | None:
        """Return what is there."""
        return self.content

    def move_aside(self) -> None:
        """Take the file away."""
        assert self.content is not None
        self.content, self._aside = None, None
        self.kept += 1

    def _replace(self, content: bytes) -> None:
        self.kept += bool(self._aside)
        self.content, self._aside = content, None


@dataclass(frozen=True)
class Kind:
    """One of the documents that are stored."""

    store: type[SafeStore[Any]]
    key: str
    stored: Any
    use: Callable[[Any], None]


def use_runs(agenda: Agenda) -> None:
    """Let happen to runs what happens to them after a start."""
    assert len({run.id for run in agenda.runs}) == len(agenda.runs)
    names = {run.appliance for run in agenda.runs} | set(agenda.saved) | {"heater"}
    known = {it: appliance(it, 60, daily=it == "heater") for it in names}
    agenda = agenda.of(known).in_currency("EUR")
    prices = STORED_PRICES.prices.series
    assert abs(sum(agenda.saved.values())) < 1e17
    for now in (NOW, NOW + DAY):
        agenda = agenda.with_due(known, now, now + DAY, PARIS)
        for run in agenda.runs:
            agenda = agenda.with_run(lived(run, now))
        agenda = agenda.renewed({}, known, now, PARIS)
        agenda = agenda.settled(known, prices, PARIS).without_old(now)
        where = situation(prices, now=(now - START) / MINUTE)
        planned = replan(tuple(agenda.open()), known, where)
        assert len(planned) == len(list(agenda.open()))


def lived(run: Run, now: datetime) -> Run:
    """Return a run after some looks at it."""
    assert run.earliest < run.latest_end
    assert all(it.start < it.end for it in (*run.segments, *run.stretches))
    assert run.start or run.status is not RunStatus.COMMITTED
    switching = Switching(has_switch=True, automatic=True, duration=timedelta(hours=1))
    for state in (SwitchState.ON, SwitchState.OFF, SwitchState.MISSING):
        if run.is_open:
            run = step(run, switching, Seen(switch=state, looked_at=now), now).run
    return run


def use_prices(stored: StoredPrices) -> None:
    """Let happen to prices what happens to them after a start."""
    prices = stored.prices.since(NOW - DAY)
    for series in (prices.series, prices.export, prices.local):
        if series is None:
            continue
        use_series(series)
    if prices.series.currency == "DKK":
        prices = STORED_PRICES.prices.merge(prices).merge(STORED_PRICES.prices)
    for now in (NOW, NOW + DAY):
        Outlook(
            series=prices.series,
            export=prices.export,
            local=prices.local,
            settings=Settings.from_options({}),
            source="sobry",
            publication=PUBLICATION,
            home=PARIS,
            fetched_at=stored.fetched_at,
            held=stored.window,
        ).view(now)


def use_series(series: PriceSeries) -> None:
    """Work out what is worked out of a series."""
    average = series.average()
    assert average is None or abs(average) < 1e6
    assert len(series.resample(timedelta(hours=1))) < 2500
    cheapest_window(series, timedelta(hours=2))
    for name in series.component_names:
        assert isinstance(name, str)
        series.of_component(name)


KINDS = {
    "runs": Kind(RunStore, f"{KEY}.runs", STORED_RUNS, use_runs),
    "prices": Kind(PriceStore, KEY, STORED_PRICES, use_prices),
}


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """Return a kind of document."""
    return KINDS[request.param]


def made(kind: Kind) -> tuple[SafeStore[Any], BytesFile]:
    """Return a store whose file is only in memory."""
    hass = SimpleNamespace(
        config=SimpleNamespace(path=lambda *it: "/".join(it)), data={}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safe_store, "StoredFile", BytesFile)
        store = cast("Any", kind.store)(cast("HomeAssistant", hass), "entry")
    return store, store._file


def whole(kind: Kind) -> dict[str, Any]:
    """Return a file as it should be."""
    store, _ = made(kind)
    document: dict[str, Any] = json.loads(store._content(kind.stored))
    return document


def loaded(kind: Kind, content: bytes, used: set[str] | None = None) -> Any:
    """Load a file, use what was in it unless it was used before, and load it again."""
    store, file = made(kind)
    file.content = content
    found = store._load(file.number())
    # What cannot be used is kept, and what is used is there at the next start.
    assert file.kept or file.content == content
    before, kept = file.content, file.kept
    assert store._load(file.number()) == found
    assert (file.content, file.kept) == (before, kept)
    if found is not None and (used is None or repr(found) not in used):
        assert json.loads(store._content(found))["data"]
        kind.use(found)
        if used is not None:
            used.add(repr(found))
    return found


def encoded(document: Any) -> Iterator[bytes]:
    """Return the document as a parser may let it through, NaN and all."""
    yield json.dumps(document).encode()
    try:
        yield orjson.dumps(document)
    except TypeError:
        return


@pytest.mark.parametrize("name", KINDS)
def test_what_is_whole_is_loaded(name: str) -> None:
    """Take a file as it should be, without keeping anything aside."""
    kind = KINDS[name]
    store, file = made(kind)
    file.content = store._content(kind.stored)
    assert store._load(1) == kind.stored
    assert file.kept == 0


@pytest.mark.parametrize("name", KINDS)
def test_each_odd_value_in_each_place(name: str) -> None:
    """Go through all of them, one at a time."""
    kind = KINDS[name]
    cases = {
        content for document in each_odd(whole(kind)) for content in encoded(document)
    }
    assert len(cases) > 2000
    used: set[str] = set()
    for content in cases:
        loaded(kind, content, used)


@pytest.mark.parametrize("name", KINDS)
def test_many_odd_values_at_once(name: str) -> None:
    """Take any of them together, and anything else that JSON can say."""
    kind = KINDS[name]
    document = whole(kind)

    @PROPERTY
    @given(odd_documents(document))
    def check(odd: Any) -> None:
        for content in encoded(odd):
            loaded(kind, content)

    check()


@pytest.mark.parametrize("name", KINDS)
def test_lost_and_foreign_bytes(name: str) -> None:
    """Take a file that was cut, or has holes, or other bytes in it."""
    kind = KINDS[name]
    store, _ = made(kind)
    content = store._content(kind.stored)

    @PROPERTY
    @given(odd_bytes(content) | st.binary(max_size=200))
    def check(odd: bytes) -> None:
        loaded(kind, odd)

    check()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"data":' * 100_000 + b"1" + b"}" * 100_000,
        b"\x00" * 4096,
        b"\xff\xfe{}",
        b'{"version": 1, "data": {"x": 1e400}}',
        b'{"version": 1, "data": {"x": NaN}}',
        b'{"version": 1, "version": 2, "data": {}, "data": []}',
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
def test_what_is_no_document(name: str, content: bytes) -> None:
    """Begin anew, and keep what was there."""
    assert loaded(KINDS[name], content) is None


@pytest.mark.parametrize("name", KINDS)
def test_fields_of_tomorrow_are_left_out_of_account(name: str) -> None:
    """Read what is known, with something unknown beside it everywhere."""
    kind = KINDS[name]
    document = whole(kind)

    def grown(value: Any) -> Any:
        if isinstance(value, list):
            return [grown(it) for it in value]
        if isinstance(value, dict):
            return {key: grown(it) for key, it in value.items()} | (
                {} if is_map(value) else {"tomorrow": {"more": [1]}}
            )
        return value

    assert loaded(kind, json.dumps(grown(document)).encode()) == kind.stored


def is_map(value: dict[str, Any]) -> bool:
    """Tell whether the names in an object are those of appliances."""
    return set(value) <= {"dishwasher", "car"}
