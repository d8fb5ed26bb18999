"""All that every provider can be asked, and what has to be true of its answers."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from custom_components.spot_planner.engine.balancing import BalancingMarket
from custom_components.spot_planner.engine.providers.base import (
    Direction,
    PriceProvider,
)
from custom_components.spot_planner.engine.providers.energysignal.provider import (
    EnergySignalProvider,
)
from custom_components.spot_planner.engine.providers.flatpeak.provider import (
    FlatpeakProvider,
)
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
    Place,
    Region,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    MinStroemProvider,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.otark.provider import OtarkProvider
from custom_components.spot_planner.engine.providers.sobry.contract import (
    SobryContractProvider,
)
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.tariffs.model import (
    FrenchContract,
    TaxDisplay,
)
from custom_components.spot_planner.engine.time_range import TimeRange, midnight
from dev.price_server import credentials as keys

from ...helpers import BERLIN, COPENHAGEN, DAY, PARIS
from ..energysignal.test_balancing import CAPACITY, ENERGY
from ..energysignal.test_prices import SAMPLE as DAY_AHEAD
from ..flatpeak.test_answer import PAGE
from ..minstroem.test_charges import SAMPLE as CHARGES
from ..minstroem.test_lookups import HISTORY, SUGGESTION
from ..minstroem.test_prices import FULL_SAMPLE, SPOT_SAMPLE
from .checks import (
    check_balancing,
    check_count,
    check_history,
    check_location,
    check_parts,
    check_prices,
    check_suggestions,
    check_volumes,
)
from .samples import TOKEN
from .truth import Exchanges, Stated, good_documents, moments_of, rows_below

PRICES = f"/prices/{keys.FLATPEAK_LOCATION_ID}"
HOME = "/thirdParty/prices"
MARKETS = frozenset(BalancingMarket)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask a provider at a moment, and the check of what it hands over."""

    name: str
    ask: Callable[[datetime], Awaitable[Any]]
    check: Callable[[Any, datetime, Exchanges], None]


@dataclass(frozen=True, slots=True)
class Vendor:
    """A provider as it is built, with the samples of its own page by their names."""

    prefix: str
    secrets: tuple[str, ...]
    asks: Callable[[HttpClient], Iterator[Ask]]
    samples: Mapping[str, list[object]] = field(default_factory=dict)


def _prices(
    name: str,
    provider: PriceProvider,
    path: str,
    stated: Callable[[object], Stated],
    *,
    implied_ends: bool,
) -> Ask:
    """Ask for the prices of two days, which one answer has to state."""

    def check(prices: Any, now: datetime, exchanges: Exchanges) -> None:
        check_prices(prices, now)
        document = good_documents(exchanges, path)[-1]
        stated(document).check(prices.series, implied_ends=implied_ends)

    async def ask(now: datetime) -> object:
        first = provider.publication.market_day(now)
        return await provider.prices(first, first + 2 * DAY, now)

    return Ask(name, ask, check)


def _sobry(client: HttpClient) -> Iterator[Ask]:
    for display in TaxDisplay:
        yield _sobry_prices(client, display)


def _sobry_prices(client: HttpClient, display: TaxDisplay) -> Ask:
    key = f"price_{display.lower()}_eur_kwh"

    def stated(document: object) -> Stated:
        told = Stated()
        for row in rows_below(document, "data", "prices"):
            told.add(row.get("timestamp"), row.get(key))
        return told

    provider = SobryProvider(client, FrenchContract(display=display), PARIS)
    path = "/api/prices/raw"
    return _prices(f"prices {display}", provider, path, stated, implied_ends=True)


def _sobry_contract(client: HttpClient) -> Iterator[Ask]:
    def stated(document: object) -> Stated:
        told = Stated()
        for row in rows_below(document):
            # Of two moments that it may mean, a row is taken to mean both.
            for moment in moments_of(f"{row.get('date')}T{row.get('time')}", PARIS):
                told.add(moment.isoformat(), row.get("price"))
        return told

    provider = SobryContractProvider(client, keys.SOBRY_API_KEY, PARIS)
    path = "/v2/user/daily-prices"
    yield _prices("prices", provider, path, stated, implied_ends=True)


def _energysignal(client: HttpClient) -> Iterator[Ask]:
    def stated(document: object) -> Stated:
        told = Stated()
        for row in rows_below(document, "rows"):
            told.add(row.get("hour_start_utc"), row.get("price_eur_mwh"), 0.001)
        return told

    provider = EnergySignalProvider(client, keys.ENERGYSIGNAL_TOKEN, PARIS)
    path = "/api/day-ahead-prices"
    yield _prices("prices", provider, path, stated, implied_ends=False)


def _balancing(client: HttpClient) -> Iterator[Ask]:
    provider = EnergySignalProvider(client, keys.ENERGYSIGNAL_TOKEN, PARIS)
    energy = frozenset(market for market in MARKETS if market.is_energy)
    one = frozenset({BalancingMarket.AFRR_CAPACITY_UP})
    for wanted in (MARKETS, energy, MARKETS - energy, one):
        yield _reserves(provider, wanted)


def _reserves(
    provider: EnergySignalProvider, wanted: frozenset[BalancingMarket]
) -> Ask:
    return Ask(
        f"balancing of {len(wanted)}",
        lambda _: provider.balancing(wanted),
        lambda prices, _, exchanges: check_balancing(prices, wanted, exchanges),
    )


