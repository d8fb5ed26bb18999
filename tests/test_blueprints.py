"""Run the blueprints: what their automations do, and what they leave alone."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from .appliances import (
    add_switches,
    appliance_entity,
    appliance_entry,
    appliance_state,
    planner_of,
    run_of,
    turn,
)
from .blueprints import Automate, blueprints, not_running, say, spin, tick, words
from .conftest import DUE, ENTRY_ID, Clock, entity_id, set_up, state
from .entries import make_entry

HEATER = "input_boolean.heater"
MINUTE = timedelta(minutes=1)
PLUG = "binary_sensor.plug"
BATTERY = "sensor.battery"
# 17:00 in Paris; the night is cheaper.
EVENING = "2026-04-15T15:00:00+00:00"


@pytest.fixture
async def automate(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Automate]:
    """Return a function that makes an automation of a blueprint with inputs."""
    async with blueprints(hass, tmp_path) as make:
        yield make


@pytest.fixture
async def heater(hass: HomeAssistant) -> str:
    """Add something to turn on and off."""
    assert await async_setup_component(hass, "homeassistant", {})
    await add_switches(hass, "heater")
    return HEATER


async def intervals(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the known prices from this midnight on."""
    answer = await hass.services.async_call(
        "spot_planner", "get_prices", {}, blocking=True, return_response=True
    )
    assert answer
    found: Any = answer["prices"]
    return list(found)


def is_on(hass: HomeAssistant) -> bool:
    """Tell whether the heater is on."""
    return hass.states.is_state(HEATER, "on")


class TestCheapestWindow:
    """Something is on during the cheapest window."""

    @pytest.fixture
    async def window(
        self,
        hass: HomeAssistant,
        paris: None,
        entry: MockConfigEntry,
        freezer: FrozenDateTimeFactory,
    ) -> list[datetime]:
        """Return the start and the end of the cheapest window; none follows at once."""
        freezer.move_to(EVENING)
        await set_up(hass, entry)
        keys = ("cheapest_window_start", "cheapest_window_end")
        return [datetime.fromisoformat(state(hass, key)) for key in keys]

    async def make(self, hass: HomeAssistant, automate: Automate) -> None:
        """Make the automation."""
        await automate(
            "cheapest_window_start",
            window=entity_id(hass, "binary_sensor", "cheapest_window"),
            target={"entity_id": HEATER},
            start_actions=say("begun"),
            end_actions=say("ended"),
        )

    async def test_window(
        self,
        hass: HomeAssistant,
        heater: str,
        window: list[datetime],
        automate: Automate,
        advance: Clock,
    ) -> None:
        """It is on from the start of the window to its end, and not otherwise."""
        start, end = window
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate)
        seen = []
        for moment in (start - MINUTE, start, end - MINUTE, end, end + 60 * MINUTE):
            await advance(moment)
            seen.append(is_on(hass))
        assert seen == [False, True, True, False, False]
        assert words(heard) == ["begun", "ended"]

    async def test_by_hand(
        self,
        hass: HomeAssistant,
        heater: str,
        window: list[datetime],
        automate: Automate,
        advance: Clock,
    ) -> None:
        """Who turns it off during the window has the last word."""
        await self.make(hass, automate)
        await advance(window[0])
        await turn(hass, HEATER, "off")
        await advance(window[0] + 15 * MINUTE)
        assert not is_on(hass)

    @pytest.mark.parametrize("is_within", [True, False])
    async def test_restart(
        self,
        hass: HomeAssistant,
        heater: str,
        window: list[datetime],
        automate: Automate,
        advance: Clock,
        is_within: bool,
    ) -> None:
        """A window that began or ended while Home Assistant was down counts."""
        await turn(hass, HEATER, "off" if is_within else "on")
        not_running(hass)
        await advance(window[0] + MINUTE if is_within else window[1] + 180 * MINUTE)
        await self.make(hass, automate)
        assert is_on(hass) is not is_within
        await hass.async_start()
        await hass.async_block_till_done()
        assert is_on(hass) is is_within

    async def test_without_prices(
        self,
        hass: HomeAssistant,
        heater: str,
        window: list[datetime],
        automate: Automate,
        advance: Clock,
    ) -> None:
        """A short gap changes nothing; without prices for long, it is turned off."""
        await self.make(hass, automate)
        await advance(window[0])
        await hass.config_entries.async_reload(ENTRY_ID)
        await hass.async_block_till_done()
        assert is_on(hass)
        await hass.config_entries.async_unload(ENTRY_ID)
        await hass.async_block_till_done()
        await advance(window[0] + 9 * MINUTE)
        assert is_on(hass)
        await advance(window[0] + 10 * MINUTE)
        assert not is_on(hass)


