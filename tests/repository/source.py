"""Find in the source of the integration what refers to other files.

The source is parsed, not run, so that the rare branches count too.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from custom_components.spot_planner.engine.providers.vendors import VENDORS

from .files import INTEGRATION

# What shows forms, and what tells them what is wrong.
FLOW_FILES = (
    *("config_flow.py", "flows/connection.py", "flows/options.py"),
    "repairs.py",
)

# What reads the answers to the forms of an entry, beside the providers and tariffs.
FORM_FILES = (*FLOW_FILES, "flows/forms.py", "prices/provider.py", "options.py")

# What reads the answers to the form of an appliance: files, and parts of files.
APPLIANCE_FILES = (
    *("appliances/settings.py", "appliances/check.py"),
    *("flows/appliance.py", "flows/appliance_forms.py"),
    *("engine/runs/appliance.py", "engine/runs/profile_text.py"),
    "engine/daily_hours.py",
)
APPLIANCE_PARTS = ("Phase", "Split", "read_choice", "read_number")


@cache
def trees() -> dict[Path, ast.Module]:
    """Return every Python file of the integration, parsed."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(INTEGRATION.rglob("*.py"))
    }


def nodes[NodeT: ast.AST](
    kind: type[NodeT], within: Iterable[ast.AST] | None = None
) -> Iterator[NodeT]:
    """Go through the nodes of a kind, in all files or within some nodes."""
    for tree in trees().values() if within is None else within:
        yield from (node for node in ast.walk(tree) if isinstance(node, kind))


def calls(name: str, within: Iterable[ast.AST] | None = None) -> Iterator[ast.Call]:
    """Go through the calls of a function, method or class by its last name."""
    for call in nodes(ast.Call, within):
        if last_name(call.func) == name:
            yield call


def last_name(node: ast.AST) -> str | None:
    """Return the last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return an argument of a call by its keyword, or by its position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(call.args):
        return call.args[position]
    return None


def text(node: ast.AST | None) -> str | None:
    """Return a literal text, or None where it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def keys(node: ast.AST | None) -> set[str] | None:
    """Return the keys of a literal dictionary, or None where it is something else."""
    if not isinstance(node, ast.Dict):
        return None
    return {found for key in node.keys if (found := text(key)) is not None}


def subclasses(base: str) -> list[ast.ClassDef]:
    """Return the classes that derive from a class, at any distance."""
    names, found = {base}, list[ast.ClassDef]()
    classes = list(nodes(ast.ClassDef))
    while new := [
        item
        for item in classes
        if item not in found and names & {last_name(parent) for parent in item.bases}
    ]:
        found += new
        names |= {item.name for item in new}
    return found


def form_reasons() -> set[str]:
    """Return the reasons for which a form of an entry is refused."""
    engine = INTEGRATION / "engine"
    others = (engine / "planning", engine / "runs", engine / "series.py")
    forms = {INTEGRATION / name for name in FORM_FILES}
    return _input_reasons(
        path
        for path in trees()
        if path in forms
        or (path.is_relative_to(engine) and not any(map(path.is_relative_to, others)))
    )


def appliance_reasons() -> set[str]:
    """Return the reasons for which the form of an appliance is refused."""
    kinds = ast.ClassDef | ast.FunctionDef
    parts = [it for it in nodes(ast.stmt) if isinstance(it, kinds)]
    return _input_reasons(INTEGRATION / name for name in APPLIANCE_FILES) | _reasons(
        part for part in parts if part.name in APPLIANCE_PARTS
    )


def planning_reasons() -> set[str]:
    """Return the reasons that actions and entities give, as errors of what they do."""
    return _input_reasons(filter(_is_planning, trees()))


def connection_reasons(*vendors: str) -> set[str]:
    """Return the reasons for which the connection to some vendors, or any, is refused."""
    providers = INTEGRATION / "engine" / "providers"
    others = VENDORS.keys() - (vendors or VENDORS.keys())
    return _input_reasons(
        path
        for path in trees()
        if path == INTEGRATION / "prices" / "provider.py"
        or (path.is_relative_to(providers) and others.isdisjoint(path.parts))
    )


def _is_planning(path: Path) -> bool:
    engine, runs = INTEGRATION / "engine", INTEGRATION / "engine" / "runs"
    if path.is_relative_to(runs):
        # These two read what a form has asked for.
        return path.name not in {
            "appliance.py",
            "profile_text.py",
        }
    names = ("appliances/check.py", "appliances/planner.py")
    files = {INTEGRATION / name for name in names}
    files.add(engine / "series.py")
    return path.is_relative_to(engine / "planning") or path in files


def _input_reasons(paths: Iterable[Path]) -> set[str]:
    return _reasons(trees()[path] for path in paths)


def _reasons(within: Iterable[ast.AST]) -> set[str]:
    reasons = {
        text(argument(call, "reason", position=1))
        for call in calls("InputError", within)
    }
    # A reason that is worked out while running would escape every check below.
    assert None not in reasons, "a reason of an InputError is not literal"
    return {reason for reason in reasons if reason}


def flow_reasons(*names: str) -> set[str]:
    """Return the reasons that the flows themselves give, in all or some of their files.

    They stand in a form's errors, or as what is assumed of an error before it has been
    looked at.
    """
    found: set[str | None] = set()
    files = [trees()[INTEGRATION / name] for name in names or FLOW_FILES]
    for statement in nodes(ast.Assign, files):
        target, value = statement.targets[0], statement.value
        if last_name(target) == "errors" and isinstance(value, ast.Dict):
            found |= {text(reason) for reason in value.values}
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(target.elts, value.elts, strict=True)
            found |= {
                text(given) for name, given in pairs if last_name(name) == "reason"
            }
    return {reason for reason in found if reason}


def place_reasons() -> set[str]:
    """Return the reasons for which a vendor does not know a place."""
    return {asked.unknown for vendor in VENDORS.values() for asked in vendor.place}


def provider_reasons() -> set[str]:
    """Return the reasons for which a provider fails."""
    reasons = {item.name: _own_reason(item) for item in subclasses("ProviderError")}
    bases = {name for name, reason in reasons.items() if not reason}
    for name in ("ProviderError", *bases):
        assert not list(calls(name)), f"raise one of its kinds, not {name}"
    return {reason for reason in reasons.values() if reason}


def _own_reason(item: ast.ClassDef) -> str | None:
    for statement in item.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [statement.target]
            )
            if "reason" in {last_name(target) for target in targets}:
                return text(statement.value)
    return None
