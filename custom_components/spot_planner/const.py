"""Names that several files share."""

import logging
from typing import Final

DOMAIN: Final = "spot_planner"
LOGGER = logging.getLogger(__package__)

# What the config entry says of the connection; all else is an option.
CONF_PROVIDER: Final = "provider"
CONF_BASE_URL: Final = "base_url"
SECTION_ADVANCED: Final = "advanced"

# The options.
CONF_CUSTOMER_PROFILE: Final = "customer_profile"
CONF_LEVEL_GREEN_BELOW: Final = "level_green_below"
CONF_LEVEL_METHOD: Final = "level_method"
CONF_LEVEL_RED_ABOVE: Final = "level_red_above"
CONF_OFF_PEAK_HOURS: Final = "off_peak_hours"
CONF_OFF_PEAK_HOURS_SUMMER: Final = "off_peak_hours_summer"
CONF_PRICE_LISTS: Final = "price_lists"
CONF_SEGMENT: Final = "segment"
CONF_SUPPLIER_MARKUP: Final = "supplier_markup"
CONF_TAX_DISPLAY: Final = "tax_display"
CONF_TURPE_OPTION: Final = "turpe_option"
CONF_WINDOW_DURATION: Final = "window_duration"
