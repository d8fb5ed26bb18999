"""House whose appliances are switched: what Home Assistant finds at its first start."""

from dataclasses import dataclass
from datetime import timedelta
import json
from pathlib import Path
from typing import Any, Final

import jwt

from homeassistant.const import MAJOR_VERSION

from ..child import LOOPBACK, ROOT

ENTRY_ID: Final = "01JCHAOS000000000000000000"

CONFIGURATION: Final = """\
homeassistant:
  name: Chaos
  country: FR
  currency: EUR
  latitude: 48.8566
  longitude: 2.3522
  elevation: 35
  time_zone: Europe/Paris
  unit_system: metric
api:
"""
OUTSIDE: Final = """\
outside_switch:
  port: {port}
"""
# The oldest Home Assistant reads where to listen from here, the newest from its store.
LISTEN: Final = """\
http:
  server_host: {host}
  server_port: {port}
"""

# Whoever may read this key may do nothing but command a house that does not exist.
_KEY: Final = "chaos" * 16
_LONG_AGO: Final = "2020-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Device:
    """Something outside that is switched, and how it misbehaves."""

    raises: float = 0.0
    """The share of the time in which it refuses what it is told."""
    obeys_anyway: bool = False
    """Whether it does it all the same, as when only the answer is lost."""
    hangs: float = 0.0
    """The share of the time in which it never answers."""
    is_away: float = 0.0
    """The share of the time in which it is not to be reached."""
    is_late: float = 0.0
    """The share of the time in which it reports minutes later what it does."""
    is_button: bool = False


DEVICES: Final[dict[str, Device]] = {
    "heater": Device(),
    "floor": Device(),
    "pump": Device(raises=0.25, obeys_anyway=False),
    "fan": Device(raises=0.2, obeys_anyway=True, hangs=0.1),
    "car": Device(is_away=0.25),
    "bicycle": Device(is_late=0.4),
    "pool": Device(),
    "washer": Device(),
    "dryer": Device(is_away=0.1, is_late=0.1),
    "feeder": Device(is_button=True),
    "gate": Device(raises=0.2, obeys_anyway=True, is_away=0.1, is_button=True),
}


def _daily(minutes: int, hours: str, device: str, **more: object) -> dict[str, Any]:
    """Return an appliance that runs each day between two hours of the day."""
    earliest, ready_by = hours.split("-")
    is_button = DEVICES[device].is_button
    return {
        "duration": minutes,
        "power": 1.0,
        "earliest_start": f"{earliest}:00",
        "ready_by": f"{ready_by}:00",
        "entity": f"{'button' if is_button else 'switch'}.outside_{device}",
        "automatic": True,
        **more,
    }


def _on_demand(device: str, **more: object) -> dict[str, Any]:
    """Return an appliance that runs when somebody asks for it."""
    return _daily(30, "00:00-00:00", device, schedule="on_demand", **more)


_SPLIT: Final = {"split": True, "shortest_segment": 15}

# Several short runs at all hours, so that most moments are near to one of them.
APPLIANCES: Final[dict[str, dict[str, Any]]] = {
    "heater": _daily(75, "22:00-03:00", "heater"),
    "heater_noon": _daily(45, "11:00-15:00", "heater"),
    "floor": _daily(120, "02:00-10:00", "floor", **_SPLIT),
    "pump_morning": _daily(40, "05:00-10:00", "pump"),
    "pump_noon": _daily(25, "10:00-16:00", "pump"),
    "pump_evening": _daily(50, "16:00-23:00", "pump"),
    "fan_morning": _daily(35, "06:00-11:00", "fan"),
    "fan_evening": _daily(20, "15:00-20:00", "fan"),
    "car_noon": _daily(60, "09:00-15:00", "car", **_SPLIT),
    "car_evening": _daily(90, "18:00-00:00", "car", **_SPLIT),
    "bicycle_night": _daily(30, "00:00-06:00", "bicycle"),
    "bicycle_noon": _daily(50, "09:00-13:00", "bicycle"),
    "bicycle_evening": _daily(35, "17:00-22:00", "bicycle"),
    # Two appliances on one switch, whose times overlap.
    "pool_filter": _daily(60, "12:00-16:00", "pool"),
    "pool_heat": _daily(90, "12:00-16:00", "pool"),
    "washer": _on_demand("washer"),
    "dryer": _on_demand("dryer", **_SPLIT),
    "feeder": _daily(30, "05:00-08:00", "feeder"),
    "gate": _on_demand("gate"),
}
ON_DEMAND: Final = tuple(
    name for name, it in APPLIANCES.items() if it.get("schedule") == "on_demand"
)


