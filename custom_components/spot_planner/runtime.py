"""What runs for one config entry."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .appliances.planner import Planner
from .coordinator import SpotPlannerCoordinator
from .engine.balancing import BalancingMarket, BalancingPrices
from .engine.errors import InputError
from .engine.providers.base import PriceProvider
from .engine.providers.energysignal.provider import EnergySignalProvider
from .engine.providers.errors import ProviderError
from .engine.providers.minstroem.history import Charge
from .engine.providers.minstroem.provider import MinStroemProvider
from .engine.providers.network.pacer import Pacer
from .engine.providers.otark.provider import OtarkProvider
from .engine.providers.unusable import UnusableProvider
from .engine.tariffs.pricing import Pricing
from .engine.volumes import Volumes
from .options import Settings
from .prices.feed import Feed
from .prices.provider import async_create_pricing, async_create_provider
from .prices.questions import PACERS
from .prices.volume_feed import VolumeFeed

type SpotPlannerConfigEntry = ConfigEntry[SpotPlannerRuntime]

# Capacity is sold by the day and energy streams run a day behind; volumes change
# until their delivery.
BALANCING_PACE = timedelta(hours=1)
REQUEST_COUNT_PACE = timedelta(hours=6)
VOLUMES_PACE = timedelta(hours=1)

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPlannerRuntime:
    """What an entry knows, part by part; None is what its provider does not have."""

    provider: PriceProvider | OtarkProvider
    market_zone: tzinfo
    prices: SpotPlannerCoordinator | None = None
    planner: Planner | None = None
    balancing: Feed[BalancingPrices] | None = None
    request_count: Feed[int | None] | None = None
    volumes: Feed[Volumes] | None = None

    async def async_first_refresh(self) -> None:
        """Ask for what the entry cannot do without."""
        if self.prices:
            await self.prices.async_first_refresh()
        if self.planner:
            await self.planner.async_load()
        if self.volumes:
            await self.volumes.async_first_refresh()

    async def async_charge_history(self, now: datetime) -> tuple[Charge, ...]:
        """Return the charges of the last year, for whoever looks into a price.

        It is asked for on demand only, and what cannot be had is left out.
        """
        if not isinstance(self.provider, MinStroemProvider):
            return ()
        try:
            return await self.provider.charge_history(now - YEAR, now)
        except ProviderError:
            return ()


async def async_create_runtime(
    hass: HomeAssistant, entry: ConfigEntry
) -> SpotPlannerRuntime:
    """Put together what the entry's provider has; nothing is asked yet.

    Raises:
        InputError: The data or an option of the entry cannot be used.
    """
    settings = Settings.from_options(entry.options)
    pacer = hass.data.setdefault(PACERS, {}).setdefault(entry.entry_id, Pacer())
    provider = await async_create_provider(hass, entry.data, settings, pacer)
    if isinstance(provider, OtarkProvider):
        return SpotPlannerRuntime(
            provider=provider,
            market_zone=provider.zone,
            volumes=_volumes(hass, entry, provider),
        )
    pricing = await async_create_pricing(hass, entry.data, settings, provider.kind)
    balancing, request_count = None, None
    match provider:
        case EnergySignalProvider():
            balancing = _balancing(hass, entry, provider)
        case MinStroemProvider():
            request_count = _request_count(hass, entry, provider)
    prices = SpotPlannerCoordinator(hass, entry, provider, pricing, settings)
    return SpotPlannerRuntime(
        provider=provider,
        market_zone=provider.publication.zone,
        prices=prices,
        planner=Planner(hass, entry, prices),
        balancing=balancing,
        request_count=request_count,
    )


def create_runtime_without_prices(
    hass: HomeAssistant, entry: ConfigEntry, error: InputError
) -> SpotPlannerRuntime:
    """Put together what appliances need to run in their hours without prices.

    Args:
        hass: Home Assistant.
        entry: The entry.
        error: Why its provider cannot be asked.
    """
    settings = Settings.from_usable(entry.options)
    provider = UnusableProvider(error, ZoneInfo("UTC"))
    pricing = Pricing(provider.kind)
    prices = SpotPlannerCoordinator(hass, entry, provider, pricing, settings)
    return SpotPlannerRuntime(
        provider=provider,
        market_zone=provider.zone,
        prices=prices,
        planner=Planner(hass, entry, prices),
    )


def _balancing(
    hass: HomeAssistant, entry: ConfigEntry, provider: EnergySignalProvider
) -> Feed[BalancingPrices]:
    async def ask(_: datetime, wanted: frozenset[str]) -> BalancingPrices:
        markets = frozenset(BalancingMarket(key) for key in wanted)
        answer = await provider.balancing(markets)
        return feed.data.merge(answer) if feed.is_known else answer

    feed = Feed(hass, entry, "balancing", provider, BALANCING_PACE, ask)
    return feed


def _request_count(
    hass: HomeAssistant, entry: ConfigEntry, provider: MinStroemProvider
) -> Feed[int | None]:
    async def ask(now: datetime, _: frozenset[str]) -> int | None:
        return await provider.request_count(now)

    return Feed(hass, entry, "request count", provider, REQUEST_COUNT_PACE, ask)


def _volumes(
    hass: HomeAssistant, entry: ConfigEntry, provider: OtarkProvider
) -> Feed[Volumes]:
    async def ask(now: datetime, _: frozenset[str]) -> Volumes:
        answer = await provider.volumes(now)
        return answer.keeping(feed.data, now) if feed.is_known else answer

    feed = VolumeFeed(
        hass,
        entry,
        "volumes",
        provider,
        VOLUMES_PACE,
        ask,
        provider.question,
        lambda: provider.sent,
    )
    return feed
