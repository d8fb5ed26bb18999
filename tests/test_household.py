"""Days of a household with twelve appliances: every run runs, once, as committed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange
from dev.price_server import PriceServer
from dev.price_server.market import spot_prices
from homeassistant.core import HomeAssistant

from .appliances import add_switches, appliance_entry
from .engine.helpers import FRANCE, GERMANY, recorded_series
from .household import APPLIANCES, OPTIONS, Household, automatic
from .household_report import report

# Noon in Paris on the day before the clocks are put forward.
FIRST = datetime(2026, 3, 28, 11, tzinfo=UTC)

HOUR = timedelta(hours=1)

# What a kWh costs beside the spot price; it is the same at any time.
TAXES = 0.1


@pytest.fixture
async def household(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> Household:
    """Return a household whose appliances are all handed over."""
    freezer.move_to(FIRST)
    await add_switches(hass, *APPLIANCES)
    entry = appliance_entry(
        price_server, OPTIONS, **{name: automatic(name) for name in APPLIANCES}
    )
    return Household(hass, freezer, entry)


def made_up_prices() -> PriceSeries:
    """Return prices of the days around a change of the clocks, in EUR per kWh."""
    days = [FIRST.date() + timedelta(days=it) for it in range(-1, 4)]
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(
                it.start.astimezone(UTC),
                it.start.astimezone(UTC) + timedelta(minutes=15),
                it.price / 1000 + TAXES,
            )
            for day in days
            for it in spot_prices(day)
        ),
    )


async def test_a_day_with_restarts_an_outage_and_a_change_of_the_clocks(
    household: Household,
) -> None:
    """Nothing starts twice, nothing moves after its commitment, nothing is lost."""
    household.series = made_up_prices()
    household.outages = (TimeRange(FIRST + HOUR, FIRST + 19 * HOUR),)
    household.restarts_a_day = 6
    await household.live(FIRST, FIRST + 34 * HOUR, timedelta(minutes=5))
    diary = household.diary
    assert household.restarts > 4
    assert diary.stray == []
    assert diary.moved == set()
    assert diary.twice() == {}
    over = [it for it in diary.last.values() if it.latest_end < FIRST + 34 * HOUR]
    assert len(over) > 12
    assert {it.id for it in over if it.status is not RunStatus.DONE} == set()
    assert {Rule.CHEAPEST, Rule.SHARED, Rule.OFF_PEAK} <= {it.rule for it in over}


@pytest.mark.bench
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("recorded", "zone", "first"),
    [
        (GERMANY, "Europe/Berlin", "2025-10-18T11:00"),
        (FRANCE, "Europe/Paris", "2026-03-20T11:00"),
    ],
    ids=["autumn", "spring"],
)
async def test_half_a_month_minute_by_minute(
    hass: HomeAssistant, household: Household, recorded: str, zone: str, first: str
) -> None:
    """Show what a month with both changes of the clocks brings; half of it here."""
    await hass.config.async_set_time_zone(zone)
    series = recorded_series(recorded)
    household.series = replace(
        series,
        intervals=tuple(replace(it, price=it.price + TAXES) for it in series),
    )
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    end = start + timedelta(days=15)
    # Over a publication and into the next day; a night; and three days.
    household.outages = tuple(
        TimeRange(start + timedelta(days=day), start + timedelta(days=day, hours=hours))
        for day, hours in ((2, 18), (6, 9), (9, 66))
    )
    await household.live(start, end)
    print("\n" + "\n".join(report(household, end, ZoneInfo(zone))))
    diary = household.diary
    assert (diary.stray, diary.moved, diary.twice()) == ([], set(), {})
