"""Test which base URLs are accepted, and how names are put into a path."""

from urllib.parse import unquote

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.providers.network.address import (
    check_base_url,
    path_part,
)

from ...helpers import PROPERTY


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.sobry.co", "https://api.sobry.co"),
        ("https://api.sobry.co/", "https://api.sobry.co"),
        (" https://api.sobry.co ", "https://api.sobry.co"),
        ("https://example.com:8443/prices/", "https://example.com:8443/prices"),
        ("https://8.8.8.8", "https://8.8.8.8"),
        ("https://192.168.1.2", "https://192.168.1.2"),
        ("http://localhost", "http://localhost"),
        ("http://localhost:8123/sobry", "http://localhost:8123/sobry"),
        ("http://127.0.0.1:40123", "http://127.0.0.1:40123"),
        ("http://127.8.8.8", "http://127.8.8.8"),
        ("http://192.168.1.2", "http://192.168.1.2"),
        ("http://10.0.0.1/", "http://10.0.0.1"),
        ("http://172.16.0.1", "http://172.16.0.1"),
        ("http://[::1]", "http://[::1]"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[fd12::1]", "http://[fd12::1]"),
    ],
)
def test_accepted(text: str, url: str) -> None:
    """With https any host will do, with http one at home; no slash stays at the end."""
    assert check_base_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "http://api.sobry.co",
        "http://8.8.8.8",
        "http://172.32.0.1",
        "http://100.64.0.1",
        "http://0.0.0.0",
        "http://192.0.2.1",
        "http://240.0.0.1",
        "http://0.0.0.0:8080",
        "http://[::]",
        "http://[2001:4860:4860::8888]",
        "http://[::ffff:8.8.8.8]",
        # Names and numbers that only look like home.
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://2130706433",
        "//localhost",
        "ftp://localhost",
        "ftp://192.168.1.2",
        "ws://127.0.0.1",
        "file://localhost/etc/passwd",
    ],
)
def test_insecure(text: str) -> None:
    """Across the internet, prices without https could be anybody's."""
    with pytest.raises(InputError) as refused:
        check_base_url(text)
    assert refused.value.field == "base_url"
    assert refused.value.reason == "base_url_insecure"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "api.sobry.co",
        "/api",
        "https://",
        "https:///api",
        "file:///etc/passwd",
        "https://user@api.sobry.co",
        "https://user:word@api.sobry.co",
        "http://user:word@localhost",
        "https://:word@api.sobry.co",
        "http://127.0.0.1@example.com",
        "https://api.sobry.co?key=word",
        "https://api.sobry.co/?key=word",
        "https://api.sobry.co#part",
        "https://api.sobry.co:port",
        "https://api.sobry.co:99999",
        "http://[::1",
        "https://[not-an-address]",
    ],
)
def test_invalid(text: str) -> None:
    """There is no host, or there is something that does not belong into a base URL."""
    with pytest.raises(InputError) as refused:
        check_base_url(text)
    assert refused.value.field == "base_url"
    assert refused.value.reason == "base_url_invalid"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("loc_66879edb94bf861548cb7428", "loc_66879edb94bf861548cb7428"),
        ("Rådhuspladsen 1, 1. tv", "R%C3%A5dhuspladsen%201%2C%201.%20tv"),
        ("a/b", "a%2Fb"),
        ("a?b=c&d#e", "a%3Fb%3Dc%26d%23e"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("a\\b", "a%5Cb"),
        ("\ud800", "%3F"),
        ("a\r\nb", "a%0D%0Ab"),
    ],
)
def test_name_becomes_one_part_of_a_path(text: str, part: str) -> None:
    """Whatever means something in an address means nothing in a name."""
    assert path_part(text) == part


@pytest.mark.parametrize("text", [".", "..", "../..", "%2E%2E", "..%2F", "./a", "..."])
def test_dots_do_not_climb_out_of_the_path(text: str) -> None:
    """The address that is asked in the end still lies below the same path."""
    asked = URL(f"https://api.example.com/prices/{path_part(text)}/now")
    assert asked.raw_path.startswith("/prices/")
    assert asked.raw_path.endswith("/now")
    assert len(asked.raw_parts) == 4


@PROPERTY
@given(text=st.text(min_size=1))
def test_any_name_is_one_part(text: str) -> None:
    """Nothing that anybody types leads to another route."""
    asked = URL(f"https://api.example.com/prices/{path_part(text)}")
    assert asked.raw_path.count("/") == 2
    assert asked.raw_path.startswith("/prices/")
    assert not asked.query_string and not asked.fragment
    if text not in (".", ".."):
        assert unquote(asked.raw_path) == f"/prices/{text}"
