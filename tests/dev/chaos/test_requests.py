"""Test what has become of the runs that were asked for."""

import pytest

from dev.chaos.requests import Fate, Request, RequestBook


@pytest.fixture
def book() -> RequestBook:
    """Return a book with one answered request of 20 minutes."""
    book = RequestBook()
    assert book.next_duration("washer") == 20
    book.answered(Request("washer", 20, 0.0, "planned"))
    return book


def fates(book: RequestBook) -> list[Fate]:
    """Return what has become of all requests."""
    return [it.fate for it in book.requests]


def test_a_request_that_is_still_planned(book: RequestBook) -> None:
    """It is known again by its duration, and stays open."""
    assert book.look("washer", 20, "planned", set()) is None
    assert fates(book) == [Fate.OPEN]


@pytest.mark.parametrize("planned", [None, 30])
def test_a_request_that_is_lost(book: RequestBook, planned: int | None) -> None:
    """Neither the entities nor the file know of it; it is found once."""
    lost = book.look("washer", planned, "idle", {30})
    assert lost is not None
    assert lost.answer == "planned"
    assert fates(book) == [Fate.LOST]
    assert book.look("washer", planned, "idle", {30}) is None


def test_a_request_that_has_begun_is_not_lost(book: RequestBook) -> None:
    """It need not be known any more."""
    book.executed("washer", 20)
    assert book.look("washer", None, "idle", set()) is None
    assert fates(book) == [Fate.EXECUTED]


def test_another_run_is_not_the_request(book: RequestBook) -> None:
    """A run of another duration, or of another appliance, fulfils nothing."""
    book.executed("washer", 30)
    book.executed("dryer", 20)
    assert fates(book) == [Fate.OPEN]


@pytest.mark.parametrize(("status", "stored"), [("missed", set()), ("idle", {20})])
def test_a_request_that_did_not_run_with_a_reason(
    book: RequestBook, status: str, stored: set[int]
) -> None:
    """Home Assistant knows what has become of it."""
    assert book.look("washer", None, status, stored) is None
    assert fates(book) == [Fate.EXPLAINED]


def test_a_request_replaces_the_one_before(book: RequestBook) -> None:
    """Only the newer one has to be there."""
    assert book.next_duration("washer") == 21
    book.answered(Request("washer", 21, 1.0, "planned"))
    assert book.look("washer", 21, "planned", set()) is None
    assert fates(book) == [Fate.REPLACED, Fate.OPEN]


def test_other_appliances_are_left_alone(book: RequestBook) -> None:
    """Each is looked at on its own."""
    assert book.next_duration("dryer") == 20
    assert book.look("dryer", None, "idle", set()) is None
    assert fates(book) == [Fate.OPEN]
