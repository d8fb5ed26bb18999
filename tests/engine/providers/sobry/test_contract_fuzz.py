"""Test that the answer to a customer's key is read or refused, whatever it is."""

from math import isfinite

from hypothesis import example, given, settings, strategies as st

from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.sobry.contract import read_prices
from custom_components.spot_planner.engine.series import PriceSeries

from ...helpers import PARIS, PROPERTY
from ..odd_values import odd_values

ODD = odd_values(10**400, -(10**400), "9999-12-31", "0001-01-01", "24:00", "Z")
DAYS = st.sampled_from(["2026-04-15", "2026-03-29", "2026-10-25"])
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 3), st.sampled_from([0, 15, 30]))
PRICES = st.sampled_from([0.1, 0.2, None])
ROWS = st.fixed_dictionaries(
    {"date": DAYS, "time": TIMES, "price": PRICES},
    optional={
        "colorLabel": st.sampled_from(["GREEN", "RED"]) | ODD,
        "estimated": st.booleans() | ODD,
    },
)
ODD_ROWS = st.fixed_dictionaries(
    {},
    optional={"date": DAYS | ODD, "time": TIMES | ODD, "price": PRICES | ODD},
)


@settings(PROPERTY, max_examples=600)
@given(document=st.lists(ROWS, max_size=12) | st.lists(ODD_ROWS | ODD) | ODD)
@example([{"date": "9999-12-31", "time": "23:45", "price": 1}])
@example([{"date": "0001-01-01", "time": "00:00", "price": 1}])
def test_any_answer_is_read_or_refused(document: object) -> None:
    """It gives prices that can be trusted, or a short error of ours."""
    outcome: PriceSeries | ProviderError
    try:
        outcome = read_prices(document, PARIS)
    except ProviderError as err:
        outcome = err
    if isinstance(outcome, PriceSeries):
        assert len(outcome) > 0
        assert all(isfinite(one.price) for one in outcome)
    else:
        assert len(str(outcome)) < 120
