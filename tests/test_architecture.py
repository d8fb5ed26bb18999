"""Hold the source to the plan: who may import what, and what may happen when.

The source is parsed, never imported: a rule must hold even where the code is broken.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from homeassistant.const import Platform

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "spot_planner"
PACKAGE = "custom_components.spot_planner"
ENGINE = f"{PACKAGE}.engine"
PROVIDERS = f"{ENGINE}.providers"
# What makes a provider for the rest of the integration; a platform needs none.
PROVIDER_DOORS = (PROVIDERS, f"{PACKAGE}.prices.provider")

PLATFORMS = {platform.value for platform in Platform}

CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
}
# Ways to the world outside, as the last part of what is called.
DEEDS = {
    *("connect", "exec", "input", "mkdir", "open", "popen", "print", "read"),
    *("read_bytes", "read_text", "rename", "system", "unlink", "urlopen", "write"),
    *("write_bytes", "write_text"),
}
# Modules that are nothing but such ways.
OUTSIDE = ("httpx", "requests", "socket", "subprocess", "urllib.request")


@dataclass(frozen=True)
class Import:
    """One name that a source imports."""

    line: int
    module: str
    name: str | None
    local: str
    meaning: str

    @property
    def full(self) -> str:
        """Return the dotted name of what is imported."""
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Source:
    """A Python file, by its dotted name."""

    module: str
    text: str
    is_package: bool = False

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a file of the project."""
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        return cls(module, path.read_text(encoding="utf-8"), is_package)

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed source."""
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[Import]:
        """Return every import, wherever it stands."""
        found: list[Import] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name, local in ((alias.name, alias.asname) for alias in node.names):
                    # Without another name for it, `import a.b` makes `a` known.
                    first = name.partition(".")[0]
                    found.append(
                        Import(
                            line=node.lineno,
                            module=name,
                            name=None,
                            local=local or first,
                            meaning=name if local else first,
                        )
                    )
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                found += [
                    Import(
                        line=node.lineno,
                        module=module,
                        name=alias.name,
                        local=alias.asname or alias.name,
                        meaning=f"{module}.{alias.name}",
                    )
                    for alias in node.names
                ]
        return found

    def dotted(self, node: ast.AST) -> str:
        """Return the full dotted name that an expression refers to, or nothing."""
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        known = {item.local: item.meaning for item in self.imports}
        return known.get(node.id, node.id)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        above = node.level - 1 if self.is_package else node.level
        base = parts[: len(parts) - above]
        return ".".join([*base, node.module] if node.module else base)


type Rule = Callable[[Source], Iterator[str]]


def is_within(module: str, *packages: str) -> bool:
    """Tell whether a dotted name is one of the packages or lies in one."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def engine_is_pure(source: Source) -> Iterator[str]:
    """Find what the engine imports of Home Assistant or of its own neighbours."""
    if not is_within(source.module, ENGINE):
        return
    for item in source.imports:
        if is_within(item.full, "homeassistant"):
            yield f"{source.module}:{item.line} imports {item.full}"
        if is_within(item.full, PACKAGE) and not is_within(item.full, ENGINE):
            yield f"{source.module}:{item.line} leaves the engine for {item.full}"


def only_providers_use_the_network(source: Source) -> Iterator[str]:
    """Find imports of aiohttp anywhere but in the providers."""
    if is_within(source.module, PROVIDERS):
        return
    for item in source.imports:
        if is_within(item.full, "aiohttp"):
            yield f"{source.module}:{item.line} imports {item.full}"


def platforms_know_no_provider(source: Source) -> Iterator[str]:
    """Find platforms that import a provider."""
    if source.module.removeprefix(f"{PACKAGE}.").partition(".")[0] not in PLATFORMS:
        return
    for item in source.imports:
        if is_within(item.full, *PROVIDER_DOORS):
            yield f"{source.module}:{item.line} imports {item.full}"


def only_providers_know_vendors(source: Source) -> Iterator[str]:
    """Find who asks which vendor it has, instead of reading the vendor's description."""
    if is_within(source.module, PROVIDERS):
        return
    for item in source.imports:
        if is_within(item.full, *(f"{PROVIDERS}.{key}" for key in vendors())):
            yield f"{source.module}:{item.line} imports {item.full}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and node.value in vendors():
            yield f"{source.module}:{node.lineno} names {node.value}"


def vendors() -> set[str]:
    """Return the names of the vendors' folders."""
    folders = (INTEGRATION / "engine" / "providers").glob("*/__init__.py")
    return {path.parent.name for path in folders} - {"network"}


