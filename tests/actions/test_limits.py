"""Test that an action answers in one sentence, whatever the world sends it."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.spot_planner.services import ACTIONS
from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant

from ..conftest import DOMAIN, set_up
from ..planned import DISHWASHER, NAME, entry_with_dishwasher
from ..table import table
from .test_prices import call, refused
from .test_runs import EVENING

pytestmark = pytest.mark.usefixtures("without_entities")

NAN, INF = float("nan"), float("inf")
PHASE = {"duration": "00:01:00", "power": 1}
WASHER = {"name": "washer", "duration": "02:00:00", "power": 2}
LONG = "x" * 256
MEGABYTES = "x" * 4_000_000
STATISTIC = {"energy_statistic": "sensor.meter", "start": "2026-04-14 00:00"}


@pytest.fixture
async def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> MockConfigEntry:
    """Return an entry with a dishwasher that is asked for."""
    freezer.move_to(EVENING)
    entry = entry_with_dishwasher(price_server, schedule="on_demand")
    await set_up(hass, entry)
    return entry


def washers(number: int, **fields: Any) -> list[dict[str, Any]]:
    """Return as many washers, each with a name of its own."""
    return [{**WASHER, "name": f"washer {it}", **fields} for it in range(number)]


# What is wrong with a time or a duration is wrong wherever one is taken.
TIMES = [
    *("0001-01-01 00:00", "1999-12-31 23:59:59", "2100-01-01 00:00"),
    *("9999-12-31 23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
]
TIME_FIELDS = [
    ("get_prices", "start", {}),
    ("get_prices", "end", {}),
    ("find_window", "earliest_start", {"duration": "01:00:00"}),
    ("find_window", "latest_end", {"duration": "01:00:00"}),
    ("request_run", "ready_by", {"appliance": NAME}),
    ("compare_tariffs", "start", {"energy_statistic": "sensor.meter"}),
    ("compare_tariffs", "end", STATISTIC),
]
DURATIONS = [
    *(INF, -INF, 1e300, 366 * 86400 + 1, {"days": 367}, {"days": 1e18}),
    {"days": INF},
]
DURATION_FIELDS: list[tuple[str, str, dict[str, Any]]] = [
    ("find_window", "duration", {}),
    ("find_window", "shortest_segment", {"duration": "01:00:00", "split": True}),
    ("request_run", "duration", {"appliance": NAME}),
]


@table("value", TIMES)
@table("action, field, others", TIME_FIELDS)
async def test_times_of_another_century(
    hass: HomeAssistant,
    home: MockConfigEntry,
    action: str,
    field: str,
    others: dict[str, Any],
    value: str,
) -> None:
    """Nobody reckons with moments that cannot be added up."""
    key = await refused(hass, action, **{**others, field: value})
    assert key == "time_out_of_range"


@table("value", DURATIONS)
@table("action, field, others", DURATION_FIELDS)
async def test_durations_of_years(
    hass: HomeAssistant,
    home: MockConfigEntry,
    action: str,
    field: str,
    others: dict[str, Any],
    value: Any,
) -> None:
    """Nothing lasts longer than a year."""
    key = await refused(hass, action, **{**others, field: value})
    assert key == "duration_out_of_range"


@table(
    "action, fields, key",
    [
        ("find_window", {"duration": 3600, "power": NAN}, "not_a_number"),
        ("find_window", {"duration": 3600, "power": "nan"}, "not_a_number"),
        ("find_window", {"duration": 3600, "power": INF}, "not_a_number"),
        ("find_window", {"duration": 3600, "power": 1e308}, "power_too_high"),
        ("find_window", {"duration": 3600, "power": 1000.1}, "power_too_high"),
        ("find_window", {"duration": 3600, "power": -0.1}, "power_negative"),
        ("find_window", {"duration": 3600, "power": 0}, "power_not_positive"),
        ("find_window", {"profile": []}, "profile_empty"),
        ("find_window", {"profile": [PHASE] * 51}, "profile_too_long"),
        ("find_window", {"profile": [PHASE] * 100_000}, "profile_too_long"),
        ("find_window", {"profile": [{**PHASE, "power": NAN}]}, "not_a_number"),
        (
            "find_window",
            {"profile": [{**PHASE, "duration": {"days": 366}}] * 50},
            "longer_than_horizon",
        ),
        ("find_window", {"duration": {"days": 366}}, "longer_than_horizon"),
        # From the end of what is known to the last time that there is.
        (
            "find_window",
            {
                "duration": {"days": 366},
                "earliest_start": "2099-12-31 23:59:59",
            },
            "no_prices",
        ),
        (
            "find_window",
            {"duration": 3600, "earliest_start": "2026-05-01 00:00"},
            "no_prices",
        ),
        (
            "find_window",
            {"duration": 3600, "latest_end": "2000-01-01 00:00"},
            "deadline_past",
        ),
        ("plan", {"appliances": washers(51)}, "appliances_too_many"),
        ("plan", {"appliances": washers(20_000)}, "appliances_too_many"),
        ("plan", {"appliances": [{"name": LONG}]}, "name_too_long"),
        ("plan", {"appliances": [{**WASHER, "name": MEGABYTES}]}, "name_too_long"),
        ("plan", {"appliances": [{**WASHER, "after": MEGABYTES}]}, "name_too_long"),
        ("plan", {"appliances": [{**WASHER, "never_with": LONG}]}, "name_too_long"),
        (
            "plan",
            {"appliances": [{**WASHER, "never_with": ["a"] * 51}]},
            "appliances_too_many",
        ),
        ("plan", {"appliances": [WASHER], "power_limit": 0}, "power_not_positive"),
        ("plan", {"appliances": [WASHER], "power_limit": -1}, "power_negative"),
        ("plan", {"appliances": [WASHER], "power_limit": INF}, "not_a_number"),
        ("plan", {"appliances": [WASHER], "power_limit": 1e6}, "power_too_high"),
        ("plan", {"appliances": [WASHER], "base_load": -1}, "power_negative"),
        ("plan", {"appliances": [WASHER], "base_load": "nan"}, "not_a_number"),
        ("plan", {"appliances": [WASHER], "base_load": 1e300}, "power_too_high"),
        (
            "plan",
            {"appliances": [{"name": "a", "profile": [PHASE] * 51}]},
            "profile_too_long",
        ),
        ("request_run", {"appliance": MEGABYTES}, "name_too_long"),
        ("request_run", {"appliance": "x" * 255}, "appliance_unknown"),
        ("request_run", {"appliance": ""}, "appliance_unknown"),
        (
            "request_run",
            {"appliance": NAME, "duration": "24:01:00"},
            "duration_too_long",
        ),
        ("request_run", {"appliance": NAME, "duration": -1}, "duration_not_positive"),
        (
            "request_run",
            {"appliance": NAME, "ready_by": "2026-05-16 19:01"},
            "deadline_too_far",
        ),
        (
            "request_run",
            {"appliance": NAME, "ready_by": "2099-12-31 23:59:59"},
            "deadline_too_far",
        ),
        ("cancel_run", {"appliance": MEGABYTES}, "name_too_long"),
        (
            "compare_tariffs",
            {**STATISTIC, "energy_statistic": MEGABYTES},
            "name_too_long",
        ),
        (
            "compare_tariffs",
            {**STATISTIC, "start": "2000-01-01 00:00"},
            "period_too_long",
        ),
        (
            "compare_tariffs",
            {**STATISTIC, "start": "2099-01-01 00:00"},
            "end_before_start",
        ),
    ],
)
async def test_what_no_home_could_mean(
    hass: HomeAssistant,
    home: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    action: str,
    fields: dict[str, Any],
    key: str,
) -> None:
    """Each mistake has its own sentence, and changes and logs nothing."""
    before = home.runtime_data.planner.runs
    assert await refused(hass, action, **fields) == key
    assert home.runtime_data.planner.runs == before
    assert "Traceback" not in caplog.text


@table("action", ACTIONS)
@table("entry_id", ["", "gone", LONG, MEGABYTES])
async def test_no_such_entry(
    hass: HomeAssistant, home: MockConfigEntry, action: Any, entry_id: str
) -> None:
    """An id that no entry has is answered in a few words."""
    needed = {
        "find_window": {"duration": 3600},
        "plan": {"appliances": [WASHER]},
        "request_run": {"appliance": NAME},
        "cancel_run": {"appliance": NAME},
        "compare_tariffs": STATISTIC,
    }
    fields = needed.get(action.name, {})
    key = await refused(hass, action.name, config_entry_id=entry_id, **fields)
    assert key == "entry_unknown"


@table(
    "action, fields",
    [
        ("find_window", {"duration": NAN}),
        ("find_window", {"profile": PHASE}),
        ("find_window", {"profile": "x" * 1000}),
        ("plan", {"appliances": {"washer": 1}}),
        ("plan", {"appliances": [[[[]]]]}),
        ("plan", {"appliances": [{**WASHER, "name": ["a"]}]}),
        ("plan", {"appliances": [{**WASHER, "name": None}]}),
        ("request_run", {"appliance": {"name": NAME}}),
        ("request_run", {"appliance": NAME, "duration": "soon"}),
        ("request_run", {"appliance": NAME, "ready_by": 5}),
    ],
)
async def test_what_has_not_the_shape_of_its_field(
    hass: HomeAssistant, home: MockConfigEntry, action: str, fields: dict[str, Any]
) -> None:
    """Home Assistant itself refuses it, and names the field."""
    with pytest.raises(vol.Invalid):
        await call(hass, action, **fields)


async def test_what_is_just_allowed(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """Each limit is one that can be reached."""
    window = await call(hass, "find_window", profile=[PHASE] * 50)
    assert window["energy"] == pytest.approx(50 / 60)
    window = await call(hass, "find_window", duration=3600, power=1000)
    assert window["energy"] == pytest.approx(1000)
    small = {"duration": 900, "power": 0.1}
    plan = await call(hass, "plan", appliances=washers(50, **small))
    assert len(plan["runs"]) == 50
    run = await call(hass, "request_run", appliance=NAME, ready_by="2026-05-16 19:00")
    assert run["status"] == "planned"


@pytest.mark.parametrize("duration", [-1, 0, 86400.5, {"days": 365}])
async def test_nothing_is_changed_by_a_duration_that_cannot_be(
    hass: HomeAssistant, home: MockConfigEntry, duration: Any
) -> None:
    """A run that is planned already stays as it is; the other is not even tried."""
    planner = home.runtime_data.planner
    await call(hass, "request_run", appliance=NAME)
    before = planner.runs
    assert len([it for it in before if it.is_open]) == 1
    with patch.object(planner, "_async_plan") as plan:
        key = await refused(hass, "request_run", appliance=NAME, duration=duration)
    assert key in ("duration_not_positive", "duration_too_long")
    assert planner.runs == before
    plan.assert_not_called()


async def test_a_window_is_looked_for_beside_everything_else(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Whatever a plan takes, the event loop does not wait for it."""
    with patch.object(
        hass, "async_add_executor_job", wraps=hass.async_add_executor_job
    ) as aside:
        await call(
            hass,
            "find_window",
            duration={"hours": 7, "minutes": 13, "seconds": 11},
            split=True,
            shortest_segment=timedelta(seconds=61),
        )
    assert aside.called
    assert DISHWASHER in home.subentries
    assert hass.services.has_service(DOMAIN, "find_window")
