"""Test that credentials that were refused are not asked with again for a day."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.prices.questions import LAST_ASKED, PACERS, REFUSALS
from dev.price_server import Normal, PriceServer, Status
from dev.price_server.credentials import SECRETS
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant

from ..conftest import NOW, Clock, set_up
from ..entries import DATA, make_entry

pytestmark = pytest.mark.usefixtures("without_entities")

START = datetime.fromisoformat(NOW)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Sobry without a key has none that could be refused.
WITH_KEY = [kind for kind in DATA if kind != "sobry"]


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Return the provider of the entry; a test may want all."""
    return str(getattr(request, "param", "sobry_contract"))


@pytest.fixture
def entry(price_server: PriceServer, kind: str) -> MockConfigEntry:
    """Return an entry with a key."""
    return make_entry(kind, price_server)


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Forget all that is in memory only, and begin anew."""
    await hass.config_entries.async_unload(entry.entry_id)
    for flow in hass.config_entries.flow.async_progress():
        hass.config_entries.flow.async_abort(flow["flow_id"])
    for key in (LAST_ASKED, PACERS, REFUSALS):
        hass.data.pop(key, None)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def asks_the_user(hass: HomeAssistant) -> bool:
    """Tell whether the user is asked for other credentials."""
    flows = hass.config_entries.flow.async_progress()
    return [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


@pytest.mark.parametrize("kind", WITH_KEY, indirect=True)
async def test_refused_key_is_not_asked_with_again(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    hass_storage: dict[str, Any],
) -> None:
    """Tell the user at each start, and ask the provider after a day."""
    freezer.move_to(START)
    price_server.control.behave(Status(401))
    await set_up(hass, entry)
    assert asks_the_user(hass)
    asked = len(price_server.requests)
    assert 1 <= asked <= 4
    for hours in (1, 8, 23):
        freezer.move_to(START + hours * HOUR)
        await hass.config_entries.async_reload(entry.entry_id)
        await restart(hass, entry)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert entry.error_reason_translation_key == "invalid_auth"
        assert asks_the_user(hass)
    assert len(price_server.requests) == asked
    stored = str(hass_storage)
    assert "refused" in stored
    files = {key: it for key, it in hass_storage.items() if key.endswith("refused")}
    assert not [secret for secret in SECRETS if secret in str(files)]

    price_server.control.behave(Normal())
    freezer.move_to(START + 25 * HOUR)
    await restart(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert not [key for key in hass_storage if key.endswith("refused")]


async def test_other_credentials_are_tried_at_once(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """What was refused says nothing of another key."""
    freezer.move_to(START)
    entry.add_to_hass(hass)
    right = entry.data["api_key"]
    wrong = {**entry.data, "api_key": "sob_apikey_wrong"}
    hass.config_entries.async_update_entry(entry, data=wrong)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    data = {**entry.data, "api_key": right}
    hass.config_entries.async_update_entry(entry, data=data)
    await restart(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_the_same_key_may_be_good_again(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Who enters it once more, and sees it accepted, waits for nothing."""
    freezer.move_to(START)
    price_server.control.behave(Status(401))
    await set_up(hass, entry)
    price_server.control.behave(Normal())
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"api_key": entry.data["api_key"]}
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_known_prices_stay_and_the_user_is_told(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """A start with prices on disk asks nobody, and says what is wrong all the same."""
    freezer.move_to(START - 6 * HOUR)
    await set_up(hass, entry)
    price_server.control.behave(Status(401))
    await advance(START)
    assert asks_the_user(hass)
    price_server.control.forget()
    await restart(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert asks_the_user(hass)
    await advance(START + 2 * HOUR)
    assert not price_server.requests
    price_server.control.behave(Normal())
    await advance(START + DAY + HOUR)
    assert price_server.requests
    assert entry.runtime_data.prices.asked.failure is None


async def test_clock_from_the_future_is_not_believed(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """A key that was refused in the year 2096 is tried today."""
    freezer.move_to("2096-01-01T00:00:00+00:00")
    price_server.control.behave(Status(401))
    await set_up(hass, entry)
    price_server.control.behave(Normal())
    freezer.move_to(START)
    await restart(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_nothing_is_left_of_an_entry_that_is_removed(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    hass_storage: dict[str, Any],
) -> None:
    """Its file goes with it."""
    freezer.move_to(START)
    price_server.control.behave(Status(401))
    await set_up(hass, entry)
    assert [key for key in hass_storage if key.endswith("refused")]
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in hass_storage if entry.entry_id in key]
