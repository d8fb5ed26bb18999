"""Lists of prices in the forms that other tools read."""

from datetime import tzinfo
from typing import Any

from ..engine.series import PriceInterval, PriceSeries
from ..options import PriceLists

# The attributes that hold lists: the recorder must never see them.
LIST_ATTRIBUTES = frozenset(
    {
        "prices_today",
        "prices_tomorrow",
        "raw_today",
        "raw_tomorrow",
        "today",
        "tomorrow",
        "tomorrow_valid",
    }
)


def price_lists(
    kind: PriceLists, today: PriceSeries, tomorrow: PriceSeries, zone: tzinfo
) -> dict[str, Any]:
    """Return the attributes that a kind of reader expects; times are local.

    `generic` is a list of `time` and `price`; `nordpool` has the attributes of the
    widespread custom Nord Pool integration.
    """
    match kind:
        case PriceLists.NONE:
            return {}
        case PriceLists.GENERIC:
            return {
                "prices_today": [_generic(item, zone) for item in today],
                "prices_tomorrow": [_generic(item, zone) for item in tomorrow],
            }
        case PriceLists.NORDPOOL:
            return {
                "today": [item.price for item in today],
                "tomorrow": [item.price for item in tomorrow],
                "tomorrow_valid": len(tomorrow) > 0,
                "raw_today": [_nordpool(item, zone) for item in today],
                "raw_tomorrow": [_nordpool(item, zone) for item in tomorrow],
            }


def _generic(interval: PriceInterval, zone: tzinfo) -> dict[str, Any]:
    return {
        "time": interval.start.astimezone(zone).isoformat(),
        "price": interval.price,
    }


def _nordpool(interval: PriceInterval, zone: tzinfo) -> dict[str, Any]:
    return {
        "start": interval.start.astimezone(zone).isoformat(),
        "end": interval.end.astimezone(zone).isoformat(),
        "value": interval.price,
    }