def nobody_imports_the_package(source: Source) -> Iterator[str]:
    """Find imports out of the package's own `__init__`."""
    for item in source.imports:
        is_init = item.module.removesuffix(".__init__") == PACKAGE
        if is_init and item.name not in modules():
            yield f"{source.module}:{item.line} imports {item.full}"


def modules() -> set[str]:
    """Return the names of the modules that lie directly in the package."""
    files = {path.stem for path in INTEGRATION.glob("*.py")} - {"__init__"}
    return files | {path.parent.name for path in INTEGRATION.glob("*/__init__.py")}


def engine_has_no_clock(source: Source) -> Iterator[str]:
    """Find where the engine asks for the time instead of being told."""
    if not is_within(source.module, ENGINE):
        return
    for item in source.imports:
        if is_within(item.full, "time"):
            yield f"{source.module}:{item.line} imports {item.full}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and source.dotted(node) in CLOCKS:
            yield f"{source.module}:{node.lineno} asks {source.dotted(node)}"


def importing_does_nothing(source: Source) -> Iterator[str]:
    """Find what reads, writes or asks as soon as a module is imported."""
    for node in at_import(source.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
            yield f"{source.module}:{node.lineno} calls something for its effect"
        if isinstance(node, ast.Call) and (deed := deed_of(source, node.func)):
            yield f"{source.module}:{node.lineno} calls {deed}"


def deed_of(source: Source, called: ast.AST) -> str | None:
    """Return the name of what is called when it reaches the world outside."""
    if is_within(dotted := source.dotted(called), *OUTSIDE):
        return dotted
    name = called.attr if isinstance(called, ast.Attribute) else dotted
    return name if name in DEEDS else None


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Go through what is executed on import: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            # Its decorators and defaults are worked out where it is defined.
            for part in (*child.decorator_list, child.args):
                yield part
                yield from at_import(part)
        elif isinstance(child, ast.Lambda):
            yield from at_import(child.args)
        else:
            yield child
            yield from at_import(child)


OURS: tuple[Rule, ...] = (
    engine_is_pure,
    only_providers_use_the_network,
    platforms_know_no_provider,
    only_providers_know_vendors,
    nobody_imports_the_package,
    engine_has_no_clock,
    importing_does_nothing,
)


def sources(*folders: str) -> list[Source]:
    """Read every Python file below folders of the project."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source.read(path) for path in sorted(paths)]


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.__name__)
def test_integration_follows_the_plan(rule: Rule) -> None:
    """Every file of the integration follows every rule."""
    found = sources("custom_components/spot_planner")
    assert len(found) > 10
    assert [problem for source in found for problem in rule(source)] == []


@pytest.mark.parametrize(
    ("rule", "module", "text"),
    [
        (engine_is_pure, "engine.series", "import homeassistant"),
        (engine_is_pure, "engine.series", "import homeassistant.util.dt as dt_util"),
        (engine_is_pure, "engine.series", "from homeassistant.util import dt"),
        (engine_is_pure, "engine.series", "def f():\n    import homeassistant.core"),
        (engine_is_pure, "engine.series", "from ..const import DOMAIN"),
        (engine_is_pure, "engine.providers.sobry", "from ... import settings"),
        (only_providers_use_the_network, "sensor", "import aiohttp"),
        (only_providers_use_the_network, "provider", "from aiohttp import web"),
        (only_providers_use_the_network, "engine.series", "import aiohttp.client"),
        (
            only_providers_use_the_network,
            "coordinator",
            "if TYPE_CHECKING:\n    from aiohttp import ClientSession",
        ),
        (platforms_know_no_provider, "sensor", "from .engine import providers"),
        (
            platforms_know_no_provider,
            "binary_sensor",
            "from .engine.providers.sobry.public import SobryProvider",
        ),
        (
            platforms_know_no_provider,
            "calendar",
            "from .prices.provider import anything",
        ),
        (
            platforms_know_no_provider,
            "sensor.base",
            "from ..engine.providers.vendors import VENDORS",
        ),
        (
            only_providers_know_vendors,
            "runtime",
            "from .engine.providers.otark.provider import OtarkProvider",
        ),
        (
            only_providers_know_vendors,
            "flows.forms",
            "from ..engine.providers import minstroem",
        ),
        (
            only_providers_know_vendors,
            "config_flow",
            "def f(vendor):\n    return vendor.key == 'sobry'",
        ),
        (
            only_providers_know_vendors,
            "config_flow",
            "def f(data):\n    match data:\n        case {'provider': 'otark'}: ...",
        ),
        (nobody_imports_the_package, "sensor", "from . import PLATFORMS"),
        (nobody_imports_the_package, "sensor", "from .__init__ import PLATFORMS"),
        (nobody_imports_the_package, "engine.series", "from .. import PLATFORMS"),
        (nobody_imports_the_package, "sensor", f"import {PACKAGE}"),
        (nobody_imports_the_package, "sensor", f"from {PACKAGE} import PLATFORMS"),
        (engine_has_no_clock, "engine.levels", "import time\ntime.time()"),
        (engine_has_no_clock, "engine.levels", "from time import monotonic as m"),
        (
            engine_has_no_clock,
            "engine.levels",
            "from datetime import UTC, datetime\ndatetime.now(UTC)",
        ),
        (
            engine_has_no_clock,
            "engine.levels",
            "from datetime import datetime as dt\ndt.utcnow()",
        ),
        (
            engine_has_no_clock,
            "engine.levels",
            "import datetime as d\nx = d.date.today",
        ),
        (importing_does_nothing, "const", "TEXT = open('table.json')"),
        (importing_does_nothing, "const", "TEXT = Path('table.json').read_text()"),
        (importing_does_nothing, "const", "import requests\nx = requests.get(URL)"),
        (importing_does_nothing, "const", "if CHANGED:\n    register(Provider)"),
        (importing_does_nothing, "const", "class Table:\n    rows = load(open('t'))"),
        (importing_does_nothing, "const", "def f(x=open('t')):\n    pass"),
        (importing_does_nothing, "const", "@memory(PATH.open())\ndef f():\n    pass"),
    ],
)
def test_rule_finds_what_it_is_about(rule: Rule, module: str, text: str) -> None:
    """Each rule fails on a source that breaks it."""
    assert list(rule(Source(f"{PACKAGE}.{module}", text)))


@pytest.mark.parametrize(
    ("rule", "module", "text"),
    [
        (engine_is_pure, "sensor", "from homeassistant.core import HomeAssistant"),
        (engine_is_pure, "engine.providers.sobry", "from ..series import Level"),
        (engine_is_pure, "engine.series", "import homeassistant_free_library"),
        (
            only_providers_use_the_network,
            "engine.providers.network.http",
            "import aiohttp",
        ),
        (
            only_providers_use_the_network,
            "provider",
            "from homeassistant.helpers.aiohttp_client import async_get_clientsession",
        ),
        (
            platforms_know_no_provider,
            "coordinator",
            "from .prices.provider import anything",
        ),
        (
            only_providers_know_vendors,
            "config_flow",
            "from .engine.providers.vendors import VENDORS",
        ),
        (only_providers_know_vendors, "engine.providers.sobry", "KEY = 'sobry'"),
        (platforms_know_no_provider, "sensor", "from .engine.series import Level"),
        (nobody_imports_the_package, "sensor", "from . import const"),
        (nobody_imports_the_package, "sensor", f"from {PACKAGE}.const import DOMAIN"),
        (engine_has_no_clock, "coordinator", "import time"),
        (
            engine_has_no_clock,
            "engine.levels",
            "from datetime import time\ntime(13)\nview.today.average\nnow.time()",
        ),
        (importing_does_nothing, "const", "LOGGER = logging.getLogger(__package__)"),
        (importing_does_nothing, "const", "def f():\n    return open('table.json')"),
        (importing_does_nothing, "const", "LATER = lambda: open('table.json')"),
    ],
)
def test_rule_lets_the_rest_pass(rule: Rule, module: str, text: str) -> None:
    """No rule fails on a source that only resembles what it is about."""
    assert list(rule(Source(f"{PACKAGE}.{module}", text))) == []


def circle_of(imports: Mapping[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, or none."""
    done: set[str] = set()

    def search(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for imported in sorted(imports.get(module, ())):
            if found := search(imported, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for it in sorted(imports) if (found := search(it, []))), [])


def test_nothing_is_imported_in_a_circle() -> None:
    """Each module can be understood after those that it imports."""
    known = {it.module: it for it in sources("custom_components/spot_planner")}
    imports = {
        name: {
            item.full if item.full in known else item.module for item in source.imports
        }
        for name, source in known.items()
    }
    assert circle_of(imports) == []


def test_circle_is_found() -> None:
    """It is told from two ways to the same module."""
    assert circle_of({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": {"e"}}) == []
    assert circle_of({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_relative_imports_of_a_package_begin_in_it() -> None:
    """One dot means the package itself in `__init__`, and its parent elsewhere."""
    text = "from .base import PriceProvider"
    package = Source(PROVIDERS, text, is_package=True)
    module = Source(f"{PROVIDERS}.sobry", text)
    assert package.imports == module.imports
