"""Test that other entries stand in while a provider fails."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, Normal, PriceServer, Status
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..conftest import DOMAIN, ENTRY_ID, NOW, Clock, entity_id, set_up, state
from ..entries import make_entry

BACKUP_ID = "01JSPOTPLANNERBACKUP000000"
STANDS_IN = {"fallback": [BACKUP_ID]}
BEGINS = "until they are back they are estimated from"
ENDS = "its own prices are back"


@pytest.fixture
async def backup_server(socket_enabled: None) -> AsyncIterator[PriceServer]:
    """Run the server of the entry that stands in."""
    async with PriceServer() as server:
        yield server


@pytest.fixture
async def backup(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    backup_server: PriceServer,
) -> MockConfigEntry:
    """Return an EnergySignal entry that works, set up at NOW."""
    freezer.move_to(NOW)
    entry = make_entry("energysignal", backup_server, entry_id=BACKUP_ID)
    await set_up(hass, entry)
    return entry


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return what the user is told while another entry stands in."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"fallback_active_{ENTRY_ID}")


def attributes(hass: HomeAssistant) -> dict[str, object]:
    """Return what the current price comes with."""
    found = hass.states.get(entity_id(hass, "sensor", "current_price"))
    assert found
    return dict(found.attributes)


@pytest.mark.parametrize("step", [15, pytest.param(5, marks=pytest.mark.slow)])
async def test_no_minute_is_without_a_price_in_an_outage_of_36_hours(
    hass: HomeAssistant,
    backup: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    step: int,
) -> None:
    """Show an estimate when the known prices end, and give two notices in all."""
    await set_up(hass, make_entry("sobry", price_server, options=STANDS_IN))
    price_server.control.behave(Down())
    # Tomorrow is known at the start, so the outage has to outlast it.
    await advance("2026-04-16T10:00:00+00:00")
    assert attributes(hass)["estimated"] is False
    assert not issue(hass)
    now = datetime.fromisoformat("2026-04-16T10:00:00+00:00")
    without, estimated = 0, 0
    # Prices change at quarter-hours, and questions may come at any minute.
    for _ in range(36 * 60 // step):
        now += timedelta(minutes=step)
        await advance(now)
        if state(hass, "current_price") in ("unavailable", "unknown"):
            without += step
        if attributes(hass)["estimated"]:
            estimated += step
    assert without == 0
    # The own prices end at midnight in Paris, 12 hours after the beginning.
    assert estimated == 24 * 60 + step
    assert attributes(hass)["source"] == "energysignal"
    assert caplog.text.count(BEGINS) == 1
    found = issue(hass)
    assert found
    assert found.translation_placeholders == {
        "entry": "Sobry",
        "source": "Energysignal",
    }

    price_server.control.behave(Normal())
    await advance(now + timedelta(hours=1, minutes=1))
    assert attributes(hass)["estimated"] is False
    assert attributes(hass)["source"] == "sobry"
    assert caplog.text.count(BEGINS) == 1
    assert caplog.text.count(ENDS) == 1
    assert not issue(hass)


async def test_the_estimate_is_the_price_that_the_tariff_makes_of_the_spot(
    hass: HomeAssistant, backup: MockConfigEntry, price_server: PriceServer
) -> None:
    """Start on an estimate when nothing else is known, with the same contract."""
    price_server.control.behave(Down())
    entry = make_entry("sobry", price_server, options=STANDS_IN)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    full = backup.runtime_data.prices.data
    # Both entries have the same contract, so the estimate is what the other one pays.
    assert float(state(hass, "current_price")) == pytest.approx(
        full.current.price, abs=1e-5
    )
    assert attributes(hass)["estimated"] is True
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert issue(hass)


@pytest.mark.parametrize("turpe_option", ["LU", "CU"])
async def test_each_entry_estimates_with_its_own_contract(
    hass: HomeAssistant,
    backup: MockConfigEntry,
    price_server: PriceServer,
    turpe_option: str,
) -> None:
    """Take the spot price of the other entry, not its tariff."""
    price_server.control.behave(Down())
    options = {**STANDS_IN, "turpe_option": turpe_option}
    entry = make_entry("sobry", price_server, options=options)
    await set_up(hass, entry)
    current = entry.runtime_data.prices.data.current
    grid = {"LU": 0.0125, "CU": 0.0484}[turpe_option]
    assert current.component("grid") == grid
    assert current.component("spot") == pytest.approx(
        backup.runtime_data.prices.known.series.at(current.start).price
    )


async def test_a_customer_with_refused_credentials_is_helped_and_asked_for_others(
    hass: HomeAssistant, backup: MockConfigEntry, price_server: PriceServer
) -> None:
    """Show an estimate and begin the reauthentication at the same time."""
    price_server.control.behave(Status(401))
    entry = make_entry("sobry_contract", price_server, options=STANDS_IN)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert attributes(hass)["source"] == "energysignal"
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_late_publication_is_no_failure_until_prices_run_short(
    hass: HomeAssistant,
    backup: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Wait for the own prices while they are only late, but not until they end."""
    await set_up(hass, make_entry("sobry", price_server, options=STANDS_IN))
    price_server.control.behave(Status(404))
    await advance("2026-04-16T12:00:00+00:00")
    assert not issue(hass)
    assert state(hass, "tomorrow_available", "binary_sensor") == "off"
    # Midnight in Paris is at 22:00; six hours before it, help comes.
    await advance("2026-04-16T16:15:00+00:00")
    assert issue(hass)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


async def test_two_entries_that_stand_in_for_each_other_make_up_nothing(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    backup_server: PriceServer,
    advance: Clock,
) -> None:
    """Show no price when both fail: an estimate is no source for another one."""
    freezer.move_to(NOW)
    backup = make_entry(
        "energysignal",
        backup_server,
        entry_id=BACKUP_ID,
        options={"fallback": [ENTRY_ID]},
    )
    await set_up(hass, backup)
    await set_up(hass, make_entry("sobry", price_server, options=STANDS_IN))
    price_server.control.behave(Down())
    await advance("2026-04-16T13:00:00+00:00")
    # The other entry may have been asked later than this one.
    await advance("2026-04-16T13:15:00+00:00")
    assert issue(hass)
    backup_server.control.behave(Down())
    for hours in range(2, 36, 2):
        await advance(
            datetime.fromisoformat("2026-04-16T13:00:00+00:00") + timedelta(hours=hours)
        )
    assert state(hass, "current_price") == "unavailable"


async def test_what_cannot_stand_in_is_passed_over(
    hass: HomeAssistant,
    backup: MockConfigEntry,
    price_server: PriceServer,
    backup_server: PriceServer,
) -> None:
    """Skip entries that are gone, from another market, or the entry itself."""
    denmark = make_entry("minstroem", backup_server, entry_id="DENMARK")
    await set_up(hass, denmark)
    price_server.control.behave(Down())
    chain = ["REMOVED", ENTRY_ID, "DENMARK", BACKUP_ID]
    entry = make_entry("sobry", price_server, options={"fallback": chain})
    await set_up(hass, entry)
    assert attributes(hass)["source"] == "energysignal"
    assert attributes(hass)["unit_of_measurement"] == "EUR/kWh"
