"""Test runs on disk: a restart loses none, and no damage costs what was saved."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
import json
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances.run_document import (
    read_entry,
    read_run,
    write_entry,
    write_run,
)
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.planning.model import (
    PlannedRun,
    Rule,
    RunnerUp,
    Segment,
)
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.ledger import LedgerEntry, Slot
from custom_components.spot_planner.engine.runs.run import Run, RunProblem, RunStatus
from custom_components.spot_planner.prices.store import PriceStore
from custom_components.spot_planner.storage.stored_value import MOST
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads_object

from ..conftest import ENTRY_ID
from ..engine.helpers import PROPERTY
from ..prices.test_store import STORED as STORED_PRICES
from ..stored import files, names, real_files, write

KEY = f"spot_planner.{ENTRY_ID}.runs"

MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - the zone is the next argument.
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
NUMBERS = st.floats(-MOST, MOST)
# Each begins where the one before has ended, so there are at most three.
SEGMENTS = st.lists(
    st.timedeltas(timedelta(microseconds=1), timedelta(days=2)), max_size=4
).flatmap(
    lambda lengths: MOMENTS.map(
        lambda moment: tuple(
            Segment(moment + start, moment + end)
            for start, end in pairwise(accumulate(lengths))
        )
    )
)
PLANS = st.builds(
    PlannedRun,
    name=st.text(),
    segments=SEGMENTS.filter(bool),
    energy=NUMBERS,
    cost=NUMBERS,
    average_price=NUMBERS,
    cost_if_now=NUMBERS,
    saving=NUMBERS,
    runner_up=st.none() | st.builds(RunnerUp, SEGMENTS.filter(bool), NUMBERS),
    rule=st.sampled_from(Rule),
    estimated=st.booleans(),
    sources=st.lists(st.none() | st.text(), max_size=2).map(tuple),
)
RUNS = st.builds(
    # What is committed has a time.
    lambda *, earliest, wait, status, segments, **more: Run(
        earliest=earliest,
        latest_end=earliest + wait,
        status=status if segments else RunStatus.PLANNED,
        segments=segments,
        **more,
    ),
    appliance=st.text(),
    key=st.text(),
    earliest=MOMENTS,
    wait=st.timedeltas(timedelta(microseconds=100), timedelta(days=366)),
    duration=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    status=st.sampled_from(RunStatus),
    segments=SEGMENTS,
    rule=st.none() | st.sampled_from(Rule),
    plan=st.none() | PLANS,
    by_hand=st.booleans(),
    hand=st.none() | st.booleans(),
    told=st.none() | st.booleans(),
    told_at=st.none() | MOMENTS,
    attempts=st.integers(0, 3),
    on_since=st.none() | MOMENTS,
    stretches=SEGMENTS,
    problem=st.none() | st.sampled_from(RunProblem),
    is_settled=st.booleans(),
)
ENTRIES = st.builds(
    lambda *, start, length, **more: LedgerEntry(
        start=start, end=start + length, **more
    ),
    appliance=st.text(),
    key=st.text(),
    start=MOMENTS,
    length=st.timedeltas(timedelta(microseconds=100), timedelta(days=9)),
    energy=NUMBERS,
    cost=NUMBERS,
    cost_at_request=st.none() | NUMBERS,
    cost_at_mean=NUMBERS,
    slots=st.tuples(SEGMENTS, NUMBERS, NUMBERS, NUMBERS).map(
        lambda it: tuple(Slot(part.start, part.end, *it[1:]) for part in it[0])
    ),
    estimated=st.booleans(),
)

START = datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC)
END = START + timedelta(hours=2)
RUN = Run(
    appliance="dishwasher",
    key="2026-03-29",
    earliest=START,
    latest_end=END,
    status=RunStatus.RUNNING,
    segments=(Segment(START, END),),
    rule=Rule.CHEAPEST,
    plan=PlannedRun(
        name="dishwasher",
        segments=(Segment(START, END),),
        energy=1.2,
        cost=-0.1,
        average_price=-0.1 / 1.2,
        cost_if_now=0.3,
        saving=0.4,
        runner_up=RunnerUp((Segment(END, END + timedelta(hours=2)),), 0.1 + 0.2),
        rule=Rule.CHEAPEST,
        estimated=True,
        sources=(None, "energysignal"),
    ),
    told=True,
    on_since=START,
)
ENTRY = LedgerEntry(
    appliance="dishwasher",
    key="2026-03-28",
    start=START,
    end=END,
    energy=1.2,
    cost=0.1,
    cost_at_request=0.3,
    cost_at_mean=0.2,
    slots=(Slot(START, END, 1.2, 0.1 / 1.2, 0.1),),
    estimated=False,
)
STORED = Agenda(
    runs=(RUN, Run(appliance="car", key="k", earliest=START, latest_end=END)),
    looked_at={"dishwasher": END, "car": START},
    saved={"dishwasher": 12.34, "car": -0.5},
    last={"dishwasher": ENTRY},
)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Iterator[Path]:
    """Return the folder in which files are really stored."""
    with real_files(hass, tmp_path) as folder:
        yield folder


def on_disk(document: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a document after it was a file."""
    return json_loads_object(json_bytes(document))


