"""What of an entry its entities and requests depend on."""

from homeassistant.config_entries import ConfigEntry

from .const import CONF_PROFILE


def entry_shape(entry: ConfigEntry) -> object:
    """Return what cannot change without the entry beginning anew."""
    appliances = {
        key: (it.title, CONF_PROFILE in it.data) for key, it in entry.subentries.items()
    }
    return entry.title, dict(entry.data), dict(entry.options), appliances
