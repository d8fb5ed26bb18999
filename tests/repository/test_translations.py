"""Check the texts of every language by hassfest's rules."""

from collections.abc import Iterator
from pathlib import Path
import re
from string import Formatter
from typing import Any

import pytest

from homeassistant.generated.languages import LANGUAGES

from .files import ENGLISH, load

KEY = re.compile(r"(?!.*[_-]{2})[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
HTML = re.compile(r"</?[a-z].*?>", re.IGNORECASE)
# Not only hassfest's quotes around a placeholder: in what the front end reads, one
# apostrophe before a brace or a tag turns what follows into plain text.
QUOTED_PLACEHOLDER = re.compile(r"'[{}<]")
ADDRESS = re.compile(r"[a-z0-9]+://|\bwww\.", re.IGNORECASE)

STEP_KEYS = {
    "data",
    "data_description",
    "description",
    "menu_option_descriptions",
    "menu_options",
    "sections",
    "submit",
    "title",
}
SECTION_KEYS = {"data", "data_description", "description", "name"}

type Keys = tuple[str, ...]


def flat(document: dict[str, Any], *above: str) -> Iterator[tuple[Keys, str]]:
    """Go through all texts of a document with the keys that lead to them."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from flat(value, *above, key)
        else:
            yield (*above, key), value


def placeholders(text: str) -> set[str]:
    """Return the names that a text leaves open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def problems(document: dict[str, Any]) -> Iterator[str]:
    """Find what hassfest would refuse in the texts and keys of a language."""
    for path, text in flat(document):
        where = ".".join(path)
        if not all(KEY.fullmatch(key) for key in path):
            yield f"{where}: a key has other characters than a-z, 0-9, - and _"
        if not text:
            yield f"{where}: there is no text"
            continue
        yield from (f"{where}: {problem}" for problem in text_problems(path, text))


def text_problems(path: Keys, text: str) -> Iterator[str]:
    """Find what hassfest would refuse in one text."""
    if HTML.search(text):
        yield "HTML"
    if text != text.strip():
        yield "space at an end"
    if QUOTED_PLACEHOLDER.search(text):
        yield "a placeholder after a single quote"
    if "[%" in text or "%]" in text:
        yield "a reference"
    if ADDRESS.search(text):
        yield "an address, which has to be a placeholder"
    try:
        names = placeholders(text)
    except ValueError:
        yield "a brace without its other half"
        return
    if not all(name.isidentifier() for name in names):
        yield "a placeholder that is not a name"
    if names and "state" in path:
        yield "a placeholder in a state"


def forms(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the steps of all flows, and through the sections of each step."""
    flows = {name: document[name] for name in ("config", "options")}
    flows |= document["config_subentries"]
    for kind, issue in document["issues"].items():
        if "fix_flow" in issue:
            flows[kind] = issue["fix_flow"]
    for flow, part in flows.items():
        for step_id, step in part["step"].items():
            yield f"{flow}.{step_id}", step
            for name, section in step.get("sections", {}).items():
                yield f"{flow}.{step_id}.{name}", section


@pytest.fixture(params=sorted(ENGLISH.parent.iterdir()), ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    """Return the file of one language after the other."""
    found: Path = request.param
    return found


def test_language(path: Path) -> None:
    """Every file is named after a language that Home Assistant offers."""
    assert path.suffix == ".json"
    assert path.stem in LANGUAGES


def test_texts(path: Path) -> None:
    """Hassfest finds nothing to complain about."""
    assert list(problems(load(path))) == []


def test_same_keys_and_placeholders(path: Path) -> None:
    """A language has all texts of the English one, with the same gaps to fill."""
    english = {keys: placeholders(text) for keys, text in flat(load(ENGLISH))}
    other = {keys: placeholders(text) for keys, text in flat(load(path))}
    assert other == english


def test_every_field_is_described(path: Path) -> None:
    """Each field of a form has a label and a description, also in its sections."""
    for name, form in forms(load(path)):
        described = form.get("data_description", {})
        assert form.get("data", {}).keys() == described.keys(), name


def test_forms_have_known_parts(path: Path) -> None:
    """Nothing in a form is misspelt, where Home Assistant would not look for it."""
    for name, form in forms(load(path)):
        known = SECTION_KEYS if name.count(".") == 2 else STEP_KEYS
        assert form.keys() <= known, name


def test_descriptions_add_something(path: Path) -> None:
    """A description that only repeats its label says nothing."""
    for name, form in forms(load(path)):
        for key, label in form.get("data", {}).items():
            text = form["data_description"][key]
            assert text.rstrip(".").casefold() != label.casefold(), f"{name}.{key}"


@pytest.mark.parametrize(
    "document",
    [
        {"Upper": "text"},
        {"a__b": "text"},
        {"_a": "text"},
        {"selector": {"x": {"options": {"C5": "text"}}}},
        {"a": ""},
        {"a": "<b>text</b>"},
        {"a": " text"},
        {"a": "text\n"},
        {"a": "The value '{value}' is wrong"},
        {"a": "Le prix d'{entry}"},
        {"a": "[%key:common::state::on%]"},
        {"a": "See https://example.com"},
        {"a": "The {two words}"},
        {"a": "The {half"},
        {"entity": {"sensor": {"x": {"state": {"on": "{value}"}}}}},
    ],
    ids=str,
)
def test_problem_is_found(document: dict[str, Any]) -> None:
    """Each rule fails on a document that breaks it."""
    assert list(problems(document))


def test_no_problem_is_imagined() -> None:
    """A text that is right passes."""
    document = {"a-b_1": "L'heure de {provider}, d'ici < 5 > {detail}"}
    assert list(problems(document)) == []
