"""Test how the prices of Min Strøm are read."""

from math import fsum
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    NotPublishedError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
    Place,
    Region,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    read_prices,
)
from custom_components.spot_planner.engine.series import Level, PriceSeries

from ...helpers import COPENHAGEN, HOUR, PROPERTY, utc

REGION = Region("DK1")
COORDINATES = Coordinates(55.6761, 12.5683)
ADDRESS = Address("645db24a-f11a-3388-e044-0003ba298018")
WITH_CHARGES: list[Place] = [COORDINATES, ADDRESS]

# The samples of the vendor's page: the routes for a region, and for a place.
SPOT_SAMPLE = [
    {"date": "2023-10-12T14:00:00Z", "price": 2.04095, "color": "yellow"},
    {"date": "2023-10-12T15:00:00Z", "price": 3.6294125, "color": "yellow"},
]
FULL_SAMPLE = [
    {
        "date": "2023-10-12T14:00:00Z",
        "price": 2.04095,
        "charges": 1.4335,
        "color": "yellow",
    },
    {
        "date": "2023-10-12T15:00:00Z",
        "price": 3.6294125,
        "charges": 2.277875,
        "color": "yellow",
    },
]


def read(document: object, place: Place = COORDINATES) -> PriceSeries:
    """Return the prices in an answer."""
    return read_prices(document, place, COPENHAGEN)


def row(hour: float = 12, **fields: Any) -> dict[str, Any]:
    """Return the row that begins so many hours into a day in UTC."""
    start = utc("2026-04-15T00:00") + hour * HOUR
    date_text = start.isoformat().replace("+00:00", "Z")
    return {"date": date_text, "price": 2.5, "charges": 1.25, **fields}


def parts(series: PriceSeries) -> list[dict[str, float]]:
    """Return the components of each interval by their names."""
    return [{part.name: part.amount for part in one.components} for one in series]


@pytest.mark.parametrize("place", WITH_CHARGES)
def test_sample_of_the_page_with_charges(place: Place) -> None:
    """The spot price is, to the last digit, the one that was published for the hour."""
    series = read(FULL_SAMPLE, place)
    assert series.currency == "DKK"
    assert [(one.start, one.end, one.price) for one in series] == [
        (utc("2023-10-12T14:00"), utc("2023-10-12T15:00"), 2.04095),
        (utc("2023-10-12T15:00"), utc("2023-10-12T16:00"), 3.6294125),
    ]
    assert {one.provider_level for one in series} == {Level.YELLOW}
    assert [one.component("spot") for one in series] == [0.48596, 1.08123]
    # With VAT, these are the 0.60745 and 1.3515375 of the arithmetic.
    assert [round(1.25 * spot["spot"], 7) for spot in parts(series)] == [
        0.60745,
        1.3515375,
    ]
    assert [one.component("charges") for one in series] == [1.1468, 1.8223]
    assert [one.component("vat") for one in series] == pytest.approx(
        [0.40819, 0.7258825], abs=1e-12
    )


def test_sample_of_the_page_for_a_region() -> None:
    """Whether it contains VAT cannot be proved, so the price is not taken apart."""
    series = read(SPOT_SAMPLE, REGION)
    assert [one.price for one in series] == [2.04095, 3.6294125]
    assert parts(series) == [{"spot": 2.04095}, {"spot": 3.6294125}]
    assert {one.provider_level for one in series} == {Level.YELLOW}


def test_region_has_no_charges() -> None:
    """They are not documented there, and what they mean would be a guess."""
    assert parts(read([row()], REGION)) == [{"spot": 2.5}]


@pytest.mark.parametrize("fields", [{}, {"charges": None}])
@pytest.mark.parametrize("place", WITH_CHARGES)
def test_place_without_charges(place: Place, fields: dict[str, Any]) -> None:
    """The vendor says that the price is the spot price alone then."""
    bare = {"date": "2026-04-15T12:00:00Z", "price": 0.75, **fields}
    series = read([bare], place)
    assert [one.price for one in series] == [0.75]
    assert parts(series) == [{"spot": 0.75}]


@pytest.mark.parametrize(
    ("price", "charges", "spot", "before", "vat"),
    [
        (2.5, 1.25, 1, 1, 0.5),
        (-0.25, 1, -1, 0.8, -0.05),
        (0, 0.5, -0.4, 0.4, 0),
        (1, 0, 0.8, 0, 0.2),
        (0.5, -0.5, 0.8, -0.4, 0.1),
        (1e-05, 0, 8e-06, 0, 2e-06),
    ],
)
def test_negative_and_zero_prices(
    price: float, charges: float, spot: float, before: float, vat: float
) -> None:
    """They are prices like any other, and VAT follows their sign."""
    series = read([row(price=price, charges=charges)])
    assert [one.price for one in series] == [price]
    (found,) = parts(series)
    assert found == pytest.approx({"spot": spot, "charges": before, "vat": vat})


