"""Read from the source of a flow what it shows: its steps, forms, menus and ends."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from inspect import signature
from typing import Any

import voluptuous as vol

from custom_components.spot_planner.engine.providers.vendor import Vendor
from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.flows import appliance_forms, forms
from homeassistant.data_entry_flow import section

from .source import argument, calls, keys, last_name, nodes, subclasses, text

# What shows a form: Home Assistant's way, and the flows' own shorter ones.
SHOWING = ("async_show_form", "_async_page", "_form")
# The steps that Home Assistant begins with. Only these may show nothing themselves.
ENTRANCES = {"init", "reauth", "reconfigure"}


@dataclass(frozen=True)
class Form:
    """What a flow shows at one step."""

    schema: vol.Schema
    filled: frozenset[str]
    """The gaps in the step's texts that the flow fills."""
    has_errors: bool


@dataclass(frozen=True)
class Flow:
    """The class of a flow."""

    tree: ast.ClassDef
    vendors: tuple[str, ...] = field(default_factory=lambda: tuple(VENDORS))
    """The keys of the vendors that it may be about."""

    @property
    def steps(self) -> set[str]:
        """Return the steps that the flow answers; each vendor has one of its own."""
        is_for_vendors = any(item.name == "__getattr__" for item in self._methods)
        return {*(self.vendors if is_for_vendors else ())} | {
            item.name.removeprefix("async_step_")
            for item in self._methods
            if item.name.startswith("async_step_")
        }

    @property
    def forms(self) -> Mapping[str, Form]:
        """Return the form of each step; one for several providers has all fields."""
        found: dict[str, list[Form]] = {}
        for step_id, form in self._shown():
            found.setdefault(step_id, []).append(form)
        return {
            step_id: Form(
                reduce(lambda one, other: one.extend(other.schema), schemas),
                frozenset().union(*(it.filled for it in shown)),
                any(it.has_errors for it in shown),
            )
            for step_id, shown in found.items()
            if (schemas := [it.schema for it in shown])
        }

    @property
    def menus(self) -> Mapping[str, set[str]]:
        """Return what each menu may offer."""
        found: dict[str, set[str]] = {}
        for method in self._methods:
            for call in calls("async_show_menu", [method]):
                step_id = text(argument(call, "step_id"))
                assert step_id, "the step of a menu is not literal"
                options = argument(call, "menu_options")
                found.setdefault(step_id, set()).update(_listed(options, method))
        return found

    @property
    def aborts(self) -> set[str]:
        """Return the reasons for which the flow ends without a result."""
        return {
            reason
            for method in self._methods
            for name in ("AbortFlow", "async_abort")
            for call in calls(name, [method])
            for reason in _texts(argument(call, "reason", position=0), method)
        } | {
            # Home Assistant's own way to end, which only its newer versions translate.
            "reconfigure_successful"
            for _ in calls("async_update_and_abort", [self.tree])
        }

    @property
    def _methods(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        return [item for item in self.tree.body if isinstance(item, kinds)]

    def _shown(self) -> Iterator[tuple[str, Form]]:
        for method in self._methods:
            given = {argument.arg for argument in method.args.args}
            for name in SHOWING:
                for call in calls(name, [method]):
                    step = argument(call, "step_id", position=0)
                    # A shorter way is told the step by those who take it.
                    if not (isinstance(step, ast.Name) and step.id in given):
                        yield from self._forms(call, step, method)

    def _forms(
        self, call: ast.Call, step: ast.expr | None, method: ast.AST
    ) -> Iterator[tuple[str, Form]]:
        """Go through what one call may show."""
        expression = argument(call, "data_schema") or argument(call, "form", position=1)
        filled = frozenset(keys(argument(call, "description_placeholders")) or ())
        # The flows' own ways always pass the errors on.
        ours = last_name(call.func) in SHOWING[1:]
        has_errors = bool(argument(call, "errors")) or ours
        vendors = [VENDORS[key] for key in self.vendors]
        if step_id := text(step):
            for schema in _schemas(expression, method, vendors):
                yield step_id, Form(schema, filled, has_errors)
            return
        assert isinstance(step, ast.Attribute), "the step of a form is not literal"
        assert ast.unparse(step) == "vendor.key", "the step is not named after a vendor"
        for vendor in vendors:
            for schema in _schemas(expression, method, [vendor]):
                yield vendor.key, Form(schema, filled, has_errors)


def flow(base: str) -> Flow:
    """Return the one flow of a kind."""
    (found,) = subclasses(base)
    return Flow(found)


def made(name: str, vendors: Iterable[Vendor] | None = None) -> list[vol.Schema]:
    """Return the form of a name; of each vendor, where they have different ones."""
    item = _named()[name]
    if isinstance(item, vol.Schema):
        return [item]
    if "vendor" not in signature(item).parameters:
        return [item()]
    every = VENDORS.values() if vendors is None else vendors
    # Only who knows several ways to tell the place is asked for one.
    return [item(it) for it in every if it.lookups or name != "lookup_form"]


def all_forms() -> list[vol.Schema]:
    """Return every form that there is."""
    return [
        schema
        for name, item in _named().items()
        if isinstance(item, vol.Schema) or name.endswith("_form")
        for schema in made(name)
    ]


def _named() -> dict[str, Any]:
    return {**vars(forms), **vars(appliance_forms)}


def fields(schema: vol.Schema) -> dict[str, Any]:
    """Return the fields of a form and of its sections, as translations nest them."""
    found: dict[str, Any] = {}
    for key, value in schema.schema.items():
        if isinstance(value, section):
            found.setdefault("sections", {})[str(key)] = fields(value.schema)
        else:
            found.setdefault("data", set()).add(str(key))
    return found


def flat_fields(schema: vol.Schema) -> set[str]:
    """Return the fields of a form, whether they lie in a section or not."""
    found = set()
    for key, value in schema.schema.items():
        found |= flat_fields(value.schema) if isinstance(value, section) else {str(key)}
    return found


def _schemas(
    expression: ast.expr | None, method: ast.AST, vendors: list[Vendor]
) -> Iterator[vol.Schema]:
    """Go through the forms that an expression may mean."""
    if isinstance(expression, ast.Name):
        if values := list(_assigned(expression.id, method)):
            for value in values:
                yield from _schemas(value, method, vendors)
        else:
            yield from made(expression.id)
        return
    assert isinstance(expression, ast.Call), "a form is neither named nor made"
    match last_name(expression.func):
        case "add_suggested_values_to_schema":
            yield from _schemas(expression.args[0], method, vendors)
        case "Schema":
            assert keys(expression.args[0]) == set(), "a form belongs into forms.py"
            yield vol.Schema({})
        case str(name):
            yield from made(name, vendors)


def _listed(options: ast.expr | None, method: ast.AST) -> set[str]:
    """Return everything that a list may hold which is put together while running."""
    if isinstance(options, ast.Name):
        found = set()
        for value in _assigned(options.id, method):
            found |= _listed(value, method)
        for call in nodes(ast.Call, [method]):
            if isinstance(call.func, ast.Attribute) and (
                last_name(call.func.value) == options.id
            ):
                assert call.func.attr == "append", "a list grows in a new way"
                found |= _texts(call.args[0], method)
        return found
    assert isinstance(options, ast.List), "a menu is not made of lists"
    return {
        item
        for element in options.elts
        if not isinstance(element, ast.Starred)
        for item in _texts(element, method)
    }


def _texts(expression: ast.expr | None, method: ast.AST) -> set[str]:
    """Return every text that an expression may mean."""
    if isinstance(expression, ast.Name):
        values = list(_assigned(expression.id, method))
        assert values, f"nobody says what {expression.id} is"
        return {item for value in values for item in _texts(value, method)}
    if isinstance(expression, ast.IfExp):
        return _texts(expression.body, method) | _texts(expression.orelse, method)
    literal = text(expression)
    assert literal, "a text is not literal"
    return {literal}


def _assigned(name: str, method: ast.AST) -> Iterator[ast.expr]:
    """Go through the values that a local variable is given."""
    for statement in nodes(ast.Assign, [method]):
        if any(last_name(target) == name for target in statement.targets):
            yield statement.value
