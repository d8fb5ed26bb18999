"""Compare what is read from recorded answers with what they say."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from custom_components.spot_planner.engine.providers.sobry.public import read_prices
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.tariffs.model import (
    CustomerProfile,
    FrenchContract,
    TurpeOption,
)
from custom_components.spot_planner.engine.time_range import day_range

from ...helpers import PARIS, QUARTER, recorded_answer

HOUSEHOLD = FrenchContract()
BUSINESS = FrenchContract(turpe_option=TurpeOption.LU, profile=CustomerProfile.PRO)

ANSWERS = {
    "raw_C5_CU4_particulier_2026-02-20.json": (HOUSEHOLD, 96),
    "tomorrow_C5_CU4_particulier_2026-03-10.json": (HOUSEHOLD, 96),
    "tomorrow_C5_CU4_particulier_2026-03-11.json": (HOUSEHOLD, 96),
    "tomorrow_C5_CU4_particulier_2026-03-29.json": (HOUSEHOLD, 92),
    "tomorrow_C5_CU4_particulier_2026-05-20.json": (HOUSEHOLD, 96),
    "tomorrow_C5_LU_pro_2026-03-29.json": (BUSINESS, 92),
}

type Record = Callable[[str, object], None]


def read(name: str) -> tuple[PriceSeries, list[dict[str, float]]]:
    """Return what is read from an answer, and its rows as they are."""
    document = recorded_answer(name)
    rows = document.get("data") or document.get("prices")
    assert isinstance(rows, list)
    return read_prices(document, ANSWERS[name][0], PARIS), rows


@pytest.mark.parametrize("name", ANSWERS)
def test_every_row_is_read_at_its_own_time(name: str, record_property: Record) -> None:
    """The day is known from midnight to midnight, quarter by quarter."""
    series, rows = read(name)
    day = day_range(date.fromisoformat(name[-15:-5]), PARIS)
    assert len(series) == len(rows) == ANSWERS[name][1]
    assert (series.start, series.end) == (day.start, day.end)
    assert series.covers(day.start, day.end)
    assert {one.duration for one in series} == {QUARTER}
    for one, row in zip(series, rows, strict=True):
        assert one.start == datetime.fromisoformat(str(row["timestamp"]))
    record_property("rows_read", len(series))


@pytest.mark.parametrize("name", ANSWERS)
def test_price_is_that_of_the_answer(name: str, record_property: Record) -> None:
    """The largest difference is zero."""
    series, rows = read(name)
    differences = [
        abs(one.price - row["price_ttc_eur_kwh"])
        for one, row in zip(series, rows, strict=True)
    ]
    record_property("largest_price_difference", max(differences))
    assert max(differences) == 0


@pytest.mark.parametrize("name", ANSWERS)
def test_components_add_up_to_the_price(name: str, record_property: Record) -> None:
    """They do, but for the vendor's rounding to five decimals."""
    series, _ = read(name)
    differences = [
        abs(sum(part.amount for part in one.components) - one.price) for one in series
    ]
    record_property("largest_component_difference", max(differences))
    assert max(differences) < 0.00002


@pytest.mark.parametrize("name", ANSWERS)
def test_components_are_those_of_the_answer(name: str) -> None:
    """Spot, grid and excise by our names, the two of May 2026 too, and VAT."""
    series, rows = read(name)
    later = ("supplier", "cee_capa") if "2026-05" in name else ()
    assert series.component_names == ("spot", "grid", "excise", *later, "vat")
    for one, row in zip(series, rows, strict=True):
        assert one.component("spot") == row["spot_price_eur_kwh"]
        assert one.component("grid") == row["turpe_eur_kwh"]
        assert one.component("excise") == row["accise_eur_kwh"]
        assert one.component("supplier") == row.get("offer_eur_kwh")
        assert one.component("cee_capa") == row.get("cee_capa_eur_kwh")


def test_night_of_the_clock_change() -> None:
    """The row after 01:45 is that of 03:00, and the two adjoin."""
    series, rows = read("tomorrow_C5_CU4_particulier_2026-03-29.json")
    assert [str(row["timestamp"])[11:] for row in rows[7:9]] == [
        "01:45:00+01:00",
        "03:00:00+02:00",
    ]
    assert series.intervals[7].end == series.intervals[8].start
