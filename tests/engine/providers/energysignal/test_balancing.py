"""Test how the reserve markets of EnergySignal are read."""

from copy import deepcopy
from math import inf, nan
from typing import Any

import pytest

from custom_components.spot_planner.engine.balancing import (
    BalancingMarket,
    BalancingPrice,
    BalancingPrices,
)
from custom_components.spot_planner.engine.providers.energysignal.balancing import (
    STREAMS,
    Aggregate,
    Stream,
    read_aggregate,
    read_stream,
)
from custom_components.spot_planner.engine.providers.errors import MalformedError

from ...helpers import utc

M = BalancingMarket

# The example responses of the vendor's page, without the volumes of its longer rows.
CAPACITY: dict[str, Any] = {
    "latestFetchedAtUtc": "2026-05-23T14:35:24.755Z",
    "fcr": {
        "rows": [
            {
                "period_start_utc": "2026-05-23T22:00:00.000Z",
                "period_end_utc": "2026-05-23T23:00:00.000Z",
                "volume_mw": 582,
                "contracted_volume_mw": 576,
                "offered_volume_mw": 590,
                "price": 18.4,
                "direction": "SYMMETRIC",
                "product_type": "FCR",
                "time_horizon": "DAILY",
            }
        ],
        "latestFetchedAtUtc": "2026-05-23T14:35:24.755Z",
    },
    "afrr": {
        "rows": [
            {
                "period_start_utc": "2026-05-23T22:00:00.000Z",
                "period_end_utc": "2026-05-23T23:00:00.000Z",
                "direction": "UPWARD",
                "price": 12.7,
                "product_type": "aFRR",
                "offered_volume_mw": 430,
                "contracted_volume_mw": 418,
                "time_horizon": "DAILY",
            }
        ],
        "latestFetchedAtUtc": "2026-05-23T14:35:24.755Z",
    },
    "mfrr": {
        "rows": [
            {
                "period_start_utc": "2026-05-23T22:00:00.000Z",
                "period_end_utc": "2026-05-23T23:00:00.000Z",
                "direction": "DOWNWARD",
                "price": 9.8,
                "product_type": "mFRR",
                "offered_volume_mw": 310,
                "contracted_volume_mw": 300,
                "time_horizon": "DAILY",
            }
        ],
        "latestFetchedAtUtc": "2026-05-23T14:35:24.755Z",
    },
}

SECONDS_ROW: dict[str, Any] = {
    "period_start_utc": "2026-05-23T21:59:56.000Z",
    "period_end_utc": "2026-05-23T22:00:00.000Z",
    "upward_price_eur_mwh": 83.4,
    "downward_price_eur_mwh": -11.2,
    "pdemand_mw": 2150,
    "afrr_for_france_mw": 96,
    "afrr_in_france_mw": 84,
    "picasso_connection": True,
    "prorata_mode": False,
}
BUCKET_ROW: dict[str, Any] = {
    "bucket_start_utc": "2026-05-23T21:55:00.000Z",
    "bucket_end_utc": "2026-05-23T22:00:00.000Z",
    "upward_price_eur_mwh": 79.8,
    "downward_price_eur_mwh": -9.4,
}
QUARTER_ROW: dict[str, Any] = {
    "period_start_utc": "2026-05-23T21:45:00.000Z",
    "period_end_utc": "2026-05-23T22:00:00.000Z",
    "upward_price_eur_mwh": 126.5,
    "downward_price_eur_mwh": 0,
}


def latest_row(direction: str, price: float, before: float) -> dict[str, Any]:
    """Return the row of the last quarter-hour in one direction."""
    return {
        "period_start_utc": "2026-05-23T21:45:00.000Z",
        "period_end_utc": "2026-05-23T22:00:00.000Z",
        "direction": direction,
        "clearing_price_eur_mwh": price,
        "settlement_price_current_eur_mwh": price,
        "settlement_price_previous_eur_mwh": before,
    }


