"""What has to be true of all that a provider hands over, whatever it was told."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import fsum, isfinite
import re
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.balancing import (
    BalancingMarket,
    BalancingPrices,
)
from custom_components.spot_planner.engine.charge import Charge
from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.errors import (
    CredentialsError,
    ProviderError,
    UnexpectedError,
)
from custom_components.spot_planner.engine.providers.flatpeak.provider import (
    FlatpeakLocation,
)
from custom_components.spot_planner.engine.providers.minstroem.place import Address
from custom_components.spot_planner.engine.providers.minstroem.suggestion import (
    Suggestion,
)
from custom_components.spot_planner.engine.series import PRICE_LIMIT, Level, PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange
from custom_components.spot_planner.engine.volumes import SLOT, VolumeOrigin, Volumes

from .truth import (
    Exchanges,
    all_amounts,
    all_moments,
    all_values,
    good_documents,
    is_amount,
    moment_of,
)

DAY = timedelta(days=1)
LONGEST_TEXT = 200
# Kinds of errors stand between the real ones and their base; nobody can act on them.
VAGUE = (ProviderError, CredentialsError, UnexpectedError)
EPOCH = datetime.fromtimestamp(0, UTC)


def check_error(error: ProviderError, secrets: Sequence[str]) -> None:
    """Assert that an error is one of ours, is short and tells no secret."""
    assert type(error) not in VAGUE
    assert error.reason
    assert len(str(error)) < LONGEST_TEXT
    assert len(error.code) < LONGEST_TEXT
    assert error.retry_after is None or timedelta() <= error.retry_after <= DAY
    for text in _texts(error):
        assert not [secret for secret in secrets if secret in text]


def _texts(error: BaseException | None) -> Iterator[str]:
    """Go through all that tells of an error, which is also what caused it."""
    while error:
        yield f"{error} {error!r} {getattr(error, 'code', '')}"
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def check_prices(prices: Prices, now: datetime) -> None:
    """Assert that prices can be shown, stored and planned with."""
    assert len(prices.series) > 0
    check_series(prices.series)
    for beside in (prices.export, prices.local):
        if beside is not None:
            assert beside.currency == prices.series.currency
            check_series(beside)
    assert prices.next_update is None or now < prices.next_update <= now + DAY


def check_series(series: PriceSeries) -> None:
    """Assert that a series is in order, and that all its numbers are some."""
    assert re.fullmatch("[A-Z]{3}", series.currency)
    for it in series:
        assert it.start.tzinfo is UTC
        assert it.end.tzinfo is UTC
        assert it.start < it.end
        assert isinstance(it.price, float)
        assert abs(it.price) < PRICE_LIMIT
        assert isinstance(it.estimated, bool)
        assert it.provider_level is None or isinstance(it.provider_level, Level)
        assert all(part.name and isinstance(part.name, str) for part in it.components)
        assert all(isfinite(part.amount) for part in it.components)
        names = [part.name for part in it.components]
        assert len(set(names)) == len(names)
    for before, after in pairwise(series):
        assert before.end <= after.start
    # The spot price stands in for another provider's.
    assert len(series.of_component("spot")) <= len(series)
    window = cheapest_window(series, timedelta(minutes=10))
    assert window is None or isfinite(window.average_price)


def check_parts(series: PriceSeries) -> None:
    """Assert that all parts of a price add up to it."""
    for it in series:
        amounts = [part.amount for part in it.components]
        largest = max(1, *(abs(amount) for amount in amounts))
        assert abs(fsum(amounts) - it.price) <= 1e-12 * largest


def check_balancing(
    prices: BalancingPrices,
    wanted: frozenset[BalancingMarket],
    exchanges: Exchanges,
) -> None:
    """Assert that each price is one that was wanted, and that an answer states."""
    documents = good_documents(exchanges)
    amounts, moments = all_amounts(documents), all_moments(documents)
    for it in prices.prices:
        assert it.market in wanted
        assert isfinite(it.price)
        assert it.price in amounts
        assert it.start < it.end
        assert {it.start, it.end} <= moments
    keys = [(it.market, it.start, it.end) for it in prices.prices]
    assert len(set(keys)) == len(keys)


def check_volumes(volumes: Volumes, exchanges: Exchanges, window: TimeRange) -> None:
    """Assert that slots are whole, in order, and within deliveries with an amount."""
    for it in volumes.slots:
        assert window.start <= it.start < window.end
        assert it.end - it.start == SLOT
        assert (it.start - EPOCH) % SLOT == timedelta()
        assert isinstance(it.energy, float)
        assert isfinite(it.energy)
        assert isinstance(it.origin, VolumeOrigin)
    for before, after in pairwise(volumes.slots):
        assert before.end <= after.start
    counts = (volumes.contracts, volumes.transactions, volumes.nominations)
    assert all(count >= 0 for count in (*counts, volumes.customers or 0))
    assert volumes.skipped >= 0
    deliveries = list(_deliveries(good_documents(exchanges)))
    for it in volumes.slots:
        assert any(it.start in delivery for delivery in deliveries)


def _deliveries(documents: list[object]) -> Iterator[TimeRange]:
    """Go through all periods with an amount of energy, whatever they belong to."""
    for value in all_values(documents):
        if not isinstance(value, dict):
            continue
        keys = (value.get(key) for key in ("amount", "volume", "volume_mwh"))
        if not any(is_amount(amount) for amount in keys):
            continue
        for word, (first, last) in {
            "delivery": ("start", "end"),
            "period": ("from", "to"),
        }.items():
            start = moment_of(value.get(f"{word}_{first}"))
            end = moment_of(value.get(f"{word}_{last}"))
            if start and end:
                yield TimeRange(start, end)


def check_history(charges: tuple[Charge, ...], exchanges: Exchanges) -> None:
    """Assert that charges have a name, and the time and amount that are stated."""
    documents = good_documents(exchanges)
    amounts, moments = all_amounts(documents), all_moments(documents)
    for charge in charges:
        assert charge.name
        assert isinstance(charge.owner, str)
        assert charge.valid_from in moments
        assert charge.amount is None or charge.amount in amounts
        assert charge.amount is None or isfinite(charge.amount)


def check_suggestions(suggestions: tuple[Suggestion, ...], _: Exchanges) -> None:
    """Assert that each can be shown, chosen and asked for."""
    for suggestion in suggestions:
        assert suggestion.text.strip()
        assert Address(suggestion.identity).path.isascii()
    names = [suggestion.identity for suggestion in suggestions]
    assert len(set(names)) == len(names)


def check_count(count: int | None, exchanges: Exchanges) -> None:
    """Assert that a count is one that is stated."""
    assert count is None or type(count) is int
    assert count is None or 0 <= count <= 10**9
    assert count is None or count in all_amounts(good_documents(exchanges))


def check_location(location: FlatpeakLocation, exchanges: Exchanges) -> None:
    """Assert that a location has a zone that there is, and a currency."""
    assert ZoneInfo(location.time_zone).key == location.time_zone
    assert re.fullmatch("[A-Z]{3}", location.currency)
