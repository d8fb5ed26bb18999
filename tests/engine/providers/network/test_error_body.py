"""Test what is read from the body of an error."""

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.providers.network.error_body import ErrorBody
from dev.price_server.credentials import SECRETS

from ...helpers import PROPERTY

# The sample of the vendor's page (Otark, API conventions).
OTARK = {
    "error": {
        "code": "VALIDATION_ERROR",
        "message": "Human-readable description",
        "details": [{"field": "volume_mwh", "issue": "Must be a positive number"}],
    }
}
# The form of the newer page (RFC 9457), with one of the types it names.
RFC_9457 = {
    "type": "https://brp.otark.team/errors/balance_group_tso_not_enabled",
    "title": "Balance Group TSO Not Enabled",
    "status": 400,
    "detail": "The TSO is not enabled.",
    "errors": [
        {"field": "slots[0].amount", "code": "value_too_small"},
        {"path": "status", "code": "invalid_enum_value"},
    ],
}
# The form of Flatpeak's page (guides/system/errors).
FLATPEAK = {
    "object": "error",
    "live_mode": False,
    "context": {},
    "type": "invalid_request",
    "code": "no_tariff_connected",
    "message": "No tariff is connected to this location.",
    "time_created": "2026-04-15T12:00:00Z",
}


@pytest.mark.parametrize(
    ("document", "code", "fields", "text"),
    [
        (
            OTARK,
            "VALIDATION_ERROR",
            ("volume_mwh",),
            ", code VALIDATION_ERROR, fields volume_mwh",
        ),
        (
            RFC_9457,
            "balance_group_tso_not_enabled",
            ("slots[0].amount", "status"),
            ", code balance_group_tso_not_enabled, fields slots[0].amount status",
        ),
        (FLATPEAK, "no_tariff_connected", (), ", code no_tariff_connected"),
    ],
    ids=["error object", "problem+json", "Flatpeak"],
)
def test_forms_of_the_vendors(
    document: object, code: str, fields: tuple[str, ...], text: str
) -> None:
    """The code and the fields are read, and never a sentence."""
    problem = ErrorBody.read(document)
    assert problem == ErrorBody(code, fields)
    assert str(problem) == text


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"type": "https://example.com/errors/rate_limit/"}, "rate_limit"),
        ({"type": "rate_limit"}, "rate_limit"),
        ({"code": "http_404"}, "http_404"),
        ({"error": {"type": "not_found"}}, "not_found"),
        ({"type": "about:blank", "status": 500}, ""),
        ({"error": "unauthorized"}, ""),
        ({"error": {"code": 404}}, ""),
        ({"error": {"code": None, "type": None}}, ""),
        ({"code": {"a": 1}}, ""),
        ({"code": "An account with this key exists."}, ""),
        ({"code": "two words"}, ""),
        ({"code": "a\nb"}, ""),
        ({"code": "code\n"}, ""),
        ({"code": ""}, ""),
        ({"code": "x" * 61}, ""),
        ({"code": "é"}, ""),
    ],
)
def test_codes(document: object, code: str) -> None:
    """A code is one word, in one of three places; the rest is not for the log."""
    assert ErrorBody.read(document).code == code


@pytest.mark.parametrize(
    "document",
    [None, True, 0, "error", [], [OTARK], {}, {"error": []}, {"error": None}],
)
def test_what_is_no_error_body(document: object) -> None:
    """An error without a readable body is still one, just without a code."""
    assert ErrorBody.read(document) == ErrorBody()
    assert str(ErrorBody.read(document)) == ""


@pytest.mark.parametrize(
    "details",
    [None, {}, "field", [None, 5, "field", [], {}], [{"field": None, "path": 5}]],
)
def test_details_without_a_field(details: object) -> None:
    """Nothing is named then."""
    assert ErrorBody.read({"error": {"code": "bad", "details": details}}).fields == ()


def test_few_fields_are_enough() -> None:
    """The log does not grow with the length of an answer."""
    details = [{"field": f"field_{index}"} for index in range(100)]
    fields = ErrorBody.read({"code": "bad", "details": details}).fields
    assert fields == tuple(f"field_{index}" for index in range(5))


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("words", ["{}", "Unknown key {}", "https://a.example/{}"])
def test_quoted_secret_is_not_repeated(secret: str, words: str) -> None:
    """A vendor that quotes what was sent, wherever, gives nothing away."""
    quoted = words.format(secret)
    for document in (
        {"code": quoted, "message": quoted},
        {"error": {"code": quoted, "message": quoted, "details": [{"field": quoted}]}},
        {"type": quoted, "title": quoted, "errors": [{"path": quoted}]},
        {"error": quoted},
        {quoted: quoted},
    ):
        problem = ErrorBody.read(document)
        assert secret not in f"{problem} {problem!r}"
        assert problem.fields == ()


@PROPERTY
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["error", "code", "type", "details", "errors", "field", "path"]
                ),
                inner,
            )
        ),
    )
)
def test_any_document_is_read(document: object) -> None:
    """Whatever it is, it makes one short line of plain letters."""
    text = str(ErrorBody.read(document))
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 400
