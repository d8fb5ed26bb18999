"""Test the action that compares the options of the French grid tariff."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
import voluptuous as vol

from dev.price_server import Down, PriceServer, Status
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..conftest import NOW, set_up
from ..entries import make_entry
from ..shown import asked
from ..table import table
from .test_prices import call, refused

pytestmark = pytest.mark.usefixtures("without_entities")

METER = "sensor.meter"
HOUR = timedelta(hours=1)
# A local midnight in summer, and one that is long ago.
TODAY = datetime.fromisoformat("2026-04-15T00:00:00+02:00")
LONG_AGO = datetime.fromisoformat("2026-04-01T00:00:00+02:00")


async def use(
    hass: HomeAssistant,
    start: datetime,
    *energies: float,
    statistic: str = METER,
    unit: str = "kWh",
    unit_class: str = "energy",
    has_sum: bool = True,
) -> None:
    """Let the recorder know a meter; what was used before the first hour is zero."""
    metadata: Any = {
        "has_sum": has_sum,
        "mean_type": StatisticMeanType.NONE
        if has_sum
        else StatisticMeanType.ARITHMETIC,
        "name": None,
        "source": "recorder",
        "statistic_id": statistic,
        "unit_of_measurement": unit,
    }
    if "unit_class" in StatisticMetaData.__annotations__:
        # Newer versions want to know more.
        metadata["unit_class"] = unit_class
    total = 0.0
    rows: list[Any] = [{"start": start - HOUR, "state": 0.0, "sum": 0.0}]
    for index, energy in enumerate(energies):
        total += energy
        rows.append({"start": start + index * HOUR, "state": total, "sum": total})
    if not has_sum:
        rows = [{"start": start, "mean": 1.0, "min": 1.0, "max": 1.0}]
    async_import_statistics(hass, metadata, rows)
    await async_wait_recording_done(hass)


def until(start: datetime, hours: int) -> dict[str, str]:
    """Return the fields of a range."""
    return {
        "energy_statistic": METER,
        "start": start.isoformat(),
        "end": (start + hours * HOUR).isoformat(),
    }


async def cost_of_own_option(hass: HomeAssistant, start: datetime, hours: int) -> float:
    """Return what a kWh in each hour costs at the prices that the entry shows."""
    answer = await call(
        hass,
        "get_prices",
        start=start.isoformat(),
        end=(start + hours * HOUR).isoformat(),
    )
    return float(sum(it["price"] for it in answer["prices"]) / 4)


async def test_known_prices(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """For hours whose prices are known, nobody is asked; the own option costs them."""
    await use(hass, TODAY, *[1.0] * 12)
    asked(price_server)
    answer = await call(hass, "compare_tariffs", **until(TODAY, 12))
    assert asked(price_server) == {}
    assert answer["currency"] == "EUR"
    assert answer["option"] == "CU4"
    assert answer["start"] == "2026-04-15T00:00:00+02:00"
    assert answer["end"] == "2026-04-15T12:00:00+02:00"
    assert (answer["hours"], answer["hours_missing"]) == (12, 0)
    assert list(answer["options"]) == ["CU", "CU4", "MU4", "MUDT", "LU"]
    own = answer["options"]["CU4"]
    assert own["cost"] == pytest.approx(
        await cost_of_own_option(hass, TODAY, 12), abs=2e-4
    )
    assert own["energy"] == pytest.approx(12)
    assert own["periods"].keys() == {"hcb", "hpb"}
    assert own["periods"]["hcb"]["energy"] == pytest.approx(6)
    flat = answer["options"]["CU"]
    assert flat["periods"].keys() == {"base"}
    # The two differ by the published rates of the grid, with VAT.
    dearer = 1.2 * (12 * 0.0484 - 6 * 0.0116 - 6 * 0.0166)
    assert flat["cost"] - own["cost"] == pytest.approx(dearer)


@pytest.mark.parametrize("kind", ["sobry", "energysignal"])
async def test_past_prices_are_asked_for(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    paris: None,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    kind: str,
) -> None:
    """Days that the entry has forgotten are asked for in one question."""
    freezer.move_to(NOW)
    await set_up(hass, make_entry(kind, price_server))
    await use(hass, LONG_AGO, *[1.0] * 24 * 14)
    asked(price_server)
    answer = await call(hass, "compare_tariffs", **until(LONG_AGO, 24 * 14))
    assert asked(price_server).total() == 1
    assert (answer["hours"], answer["hours_missing"]) == (24 * 14, 0)
    assert answer["options"]["MUDT"]["energy"] == pytest.approx(24 * 14)


async def test_unknown_hours_are_counted(
    recorder_mock: Recorder, hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """An hour without consumption is not one without costs."""
    await use(hass, TODAY + 2 * HOUR, 1.0, 1.0)
    answer = await call(hass, "compare_tariffs", **until(TODAY, 4))
    # In the hour before the first kWh, the meter is known to have counted nothing.
    assert (answer["hours"], answer["hours_missing"]) == (3, 1)
    assert answer["options"]["LU"]["energy"] == pytest.approx(2)


async def test_the_end_is_now_at_the_latest(
    recorder_mock: Recorder, hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Hours that are not over are not missing."""
    await use(hass, TODAY, *[1.0] * 14)
    answer = await call(
        hass, "compare_tariffs", energy_statistic=METER, start="2026-04-15 00:00:00"
    )
    assert answer["end"] == "2026-04-15T14:00:00+02:00"
    assert (answer["hours"], answer["hours_missing"]) == (14, 0)
    again = await call(hass, "compare_tariffs", **until(TODAY, 40))
    assert again == answer


