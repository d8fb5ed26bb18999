"""Test the actions that look into prices."""

from datetime import datetime, timedelta
from itertools import pairwise
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..conftest import DOMAIN, ENTRY_ID, set_up, state
from ..entries import make_entry
from ..table import table

HOUR = timedelta(hours=1)
# NOW, as the home shows it.
LOCAL_NOW = "2026-04-15T14:00:00+02:00"
TOMORROW = "2026-04-16T00:00:00"
KNOWN_UNTIL = "2026-04-17T00:00:00+02:00"


async def call(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Return what an action answers, having gone through JSON."""
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    found = json.loads(json.dumps(answer))
    assert found == answer
    assert isinstance(found, dict)
    return found


async def refused(hass: HomeAssistant, action: str, **data: Any) -> str | None:
    """Return the key of the sentence with which an action is refused."""
    with pytest.raises(ServiceValidationError) as caught:
        await call(hass, action, **data)
    assert caught.value.translation_domain == DOMAIN
    return caught.value.translation_key


def moment(text: str) -> datetime:
    """Return a moment of an answer, which says its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo
    return found


async def mean(hass: HomeAssistant, start: str, end: str) -> float:
    """Return the mean price of a stretch that begins and ends with a quarter-hour."""
    prices = (await call(hass, "get_prices", start=start, end=end))["prices"]
    assert (prices[0]["start"], prices[-1]["end"]) == (start, end)
    return sum(it["price"] for it in prices) / len(prices)


async def test_prices_of_today_and_tomorrow(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Without any field, all is there from midnight to the end of what is known."""
    answer = await call(hass, "get_prices")
    assert answer["currency"] == "EUR"
    assert answer["unit"] == "EUR/kWh"
    assert answer["known_until"] == KNOWN_UNTIL
    prices = answer["prices"]
    assert len(prices) == 2 * 96
    assert prices[0]["start"] == "2026-04-15T00:00:00+02:00"
    assert prices[-1]["end"] == KNOWN_UNTIL
    assert all(a["end"] == b["start"] for a, b in pairwise(prices))


async def test_a_price_is_told_as_the_sensors_tell_it(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Price and colour of now are those of the entities, and the parts add up."""
    answer = await call(hass, "get_prices", start=LOCAL_NOW)
    now = answer["prices"][0]
    assert now["start"] == LOCAL_NOW
    assert now["end"] == "2026-04-15T14:15:00+02:00"
    assert now["price"] == pytest.approx(float(state(hass, "current_price")))
    assert now["level"] == state(hass, "price_level")
    assert now["estimated"] is False
    assert {"spot", "grid", "excise", "vat"} <= now["components"].keys()
    assert sum(now["components"].values()) == pytest.approx(now["price"], abs=1e-4)


async def test_times_without_offset_are_local(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A time as people write it is one of the home; others keep their offset."""
    local = await call(
        hass, "get_prices", start="2026-04-15 20:00", end="2026-04-15T21:00:00"
    )
    utc = await call(
        hass,
        "get_prices",
        start="2026-04-15T18:00:00Z",
        end="2026-04-15T20:00:00+01:00",
    )
    assert local == utc
    assert len(local["prices"]) == 4


async def test_interval_at_the_edge_is_whole(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A price is told for the time for which it holds."""
    answer = await call(
        hass, "get_prices", start="2026-04-15 14:05", end="2026-04-15 14:16"
    )
    assert [it["start"] for it in answer["prices"]] == [
        LOCAL_NOW,
        "2026-04-15T14:15:00+02:00",
    ]


async def test_resolution(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """An hour has the mean price of its quarters."""
    hours = (await call(hass, "get_prices", resolution=60))["prices"]
    assert len(hours) == 48
    for hour in (hours[0], hours[20]):
        wanted = await mean(hass, hour["start"], hour["end"])
        assert hour["price"] == pytest.approx(wanted)
        assert hour["level"] in {"green", "yellow", "red"}


async def test_nothing_is_known_so_far_away(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A stretch without prices is an empty list, not a guess."""
    assert (await call(hass, "get_prices", start="2026-04-17 00:00"))["prices"] == []


async def test_end_before_start(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Time does not run backwards."""
    key = await refused(
        hass, "get_prices", start="2026-04-15 10:00", end="2026-04-15 09:00"
    )
    assert key == "end_before_start"


@pytest.mark.parametrize(
    "data",
    [
        {"start": "tomorrow"},
        {"resolution": 0},
        {"resolution": 1441},
        {"unknown": 1},
    ],
    ids=str,
)
async def test_unusable_fields(
    hass: HomeAssistant, loaded: MockConfigEntry, data: dict[str, Any]
) -> None:
    """What no field could hold is refused before anything is worked out."""
    with pytest.raises(vol.Invalid):
        await call(hass, "get_prices", **data)


async def test_cheapest_window(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """It is the window that the sensors show, and costs what its prices say."""
    answer = await call(hass, "find_window", duration="02:00:00")
    assert moment(answer["start"]) == moment(state(hass, "cheapest_window_start"))
    assert moment(answer["end"]) == moment(state(hass, "cheapest_window_end"))
    assert answer["average_price"] == pytest.approx(
        float(state(hass, "cheapest_window_price")), abs=1e-5
    )
    # A power of one kW.
    assert answer["energy"] == 2
    assert answer["cost"] == pytest.approx(2 * answer["average_price"])
    assert answer["segments"] == [{"start": answer["start"], "end": answer["end"]}]
    now = await mean(hass, LOCAL_NOW, "2026-04-15T16:00:00+02:00")
    assert answer["cost_if_now"] == pytest.approx(2 * now)
    assert answer["saving"] == pytest.approx(2 * now - answer["cost"])
    assert answer["rule"] == "cheapest"
    assert answer["estimated"] is False
    assert answer["source"] == "sobry"


async def test_runner_up(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """The best other time lies a duration away, and costs no less."""
    answer = await call(hass, "find_window", duration="01:00:00", power=3)
    other = answer["runner_up"]
    assert other["cost"] >= answer["cost"]
    ends = moment(other["end"]), moment(answer["end"])
    assert abs(ends[0] - ends[1]) >= HOUR
    price = await mean(hass, other["start"], other["end"])
    assert other["cost"] == pytest.approx(3 * price)


async def test_only_one_place(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Where nothing can be chosen, there is no other time."""
    answer = await call(
        hass,
        "find_window",
        duration={"hours": 2},
        earliest_start=TOMORROW,
        latest_end="2026-04-16T02:00:00",
    )
    assert answer["start"] == "2026-04-16T00:00:00+02:00"
    assert answer["runner_up"] is None
    assert answer["rule"] == "only_option"


async def test_dearest_window(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """No hour among all that may be chosen costs more."""
    answer = await call(
        hass,
        "find_window",
        duration=3600,
        kind="dearest",
        earliest_start=TOMORROW,
        power=2,
    )
    day = (await call(hass, "get_prices", start=TOMORROW))["prices"]
    hours = [
        sum(it["price"] for it in day[index : index + 4]) / 4
        for index in range(len(day) - 3)
    ]
    assert answer["average_price"] == pytest.approx(max(hours))
    assert answer["cost"] == pytest.approx(2 * max(hours))
    assert answer["cost_if_now"] == pytest.approx(2 * hours[0])
    assert answer["saving"] == pytest.approx(2 * (hours[0] - max(hours)))
    assert answer["saving"] < 0
    assert answer["runner_up"] is None
    assert answer["rule"] is None


async def test_split(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """In parts it costs no more than in one piece, and no part is too short."""
    fields = {"duration": "03:00:00", "power": 2, "earliest_start": TOMORROW}
    whole = await call(hass, "find_window", **fields)
    parts = await call(
        hass, "find_window", **fields, split=True, shortest_segment="00:15:00"
    )
    assert parts["cost"] < whole["cost"]
    lengths = [moment(it["end"]) - moment(it["start"]) for it in parts["segments"]]
    assert len(lengths) > 1
    assert min(lengths) >= HOUR / 4
    assert sum(lengths, timedelta()) == 3 * HOUR
    usual = await call(hass, "find_window", **fields, split=True)
    lengths = [moment(it["end"]) - moment(it["start"]) for it in usual["segments"]]
    assert min(lengths) >= HOUR / 2


async def test_short_run_may_be_split(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A run that is shorter than the usual segment is one segment."""
    answer = await call(hass, "find_window", duration="00:10:00", split=True)
    assert len(answer["segments"]) == 1


async def test_profile(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Each phase costs what its own time costs."""
    answer = await call(
        hass,
        "find_window",
        profile=[
            {"duration": "00:15:00", "power": 2},
            {"duration": "00:30:00", "power": 0},
            {"duration": {"minutes": 15}, "power": 0.4},
        ],
        earliest_start=TOMORROW,
        latest_end="2026-04-16T01:00:00",
    )
    first = await mean(hass, answer["start"], "2026-04-16T00:15:00+02:00")
    last = await mean(hass, "2026-04-16T00:45:00+02:00", answer["end"])
    assert answer["energy"] == pytest.approx(0.6)
    assert answer["cost"] == pytest.approx(0.5 * first + 0.1 * last)


@pytest.mark.parametrize("start", [None, "2026-04-15T08:00:00"])
async def test_nothing_starts_in_the_past(
    hass: HomeAssistant, morning: MockConfigEntry, advance: Any, start: str | None
) -> None:
    """A start that is over counts as now, which is the next whole minute."""
    await advance("2026-04-15T08:07:20+00:00")
    given = {} if start is None else {"earliest_start": start}
    answer = await call(
        hass,
        "find_window",
        duration="00:30:00",
        latest_end="2026-04-15T10:38:00",
        **given,
    )
    assert answer["start"] == "2026-04-15T10:08:00+02:00"


@table(
    "data, key",
    [
        ({}, "duration_or_profile"),
        (
            {"duration": 60, "profile": [{"duration": 60, "power": 1}]},
            "duration_or_profile",
        ),
        (
            {"power": 1, "profile": [{"duration": 60, "power": 1}]},
            "duration_or_profile",
        ),
        ({"duration": 0}, "duration_not_positive"),
        ({"duration": "-01:00"}, "duration_not_positive"),
        ({"duration": 60, "power": 0}, "power_not_positive"),
        ({"duration": 60, "power": -1}, "power_negative"),
        ({"duration": 60, "power": "nan"}, "not_a_number"),
        ({"profile": []}, "profile_empty"),
        ({"profile": [{"duration": 0, "power": 1}]}, "duration_not_positive"),
        (
            {"duration": 60, "split": True, "shortest_segment": 61},
            "segment_longer_than_run",
        ),
        (
            {"duration": 60, "split": True, "shortest_segment": 0},
            "duration_not_positive",
        ),
        (
            {
                "split": True,
                "profile": [
                    {"duration": 60, "power": 1},
                    {"duration": 60, "power": 2},
                ],
            },
            "split_needs_constant_power",
        ),
        (
            {"kind": "dearest", "duration": 60, "split": True},
            "dearest_needs_constant_power",
        ),
        (
            {"kind": "dearest", "profile": [{"duration": 60, "power": 1}]},
            "dearest_needs_constant_power",
        ),
        ({"duration": 60, "latest_end": "2026-04-15 13:59"}, "deadline_past"),
        ({"duration": 7200, "latest_end": "2026-04-15 15:00"}, "deadline_too_close"),
        (
            {"duration": 60, "kind": "dearest", "latest_end": "2026-04-15 14:00"},
            "deadline_past",
        ),
        ({"duration": 60, "earliest_start": "2026-04-18 00:00"}, "no_prices"),
        ({"duration": "35:00:00"}, "longer_than_horizon"),
        ({"duration": "35:00:00", "kind": "dearest"}, "longer_than_horizon"),
    ],
)
async def test_window_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, data: dict[str, Any], key: str
) -> None:
    """Each thing that cannot be has its own sentence."""
    assert await refused(hass, "find_window", **data) == key


@pytest.mark.parametrize(
    "duration", ["soon", True, None, 1e300, 1e9, "99999999999999:00", {"days": 1e12}]
)
async def test_unusable_duration(
    hass: HomeAssistant, loaded: MockConfigEntry, duration: Any
) -> None:
    """A duration that is none, or that nobody could add up, is refused at once."""
    with pytest.raises((vol.Invalid, ServiceValidationError)):
        await call(hass, "find_window", duration=duration, latest_end=LOCAL_NOW)


async def test_prices_beyond_a_summer_night(
    hass: HomeAssistant, price_server: PriceServer, paris: None, freezer: Any
) -> None:
    """On the day on which the clocks go back, 25 hours are told with their offsets."""
    freezer.move_to("2026-10-25T08:00:00+00:00")
    await set_up(hass, make_entry("sobry", price_server))
    prices = (
        await call(hass, "get_prices", start="2026-10-25", end="2026-10-26 00:00")
    )["prices"]
    assert len(prices) == 100
    assert prices[0]["start"] == "2026-10-25T00:00:00+02:00"
    assert prices[-1]["end"] == "2026-10-26T00:00:00+01:00"
    hours = await call(
        hass, "get_prices", start="2026-10-25", end="2026-10-26", resolution=60
    )
    assert len(hours["prices"]) == 25


async def test_danish_prices(
    hass: HomeAssistant, price_server: PriceServer, loaded: MockConfigEntry
) -> None:
    """The entry that is named counts, with its currency."""
    await set_up(hass, make_entry("minstroem", price_server, entry_id="denmark"))
    answer = await call(hass, "get_prices", config_entry_id="denmark")
    assert answer["unit"] == "DKK/kWh"
    french = await call(hass, "get_prices", config_entry_id=ENTRY_ID)
    assert french["unit"] == "EUR/kWh"
