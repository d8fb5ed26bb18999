"""Planted faults: what the tests do not notice when a branch is wrong.

Each module is changed in one place at a time, in a copy of the project: a condition is
turned round, a bound is moved, a statement is left out, a value or an answer becomes
another one. A fault that no test notices stands for a branch that nothing tests.
"""

import argparse
import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module
import os
from pathlib import Path
from random import Random
import shlex
import shutil
import signal
import sys
from tempfile import TemporaryDirectory
import time

import pytest

ROOT = Path(__file__).parent.parent
INTEGRATION = Path("custom_components/spot_planner")
MODULES = ("engine/runs/execution.py", "engine/runs/duty.py")

# Small tests first, so that most faults are noticed within a second.
TESTS = (
    "tests/engine/runs/test_duty.py tests/engine/runs/test_house.py",
    "tests/engine/runs -k 'execution and not properties'",
    "tests/engine/runs -k 'properties or histories'",
)

# A fault that makes a loop endless is noticed too, after so many seconds.
PATIENCE = 300

# What the tests need, which takes longer to import than most tests take to fail.
LIBRARIES = (
    "hypothesis",
    "pytest_homeassistant_custom_component.plugins",
    # With it comes all of Home Assistant that it needs; it is imported anew later.
    "custom_components.spot_planner",
)

# The tests that need no Home Assistant.
PURE = "tests/engine"

# The packages of the project itself.
OWN = ("custom_components", "dev", "tests")

BOUNDS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
}
# Two values each of what tells the state of something.
STATES = {
    "RunStatus": ("DONE", "SKIPPED"),
    "RunProblem": ("NOT_STARTED", "NOT_STOPPED"),
    "SwitchState": ("OFF", "ON"),
}


@dataclass(frozen=True)
class Fault:
    """One change of one module."""

    module: str
    line: int
    kind: str
    text: str
    """The whole module with the fault."""
    before: str
    after: str
    """The changed place alone, before and after."""


def faults_of(module: str) -> list[Fault]:
    """Return all faults that can be planted in a module, in the order of its lines."""
    source = (ROOT / INTEGRATION / module).read_text(encoding="utf-8")
    tree = ast.parse(source)
    found: list[Fault] = []
    decorators = {
        part
        for node in ast.walk(tree)
        for decorator in getattr(node, "decorator_list", ())
        for part in ast.walk(decorator)
    }
    for index, node in enumerate(ast.walk(tree)):
        if node in decorators:
            continue
        for number, (kind, _) in enumerate(_changes(deepcopy(node))):
            changed = deepcopy(tree)
            same = next(it for at, it in enumerate(ast.walk(changed)) if at == index)
            before = _short(same)
            _, new = list(_changes(same))[number]
            after = "nothing" if isinstance(new, ast.Pass) else _short(new)
            _put(changed, same, new)
            text = ast.unparse(ast.fix_missing_locations(changed))
            line = getattr(node, "lineno", 0)
            found.append(Fault(module, line, kind, text, before, after))
    return sorted(found, key=lambda it: (it.line, it.kind))


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Go through what a place could wrongly be; the node itself is left alone."""
    if isinstance(node, ast.stmt):
        yield from _changes_of_statement(node)
    else:
        yield from _changes_of_value(node)
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not _is_turned(node.test):
        turned = deepcopy(node)
        turned.test = ast.UnaryOp(ast.Not(), turned.test)
        yield "turned round", turned


def _changes_of_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Assign() | ast.AugAssign() | ast.Continue() | ast.Raise():
            yield "left out", ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield "left out", ast.Pass()
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield "no answer", ast.Return(ast.Constant(None))


def _changes_of_value(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare(ops=[op, *rest]):
            other = deepcopy(node)
            other.ops = [BOUNDS[type(op)](), *rest]
            yield "another bound", other
        case ast.BoolOp():
            other_bool = deepcopy(node)
            other_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and for or", other_bool
        case ast.UnaryOp(op=ast.Not()):
            yield "without not", node.operand
        case ast.BinOp() if type(node.op) in SIGNS:
            other_sum = deepcopy(node)
            other_sum.op = SIGNS[type(node.op)]()
            yield "another sign", other_sum
        case ast.Constant(value=bool(value)):
            yield "another truth", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "another number", ast.Constant(value + 1)
        case ast.Attribute(value=ast.Name(id=name)) if name in STATES:
            attribute = next(it for it in STATES[name] if it != node.attr)
            yield (
                "another status",
                ast.Attribute(ast.Name(name, ast.Load()), attribute, ast.Load()),
            )


def _is_turned(test: ast.expr) -> bool:
    """Tell whether another fault turns a condition round already."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare(ops=[op]):
            return not isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    return False


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put a node in the place of another one."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(it is old for it in value):
                value[:] = [new if it is old else it for it in value]


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= 70 else f"{text[:67]}..."