class TestTomorrow:
    """A message tells when tomorrow is cheapest."""

    async def make(
        self, hass: HomeAssistant, automate: Automate, **inputs: Any
    ) -> None:
        """Make the automation."""
        await automate(
            "tomorrow_notify",
            tomorrow=entity_id(hass, "binary_sensor", "tomorrow_available"),
            **inputs,
        )

    async def test_message(
        self,
        hass: HomeAssistant,
        morning: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """The message names the cheapest hours of tomorrow and what they cost."""
        sent = async_mock_service(hass, "notify", "phone")
        await self.make(
            hass,
            automate,
            hours=1,
            send="notify.phone",
            title="Demain",
            message="{start}/{end}/{price}/{average}/{unit}",
        )
        await advance(DUE - MINUTE)
        assert sent == []
        await advance(DUE)
        (call,) = sent
        tomorrow = [it for it in await intervals(hass) if it["start"] >= "2026-04-16"]
        assert len(tomorrow) == 96
        prices = [it["price"] for it in tomorrow]
        hours = [sum(prices[at : at + 4]) / 4 for at in range(93)]
        best = hours.index(min(hours))
        assert call.data == {
            "title": "Demain",
            "message": "/".join(
                (
                    tomorrow[best]["start"][11:16],
                    tomorrow[best + 3]["end"][11:16],
                    f"{min(hours):.4f}",
                    f"{sum(prices) / 96:.4f}",
                    "EUR/kWh",
                )
            ),
        }

    async def test_defaults(
        self,
        hass: HomeAssistant,
        morning: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """Without any choice, Home Assistant itself shows a whole sentence."""
        sent = async_mock_service(hass, "persistent_notification", "create")
        await self.make(hass, automate)
        await advance(DUE)
        assert sent[0].data["title"] == "Electricity tomorrow"
        assert sent[0].data["message"].startswith("Cheapest from ")
        assert "{" not in sent[0].data["message"]

    async def test_no_news(
        self,
        hass: HomeAssistant,
        morning: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """It is told once, whatever happens until the next day."""
        sent = async_mock_service(hass, "persistent_notification", "create")
        await self.make(hass, automate)
        await advance(DUE)
        await hass.config_entries.async_reload(ENTRY_ID)
        await advance(DUE + timedelta(hours=1))
        await advance("2026-04-15T22:00:00+00:00")
        assert len(sent) == 1
        await advance(DUE + timedelta(days=1))
        assert len(sent) == 2


class TestRed:
    """Something is stopped while the price is red."""

    @pytest.fixture
    async def red(self, hass: HomeAssistant, loaded: MockConfigEntry) -> list[datetime]:
        """Return when the next red time begins and ends; the price is not red before."""
        assert state(hass, "price_level") != "red"
        levels = {
            datetime.fromisoformat(it["start"]): it["level"]
            for it in await intervals(hass)
            if it["start"] > "2026-04-15T14"
        }
        start = next(moment for moment, level in levels.items() if level == "red")
        end = next(
            moment
            for moment, level in levels.items()
            if moment > start and level != "red"
        )
        return [start, end]

    async def make(
        self, hass: HomeAssistant, automate: Automate, shortest_stop: int
    ) -> None:
        """Make the automation."""
        await automate(
            "stop_when_red",
            level=entity_id(hass, "sensor", "price_level"),
            stop_actions=say("stop"),
            start_actions=say("start"),
            shortest_stop=shortest_stop,
        )

    async def test_red(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        red: list[datetime],
        automate: Automate,
    ) -> None:
        """It stops with red and starts after it, where it was stopped for long enough."""
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate, 10)
        start, end = red
        seen = []
        for moment in (start - MINUTE, start, end - MINUTE, end, end + 15 * MINUTE):
            await tick(hass, freezer, moment)
            seen.append(words(heard))
        assert seen == [[], ["stop"], ["stop"], ["stop", "start"], ["stop", "start"]]

    async def test_shortest_stop(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        red: list[datetime],
        automate: Automate,
    ) -> None:
        """It stays off until the shortest stop is over, from its beginning on."""
        heard = async_capture_events(hass, "said")
        start, end = red
        length = (end - start) // MINUTE + 5
        await self.make(hass, automate, length)
        await tick(hass, freezer, start)
        await tick(hass, freezer, end)
        await tick(hass, freezer, end + 4 * MINUTE)
        assert words(heard) == ["stop"]
        await tick(hass, freezer, end + 5 * MINUTE)
        assert words(heard) == ["stop", "start"]

    async def test_restart_while_red(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        red: list[datetime],
        automate: Automate,
    ) -> None:
        """Red that began while Home Assistant was down stops it."""
        heard = async_capture_events(hass, "said")
        not_running(hass)
        await tick(hass, freezer, red[0] + MINUTE)
        await self.make(hass, automate, 10)
        await hass.async_start()
        assert words(heard) == ["stop"]

    async def test_restart_after_red(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        red: list[datetime],
        automate: Automate,
    ) -> None:
        """Red that ended while Home Assistant was down does not keep it stopped.

        It may have been stopped just before, so the whole stop is waited for.
        """
        heard = async_capture_events(hass, "said")
        not_running(hass)
        await tick(hass, freezer, red[1] + MINUTE)
        await self.make(hass, automate, 10)
        starting = hass.async_create_background_task(hass.async_start(), "start")
        await spin(hass)
        await tick(hass, freezer, red[1] + 10 * MINUTE)
        assert words(heard) == []
        await tick(hass, freezer, red[1] + 11 * MINUTE)
        assert words(heard) == ["start"]
        await starting

    async def test_without_prices(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        red: list[datetime],
        automate: Automate,
    ) -> None:
        """Without prices for long, it does not stay stopped."""
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate, 10)
        await tick(hass, freezer, red[0])
        await hass.config_entries.async_unload(ENTRY_ID)
        await spin(hass)
        await tick(hass, freezer, red[0] + 9 * MINUTE)
        assert words(heard) == ["stop"]
        await tick(hass, freezer, red[0] + 10 * MINUTE)
        assert words(heard) == ["stop", "start"]


class TestNegative:
    """Actions run while the price is negative."""

    @pytest.fixture
    async def negative(
        self,
        hass: HomeAssistant,
        paris: None,
        price_server: PriceServer,
        freezer: FrozenDateTimeFactory,
    ) -> list[datetime]:
        """Return when the price becomes negative, and when it no longer is."""
        freezer.move_to("2026-04-19T04:00:00+00:00")
        data = {"lookup": "region", "region": "DK1"}
        await set_up(hass, make_entry("minstroem", price_server, **data))
        found = [it for it in await intervals(hass) if it["price"] < 0]
        return [
            datetime.fromisoformat(found[at][key])
            for at, key in ((0, "start"), (-1, "end"))
        ]

    async def make(self, hass: HomeAssistant, automate: Automate) -> None:
        """Make the automation."""
        await automate(
            "negative_price",
            negative=entity_id(hass, "binary_sensor", "negative_price"),
            start_actions=say("paid"),
            end_actions=say("over"),
        )

    async def test_negative(
        self,
        hass: HomeAssistant,
        negative: list[datetime],
        automate: Automate,
        advance: Clock,
    ) -> None:
        """Something happens at both ends of the time, and nothing in between."""
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate)
        start, end = negative
        seen = []
        for moment in (start - MINUTE, start, end - MINUTE, end, end + 60 * MINUTE):
            await advance(moment)
            seen.append(words(heard))
        assert seen == [[], ["paid"], ["paid"], ["paid", "over"], ["paid", "over"]]

    @pytest.mark.parametrize(("at", "said"), [(0, "paid"), (1, "over")])
    async def test_restart(
        self,
        hass: HomeAssistant,
        negative: list[datetime],
        automate: Automate,
        advance: Clock,
        at: int,
        said: str,
    ) -> None:
        """After a restart, what fits is done."""
        heard = async_capture_events(hass, "said")
        not_running(hass)
        await advance(negative[at] + MINUTE)
        await self.make(hass, automate)
        assert words(heard) == []
        await hass.async_start()
        await hass.async_block_till_done()
        assert words(heard) == [said]

    async def test_without_prices(
        self,
        hass: HomeAssistant,
        negative: list[datetime],
        automate: Automate,
        advance: Clock,
    ) -> None:
        """Without prices for long, nothing goes on as if they were negative."""
        heard = async_capture_events(hass, "said")
        await self.make(hass, automate)
        await advance(negative[0])
        await hass.config_entries.async_unload(ENTRY_ID)
        await hass.async_block_till_done()
        await advance(negative[0] + 10 * MINUTE)
        assert words(heard) == ["paid", "over"]


