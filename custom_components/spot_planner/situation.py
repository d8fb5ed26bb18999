"""What Home Assistant knows of all that the times of runs depend on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from .const import LOGGER
from .coordinator import SpotPlannerCoordinator
from .engine.planning.effective import PlanPrices
from .engine.runs.appliance import Appliance
from .engine.runs.day_hours import hours_between
from .engine.runs.replan import Situation, replan
from .engine.runs.run import Run
from .engine.time_range import TimeRange

# Runs end two days from now at the latest.
HORIZON = timedelta(hours=48)


def situation_of(
    coordinator: SpotPlannerCoordinator, prices: PlanPrices | None, now: datetime
) -> Situation:
    """Return what the times of runs depend on at a moment."""
    return Situation(
        prices=prices,
        home=coordinator.settings.home,
        off_peak=_off_peak(coordinator, now),
        now=now,
        zone=dt_util.get_default_time_zone(),
    )


def planned_runs(
    runs: Sequence[Run], appliances: Mapping[str, Appliance], situation: Situation
) -> tuple[Run, ...]:
    """Return runs with their times; where prices lead to a fault of ours, without them.

    A home goes without its hot water for no fault in a search for cheap hours.
    """
    try:
        return replan(runs, appliances, situation)
    except Exception:
        LOGGER.exception("Runs cannot be planned by prices, please report this")
        return replan(runs, appliances, replace(situation, prices=None))


def _off_peak(
    coordinator: SpotPlannerCoordinator, now: datetime
) -> tuple[TimeRange, ...]:
    """Return the coming off-peak hours of the contract, where it has any."""
    tariff = coordinator.pricing.tariff
    if tariff is None or not tariff.contract.has_off_peak:
        return ()
    # The season is that of now: it changes twice a year, at midnight.
    hours = tariff.contract.off_peak_in(tariff.period(now)[-1])
    return hours_between(hours, now, now + HORIZON, tariff.zone)
