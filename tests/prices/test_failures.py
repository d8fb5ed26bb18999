"""Test what happens when the provider fails."""

from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, Normal, PriceServer, Status, Wrong, WrongKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import DOMAIN, DUE, NOW, PUBLISHED, Clock, pass_time, set_up, state


async def test_six_hours_without_the_provider(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Keep the known prices, ask seldom, log once when lost and once when back."""
    price_server.control.forget()
    price_server.control.behave(Down())
    await pass_time(
        advance, PUBLISHED, PUBLISHED + timedelta(hours=6), timedelta(minutes=5)
    )
    # Each attempt may reach the server twice, as the client itself tries again.
    attempts = {request.time for request in price_server.requests}
    assert len(attempts) <= 10
    assert float(state(hass, "current_price")) != 0
    assert state(hass, "tomorrow_available", "binary_sensor") == "off"

    price_server.control.behave(Normal())
    later = PUBLISHED + timedelta(hours=6)
    await pass_time(advance, later, later + timedelta(hours=1), timedelta(minutes=5))
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    ours = [r for r in caplog.records if r.name == f"custom_components.{DOMAIN}"]
    assert [r.getMessage() for r in ours if r.levelno >= logging.INFO] == [
        "Error fetching Sobry data: Sobry cannot be reached (ServerDisconnectedError)",
        "Fetching Sobry data recovered",
    ]


async def test_prices_that_run_out_make_entities_unavailable(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Go on until midnight, then be unavailable, and come back with the provider."""
    price_server.control.behave(Down())
    midnight = datetime.fromisoformat("2026-04-15T22:00:00+00:00")
    await pass_time(
        advance, DUE, midnight - timedelta(seconds=1), timedelta(minutes=30)
    )
    assert float(state(hass, "current_price")) != 0
    await advance(midnight)
    assert state(hass, "current_price") == "unavailable"
    assert state(hass, "cheapest_window", "binary_sensor") == "unavailable"
    assert state(hass, "prices_known_until") == midnight.isoformat()

    price_server.control.behave(Normal())
    # Each question has cost two requests, of which there are at most 12 in two hours.
    await pass_time(
        advance, midnight, midnight + timedelta(minutes=21), timedelta(minutes=1)
    )
    assert float(state(hass, "current_price")) != 0


@pytest.mark.parametrize(
    "retry_after", [5400, "Wed, 15 Apr 2026 13:00:00 GMT"], ids=["seconds", "date"]
)
async def test_the_wait_that_the_provider_asks_for_is_kept(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    retry_after: Any,
) -> None:
    """Ask nothing before `Retry-After` has passed."""
    price_server.control.forget()
    price_server.control.behave(Status(429, retry_after=retry_after), times=1)
    await pass_time(advance, DUE, DUE + timedelta(hours=3), timedelta(minutes=1))
    first, second = (request.time for request in price_server.requests)
    assert second - first >= timedelta(minutes=90) or second >= (
        datetime.fromisoformat("2026-04-15T13:00:00+00:00")
    )
    assert second - first < timedelta(minutes=123)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


@pytest.mark.parametrize(
    "behaviour",
    [
        *(
            Wrong(kind)
            for kind in WrongKind
            if kind
            not in (
                WrongKind.DUPLICATE,
                WrongKind.UNORDERED,
                WrongKind.GAP,
                WrongKind.INCLUSIVE_END,
                # Sobry has no pages that could be wrong.
                WrongKind.REPEATED_PAGE,
                WrongKind.HAS_MORE,
                WrongKind.ENDLESS_PAGES,
            )
        ),
        *(Status(status) for status in (302, 400, 401, 403, 404, 429, 500, 503)),
        Down(),
    ],
    ids=str,
)
async def test_a_wrong_answer_loses_nothing(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    behaviour: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Keep the known prices, say what is wrong, and take the next right answer."""
    before = morning.runtime_data.prices.known
    price_server.control.behave(behaviour)
    await advance(DUE)
    assert morning.runtime_data.prices.known == before
    assert float(state(hass, "current_price")) != 0
    failure = morning.runtime_data.prices.asked.failure
    assert failure is not None
    assert "Error fetching Sobry data: Sobry " in caplog.text
    assert not [r for r in caplog.records if r.exc_info and r.levelno >= logging.INFO]

    price_server.control.behave(Normal())
    await advance(DUE + timedelta(minutes=6))
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert morning.runtime_data.prices.asked.failure is None


@pytest.mark.parametrize(
    "kind", [WrongKind.DUPLICATE, WrongKind.UNORDERED, WrongKind.INCLUSIVE_END]
)
async def test_an_odd_but_honest_answer_is_understood(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    kind: WrongKind,
) -> None:
    """Take rows twice, in any order, or a day more than asked for."""
    price_server.control.behave(Wrong(kind))
    await advance(DUE)
    assert morning.runtime_data.prices.asked.failure is None
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Down(), "cannot_connect"),
        (Status(500), "server_error"),
        (Status(404), "not_published"),
        (Status(429, retry_after=3600), "rate_limited"),
        (Wrong(WrongKind.HTML), "malformed"),
        (Wrong(WrongKind.CURRENCY), "wrong_currency"),
    ],
    ids=str,
)
async def test_a_start_without_any_price_is_repeated_and_says_why(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    behaviour: Any,
    reason: str,
) -> None:
    """Give the reason in the user's language, and load once prices are there."""
    freezer.move_to(NOW)
    price_server.control.behave(behaviour)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == reason
    assert entry.error_reason_translation_placeholders["provider"] == "Sobry"

    price_server.control.behave(Normal())
    freezer.tick(timedelta(hours=2))
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_a_repeated_start_does_not_ask_more_often(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep to the pauses while Home Assistant tries again every minute or so."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(500))
    await set_up(hass, entry)
    start = dt_util.utcnow()
    await pass_time(advance, start, start + timedelta(hours=2), timedelta(seconds=20))
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "server_error"
    assert len(price_server.requests) <= 14


async def test_another_address_is_tried_at_once(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Make no one wait for the pause of an address that was wrong."""
    freezer.move_to(NOW)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data=entry.data | {"base_url": f"{price_server.url}/nowhere"}
    )
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    hass.config_entries.async_update_entry(
        entry, data=entry.data | {"base_url": price_server.url}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_a_fault_of_ours_is_not_repeated_at_once(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    advance: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Count a question that ends in an unforeseen error like any other."""
    asked: list[datetime] = []

    async def broken(first: Any, end: Any, now: Any) -> None:
        asked.append(dt_util.utcnow())
        raise RuntimeError

    monkeypatch.setattr(morning.runtime_data.prices.provider, "prices", broken)
    await pass_time(advance, DUE, DUE + timedelta(hours=1), timedelta(minutes=1))
    assert 2 <= len(asked) <= 5
    assert "Unexpected error fetching Sobry data" in caplog.text


async def test_prices_in_another_currency_are_not_mixed(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep what is known when the next answer is in another currency."""
    coordinator = morning.runtime_data.prices
    known = coordinator.known
    crowns = replace(known, series=replace(known.series, currency="DKK"))
    coordinator._learn(crowns, dt_util.utcnow())
    await advance(DUE)
    assert coordinator.known == crowns
    assert coordinator.asked.failure.reason == "wrong_currency"


async def test_a_fault_of_ours_at_the_start_is_tried_again(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Set up later what cannot be set up now, whatever the reason."""

    async def broken(*_: Any) -> None:
        raise RuntimeError

    freezer.move_to(NOW)
    provider = (
        "custom_components.spot_planner.engine.providers.sobry.public.SobryProvider"
    )
    monkeypatch.setattr(f"{provider}.prices", broken)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_reload(entry.entry_id)
    # The second time nothing was asked, and still nobody else is blamed.
    assert entry.error_reason_translation_key == "unexpected"
    monkeypatch.undo()
    freezer.tick(timedelta(minutes=1))
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_the_wait_outlives_a_saved_option(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Ask nothing before `Retry-After` has passed, however often the entry reloads."""
    price_server.control.behave(Status(429, retry_after=7200))
    await advance(DUE)
    price_server.control.forget()
    hass.config_entries.async_update_entry(morning, options={"price_lists": "generic"})
    await hass.async_block_till_done(wait_background_tasks=True)
    await hass.config_entries.async_reload(morning.entry_id)
    await pass_time(advance, DUE, DUE + timedelta(minutes=119), timedelta(minutes=10))
    assert not price_server.requests
    price_server.control.behave(Normal())
    await advance(DUE + timedelta(minutes=121))
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