ENERGY: dict[str, Any] = {
    "latestFetchedAtUtc": "2026-05-23T23:20:06.497Z",
    "afrr": {
        "latestDeliveryDateParis": "2026-05-23",
        "latestFetchedAtUtc": "2026-05-23T23:10:28.164Z",
        "latestPeriodStartUtc": "2026-05-23T21:59:56.000Z",
        "latestPeriodEndUtc": "2026-05-23T22:00:00.000Z",
        "resolutionSeconds": 4,
        "rowCount": 21600,
        "averageUpwardPrice": 74.2,
        "averageDownwardPrice": -8.6,
        "latestRow": SECONDS_ROW,
        "recentRows": [SECONDS_ROW],
        "chartRows": [BUCKET_ROW],
    },
    "mfrr": {
        "latestDeliveryDateParis": "2026-05-23",
        "latestFetchedAtUtc": "2026-05-23T23:20:06.497Z",
        "latestPeriodStartUtc": "2026-05-23T21:45:00.000Z",
        "latestPeriodEndUtc": "2026-05-23T22:00:00.000Z",
        "resolutionSeconds": 900,
        "rowCount": 192,
        "averageUpwardPrice": 118.1,
        "averageDownwardPrice": 0,
        "latestUpwardRow": latest_row("UPWARD", 126.5, 121.3),
        "latestDownwardRow": latest_row("DOWNWARD", 0, 0),
        "recentRows": [QUARTER_ROW],
        "chartRows": [QUARTER_ROW],
    },
}

SAMPLES = {Aggregate.CAPACITY: CAPACITY, Aggregate.ENERGY: ENERGY}
FCR, AFRR, MFRR, AFRR_ENERGY, MFRR_ENERGY = STREAMS

# The moment at which the samples' energy ends and their capacity begins.
MIDNIGHT = utc("2026-05-23T22:00")


def sample(stream: Stream, **fields: Any) -> dict[str, Any]:
    """Return the sample of a stream; fields replace or extend the usual ones."""
    return deepcopy(SAMPLES[stream.aggregate][stream.reserve]) | fields


def capacity(stream: Stream, **fields: Any) -> dict[str, Any]:
    """Return the sample of a stream with some fields changed in its row."""
    return {"rows": [sample(stream)["rows"][0] | fields]}


def amounts(prices: tuple[BalancingPrice, ...]) -> dict[str, float]:
    """Return the amounts at the moment of the samples, by the names of the sensors."""
    known = BalancingPrices(prices)
    found = {market: known.at(market, MIDNIGHT) for market in BalancingMarket}
    return {market: price.price for market, price in found.items() if price}


def listed(*prices: BalancingPrice) -> list[tuple[BalancingMarket, str, str, float]]:
    """Return prices in short."""
    return [
        (it.market, f"{it.start:%H:%M:%S}", f"{it.end:%H:%M:%S}", it.price)
        for it in prices
    ]


def test_sample_of_capacity() -> None:
    """Every price of the page, at its own market and hour."""
    prices = read_aggregate(CAPACITY, (FCR, AFRR, MFRR))
    assert listed(*prices) == [
        (M.FCR_CAPACITY, "22:00:00", "23:00:00", 18.4),
        (M.AFRR_CAPACITY_UP, "22:00:00", "23:00:00", 12.7),
        (M.MFRR_CAPACITY_DOWN, "22:00:00", "23:00:00", 9.8),
    ]
    assert all(it.start.utcoffset() is not None for it in prices)


def test_sample_of_energy() -> None:
    """The last row stands beside the bucket, and twice the same is once."""
    prices = read_aggregate(ENERGY, (AFRR_ENERGY, MFRR_ENERGY))
    assert sorted(listed(*prices)) == [
        (M.AFRR_ENERGY_DOWN, "21:55:00", "22:00:00", -9.4),
        (M.AFRR_ENERGY_DOWN, "21:59:56", "22:00:00", -11.2),
        (M.AFRR_ENERGY_UP, "21:55:00", "22:00:00", 79.8),
        (M.AFRR_ENERGY_UP, "21:59:56", "22:00:00", 83.4),
        (M.MFRR_ENERGY_DOWN, "21:45:00", "22:00:00", 0),
        (M.MFRR_ENERGY_UP, "21:45:00", "22:00:00", 126.5),
    ]
    assert amounts(prices) == {
        "afrr_energy_price_up": 83.4,
        "afrr_energy_price_down": -11.2,
        "mfrr_energy_price_up": 126.5,
        "mfrr_energy_price_down": 0,
    }


