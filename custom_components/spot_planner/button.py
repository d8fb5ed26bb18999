"""Buttons of an appliance: plan a run, start now, skip."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actions.errors import engine_refusals
from .appliances.entity import ApplianceEntity, add_appliances
from .appliances.planner import Planner
from .engine.runs.run import Run
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ApplianceButtonDescription(ButtonEntityDescription):
    """Describe a button by what it asks of the planner for an appliance."""

    press_fn: Callable[[Planner, str], Awaitable[Run]]


BUTTONS: tuple[ApplianceButtonDescription, ...] = (
    ApplianceButtonDescription(
        key="plan_run",
        translation_key="plan_run",
        press_fn=lambda planner, appliance: planner.async_plan_run(appliance),
    ),
    ApplianceButtonDescription(
        key="start_now",
        translation_key="start_now",
        press_fn=lambda planner, appliance: planner.async_start_now(appliance),
    ),
    ApplianceButtonDescription(
        key="skip_run",
        translation_key="skip_run",
        press_fn=lambda planner, appliance: planner.async_skip_run(appliance),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of each appliance."""
    add_appliances(entry, async_add_entities, _buttons)


def _buttons(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> Iterator[ButtonEntity]:
    for description in BUTTONS:
        yield ApplianceButton(entry, planner, appliance, description)


class ApplianceButton(ApplianceEntity, ButtonEntity):
    """Ask the planner for something."""

    entity_description: ApplianceButtonDescription

    @override
    async def async_press(self) -> None:
        """Ask, and say why where it cannot be."""
        press = self.entity_description.press_fn
        with engine_refusals():
            await press(self.planner, self.appliance)
