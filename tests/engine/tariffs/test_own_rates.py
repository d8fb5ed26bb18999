"""Test which rates of the customer's own are accepted."""

from math import inf, nan

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates

PER_KWH = ["hph", "hch", "hpb", "hcb", "excise"]


@pytest.mark.parametrize("name", PER_KWH)
@pytest.mark.parametrize("rate", [1.0, 0.0749, 0.0, -1.0])
def test_rate_may_be_anything_up_to_one_euro(name: str, rate: float) -> None:
    """Zero and what is below zero are rates."""
    assert getattr(OwnRates(**{name: rate}), name) == rate


@pytest.mark.parametrize("name", PER_KWH)
@pytest.mark.parametrize("rate", [1.0001, 7.49, -1.0001, inf, -inf, nan])
def test_rate_beyond_one_euro_is_refused(name: str, rate: float) -> None:
    """Cents per kWh or euros per MWh would make a price a hundred times too high."""
    with pytest.raises(InputError) as refused:
        OwnRates(**{name: rate})
    assert refused.value.field == f"rate_{name}"
    assert refused.value.reason == "rate_too_large"
    assert refused.value.value == str(rate)


@pytest.mark.parametrize("vat", [0.0, 0.055, 0.2, 1.0])
def test_vat_is_a_share(vat: float) -> None:
    """From nothing to as much again."""
    assert OwnRates(vat=vat).vat == vat


@pytest.mark.parametrize("vat", [-0.01, 1.01, 20, inf, nan])
def test_vat_beyond_a_share_is_refused(vat: float) -> None:
    """A percentage is no share."""
    with pytest.raises(InputError) as refused:
        OwnRates(vat=vat)
    assert refused.value.field == "rate_vat"
    assert refused.value.reason == "vat_range"
    assert refused.value.value == str(vat)


def test_what_is_not_given_is_none() -> None:
    """None leaves the number to the table; zero does not."""
    none = OwnRates()
    periods = ("HPH", "HCH", "HPB", "HCB")
    assert [none.grid(period) for period in periods] == [None] * 4
    assert not none.has_grid
    assert not OwnRates(excise=0.03, vat=0.2).has_grid
    some = OwnRates(hch=0.0, hpb=0.02)
    assert [some.grid(period) for period in periods] == [None, 0.0, 0.02, None]
    assert OwnRates(hcb=0.0).has_grid