@pytest.mark.parametrize("stream", STREAMS)
def test_own_route_says_the_same(stream: Stream) -> None:
    """The page defines a stream's answer as its object in the aggregated one."""
    together = read_aggregate(SAMPLES[stream.aggregate], [stream])
    assert together == read_stream(sample(stream), stream)
    assert together


def test_streams_cover_all_markets() -> None:
    """Each market comes from one stream, and each stream has a documented route."""
    markets = [market for stream in STREAMS for market in stream.markets.values()]
    assert sorted(markets) == sorted(BalancingMarket)
    assert {stream.path for stream in STREAMS} == {
        "/api/fcr-capacity",
        "/api/afrr-capacity",
        "/api/mfrr-capacity",
        "/api/afrr-energy",
        "/api/mfrr-energy",
    }
    for stream in STREAMS:
        is_energy = stream.aggregate is Aggregate.ENERGY
        assert {market.is_energy for market in stream.markets.values()} == {is_energy}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("empty", [{}, {"rows": []}, {"rows": None}])
def test_empty_streams_give_nothing(stream: Stream, empty: dict[str, Any]) -> None:
    """Nothing is known, and nothing is wrong."""
    assert read_stream(empty, stream) == ()
    for document in ({stream.reserve: empty}, {stream.reserve: None}, {}):
        assert read_aggregate(document, [stream]) == ()


def test_one_stream_does_not_spoil_another() -> None:
    """Only what is wanted is read."""
    broken = CAPACITY | {"mfrr": "out of order"}
    assert len(read_aggregate(broken, [FCR, AFRR])) == 2
    with pytest.raises(MalformedError):
        read_aggregate(broken, [MFRR])


@pytest.mark.parametrize(
    ("stream", "direction", "market"),
    [
        (FCR, "SYMMETRIC", M.FCR_CAPACITY),
        (AFRR, "UPWARD", M.AFRR_CAPACITY_UP),
        (AFRR, "DOWNWARD", M.AFRR_CAPACITY_DOWN),
        (MFRR, "UPWARD", M.MFRR_CAPACITY_UP),
        (MFRR, "DOWNWARD", M.MFRR_CAPACITY_DOWN),
        # What is not known to exist has no sensor.
        (FCR, "UPWARD", None),
        (AFRR, "SYMMETRIC", None),
        (AFRR, "", None),
        (AFRR, None, None),
    ],
)
def test_directions(
    stream: Stream, direction: object, market: BalancingMarket | None
) -> None:
    """The direction says which market a row is of."""
    prices = read_stream(capacity(stream, direction=direction), stream)
    assert [it.market for it in prices] == ([market] if market else [])


@pytest.mark.parametrize(
    "key", ["price", "direction", "period_start_utc", "period_end_utc"]
)
def test_capacity_row_that_lacks_a_field(key: str) -> None:
    """It gives nothing, and the row beside it counts."""
    other = capacity(AFRR, direction="DOWNWARD")["rows"][0]
    (without := capacity(AFRR)["rows"][0]).pop(key)
    for lacking in (without, without | {key: None}):
        (one,) = read_stream({"rows": [lacking, other]}, AFRR)
        assert one.market is M.AFRR_CAPACITY_DOWN


@pytest.mark.parametrize("key", ["volume_mw", "product_type", "time_horizon"])
def test_fields_of_a_capacity_row_that_are_not_needed(key: str) -> None:
    """The rows of aFRR and mFRR lack one of them in the page itself."""
    row = capacity(FCR)["rows"][0]
    del row[key]
    assert read_stream({"rows": [row]}, FCR) == read_stream(sample(FCR), FCR)


