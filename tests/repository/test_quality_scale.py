"""Check that the quality scale is answered rule by rule."""

from typing import Any

import pytest

from .files import INTEGRATION, load_yaml
from .flows import flow

RULES = {
    "bronze": """
        action-setup appropriate-polling brands common-modules config-flow
        config-flow-test-coverage dependency-transparency docs-actions docs-conditions
        docs-high-level-description docs-installation-instructions
        docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
        has-entity-name runtime-data test-before-configure test-before-setup
        unique-config-entry
    """,
    "silver": """
        action-exceptions config-entry-unloading docs-configuration-parameters
        docs-installation-parameters entity-unavailable integration-owner
        log-when-unavailable parallel-updates reauthentication-flow test-coverage
    """,
    "gold": """
        devices diagnostics discovery discovery-update-info docs-data-update
        docs-examples docs-known-limitations docs-supported-devices
        docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices
        entity-category entity-device-class entity-disabled-by-default
        entity-translations exception-translations icon-translations
        reconfiguration-flow repair-issues stale-devices
    """,
    "platinum": "async-dependency inject-websession strict-typing",
}


@pytest.fixture
def answers() -> dict[str, Any]:
    """Return our answer to each rule."""
    document = load_yaml(INTEGRATION / "quality_scale.yaml")
    assert document.keys() == {"rules"}
    rules: dict[str, Any] = document["rules"]
    return rules


def test_every_rule_is_answered(answers: dict[str, Any]) -> None:
    """The rules stand in the order of the tiers, none missing and none made up."""
    rules = [rule for tier in RULES.values() for rule in tier.split()]
    assert len(rules) == 54
    assert list(answers) == rules


def test_answers(answers: dict[str, Any]) -> None:
    """A rule is done or to do; one that does not apply says why."""
    for rule, answer in answers.items():
        if isinstance(answer, str):
            assert answer in {"done", "todo"}, rule
            continue
        assert answer.keys() == {"status", "comment"}, rule
        assert answer["status"] in {"done", "todo", "exempt"}, rule
        assert answer["comment"].strip().endswith("."), rule


def test_claims(answers: dict[str, Any]) -> None:
    """What is done can be found in the code, and what is not done cannot."""
    steps = flow("ConfigFlow").steps
    found = {
        "action-setup": (INTEGRATION / "services.yaml").is_file(),
        "diagnostics": (INTEGRATION / "diagnostics.py").is_file(),
        "docs-conditions": (INTEGRATION / "conditions.yaml").is_file(),
        "docs-triggers": (INTEGRATION / "triggers.yaml").is_file(),
        "dynamic-devices": bool(flow("ConfigSubentryFlow").steps),
        "reauthentication-flow": {"reauth", "reauth_confirm"} <= steps,
        "reconfiguration-flow": "reconfigure" in steps,
        "repair-issues": (INTEGRATION / "issues.py").is_file(),
    }
    done = {
        rule: answer == "done" or answer["status"] == "done"
        for rule, answer in answers.items()
    }
    assert {rule: done[rule] for rule in found} == found
