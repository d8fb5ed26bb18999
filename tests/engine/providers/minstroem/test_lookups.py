"""Test how what Min Strøm tells beside its prices is read."""

from datetime import datetime
from typing import Any

import pytest

from custom_components.spot_planner.engine.charge import Charge
from custom_components.spot_planner.engine.providers.errors import MalformedError
from custom_components.spot_planner.engine.providers.minstroem.history import (
    read_history,
)
from custom_components.spot_planner.engine.providers.minstroem.suggestion import (
    Suggestion,
    read_suggestions,
    suggestions_path,
)
from custom_components.spot_planner.engine.providers.minstroem.usage import (
    read_request_count,
)

from ...helpers import COPENHAGEN, utc

# The samples of the vendor's page, without the marks of what it leaves out.
TARIFF: dict[str, Any] = {
    "price": {"static": {"price": 0.9}},
    "ownerName": "Energinet",
    "name": "Elafgift",
    "from": "2024-12-31T23:00:00Z",
}
SUBSCRIPTION: dict[str, Any] = {
    "name": "Net abo C forbrug",
    "price": {"static": {"price": 26.686367}},
    "ownerName": "N1 A/S - 131",
    "from": "2024-12-31T23:00:00Z",
}
HISTORY: dict[str, Any] = {
    "from": "2025-02-14T21:31:50Z",
    "to": "2025-05-14T21:31:50Z",
    "tariffs": [TARIFF],
    "subscriptions": [SUBSCRIPTION],
}
SUGGESTION: dict[str, Any] = {
    "id": "645db24a-f11a-3388-e044-0003ba298018",
    "suggestion": "Solbakkevej 11, 2630 Taastrup, 2. tv.",
    "streetName": "Solbakkevej",
    "streetNumber": "11",
    "floor": "2",
    "door": "tv",
    "zipCode": "2630",
    "city": "Taastrup",
}
COUNTS: list[dict[str, Any]] = [
    {"date": "2024-05-16T22:00:00Z", "requestCount": 1257},
    {"date": "2024-05-17T22:00:00Z", "requestCount": 1104},
]

NO_NAMES: list[object] = [None, "", 5, []]
NO_TIMES: list[object] = [None, "then", 5, "2024-05-17T22:00:00"]
NO_COUNTS: list[object] = [None, "5", True, -1, 1.5, 10**30, []]


def tariffs(*rows: object) -> tuple[Charge, ...]:
    """Return the charges in a history of these tariffs."""
    return read_history({"tariffs": list(rows), "subscriptions": []})


def test_history_of_the_page() -> None:
    """Amounts are as the vendor states them, in whatever unit that is."""
    since = utc("2024-12-31T23:00")
    assert read_history(HISTORY) == (
        Charge("Elafgift", "Energinet", since, 0.9, is_subscription=False),
        Charge(
            "Net abo C forbrug", "N1 A/S - 131", since, 26.686367, is_subscription=True
        ),
    )


@pytest.mark.parametrize(
    "price",
    [
        *(None, 0.9, "0.9", [], {}, {"static": None}, {"static": 0.9}),
        *({"static": {}}, {"static": {"price": None}}, {"static": {"price": "0.9"}}),
        *({"static": {"price": True}}, {"static": {"price": 1e300}}),
        {"hourly": {"prices": [0.1, 0.2]}},
        {"static": {"price": 0.9}, "hourly": {}},
    ],
)
def test_price_in_a_form_that_is_not_documented(price: object) -> None:
    """That there is such a charge is known all the same."""
    (one,) = tariffs(TARIFF | {"price": price})
    assert one.amount is None
    assert one.name == "Elafgift"


@pytest.mark.parametrize("amount", [0, -0.5, 12, 1e-05])
def test_price_of_any_sign(amount: float) -> None:
    """A rebate is a charge too."""
    (one,) = tariffs(TARIFF | {"price": {"static": {"price": amount}}})
    assert one.amount == amount


@pytest.mark.parametrize(
    "bad",
    [
        *(None, 5, "Elafgift", [], {}),
        *(TARIFF | {"name": wrong} for wrong in NO_NAMES),
        *(
            TARIFF | {"from": wrong}
            for wrong in (None, "then", "2024-12-31T23:00:00", 5)
        ),
        *({k: v for k, v in TARIFF.items() if k != key} for key in ("name", "from")),
    ],
)
def test_row_of_the_history_that_cannot_be_read(bad: object) -> None:
    """It is left out, and the others stay."""
    assert [one.name for one in tariffs(bad, TARIFF, bad)] == ["Elafgift"]


@pytest.mark.parametrize("owner", [None, 5, []])
def test_owner_may_be_missing(owner: object) -> None:
    """A charge is told by its name."""
    assert [one.owner for one in tariffs(TARIFF | {"ownerName": owner})] == [""]


@pytest.mark.parametrize("other", [None, {}, "none", []])
def test_one_list_of_the_history_may_be_missing(other: object) -> None:
    """The one that is there says what it can."""
    document = HISTORY | {"subscriptions": other}
    assert [one.is_subscription for one in read_history(document)] == [False]
    document = HISTORY | {"tariffs": other}
    assert [one.is_subscription for one in read_history(document)] == [True]


