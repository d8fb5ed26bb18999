"""Find in the source of the integration what refers to other files.

The source is parsed, not run, so that the rare branches count too.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from .files import INTEGRATION


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
    """Return the reasons for which a form is refused."""
    return _input_reasons(planning=False)


def planning_reasons() -> set[str]:
    """Return the reasons that only actions give; no form asks for such input."""
    return _input_reasons(planning=True)


def _input_reasons(*, planning: bool) -> set[str]:
    engine = INTEGRATION / "engine"
    files = [
        tree
        for path, tree in trees().items()
        if (path.is_relative_to(engine / "planning") or path == engine / "series.py")
        == planning
    ]
    reasons = {
        text(argument(call, "reason", position=1))
        for call in calls("InputError", files)
    }
    # A reason that is worked out while running would escape every check below.
    assert None not in reasons, "a reason of an InputError is not literal"
    return {reason for reason in reasons if reason}


def provider_reasons() -> set[str]:
    """Return the reasons for which a provider fails."""
    assert not list(calls("ProviderError")), "raise one of its kinds, not the base"
    return {
        reason
        for item in subclasses("ProviderError")
        for statement in item.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and "reason" in {last_name(target) for target in _targets(statement)}
        and (reason := text(statement.value))
    }


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return (
        statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    )
