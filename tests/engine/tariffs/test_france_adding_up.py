"""Test that components add up, whatever the contract and the prices."""

from datetime import datetime
from math import fsum
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.tariffs.model import TaxDisplay
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

from ..helpers import HOUR, PROPERTY, paris, prices
from .contracts import CONTRACTS, amounts, clock_period, off_peak, tariff

EXACT = 1e-12

rate = st.floats(-0.2, 1)
# Days on which every table has a rate for every contract.
known_times = st.datetimes(
    min_value=datetime(2025, 8, 1),  # noqa: DTZ001 - the clock on the wall
    max_value=datetime(2027, 11, 30),  # noqa: DTZ001 - the clock on the wall
).map(lambda local: paris(local.isoformat()))
any_times = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - the clock on the wall
    max_value=datetime(2040, 1, 1),  # noqa: DTZ001 - the clock on the wall
).map(lambda local: paris(local.isoformat()))
own_rates = st.builds(
    OwnRates,
    hph=st.none() | rate,
    hch=st.none() | rate,
    hpb=st.none() | rate,
    hcb=st.none() | rate,
    excise=st.none() | rate,
    vat=st.none() | st.floats(0, 1),
)
all_own_rates = st.builds(
    OwnRates,
    hph=rate,
    hch=rate,
    hpb=rate,
    hcb=rate,
    excise=rate,
    vat=st.floats(0, 1),
)
spots = st.lists(st.floats(-0.6, 4), min_size=1, max_size=8)
markups = st.sampled_from([0.0, 0.01, -0.005])
lengths = st.sampled_from([HOUR / 4, HOUR, 24 * HOUR])
hours = st.sampled_from([None, "22:00-06:00", "02:36-07:36,13:06-16:06"])


def assert_adds_up(series: PriceSeries) -> None:
    """Check that the components of each interval are its price."""
    for one in series:
        assert fsum(amounts(one).values()) == pytest.approx(one.price, abs=EXACT)


@st.composite
def stated_series(draw: st.DrawFn) -> PriceSeries:
    """Return prices as a provider states them, with or without optional parts."""
    start, length = draw(known_times), draw(lengths)
    intervals = []
    for number, spot in enumerate(draw(spots)):
        parts = {"spot": spot, "grid": draw(rate), "excise": draw(rate)}
        for name in ("supplier", "cee_capa", "vat"):
            if (amount := draw(st.none() | rate)) is not None:
                parts[name] = amount
        intervals.append(
            PriceInterval(
                start + number * length,
                start + (number + 1) * length,
                # Providers round: the price is not quite what its parts add up to.
                round(sum(parts.values()), 5),
                tuple(Component(*item) for item in parts.items()),
            )
        )
    return PriceSeries("EUR", tuple(intervals))


@PROPERTY
@given(
    contract=st.sampled_from(CONTRACTS),
    spot=spots,
    markup=markups,
    text=hours,
    own=own_rates,
    start=known_times,
    length=lengths,
)
def test_build_adds_up(
    contract: dict[str, Any],
    spot: list[float],
    markup: float,
    text: str | None,
    own: OwnRates,
    start: datetime,
    length: Any,
) -> None:
    """For every option and profile, and there is a price for every moment."""
    series = prices(*spot, start=start, length=length)
    meter = tariff(
        **contract,
        supplier_markup=markup,
        off_peak=text and off_peak(text),
        own_rates=own,
    )
    built = meter.build(series)
    assert built.covers(start, start + len(spot) * length)
    assert_adds_up(built)
    for one in built:
        known = series.at(one.start)
        assert known
        assert one.component("spot") == known.price
        with_vat = meter.contract.display is TaxDisplay.TTC
        assert (one.component("vat") is not None) is with_vat


@PROPERTY
@given(
    contract=st.sampled_from(CONTRACTS),
    series=stated_series(),
    markup=markups,
    text=hours,
    own=own_rates,
)
def test_rebuild_adds_up(
    contract: dict[str, Any],
    series: PriceSeries,
    markup: float,
    text: str | None,
    own: OwnRates,
) -> None:
    """What the customer's own does not replace is the provider's, to the last digit."""
    meter = tariff(
        **contract,
        supplier_markup=markup,
        off_peak=text and off_peak(text),
        own_rates=own,
    )
    rebuilt = meter.rebuild(series)
    if rebuilt is series:
        return
    assert series.start is not None
    assert series.end is not None
    assert rebuilt.covers(series.start, series.end)
    assert_adds_up(rebuilt)
    grid_is_ours = text is not None or own.has_grid
    for one in rebuilt:
        known = series.at(one.start)
        assert known
        same = ["spot", "cee_capa"]
        same += [] if grid_is_ours else ["grid"]
        same += [] if own.excise is not None else ["excise"]
        same += [] if markup else ["supplier"]
        for name in same:
            assert one.component(name) == known.component(name)
        if grid_is_ours:
            assert one.component("grid") == meter.grid(one.start)
        if own.excise is not None:
            assert one.component("excise") == own.excise


@PROPERTY
@given(
    contract=st.sampled_from(CONTRACTS),
    spot=spots,
    markup=markups,
    text=st.sampled_from(["22:00-06:00", "02:36-07:36,13:06-16:06"]),
    own=all_own_rates,
    start=any_times,
    length=lengths,
)
def test_price_of_own_rates_alone_follows_the_clock(
    contract: dict[str, Any],
    spot: list[float],
    markup: float,
    text: str,
    own: OwnRates,
    start: datetime,
    length: Any,
) -> None:
    """Who gives every number needs no table, in any year."""
    meter = tariff(
        **contract, supplier_markup=markup, off_peak=off_peak(text), own_rates=own
    )
    series = prices(*spot, start=start, length=length)
    built = meter.build(series)
    assert built.covers(start, start + len(spot) * length)
    grid = {"HPH": own.hph, "HCH": own.hch, "HPB": own.hpb, "HCB": own.hcb}
    share = own.vat if meter.contract.display is TaxDisplay.TTC else 0.0
    assert share is not None
    for one in built:
        known = series.at(one.start)
        assert known
        for moment in (one.start, one.start + one.duration / 2):
            by_the_clock = grid[clock_period(moment, text, text)]
            assert one.component("grid") == by_the_clock
        before_vat = fsum(
            part
            for part in (known.price, one.component("grid"), own.excise, markup)
            if part is not None
        )
        assert one.price == pytest.approx(before_vat * (1 + share), abs=EXACT)
