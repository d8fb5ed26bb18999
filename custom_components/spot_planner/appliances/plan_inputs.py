"""Inputs of a plan: all that Home Assistant knows of what it depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..coordinator import SpotPlannerCoordinator
from ..engine.errors import EngineError
from ..engine.planning.effective import PlanPrices, Surplus
from ..engine.runs.appliance import Appliance
from ..engine.runs.replan import Situation, replan
from ..engine.runs.run import Run
from ..engine.time_range import TimeRange
from .surplus import planning_prices, surplus_of

# Runs end two days from now at the latest.
HORIZON = timedelta(hours=48)


# Prices that come this late are usual; nothing is planned otherwise for them.
OVERDUE_AFTER = timedelta(hours=1)


class PlanningPrices:
    """What a kWh costs with the surplus of the home, as far as it is known."""

    def __init__(
        self, hass: HomeAssistant, coordinator: SpotPlannerCoordinator
    ) -> None:
        """Know nothing yet."""
        self._hass = hass
        self._coordinator = coordinator
        self._inputs: object = None
        self.known: PlanPrices | None = None

    def update(self) -> PlanPrices | None:
        """Take over new prices and a new forecast, and return what a kWh costs."""
        series, settings = self._coordinator.series, self._coordinator.settings
        surplus: tuple[Surplus, ...] = ()
        if settings.surplus_entity:
            state = self._hass.states.get(settings.surplus_entity)
            surplus = surplus_of(state, settings.home.base_load)
        export = self._coordinator.known and self._coordinator.known.export
        if (inputs := (series, export, surplus)) == self._inputs:
            return self.known
        self._inputs = inputs
        self.known = series
        try:
            if series:
                self.known = planning_prices(
                    series, export, settings.export_price, surplus
                )
        except EngineError as err:
            # The prices from the grid are still good.
            LOGGER.warning("The surplus cannot be used (%s)", err)
        return self.known


def plan_inputs_of(
    coordinator: SpotPlannerCoordinator, prices: PlanPrices | None, now: datetime
) -> Situation:
    """Return what the times of runs depend on at a moment."""
    return Situation(
        prices=prices,
        home=coordinator.settings.home,
        off_peak=_off_peak(coordinator, now),
        now=now,
        zone=dt_util.get_default_time_zone(),
        is_overdue=_is_overdue(coordinator, now),
    )


def planned_runs(
    runs: Sequence[Run], appliances: Mapping[str, Appliance], situation: Situation
) -> tuple[Run, ...]:
    """Return runs with their times; where prices lead to a fault of ours, without them.

    No home shall go without hot water for a fault in the search for cheap hours.
    """
    try:
        return replan(runs, appliances, situation)
    except Exception:  # noqa: BLE001 - whatever the fault is.
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
    return hours.between(now, now + HORIZON, tariff.zone)


def _is_overdue(coordinator: SpotPlannerCoordinator, now: datetime) -> bool:
    """Tell whether prices are missing that should have been there for a while."""
    due = coordinator.provider.publication.horizon(
        now - OVERDUE_AFTER, coordinator.delay
    )
    known_until = coordinator.data.known_until
    return known_until is None or known_until < due.end