@pytest.mark.parametrize(("unit", "energy"), [("Wh", 2000), ("MWh", 0.002)])
async def test_units(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    unit: str,
    energy: float,
) -> None:
    """A meter may count in any unit of energy."""
    await use(hass, TODAY, energy, unit=unit)
    answer = await call(hass, "compare_tariffs", **until(TODAY, 1))
    assert answer["options"]["CU"]["energy"] == pytest.approx(2)


@table(
    "data, key",
    [
        ({"energy_statistic": "sensor.nothing"}, "statistic_unknown"),
        ({"energy_statistic": "sensor.water"}, "statistic_not_energy"),
        ({"energy_statistic": "sensor.mean"}, "statistic_not_energy"),
        ({"end": "2026-04-14 23:00"}, "end_before_start"),
        ({"start": "2026-04-15 14:10", "end": "2026-04-16 00:00"}, "end_before_start"),
        ({"start": "2026-03-15 00:00"}, "period_too_long"),
        (
            {"start": "2026-04-14 00:00", "end": "2026-04-14 05:00"},
            "nothing_to_compare",
        ),
    ],
)
async def test_comparison_is_refused(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    data: dict[str, Any],
    key: str,
) -> None:
    """Each thing that cannot be has its own sentence."""
    await use(hass, TODAY, 1.0)
    await use(hass, TODAY, 1.0, statistic="sensor.water", unit="L", unit_class="volume")
    await use(hass, TODAY, statistic="sensor.mean", has_sum=False)
    assert await refused(hass, "compare_tariffs", **until(TODAY, 12) | data) == key


async def test_a_month_is_not_too_long(
    recorder_mock: Recorder, hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """March has 31 days, and its hours are an hour less than that."""
    start = datetime.fromisoformat("2026-03-01T00:00:00+01:00")
    await use(hass, start, 1.0)
    answer = await call(hass, "compare_tariffs", **until(start, 31 * 24 - 1))
    assert answer["end"] == "2026-04-01T00:00:00+02:00"
    assert answer["hours"] >= 1


async def test_without_recorder(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Without the recorder, no consumption is known."""
    key = await refused(hass, "compare_tariffs", **until(TODAY, 1))
    assert key == "recorder_missing"


@pytest.mark.parametrize("kind", ["sobry_contract", "flatpeak", "minstroem"])
async def test_entry_without_french_spot_price(
    hass: HomeAssistant,
    paris: None,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    kind: str,
) -> None:
    """Where the spot price in a price is not known, nothing can be compared."""
    freezer.move_to(NOW)
    await set_up(hass, make_entry(kind, price_server))
    key = await refused(hass, "compare_tariffs", **until(TODAY, 1))
    assert key == "no_french_spot"


async def test_provider_fails(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """A provider that does not answer is named, with the reason."""
    await use(hass, LONG_AGO, 1.0)
    price_server.control.behave(Down())
    with pytest.raises(HomeAssistantError) as caught:
        await call(hass, "compare_tariffs", **until(LONG_AGO, 2))
    assert caught.value.translation_key == "cannot_connect"
    placeholders = caught.value.translation_placeholders
    assert placeholders
    assert placeholders["provider"] == "Sobry"


async def test_provider_has_forgotten(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """A provider that has no such prices leaves only those that are known."""
    yesterday = TODAY - 24 * HOUR
    await use(hass, yesterday, *[1.0] * 36)
    price_server.control.behave(Status(404))
    answer = await call(hass, "compare_tariffs", **until(yesterday, 36))
    assert (answer["hours"], answer["hours_missing"]) == (12, 24)


async def test_fields_are_needed(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """A meter and a start have to be named."""
    for name in ("energy_statistic", "start"):
        fields = until(TODAY, 1)
        del fields[name]
        with pytest.raises(vol.Invalid):
            await call(hass, "compare_tariffs", **fields)
    assert dt_util.utcnow() > TODAY
