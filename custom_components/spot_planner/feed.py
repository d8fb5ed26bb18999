"""What a provider tells beside prices, asked for only while somebody looks at it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine.providers.errors import ActionNeededError, ProviderError
from .issues import Issue, async_report_failure, async_set_issue
from .polling import Company, Polling


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
    ) -> None:
        """Prepare; nothing is asked yet."""
        super().__init__(hass, entry, f"{entry.title} {name}", company)
        self.update_interval = pace
        self._pace = pace
        self._ask = ask
        self._is_answered = False
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
        """Stop to tick with the last listener, as Home Assistant stops to ask."""
        super()._unschedule_refresh()
        if not self._listeners and self._cancel_tick:
            self._cancel_tick()
            self._cancel_tick = None
            self._forget_subscription()

    @override
    async def _async_update_data(self) -> DataT:
        """Ask for everything that an enabled entity shows."""
        wanted = frozenset(self.async_contexts())
        self.update_interval = self._pace
        try:
            data = await self._ask(dt_util.utcnow(), wanted)
        except ProviderError as err:
            if err.retry_after:
                self.update_interval = max(self._pace, err.retry_after)
            if isinstance(err, ActionNeededError):
                async_report_failure(self.hass, self.config_entry, err)
            raise self.failed(err) from err
        self._is_answered = True
        self._forget_subscription()
        return data

    @callback
    def _forget_subscription(self) -> None:
        """Take back that a subscription is missing, which only a feed finds out."""
        kind = Issue.NO_SUBSCRIPTION
        async_set_issue(self.hass, self.config_entry, kind, is_active=False)

    @callback
    def _tick(self, _: datetime) -> None:
        """Show what holds from now on; nothing is asked."""
        self.async_update_listeners()