@PROPERTY
@given(price=st.floats(-100, 100), charges=st.floats(-100, 100))
def test_parts_add_up_to_the_price(price: float, charges: float) -> None:
    """Whatever rounding takes off the parts is found again in VAT."""
    (found,) = parts(read([row(price=price, charges=charges)]))
    assert list(found) == ["spot", "charges", "vat"]
    assert abs(fsum(found.values()) - price) <= 1e-12
    assert found["vat"] == pytest.approx(price / 5, abs=2e-10)


@pytest.mark.parametrize(
    ("color", "level"),
    [
        ("green", Level.GREEN),
        ("yellow", Level.YELLOW),
        ("red", Level.RED),
        ("purple", None),
        ("Green", None),
        ("", None),
        (None, None),
        (3, None),
        ({}, None),
        ([], None),
    ],
)
def test_colour(color: object, level: Level | None) -> None:
    """It is optional, and one that we do not know is none."""
    assert [one.provider_level for one in read([row(color=color)])] == [level]
    assert [one.provider_level for one in read([row()])] == [None]


def test_single_row_is_an_hour() -> None:
    """The page calls its prices hourly."""
    assert [one.duration for one in read([row()])] == [HOUR]


@pytest.mark.parametrize("bad", [{"price": None}, "without"])
def test_row_without_a_price_is_a_gap(bad: object) -> None:
    """A missing price is a gap, never zero, and its neighbours do not grow."""
    rows = [row(hour) for hour in range(4)]
    for gap in rows[1::2]:
        del gap["price"]
        if isinstance(bad, dict):
            gap |= bad
    series = read(rows)
    assert [(one.start, one.end) for one in series] == [
        (utc("2026-04-15T00:00"), utc("2026-04-15T01:00")),
        (utc("2026-04-15T02:00"), utc("2026-04-15T03:00")),
    ]


@pytest.mark.parametrize("price", [2.5, 0])
def test_price_beside_a_gap_at_the_same_time(price: float) -> None:
    """A row that says nothing contradicts nothing."""
    rows = [row(price=None), row(price=price), row(price=None)]
    assert [one.price for one in read(rows)] == [price]


@pytest.mark.parametrize("document", [[], [row(price=None)], [row(1, price=None)] * 2])
def test_nothing_is_published(document: object) -> None:
    """An empty list, and one without a single price, are not out yet."""
    with pytest.raises(NotPublishedError):
        read(document)


@pytest.mark.parametrize(
    "document",
    [None, {}, {"data": [row()]}, "prices", 5, True, [row(), None], [[row()]], ["x"]],
)
def test_answer_that_is_no_list_of_rows(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read(document)


@pytest.mark.parametrize("key", ["price", "charges"])
@pytest.mark.parametrize(
    "bad",
    [
        *("0.1", True, [], {}, float("nan"), float("inf")),
        *(1e6, -1e6, 1e308, 10**400),
    ],
)
def test_amount_that_is_none(key: str, bad: object) -> None:
    """Texts, truths and numbers beyond all reason are no amounts."""
    with pytest.raises(MalformedError, match="row 1"):
        read([row(1), row(2, **{key: bad})])


def test_spot_price_beyond_all_reason() -> None:
    """Two amounts that could be may still leave one between them that could not."""
    with pytest.raises(MalformedError, match="row 0"):
        read([row(price=9e5, charges=-9e5)])


@pytest.mark.parametrize(
    "bad",
    [
        *(None, "", "soon", 5, [], "2026-04-15T12:00:00", "2026-04-15"),
        *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_row_without_a_moment(bad: object) -> None:
    """A time that could be several moments is none, for a gap as well."""
    for price in (1, None):
        with pytest.raises(MalformedError, match="row 1"):
            read([row(), row(date=bad, price=price)])


def test_other_offset_is_the_same_moment() -> None:
    """The page writes UTC; any offset says as much."""
    (one,) = read([row(date="2026-04-15T14:00:00+02:00")])
    assert one.start == utc("2026-04-15T12:00")


@pytest.mark.parametrize("other", [{"price": 2.6}, {"charges": 1.3}, {"charges": None}])
def test_conflicting_rows(other: dict[str, Any]) -> None:
    """Two prices for one time cannot both be true."""
    with pytest.raises(MalformedError):
        read([row(), row(13), row(**other)])


@pytest.mark.parametrize("currency", ["EUR", "SEK", "dkk", "", 5, []])
def test_row_in_another_currency(currency: object) -> None:
    """No row is known to name one, but a number in another would look like a price."""
    with pytest.raises(WrongCurrencyError):
        read([row(currency=currency)])


@pytest.mark.parametrize("fields", [{"currency": "DKK"}, {"unit": {}, "rank": None}])
def test_fields_that_change_nothing(fields: dict[str, Any]) -> None:
    """What the page does not name is not read."""
    assert read([row(**fields)]) == read([row()])
