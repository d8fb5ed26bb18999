"""What a bug report needs, without a secret."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .coordinator import SpotPlannerConfigEntry

# The address may be a private one, and the keys of the other providers are listed
# before they exist so that none is ever forgotten.
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
    coordinator = entry.runtime_data
    view = coordinator.data
    known = coordinator.known
    asked = coordinator.asked
    now = dt_util.utcnow()
    horizon = coordinator.provider.publication.horizon(now, coordinator.delay)
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "now": now.isoformat(),
        "time_zone": str(dt_util.get_default_time_zone()),
        "provider": {
            "name": coordinator.provider.name,
            "fetched_at": view.fetched_at and view.fetched_at.isoformat(),
            "next_request": coordinator.next_request(now).isoformat(),
            "failed_attempts": asked.attempts.count,
            "failure": asked.failure and asked.failure.reason,
            "failure_detail": asked.failure and str(asked.failure),
        },
        "prices": {
            "currency": view.currency,
            "intervals": len(known) if known else 0,
            "start": known and known.start and known.start.isoformat(),
            "end": known and known.end and known.end.isoformat(),
            "components": view.component_names,
            "gaps": [
                [gap.start.isoformat(), gap.end.isoformat()]
                for gap in (known.gaps(horizon.start, horizon.end) if known else ())
            ],
            "current": view.current and view.current.price,
            "level": view.level,
            "rank": view.rank,
        },
        "window": view.window
        and [view.window.start.isoformat(), view.window.end.isoformat()],
        "tariff": [
            row and {"valid_from": row.valid_from.isoformat(), "source": row.source}
            for row in coordinator.tariff.rows_at(now)
        ],
    }
