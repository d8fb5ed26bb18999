"""Test the actions that ask for a run and call one off."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances.settings import ApplianceSettings
from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.model import (
    Infeasible,
    InfeasibleError,
    PlannedRun,
    Rule,
    Segment,
)
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..conftest import DOMAIN, set_up
from ..planned import NAME, entry_with_dishwasher
from .test_prices import call, refused

START = datetime(2026, 4, 15, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Dear hours of the market, so that a run waits for later ones.
EVENING = "2026-04-15T19:00:00+02:00"
WASHER, DRYER, SECOND_DRYER = "washer_id", "dryer_id", "second_dryer_id"
NAMES = {WASHER: "Washer", DRYER: "Dryer", SECOND_DRYER: "Dryer"}

RUN = Run(
    appliance=WASHER,
    key="2026-04-15",
    earliest=START,
    latest_end=START + 8 * HOUR,
    segments=(
        Segment(START, START + HOUR),
        Segment(START + 2 * HOUR, START + 3 * HOUR),
    ),
    rule=Rule.CHEAPEST,
    plan=PlannedRun(
        name=WASHER,
        segments=(),
        energy=2,
        cost=0.4,
        average_price=0.2,
        cost_if_now=0.5,
        saving=0.1,
        runner_up=None,
        rule=Rule.CHEAPEST,
        estimated=True,
        sources=(None, "energysignal"),
    ),
)


@dataclass
class StandIn:
    """A planner that remembers what it was asked."""

    appliances: dict[str, ApplianceSettings]
    run: Run = RUN
    error: Exception | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    async def async_request_run(
        self, appliance: str, duration: timedelta | None, ready_by: datetime | None
    ) -> Run:
        """Answer with the run."""
        return self._answer("request", appliance, duration, ready_by)

    async def async_skip_run(self, appliance: str) -> Run:
        """Answer with the run, skipped."""
        return replace(self._answer("skip", appliance), status=RunStatus.SKIPPED)

    def _answer(self, *asked: Any) -> Run:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return self.run


@pytest.fixture
def planner(loaded: MockConfigEntry) -> Iterator[StandIn]:
    """Put a stand-in into the place of the planner."""
    data = {"duration": 60, "power": 1}
    stand_in = StandIn(
        {
            key: ApplianceSettings.from_data(key, name, data)
            for key, name in NAMES.items()
        }
    )
    runtime = loaded.runtime_data
    loaded.runtime_data = SimpleNamespace(prices=runtime.prices, planner=stand_in)
    yield stand_in
    loaded.runtime_data = runtime


async def test_request(hass: HomeAssistant, planner: StandIn) -> None:
    """The planner is asked, and its run is told."""
    answer = await call(
        hass,
        "request_run",
        appliance="Washer",
        duration="02:00:00",
        ready_by="2026-04-16T06:00:00",
    )
    ready_by = datetime(2026, 4, 16, 4, tzinfo=UTC)
    assert planner.asked == [("request", WASHER, 2 * HOUR, ready_by)]
    assert answer == {
        "appliance": "Washer",
        "status": "planned",
        "start": "2026-04-15T22:00:00+02:00",
        "end": "2026-04-16T01:00:00+02:00",
        "cost": 0.4,
        "saving": 0.1,
        "rule": "cheapest",
        "estimated": True,
        "source": "sobry, energysignal",
        "segments": [
            {
                "start": "2026-04-15T22:00:00+02:00",
                "end": "2026-04-15T23:00:00+02:00",
            },
            {
                "start": "2026-04-16T00:00:00+02:00",
                "end": "2026-04-16T01:00:00+02:00",
            },
        ],
    }


async def test_request_without_wishes(hass: HomeAssistant, planner: StandIn) -> None:
    """The settings of the appliance hold; nobody has to want the answer."""
    await hass.services.async_call(
        DOMAIN, "request_run", {"appliance": WASHER}, blocking=True
    )
    assert planner.asked == [("request", WASHER, None, None)]


async def test_cancel(hass: HomeAssistant, planner: StandIn) -> None:
    """The run that is called off is told."""
    answer = await call(hass, "cancel_run", appliance="Washer")
    assert planner.asked == [("skip", WASHER)]
    assert answer["status"] == "skipped"


async def test_run_without_prices(hass: HomeAssistant, planner: StandIn) -> None:
    """What a run costs is open where no price is known."""
    planner.run = replace(RUN, plan=None, rule=Rule.OFF_PEAK)
    answer = await call(hass, "request_run", appliance=WASHER)
    assert answer["rule"] == "off_peak"
    for key in ("cost", "saving", "estimated", "source"):
        assert answer[key] is None


async def test_run_without_time(hass: HomeAssistant, planner: StandIn) -> None:
    """A run that has no time yet says so."""
    planner.run = replace(RUN, plan=None, rule=None, segments=())
    answer = await call(hass, "request_run", appliance=WASHER)
    assert answer["start"] is answer["end"] is answer["rule"] is None
    assert answer["segments"] == []


async def test_appliance_by_device(
    hass: HomeAssistant, loaded: MockConfigEntry, planner: StandIn
) -> None:
    """An appliance may be named by its device, as automations of the UI do."""
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=loaded.entry_id,
        identifiers={(DOMAIN, DRYER)},
    )
    await call(hass, "cancel_run", appliance=device.id)
    assert planner.asked == [("skip", DRYER)]
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=loaded.entry_id, identifiers={(DOMAIN, "else")}
    )
    key = await refused(hass, "cancel_run", appliance=other.id)
    assert key == "appliance_unknown"


@pytest.mark.parametrize("action", ["request_run", "cancel_run"])
@pytest.mark.parametrize(
    ("appliance", "key"),
    [("Oven", "appliance_unknown"), ("Dryer", "appliance_not_unique")],
)
async def test_appliance_is_not_clear(
    hass: HomeAssistant, planner: StandIn, action: str, appliance: str, key: str
) -> None:
    """An appliance that nobody knows, or that could be two, is refused."""
    assert await refused(hass, action, appliance=appliance) == key
    assert planner.asked == []


@pytest.mark.parametrize("action", ["request_run", "cancel_run"])
@pytest.mark.parametrize(
    "error",
    [
        InputError("appliance", "no_run", "Washer"),
        InfeasibleError(WASHER, Infeasible.DEADLINE_TOO_CLOSE),
    ],
    ids=lambda error: error.reason,
)
async def test_planner_refuses(
    hass: HomeAssistant, planner: StandIn, action: str, error: Any
) -> None:
    """The reason of the engine is the sentence that the user reads."""
    planner.error = error
    assert await refused(hass, action, appliance=WASHER) == error.reason


async def test_entry_without_planner(
    hass: HomeAssistant, loaded: MockConfigEntry, planner: StandIn
) -> None:
    """Without a planner there is nothing to ask."""
    loaded.runtime_data.planner = None
    key = await refused(hass, "cancel_run", appliance=WASHER)
    assert key == "entry_without_prices"


@pytest.fixture
async def dishwasher(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> MockConfigEntry:
    """Return an entry with a dishwasher that runs when it is asked to."""
    freezer.move_to(EVENING)
    entry = entry_with_dishwasher(price_server, schedule="on_demand")
    await set_up(hass, entry)
    return entry


async def test_real_run(hass: HomeAssistant, dishwasher: MockConfigEntry) -> None:
    """A run that is asked for takes place in the cheapest window, until cancelled."""
    answer = await call(
        hass,
        "request_run",
        appliance=NAME,
        duration="01:30:00",
        ready_by="2026-04-16T03:00:00",
    )
    window = await call(
        hass,
        "find_window",
        duration="01:30:00",
        latest_end="2026-04-16T03:00:00",
        power=2,
    )
    for key in ("start", "end", "cost", "saving", "segments", "source"):
        assert answer[key] == window[key], key
    assert answer["status"] == "planned"
    ended = await call(hass, "cancel_run", appliance=NAME)
    assert ended["start"] == answer["start"]
    assert ended["status"] == "skipped"


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ({"duration": 0}, "duration_not_positive"),
        ({"duration": "24:00:01"}, "duration_too_long"),
        ({"ready_by": "2026-04-15T19:00:00"}, "deadline_past"),
        ({"ready_by": "2026-04-15T20:59:00"}, "deadline_too_close"),
    ],
    ids=str,
)
async def test_real_planner_refuses(
    hass: HomeAssistant, dishwasher: MockConfigEntry, wish: dict[str, str], key: str
) -> None:
    """What cannot be is refused, and nothing is planned for it."""
    before = dishwasher.runtime_data.planner.runs
    assert await refused(hass, "request_run", appliance=NAME, **wish) == key
    assert dishwasher.runtime_data.planner.runs == before


async def test_nothing_to_cancel(
    hass: HomeAssistant, dishwasher: MockConfigEntry
) -> None:
    """Where no run is planned, there is none to call off."""
    assert await refused(hass, "cancel_run", appliance=NAME) == "no_run"
