"""Names that several files share."""

import logging
from typing import Final

DOMAIN: Final = "spot_planner"
LOGGER = logging.getLogger(__package__)

# What the config entry says of the connection and the place; all else is an option.
CONF_ACCOUNT_ID: Final = "account_id"
CONF_ADDRESS: Final = "address"
CONF_ADDRESS_ID: Final = "address_id"
CONF_API_KEY: Final = "api_key"
CONF_API_KEY_ADDED: Final = "api_key_added"
CONF_API_SECRET: Final = "api_secret"  # noqa: S105 - the name of a field.
CONF_BASE_URL: Final = "base_url"
CONF_LATITUDE: Final = "latitude"
CONF_LOCATION: Final = "location"
CONF_LOCATION_ID: Final = "location_id"
CONF_LONGITUDE: Final = "longitude"
CONF_LOOKUP: Final = "lookup"
CONF_PROVIDER: Final = "provider"
CONF_REGION: Final = "region"
CONF_TIME_ZONE: Final = "time_zone"
CONF_TOKEN: Final = "token"  # noqa: S105 - the name of a field.
SECTION_ADVANCED: Final = "advanced"

# The options.
CONF_CUSTOMER_PROFILE: Final = "customer_profile"
CONF_FALLBACK: Final = "fallback"
CONF_LEVEL_GREEN_BELOW: Final = "level_green_below"
CONF_LEVEL_METHOD: Final = "level_method"
CONF_LEVEL_RED_ABOVE: Final = "level_red_above"
CONF_OFF_PEAK_HOURS: Final = "off_peak_hours"
CONF_OFF_PEAK_HOURS_SUMMER: Final = "off_peak_hours_summer"
CONF_PRICE_DIRECTIONS: Final = "price_directions"
CONF_PRICE_LISTS: Final = "price_lists"
CONF_RATE_EXCISE: Final = "rate_excise"
CONF_RATE_HCB: Final = "rate_hcb"
CONF_RATE_HCH: Final = "rate_hch"
CONF_RATE_HPB: Final = "rate_hpb"
CONF_RATE_HPH: Final = "rate_hph"
CONF_RATE_VAT: Final = "rate_vat"
CONF_SEGMENT: Final = "segment"
CONF_SUPPLIER_MARKUP: Final = "supplier_markup"
CONF_TAX_DISPLAY: Final = "tax_display"
CONF_TURPE_OPTION: Final = "turpe_option"
CONF_WINDOW_DURATION: Final = "window_duration"
