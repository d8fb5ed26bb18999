"""Fixtures that the tests of the blueprints share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homeassistant.core import HomeAssistant

from .automation import Automate, blueprints


@pytest.fixture
async def automate(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Automate]:
    """Return a function that makes an automation of a blueprint with inputs."""
    async with blueprints(hass, tmp_path) as make:
        yield make
