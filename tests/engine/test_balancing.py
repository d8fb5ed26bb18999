"""Test which balancing price holds, and what is kept of many answers."""

from datetime import timedelta

import pytest

from custom_components.spot_planner.engine.balancing import (
    BalancingMarket,
    BalancingPrice,
    BalancingPrices,
)

from .helpers import DAY, HOUR, at

FCR = BalancingMarket.FCR_CAPACITY
UP = BalancingMarket.AFRR_ENERGY_UP
DOWN = BalancingMarket.AFRR_ENERGY_DOWN


def price(
    start: float, end: float, amount: float, market: BalancingMarket = UP
) -> BalancingPrice:
    """Return a price between two minutes after the usual start."""
    return BalancingPrice(market, at(start), at(end), amount)


def known(*prices: BalancingPrice) -> BalancingPrices:
    """Return prices together."""
    return BalancingPrices(prices)


def amount_at(prices: BalancingPrices, minutes: float) -> float | None:
    """Return the amount of the upward price at a minute."""
    found = prices.at(UP, at(minutes))
    return found and found.price


def test_markets_are_named_as_their_sensors() -> None:
    """The names are public, and there are nine."""
    assert {str(market) for market in BalancingMarket} == {
        "fcr_capacity_price",
        "afrr_capacity_price_up",
        "afrr_capacity_price_down",
        "mfrr_capacity_price_up",
        "mfrr_capacity_price_down",
        "afrr_energy_price_up",
        "afrr_energy_price_down",
        "mfrr_energy_price_up",
        "mfrr_energy_price_down",
    }


@pytest.mark.parametrize("market", BalancingMarket)
def test_four_markets_are_of_energy(market: BalancingMarket) -> None:
    """Energy has a unit, capacity has none that anybody states."""
    assert market.is_energy is ("energy" in market.value)
    assert market.is_energy is not ("capacity" in market.value)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-0.1, None),
        (0, 1),
        (14.9, 1),
        # Half-open: the end belongs to the next one.
        (15, 2),
        (29.9, 2),
        # In a gap, the latest that has ended counts.
        (30, 2),
        (44.9, 2),
        (45, 3),
        (60, 3),
        # What is two days old says nothing about now.
        (60 + 48 * 60 - 0.1, 3),
        (60 + 48 * 60, None),
    ],
)
def test_price_that_holds_or_held_last(minutes: float, expected: float | None) -> None:
    """Energy is known a day late, so what has ended is shown until there is more."""
    prices = known(price(45, 60, 3), price(0, 15, 1), price(15, 30, 2))
    assert amount_at(prices, minutes) == expected


def test_zero_and_negative_prices_hold() -> None:
    """They are prices like any other."""
    prices = known(price(0, 15, 0), price(15, 30, -11.2))
    assert amount_at(prices, 5) == 0
    assert amount_at(prices, 20) == -11.2


def test_shortest_period_counts() -> None:
    """The last seconds of a bucket tell more of its end than the bucket does."""
    bucket, seconds = price(0, 5, 79.8), price(4.9, 5, 83.4)
    for prices in (known(bucket, seconds), known(seconds, bucket)):
        assert amount_at(prices, 3) == 79.8
        assert amount_at(prices, 4.95) == 83.4
        assert amount_at(prices, 600) == 83.4


def test_period_that_has_ended_gives_way_to_one_that_holds() -> None:
    """At the very end of the shorter one, the longer one is what holds."""
    prices = known(price(0, 10, 79.8), price(4.9, 5, 83.4))
    assert [amount_at(prices, minutes) for minutes in (4.99, 5)] == [83.4, 79.8]


def test_period_that_ended_last_counts() -> None:
    """It is the end that says which is the latest."""
    prices = known(price(0, 60, 1), price(30, 45, 2))
    assert amount_at(prices, 61) == 1


def test_markets_do_not_mix() -> None:
    """Each market has its own price, or none."""
    prices = known(price(0, 15, 1), price(0, 15, 2, DOWN))
    assert amount_at(prices, 5) == 1
    found = prices.at(DOWN, at(5))
    assert found and found.price == 2
    assert prices.at(FCR, at(5)) is None


def test_nothing_known_is_nothing() -> None:
    """No prices, no price."""
    assert BalancingPrices().at(UP, at(0)) is None
    assert BalancingPrices().merge(BalancingPrices()) == BalancingPrices()


def test_merge_knows_what_either_knows() -> None:
    """Tomorrow's answer does not take away what holds today."""
    today, tomorrow = known(price(0, 60, 1)), known(price(60, 120, 2))
    both = today.merge(tomorrow)
    assert [amount_at(both, minutes) for minutes in (30, 90)] == [1, 2]
    assert today.merge(BalancingPrices()) == today
    assert BalancingPrices().merge(tomorrow) == tomorrow


def test_newer_price_of_a_period_counts() -> None:
    """A corrected price replaces the one before it, and only there."""
    older = known(price(0, 15, 1), price(0, 15, 5, DOWN), price(15, 30, 2))
    both = older.merge(known(price(0, 15, 9)))
    assert len(both.prices) == 3
    assert [amount_at(both, minutes) for minutes in (5, 20)] == [9, 2]
    found = both.at(DOWN, at(5))
    assert found and found.price == 5


def test_newer_answer_is_kept_whole() -> None:
    """However many days it tells, what holds on the first of them is not lost."""
    week = known(*(price(60 * n, 60 * n + 60, n) for n in range(24 * 7)))
    assert known(price(-60, 0, -1)).merge(week).merge(week).prices[1:] == week.prices


def test_merging_for_long_keeps_little() -> None:
    """Two months of answers take no more room than a few days."""
    prices = known(price(0, 60, 7, FCR))
    quarters = int(timedelta(days=60) / (HOUR / 4))
    for number in range(quarters):
        prices = prices.merge(known(price(15 * number, 15 * number + 15, number)))
    upward = [it for it in prices.prices if it.market is UP]
    assert len(upward) == 2 * DAY / (HOUR / 4) + 1
    assert amount_at(prices, 15 * quarters) == quarters - 1
    # Nothing newer has come for this market, and what is old is not shown.
    assert prices.at(FCR, at(15 * quarters)) is None