class TestCar:
    """A car is charged at the cheapest time until it has to be ready."""

    @pytest.fixture
    async def charger(
        self,
        hass: HomeAssistant,
        paris: None,
        freezer: FrozenDateTimeFactory,
        price_server: PriceServer,
    ) -> MockConfigEntry:
        """Return an entry with a charger; the car is away, its battery at 40 %."""
        freezer.move_to(EVENING)
        charger = {
            "duration": 60,
            "power": 10.0,
            "schedule": "on_demand",
            "earliest_start": "00:00:00",
            "ready_by": "00:00:00",
        }
        entry = appliance_entry(price_server, charger=charger)
        await set_up(hass, entry)
        hass.states.async_set(PLUG, "off")
        hass.states.async_set(BATTERY, "40")
        return entry

    async def make(
        self, hass: HomeAssistant, automate: Automate, ready_by: str = "07:00:00"
    ) -> None:
        """Make the automation; the battery takes 2 h from 40 to 80 %."""
        entity = appliance_entity(hass, "run_status", name="charger")[0]
        found = er.async_get(hass).async_get(entity)
        assert found
        await automate(
            "car_ready_by",
            plug=PLUG,
            appliance=found.device_id,
            ready_by=ready_by,
            battery=BATTERY,
            capacity=50,
            target_level=80,
            power=10,
        )

    async def plug(self, hass: HomeAssistant, state: str = "on") -> None:
        """Plug the car in, or unplug it."""
        hass.states.async_set(PLUG, state)
        await hass.async_block_till_done(wait_background_tasks=True)

    async def test_plugged_in(
        self, hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
    ) -> None:
        """The run is as long as the battery needs, at the cheapest time until 07:00."""
        await self.make(hass, automate)
        assert planner_of(charger).runs == ()
        await self.plug(hass)
        assert appliance_state(hass, "run_status", name="charger") == "planned"
        run = run_of(charger, "charger")
        assert run.duration == timedelta(hours=2)
        assert run.latest_end == datetime.fromisoformat("2026-04-16T05:00:00+00:00")
        night = [
            it
            for it in await intervals(hass)
            if "2026-04-15T17:00" <= it["start"] < "2026-04-16T07:00"
        ]
        sums = [
            sum(it["price"] for it in night[at : at + 8])
            for at in range(len(night) - 7)
        ]
        best = night[sums.index(min(sums))]["start"]
        assert run.start == datetime.fromisoformat(best)

    async def test_unplugged(
        self, hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
    ) -> None:
        """The plan is called off; where there is none, nothing happens."""
        await self.make(hass, automate)
        await self.plug(hass)
        await self.plug(hass, "off")
        assert appliance_state(hass, "run_status", name="charger") == "skipped"
        await self.plug(hass, "unavailable")
        await self.plug(hass, "off")
        assert len(planner_of(charger).runs) == 1

    @pytest.mark.parametrize("level", ["80", "93.5"])
    async def test_full(
        self,
        hass: HomeAssistant,
        charger: MockConfigEntry,
        automate: Automate,
        level: str,
    ) -> None:
        """A battery that is full enough needs no run."""
        hass.states.async_set(BATTERY, level)
        await self.make(hass, automate)
        await self.plug(hass)
        assert planner_of(charger).runs == ()

    async def test_unknown_level(
        self, hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
    ) -> None:
        """A car that does not tell its level is taken for empty."""
        hass.states.async_set(BATTERY, "unknown")
        await self.make(hass, automate)
        await self.plug(hass)
        assert run_of(charger, "charger").duration == timedelta(hours=4)

    async def test_little_time(
        self, hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
    ) -> None:
        """Where the time is too short, all of it is used."""
        await self.make(hass, automate, "18:00:00")
        await self.plug(hass)
        run = run_of(charger, "charger")
        assert run.duration == timedelta(minutes=59)
        assert run.latest_end == datetime.fromisoformat("2026-04-15T16:00:00+00:00")

    async def test_restart(
        self, hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
    ) -> None:
        """A car that was plugged in while Home Assistant was down is charged too."""
        not_running(hass)
        await self.plug(hass)
        await self.make(hass, automate)
        assert planner_of(charger).runs == ()
        await hass.async_start()
        await hass.async_block_till_done(wait_background_tasks=True)
        assert run_of(charger, "charger").duration == timedelta(hours=2)

    async def test_charging_already(
        self,
        hass: HomeAssistant,
        charger: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """A plug that flickers while the car charges changes nothing."""
        await self.make(hass, automate)
        await self.plug(hass)
        start = run_of(charger, "charger").start
        assert start
        await advance(start)
        before = run_of(charger, "charger")
        await self.plug(hass, "unavailable")
        await self.plug(hass)
        assert run_of(charger, "charger") == before
