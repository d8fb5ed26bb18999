"""Test the action that plans several appliances together."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from homeassistant.core import HomeAssistant

from ..table import table
from .test_prices import call, moment, refused

pytestmark = pytest.mark.usefixtures("without_entities")

HOUR = timedelta(hours=1)
WASHER = {"name": "washer", "duration": "02:00:00", "power": 2}
DRYER = {"name": "dryer", "duration": "01:30:00", "power": 3}
CAR = {"name": "car", "duration": "03:00:00", "power": 7}


def by_name(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the runs of a plan by the names of their appliances."""
    return {run["name"]: run for run in answer["runs"]}


def meet(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Tell whether two runs share a moment."""
    return moment(a["start"]) < moment(b["end"]) and moment(b["start"]) < moment(
        a["end"]
    )


async def test_alone(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Appliances that do not contend each have the window that is best for them."""
    answer = await call(hass, "plan", appliances=[WASHER, DRYER])
    assert answer["status"] == "optimal"
    assert answer["gap"] == 0
    assert answer["relaxed"] == answer["unplaced"] == []
    runs = by_name(answer)
    assert list(runs) == ["washer", "dryer"]
    for appliance in (WASHER, DRYER):
        fields = {key: value for key, value in appliance.items() if key != "name"}
        window = await call(hass, "find_window", **fields)
        run = runs[str(appliance["name"])]
        assert run["segments"] == window["segments"]
        assert (run["start"], run["end"]) == (window["start"], window["end"])
        assert run["cost"] == pytest.approx(window["cost"])
    total = sum(run["cost"] for run in runs.values())
    assert answer["cost"] == pytest.approx(total)
    assert answer["bound"] == pytest.approx(total)


@pytest.mark.parametrize("options", [{"power_limit": 9.0, "base_load": 1.0}])
async def test_power_of_the_home(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """The limit of the home holds, unless the action gives another one."""
    appliances = [WASHER, DRYER, CAR]
    bound = by_name(await call(hass, "plan", appliances=appliances))
    assert not meet(bound["car"], bound["washer"])
    assert not meet(bound["car"], bound["dryer"])
    free = await call(
        hass, "plan", appliances=appliances, power_limit=20, base_load=0.5
    )
    assert any(meet(a, b) for a, b in combinations(free["runs"], 2))
    assert free["cost"] < sum(run["cost"] for run in bound.values())


async def test_order(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """One follows another within its time, and some are never on together."""
    dryer = {**DRYER, "after": "washer", "after_within": "01:00:00"}
    car = {**CAR, "never_with": ["washer", "dryer"]}
    runs = by_name(await call(hass, "plan", appliances=[dryer, WASHER, car]))
    pause = moment(runs["dryer"]["start"]) - moment(runs["washer"]["end"])
    assert timedelta() <= pause <= HOUR
    assert not meet(runs["car"], runs["washer"])
    assert not meet(runs["car"], runs["dryer"])


async def test_relaxed_and_unplaced(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What cannot be kept to, and what has no place at all, is told."""
    late = {**WASHER, "latest_end": "2026-04-15T15:00:00"}
    never = {**DRYER, "earliest_start": "2026-04-20T00:00:00"}
    answer = await call(hass, "plan", appliances=[late, never])
    assert answer["status"] == "relaxed"
    assert answer["relaxed"] == [{"name": "washer", "rule": "deadline_relaxed"}]
    assert answer["unplaced"] == [{"name": "dryer", "reason": "no_prices"}]
    assert by_name(answer).keys() == {"washer"}


@table(
    "appliances, key",
    [
        ([WASHER, WASHER], "name_not_unique"),
        ([{**WASHER, "after": "washer"}], "after_itself"),
        ([{**WASHER, "never_with": "washer"}], "never_with_itself"),
        ([{**WASHER, "after": "dryer"}], "unknown_run"),
        ([{**WASHER, "never_with": ["dryer"]}], "unknown_run"),
        ([{**WASHER, "after": "dryer"}, {**DRYER, "after": "washer"}], "order_circle"),
        (
            [{**WASHER, "after": "dryer", "after_within": -1}, DRYER],
            "duration_negative",
        ),
        ([{**WASHER, "power": 5.1}], "power_above_limit"),
        ([{**WASHER, "duration": 0}], "duration_not_positive"),
        ([{"name": "washer"}], "duration_or_profile"),
    ],
)
async def test_plan_is_refused(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    appliances: list[dict[str, Any]],
    key: str,
) -> None:
    """Each thing that cannot be has its own sentence."""
    fields = {"appliances": appliances, "power_limit": 6, "base_load": 1}
    assert await refused(hass, "plan", **fields) == key


async def test_base_load_leaves_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A home that is full has no power for any appliance."""
    key = await refused(hass, "plan", appliances=[WASHER], power_limit=1, base_load=1)
    assert key == "power_above_limit"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"appliances": []},
        {"appliances": [{"duration": 60}]},
        {"appliances": [{**WASHER, "kind": "dearest"}]},
        {"appliances": [WASHER], "power_limit": "much"},
        {"appliances": [WASHER], "base_load": [1]},
    ],
    ids=str,
)
async def test_unusable_fields(
    hass: HomeAssistant, loaded: MockConfigEntry, data: dict[str, Any]
) -> None:
    """What no field could hold is refused before anything is worked out."""
    with pytest.raises(vol.Invalid):
        await call(hass, "plan", **data)
