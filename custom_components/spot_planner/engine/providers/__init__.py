"""Ask the price APIs; one file per provider."""

from enum import StrEnum


class ProviderKey(StrEnum):
    """The providers that a config entry can name."""

    SOBRY = "sobry"
    ENERGYSIGNAL = "energysignal"
    FLATPEAK = "flatpeak"
    MINSTROEM = "minstroem"
    OTARK = "otark"
