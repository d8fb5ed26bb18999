"""Check that code and translations name the same texts, in both directions."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
import voluptuous as vol

from custom_components.spot_planner import forms
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import SelectSelector

from .entities import EntityTexts, entity_texts
from .files import english
from .source import (
    argument,
    calls,
    form_reasons,
    keys,
    nodes,
    planning_reasons,
    provider_reasons,
    subclasses,
    text,
)
from .test_translations import flat, placeholders

# What `UpdateFailed` says of any failure of a provider.
PROVIDER_PLACEHOLDERS = {"provider", "detail"}

FLOWS = [("config", "ConfigFlow"), ("options", "OptionsFlow")]


@pytest.fixture
def texts() -> dict[str, Any]:
    """Return the English texts."""
    return english()


def test_parts(texts: dict[str, Any]) -> None:
    """Every part of the translations is compared with the code below."""
    assert sorted(texts) == ["config", "entity", "exceptions", "options", "selector"]
    assert sorted(texts["config"]) == ["abort", "error", "step"]
    assert sorted(texts["options"]) == ["error", "step"]


def test_form_errors(texts: dict[str, Any]) -> None:
    """A form has a sentence for each reason to refuse what was entered."""
    reasons = form_reasons()
    assert "unknown_value" in reasons
    assert sorted(texts["options"]["error"]) == sorted(reasons)
    # Only the set-up asks the provider while the form is open.
    assert sorted(texts["config"]["error"]) == sorted(reasons | provider_reasons())


def test_form_errors_read_the_same(texts: dict[str, Any]) -> None:
    """A mistake has the same sentence wherever it is made."""
    assert texts["options"]["error"].items() <= texts["config"]["error"].items()


def test_aborts(texts: dict[str, Any]) -> None:
    """A flow that ends early says why."""
    reasons = {
        text(argument(call, "reason", position=0))
        for name in ("AbortFlow", "async_abort")
        for call in calls(name)
    }
    assert texts["config"]["abort"].keys() == reasons


def flow_class(base: str) -> ast.ClassDef:
    """Return the class of a flow."""
    (found,) = subclasses(base)
    return found


def steps(flow: ast.ClassDef) -> set[str]:
    """Return the steps that a flow has."""
    return {
        item.name.removeprefix("async_step_")
        for item in flow.body
        if isinstance(item, ast.AsyncFunctionDef)
        and item.name.startswith("async_step_")
    }


def form(name: str) -> vol.Schema | None:
    """Return the form of that name: a schema, or what a function makes."""
    found = getattr(forms, name, None)
    if name.endswith("_form") and callable(found):
        found = found()
    return found if isinstance(found, vol.Schema) else None


def shown_forms(flow: ast.ClassDef) -> Iterator[tuple[str, vol.Schema]]:
    """Go through the steps of a flow with the schemas that they show.

    A schema belongs to a step when a call is given both.
    """
    for call in nodes(ast.Call, [flow]):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        step_ids = steps(flow) & {text(value) for value in given}
        for name in nodes(ast.Name, given):
            if schema := form(name.id):
                yield from ((step_id, schema) for step_id in step_ids)


def menus(flow: ast.ClassDef) -> dict[str | None, set[str | None]]:
    """Return the menus of a flow with what they offer."""
    found: dict[str | None, set[str | None]] = {}
    for call in calls("async_show_menu", [flow]):
        options = argument(call, "menu_options")
        assert isinstance(options, ast.List)
        found[text(argument(call, "step_id"))] = {text(item) for item in options.elts}
    return found


def fields(schema: vol.Schema) -> dict[str, Any]:
    """Return the fields of a form and of its sections, as translations nest them."""
    found: dict[str, Any] = {}
    for key, value in schema.schema.items():
        if isinstance(value, section):
            found.setdefault("sections", {})[str(key)] = fields(value.schema)
        else:
            found.setdefault("data", set()).add(str(key))
    return found


def translated_fields(step: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the translations of a form know."""
    found: dict[str, Any] = {}
    if "data" in step:
        found["data"] = set(step["data"])
    if "sections" in step:
        found["sections"] = {
            name: translated_fields(part) for name, part in step["sections"].items()
        }
    return found


