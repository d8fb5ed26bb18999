"""Decide when to ask for prices, keep what is known, and tell the time."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import CONF_PROVIDER, DOMAIN, LOGGER, SUBENTRY_APPLIANCE
from .engine.errors import SeriesError
from .engine.planning.windows import Window
from .engine.prices import Prices
from .engine.providers.base import PriceKind, PriceProvider
from .engine.providers.errors import (
    CredentialsError,
    NotPublishedError,
    ProviderError,
    UnexpectedError,
    WrongCurrencyError,
)
from .engine.publication import Attempts, next_request, spread
from .engine.series import PriceSeries
from .engine.tariffs.pricing import Pricing
from .engine.time_range import TimeRange, midnight
from .fallback import Fallback
from .issues import Issue, async_check_key, async_report_failure, async_set_issue
from .polling import Polling
from .settings import Settings
from .store import PriceStore, StoredPrices
from .view import Outlook, PriceView

# Credentials that were refused stay refused until the user has entered others.
CREDENTIALS_WAIT = timedelta(days=1)

# Home Assistant repeats a failed set-up with a new coordinator every few seconds, and
# each saved option makes a new one too; what the provider was last asked has to outlive
# them, or its limits would not hold.
LAST_ASKED: HassKey[dict[str, "Asked"]] = HassKey(f"{DOMAIN}_last_asked")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked without bringing all prices, and how the last time failed."""

    question: str
    attempts: Attempts = field(default_factory=Attempts)
    failure: ProviderError | None = None


async def async_ask_today(provider: PriceProvider) -> Prices:
    """Ask for the prices of the market's today: the smallest question there is."""
    now = dt_util.utcnow()
    today = provider.publication.market_day(now)
    return await provider.prices(today, today + timedelta(days=1), now)