def _flatpeak(client: HttpClient) -> Iterator[Ask]:
    provider = FlatpeakProvider(
        client,
        keys.FLATPEAK_ACCOUNT_ID,
        keys.FLATPEAK_API_KEY,
        keys.FLATPEAK_LOCATION_ID,
        PARIS,
        frozenset(Direction),
    )

    def stated(document: object) -> Stated:
        told = Stated()
        forms = (("price", "value"), ("tariff", "rate"), ("tariff", "cost"))
        for row in rows_below(document, "data"):
            for form, key in forms:
                part = row.get(form)
                amount = part.get(key) if isinstance(part, dict) else None
                told.add(row.get("valid_from"), amount)
        return told

    asking = _prices("prices", provider, f"{PRICES} IMPORT", stated, implied_ends=False)

    def check(prices: Any, now: datetime, exchanges: Exchanges) -> None:
        asking.check(prices, now, exchanges)
        for name, series in (("EXPORT", prices.export), ("LOCAL", prices.local)):
            if series is not None:
                document = good_documents(exchanges, f"{PRICES} {name}")[-1]
                stated(document).check(series, implied_ends=False)

    yield Ask(asking.name, asking.ask, check)
    yield Ask(
        "location",
        provider.location,
        lambda it, _, exchanges: check_location(it, exchanges),
    )


def _minstroem(client: HttpClient) -> Iterator[Ask]:
    here = Coordinates(55.6761, 12.5683)
    for place in (Region("DK1"), here, Address("0a3f50a0-3333-32b8-e044-0003ba298018")):
        yield _minstroem_prices(_at(client, place), place)
    provider = _at(client, here)
    yield Ask(
        "charge_history",
        lambda now: provider.charge_history(now - 400 * DAY, now),
        lambda it, _, exchanges: check_history(it, exchanges),
    )
    yield Ask(
        "suggestions",
        lambda _: provider.suggestions("Prøvevej"),
        lambda it, _, exchanges: check_suggestions(it, exchanges),
    )
    yield Ask(
        "request_count",
        provider.request_count,
        lambda it, _, exchanges: check_count(it, exchanges),
    )


def _minstroem_prices(provider: MinStroemProvider, place: Place) -> Ask:
    def stated(document: object) -> Stated:
        told = Stated()
        for row in rows_below(document):
            told.add(row.get("date"), row.get("price"))
        return told

    name = f"prices {type(place).__name__}"
    path = f"/thirdParty{place.path}"
    asking = _prices(name, provider, path, stated, implied_ends=True)

    def check(prices: Any, now: datetime, exchanges: Exchanges) -> None:
        asking.check(prices, now, exchanges)
        check_parts(prices.series)

    return Ask(name, asking.ask, check)


def _at(client: HttpClient, place: Place) -> MinStroemProvider:
    key, secret = keys.MINSTROEM_API_KEY, keys.MINSTROEM_API_SECRET
    return MinStroemProvider(client, key, secret, place, COPENHAGEN)


def _otark(client: HttpClient) -> Iterator[Ask]:
    provider = OtarkProvider(client, keys.OTARK_API_KEY, BERLIN)

    def check(volumes: Any, now: datetime, exchanges: Exchanges) -> None:
        today = now.astimezone(BERLIN).date()
        first, end = (midnight(today + timedelta(days), BERLIN) for days in (0, 2))
        check_volumes(volumes, exchanges, TimeRange(first, end))

    yield Ask("volumes", provider.volumes, check)


ENERGYSIGNAL_SECRETS = (keys.ENERGYSIGNAL_TOKEN,)
VENDORS: Mapping[str, Vendor] = {
    # Its public route has no secret; a stranger's must not be repeated either.
    "sobry": Vendor("", (keys.SOBRY_API_KEY,), _sobry),
    "sobry_contract": Vendor("", (keys.SOBRY_API_KEY,), _sobry_contract),
    "energysignal": Vendor(
        "",
        ENERGYSIGNAL_SECRETS,
        _energysignal,
        {"/api/day-ahead-prices": [DAY_AHEAD]},
    ),
    "balancing": Vendor(
        "",
        ENERGYSIGNAL_SECRETS,
        _balancing,
        {"/api/balancing-capacity": [CAPACITY], "/api/balancing-energy": [ENERGY]},
    ),
    "flatpeak": Vendor(
        "",
        (keys.FLATPEAK_ACCOUNT_ID, keys.FLATPEAK_API_KEY, TOKEN),
        _flatpeak,
        {f"{PRICES} IMPORT": [PAGE | {"location_id": keys.FLATPEAK_LOCATION_ID}]},
    ),
    "minstroem": Vendor(
        "/thirdParty",
        (keys.MINSTROEM_API_KEY, keys.MINSTROEM_API_SECRET, keys.MINSTROEM_TOKEN),
        _minstroem,
        {
            f"{HOME}/DK1": [SPOT_SAMPLE],
            f"{HOME}/location": [FULL_SAMPLE],
            f"{HOME}/charges/location": [CHARGES],
            f"{HOME}/charges/location/history": [HISTORY],
            f"{HOME}/addresses/suggestions/Prøvevej": [[SUGGESTION]],
        },
    ),
    "otark": Vendor("/v1", (keys.OTARK_API_KEY,), _otark),
}
