"""A feed: values beside prices, asked for only while somebody looks at them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..engine.providers.errors import (
    ActionNeededError,
    CredentialsError,
    ProviderError,
    UnexpectedError,
)
from ..engine.providers.network.pacer import LONGEST_WAIT
from ..issues import Issue, async_report_failure, async_set_issue
from .polling import SHORT_WAIT, Company, Polling
from .questions import Asked

# What is shown from disk is asked for anew as soon as the start is over.
SOON = timedelta(seconds=10)


class Feed[DataT](Polling[DataT]):
    """Ask at a steady pace while an entity is enabled, and tick each quarter-hour.

    `ask` is given the time and the keys of the enabled entities.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        name: str,
        company: Company,
        pace: timedelta,
        ask: Callable[[datetime, frozenset[str]], Awaitable[DataT]],
        question: str = "",
        sent: Callable[[], int] = lambda: 0,
    ) -> None:
        """Prepare; nothing is asked yet."""
        super().__init__(
            hass, entry, f"{entry.title} {name}", company, name, question, sent
        )
        self.update_interval = pace
        self._pace = pace
        self._ask = ask
        self._is_answered = False
        self._has_begun = False
        self._cancel_tick: CALLBACK_TYPE | None = None

    @property
    @override
    def is_known(self) -> bool:
        """Tell whether there was an answer, be it that there is nothing to tell."""
        return self._is_answered

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> Callable[[], None]:
        """Begin to ask with the first listener."""
        is_first = not self._listeners
        remove = super().async_add_listener(update_callback, context)
        if is_first:
            self._cancel_tick = async_track_utc_time_change(
                self.hass, self._tick, minute=[0, 15, 30, 45], second=0
            )
            if not self.is_known:
                # It begins once all entities that are enabled have said so.
                self.config_entry.async_create_background_task(
                    self.hass, self.async_refresh(), f"{DOMAIN} {self.name}", False
                )
        return remove

    @override
    @callback
    def _unschedule_refresh(self) -> None:
        """Stop ticking with the last listener, as Home Assistant stops asking."""
        super()._unschedule_refresh()
        if not self._listeners and self._cancel_tick:
            self._cancel_tick()
            self._cancel_tick = None
            self._forget_subscription()

    @override
    async def _async_update_data(self) -> DataT:
        """Ask for everything that an enabled entity shows, if it is time to."""
        now = dt_util.utcnow()
        if not self._has_begun:
            self._has_begun = True
            stored = await self._async_before_asking(now)
            if stored is not None:
                self._is_answered = True
                return stored
        wanted = frozenset(self.async_contexts())
        self.update_interval = self._pace
        sent = self.sent()
        try:
            data = await self._ask(now, wanted)
        except ProviderError as err:
            state = self.config_entry.state
            is_start = state is ConfigEntryState.SETUP_IN_PROGRESS
            await self.async_note_failure(
                err,
                self.asked.attempts,
                self.sent() - sent,
                SHORT_WAIT if is_start else LONGEST_WAIT,
            )
            due = self.asked.attempts.not_before
            if err.retry_after and due:
                self.update_interval = max(self._pace, due - dt_util.utcnow())
            if isinstance(err, ActionNeededError):
                async_report_failure(self.hass, self.config_entry, err)
            raise self.failed(err) from err
        except Exception:
            # A fault of ours must not be repeated faster than one of the provider.
            failure = UnexpectedError("see the log")
            self.asked = Asked(self.question, self.asked.attempts.failed(now), failure)
            raise
        await self.refusals.async_forget(self.part)
        self.asked = Asked(self.question)
        self._is_answered = True
        self._forget_subscription()
        await self._async_keep(data, now)
        return data

    async def _async_before_asking(self, now: datetime) -> DataT | None:
        """Return what is known from before, or None when it is time to ask.

        Raises:
            UpdateFailed, ConfigEntryAuthFailed: Nothing is known, and another object
                for the same entry has failed so lately that it is too early to ask.
        """
        await self.async_recall_refusal()
        failure, due = self.asked.failure, self.asked.attempts.due_without_price()
        is_early = failure is not None and due is not None and now < due
        stored = await self._async_recall(now)
        if stored is not None:
            if isinstance(failure, CredentialsError):
                self.config_entry.async_start_reauth(self.hass)
            wait = due - now if is_early and due else timedelta()
            # It is asked for once Home Assistant has started.
            self.update_interval = max(wait, SOON)
            return stored
        if is_early and failure and due:
            self.update_interval = max(due - now, SOON)
            raise self.failed(failure)
        return None

    async def _async_recall(self, now: datetime) -> DataT | None:  # noqa: ARG002
        """Return what is still of use of an earlier run; most feeds keep nothing."""
        return None

    async def _async_keep(self, data: DataT, now: datetime) -> None:
        """Keep an answer for the next run; most feeds need not."""

    @callback
    def _forget_subscription(self) -> None:
        """Take back that a subscription is missing, which only a feed finds out."""
        kind = Issue.NO_SUBSCRIPTION
        async_set_issue(self.hass, self.config_entry, kind, is_active=False)

    @callback
    def _tick(self, _: datetime) -> None:
        """Show what holds from now on; ask again where a key was refused a day ago."""
        self.async_update_listeners()
        asked = self.asked
        due = asked.attempts.not_before
        # Home Assistant itself asks nothing more once a key was refused.
        if isinstance(asked.failure, CredentialsError) and due:
            if due <= dt_util.utcnow():
                self.config_entry.async_create_background_task(
                    self.hass, self.async_refresh(), f"{DOMAIN} {self.name}", False
                )