def test_history_without_charges() -> None:
    """No charge is an answer as well."""
    assert tariffs() == ()


@pytest.mark.parametrize(
    "document", [None, [], [TARIFF], "none", 5, {}, {"tariffs": None}]
)
def test_answer_that_is_no_history(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read_history(document)


def test_suggestion_of_the_page() -> None:
    """The text is for people, the id is for asking."""
    assert read_suggestions([SUGGESTION]) == (
        Suggestion(
            "645db24a-f11a-3388-e044-0003ba298018",
            "Solbakkevej 11, 2630 Taastrup, 2. tv.",
        ),
    )


def test_suggestions_keep_their_order() -> None:
    """The vendor puts the likeliest first; an address comes once."""
    ids = ["b", "a", "b", "c"]
    found = read_suggestions([SUGGESTION | {"id": identity} for identity in ids])
    assert [one.identity for one in found] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "bad",
    [
        *(None, 5, "Solbakkevej", [], {}),
        *(SUGGESTION | {"id": wrong} for wrong in (*NO_NAMES, "..", "\ud800")),
        *(SUGGESTION | {"suggestion": wrong} for wrong in (*NO_NAMES, " ")),
    ],
)
def test_suggestion_that_cannot_be_chosen(bad: object) -> None:
    """It is left out, and the others stay."""
    other = SUGGESTION | {"id": "another"}
    assert len(read_suggestions([SUGGESTION, bad, other])) == 2


@pytest.mark.parametrize("document", [None, {}, {"data": [SUGGESTION]}, "none", 5])
def test_answer_without_a_list_of_suggestions(document: object) -> None:
    """It is no answer of this vendor; an empty list is one."""
    with pytest.raises(MalformedError):
        read_suggestions(document)
    assert read_suggestions([]) == ()


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("Solbakkevej 11", "Solbakkevej%2011"),
        ("  Prøvevej ", "Pr%C3%B8vevej"),
        ("a/b?c#d%", "a%2Fb%3Fc%23d%25"),
        ("a\nb\ud800c", "a%20b%20c"),
    ],
)
def test_path_of_suggestions(query: str, part: str) -> None:
    """Whatever is typed stays one part of the path."""
    assert suggestions_path(query) == f"/prices/addresses/suggestions/{part}"


@pytest.mark.parametrize("query", ["", "  ", "\n", "..", ".", ",", "\ud800"])
def test_text_that_says_nothing(query: str) -> None:
    """Nobody is asked about it."""
    assert suggestions_path(query) is None


@pytest.mark.parametrize(
    ("now", "count"),
    [
        ("2024-05-16T21:59:59", None),
        ("2024-05-16T22:00:00", 1257),
        ("2024-05-17T21:59:59", 1257),
        ("2024-05-17T22:00:00", 1104),
        ("2024-05-18T21:59:59", 1104),
        ("2024-05-18T22:00:00", None),
    ],
)
def test_count_of_the_page(now: str, count: int | None) -> None:
    """A Danish day in summer begins at 22:00 in UTC."""
    assert read_request_count(COUNTS, utc(now), COPENHAGEN) == count


@pytest.mark.parametrize(
    ("date", "now", "is_today"),
    [
        ("2026-01-14T23:00:00Z", "2026-01-15T22:59", True),
        ("2026-01-14T23:00:00Z", "2026-01-15T23:00", False),
        # The days on which the clocks change have 23 and 25 hours.
        ("2026-03-28T23:00:00Z", "2026-03-29T21:59", True),
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00", False),
        ("2026-10-24T22:00:00Z", "2026-10-25T22:59", True),
        ("2026-10-24T22:00:00Z", "2026-10-25T23:00", False),
    ],
)
def test_count_in_winter_and_when_clocks_change(
    date: str, now: str, is_today: bool
) -> None:
    """The day is the Danish one."""
    found = read_request_count(
        [{"date": date, "requestCount": 7}], utc(now), COPENHAGEN
    )
    assert found == (7 if is_today else None)


NOW: datetime = utc("2024-05-18T10:00")


@pytest.mark.parametrize(
    "bad",
    [
        *({"requestCount": wrong} for wrong in NO_COUNTS),
        *({"date": wrong} for wrong in NO_TIMES),
    ],
)
def test_count_that_cannot_be_read(bad: dict[str, Any]) -> None:
    """It is as good as absent, and the other days do not matter."""
    assert read_request_count([*COUNTS, COUNTS[1] | bad], NOW, COPENHAGEN) == 1104
    assert read_request_count([COUNTS[1] | bad], NOW, COPENHAGEN) is None


def test_count_only_grows() -> None:
    """Of two for the same day, the larger is the newer."""
    rows = [COUNTS[1] | {"requestCount": count} for count in (3, 5, 4)]
    assert read_request_count(rows, NOW, COPENHAGEN) == 5


def test_no_request_is_a_count() -> None:
    """Zero is not unknown."""
    rows = [COUNTS[1] | {"requestCount": 0}]
    assert read_request_count(rows, NOW, COPENHAGEN) == 0
    assert read_request_count([], NOW, COPENHAGEN) is None


@pytest.mark.parametrize("document", [None, {}, 5, "none", [None], [5], [COUNTS]])
def test_answer_without_a_list_of_counts(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read_request_count(document, NOW, COPENHAGEN)
