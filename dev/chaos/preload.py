"""Preparation of the server that forks each life: the clock, then Home Assistant.

Importing this changes the clock of the process for good.
"""

from importlib import import_module

from .process import check, install

_clocks = install()

# What the small home sets up; each life would otherwise spend its start on imports.
for _module in (
    "homeassistant.bootstrap",
    "homeassistant.runner",
    "homeassistant.components.api",
    "homeassistant.components.binary_sensor",
    "homeassistant.components.button",
    "homeassistant.components.calendar",
    "homeassistant.components.event",
    "homeassistant.components.homeassistant",
    "homeassistant.components.http",
    "homeassistant.components.number",
    "homeassistant.components.persistent_notification",
    "homeassistant.components.repairs",
    "homeassistant.components.sensor",
    "homeassistant.components.switch",
    "homeassistant.components.time",
    "homeassistant.components.websocket_api",
):
    import_module(_module)
for _name in ("", ".binary_sensor", ".button", ".calendar", ".config_flow", ".event"):
    import_module(f"custom_components.spot_planner{_name}")
for _name in (".number", ".sensor", ".switch", ".time"):
    import_module(f"custom_components.spot_planner{_name}")
check(_clocks)