@pytest.mark.parametrize(("part", "base"), FLOWS)
def test_steps(texts: dict[str, Any], part: str, base: str) -> None:
    """Each step has its texts, and no step that is gone still has some."""
    assert sorted(texts[part]["step"]) == sorted(steps(flow_class(base)))


@pytest.mark.parametrize(("part", "base"), FLOWS)
def test_fields(texts: dict[str, Any], part: str, base: str) -> None:
    """Each form has a label for each of its fields, and for no other."""
    flow = flow_class(base)
    shown = dict(shown_forms(flow))
    assert shown.keys() | menus(flow).keys() == steps(flow)
    for step_id, schema in shown.items():
        assert translated_fields(texts[part]["step"][step_id]) == fields(schema)


@pytest.mark.parametrize(("part", "base"), FLOWS)
def test_menus(texts: dict[str, Any], part: str, base: str) -> None:
    """Each menu has a line for each of its choices, and each choice is a step."""
    flow = flow_class(base)
    for step_id, offered in menus(flow).items():
        assert offered <= steps(flow)
        assert texts[part]["step"][step_id]["menu_options"].keys() == offered


def selectors(schema: vol.Schema) -> Iterator[SelectSelector]:
    """Go through the choices that a form and its sections offer."""
    for value in schema.schema.values():
        if isinstance(value, section):
            yield from selectors(value.schema)
        elif isinstance(value, SelectSelector):
            yield value


def test_selectors(texts: dict[str, Any]) -> None:
    """Each choice that is not a code has its words."""
    offered = {
        item.config["translation_key"]: set(item.config["options"])
        for name in vars(forms)
        if (schema := form(name))
        for item in selectors(schema)
        if "translation_key" in item.config
    }
    known = {key: set(part["options"]) for key, part in texts["selector"].items()}
    assert known == offered
    assert all(part.keys() == {"options"} for part in texts["selector"].values())


@pytest.mark.parametrize("item", entity_texts(), ids=str)
def test_entity(texts: dict[str, Any], item: EntityTexts) -> None:
    """Each entity has a name, words for its states, and fills the gaps of both."""
    known = texts["entity"][item.platform][item.key]
    assert set(known.get("state", ())) == set(item.states)
    assert placeholders(known["name"]) == item.placeholders


def test_every_entity_text_is_shown(texts: dict[str, Any]) -> None:
    """No entity that is gone still has a name."""
    known = {
        (platform, key) for platform, part in texts["entity"].items() for key in part
    }
    assert known == {(item.platform, item.key) for item in entity_texts()}


def literal_exceptions() -> dict[str, set[str] | None]:
    """Return the exceptions that name their text, with what they fill into it."""
    found: dict[str, set[str] | None] = {}
    for call in nodes(ast.Call):
        key = text(argument(call, "translation_key"))
        if key and argument(call, "translation_domain"):
            filled = argument(call, "translation_placeholders")
            found[key] = keys(filled) if filled else set()
    return found


def test_exceptions(texts: dict[str, Any]) -> None:
    """Each exception has its sentence, and fills all of its gaps."""
    given: dict[str, set[str] | None] = {
        **dict.fromkeys(provider_reasons(), PROVIDER_PLACEHOLDERS),
        **{reason: set() for reason in planning_reasons()},
        **literal_exceptions(),
    }
    known = {
        key: placeholders(part["message"]) for key, part in texts["exceptions"].items()
    }
    assert known == given


def test_provider_errors_are_told_the_same_way() -> None:
    """What the coordinator fills in is what the sentences leave open."""
    filled = [
        keys(argument(call, "translation_placeholders"))
        for call in calls("UpdateFailed")
    ]
    assert filled
    assert all(names == PROVIDER_PLACEHOLDERS for names in filled)


def test_flow_placeholders(texts: dict[str, Any]) -> None:
    """A gap in a form's text is filled by the flow that shows it."""
    filled = {
        name
        for call in nodes(ast.Call)
        for name in keys(argument(call, "description_placeholders")) or ()
    }
    for part, _ in FLOWS:
        for path, sentence in flat(texts[part]):
            assert placeholders(sentence) <= filled, path
