"""Check that code and translations name the same texts, in both directions."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import voluptuous as vol

from custom_components.spot_planner.engine.planning.model import Infeasible, Rule
from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.engine.runs.run import RunProblem
from custom_components.spot_planner.engine.series import Level
from custom_components.spot_planner.engine.volumes import VolumeOrigin
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import SelectSelector

from .actions import action_choices
from .entities import MAKERS, EntityTexts, entity_texts
from .files import INTEGRATION, english
from .flows import all_forms
from .source import (
    appliance_reasons,
    argument,
    calls,
    keys,
    last_name,
    nodes,
    planning_reasons,
    provider_reasons,
    text,
    trees,
)
from .test_translations import placeholders

# What is said of any failure of a provider.
PROVIDER_PLACEHOLDERS = {"provider", "detail"}

# The attributes that hold one of a few words.
WORDS: dict[str, Iterable[str]] = {
    "level": Level,
    "origin": VolumeOrigin,
    "previous": Level,
    "problem": RunProblem,
    "rule": Rule,
    "source": VENDORS,
}


@pytest.fixture
def texts() -> dict[str, Any]:
    """Return the English texts."""
    return english()


def test_parts(texts: dict[str, Any]) -> None:
    """Every part of the translations is compared with the code."""
    compared = "conditions config config_subentries entity exceptions issues options"
    compared += " selector services system_health triggers"
    assert sorted(texts) == compared.split()
    assert sorted(texts["config"]) == ["abort", "error", "step"]
    assert sorted(texts["options"]) == ["error", "step"]


def selectors(schema: vol.Schema) -> Iterator[SelectSelector]:
    """Go through the choices that a form and its sections offer."""
    for value in schema.schema.values():
        if isinstance(value, section):
            yield from selectors(value.schema)
        elif isinstance(value, SelectSelector):
            yield value


def test_selectors(texts: dict[str, Any]) -> None:
    """Each choice that is not a code or a name has its words."""
    offered: dict[str, set[str]] = {}
    for item in (item for schema in all_forms() for item in selectors(schema)):
        options = [it for it in item.config["options"] if isinstance(it, str)]
        if key := item.config.get("translation_key"):
            offered.setdefault(key, set()).update(options)
        else:
            assert all(option.isupper() for option in options)
    for name, options in action_choices():
        offered.setdefault(name, set()).update(options)
    known = {key: set(part["options"]) for key, part in texts["selector"].items()}
    assert known == offered
    assert offered["provider"] == set(VENDORS)
    assert all(part.keys() == {"options"} for part in texts["selector"].values())


def test_every_maker_of_sensors_is_known() -> None:
    """No sensor comes from a function that the checks below do not call."""
    tree = trees()[INTEGRATION / "sensor" / "__init__.py"]
    imported = {
        name.name for node in nodes(ast.ImportFrom, [tree]) for name in node.names
    }
    makers = {name for name in imported if name.endswith("_sensors")}
    assert makers == {maker.__name__ for maker in MAKERS}


@pytest.mark.parametrize("item", entity_texts(), ids=str)
def test_entity(texts: dict[str, Any], item: EntityTexts) -> None:
    """Each entity has a name, words for its states, and fills the gaps of both."""
    known = texts["entity"][item.platform][item.key]
    assert known.keys() <= {"name", "state", "state_attributes"}
    assert set(known.get("state", ())) == set(item.states)
    assert placeholders(known["name"]) == item.placeholders


@pytest.mark.parametrize("item", entity_texts(), ids=str)
def test_attributes(texts: dict[str, Any], item: EntityTexts) -> None:
    """Each attribute of an entity has a name, and words where it holds some."""
    known = texts["entity"][item.platform][item.key].get("state_attributes", {})
    assert known.keys() == item.attributes
    for name, part in known.items():
        words = {str(word) for word in WORDS.get(name, ())}
        if name == "event_type":
            words = set(item.event_types)
        assert set(part.get("state", ())) == words, name
        assert part["name"]


def test_every_entity_text_is_shown(texts: dict[str, Any]) -> None:
    """No entity that is gone still has a name."""
    known = {
        (platform, key) for platform, part in texts["entity"].items() for key in part
    }
    assert known == {(item.platform, item.key) for item in entity_texts()}


def test_entities_are_told_apart(texts: dict[str, Any]) -> None:
    """No two entities of a platform have the same name."""
    for part in texts["entity"].values():
        names = [entity["name"] for entity in part.values()]
        assert len(names) == len(set(names))


def literal_exceptions() -> dict[str, set[str] | None]:
    """Return the exceptions that name their text, with what they fill into it."""
    found: dict[str, set[str] | None] = {}
    for call in nodes(ast.Call):
        key = text(argument(call, "translation_key"))
        if key and argument(call, "translation_domain"):
            filled = argument(call, "translation_placeholders")
            found[key] = keys(filled) if filled else set()
    for call in calls("refusal"):
        if key := text(argument(call, "key", position=0)):
            found[key] = {str(keyword.arg) for keyword in call.keywords}
    return found


def test_exceptions(texts: dict[str, Any]) -> None:
    """Each exception has its sentence, and fills all of its gaps."""
    given: dict[str, set[str] | None] = {
        **dict.fromkeys(provider_reasons(), PROVIDER_PLACEHOLDERS),
        **{reason: set() for reason in planning_reasons()},
        **{reason.value: set() for reason in Infeasible},
        **literal_exceptions(),
    }
    # An entity or an action may also give what an appliance is made of.
    told = texts["exceptions"].keys() & appliance_reasons()
    given = {**{reason: set() for reason in told}, **given}
    known = {
        key: placeholders(part["message"]) for key, part in texts["exceptions"].items()
    }
    assert known == given
    assert all(part.keys() == {"message"} for part in texts["exceptions"].values())


def test_provider_errors_are_told_the_same_way() -> None:
    """What is filled in for a failure is what the sentences leave open."""
    filled = [
        keys(argument(call, "translation_placeholders"))
        for call in nodes(ast.Call)
        if (key := argument(call, "translation_key")) and last_name(key) == "reason"
    ]
    assert filled
    assert all(names == PROVIDER_PLACEHOLDERS for names in filled)
    # Whoever raises these otherwise would escape the check above.
    for name in ("UpdateFailed", "ConfigEntryAuthFailed"):
        assert not list(calls(name)), name


def test_system_health(texts: dict[str, Any]) -> None:
    """Each line of the system information has its words."""
    tree = trees()[INTEGRATION / "system_health.py"]
    (function,) = (
        node
        for node in nodes(ast.AsyncFunctionDef, [tree])
        if node.name == "async_info"
    )
    told: set[str] = set()
    for start in nodes(ast.AnnAssign, [function]):
        told |= keys(start.value) or set()
    for line in nodes(ast.Subscript, [function]):
        if last_name(line.value) == "info":
            assert ast.unparse(line.slice) == "f'can_reach_{key}'"
            told |= {f"can_reach_{key}" for key in VENDORS}
    assert "entries" in told
    assert "can_reach_sobry" in told
    assert texts["system_health"] == {"info": texts["system_health"]["info"]}
    assert texts["system_health"]["info"].keys() == told
