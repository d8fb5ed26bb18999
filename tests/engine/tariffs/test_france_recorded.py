"""Compare the French tariff by our tables with recorded answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.sobry.public import read_prices
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.engine.tariffs.france import FrenchTariff
from custom_components.spot_planner.engine.tariffs.model import (
    CustomerProfile,
    TurpeOption,
)

from ..helpers import FRANCE, PARIS, recorded_answer, recorded_series
from .contracts import amounts, off_peak, tariff

LU_PRO = {"turpe_option": TurpeOption.LU, "profile": CustomerProfile.PRO}

ANSWERS: dict[str, dict[str, Any]] = {
    "raw_C5_CU4_particulier_2026-02-20.json": {},
    "tomorrow_C5_CU4_particulier_2026-03-10.json": {},
    "tomorrow_C5_CU4_particulier_2026-03-11.json": {},
    "tomorrow_C5_CU4_particulier_2026-03-29.json": {},
    "tomorrow_C5_CU4_particulier_2026-05-20.json": {},
    "tomorrow_C5_LU_pro_2026-03-29.json": LU_PRO,
}

# On this day the vendor mended two faults of its own.
MENDED = date(2026, 3, 11)


@dataclass(frozen=True)
class Expected:
    """How many rows of an answer differ from the tables, and why."""

    rows: int
    # The vendor counted peak from 7 to 23 o'clock: two hours of four quarters differ.
    grid: int = 0
    # The vendor kept the old rate, though the law changed it on 1 February.
    excise: int = 0


EXPECTED = {
    "raw_C5_CU4_particulier_2026-02-20.json": Expected(96, grid=8, excise=96),
    "tomorrow_C5_CU4_particulier_2026-03-10.json": Expected(96, grid=8, excise=96),
    "tomorrow_C5_CU4_particulier_2026-03-11.json": Expected(96),
    "tomorrow_C5_CU4_particulier_2026-03-29.json": Expected(92),
    "tomorrow_C5_CU4_particulier_2026-05-20.json": Expected(96),
    "tomorrow_C5_LU_pro_2026-03-29.json": Expected(92),
}


def read(name: str) -> tuple[PriceSeries, FrenchTariff]:
    """Return what an answer says, and our tariff for its contract."""
    ours = tariff(**ANSWERS[name])
    return read_prices(recorded_answer(name), ours.contract, PARIS), ours


def is_before(one: PriceInterval) -> bool:
    """Tell whether the vendor's faults were still there."""
    return one.start.astimezone(PARIS).date() < MENDED


@pytest.mark.parametrize("name", ANSWERS)
def test_components_by_the_tables(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Each row that differs does so for one of the two known reasons."""
    series, ours = read(name)
    grid, excise = [], []
    for one in series:
        if one.component("grid") != ours.grid(one.start):
            grid.append(one)
        if one.component("excise") != ours.excise(one.start):
            excise.append(one)
    record_property("tariff_rows_compared", len(series))
    record_property("tariff_rows_grid_differs", len(grid))
    record_property("tariff_rows_excise_differs", len(excise))
    assert Expected(len(series), len(grid), len(excise)) == EXPECTED[name]
    for one in grid:
        assert is_before(one)
        # The hour after six is off-peak for the vendor, that after 22 is peak.
        hour = one.start.astimezone(PARIS).hour
        assert one.component("grid") == {6: 0.0397, 22: 0.0749}[hour]
    for one in excise:
        assert is_before(one)
        assert (one.component("excise"), ours.excise(one.start)) == (0.02998, 0.03085)


@pytest.mark.parametrize("name", ANSWERS)
def test_faults_of_the_vendor_explain_every_difference(name: str) -> None:
    """With the vendor's shifted hours, no grid part differs at all."""
    series, ours = read(name)
    shifted = tariff(**ANSWERS[name], off_peak=off_peak("23:00-07:00"))
    for one in series:
        by_the_table = (shifted if is_before(one) else ours).grid(one.start)
        assert one.component("grid") == by_the_table


@pytest.mark.parametrize(
    "name", [name for name, expected in EXPECTED.items() if not expected.excise]
)
def test_full_price_by_the_tables(name: str) -> None:
    """From the spot price alone comes the vendor's price, but for its rounding."""
    series, ours = read(name)
    market = PriceSeries(
        "EUR",
        tuple(
            PriceInterval(one.start, one.end, one.component("spot") or 0.0)
            for one in series
        ),
    )
    for built, one in zip(ours.build(market), series, strict=True):
        # The term for certificates and capacity of May 2026 is in no table of ours.
        more = (one.component("cee_capa") or 0.0) * 1.2
        assert built.price + more == pytest.approx(one.price, abs=0.00002)


@pytest.mark.parametrize("name", ANSWERS)
def test_hours_of_the_page_change_nothing(name: str) -> None:
    """Who enters the hours that the vendor means gets the vendor's prices."""
    series, _ = read(name)
    hours = "23:00-07:00" if is_before(series.intervals[0]) else "22:00-06:00"
    own = tariff(**ANSWERS[name], off_peak=off_peak(hours))
    rebuilt = own.rebuild(series)
    assert len(rebuilt) == len(series)
    for ours, theirs in zip(rebuilt, series, strict=True):
        assert ours.price == pytest.approx(theirs.price, abs=0.00002)
        assert set(amounts(ours)) == set(amounts(theirs))


@pytest.mark.parametrize("name", ANSWERS)
def test_without_hours_and_markup_the_answer_is_left_alone(name: str) -> None:
    """The provider's price is the one it stated."""
    series, ours = read(name)
    assert ours.rebuild(series) is series


@pytest.mark.parametrize("name", [name for name in ANSWERS if "05-20" not in name])
def test_spot_part_is_the_market_price(name: str) -> None:
    """The market's own file has the same prices, to the vendor's five decimals."""
    series, _ = read(name)
    market = recorded_series(FRANCE)
    for one in series:
        known = market.at(one.start)
        assert known
        assert one.component("spot") == pytest.approx(known.price, abs=5.1e-6)
