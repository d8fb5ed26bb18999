"""List the texts that the entities of the integration ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from custom_components.spot_planner import PLATFORMS
from custom_components.spot_planner.sensor import NAMED_COMPONENTS, _component
from homeassistant.helpers.entity import EntityDescription


@dataclass(frozen=True)
class EntityTexts:
    """What one entity wants translated."""

    platform: str
    key: str
    states: tuple[str, ...]
    placeholders: frozenset[str]
    has_device_class: bool

    def __str__(self) -> str:
        """Return a name for the report of a test."""
        return f"{self.platform}.{self.key}"


def entity_texts() -> list[EntityTexts]:
    """Return what each description asks for."""
    return [
        EntityTexts(
            platform=platform.value,
            key=str(item.translation_key),
            states=tuple(getattr(item, "options", None) or ()),
            placeholders=frozenset(item.translation_placeholders or ()),
            has_device_class=item.device_class is not None,
        )
        for platform in PLATFORMS
        for item in _descriptions(
            import_module(f"custom_components.spot_planner.{platform.value}")
        )
    ]


def _descriptions(platform: ModuleType) -> Iterator[EntityDescription]:
    """Go through the descriptions of a platform, also those made while it runs."""
    for value in vars(platform).values():
        if isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, EntityDescription))
    if platform.__name__.endswith(".sensor"):
        yield from map(_component, sorted(NAMED_COMPONENTS))
        yield _component("nobody_foresaw")
