"""Make up the energy prices of mFRR."""

from typing import Final

from dev.price_server.answer import JsonObject, number
from dev.price_server.market import PARIS, QUARTER_HOUR, Quarter
from dev.price_server.publication import Publication

from .delivery import Delivery
from .energy import EnergyPrice, empty_head, head
from .stamp import stamp

# How many rows the vendor calls recent is not known.
RECENT_ROWS: Final = 8


def mfrr_energy(publication: Publication, *, is_empty: bool) -> JsonObject:
    """Write the quarter-hours of the day before."""
    if is_empty:
        return {
            **empty_head(QUARTER_HOUR),
            "latestUpwardRow": None,
            "latestDownwardRow": None,
            "recentRows": [],
            "chartRows": [],
        }
    prices = [_price(quarter) for quarter in Delivery.of(publication).quarters]
    rows = [price.row(QUARTER_HOUR) for price in prices]
    before, latest = prices[-2:]
    return {
        # Both directions of a quarter-hour are counted.
        **head(publication, QUARTER_HOUR, 2, prices),
        "latestUpwardRow": _latest(latest, "UPWARD", latest.upward, before.upward),
        "latestDownwardRow": _latest(
            latest, "DOWNWARD", latest.downward, before.downward
        ),
        # The newest row comes first, which the page's one row leaves open.
        "recentRows": rows[: -RECENT_ROWS - 1 : -1],
        "chartRows": rows,
    }


def _price(quarter: Quarter) -> EnergyPrice:
    """Make up the prices of a quarter-hour."""
    # Downward energy is called for around noon only. Where none is, the page has zero.
    is_noon = quarter.start.astimezone(PARIS).hour in range(10, 16)
    return EnergyPrice(
        start=quarter.start,
        upward=number(quarter.price * 1.5, 1),
        downward=number(quarter.price * 0.5, 1) if is_noon else 0,
    )


def _latest(
    slot: EnergyPrice, direction: str, price: float, previous: float
) -> JsonObject:
    """Write the last quarter-hour in one direction."""
    requested = 45 if price else 0
    satisfied = 42 if price else 0
    return {
        "period_start_utc": stamp(slot.start),
        "period_end_utc": stamp(slot.start + QUARTER_HOUR),
        "direction": direction,
        "clearing_price_eur_mwh": price,
        "settlement_price_current_eur_mwh": price,
        "settlement_price_previous_eur_mwh": previous,
        "total_requested_volume_sa_mw": requested,
        "total_requested_volume_da_mw": 0,
        "total_satisfied_need_sa_mw": satisfied,
        "total_satisfied_need_da_mw": 0,
        "total_activated_volume_sa_mw": satisfied,
        "total_activated_volume_da_mw": 0,
        "total_volume_submitted_offers_mw": 310,
        "total_volume_filtered_offers_mw": 265,
    }
