"""Test what is known of each vendor before it is asked."""

from datetime import time
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.base import PriceKind
from custom_components.spot_planner.engine.providers.vendors import VENDORS

MAP = {"lookup": "coordinates"}
REGION = {"lookup": "region"}
FRANCE = {"time_zone": "Europe/Paris"}


def test_keys_are_those_of_the_contract_with_users() -> None:
    """They are stored in config entries and so never change."""
    assert list(VENDORS) == [
        *("sobry", "energysignal", "flatpeak", "minstroem", "otark")
    ]
    assert all(vendor.key == key for key, vendor in VENDORS.items())


@pytest.mark.parametrize(
    ("key", "data", "kind", "currency", "gives_levels", "at"),
    [
        ("sobry", {}, PriceKind.REGULATED, "EUR", False, time(13)),
        ("sobry", {"api_key": "k"}, PriceKind.FINAL, "EUR", True, time(13, 30)),
        ("energysignal", {}, PriceKind.SPOT, "EUR", False, time(13)),
        ("flatpeak", {}, PriceKind.FINAL, None, False, time(23)),
        ("minstroem", MAP, PriceKind.FINAL, "DKK", True, time(13)),
        ("minstroem", REGION, PriceKind.FINAL, "DKK", True, time(13)),
    ],
)
def test_products(
    key: str,
    data: dict[str, Any],
    kind: PriceKind,
    currency: str | None,
    gives_levels: bool,
    at: time,
) -> None:
    """What the price of an entry contains, and when it appears."""
    product = VENDORS[key].product_of(data)
    assert product
    assert product.kind is kind
    assert product.currency == currency
    assert product.gives_levels is gives_levels
    assert product.published_at == at
    # What Flatpeak estimates stays so.
    assert product.replaces_estimates is (key != "flatpeak")


@pytest.mark.parametrize(
    ("key", "data", "has_tariff", "needs_tariff"),
    [
        ("sobry", {}, True, True),
        ("sobry", {"api_key": "k"}, True, False),
        ("sobry", {"api_key": ""}, True, True),
        ("energysignal", {"token": "t"}, True, True),
        ("flatpeak", {}, False, False),
        ("flatpeak", {"time_zone": "Europe/London"}, False, False),
        ("flatpeak", FRANCE, True, False),
        ("minstroem", REGION, False, False),
        ("minstroem", FRANCE, False, False),
        ("otark", {}, False, False),
    ],
)
def test_tariff(
    key: str, data: dict[str, Any], has_tariff: bool, needs_tariff: bool
) -> None:
    """Who lives in France has the French one; it makes the price of who tells the spot."""
    assert VENDORS[key].has_tariff(data) is has_tariff
    assert VENDORS[key].needs_tariff(data) is needs_tariff


@pytest.mark.parametrize(
    ("key", "data", "unknown"),
    [
        ("sobry", {}, None),
        ("flatpeak", {}, ("location_id", "unknown_location")),
        ("minstroem", {}, None),
        ("minstroem", {"lookup": "region"}, ("region", "unknown_region")),
        ("minstroem", {"lookup": "coordinates"}, ("location", "outside_area")),
        ("minstroem", {"lookup": "address"}, ("address_id", "unknown_address")),
    ],
)
def test_place_that_nobody_knows(
    key: str, data: dict[str, Any], unknown: tuple[str, str] | None
) -> None:
    """The form points at what was asked for."""
    asked = VENDORS[key].place_of(data)
    assert (asked and (asked.field, asked.unknown)) == unknown


def test_no_vendor_without_prices_has_more() -> None:
    """Otark has volumes only, so nothing there is about prices."""
    otark = VENDORS["otark"]
    assert otark.products == ()
    assert otark.product_of({}) is None
    assert not (otark.directions or otark.lookups or otark.ending)
