"""The action that compares the options of the French grid tariff."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.recorder.statistics import (
    get_metadata,
    statistics_during_period,
)
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter

from ..const import DOMAIN
from ..engine.providers.errors import NotPublishedError, ProviderError
from ..engine.series import PriceSeries
from ..engine.tariffs.comparison import (
    HourlyUse,
    OptionCost,
    TariffComparison,
    compare_options,
)
from ..engine.time_range import TimeRange
from ..prices.provider import needs_tariff
from . import response
from .entry import PricedEntry, priced_entry
from .errors import refusal
from .fields import ATTR_END, ATTR_ENERGY_STATISTIC, ATTR_START

RECORDER = "recorder"

# The past is asked for in one question, which should stay a small one.
LONGEST = timedelta(days=31)


async def async_compare_tariffs(call: ServiceCall) -> ServiceResponse:
    """Return what a consumption would have cost under each option."""
    found = priced_entry(call)
    tariff = found.coordinator.pricing.tariff
    if tariff is None or not needs_tariff(found.entry.data):
        raise refusal("no_french_spot", entry=found.entry.title)
    within = _within(call)
    usage = await _async_usage(call.hass, call.data[ATTR_ENERGY_STATISTIC], within)
    prices = await _async_prices(found, within)
    # Months of quarter-hours take a while.
    comparison = await call.hass.async_add_executor_job(
        compare_options, tariff, prices, usage, within
    )
    if not comparison.hours:
        raise refusal("nothing_to_compare")
    return {
        "start": response.local(within.start),
        "end": response.local(within.end),
        "currency": prices.currency,
        "option": tariff.contract.turpe_option.value,
        "hours": comparison.hours,
        "hours_missing": comparison.hours_missing,
        "options": _options(comparison),
    }


def _within(call: ServiceCall) -> TimeRange:
    """Return the whole hours that are asked for."""
    now = dt_util.utcnow()
    start = _hour(call.data[ATTR_START])
    end = _hour(min(call.data.get(ATTR_END) or now, now))
    if end <= start:
        raise refusal("end_before_start")
    # A month with a change of the clocks has an hour more.
    if end - start > LONGEST + timedelta(hours=1):
        raise refusal("period_too_long")
    return TimeRange(start, end)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


async def _async_usage(
    hass: HomeAssistant, statistic: str, within: TimeRange
) -> list[HourlyUse]:
    """Return what the recorder knows of a meter, in kWh, hour by hour."""
    if RECORDER not in hass.config.components:
        raise refusal("recorder_missing")
    recorder = get_instance(hass)
    known = await recorder.async_add_executor_job(
        lambda: get_metadata(hass, statistic_ids={statistic})
    )
    if statistic not in known:
        raise refusal("statistic_unknown", statistic=statistic)
    _, metadata = known[statistic]
    unit = metadata["unit_of_measurement"]
    if not metadata["has_sum"] or unit not in EnergyConverter.VALID_UNITS:
        raise refusal("statistic_not_energy", statistic=statistic)
    rows = await recorder.async_add_executor_job(
        statistics_during_period,
        hass,
        within.start,
        within.end,
        {statistic},
        "hour",
        {EnergyConverter.UNIT_CLASS: UnitOfEnergy.KILO_WATT_HOUR},
        {"change"},
    )
    return [
        HourlyUse(dt_util.utc_from_timestamp(row["start"]), change)
        for row in rows.get(statistic, ())
        if (change := row.get("change")) is not None
    ]


async def _async_prices(found: PricedEntry, within: TimeRange) -> PriceSeries:
    """Return the prices as the provider states them; those of the past are asked for.

    Raises:
        HomeAssistantError: The provider fails.
    """
    coordinator = found.coordinator
    known = coordinator.known
    if known and known.series.covers(within.start, within.end):
        return known.series
    provider = coordinator.provider
    first = provider.publication.market_day(within.start)
    last = provider.publication.market_day(within.end - timedelta(microseconds=1))
    try:
        answer = await provider.prices(
            first, last + timedelta(days=1), dt_util.utcnow()
        )
    except NotPublishedError:
        return known.series if known else PriceSeries(found.series.currency)
    except ProviderError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.reason,
            translation_placeholders={
                "provider": coordinator.company.name,
                "detail": str(err),
            },
        ) from err
    return answer.merge(known).series if known else answer.series


def _options(comparison: TariffComparison) -> dict[str, Any]:
    return {item.option.value: _option(item) for item in comparison.options}


def _option(item: OptionCost) -> dict[str, Any]:
    return {
        "cost": response.number(item.cost),
        "energy": response.number(item.energy),
        "periods": {
            period.period.lower(): {
                "energy": response.number(period.energy),
                "cost": response.number(period.cost),
            }
            for period in item.periods
        },
    }