def is_caught(copy: Path, fault: Fault, tests: Sequence[str]) -> bool:
    """Tell whether any test fails with a fault; the copy is mended afterwards."""
    target = copy / INTEGRATION / fault.module
    whole = target.read_bytes()
    for compiled in (target.parent / "__pycache__").glob(f"{target.stem}.*"):
        compiled.unlink()
    try:
        target.write_text(fault.text, encoding="utf-8")
        return not all(passes(copy, test) for test in tests)
    finally:
        target.write_bytes(whole)


def passes(copy: Path, test: str, *, is_first: bool = False) -> bool:
    """Tell whether tests pass in a copy of the project.

    They run in a child that has all large libraries already, and nothing of the project.
    """
    child = os.fork()
    if not child:
        # What is compiled once without a fault is there for all others.
        sys.dont_write_bytecode = not is_first
        os._exit(_run(copy, test))
    end = time.monotonic() + PATIENCE
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return False
        time.sleep(0.02)
    return os.waitstatus_to_exitcode(ended[1]) == 0


def _run(copy: Path, test: str) -> int:
    """Run tests in this process."""
    os.chdir(copy)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    sys.path[:] = [str(copy), *(it for it in sys.path if it not in ("", str(ROOT)))]
    for name in [it for it in sys.modules if it.partition(".")[0] in OWN]:
        del sys.modules[name]
    options = [
        "-x",
        "-q",
        "-W",
        "ignore",
        "-n0",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
    ]
    if test.startswith(PURE):
        # What needs no Home Assistant is three times as fast without its fixtures.
        options += ["-p", "no:homeassistant", f"--confcutdir={PURE}"]
    try:
        import_module("custom_components.spot_planner")
        return int(pytest.main([*options, *shlex.split(test)]))
    except BaseException:  # noqa: BLE001 - whatever it is, the fault is noticed.
        return 1


def copy_project(folder: Path) -> Path:
    """Return a copy of what the tests need."""
    copy = folder / "project"
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("custom_components", "tests", "dev"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def modules_of(names: Sequence[str]) -> list[str]:
    """Return modules by their names; a folder stands for all of its modules."""
    home = ROOT / INTEGRATION
    found: list[str] = []
    for name in names:
        path = home / name
        if path.is_dir():
            found += [str(it.relative_to(home)) for it in sorted(path.rglob("*.py"))]
        else:
            found.append(name)
    return found


def main() -> int:
    """Plant faults one by one, and print which are noticed."""
    parser = argparse.ArgumentParser(prog="scripts/plant", description=__doc__)
    parser.add_argument(
        "modules",
        nargs="*",
        default=list(MODULES),
        help="modules or folders below the integration; execution and duty by default",
    )
    parser.add_argument("--number", type=int, help="so many faults, chosen at random")
    parser.add_argument("--seed", type=int, default=1, help="which; 1 by default")
    parser.add_argument(
        "--tests",
        action="append",
        help="what to run, as for pytest; may be there several times, the fast first",
    )
    parser.add_argument("--line", type=int, action="append", help="only these lines")
    parser.add_argument(
        "--one-a-line", action="store_true", help="of each line one fault at random"
    )
    parser.add_argument("--list", action="store_true", help="show faults, run nothing")
    asked = parser.parse_args()
    faults = [it for name in modules_of(asked.modules) for it in faults_of(name)]
    if asked.line:
        faults = [it for it in faults if it.line in asked.line]
    chance = Random(asked.seed)
    if asked.one_a_line:
        lines: dict[tuple[str, int], list[Fault]] = {}
        for fault in faults:
            lines.setdefault((fault.module, fault.line), []).append(fault)
        faults = [chance.choice(line) for line in lines.values()]
    if asked.number is not None and asked.number < len(faults):
        chosen = chance.sample(range(len(faults)), asked.number)
        faults = [faults[index] for index in sorted(chosen)]
    print(f"{len(faults)} faults, seed {asked.seed}", flush=True)
    if asked.list:
        for fault in faults:
            print(_row(fault, ""))
        return 0
    return _plant(faults, asked.tests or TESTS)


def _plant(faults: Sequence[Fault], tests: Sequence[str]) -> int:
    for library in LIBRARIES:
        import_module(library)
    begin, missed = time.monotonic(), 0
    with TemporaryDirectory() as folder:
        copy = copy_project(Path(folder))
        if not all(passes(copy, test, is_first=True) for test in tests):
            print("The tests fail without any fault.")
            return 2
        for fault in faults:
            caught = is_caught(copy, fault, tests)
            missed += not caught
            print(_row(fault, "caught" if caught else "NOT CAUGHT"), flush=True)
    seconds = time.monotonic() - begin
    print(f"{len(faults) - missed} of {len(faults)} caught in {seconds:.0f} s")
    return min(missed, 1)


def _row(fault: Fault, result: str) -> str:
    place = f"{fault.module}:{fault.line}"
    return f"{result:11}{place:34}{fault.kind:15}{fault.before}  ->  {fault.after}"


if __name__ == "__main__":
    sys.exit(main())
