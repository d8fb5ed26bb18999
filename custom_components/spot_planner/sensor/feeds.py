"""Sensors of feeds: balancing markets, volumes, requests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy
from homeassistant.util import dt as dt_util

from ..engine.balancing import BalancingMarket, BalancingPrices
from ..engine.time_range import day_range
from ..engine.volumes import Volumes, slot_number, slots_of_day
from ..entity import FeedEntity
from ..prices.feed import Feed


@dataclass(frozen=True, kw_only=True)
class FeedSensorDescription[DataT](SensorEntityDescription):
    """Describe a sensor by the part of the answer that holds at a moment."""

    value_fn: Callable[[DataT, datetime], float | None]
    attributes_fn: Callable[[DataT, datetime], Mapping[str, Any] | None] = (
        lambda _, __: None
    )


class FeedSensor[DataT](FeedEntity[DataT], SensorEntity):
    """Show one value of what a provider tells beside prices."""

    entity_description: FeedSensorDescription[DataT]
    # What changes with every interval would fill the database.
    _unrecorded_attributes = frozenset(
        {"end", "remaining_today", "slot", "slots_today", "start"}
    )

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value of now."""
        describe = self.entity_description
        return describe.value_fn(self.coordinator.data, dt_util.utcnow())

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what the value comes with; nothing before the first answer."""
        if not self.coordinator.is_known:
            return None
        describe = self.entity_description
        return describe.attributes_fn(self.coordinator.data, dt_util.utcnow())


def balancing_sensors(
    feed: Feed[BalancingPrices],
) -> Iterator[FeedSensor[BalancingPrices]]:
    """Return a sensor per balancing market, off until somebody wants it."""
    for market in BalancingMarket:
        yield FeedSensor(feed, _balancing(market))


def _balancing(market: BalancingMarket) -> FeedSensorDescription[BalancingPrices]:
    def span(prices: BalancingPrices, now: datetime) -> Mapping[str, Any]:
        price = prices.at(market, now)
        return {
            "start": price and dt_util.as_local(price.start),
            "end": price and dt_util.as_local(price.end),
        }

    def value(prices: BalancingPrices, now: datetime) -> float | None:
        price = prices.at(market, now)
        return price and price.price

    return FeedSensorDescription(
        key=market.value,
        translation_key=market.value,
        entity_registry_enabled_default=False,
        # The vendor does not say in which unit capacity is paid.
        native_unit_of_measurement=(
            f"EUR/{UnitOfEnergy.MEGA_WATT_HOUR}" if market.is_energy else None
        ),
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=value,
        attributes_fn=span,
    )


def request_count_sensors(feed: Feed[int | None]) -> Iterator[FeedSensor[int | None]]:
    """Return the sensor that counts requests, off because it costs some itself."""
    yield FeedSensor(
        feed,
        FeedSensorDescription(
            key="request_count",
            translation_key="request_count",
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            state_class=SensorStateClass.TOTAL_INCREASING,
            value_fn=lambda count, _: count,
        ),
    )


def volume_sensors(feed: Feed[Volumes], zone: tzinfo) -> Iterator[FeedSensor[Volumes]]:
    """Return the sensor of the volume; its delivery days lie in a market's zone."""

    def value(volumes: Volumes, now: datetime) -> float | None:
        slot = volumes.at(now)
        return slot and slot.energy

    def attributes(volumes: Volumes, now: datetime) -> Mapping[str, Any]:
        day = now.astimezone(zone).date()
        slot = volumes.at(now)
        return {
            "start": slot and dt_util.as_local(slot.start),
            "end": slot and dt_util.as_local(slot.end),
            "origin": slot and slot.origin.value,
            "slot": slot_number(now, zone),
            "slots_today": slots_of_day(day, zone),
            "remaining_today": round(
                volumes.remaining(now, day_range(day, zone).end), 6
            ),
        }

    yield FeedSensor(
        feed,
        FeedSensorDescription(
            key="contracted_volume",
            translation_key="contracted_volume",
            native_unit_of_measurement=UnitOfEnergy.MEGA_WATT_HOUR,
            device_class=SensorDeviceClass.ENERGY,
            suggested_display_precision=3,
            value_fn=value,
            attributes_fn=attributes,
        ),
    )
