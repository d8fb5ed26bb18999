"""Test that the house is one that Spot Planner can work with."""

import pytest

from custom_components.spot_planner.appliances.settings import ApplianceSettings
from dev.bench.home import contended
from dev.chaos.house import APPLIANCES, DEVICES, NAMES, ON_DEMAND, device_of


@pytest.mark.parametrize("name", APPLIANCES)
def test_every_appliance_can_be_read(name: str) -> None:
    """Each is handed over, and switches a device that is there."""
    settings = ApplianceSettings.from_data("id", name, APPLIANCES[name])
    assert settings.control.automatic
    assert settings.control.stop_at_end
    assert device_of(name) in DEVICES
    assert settings.appliance.daily is (name not in ON_DEMAND)


def test_ids_tell_appliances_apart() -> None:
    """No two have the same."""
    assert len(NAMES) == len(APPLIANCES)


def test_every_device_is_used_and_the_pool_by_two() -> None:
    """No device stands around, and one has two masters whose hours overlap."""
    used = [device_of(name) for name in APPLIANCES]
    assert set(used) == set(DEVICES)
    assert used.count("pool") == 2


def test_the_contended_home_is_that_of_the_issue() -> None:
    """Ten appliances of 0.5 to 4.1 kW, every third of them split."""
    appliances = list(contended(0).values())
    assert [it["power"] for it in appliances] == [
        pytest.approx(0.5 + 0.4 * index) for index in range(10)
    ]
    assert sum("split" in it for it in appliances) == 3
    assert not set(contended(0)) & set(contended(1))
