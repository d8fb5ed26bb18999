"""Test how a provider is asked for what it tells beside prices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    NoSubscriptionError,
    ProviderError,
    RateLimitedError,
    ServerError,
)
from custom_components.spot_planner.prices.feed import Feed
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..conftest import DOMAIN, ENTRY_ID, NOW, Clock, pass_time

PACE = timedelta(hours=1)
START = datetime.fromisoformat(NOW)


@dataclass
class Vendor:
    """Answer a number, or fail as told, and remember when and for what it was asked."""

    name: str = "Vendor"
    website: str = "https://example.org"
    answer: int | None = 7
    failure: ProviderError | None = None
    asked: list[datetime] = field(default_factory=list)
    wanted: list[frozenset[str]] = field(default_factory=list)

    async def ask(self, now: datetime, wanted: frozenset[str]) -> int | None:
        """Answer one question."""
        self.asked.append(now)
        self.wanted.append(wanted)
        if self.failure:
            raise self.failure
        return self.answer


class Entity:
    """Look at a feed until it is removed, and count how often there was news."""

    def __init__(self, feed: Feed[int | None], key: str) -> None:
        """Begin to look."""
        self.count = 0
        self._remove: Callable[[], None] | None = feed.async_add_listener(
            self._look, key
        )

    def remove(self) -> None:
        """Look no longer."""
        if self._remove:
            self._remove()
            self._remove = None

    def _look(self) -> None:
        self.count += 1


type Look = Callable[[str], Entity]


@pytest.fixture
def vendor() -> Vendor:
    """Return a vendor that answers."""
    return Vendor()


@pytest.fixture
def feed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, vendor: Vendor
) -> Feed[int | None]:
    """Return a feed that nobody looks at, of an entry that is up."""
    freezer.move_to(NOW)
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=ENTRY_ID,
        title="Vendor",
        data={"provider": "otark"},
        state=ConfigEntryState.LOADED,
    )
    entry.add_to_hass(hass)
    return Feed(hass, entry, "numbers", vendor, PACE, vendor.ask)


@pytest.fixture
def look(hass: HomeAssistant, feed: Feed[int | None]) -> Iterator[Look]:
    """Return a function that enables an entity; in the end all are removed."""
    entities: list[Entity] = []

    def add(key: str) -> Entity:
        entities.append(Entity(feed, key))
        return entities[-1]

    yield add
    for entity in entities:
        entity.remove()


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return what the user is told of a missing subscription."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"no_subscription_{ENTRY_ID}")


async def test_nothing_is_asked_while_nobody_looks(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Cost no request as long as no entity is enabled."""
    await pass_time(advance, START, START + timedelta(days=1), timedelta(hours=1))
    assert not vendor.asked
    assert not feed.is_known


async def test_the_first_listener_begins_and_the_last_one_ends_the_questions(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Ask at once, then at a steady pace, and no more once nobody looks."""
    entity = look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert vendor.asked == [START]
    assert feed.data == 7
    await pass_time(advance, START, START + 4 * PACE, timedelta(minutes=15))
    pauses = {after - before for before, after in pairwise(vendor.asked)}
    assert len(vendor.asked) == 5
    assert pauses == {PACE}
    entity.remove()
    await pass_time(advance, START + 4 * PACE, START + 9 * PACE, PACE)
    assert len(vendor.asked) == 5


async def test_one_question_is_for_all_that_are_enabled(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Ask once for entities that are added together, and name each of them."""
    look("one")
    entity = look("two")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert vendor.wanted == [{"one", "two"}]
    entity.remove()
    await advance(START + PACE + timedelta(seconds=1))
    assert vendor.wanted == [{"one", "two"}, {"one"}]


async def test_entities_are_told_at_each_quarter_hour_without_a_question(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Show what holds from now on, which the answer already told."""
    entity = look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    await advance(START + timedelta(minutes=1))
    before = entity.count
    for minutes in (5, 15, 20, 30, 40, 45):
        await advance(START + timedelta(minutes=minutes))
    assert entity.count - before == 3
    assert len(vendor.asked) == 1
    entity.remove()
    before = entity.count
    await advance(START + timedelta(hours=2))
    assert entity.count == before


async def test_an_answer_without_a_number_is_an_answer(
    hass: HomeAssistant, feed: Feed[int | None], look: Look, vendor: Vendor
) -> None:
    """Tell apart that there is nothing to show, and that nobody knows."""
    vendor.answer = None
    look("one")
    assert not feed.is_known
    await hass.async_block_till_done(wait_background_tasks=True)
    assert feed.is_known
    assert feed.data is None


async def test_what_is_known_outlives_a_failure_that_is_logged_once(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Go on at the same pace, and take the next right answer."""
    look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    vendor.failure = ServerError("HTTP status 500")
    await pass_time(advance, START, START + 5 * PACE, timedelta(minutes=15))
    assert len(vendor.asked) == 6
    assert feed.data == 7
    assert feed.is_known
    assert not feed.last_update_success
    vendor.failure, vendor.answer = None, 8
    await advance(START + 6 * PACE + timedelta(seconds=1))
    assert feed.data == 8
    ours = [r for r in caplog.records if r.name == f"custom_components.{DOMAIN}"]
    levels = [r.levelno for r in ours if r.levelno >= logging.INFO]
    assert levels == [logging.ERROR, logging.INFO]


@pytest.mark.parametrize(
    ("asked_for", "kept"),
    [
        (timedelta(minutes=30), PACE),
        (timedelta(hours=3), timedelta(hours=3)),
        (None, PACE),
    ],
    ids=["shorter than the pace", "longer", "none"],
)
async def test_the_wait_that_the_vendor_asks_for_is_kept(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
    asked_for: timedelta | None,
    kept: timedelta,
) -> None:
    """Ask neither before the vendor's wait is over nor more often than usual."""
    vendor.failure = RateLimitedError("HTTP status 429", asked_for)
    look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    vendor.failure = None
    later = START + 6 * PACE
    await pass_time(advance, START, later, timedelta(minutes=5))
    assert vendor.asked[1] - vendor.asked[0] == kept
    assert vendor.asked[2] - vendor.asked[1] == PACE


async def test_refused_credentials_ask_for_others_and_end_the_questions(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Begin the reauthentication once, and do not repeat what is refused."""
    vendor.failure = AuthenticationError("HTTP status 401")
    look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(advance, START, START + 5 * PACE, PACE)
    assert len(vendor.asked) == 1
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_missing_subscription_is_told_until_there_is_one(
    hass: HomeAssistant,
    feed: Feed[int | None],
    look: Look,
    vendor: Vendor,
    advance: Clock,
) -> None:
    """Raise the issue, and take it back with the first right answer."""
    vendor.failure = NoSubscriptionError("HTTP status 401")
    look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    found = issue(hass)
    assert found
    assert found.translation_placeholders == {"entry": "Vendor"}
    assert not hass.config_entries.flow.async_progress()
    vendor.failure = None
    await advance(dt_util.utcnow() + PACE + timedelta(seconds=1))
    assert not issue(hass)


async def test_nobody_who_looks_away_lacks_a_subscription(
    hass: HomeAssistant, feed: Feed[int | None], look: Look, vendor: Vendor
) -> None:
    """Take the issue back when the last entity that needs it is switched off."""
    vendor.failure = NoSubscriptionError("HTTP status 401")
    entity = look("one")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass)
    entity.remove()
    assert not issue(hass)
