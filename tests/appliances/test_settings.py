"""Test what the data of an appliance means."""

from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances.check import check_appliance
from custom_components.spot_planner.appliances.settings import (
    ApplianceSettings,
    appliances_of,
)
from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.home import Home
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from ..conftest import DOMAIN

MINUTE = timedelta(minutes=1)
NEEDED = {"duration": 120, "power": 1.5}


def read(**data: Any) -> ApplianceSettings:
    """Read an appliance of two hours, with more data."""
    return ApplianceSettings.from_data("id", "Car", NEEDED | data)


def test_what_is_missing_has_its_default() -> None:
    """Run every day at any time, in one piece, and switch nothing."""
    settings = read()
    appliance, control = settings.appliance, settings.control
    assert (appliance.id, appliance.name) == ("id", "Car")
    assert appliance.duration == 120 * MINUTE
    assert appliance.profile.peak == 1.5
    assert appliance.split is None
    assert appliance.daily
    assert appliance.weekdays == frozenset(range(7))
    assert appliance.earliest_start == appliance.ready_by == time()
    assert appliance.forbidden is None
    assert appliance.price_limit is None
    assert appliance.least_saving == 0
    assert (appliance.after, appliance.after_within) == (None, None)
    assert appliance.never_with == frozenset()
    assert (control.entity, control.proof) == (None, None)
    assert control.proof_watts == 10
    assert control.confirm_within == 5 * MINUTE
    assert control.stop_at_end
    assert not control.automatic
    assert not control.paused


def test_everything_that_is_said_counts() -> None:
    """Read each field in its unit."""
    settings = read(
        schedule="on_demand",
        weekdays=["sun", "mon"],
        earliest_start="20:00:00",
        ready_by="06:30",
        split=True,
        shortest_segment=20,
        longest_pause=45,
        most_segments=3,
        forbidden_hours="22:00-23:00",
        price_limit=-0.01,
        least_saving=0.1,
        after="washer",
        after_within=0,
        never_with=["oven"],
        entity="switch.car",
        proof="sensor.car",
        proof_threshold=50,
        confirm_within=2,
        stop_at_end=False,
        automatic=True,
        paused=True,
    )
    appliance, control = settings.appliance, settings.control
    assert not appliance.daily
    assert appliance.weekdays == {6, 0}
    assert appliance.earliest_start == time(20)
    assert appliance.ready_by == time(6, 30)
    assert appliance.split
    assert appliance.split.shortest_segment == 20 * MINUTE
    assert appliance.split.longest_pause == 45 * MINUTE
    assert appliance.split.most_segments == 3
    assert appliance.forbidden
    assert appliance.forbidden.minutes == ((22 * 60, 23 * 60),)
    assert appliance.price_limit == -0.01
    assert appliance.least_saving == 0.1
    assert appliance.after == "washer"
    assert appliance.after_within == timedelta()
    assert appliance.never_with == {"oven"}
    assert (control.entity, control.proof) == ("switch.car", "sensor.car")
    assert control.proof_watts == 50
    assert control.confirm_within == 2 * MINUTE
    assert not control.stop_at_end
    assert control.automatic
    assert control.paused


def test_a_profile_takes_the_place_of_duration_and_power() -> None:
    """Read the load from the text where there is one."""
    profile = read(profile="10 min 2 kW, 20 min 100 W").appliance.profile
    assert profile.duration == 30 * MINUTE
    assert profile.peak == 2


def test_a_short_run_is_one_segment() -> None:
    """Take no shortest segment for longer than the run."""
    split = read(duration=20, split=True).appliance.split
    assert split
    assert split.shortest_segment == 20 * MINUTE


