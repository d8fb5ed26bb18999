"""Test where Min Strøm can be asked about, and what opens its door."""

from base64 import b64decode
import math

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.providers.minstroem import VENDOR
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
    Place,
    Region,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    REGIONS,
    MinStroemProvider,
)
from custom_components.spot_planner.engine.providers.minstroem.token import (
    minstroem_token,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient

from ...helpers import COPENHAGEN

# The page's own sample of an address id.
ADDRESS_ID = "645db24a-f11a-3388-e044-0003ba298018"


def provider(
    session: ClientSession, place: Place, base_url: str = VENDOR.base_url
) -> MinStroemProvider:
    """Return a provider for a place."""
    client = HttpClient(session, base_url)
    return MinStroemProvider(client, "my-key", "my-secret", place, COPENHAGEN)


def test_regions_that_are_offered() -> None:
    """They are the ones that a client of the vendor's asks for, and all can be used."""
    assert len(REGIONS) == len(set(REGIONS)) == 11
    assert REGIONS[:2] == ("DK1", "DK2")
    assert [Region(code).path for code in REGIONS[-2:]] == [
        "/prices/NO4",
        "/prices/NO5",
    ]


@pytest.mark.parametrize("code", ["FI", "DE-LU", "dk1", "0123456789"])
def test_other_regions_may_be_typed(code: str) -> None:
    """Whether there is such a region is for the vendor to say."""
    assert Region(code).path == f"/prices/{code}"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "D",
        "01234567890",
        "DK 1",
        "DK1 ",
        "DK1\n",
        "DK/1",
        "..",
        "DK_1",
        "DKØ",
        "٣٤",
    ],
)
def test_text_that_is_no_region(code: str) -> None:
    """It is refused at its field before anybody is asked."""
    with pytest.raises(InputError) as refused:
        Region(code)
    assert (refused.value.field, refused.value.reason) == ("region", "unknown_region")


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(-90, -180), (90, 180), (0, 0), (55.6761, 12.5683)]
)
def test_coordinates_on_earth(latitude: float, longitude: float) -> None:
    """The edges belong to it; what the vendor covers is for the vendor to say."""
    place = Coordinates(latitude, longitude)
    assert place.path == "/prices/location"
    assert float(place.query["latitude"]) == latitude
    assert float(place.query["longitude"]) == longitude


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (90.0001, 12),
        (-90.0001, 12),
        (55, 180.0001),
        (55, -180.0001),
        (math.nan, 12),
        (55, math.nan),
        (math.inf, 12),
        (55, -math.inf),
    ],
)
def test_coordinates_off_the_map(latitude: float, longitude: float) -> None:
    """They are refused at their field before anybody is asked."""
    with pytest.raises(InputError) as refused:
        Coordinates(latitude, longitude)
    assert (refused.value.field, refused.value.reason) == ("location", "outside_area")


def test_coordinates_are_written_as_degrees() -> None:
    """A place at the equator is not written with an exponent."""
    place = Coordinates(0.00004, -0.1)
    assert place.query == {"latitude": "0.0000", "longitude": "-0.1000"}


@pytest.mark.parametrize("identity", ["", " ", "..", ".", "/", "-", "a\nb", "\ud800a"])
def test_address_without_an_id(identity: str) -> None:
    """What cannot name an address is refused at its field."""
    with pytest.raises(InputError) as refused:
        Address(identity)
    assert (refused.value.field, refused.value.reason) == ("address", "address_missing")


@pytest.mark.parametrize(
    ("identity", "path"),
    [
        (ADDRESS_ID, f"/prices/addresses/{ADDRESS_ID}"),
        ("a/b?c#d", "/prices/addresses/a%2Fb%3Fc%23d"),
        ("../1", "/prices/addresses/..%2F1"),
    ],
)
def test_address_stays_one_part_of_the_path(identity: str, path: str) -> None:
    """No id leads to another path, once the address is put together."""
    assert URL(f"https://example.com{Address(identity).path}").raw_path == path


async def test_question_names_the_place_and_the_address_asked(
    session: ClientSession,
) -> None:
    """Prices stored for one place are not those of another."""
    places: list[Place] = [
        Region("DK1"),
        Region("DK2"),
        Coordinates(55.6761, 12.5683),
        Coordinates(12.5683, 55.6761),
        Coordinates(55.6762, 12.5683),
        Address(ADDRESS_ID),
    ]
    questions = [provider(session, place).question for place in places]
    questions.append(provider(session, places[0], "http://127.0.0.1:8080").question)
    assert len(set(questions)) == len(questions)
    assert VENDOR.base_url in questions[0]
    assert VENDOR.base_url not in questions[-1]


async def test_question_does_not_mind_a_few_metres(session: ClientSession) -> None:
    """Coordinates count to four decimals, in the question and when asking."""
    near = Coordinates(55.676098, 12.568337)
    assert near.query == Coordinates(55.67613, 12.56829).query
    question = provider(session, near).question
    assert question == f"{VENDOR.base_url}/prices/location 55.6761 12.5683"


def test_token() -> None:
    """It is what `openssl dgst -sha256 -hmac` and `base64` make of key and secret."""
    digest = "1ef45e7900ba55ebac4a4ac3c1f5becce6e1e919e1d27a567ccb3d638636d5fe"
    token = minstroem_token("my-key", "my-secret")
    assert b64decode(token).decode() == f"my-key:{digest}"
    assert token == (
        "bXkta2V5OjFlZjQ1ZTc5MDBiYTU1ZWJhYzRhNGFjM2MxZjViZWNj"
        "ZTZlMWU5MTllMWQyN2E1NjdjY2IzZDYzODYzNmQ1ZmU="
    )


def test_token_ignores_blanks_around_what_was_pasted() -> None:
    """They are no part of a key or a secret."""
    token = minstroem_token(" my-key\n", "\tmy-secret ")
    assert token == minstroem_token("my-key", "my-secret")


@pytest.mark.parametrize(
    ("key", "secret", "field"),
    [
        ("", "my-secret", "api_key"),
        ("my-key", " ", "api_secret"),
        ("my key", "my-secret", "api_key"),
        ("my-key", "my-sécret", "api_secret"),
        ("my-key", "\ud800", "api_secret"),
    ],
)
def test_key_or_secret_that_cannot_be_one(key: str, secret: str, field: str) -> None:
    """It is refused at its field, and the error does not repeat it."""
    with pytest.raises(InputError) as refused:
        minstroem_token(key, secret)
    assert refused.value.field == field
    for text in (key, secret):
        assert not text.strip() or text not in f"{refused.value!r} {refused.value}"


async def test_secrets_are_not_shown(session: ClientSession) -> None:
    """Neither the provider's text nor its question tells them."""
    one = provider(session, Region("DK1"))
    token = minstroem_token("my-key", "my-secret")
    for text in (repr(one), str(one), one.question):
        for secret in ("my-key", "my-secret", token):
            assert secret not in text
