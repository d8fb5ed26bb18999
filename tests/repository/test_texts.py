"""Check every text file for what belongs to one machine only."""

import re

import pytest

from .files import own_texts

# Where packages come from is the business of the machine that installs them.
# The brackets keep this file from finding itself.
REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|crates[.]io"
    r"|rubygems[.]org|anaconda[.]org|proxy[.]golang[.]org|[.]docker[.]io"
    r"|\b(?:artifactory|devpi|nexus|verdaccio)[.-]|(?:extra-)?index[-]url",
    re.IGNORECASE,
)
HOME = re.compile(
    r"(?<![\w.}>-])/(?:home|root|Users|work|workspaces?|tmp|mnt)/[\w.]|\b[A-Z]:\\[\w]"
)


@pytest.mark.parametrize(
    "text",
    [
        "pip install -i https://pypi" + ".org/simple",
        "https://files.python" + "hosted.org/packages/x.whl",
        "registry.npm" + "js.org",
        "--extra-index" + "-url",
        "https://artifactory" + ".example.com/python",
    ],
)
def test_registry_is_found(text: str) -> None:
    """The rule finds the addresses that it is about."""
    assert REGISTRY.search(text)


@pytest.mark.parametrize(
    "text", ["cd /ho" + "me/me/project", "'/Us" + "ers/me'", "C:" + "\\Projects"]
)
def test_path_is_found(text: str) -> None:
    """The rule finds the paths that it is about."""
    assert HOME.search(text)


@pytest.mark.parametrize(
    "text", ["https://example.com/home/page", "../work/x", "/config/home", "a/tmp/b"]
)
def test_path_is_not_imagined(text: str) -> None:
    """A part of an address or of a relative path is no path of a machine."""
    assert not HOME.search(text)


@pytest.mark.parametrize("rule", [REGISTRY, HOME], ids=["registry", "path"])
def test_texts_are_free_of(rule: re.Pattern[str]) -> None:
    """No file names a package registry or a path of somebody's machine."""
    texts = dict(own_texts())
    assert {"pyproject.toml", "custom_components/spot_planner/switch.py"} <= set(texts)
    found = {
        path: match[0] for path, text in texts.items() if (match := rule.search(text))
    }
    assert found == {}
