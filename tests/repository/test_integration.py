"""Check how the files of the integration fit together, as hassfest does."""

import ast
from pathlib import Path

import pytest

from homeassistant.const import Platform

from .files import INTEGRATION, load
from .source import calls, nodes

PLATFORMS = {platform.value for platform in Platform}
ACTIONS = ("async_register", "async_register_platform_entity_service")


def test_config_flow() -> None:
    """A flow that is promised is there, and the other way round."""
    manifest = load(INTEGRATION / "manifest.json")
    assert manifest.get("config_flow", False) is True
    assert (INTEGRATION / "config_flow.py").is_file()


@pytest.mark.parametrize(
    "path",
    sorted(INTEGRATION.rglob("*.json")),
    ids=lambda path: str(path.relative_to(INTEGRATION)),
)
def test_json(path: Path) -> None:
    """Every JSON file holds an object."""
    assert load(path)


def test_translations_are_no_strings() -> None:
    """The file that only Home Assistant's own integrations may have is not there."""
    assert not (INTEGRATION / "strings.json").exists()


def test_dependencies() -> None:
    """What is imported of other integrations is loaded before ours."""
    manifest = load(INTEGRATION / "manifest.json")
    declared = {
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
    }
    # A file that is named like an integration is a platform for it.
    served = {path.stem for path in INTEGRATION.glob("*.py")}
    used = {
        node.module.split(".")[2]
        for node in nodes(ast.ImportFrom)
        if node.module and node.module.startswith("homeassistant.components.")
    } | {
        alias.name
        for node in nodes(ast.ImportFrom)
        if node.module == "homeassistant.components"
        for alias in node.names
    }
    assert used
    assert used <= declared | served | PLATFORMS


def test_actions_are_described() -> None:
    """Actions that are registered have their file, and no file is without actions."""
    registered = any(any(calls(name)) for name in ACTIONS)
    assert (INTEGRATION / "services.yaml").is_file() == registered


def test_yaml_is_refused() -> None:
    """With `async_setup`, somebody who writes YAML is told that there is none."""
    has_setup = any(node.name == "async_setup" for node in nodes(ast.AsyncFunctionDef))
    assert any(calls("config_entry_only_config_schema")) == has_setup


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_parallel_updates(name: str) -> None:
    """Every platform says how many of its entities may work at a time."""
    path = INTEGRATION / f"{name}.py"
    if not path.exists():
        path = INTEGRATION / name / "__init__.py"
    assert not path.exists() or "\nPARALLEL_UPDATES = " in path.read_text("utf-8")
