"""Price coordinator: when to ask for prices, what is known, and the tick."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import CONF_PROVIDER, DOMAIN, LOGGER, SUBENTRY_APPLIANCE
from .engine.components import with_few_names
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
from .issues import Issue, async_check_key, async_report_failure, async_set_issue
from .options import Settings
from .prices.fallback import Fallback
from .prices.polling import SHORT_WAIT, Company, Polling
from .prices.questions import LAST_ASKED, Asked
from .prices.store import PriceStore, StoredPrices
from .prices.view import Outlook, PriceView

# Nothing that lies further ahead is of use, and each price costs time at every tick.
LONGEST_AHEAD = timedelta(days=14)

# After so long, it is looked at what time it is, whatever was expected.
LONGEST_SLEEP = timedelta(minutes=30)

# A provider may say that it wants to be asked each second, or a stored file never.
SHORTEST_UPDATE, LONGEST_UPDATE = timedelta(minutes=5), timedelta(days=1)

# Others look for them here.
__all__ = ["LAST_ASKED", "Asked", "SpotPlannerCoordinator", "async_ask_today"]


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
        company: Company,
        provider: PriceProvider,
        pricing: Pricing,
        settings: Settings,
    ) -> None:
        """Prepare; nothing is read or asked yet."""
        super().__init__(
            hass,
            entry,
            entry.title,
            company,
            "prices",
            provider.question,
            lambda: provider.sent,
        )
        self.provider = provider
        self.pricing = pricing
        if pricing.tariff and pricing.kind is not PriceKind.FINAL:
            self.model = " ".join(settings.contract.codes)
        self.settings = settings
        self.fallback = Fallback(hass, entry, settings.fallback, pricing)
        self.known: Prices | None = None
        self.fetched_at: datetime | None = None
        self.series: PriceSeries | None = None
        self._priced: PriceSeries | None = None
        self._window: Window | None = None
        self._saved_window: Window | None = None
        self._is_unread = False
        self._is_unsaved = False
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
        """Stop ticking and polling."""
        await super().async_shutdown()
        if self._cancel_wake:
            self._cancel_wake()
            self._cancel_wake = None

    @override
    async def _async_setup(self) -> None:
        """Take up what an earlier run has left on disk."""
        await self.async_recall_refusal()
        try:
            stored = await self._store.async_load()
        except OSError as err:
            # They can be asked for again, so that no home has to wait for a disk.
            LOGGER.warning("%s: the stored prices cannot be read (%s)", self.name, err)
            self._is_unread = True
            return
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
        if view and starts_with_price and isinstance(failure, CredentialsError):
            # Nobody is asked again with a key that was refused, but the user is told.
            self.config_entry.async_start_reauth(self.hass)
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
        sent = self.sent()
        # It counts from now on, so that even a fault of ours is not repeated at once.
        self.asked = replace(before, attempts=before.attempts.failed(now))
        self._asking = True
        try:
            answer = await self._answer(now, today_suffices=today_suffices)
            prices = self.known.merge(answer) if self.known else answer
        except ProviderError as err:
            await self._fail(err, before.attempts, sent)
            return
        except SeriesError as err:
            failure = WrongCurrencyError(str(err))
            await self._fail(failure, before.attempts, sent)
            return
        except Exception:
            self.asked = replace(self.asked, failure=UnexpectedError("see the log"))
            raise
        finally:
            self._asking = False
        await self.refusals.async_forget()
        self._learn(prices, now)
        if self._next_request(now, Attempts()) > now:
            self.asked = Asked(self.provider.question)
        else:
            # What is late is no failure, but the question counts all the same.
            self.asked = replace(self.asked, failure=None)
        await self._save()

    async def _fail(self, failure: ProviderError, before: Attempts, sent: int) -> None:
        """Remember a question that brought nothing.

        The provider may ask for a pause, but not for one that leaves the home without
        prices: they are asked for again an hour before the known ones end.
        """
        now = dt_util.utcnow()
        longest = SHORT_WAIT
        if self.known and self.known.series.at(now) and self.known.series.end:
            longest = max(self.known.series.end - now - SHORT_WAIT, SHORT_WAIT)
        await self.async_note_failure(failure, before, self.sent() - sent, longest)

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
        """Take prices as what is known, from yesterday on and two weeks ahead."""
        home = dt_util.get_default_time_zone()
        now = dt_util.utcnow()
        yesterday = now.astimezone(home).date() - timedelta(days=1)
        known = prices.within(midnight(yesterday, home), now + LONGEST_AHEAD)
        self.known = replace(
            known,
            series=with_few_names(known.series, self._named_components()),
            next_update=known.next_update
            and min(
                max(known.next_update, (fetched_at or now) + SHORTEST_UPDATE),
                now + LONGEST_UPDATE,
            ),
        )
        self.fetched_at = fetched_at
        self._priced = self.pricing.full(self.known.series)

    def _named_components(self) -> list[str]:
        """Return the names of components that have entities, the oldest first."""
        entry_id = self.config_entry.entry_id
        prefix = f"{entry_id}_component_"
        known = er.async_entries_for_config_entry(er.async_get(self.hass), entry_id)
        return [
            item.unique_id.removeprefix(prefix)
            for item in known
            if item.unique_id.startswith(prefix)
        ]

    async def _save(self) -> None:
        """Write down what is known; a full disk costs no price."""
        if self.known is not None:
            window = self._window
            if window and dt_util.utcnow() not in window:
                # One that has not begun may still move, and must not come back.
                window = None
            self._saved_window = window
            try:
                if self._is_unread:
                    await self._read_late()
                await self._store.async_save(
                    StoredPrices(
                        self.provider.question, self.known, self.fetched_at, window
                    )
                )
            except OSError as err:
                if not self._is_unsaved:
                    LOGGER.warning("%s: prices cannot be stored (%s)", self.name, err)
                self._is_unsaved = True
            else:
                self._is_unsaved = False

    async def _read_late(self) -> None:
        """Take up what could not be read at the start, before it is written over.

        Raises:
            OSError: It cannot be read yet.
        """
        stored = await self._store.async_load()
        self._is_unread = False
        is_ours = stored is not None and stored.question == self.provider.question
        if stored and is_ours and self.known:
            try:
                self._learn(stored.prices.merge(self.known), self.fetched_at)
            except SeriesError as err:
                LOGGER.debug("%s: stored prices do not fit (%s)", self.name, err)

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
            currency = self.provider.product.currency or self.hass.config.currency
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
        if self._is_unsaved:
            self.config_entry.async_create_task(self.hass, self._save(), "save prices")
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
        now, moment = dt_util.utcnow(), self.data.next_change
        if not self._asking:
            moment = min(moment, self.next_request(now))
        # The clock may be set back meanwhile, and the timer does not follow it.
        pause = max(min(moment - now, LONGEST_SLEEP), timedelta())
        self._cancel_wake = async_call_later(self.hass, pause, self._wake)
