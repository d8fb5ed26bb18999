"""Runtime of a config entry: what its vendor offers, kept up to date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .appliances.planner import Planner
from .coordinator import SpotPlannerCoordinator
from .engine.balancing import BalancingMarket, BalancingPrices
from .engine.charge import Charge
from .engine.errors import InputError
from .engine.providers.base import VolumeProvider
from .engine.providers.errors import ProviderError
from .engine.providers.network.pacer import Pacer
from .engine.providers.unusable import UnusableProvider
from .engine.providers.vendor import Offer
from .engine.tariffs.pricing import Pricing
from .engine.volumes import Volumes
from .options import Settings
from .prices.feed import Feed
from .prices.polling import Company
from .prices.provider import async_create_offer, async_create_pricing, vendor_of
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
    """What an entry knows, part by part; None is what its vendor does not have."""

    offer: Offer
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

    async def async_charges(self, now: datetime) -> tuple[Charge, ...]:
        """Return the charges of the last year, for whoever looks into a price.

        It is asked for on demand only, and what cannot be had is left out.
        """
        if not self.offer.charges:
            return ()
        try:
            return await self.offer.charges(now - YEAR, now)
        except ProviderError:
            return ()


async def async_create_runtime(
    hass: HomeAssistant, entry: ConfigEntry
) -> SpotPlannerRuntime:
    """Put together what the entry's vendor has; nothing is asked yet.

    Raises:
        InputError: The data or an option of the entry cannot be used.
    """
    settings = Settings.from_options(entry.options)
    pacer = hass.data.setdefault(PACERS, {}).setdefault(entry.entry_id, Pacer())
    offer = await async_create_offer(hass, entry.data, settings, pacer)
    vendor = vendor_of(entry.data)
    prices = None
    if provider := offer.prices:
        kind = provider.product.kind
        pricing = await async_create_pricing(hass, entry.data, settings, kind)
        prices = SpotPlannerCoordinator(
            hass, entry, vendor, provider, pricing, settings
        )
    return SpotPlannerRuntime(
        offer=offer,
        prices=prices,
        planner=Planner(hass, entry, prices) if prices else None,
        balancing=_balancing(hass, entry, vendor, offer),
        request_count=_request_count(hass, entry, vendor, offer),
        volumes=_volumes(hass, entry, vendor, offer.volumes),
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
    pricing = Pricing(provider.product.kind)
    prices = SpotPlannerCoordinator(hass, entry, provider, provider, pricing, settings)
    return SpotPlannerRuntime(
        offer=Offer(prices=provider),
        prices=prices,
        planner=Planner(hass, entry, prices),
    )


def _balancing(
    hass: HomeAssistant, entry: ConfigEntry, company: Company, offer: Offer
) -> Feed[BalancingPrices] | None:
    if not (balancing := offer.balancing):
        return None

    async def ask(_: datetime, wanted: frozenset[str]) -> BalancingPrices:
        markets = frozenset(BalancingMarket(key) for key in wanted)
        answer = await balancing(markets)
        return feed.data.merge(answer) if feed.is_known else answer

    feed = Feed(hass, entry, "balancing", company, BALANCING_PACE, ask)
    return feed


def _request_count(
    hass: HomeAssistant, entry: ConfigEntry, company: Company, offer: Offer
) -> Feed[int | None] | None:
    if not (request_count := offer.request_count):
        return None

    async def ask(now: datetime, _: frozenset[str]) -> int | None:
        return await request_count(now)

    return Feed(hass, entry, "request count", company, REQUEST_COUNT_PACE, ask)


def _volumes(
    hass: HomeAssistant,
    entry: ConfigEntry,
    company: Company,
    provider: VolumeProvider | None,
) -> VolumeFeed | None:
    if not provider:
        return None

    async def ask(now: datetime, _: frozenset[str]) -> Volumes:
        answer = await provider.volumes(now)
        return answer.keeping(feed.data, now) if feed.is_known else answer

    feed = VolumeFeed(
        hass,
        entry,
        "volumes",
        company,
        VOLUMES_PACE,
        ask,
        provider.question,
        lambda: provider.sent,
    )
    return feed
