"""Prices, levels and windows, one sensor for each part of the view."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy
from homeassistant.util import dt as dt_util

from ..coordinator import SpotPlannerCoordinator
from ..engine.components import KNOWN, OTHER
from ..engine.series import Level, PriceInterval
from ..entity import PriceEntity
from ..prices.lists import LIST_ATTRIBUTES
from ..prices.view import DayPrices, PriceView

PRICE_DECIMALS = 5
# The components whose names are translated.
NAMED_COMPONENTS = KNOWN | {OTHER}


@dataclass(frozen=True, kw_only=True)
class SpotPlannerSensorDescription(SensorEntityDescription):
    """Describe a sensor by the part of the view that it shows."""

    value_fn: Callable[[PriceView], str | float | datetime | None]
    attributes_fn: Callable[[PriceView], Mapping[str, Any] | None] = lambda _: None


@dataclass(frozen=True, kw_only=True)
class SpotPlannerPriceDescription(SpotPlannerSensorDescription):
    """Describe a sensor that shows currency per kWh."""

    value_fn: Callable[[PriceView], float | None]
    suggested_display_precision: int | None = PRICE_DECIMALS


def _price(interval: PriceInterval | None) -> float | None:
    return interval and interval.price


def _start(interval: PriceInterval | None) -> Mapping[str, Any] | None:
    return interval and {"start": dt_util.as_local(interval.start)}


def _span(interval: PriceInterval | None) -> Mapping[str, Any]:
    return {
        "start": interval and dt_util.as_local(interval.start),
        "end": interval and dt_util.as_local(interval.end),
    }


def _day_prices(
    day: str, prices: Callable[[PriceView], DayPrices]
) -> tuple[SpotPlannerPriceDescription, ...]:
    """Describe the mean and the extremes of a day."""
    return (
        SpotPlannerPriceDescription(
            key=f"average_price_{day}",
            translation_key=f"average_price_{day}",
            value_fn=lambda view: prices(view).average,
        ),
        SpotPlannerPriceDescription(
            key=f"lowest_price_{day}",
            translation_key=f"lowest_price_{day}",
            value_fn=lambda view: _price(prices(view).lowest),
            attributes_fn=lambda view: _start(prices(view).lowest),
        ),
        SpotPlannerPriceDescription(
            key=f"highest_price_{day}",
            translation_key=f"highest_price_{day}",
            value_fn=lambda view: _price(prices(view).highest),
            attributes_fn=lambda view: _start(prices(view).highest),
        ),
    )


PRICES: tuple[SpotPlannerPriceDescription, ...] = (
    SpotPlannerPriceDescription(
        key="current_price",
        translation_key="current_price",
        # The Energy dashboard and statistics need this one; every other price is
        # derived from it in time, and would only fill the database.
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda view: _price(view.current),
        attributes_fn=lambda view: {
            **_span(view.current),
            "estimated": view.current and view.current.estimated,
            "source": view.source,
            **view.price_lists,
        },
    ),
    SpotPlannerPriceDescription(
        key="next_price",
        translation_key="next_price",
        value_fn=lambda view: _price(view.following),
    ),
    *_day_prices("today", lambda view: view.today),
    *_day_prices("tomorrow", lambda view: view.tomorrow),
    SpotPlannerPriceDescription(
        key="cheapest_window_price",
        translation_key="cheapest_window_price",
        value_fn=lambda view: view.window and view.window.average_price,
    ),
)

SENSORS: tuple[SpotPlannerSensorDescription, ...] = (
    SpotPlannerSensorDescription(
        key="price_level",
        translation_key="price_level",
        device_class=SensorDeviceClass.ENUM,
        options=[level.value for level in Level],
        value_fn=lambda view: view.level,
    ),
    SpotPlannerSensorDescription(
        key="price_rank",
        translation_key="price_rank",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=lambda view: view.rank,
    ),
    SpotPlannerSensorDescription(
        key="cheapest_window_start",
        translation_key="cheapest_window_start",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda view: view.window and view.window.start,
    ),
    SpotPlannerSensorDescription(
        key="cheapest_window_end",
        translation_key="cheapest_window_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda view: view.window and view.window.end,
    ),
    SpotPlannerSensorDescription(
        key="prices_known_until",
        translation_key="prices_known_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda view: view.known_until,
    ),
    SpotPlannerSensorDescription(
        key="last_fetch",
        translation_key="last_fetch",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda view: view.fetched_at,
    ),
)

# What a provider may tell beside the price of power from the grid.
EXPORT = SpotPlannerPriceDescription(
    key="export_price",
    translation_key="export_price",
    value_fn=lambda view: _price(view.export),
    attributes_fn=lambda view: _span(view.export),
)
LOCAL = SpotPlannerPriceDescription(
    key="local_price",
    translation_key="local_price",
    value_fn=lambda view: _price(view.local),
    attributes_fn=lambda view: _span(view.local),
)


class ViewSensor(PriceEntity, SensorEntity):
    """Show one value of the view."""

    entity_description: SpotPlannerSensorDescription
    # What changes with every interval, or is long, would fill the database.
    _unrecorded_attributes = LIST_ATTRIBUTES | {"start", "end"}

    @property
    @override
    def native_value(self) -> str | float | datetime | Decimal | None:
        """Return the value."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what the value comes with."""
        return self.entity_description.attributes_fn(self.coordinator.data)


class PriceSensor(ViewSensor):
    """Show one price of the view."""

    entity_description: SpotPlannerPriceDescription

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        """Return the unit, as the Energy dashboard wants it."""
        return f"{self.coordinator.data.currency}/{UnitOfEnergy.KILO_WATT_HOUR}"

    @property
    @override
    def native_value(self) -> Decimal | None:
        """Return the price with all its decimals, also those that are zero."""
        price = self.entity_description.value_fn(self.coordinator.data)
        # Adding nothing turns a negative zero into zero.
        return None if price is None else round(Decimal(price), PRICE_DECIMALS) + 0


def price_sensors(coordinator: SpotPlannerCoordinator) -> Iterator[SensorEntity]:
    """Return the sensors that every entry with prices has."""
    for price in PRICES:
        yield PriceSensor(coordinator, price)
    for sensor in SENSORS:
        yield ViewSensor(coordinator, sensor)


def further_sensors(coordinator: SpotPlannerCoordinator) -> Iterator[PriceSensor]:
    """Return the sensors for what the known prices happen to contain."""
    known = coordinator.known
    if known and known.export is not None:
        yield PriceSensor(coordinator, EXPORT)
    if known and known.local is not None:
        yield PriceSensor(coordinator, LOCAL)
    for name in coordinator.data.component_names:
        yield PriceSensor(coordinator, _component(name))


def _component(name: str) -> SpotPlannerPriceDescription:
    """Describe the sensor of a component, also of one that nobody foresaw."""
    is_named = name in NAMED_COMPONENTS
    return SpotPlannerPriceDescription(
        key=f"component_{name}",
        translation_key=f"component_{name}" if is_named else "component_unknown",
        translation_placeholders={} if is_named else {"component": name},
        entity_registry_enabled_default=False,
        value_fn=lambda view: view.current and view.current.component(name),
    )
