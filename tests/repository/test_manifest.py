"""Check the manifest by the rules of hassfest and HACS."""

from pathlib import Path
import re
from typing import Any

import pytest

import homeassistant
from homeassistant.loader import Manifest

from .files import INTEGRATION, ROOT, load

# HACS wants these of a manifest, hassfest the first four and the version.
REQUIRED = {
    "codeowners",
    "documentation",
    "domain",
    "name",
    "issue_tracker",
    "version",
}
IOT_CLASSES = {
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
}
INTEGRATION_TYPES = {"device", "entity", "helper", "hub", "service", "system"}
SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Return the manifest."""
    return load(INTEGRATION / "manifest.json")


@pytest.fixture
def hacs() -> dict[str, Any]:
    """Return what HACS reads."""
    return load(ROOT / "hacs.json")


def test_keys(manifest: dict[str, Any]) -> None:
    """The keys are known, complete, and in hassfest's order."""
    assert manifest.keys() >= REQUIRED
    assert manifest.keys() <= set(Manifest.__annotations__)
    others = sorted(manifest.keys() - {"domain", "name"})
    assert list(manifest) == ["domain", "name", *others]


def test_domain(manifest: dict[str, Any]) -> None:
    """The domain is the folder's name and nobody else's."""
    assert manifest["domain"] == INTEGRATION.name
    core = Path(homeassistant.__file__).parent
    taken = load(core / "generated" / "integrations.json")
    names = {*taken["integration"], *taken["helper"]}
    assert len(names) > 1000
    assert manifest["domain"] not in names
    assert not (core / "components" / manifest["domain"]).exists()


def test_version(manifest: dict[str, Any]) -> None:
    """The version is a semantic one."""
    assert SEMVER.fullmatch(manifest["version"])


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_addresses(manifest: dict[str, Any], key: str) -> None:
    """Links are safe, and lead to our own pages."""
    assert re.match(r"https://[a-z0-9.-]+/", manifest[key])
    assert "home-assistant.io" not in manifest[key]


def test_classes(manifest: dict[str, Any]) -> None:
    """Home Assistant knows where the data comes from and what it is."""
    assert manifest["iot_class"] in IOT_CLASSES
    assert manifest["integration_type"] in INTEGRATION_TYPES


def test_owners(manifest: dict[str, Any]) -> None:
    """Somebody answers for the code."""
    assert manifest["codeowners"]
    assert all(re.fullmatch(r"@[\w-]+", owner) for owner in manifest["codeowners"])


def test_nothing_is_installed(manifest: dict[str, Any]) -> None:
    """Home Assistant has all that the integration needs."""
    assert manifest["requirements"] == []


def test_hacs(hacs: dict[str, Any], manifest: dict[str, Any]) -> None:
    """HACS knows every key, and installs the zip that the release makes."""
    assert hacs.keys() <= HACS_KEYS
    assert hacs["name"] == manifest["name"]
    assert hacs["zip_release"] is True
    assert hacs["filename"] == f"{manifest['domain']}.zip"
    assert re.fullmatch(r"20\d\d\.\d{1,2}\.\d+", hacs["homeassistant"])


def test_hacs_finds_one_integration() -> None:
    """A repository for HACS holds one integration, and a page about it."""
    folders = [path.parent for path in ROOT.glob("custom_components/*/manifest.json")]
    assert folders == [INTEGRATION]
    assert (ROOT / "README.md").is_file()


def test_license() -> None:
    """The license is MIT, whole."""
    text = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert text.startswith("MIT License Copyright (c) ")
    assert "Permission is hereby granted, free of charge, to any person" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND' in text
