"""Test how the energy prices of reserves are read, whichever fields tell them."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.energysignal.balancing import (
    Stream,
    read_stream,
)
from custom_components.spot_planner.engine.providers.errors import MalformedError

from .test_balancing import (
    AFRR_ENERGY,
    MFRR_ENERGY,
    QUARTER_ROW,
    M,
    amounts,
    latest_row,
    sample,
)


@pytest.mark.parametrize("stream", [AFRR_ENERGY, MFRR_ENERGY])
def test_empty_energy_gives_nothing(stream: Stream) -> None:
    """Nulls where there is an object otherwise, and empty lists."""
    nulls = dict.fromkeys(sample(stream))
    lists: dict[str, Any] = {"recentRows": [], "chartRows": []}
    assert read_stream(nulls, stream) == read_stream(nulls | lists, stream) == ()


@pytest.mark.parametrize("empty", [None, [], "missing"])
def test_recent_rows_where_there_is_no_chart(empty: object) -> None:
    """Whichever list there is tells the prices."""
    answer = sample(MFRR_ENERGY, latestUpwardRow=None, latestDownwardRow=None)
    expected = read_stream(answer, MFRR_ENERGY)
    assert len(expected) == 2
    del answer["chartRows"]
    if empty != "missing":
        answer["chartRows"] = empty
    assert read_stream(answer, MFRR_ENERGY) == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("latestRow", {"up": 83.4, "down": -11.2}),
        ("recentRows", {"up": 83.4, "down": -11.2}),
        ("chartRows", {"up": 79.8, "down": -9.4}),
    ],
)
def test_any_field_alone_tells_afrr_energy(
    kept: str, expected: dict[str, float]
) -> None:
    """The others may be missing or null."""
    answer = sample(AFRR_ENERGY)
    for document in (
        {kept: answer[kept]},
        dict.fromkeys(answer) | {kept: answer[kept]},
    ):
        assert amounts(read_stream(document, AFRR_ENERGY)) == {
            f"afrr_energy_price_{direction}": amount
            for direction, amount in expected.items()
        }


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("latestUpwardRow", {"up": 126.5}),
        ("latestDownwardRow", {"down": 0}),
        ("recentRows", {"up": 126.5, "down": 0}),
        ("chartRows", {"up": 126.5, "down": 0}),
    ],
)
def test_any_field_alone_tells_mfrr_energy(
    kept: str, expected: dict[str, float]
) -> None:
    """One latest row tells one direction, a row of a list tells both."""
    answer = sample(MFRR_ENERGY)
    for document in (
        {kept: answer[kept]},
        dict.fromkeys(answer) | {kept: answer[kept]},
    ):
        assert amounts(read_stream(document, MFRR_ENERGY)) == {
            f"mfrr_energy_price_{direction}": amount
            for direction, amount in expected.items()
        }


def test_clearing_price_counts_more_than_the_list() -> None:
    """It is what the market was cleared at; the list may have been averaged."""
    answer = sample(MFRR_ENERGY)
    answer["latestUpwardRow"]["clearing_price_eur_mwh"] = 130
    assert amounts(read_stream(answer, MFRR_ENERGY))["mfrr_energy_price_up"] == 130


@pytest.mark.parametrize("direction", ["up", "down"])
def test_one_direction_may_be_null(direction: str) -> None:
    """The other one is known all the same."""
    row = QUARTER_ROW | {f"{direction}ward_price_eur_mwh": None}
    (one,) = read_stream({"chartRows": [row]}, MFRR_ENERGY)
    assert not one.market.endswith(direction)


@pytest.mark.parametrize("key", ["period_start_utc", "period_end_utc"])
def test_energy_row_without_its_time(key: str) -> None:
    """A price of no time is no price."""
    assert read_stream({"chartRows": [QUARTER_ROW | {key: None}]}, MFRR_ENERGY) == ()
    latest = latest_row("UPWARD", 126.5, 121.3) | {key: None}
    assert read_stream({"latestUpwardRow": latest}, MFRR_ENERGY) == ()


def test_latest_row_without_a_direction() -> None:
    """The name of the field says it; a row that says otherwise is not believed."""
    row = latest_row("UPWARD", 126.5, 121.3)
    for direction in (None, "UPWARD"):
        answer = {"latestUpwardRow": row | {"direction": direction}}
        (one,) = read_stream(answer, MFRR_ENERGY)
        assert one.market is M.MFRR_ENERGY_UP
    with pytest.raises(MalformedError, match="latestUpwardRow"):
        read_stream({"latestUpwardRow": row | {"direction": "DOWNWARD"}}, MFRR_ENERGY)
