"""Whether an appliance could ever run in its home."""

from .appliance import check_room
from .const import CONF_POWER
from .engine.errors import InputError
from .engine.planning.home import Home
from .engine.runs.appliance import Appliance

# Below a milliwatt, a load is not above a limit; sums of decimals are not exact.
TOLERANCE = 1e-6


def check_appliance(appliance: Appliance, home: Home) -> None:
    """Refuse an appliance that never has enough time, or never enough power.

    Raises:
        InputError: Naming the field.
    """
    check_room(appliance)
    total = appliance.profile.peak + home.base_load
    if home.power_limit is not None and total > home.power_limit + TOLERANCE:
        raise InputError(CONF_POWER, "load_above_limit", total)
