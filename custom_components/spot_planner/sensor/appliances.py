"""Sensors of an appliance: its planned time, why then, its cost and saving."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.util import dt as dt_util

from ..appliances.entity import ApplianceEntity
from ..appliances.planner import Planner
from ..appliances.view import ApplianceView
from ..const import CONF_PROVIDER
from ..engine.runs.run import RunStatus
from ..runtime import SpotPlannerConfigEntry

IDLE = "idle"
"""What the status says before anything was planned."""

MONEY_DECIMALS = 2
DECIMALS = 5


@dataclass(frozen=True, kw_only=True)
class ApplianceSensorDescription(SensorEntityDescription):
    """Describe a sensor by the part of the view that it shows."""

    value_fn: Callable[[ApplianceView], str | float | datetime | None]
    attributes_fn: Callable[[ApplianceView, str], Mapping[str, Any]] = lambda _, __: {}
    """What comes with it; the text is the provider of the entry."""


def _rounded[ValueT](value: ValueT) -> ValueT | float:
    """Return a number without the noise of its last digits, and all else as it is."""
    return round(value, DECIMALS) if isinstance(value, float) else value


def _local(moment: datetime | None) -> datetime | None:
    return moment and dt_util.as_local(moment)


def _explanation(view: ApplianceView, provider: str) -> Mapping[str, Any]:
    """Tell why the next run takes place when it does."""
    run, plan = view.next_run, view.plan
    runner_up = plan and plan.runner_up
    return {
        "rule": run and run.rule and run.rule.value,
        "segments": [
            {
                "start": dt_util.as_local(segment.start).isoformat(),
                "end": dt_util.as_local(segment.end).isoformat(),
            }
            for segment in (run.segments if run else ())
        ],
        "energy": plan and plan.energy,
        "cost": plan and plan.cost,
        "cost_if_now": plan and plan.cost_if_now,
        "saving": plan and plan.saving,
        "average_price": plan and plan.average_price,
        "runner_up_start": _local(runner_up and runner_up.start),
        "runner_up_cost": runner_up and runner_up.cost,
        "source": plan and ", ".join(source or provider for source in plan.sources),
        "estimated": plan and plan.estimated,
    }


def _progress(view: ApplianceView, _: str) -> Mapping[str, Any]:
    """Tell what stands in the way of the run, and who decides on it."""
    run = view.run
    return {
        "problem": run and run.problem and run.problem.value,
        "by_hand": run and run.by_hand,
        "overruled": run and run.hand is not None,
    }


def _last_run(view: ApplianceView, _: str) -> Mapping[str, Any]:
    """Tell what the last run has cost, and what it would have cost otherwise."""
    last = view.last
    return {
        "start": _local(last and last.start),
        "end": _local(last and last.end),
        "energy": last and last.energy,
        "cost": last and last.cost,
        "cost_at_request": last and last.cost_at_request,
        "cost_at_mean": last and last.cost_at_mean,
    }


SENSORS: tuple[ApplianceSensorDescription, ...] = (
    ApplianceSensorDescription(
        key="planned_start",
        translation_key="planned_start",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda view: view.planned_start,
        attributes_fn=_explanation,
    ),
    ApplianceSensorDescription(
        key="planned_end",
        translation_key="planned_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda view: view.planned_end,
    ),
    ApplianceSensorDescription(
        key="planned_cost",
        translation_key="planned_cost",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=MONEY_DECIMALS,
        value_fn=lambda view: view.planned_cost,
    ),
    ApplianceSensorDescription(
        key="planned_saving",
        translation_key="planned_saving",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=MONEY_DECIMALS,
        value_fn=lambda view: view.planned_saving,
    ),
    ApplianceSensorDescription(
        key="run_status",
        translation_key="run_status",
        device_class=SensorDeviceClass.ENUM,
        options=[IDLE, *(status.value for status in RunStatus)],
        value_fn=lambda view: view.status or IDLE,
        attributes_fn=_progress,
    ),
    ApplianceSensorDescription(
        key="saved_total",
        translation_key="saved_total",
        device_class=SensorDeviceClass.MONETARY,
        # A run may cost more than it would have at once, so this may fall as well.
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=MONEY_DECIMALS,
        value_fn=lambda view: view.saved_total,
        attributes_fn=_last_run,
    ),
)


class ApplianceSensor(ApplianceEntity, SensorEntity):
    """Show one value of the view."""

    entity_description: ApplianceSensorDescription
    # What explains a plan changes with it, and would fill the database.
    _unrecorded_attributes = frozenset(
        {
            "average_price",
            "by_hand",
            "cost",
            "cost_at_mean",
            "cost_at_request",
            "cost_if_now",
            "end",
            "energy",
            "estimated",
            "overruled",
            "problem",
            "rule",
            "runner_up_cost",
            "runner_up_start",
            "saving",
            "segments",
            "source",
            "start",
        }
    )

    @property
    @override
    def native_value(self) -> str | float | datetime | None:
        """Return the value."""
        return _rounded(self.entity_description.value_fn(self.view))

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the currency for what is money."""
        is_money = self.device_class is SensorDeviceClass.MONETARY
        return self.view.currency if is_money else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what the value comes with."""
        provider = self.entry.data[CONF_PROVIDER]
        attributes = self.entity_description.attributes_fn(self.view, provider)
        return {key: _rounded(value) for key, value in attributes.items()}


def appliance_sensors(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> Iterator[ApplianceSensor]:
    """Return the sensors of an appliance."""
    for description in SENSORS:
        yield ApplianceSensor(entry, planner, appliance, description)