class SpotPlannerCoordinator(Polling[PriceView]):
    """Poll the provider for what is missing, and tick at each interval."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        provider: PriceProvider,
        pricing: Pricing,
        settings: Settings,
    ) -> None:
        """Prepare; nothing is read or asked yet."""
        super().__init__(hass, entry, entry.title, provider)
        self.provider = provider
        self.pricing = pricing
        if pricing.tariff and pricing.kind is not PriceKind.FINAL:
            self.model = " ".join(settings.contract.codes)
        self.settings = settings
        self.fallback = Fallback(hass, entry, settings.fallback, pricing)
        self.known: Prices | None = None
        self.fetched_at: datetime | None = None
        self.series: PriceSeries | None = None
        self.asked = Asked(provider.question)
        asked = hass.data.setdefault(LAST_ASKED, {}).pop(entry.entry_id, None)
        if (
            asked
            and asked.question == provider.question
            and not isinstance(asked.failure, CredentialsError)
        ):
            self.asked = asked
        self._priced: PriceSeries | None = None
        self._window: Window | None = None
        self._saved_window: Window | None = None
        self._store = PriceStore(hass, entry.entry_id)
        self.delay = spread(entry.entry_id)
        self._asking = False
        self._cancel_wake: CALLBACK_TYPE | None = None

    def next_request(self, now: datetime) -> datetime:
        """Return when the provider is asked next; `now` or earlier means at once."""
        return self._next_request(now, self.asked.attempts)

    def _next_request(self, now: datetime, attempts: Attempts) -> datetime:
        return next_request(
            self.provider.publication,
            self.known and self.known.series,
            attempts,
            now,
            self.delay,
            self.known and self.known.next_update,
        )

    @callback
    def start(self) -> None:
        """Begin to tick and to poll."""
        self._wake(dt_util.utcnow())

    @override
    async def async_shutdown(self) -> None:
        """Stop to tick and to poll; what was asked outlives a reload."""
        await super().async_shutdown()
        self.hass.data[LAST_ASKED][self.config_entry.entry_id] = self.asked
        if self._cancel_wake:
            self._cancel_wake()
            self._cancel_wake = None

    @override
    async def _async_setup(self) -> None:
        """Take up what an earlier run has left on disk."""
        stored = await self._store.async_load()
        if stored and stored.question == self.provider.question:
            self._learn(stored.prices, stored.fetched_at)
            self._window = self._saved_window = stored.window

    @override
    async def _async_update_data(self) -> PriceView:
        """Ask for what is missing, if it is time to, and work out the view.

        With a price for now on disk, the first view needs no answer: Home Assistant
        starts at once, and the question follows from the clock.
        """
        now = dt_util.utcnow()
        has_price = self.known is not None and self.known.series.at(now) is not None
        starts_with_price = has_price and not self.is_known
        if not starts_with_price and self.next_request(now) <= now:
            await self._ask(now, today_suffices=not has_price)
        self._report()
        view = self._view(dt_util.utcnow())
        failure = self.asked.failure
        if view and (failure is None or starts_with_price):
            return view
        if failure is None:
            failure = UnexpectedError("no prices")
        if view and not self.is_known and (view.current or self._has_appliances):
            # Another entry stands in from the start, or appliances have to run without
            # prices too, at the hours that need none.
            if isinstance(failure, CredentialsError):
                self.config_entry.async_start_reauth(self.hass)
            return view
        if view:
            self.data = view
        raise self.failed(failure) from failure

    @property
    def _has_appliances(self) -> bool:
        kinds = {it.subentry_type for it in self.config_entry.subentries.values()}
        return SUBENTRY_APPLIANCE in kinds

    async def _ask(self, now: datetime, *, today_suffices: bool) -> None:
        """Ask for today and tomorrow, and remember how it went."""
        before = self.asked
        # It counts from now on, so that even a fault of ours is not repeated at once.
        self.asked = replace(before, attempts=before.attempts.failed(now))
        self._asking = True
        try:
            answer = await self._answer(now, today_suffices=today_suffices)
            prices = self.known.merge(answer) if self.known else answer
        except ProviderError as err:
            # The provider's wait begins with its answer, which may have taken long.
            answered = dt_util.utcnow()
            wait = err.retry_after
            if isinstance(err, CredentialsError):
                wait = CREDENTIALS_WAIT
            self._fail(err, before.attempts.failed(answered, wait))
            return
        except SeriesError as err:
            self._fail(WrongCurrencyError(str(err)), self.asked.attempts)
            return
        except Exception:
            self.asked = replace(self.asked, failure=UnexpectedError("see the log"))
            raise
        finally:
            self._asking = False
        self._learn(prices, now)
        if self._next_request(now, Attempts()) > now:
            self.asked = Asked(self.provider.question)
        else:
            # What is late is no failure, but the question counts all the same.
            self.asked = replace(self.asked, failure=None)
        await self._save()

    def _fail(self, failure: ProviderError, attempts: Attempts) -> None:
        """Remember a question that brought nothing."""
        self.asked = Asked(self.provider.question, attempts, failure)
        LOGGER.debug("%s: %s (%s)", self.name, failure.reason, failure)

    @callback
    def _report(self) -> None:
        """Raise or take back what the user is told under Repairs."""
        now = dt_util.utcnow()
        async_report_failure(self.hass, self.config_entry, self.asked.failure)
        async_check_key(self.hass, self.config_entry, now.date())
        async_set_issue(
            self.hass,
            self.config_entry,
            Issue.TABLES_OUTDATED,
            is_active=bool(self.pricing.outdated(now)),
        )

    async def _answer(self, now: datetime, *, today_suffices: bool) -> Prices:
        """Return the prices of today and tomorrow.

        A provider may answer that it has nothing when one of the days is missing.
        Then today alone is asked for, where even today's prices are not known.
        """
        today = self.provider.publication.market_day(now)
        try:
            return await self.provider.prices(today, today + timedelta(days=2), now)
        except NotPublishedError as err:
            # Who asks us to wait does not want the next question at once.
            if not today_suffices or err.retry_after:
                raise
            return await async_ask_today(self.provider)

    def _learn(self, prices: Prices, fetched_at: datetime | None) -> None:
        """Take prices as what is known, from yesterday on."""
        home = dt_util.get_default_time_zone()
        yesterday = dt_util.utcnow().astimezone(home).date() - timedelta(days=1)
        self.known = prices.since(midnight(yesterday, home))
        self.fetched_at = fetched_at
        self._priced = self.pricing.full(self.known.series)

    async def _save(self) -> None:
        """Write down what is known."""
        if self.known is not None:
            window = self._window
            if window and dt_util.utcnow() not in window:
                # One that has not begun may still move, and must not come back.
                window = None
            self._saved_window = window
            await self._store.async_save(
                StoredPrices(
                    self.provider.question, self.known, self.fetched_at, window
                )
            )

    def _shown(self, now: datetime) -> PriceSeries | None:
        """Return the prices that are shown: the own ones, or who stands in for them."""
        if not self.settings.fallback:
            return self._priced
        home = dt_util.get_default_time_zone()
        wanted = TimeRange(
            midnight(now.astimezone(home).date(), home),
            self.provider.publication.horizon(now, self.delay).end,
        )
        return self.fallback.fill(self._priced, wanted, self.asked.failure, now)

    def _view(self, now: datetime) -> PriceView | None:
        """Work out what entities show, or None when nothing is known.

        Appliances have to run without prices too, so with them there is always a view.
        """
        self.series = series = self._shown(now)
        if series is None:
            if not self._has_appliances:
                return None
            currency = self.provider.currency or self.hass.config.currency
            series = PriceSeries(currency, ())
        outlook = Outlook(
            series=series,
            export=self.known and self.known.export,
            local=self.known and self.known.local,
            settings=self.settings,
            source=self.config_entry.data[CONF_PROVIDER],
            publication=self.provider.publication,
            home=dt_util.get_default_time_zone(),
            fetched_at=self.fetched_at,
            held=self._window,
        )
        view = outlook.view(now)
        self._window = view.window
        if view.in_window and view.window != self._saved_window:
            # A window that has begun must outlive a restart.
            self.config_entry.async_create_task(self.hass, self._save(), "save window")
        return view

    @callback
    def _wake(self, _: datetime) -> None:
        """Tick, and poll when it is time to."""
        now = dt_util.utcnow()
        self.data = self._view(now) or self.data
        self.async_update_listeners()
        if not self._asking and self.next_request(now) <= now:
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} poll"
            )
        self._schedule()

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        """Sleep until the next tick or question; they may have changed."""
        if self._cancel_wake:
            self._schedule()

    @callback
    def _schedule(self) -> None:
        """Sleep until the next tick or question, whichever comes first."""
        if self._cancel_wake:
            self._cancel_wake()
            self._cancel_wake = None
        moment = self.data.next_change
        if not self._asking:
            moment = min(moment, self.next_request(dt_util.utcnow()))
        self._cancel_wake = async_track_point_in_utc_time(self.hass, self._wake, moment)
