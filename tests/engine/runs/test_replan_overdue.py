"""Test what runs do while prices are missing that should have been published."""

from dataclasses import replace

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import at, prices
from .made import appliance, places, planned, run, situation

# A dear evening is known; the night after it is not, and holds the off-peak hours.
EVENING = prices(0.5, 0.4, 0.6, 0.7)
OFF_PEAK = (TimeRange(at(80), at(160)),)
OVERDUE = replace(situation(EVENING, off_peak=OFF_PEAK), is_overdue=True)


def test_a_run_waits_for_the_night_while_its_prices_are_overdue() -> None:
    """The known evening is not taken for the cheapest time of a night."""
    asked = [run(end=180)]
    (found,) = planned(asked, [appliance()], OVERDUE)
    assert (found.rule, places((found,))) == (Rule.OFF_PEAK, [[(80, 110)]])
    # Before the publication, what is known is all that there can be.
    usual = replace(OVERDUE, is_overdue=False)
    (found,) = planned(asked, [appliance()], usual)
    assert (found.rule, places((found,))) == (Rule.CHEAPEST, [[(0, 30)]])


def test_overdue_prices_do_not_matter_to_a_run_whose_prices_are_known() -> None:
    """A run that ends this evening is planned by its prices."""
    (found,) = planned([run(end=60)], [appliance()], OVERDUE)
    assert found.rule is Rule.CHEAPEST


def test_without_off_peak_hours_the_known_prices_are_the_best_there_is() -> None:
    """A contract without such hours leaves what is known."""
    (found,) = planned([run(end=180)], [appliance()], replace(OVERDUE, off_peak=()))
    assert found.rule is Rule.CHEAPEST


def test_a_run_that_follows_one_that_waits_waits_too() -> None:
    """The dryer does not run before the washing machine."""
    asked = [run("washer", end=180), run("dryer", end=180)]
    appliances = [appliance("washer"), appliance("dryer", after="washer")]
    washed, dried = planned(asked, appliances, OVERDUE)
    assert (washed.rule, places((washed,))) == (Rule.OFF_PEAK, [[(80, 110)]])
    assert places((dried,)) == [[(110, 140)]]
