"""Other entries that stand in when the provider of an entry fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_PROVIDER, LOGGER
from ..engine.providers.errors import NotPublishedError, ProviderError
from ..engine.series import PriceSeries
from ..engine.tariffs.pricing import Pricing
from ..engine.time_range import TimeRange
from ..issues import Issue, async_set_issue
from .provider import needs_tariff

# Prices that are late are no failure, until this little is left of the known ones.
RUNNING_SHORT = timedelta(hours=6)


class Fallback:
    """Fill the gaps of an entry with estimates from the spot prices of others."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        entry_ids: tuple[str, ...],
        pricing: Pricing,
    ) -> None:
        """Name the entries, the first that can help first."""
        self._hass = hass
        self._entry = entry
        self._entry_ids = entry_ids
        self._pricing = pricing
        self.source: str | None = None
        """The title of the entry that stands in now."""

    @callback
    def fill(
        self,
        own: PriceSeries | None,
        wanted: TimeRange,
        failure: ProviderError | None,
        now: datetime,
    ) -> PriceSeries | None:
        """Return the own prices, with estimates where `wanted` has gaps from now on.

        A provider that fails is helped at once, so that tomorrow can be planned; one
        that is only late when its prices run short.
        """
        future = TimeRange(now, wanted.end)
        gaps = _gaps(own, future)
        fails = failure is not None and not isinstance(failure, NotPublishedError)
        source = None
        if gaps and (fails or gaps[0].start - now < RUNNING_SHORT):
            for entry, spot in self._stand_ins():
                estimate = self._pricing.estimate(spot, entry.data[CONF_PROVIDER])
                if estimate is None or (own and own.currency != estimate.currency):
                    continue
                if any(estimate.slice(gap.start, gap.end).intervals for gap in gaps):
                    estimate = estimate.slice(wanted.start, wanted.end)
                    own = estimate.merge(own) if own else estimate
                    gaps = _gaps(own, future)
                    source = source or entry.title
        self._tell(source)
        return own

    def _stand_ins(self) -> Iterator[tuple[ConfigEntry, PriceSeries]]:
        """Go through the entries that know spot prices of the same market."""
        for entry_id in self._entry_ids:
            entry = self._hass.config_entries.async_get_entry(entry_id)
            if (
                entry is not None
                and entry is not self._entry
                and entry.state is ConfigEntryState.LOADED
                and needs_tariff(entry.data)
                and (coordinator := entry.runtime_data.prices)
                and coordinator.known
            ):
                # Only what its own provider has told: two entries that stand in for
                # each other must not pass the same estimate to and fro.
                yield entry, coordinator.known.series.confirmed().of_component("spot")

    @callback
    def _tell(self, source: str | None) -> None:
        """Give notice when somebody begins to stand in, and when it ends."""
        if source == self.source:
            return
        if source and not self.source:
            LOGGER.warning(
                "%s: prices run short; until they are back they are estimated from %s",
                self._entry.title,
                source,
            )
        elif not source:
            LOGGER.warning("%s: its own prices are back", self._entry.title)
        self.source = source
        async_set_issue(
            self._hass,
            self._entry,
            Issue.FALLBACK_ACTIVE,
            is_active=source is not None,
            source=source or "",
        )


def _gaps(series: PriceSeries | None, wanted: TimeRange) -> tuple[TimeRange, ...]:
    return series.gaps(wanted.start, wanted.end) if series else (wanted,)
