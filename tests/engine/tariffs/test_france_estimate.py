"""Test full prices from the spot prices of another provider."""

from dataclasses import replace

from custom_components.spot_planner.engine.series import Level, PriceSeries
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

from ..helpers import DAY, QUARTER, paris, prices
from .contracts import off_peak, tariff

NOON = paris("2026-04-15T12:00")


def test_estimate_is_the_built_price_with_its_source() -> None:
    """Nothing but the mark and the name differs, and gaps stay gaps."""
    meter = tariff(
        supplier_markup=0.01,
        off_peak=off_peak("02:36-07:36"),
        own_rates=OwnRates(excise=0.02),
    )
    spot = prices(0.1, None, -0.2, start=NOON)
    built, estimate = meter.build(spot), meter.estimate(spot, "EnergySignal")
    assert [(one.start, one.price, one.components) for one in estimate] == [
        (one.start, one.price, one.components) for one in built
    ]
    assert [one.start for one in estimate] == [NOON, NOON + 2 * QUARTER]
    assert all(one.estimated for one in estimate)
    assert {one.source for one in estimate} == {"EnergySignal"}
    assert not any(one.estimated or one.source for one in built)


def test_each_piece_of_a_cut_interval_is_marked() -> None:
    """One row of a day becomes three estimates."""
    spot = prices(0.1, start=paris("2026-04-15T00:00"), length=DAY)
    estimate = tariff().estimate(spot, "Flatpeak")
    found = [(one.estimated, one.source) for one in estimate]
    assert found == [(True, "Flatpeak")] * 3


def test_what_was_an_estimate_stays_one() -> None:
    """The source is the one that is given, and colour and currency stay."""
    (one,) = prices(0.1, start=NOON)
    other = replace(one, estimated=True, source="first", provider_level=Level.RED)
    estimate = tariff().estimate(PriceSeries("EUR", (other,)), "second")
    assert estimate.currency == "EUR"
    (marked,) = estimate
    assert (marked.estimated, marked.source) == (True, "second")
    assert marked.provider_level is Level.RED


def test_no_estimate_without_a_spot_price_or_a_rate() -> None:
    """Nothing is made up, not even as an estimate."""
    assert len(tariff().estimate(PriceSeries("EUR"), "EnergySignal")) == 0
    early = prices(0.1, start=paris("2025-01-31T12:00"))
    assert len(tariff().estimate(early, "EnergySignal")) == 0
