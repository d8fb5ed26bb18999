"""Test how what stands around the rows of Flatpeak is read."""

import pytest

from custom_components.spot_planner.engine.providers.base import Direction
from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.flatpeak.answer import (
    FlatpeakLocation,
    read_location,
    read_next_update,
    read_prices,
)

from ...helpers import utc
from .test_answer import LOCATION, answer, read, row

NOW = utc("2026-04-15T12:00")


@pytest.mark.parametrize(
    "currency", [None, "", "eur", "EURO", "€", "EU", "E1R", "EUR\n", 978, ["EUR"], {}]
)
def test_currency_that_is_no_code(currency: object) -> None:
    """A number without a currency is no price."""
    document = answer([row()], currency_code=currency)
    with pytest.raises(MalformedError):
        read(document)
    with pytest.raises(MalformedError):
        read_location(document, LOCATION, Direction.IMPORT)


@pytest.mark.parametrize("currency", ["EUR", "GBP", "DKK", "USD"])
def test_currency_is_the_answer_s(currency: str) -> None:
    """The vendor is in many countries."""
    assert read(answer([row()], currency_code=currency)).currency == currency


def test_another_currency_than_demanded() -> None:
    """What is bought and what is sold are not to be mixed."""
    document = answer([row()], tariff_direction="EXPORT", request=None)
    assert read_prices(document, LOCATION, Direction.EXPORT, "EUR").currency == "EUR"
    with pytest.raises(WrongCurrencyError):
        read_prices(document, LOCATION, Direction.EXPORT, "GBP")


@pytest.mark.parametrize("theirs", ["loc_other", "", 5, [], {}, True])
def test_answer_for_another_location(theirs: object) -> None:
    """They are somebody else's prices."""
    document = answer([row()], location_id=theirs)
    with pytest.raises(MalformedError, match="another location"):
        read(document)
    with pytest.raises(MalformedError, match="another location"):
        read_location(document, LOCATION, Direction.IMPORT)


@pytest.mark.parametrize("theirs", ["EXPORT", "LOCAL", "", 5, [], {}, None, True])
def test_answer_for_another_direction(theirs: object) -> None:
    """What is paid for power is not what it costs."""
    with pytest.raises(MalformedError, match="another direction"):
        read(answer([row()], tariff_direction=theirs))
    with pytest.raises(MalformedError, match="another direction"):
        read(answer([row()], request={"tariff_direction": theirs}))


@pytest.mark.parametrize("direction", list(Direction))
def test_each_direction_is_read(direction: Direction) -> None:
    """The API writes them in capitals."""
    capitals = {"tariff_direction": direction.value.upper()}
    document = answer([row()], **capitals, request=capitals)
    assert len(read(document, direction)) == 1


@pytest.mark.parametrize(
    "missing",
    ["location_id", "tariff_direction", "request", "next_update", "location_timezone"],
)
def test_what_is_left_out_contradicts_nothing(missing: str) -> None:
    """Releases of the API differ in what stands around the rows."""
    document = answer([row()])
    del document[missing]
    assert read(document) == read(answer([row()]))


@pytest.mark.parametrize("request_", [None, [], "none", 5, {}])
def test_request_that_says_nothing(request_: object) -> None:
    """The rows say enough by themselves."""
    assert len(read(answer([row()], request=request_))) == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-15T12:00:01Z", "2026-04-15T12:00:01"),
        ("2026-04-15T23:00:00Z", "2026-04-15T23:00"),
        ("2026-04-15T23:00:00+02:00", "2026-04-15T21:00"),
        ("2026-04-16T12:00:00Z", "2026-04-16T12:00"),
        # Later than a day from now is too late.
        ("2026-04-16T12:00:01Z", "2026-04-16T12:00"),
        ("2031-01-01T00:00:00Z", "2026-04-16T12:00"),
    ],
)
def test_next_update(text: str, moment: str) -> None:
    """The vendor knows best when to ask, within reason."""
    assert read_next_update({"next_update": text}, NOW) == utc(moment)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-04-15T12:00:00Z", "2026-04-15T11:59:59Z", "2022-05-24T23:00:00Z"),
        *("2026-04-15T23:00:00", "soon", "", None, 5, [], {}, True, "9999-12-31"),
    ],
)
def test_next_update_that_is_of_no_use(text: object) -> None:
    """What is over or unreadable is not there, and no mistake of the prices."""
    assert read_next_update(answer([row()], next_update=text), NOW) is None


@pytest.mark.parametrize("document", [None, [], "soon", {}])
def test_next_update_that_is_not_there(document: object) -> None:
    """Some releases do not have it."""
    assert read_next_update(document, NOW) is None


@pytest.mark.parametrize("name", ["Europe/Paris", "Europe/London", "UTC"])
def test_time_zone_of_a_location(name: str) -> None:
    """It is the name in the tz database."""
    document = answer([], location_timezone=name)
    found = read_location(document, LOCATION, Direction.IMPORT)
    assert found == FlatpeakLocation(name, "EUR")


@pytest.mark.parametrize(
    "name",
    [
        *(None, "", 5, [], {}, "CET+1", "Europe", "Europe/", "Europe/Atlantis", "."),
        *("../../etc/passwd", "/etc/localtime", "zone.tab", "\0", "\ud800", "x" * 5000),
    ],
)
def test_time_zone_that_nobody_knows(name: object) -> None:
    """Days cannot be told by it, and no file is opened that is none of a zone."""
    with pytest.raises(MalformedError):
        read_location(answer([], location_timezone=name), LOCATION, Direction.IMPORT)
