"""A timer for each full minute, which no change of the clock holds up.

Home Assistant's own `async_track_utc_time_change` waits until its clock shows the next
minute: when that is set back by six hours, it is silent for six hours.
"""

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

# A little later than the minute itself, so that a timer that is early by a
# millisecond is not in the minute before.
AFTER = 0.05


@callback
def async_track_minutes(hass: HomeAssistant, action: CALLBACK_TYPE) -> CALLBACK_TYPE:
    """Call a function soon after the begin of each minute; return how to end that."""
    cancel: CALLBACK_TYPE | None = None

    @callback
    def wait() -> None:
        nonlocal cancel
        seconds = 60 - dt_util.utcnow().timestamp() % 60 + AFTER
        cancel = async_call_later(hass, seconds, passed)

    @callback
    def passed(_: object) -> None:
        wait()
        action()

    @callback
    def end() -> None:
        if cancel:
            cancel()

    wait()
    return end
