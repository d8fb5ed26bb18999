"""Diagnostics: what a bug report needs, without a secret."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .appliances.planner import Planner
from .appliances.settings import ApplianceSettings
from .appliances.view import ApplianceView
from .const import CONF_BASE_URL
from .coordinator import SpotPlannerCoordinator
from .engine.planning.model import PlannedRun, Segment
from .engine.prices import Prices
from .engine.providers.vendors import VENDORS
from .engine.runs.run import Run
from .engine.series import PriceSeries
from .engine.volumes import Volumes
from .prices.feed import Feed
from .runtime import SpotPlannerConfigEntry


def to_redact() -> set[str]:
    """Return what nobody else should see of what an entry keeps.

    The address may be a private one, and where somebody lives is nobody's business.
    """
    return {CONF_BASE_URL}.union(*(it.private_fields for it in VENDORS.values()))


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
) -> dict[str, Any]:
    """Return what is known of an entry: its options, prices and questions."""
    common = {
        "entry": async_redact_data(entry.as_dict(), to_redact()),
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
    charges = await runtime.async_charges(dt_util.utcnow())
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
        **(_planner(runtime.planner) if runtime.planner else {}),
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
            "name": coordinator.company.name,
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


def _planner(planner: Planner) -> dict[str, Any]:
    """Return how the appliances were understood, and what becomes of their runs."""
    return {
        "appliances": {
            key: {**_settings(settings), **_ledger(planner.view(key))}
            for key, settings in planner.appliances.items()
        },
        "runs": [_run(run) for run in planner.runs],
    }


def _settings(settings: ApplianceSettings) -> dict[str, Any]:
    """Return an appliance without its name, which the subentry tells."""
    appliance, control = settings.appliance, settings.control
    return {
        "phases": [
            [str(phase.duration), phase.power] for phase in appliance.profile.phases
        ],
        "split": appliance.split
        and {
            "shortest_segment": str(appliance.split.shortest_segment),
            "longest_pause": _text(appliance.split.longest_pause),
            "most_segments": appliance.split.most_segments,
        },
        "daily": appliance.daily,
        "weekdays": sorted(appliance.weekdays),
        "earliest_start": appliance.earliest_start.isoformat(),
        "ready_by": appliance.ready_by.isoformat(),
        "forbidden_minutes": appliance.forbidden and appliance.forbidden.minutes,
        "price_limit": appliance.price_limit,
        "least_saving": appliance.least_saving,
        "after": appliance.after,
        "after_within": _text(appliance.after_within),
        "never_with": sorted(appliance.never_with),
        "entity": control.entity,
        "proof": control.proof,
        "proof_watts": control.proof_watts,
        "confirm_within": str(control.confirm_within),
        "stop_at_end": control.stop_at_end,
        "automatic": control.automatic,
        "paused": control.paused,
    }


def _ledger(view: ApplianceView) -> dict[str, Any]:
    """Return what the runs of an appliance have cost and saved."""
    return {
        "saved_total": view.saved_total,
        "last": view.last
        and {
            "key": view.last.key,
            "start": view.last.start.isoformat(),
            "end": view.last.end.isoformat(),
            "energy": view.last.energy,
            "cost": view.last.cost,
            "saving": view.last.saving,
            "estimated": view.last.estimated,
        },
    }


def _run(run: Run) -> dict[str, Any]:
    """Return a run in a form that people can read."""
    return {
        "appliance": run.appliance,
        "key": run.key,
        "status": run.status,
        "rule": run.rule,
        "problem": run.problem,
        "earliest": run.earliest.isoformat(),
        "latest_end": run.latest_end.isoformat(),
        "duration": _text(run.duration),
        "segments": _segments(run.segments),
        "plan": run.plan and _plan(run.plan),
        "by_hand": run.by_hand,
        "hand": run.hand,
        "told": run.told,
        "told_at": run.told_at and run.told_at.isoformat(),
        "attempts": run.attempts,
        "on_since": run.on_since and run.on_since.isoformat(),
        "stretches": _segments(run.stretches),
        "is_settled": run.is_settled,
    }


def _plan(plan: PlannedRun) -> dict[str, Any]:
    """Return what a run was planned to cost, and what the next best time would."""
    return {
        "energy": plan.energy,
        "cost": plan.cost,
        "cost_if_now": plan.cost_if_now,
        "saving": plan.saving,
        "runner_up": plan.runner_up
        and {
            "segments": _segments(plan.runner_up.segments),
            "cost": plan.runner_up.cost,
        },
        "estimated": plan.estimated,
        "sources": plan.sources,
    }


def _segments(segments: Iterable[Segment]) -> list[list[str]]:
    return [[part.start.isoformat(), part.end.isoformat()] for part in segments]


def _text(duration: timedelta | None) -> str | None:
    """Return a duration as hours, minutes and seconds."""
    return None if duration is None else str(duration)
