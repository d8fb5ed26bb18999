"""Test how the customer's own hours and markup are worked into a provider's prices."""

import pytest

from custom_components.spot_planner.engine.series import (
    Component,
    Level,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.tariffs.model import TaxDisplay

from ..helpers import QUARTER, paris, series_of
from .contracts import amounts, off_peak, tariff

# One quarter-hour of a spring afternoon as the provider states it, with a component
# that nobody here knows and a grid part that no table holds.
NOON = paris("2026-04-15T14:00")
STATED = {
    "spot": 0.05,
    "grid": 0.017,
    "excise": 0.031,
    "supplier": 0.002,
    "cee_capa": 0.01,
}
BEFORE_VAT = 0.11


def stated(*, vat: bool = True) -> PriceSeries:
    """Return the provider's price, with or without VAT."""
    parts = dict(STATED, vat=0.022) if vat else STATED
    return series_of(
        PriceInterval(
            NOON,
            NOON + QUARTER,
            BEFORE_VAT * 1.2 if vat else BEFORE_VAT,
            tuple(Component(*item) for item in parts.items()),
            estimated=True,
            provider_level=Level.RED,
        )
    )


@pytest.mark.parametrize("display", list(TaxDisplay))
def test_series_is_left_untouched_without_hours_and_markup(
    display: TaxDisplay,
) -> None:
    """The provider knows its own prices best, to the last decimal."""
    series = stated(vat=display is TaxDisplay.TTC)
    assert tariff(display=display).rebuild(series) is series


def test_hours_replace_the_grid_part_only() -> None:
    """All else stays what the provider says, and VAT follows."""
    (rebuilt,) = tariff(off_peak=off_peak("13:00-16:00")).rebuild(stated())
    before_vat = BEFORE_VAT - 0.017 + 0.0116
    assert amounts(rebuilt) == pytest.approx(
        STATED | {"grid": 0.0116, "vat": before_vat * 0.2}
    )
    assert rebuilt.price == pytest.approx(before_vat * 1.2)


def test_hours_outside_count_as_peak() -> None:
    """The afternoon is peak where the meter's hours are at night."""
    (rebuilt,) = tariff(off_peak=off_peak("01:00-07:00")).rebuild(stated())
    assert rebuilt.component("grid") == 0.0166


def test_markup_is_added_to_the_supplier_part() -> None:
    """Without hours of one's own, the provider's grid part stays."""
    (rebuilt,) = tariff(supplier_markup=0.005).rebuild(stated())
    assert amounts(rebuilt) == pytest.approx(
        STATED | {"supplier": 0.007, "vat": 0.115 * 0.2}
    )
    assert rebuilt.price == pytest.approx(0.115 * 1.2)


def test_markup_makes_a_supplier_part_where_there_is_none() -> None:
    """Older answers have no such part."""
    series = stated()
    bare = series_of(
        PriceInterval(
            NOON,
            NOON + QUARTER,
            0.12,
            tuple(
                part
                for part in series.intervals[0].components
                if part.name in {"spot", "grid", "excise", "vat"}
            ),
        )
    )
    (rebuilt,) = tariff(supplier_markup=0.005).rebuild(bare)
    assert rebuilt.component("supplier") == 0.005
    assert rebuilt.price == pytest.approx((0.05 + 0.017 + 0.031 + 0.005) * 1.2)


def test_negative_markup_is_a_discount() -> None:
    """A supplier may take something off."""
    (rebuilt,) = tariff(supplier_markup=-0.005).rebuild(stated())
    assert rebuilt.price == pytest.approx(0.105 * 1.2)


def test_both_at_once() -> None:
    """Hours and markup do not disturb each other."""
    both = tariff(off_peak=off_peak("13:00-16:00"), supplier_markup=0.005)
    (rebuilt,) = both.rebuild(stated())
    before_vat = BEFORE_VAT - 0.017 + 0.0116 + 0.005
    assert rebuilt.price == pytest.approx(before_vat * 1.2)
    assert sum(amounts(rebuilt).values()) == pytest.approx(rebuilt.price)


def test_prices_without_vat_stay_without() -> None:
    """No VAT appears where the contract shows none."""
    business = tariff(display=TaxDisplay.HT, supplier_markup=0.005)
    (rebuilt,) = business.rebuild(stated(vat=False))
    assert rebuilt.price == pytest.approx(0.115)
    assert rebuilt.component("vat") is None


def test_all_else_of_an_interval_stays() -> None:
    """Time, estimate and colour are not the tariff's business."""
    (rebuilt,) = tariff(supplier_markup=0.005).rebuild(stated())
    assert (rebuilt.start, rebuilt.end) == (NOON, NOON + QUARTER)
    assert rebuilt.estimated
    assert rebuilt.provider_level is Level.RED
