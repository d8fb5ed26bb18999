"""List the texts that the entities of the integration ask for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

from custom_components.spot_planner.binary_sensor import BINARY_SENSORS, RUN
from custom_components.spot_planner.button import BUTTONS
from custom_components.spot_planner.calendar import CALENDAR
from custom_components.spot_planner.engine.balancing import BalancingPrices
from custom_components.spot_planner.engine.runs.event import RunEvent, RunEventType
from custom_components.spot_planner.engine.runs.run import Run
from custom_components.spot_planner.engine.series import Level, PriceInterval
from custom_components.spot_planner.engine.volumes import Volumes
from custom_components.spot_planner.event import (
    RUN as RUN_EVENT,
    PricesEvent,
    RunEventEntity,
)
from custom_components.spot_planner.number import NUMBERS
from custom_components.spot_planner.sensor.appliances import appliance_sensors
from custom_components.spot_planner.sensor.feeds import (
    balancing_sensors,
    request_count_sensors,
    volume_sensors,
)
from custom_components.spot_planner.sensor.prices import (
    NAMED_COMPONENTS,
    further_sensors,
    price_sensors,
)
from custom_components.spot_planner.switch import SWITCHES
from custom_components.spot_planner.time import TIMES
from homeassistant.components.event import EventEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
# What makes sensors; a test looks whether the platform knows another.
MAKERS = (
    appliance_sensors,
    balancing_sensors,
    further_sensors,
    price_sensors,
    request_count_sensors,
    volume_sensors,
)

# What has no attributes of its own.
PLAIN: dict[Platform, tuple[EntityDescription, ...]] = {
    Platform.BINARY_SENSOR: (*BINARY_SENSORS, RUN),
    Platform.BUTTON: BUTTONS,
    Platform.CALENDAR: (CALENDAR,),
    Platform.NUMBER: NUMBERS,
    Platform.SWITCH: SWITCHES,
    Platform.TIME: TIMES,
}


@dataclass(frozen=True)
class EntityTexts:
    """What one entity wants translated."""

    platform: str
    key: str
    states: tuple[str, ...]
    placeholders: frozenset[str]
    attributes: frozenset[str]
    event_types: tuple[str, ...]
    has_device_class: bool

    def __str__(self) -> str:
        """Return a name for the report of a test."""
        return f"{self.platform}.{self.key}"


def entity_texts() -> list[EntityTexts]:
    """Return what each entity asks for that a provider may bring about."""
    return [
        *(
            _texts(platform, item, ())
            for platform, items in PLAIN.items()
            for item in items
        ),
        *(_texts(Platform.EVENT, *item) for item in _events()),
        *(_texts(Platform.SENSOR, *item) for item in _sensors()),
    ]


def _texts(
    platform: Platform, item: EntityDescription, attributes: Iterable[str]
) -> EntityTexts:
    return EntityTexts(
        platform=platform.value,
        key=str(item.translation_key),
        states=tuple(getattr(item, "options", None) or ()),
        placeholders=frozenset(item.translation_placeholders or ()),
        attributes=frozenset(attributes),
        event_types=tuple(getattr(item, "event_types", None) or ()),
        has_device_class=item.device_class is not None,
    )


def _sensors() -> Iterator[tuple[EntityDescription, Iterable[str]]]:
    """Go through all sensors with the attributes that they show when all is known."""
    coordinator = MagicMock()
    coordinator.data.component_names = (*sorted(NAMED_COMPONENTS), "nobody_foresaw")
    view = _view()
    for sensor in (*price_sensors(coordinator), *further_sensors(coordinator)):
        yield _attributes(sensor, view)
    for sensor in balancing_sensors(MagicMock()):
        yield _attributes(sensor, BalancingPrices(), NOW)
    for sensor in request_count_sensors(MagicMock()):
        yield _attributes(sensor, 0, NOW)
    for sensor in volume_sensors(MagicMock(), UTC):
        volumes = Volumes((), 0, 0, 0, None, 0)
        yield _attributes(sensor, volumes, NOW)
    for sensor in appliance_sensors(MagicMock(), MagicMock(), "id"):
        yield _attributes(sensor, MagicMock(next_run=None, plan=None, last=None), "")


def _events() -> Iterator[tuple[EntityDescription, Iterable[str]]]:
    """Go through what tells of events, with all that comes with any of them."""
    coordinator = MagicMock()
    coordinator.data.known_until, coordinator.data.level = NOW, Level.RED
    prices = PricesEvent(coordinator)
    later = NOW + timedelta(days=1)
    coordinator.data.known_until, coordinator.data.level = later, Level.GREEN
    yield _told(prices, prices._look_for_prices, prices._look_at_level)
    run = RunEventEntity(MagicMock(), MagicMock(), "id", RUN_EVENT)
    event = RunEvent(
        RunEventType.RUN_STARTED,
        Run(appliance="id", key="", earliest=NOW, latest_end=NOW),
    )
    yield _told(run, lambda: run._heard(event))


def _told(
    entity: EventEntity, *events: Callable[[], None]
) -> tuple[EntityDescription, Iterable[str]]:
    attributes: set[str] = set()
    with patch.object(entity, "async_write_ha_state"):
        for event in events:
            event()
            attributes |= entity.state_attributes.keys()
    return entity.entity_description, attributes


def _attributes(
    sensor: SensorEntity, *known: Any
) -> tuple[EntityDescription, Iterable[str]]:
    description: Any = sensor.entity_description
    return description, description.attributes_fn(*known) or ()


def _view() -> SimpleNamespace:
    """Return a view in which every price is known, without lists for other tools."""
    interval = PriceInterval(NOW, NOW + timedelta(minutes=15), 0.1)
    day = SimpleNamespace(lowest=interval, highest=interval)
    return SimpleNamespace(
        current=interval,
        export=interval,
        local=interval,
        source="sobry",
        price_lists={},
        today=day,
        tomorrow=day,
    )
