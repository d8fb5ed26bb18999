"""List the texts that the entities of the integration ask for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

from custom_components.spot_planner.binary_sensor import BINARY_SENSORS
from custom_components.spot_planner.engine.balancing import BalancingPrices
from custom_components.spot_planner.engine.series import PriceInterval
from custom_components.spot_planner.engine.volumes import Volumes
from custom_components.spot_planner.feed_sensors import (
    balancing_sensors,
    request_count_sensors,
    volume_sensors,
)
from custom_components.spot_planner.price_sensors import (
    NAMED_COMPONENTS,
    further_sensors,
    price_sensors,
)
from homeassistant.components.sensor import SensorEntity
from homeassistant.const import Platform
from homeassistant.helpers.entity import EntityDescription

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
# What makes sensors; a test looks whether the platform knows another.
MAKERS = (
    balancing_sensors,
    further_sensors,
    price_sensors,
    request_count_sensors,
    volume_sensors,
)


@dataclass(frozen=True)
class EntityTexts:
    """What one entity wants translated."""

    platform: str
    key: str
    states: tuple[str, ...]
    placeholders: frozenset[str]
    attributes: frozenset[str]
    has_device_class: bool

    def __str__(self) -> str:
        """Return a name for the report of a test."""
        return f"{self.platform}.{self.key}"


def entity_texts() -> list[EntityTexts]:
    """Return what each entity asks for that a provider may bring about."""
    return [
        *(_texts(Platform.BINARY_SENSOR, item, ()) for item in BINARY_SENSORS),
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
