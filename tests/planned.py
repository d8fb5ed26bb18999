"""A dishwasher, and what the planner may know of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import PropertyMock, patch

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances.planner import Planner
from custom_components.spot_planner.appliances.settings import ApplianceSettings
from custom_components.spot_planner.appliances.view import ApplianceView, appliance_view
from custom_components.spot_planner.engine.planning.model import (
    PlannedRun,
    Rule,
    RunnerUp,
    Segment,
)
from custom_components.spot_planner.engine.runs.ledger import LedgerEntry
from custom_components.spot_planner.engine.runs.run import Run
from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from .conftest import DOMAIN, NOW
from .entries import make_entry

DISHWASHER = "01JSPOTPLANNERDISHWASHER00"
NAME = "Dishwasher"

# 14:00 in Paris.
START = datetime.fromisoformat(NOW)
HOUR = timedelta(hours=1)

# From 20:00 to 07:00 in Paris.
DATA: dict[str, Any] = {
    "duration": 120,
    "power": 2.0,
    "schedule": "daily",
    "earliest_start": "20:00:00",
    "ready_by": "07:00:00",
}


def entry_with_dishwasher(
    server: PriceServer, options: dict[str, Any] | None = None, **data: Any
) -> MockConfigEntry:
    """Return an entry with one appliance; a value of None leaves a field out."""
    entry = make_entry("sobry", server, options=options)
    known = {key: it for key, it in {**DATA, **data}.items() if it is not None}
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=entry.entry_id,
        title=entry.title,
        data=dict(entry.data),
        options=dict(entry.options),
        subentries_data=[
            ConfigSubentryData(
                data=known,
                subentry_id=DISHWASHER,
                subentry_type="appliance",
                title=NAME,
                unique_id=None,
            )
        ],
    )


def segment(start: float, end: float) -> Segment:
    """Return a stretch of time, in hours from now on."""
    return Segment(START + start * HOUR, START + end * HOUR)


def make_run(*segments: Segment, **known: Any) -> Run:
    """Return a run of the dishwasher."""
    return Run(
        **{
            "appliance": DISHWASHER,
            "key": f"2026-04-{15 + len(segments)}",
            "earliest": START,
            "latest_end": START + 12 * HOUR,
            "segments": segments,
            **known,
        }
    )


def make_plan(*segments: Segment, **known: Any) -> PlannedRun:
    """Return why a run takes place when it does."""
    return PlannedRun(
        **{
            "name": "run",
            "segments": segments,
            "energy": 4.0,
            "cost": 0.40000000000000002 + 0.02,
            "average_price": 0.105,
            "cost_if_now": 0.6,
            "saving": 0.18,
            "runner_up": RunnerUp((segment(20, 22),), 0.44),
            "rule": Rule.CHEAPEST,
            "estimated": False,
            "sources": (None,),
            **known,
        }
    )


def make_ledger_entry() -> LedgerEntry:
    """Return what a run yesterday has cost."""
    return LedgerEntry(
        appliance=DISHWASHER,
        key="2026-04-14",
        start=datetime(2026, 4, 14, 22, tzinfo=UTC),
        end=datetime(2026, 4, 15, 0, tzinfo=UTC),
        energy=4.0,
        cost=0.5,
        cost_at_request=0.75,
        cost_at_mean=0.625,
        slots=(),
        estimated=False,
    )


def make_view(
    *runs: Run,
    now: datetime = START,
    saved_total: float = 0.0,
    last: LedgerEntry | None = None,
    **data: Any,
) -> ApplianceView:
    """Return what is known of the dishwasher."""
    settings = ApplianceSettings.from_data(DISHWASHER, NAME, {**DATA, **data})
    return appliance_view(settings, runs, now, "EUR", saved_total, last)


def dishwasher_id(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return the id of an entity of the dishwasher."""
    found = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{DISHWASHER}_{key}"
    )
    assert found, f"there is no {platform} {key}"
    return found


def dishwasher(hass: HomeAssistant, platform: str, key: str) -> State:
    """Return the state of an entity of the dishwasher, with its attributes."""
    found = hass.states.get(dishwasher_id(hass, platform, key))
    assert found, f"{key} has no state"
    return found


def show(hass: HomeAssistant, view: ApplianceView) -> None:
    """Let all entities of the dishwasher show a view."""
    with patch.object(Planner, "view", return_value=view):
        for item in er.async_get(hass).entities.values():
            if item.config_subentry_id == DISHWASHER:
                entity = hass.data[DATA_INSTANCES][item.domain].get_entity(
                    item.entity_id
                )
                assert entity
                entity.async_write_ha_state()


@contextmanager
def runs_are(*runs: Run) -> Iterator[None]:
    """Let the planner know certain runs, and no others."""
    with patch.object(Planner, "runs", new_callable=PropertyMock, return_value=runs):
        yield
