"""Issues under Repairs: what the user is told, and what there is to do."""

from datetime import date, timedelta
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_API_KEY_ADDED, DOMAIN
from .engine.providers.errors import (
    ActionNeededError,
    ProviderError,
    WrongCurrencyError,
)
from .engine.runs.duty import Duties
from .engine.runs.run import Run, RunProblem, RunStatus
from .prices.provider import ending_key

# A month is time enough to make another key.
KEY_NOTICE = timedelta(days=30)


class Issue(StrEnum):
    """The issues of an entry; each is a translation key."""

    ACCOUNT_DISABLED = "account_disabled"
    FALLBACK_ACTIVE = "fallback_active"
    INVALID_SETTING = "invalid_setting"
    KEY_ENDS = "key_ends"
    NO_SUBSCRIPTION = "no_subscription"
    NOT_SAVED = "not_saved"
    NO_TARIFF_CONNECTED = "no_tariff_connected"
    PENDING_CONNECT = "pending_connect"
    PROOF_USELESS = "proof_useless"
    RUN_ENTITY_MISSING = "run_entity_missing"
    RUN_ENTITY_UNAVAILABLE = "run_entity_unavailable"
    RUN_NOT_STARTED = "run_not_started"
    RUN_NOT_STOPPED = "run_not_stopped"
    TABLES_OUTDATED = "tables_outdated"
    WRONG_CURRENCY = "wrong_currency"


# What only an answer of the provider can end.
FAILURES = (
    Issue.ACCOUNT_DISABLED,
    Issue.NO_TARIFF_CONNECTED,
    Issue.PENDING_CONNECT,
    Issue.WRONG_CURRENCY,
)

# What only the next run of the same appliance can end.
RUN_ISSUES = {
    RunProblem.ENTITY_MISSING: Issue.RUN_ENTITY_MISSING,
    RunProblem.ENTITY_UNAVAILABLE: Issue.RUN_ENTITY_UNAVAILABLE,
    RunProblem.NOT_STARTED: Issue.RUN_NOT_STARTED,
}

# What is about one appliance, and goes with it.
APPLIANCE_ISSUES = (*RUN_ISSUES.values(), Issue.PROOF_USELESS)

# What a form under Repairs can mend at once.
FIXABLE = (Issue.KEY_ENDS, Issue.RUN_NOT_STOPPED, Issue.WRONG_CURRENCY)

# What leaves the home without prices, or an appliance without its run.
ERRORS = (*FAILURES, *RUN_ISSUES.values(), Issue.INVALID_SETTING)


def issue_id(kind: Issue, entry: ConfigEntry, part: str | None = None) -> str:
    """Return the id of an issue of an entry, or of a part of it."""
    parts = [kind, part, entry.entry_id] if part else [kind, entry.entry_id]
    return "_".join(parts)


@callback
def async_set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry,
    kind: Issue,
    *,
    is_active: bool = True,
    part: str | None = None,
    **placeholders: str,
) -> None:
    """Raise an issue of an entry, or of a part of it, or take it back."""
    if not is_active:
        ir.async_delete_issue(hass, DOMAIN, issue_id(kind, entry, part))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(kind, entry, part),
        data={"entry_id": entry.entry_id, "kind": kind.value, **placeholders},
        is_fixable=kind in FIXABLE,
        severity=ir.IssueSeverity.ERROR if kind in ERRORS else ir.IssueSeverity.WARNING,
        translation_key=kind.value,
        translation_placeholders={"entry": entry.title, **placeholders},
    )


@callback
def async_report_failure(
    hass: HomeAssistant, entry: ConfigEntry, failure: ProviderError | None
) -> None:
    """Raise the issue of a failure that only the user can end, and end the others."""
    needs_user = isinstance(failure, ActionNeededError | WrongCurrencyError)
    reason = failure.reason if failure and needs_user else None
    if reason == Issue.NO_SUBSCRIPTION:
        async_set_issue(hass, entry, Issue.NO_SUBSCRIPTION)
        return
    for kind in FAILURES:
        async_set_issue(hass, entry, kind, is_active=kind == reason)


@callback
def async_check_key(hass: HomeAssistant, entry: ConfigEntry, today: date) -> None:
    """Raise an issue a month before a key ends whose life is known."""
    added = entry.data.get(CONF_API_KEY_ADDED)
    field, life = ending_key(entry.data) or ("", timedelta())
    if not added or not entry.data.get(field):
        async_set_issue(hass, entry, Issue.KEY_ENDS, is_active=False)
        return
    end = date.fromisoformat(added) + life
    async_set_issue(
        hass,
        entry,
        Issue.KEY_ENDS,
        is_active=today >= end - KEY_NOTICE,
        end=end.isoformat(),
    )


@callback
def async_report_run(
    hass: HomeAssistant, entry: ConfigEntry, run: Run, name: str
) -> None:
    """Raise an issue when a run has failed, and end it when the next one runs.

    What was told to stop and did not is the business of its duty.
    """
    part = run.appliance
    if run.status in (RunStatus.RUNNING, RunStatus.DONE):
        _forget_runs(hass, entry, part)
    if run.told is False:
        return
    if run.problem in RUN_ISSUES:
        async_set_issue(hass, entry, RUN_ISSUES[run.problem], part=part, appliance=name)


@callback
def async_forget_appliances(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back the issues of appliances that are removed."""
    for domain, name in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and name.endswith(f"_{entry.entry_id}"):
            kind, _, part = name.removesuffix(f"_{entry.entry_id}").rpartition("_")
            if kind in APPLIANCE_ISSUES and part not in entry.subentries:
                ir.async_delete_issue(hass, DOMAIN, name)


@callback
def _forget_runs(hass: HomeAssistant, entry: ConfigEntry, appliance: str) -> None:
    for kind in RUN_ISSUES.values():
        async_set_issue(hass, entry, kind, is_active=False, part=appliance)


@callback
def async_forget_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back all issues of an entry that is removed."""
    for kind in Issue:
        async_set_issue(hass, entry, kind, is_active=False)
    for appliance in entry.subentries:
        for kind in APPLIANCE_ISSUES:
            async_set_issue(hass, entry, kind, is_active=False, part=appliance)


@callback
def async_report_duties(hass: HomeAssistant, duties: Duties) -> None:
    """Raise an issue for each entity that cannot be turned off, until it is off.

    It outlives a restart, and the entry and the appliance that it is about.
    """
    troubled = {
        f"{Issue.RUN_NOT_STOPPED}_{duty.entity}": duty
        for duty in duties.held
        if duty.is_in_trouble
    }
    held = {f"{Issue.RUN_NOT_STOPPED}_{duty.entity}" for duty in duties.held}
    for domain, name in tuple(ir.async_get(hass).issues):
        is_ours = domain == DOMAIN and name.startswith(f"{Issue.RUN_NOT_STOPPED}_")
        if is_ours and name not in held:
            ir.async_delete_issue(hass, DOMAIN, name)
    for name, duty in troubled.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            name,
            data={
                "kind": Issue.RUN_NOT_STOPPED.value,
                "entity": duty.entity,
                "appliance": duty.name,
            },
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key=Issue.RUN_NOT_STOPPED,
            translation_placeholders={"appliance": duty.name, "entity": duty.entity},
        )


@callback
def async_report_unsaved(hass: HomeAssistant, error: str | None) -> None:
    """Raise an issue while runs or duties cannot be written to the disk."""
    if error is None:
        ir.async_delete_issue(hass, DOMAIN, Issue.NOT_SAVED)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        Issue.NOT_SAVED,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=Issue.NOT_SAVED,
        translation_placeholders={"error": error},
    )
