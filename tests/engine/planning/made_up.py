"""Make up prices, and runs that are asked for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hypothesis import strategies as st

from custom_components.spot_planner.engine.planning.model import RunRequest, Split
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import MINUTE, START
from .brute_plans import Phases, PlanGrid, Rows, profile_of

# Few different prices make many equal plans, fine ones make hardly any.
COARSE = st.integers(-2, 4).map(lambda tenths: Decimal(tenths) / 10)
FINE = st.integers(-50_000, 90_000).map(lambda units: Decimal(units) / 100_000)


@dataclass(frozen=True)
class Asked:
    """Prices and a request, for the planner and for the brute force."""

    rows: Rows
    phases: Phases
    request: RunRequest

    @property
    def series(self) -> PriceSeries:
        """Return the prices as a series."""
        return series_of_rows(self.rows)

    @property
    def grid(self) -> PlanGrid:
        """Return the minutes in which the run may lie."""
        return PlanGrid(self.rows, self.request)


def series_of_rows(rows: Rows) -> PriceSeries:
    """Return rows of exact prices as a series."""
    return PriceSeries(
        "EUR", tuple(PriceInterval(start, end, float(it)) for start, end, it in rows)
    )


@st.composite
def rows(draw: st.DrawFn, lengths: list[int], most: int) -> Rows:
    """Make up prices that hold for such lengths, with some gaps."""
    price = draw(st.sampled_from([COARSE, FINE]))
    gap = st.sampled_from([0, 0, 0, 0, 0, 0, 15, 7])
    position: datetime = START
    made: Rows = []
    for _ in range(draw(st.integers(1, most))):
        position += draw(gap) * MINUTE
        end = position + draw(st.sampled_from(lengths)) * MINUTE
        made.append((position, end, draw(price)))
        position = end
    return made


@st.composite
def asked(
    draw: st.DrawFn, made: Rows, phases: Phases, split: Split | None = None
) -> Asked:
    """Make up what the run has to keep to; half of it asks for little."""
    end = (made[-1][1] - START) // MINUTE
    minute = st.integers(-5, end + 5)
    earliest = draw(st.one_of(st.just(-10), st.integers(0, end // 2)))
    latest = draw(st.one_of(st.just(end + 10), st.integers(end // 2, end + 5)))
    forbidden = draw(
        st.one_of(
            st.just([]), st.lists(st.tuples(minute, st.integers(0, 30)), max_size=3)
        )
    )
    limits = [None, None, *(float(price) for _, _, price in made)]
    return Asked(
        made,
        phases,
        RunRequest(
            "made up",
            profile_of(phases),
            START + earliest * MINUTE,
            START + latest * MINUTE,
            forbidden=tuple(
                TimeRange(START + start * MINUTE, START + (start + length) * MINUTE)
                for start, length in forbidden
            ),
            split=split,
            price_limit=draw(st.sampled_from(limits)),
        ),
    )