def test_rows_that_are_not_daily() -> None:
    """They would be prices of something else for the same hour."""
    rows = [
        *capacity(FCR)["rows"],
        *capacity(FCR, time_horizon="YEARLY", price=1)["rows"],
    ]
    assert [it.price for it in read_stream({"rows": rows}, FCR)] == [18.4]


@pytest.mark.parametrize("price", [0, -3.5, 1, 18.4, 1e-05])
def test_any_number_is_a_price(price: float) -> None:
    """Zero and below as well, in the vendor's own unit."""
    (one,) = read_stream(capacity(FCR, price=price), FCR)
    assert one.price == price


@pytest.mark.parametrize(
    "bad",
    [
        *({"price": bad} for bad in ("18.4", True, [], {}, nan, inf, 1e300, 10**400)),
        *({"period_start_utc": bad} for bad in ("", "soon", "2026-05-23T22:00", 5, [])),
        # Backwards, without a length, and longer than any product.
        {"period_end_utc": "2026-05-23T21:00:00Z"},
        {"period_end_utc": "2026-05-23T22:00:00Z"},
        {"period_end_utc": "2126-05-23T22:00:00Z"},
        {"direction": 5},
        {"direction": ["UPWARD"]},
    ],
)
def test_capacity_row_of_a_wrong_type(bad: dict[str, Any]) -> None:
    """What cannot be read is no gap."""
    with pytest.raises(MalformedError, match="fcr row 0"):
        read_stream(capacity(FCR, **bad), FCR)


def test_capacity_row_that_is_there_twice() -> None:
    """The same price counts once, and two for the same time cannot both be true."""
    row, other = capacity(FCR)["rows"][0], capacity(FCR, price=1)["rows"][0]
    assert len(read_stream({"rows": [row, row]}, FCR)) == 1
    with pytest.raises(MalformedError, match="overlap"):
        read_stream({"rows": [row, other]}, FCR)


def test_overlapping_capacity_rows() -> None:
    """Not even when their prices agree."""
    longer = capacity(FCR, period_end_utc="2026-05-24T02:00:00Z")["rows"]
    later = capacity(
        FCR,
        period_start_utc="2026-05-24T01:00:00Z",
        period_end_utc="2026-05-24T02:00:00Z",
    )["rows"]
    with pytest.raises(MalformedError, match="overlap"):
        read_stream({"rows": [*later, *longer]}, FCR)


@pytest.mark.parametrize(
    ("stream", "bad"),
    [
        (AFRR_ENERGY, {"chartRows": [BUCKET_ROW | {"upward_price_eur_mwh": "79.8"}]}),
        (AFRR_ENERGY, {"chartRows": [BUCKET_ROW | {"bucket_start_utc": 5}]}),
        (
            AFRR_ENERGY,
            {"chartRows": [BUCKET_ROW, BUCKET_ROW | {"upward_price_eur_mwh": 1}]},
        ),
        (AFRR_ENERGY, {"chartRows": {}}),
        (AFRR_ENERGY, {"chartRows": [None]}),
        (AFRR_ENERGY, {"chartRows": 0}),
        (AFRR_ENERGY, {"latestRow": []}),
        (AFRR_ENERGY, {"latestRow": SECONDS_ROW | {"downward_price_eur_mwh": True}}),
        (MFRR_ENERGY, {"recentRows": "none"}),
        (MFRR_ENERGY, {"latestUpwardRow": "none"}),
        (MFRR_ENERGY, {"latestDownwardRow": latest_row("DOWNWARD", 1e300, 0)}),
        (FCR, {"rows": {}}),
        (FCR, {"rows": [[]]}),
    ],
)
def test_streams_of_a_wrong_type(stream: Stream, bad: dict[str, Any]) -> None:
    """What cannot be read is not nothing."""
    with pytest.raises(MalformedError):
        read_stream(bad, stream)


@pytest.mark.parametrize("document", [None, [], "rows", 5, True])
@pytest.mark.parametrize("stream", STREAMS)
def test_answer_that_is_no_object(stream: Stream, document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read_stream(document, stream)
    with pytest.raises(MalformedError):
        read_aggregate(document, [stream])
