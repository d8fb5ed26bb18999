"""What a bug report needs, without a secret."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .coordinator import SpotPlannerCoordinator
from .engine.prices import Prices
from .engine.series import PriceSeries
from .engine.volumes import Volumes
from .feed import Feed
from .runtime import SpotPlannerConfigEntry

# The address may be a private one, and where somebody lives is nobody's business.
TO_REDACT = {
    "account_id",
    "address",
    "address_id",
    "api_key",
    "api_secret",
    "base_url",
    "latitude",
    "location_id",
    "longitude",
    "token",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
) -> dict[str, Any]:
    """Return what is known of an entry: its options, prices and questions."""
    common = {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "state": entry.state.value,
        "now": dt_util.utcnow().isoformat(),
        "time_zone": str(dt_util.get_default_time_zone()),
    }
    if entry.state is not ConfigEntryState.LOADED:
        # The sentence that the user is shown may quote an address or a place.
        placeholders = entry.error_reason_translation_placeholders or {}
        return {
            **common,
            "reason": entry.error_reason_translation_key,
            "field": placeholders.get("field"),
            "detail": placeholders.get("detail"),
        }
    runtime = entry.runtime_data
    feeds = {
        "balancing": runtime.balancing,
        "request_count": runtime.request_count,
        "volumes": runtime.volumes,
    }
    charges = await runtime.async_charge_history(dt_util.utcnow())
    return {
        **common,
        # Whose charges they are would tell where somebody lives.
        "charges": [
            {
                "name": charge.name,
                "valid_from": charge.valid_from.isoformat(),
                "amount": charge.amount,
                "is_subscription": charge.is_subscription,
            }
            for charge in charges
        ],
        **(_prices(runtime.prices) if runtime.prices else {}),
        **{name: _feed(feed) for name, feed in feeds.items() if feed},
    }


def _prices(coordinator: SpotPlannerCoordinator) -> dict[str, Any]:
    """Return what is known of prices, and how it came about."""
    view = coordinator.data
    asked = coordinator.asked
    now = dt_util.utcnow()
    tariff = coordinator.pricing.tariff
    known = coordinator.known
    return {
        "provider": {
            "name": coordinator.provider.name,
            "kind": coordinator.pricing.kind,
            "fetched_at": view.fetched_at and view.fetched_at.isoformat(),
            "next_update": known
            and known.next_update
            and known.next_update.isoformat(),
            "next_request": coordinator.next_request(now).isoformat(),
            "failed_attempts": asked.attempts.count,
            "failure": asked.failure and asked.failure.reason,
            "failure_detail": asked.failure and str(asked.failure),
        },
        "prices": {
            "currency": view.currency,
            "source": view.source,
            "components": view.component_names,
            "current": view.current and view.current.price,
            "estimated": view.current and view.current.estimated,
            "level": view.level,
            "rank": view.rank,
            **_known(known, coordinator),
        },
        "fallback": {
            "entries": len(coordinator.settings.fallback),
            "source": coordinator.fallback.source,
        },
        "window": view.window
        and [view.window.start.isoformat(), view.window.end.isoformat()],
        "tariff": tariff
        and {
            "rows": [
                row and {"valid_from": row.valid_from.isoformat(), "source": row.source}
                for row in tariff.rows_at(now)
            ],
            "outdated": [row.source for row in coordinator.pricing.outdated(now)],
        },
    }


def _known(known: Prices | None, coordinator: SpotPlannerCoordinator) -> dict[str, Any]:
    """Return how far the provider's own prices reach, and where they have gaps."""
    if known is None:
        return {"intervals": 0}
    publication = coordinator.provider.publication
    horizon = publication.horizon(dt_util.utcnow(), coordinator.delay)
    series = known.series
    return {
        **_extent(series),
        "gaps": [
            [gap.start.isoformat(), gap.end.isoformat()]
            for gap in series.gaps(horizon.start, horizon.end)
        ],
        "export": None if known.export is None else _extent(known.export),
        "local": None if known.local is None else _extent(known.local),
    }


def _extent(series: PriceSeries) -> dict[str, Any]:
    """Return how many prices there are, from when to when."""
    return {
        "intervals": len(series),
        "start": series.start and series.start.isoformat(),
        "end": series.end and series.end.isoformat(),
    }


def _feed(feed: Feed[Any]) -> dict[str, Any]:
    """Return how a question beside prices went."""
    failure = None if feed.last_update_success else feed.last_exception
    answer: dict[str, Any] = {
        "known": feed.is_known,
        "failure": failure
        and (getattr(failure, "translation_key", None) or type(failure).__name__),
        "entities": sorted(feed.async_contexts()),
    }
    if isinstance(feed.data, Volumes):
        answer |= {
            "slots": len(feed.data.slots),
            "contracts": feed.data.contracts,
            "transactions": feed.data.transactions,
            "nominations": feed.data.nominations,
            "customers": feed.data.customers,
            "skipped": feed.data.skipped,
        }
    return answer