@PROPERTY
@given(RUNS)
def test_every_run_comes_back_as_it_was(run: Run) -> None:
    """Lose nothing of any run."""
    assert read_run(on_disk(write_run(run))) == run


@PROPERTY
@given(ENTRIES)
def test_every_cost_comes_back_as_it_was(entry: LedgerEntry) -> None:
    """Lose no cent of any run."""
    assert read_entry(on_disk(write_entry(entry))) == entry


def test_no_field_is_forgotten() -> None:
    """Write down what is added to a run or its costs later, too."""
    assert set(write_run(RUN)) == {it.name for it in fields(Run)}
    assert set(write_entry(ENTRY)) == {it.name for it in fields(LedgerEntry)}


async def test_what_is_saved_is_loaded(hass: HomeAssistant, folder: Path) -> None:
    """Give back all runs, savings and costs, from one file."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    assert len(files(folder, KEY)) == 1
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED


async def test_nothing_is_loaded_where_nothing_was_saved(
    hass: HomeAssistant, folder: Path
) -> None:
    """Begin without runs on a first start."""
    assert await RunStore(hass, ENTRY_ID).async_load() == Agenda()


def file_of(data: object, version: int = 1) -> str:
    """Return the text of a file that Home Assistant's store can read."""
    return json.dumps(
        {"version": version, "minor_version": 1, "key": KEY, "data": data}
    )


def damaged(**changes: Any) -> str:
    """Return a file in which one thing is odd, and the savings are not."""
    run = on_disk(write_run(RUN))
    document: dict[str, Any] = {
        "saved": {"dishwasher": 12.34, "car": -0.5},
        "looked_at": {"dishwasher": END.timestamp()},
        "last": {},
        "runs": [run, run | changes],
    }
    return file_of(document)


@pytest.mark.parametrize(
    "text",
    [
        damaged(status="sleeping"),
        damaged(earliest=None),
        damaged(latest_end="tomorrow"),
        damaged(latest_end=1e300),
        damaged(segments=[[1]]),
        damaged(segments=7),
        damaged(rule="whim"),
        damaged(plan={}),
        damaged(problem="bad_mood"),
        damaged(attempts="many"),
        damaged(duration="long"),
        file_of({"saved": {"dishwasher": 12.34, "car": -0.5}}),
        file_of({"saved": {"dishwasher": 12.34, "car": -0.5, "x": "y", "z": None}}),
    ],
)
async def test_what_was_saved_outlives_a_damaged_file(
    hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """Set the file aside, say so, and keep the savings, which nobody else knows."""
    write(folder / KEY, text)
    loaded = await RunStore(hass, ENTRY_ID).async_load()
    assert loaded.saved == {"dishwasher": 12.34, "car": -0.5}
    assert files(folder, f"{KEY}.damaged.*") == [text]
    assert f"The stored runs in {KEY} cannot be read" in caplog.text
    assert "what cannot be used of it is planned anew" in caplog.text

    # It is on disk again before anything else happens.
    assert await RunStore(hass, ENTRY_ID).async_load() == loaded
    assert len(names(folder)) == 2
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        json.dumps({"no": "version"}),
        file_of([]),
        file_of({}),
        file_of({"saved": None}),
        file_of({"saved": [1, 2]}),
        file_of(None, version=0),
        file_of({}, version=99),
    ],
)
async def test_a_file_of_which_nothing_can_be_read_is_set_aside(
    hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """Begin anew, and keep the file under another name."""
    write(folder / KEY, text)
    assert await RunStore(hass, ENTRY_ID).async_load() == Agenda()
    assert files(folder, f"{KEY}*") == [text]
    assert files(folder, KEY) == []
    assert KEY in caplog.text


async def test_what_is_removed_is_gone(hass: HomeAssistant, folder: Path) -> None:
    """Leave no file behind, not even one that was damaged and set aside."""
    write(folder / KEY, damaged(rule="whim"))
    store = RunStore(hass, ENTRY_ID)
    await store.async_load()
    await store.async_save(STORED)
    assert len(files(folder, f"{KEY}*")) == 2
    await store.async_remove()
    assert files(folder, f"{KEY}*") == []


async def test_runs_stay_when_only_prices_are_removed(
    hass: HomeAssistant, folder: Path
) -> None:
    """Keep runs and savings when prices are asked for anew."""
    prices = PriceStore(hass, ENTRY_ID)
    await prices.async_save(STORED_PRICES)
    write_aside = folder / f"{KEY}.damaged.20260329000000"
    write_aside.write_text("an older file of runs")
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    await prices.async_remove()
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    assert write_aside.exists()


async def test_a_removed_entry_leaves_no_runs_on_disk(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """Delete the runs with the entry, and not before."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert KEY in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert not [key for key in hass_storage if loaded.entry_id in key]