def appliance_id(name: str) -> str:
    """Return the id of an appliance."""
    return f"01JAPPLIANCE{name.upper().replace('_', ''):0<14}"


NAMES: Final = {appliance_id(name): name for name in APPLIANCES}


def device_of(appliance: str) -> str:
    """Return what an appliance is switched by."""
    entity: str = APPLIANCES[appliance]["entity"]
    return entity.partition(".outside_")[2]


def storage(folder: Path) -> Path:
    """Return where Home Assistant keeps its files."""
    return folder / ".storage"


def runs_file(folder: Path) -> Path:
    """Return the file in which the runs are kept."""
    return storage(folder) / f"spot_planner.{ENTRY_ID}.runs"


def build(
    folder: Path, *, http: int, outside: int | None, entries: list[dict[str, Any]]
) -> str:
    """Write the configuration of a house.

    Args:
        folder: Where to write it.
        http: The port at which Home Assistant listens.
        outside: The port at which the switches are reached; None without any.
        entries: The config entries.

    Returns:
        The token with which Home Assistant is asked.
    """
    configuration = CONFIGURATION
    if outside is not None:
        configuration += OUTSIDE.format(port=outside)
    if MAJOR_VERSION < 2026:
        configuration += LISTEN.format(host=LOOPBACK, port=http)
    (folder / "configuration.yaml").write_text(configuration, "utf-8")
    components = folder / "custom_components"
    components.mkdir(exist_ok=True)
    for name, place in (
        ("spot_planner", ROOT / "custom_components" / "spot_planner"),
        ("outside_switch", Path(__file__).parent / "outside_switch"),
    ):
        link = components / name
        link.unlink(missing_ok=True)
        link.symlink_to(place, target_is_directory=True)
    store(folder, "http", 1, {"server_host": [LOOPBACK], "server_port": http})
    store(folder, "core.config_entries", 1, {"entries": entries}, minor=5)
    store(folder, "auth", 1, _auth())
    return jwt.encode(
        {"iss": "chaos", "iat": 1577836800, "exp": 4102444800}, _KEY, algorithm="HS256"
    )


def entry(
    entry_id: str,
    prices: str,
    appliances: dict[str, dict[str, Any]],
    options: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a config entry as Home Assistant stores it.

    Args:
        entry_id: Its id.
        prices: The address of the provider.
        appliances: What its appliances are set to, by their names.
        options: What is chosen beside that.
    """
    return {
        "created_at": _LONG_AGO,
        "data": {"provider": "sobry", "base_url": prices},
        "disabled_by": None,
        "discovery_keys": {},
        "domain": "spot_planner",
        "entry_id": entry_id,
        "minor_version": 1,
        "modified_at": _LONG_AGO,
        "options": options or {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [
            {
                "data": data,
                "subentry_id": appliance_id(name),
                "subentry_type": "appliance",
                "title": name,
                "unique_id": None,
            }
            for name, data in appliances.items()
        ],
        "title": "Sobry",
        "unique_id": None,
        "version": 1,
    }


def _auth() -> dict[str, Any]:
    """Return one owner with one token that lasts."""
    user = {
        "id": "owner",
        "group_ids": ["system-admin"],
        "is_owner": True,
        "is_active": True,
        "name": "Owner",
        "system_generated": False,
        "local_only": False,
    }
    token = {
        "id": "chaos",
        "user_id": "owner",
        "client_id": None,
        "client_name": "chaos",
        "client_icon": None,
        "token_type": "long_lived_access_token",
        "created_at": _LONG_AGO,
        "access_token_expiration": timedelta(days=36500).total_seconds(),
        "token": "chaos",
        "jwt_key": _KEY,
        "last_used_at": None,
        "last_used_ip": None,
        "expire_at": None,
        "credential_id": None,
        "version": None,
    }
    groups = [{"id": "system-admin", "name": "Administrators"}]
    return {
        "users": [user],
        "groups": groups,
        "credentials": [],
        "refresh_tokens": [token],
    }


def store(
    folder: Path, key: str, version: int, data: dict[str, Any], minor: int = 1
) -> None:
    """Write a file of Home Assistant's store."""
    path = storage(folder) / key
    path.parent.mkdir(exist_ok=True)
    document = {"version": version, "minor_version": minor, "key": key, "data": data}
    path.write_text(json.dumps(document), "utf-8")
