"""List what the actions of the integration offer in the front end."""

from collections.abc import Iterator
from typing import Any

from .files import INTEGRATION, load_yaml


def action_fields() -> dict[str, dict[str, Any]]:
    """Return the fields of each action, as the front end shows them."""
    document = load_yaml(INTEGRATION / "services.yaml")
    return {name: action["fields"] for name, action in document.items()}


def action_choices() -> Iterator[tuple[str, list[str]]]:
    """Go through the choices of all fields, each with the key of its words."""
    for fields in action_fields().values():
        for field in fields.values():
            if choice := field["selector"].get("select"):
                yield choice["translation_key"], choice["options"]