def test_only_the_appliances_of_an_entry_are_read(hass: HomeAssistant) -> None:
    """Leave subentries of other types alone, and name the others by their id."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    for kind in ("appliance", "other"):
        subentry = ConfigSubentry(
            data=MappingProxyType(NEEDED),
            subentry_id=kind,
            subentry_type=kind,
            title=kind.capitalize(),
            unique_id=None,
        )
        hass.config_entries.async_add_subentry(entry, subentry)
    (found,) = appliances_of(entry).items()
    assert found[0] == found[1].appliance.id == "appliance"
    assert found[1].appliance.name == "Appliance"


@pytest.mark.parametrize(
    ("data", "field", "reason"),
    [
        ({"earliest_start": "noon"}, "earliest_start", "not_a_time"),
        ({"weekdays": 1}, "weekdays", "unknown_value"),
        ({"least_saving": -0.01}, "least_saving", "saving_negative"),
        ({"after_within": -1}, "after_within", "duration_negative"),
        ({"after_within": 1e300}, "after_within", "duration_too_long"),
        ({"proof_threshold": 0}, "proof_threshold", "power_not_positive"),
        ({"profile": f"{10**400} h 1 kW"}, "profile", "duration_too_long"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    data: dict[str, Any], field: str, reason: str
) -> None:
    """Name the field and the reason."""
    with pytest.raises(InputError) as caught:
        read(**data)
    assert (caught.value.field, caught.value.reason) == (field, reason)


@pytest.mark.parametrize(
    "data",
    [
        {"duration": 1440},
        {"duration": 480, "earliest_start": "23:00", "ready_by": "07:00"},
        {"duration": 480, "earliest_start": "08:00", "ready_by": "16:00"},
        # On demand, only the way to the next time by which it is ready counts.
        {
            "duration": 1440,
            "schedule": "on_demand",
            "earliest_start": "12:00",
            "ready_by": "13:00",
        },
        {"duration": 540, "forbidden_hours": "09:00-24:00"},
        # The night is free as a whole where a day may begin at any moment.
        {"duration": 540, "schedule": "on_demand", "forbidden_hours": "07:00-22:00"},
        {
            "duration": 540,
            "earliest_start": "20:00",
            "ready_by": "08:00",
            "forbidden_hours": "20:00-22:00,07:00-09:00",
        },
        # In pieces of half an hour or more.
        {"duration": 90, "split": True, "forbidden_hours": "00:30-23:00"},
        # Forbidden hours beyond its time leave all of it.
        {
            "duration": 60,
            "earliest_start": "08:00",
            "ready_by": "09:00",
            "forbidden_hours": "09:00-12:00,18:00-08:00",
        },
    ],
    ids=str,
)
def test_there_is_room_for_a_run_that_just_fits(data: dict[str, Any]) -> None:
    """Accept a run that just fits, and refuse it when it is a minute longer."""
    check_appliance(read(**data).appliance, Home())
    if data["duration"] < 1440:
        longer = data | {"duration": data["duration"] + 1}
        with pytest.raises(InputError):
            check_appliance(read(**longer).appliance, Home())


@pytest.mark.parametrize(
    ("data", "field", "reason"),
    [
        (
            {"earliest_start": "06:00", "ready_by": "07:59"},
            "duration",
            "duration_longer_than_window",
        ),
        (
            {"forbidden_hours": "01:59-23:00"},
            "forbidden_hours",
            "forbidden_no_room",
        ),
        (
            # Each free stretch is shorter than a segment may be.
            {"split": True, "forbidden_hours": "00:20-23:40"},
            "forbidden_hours",
            "forbidden_no_room",
        ),
        (
            {
                "earliest_start": "01:00",
                "ready_by": "05:00",
                "forbidden_hours": "0:00-6:00",
            },
            "forbidden_hours",
            "forbidden_no_room",
        ),
    ],
    ids=str,
)
def test_a_run_without_room_is_refused(
    data: dict[str, Any], field: str, reason: str
) -> None:
    """Say whether its times or its forbidden hours are too narrow."""
    with pytest.raises(InputError) as caught:
        check_appliance(read(**data).appliance, Home())
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_an_appliance_that_cannot_be_read_is_left_out(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Go on with the others, and say in the log which one is wrong."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    for name, data in (("Car", NEEDED), ("Oven", NEEDED | {"power": 0})):
        subentry = ConfigSubentry(
            data=MappingProxyType(data),
            subentry_id=name.lower(),
            subentry_type="appliance",
            title=name,
            unique_id=None,
        )
        hass.config_entries.async_add_subentry(entry, subentry)
    assert list(appliances_of(entry)) == ["car"]
    assert "Oven cannot be read (power: power_not_positive)" in caplog.text
