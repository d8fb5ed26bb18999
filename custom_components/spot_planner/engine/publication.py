"""The publication: when prices appear, and so when it is worth asking."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from .series import PriceSeries
from .time_range import TimeRange, midnight

# Ten thousand homes must not knock together, so each has its own moment in this
# stretch after the publication.
SPREAD = timedelta(minutes=10)

# The pauses between repeated questions, from the first to the longest: while the
# known prices last, and while there is not even one for now.
PAUSES = (timedelta(minutes=5), timedelta(hours=1))
PAUSES_WITHOUT_PRICE = (timedelta(seconds=30), timedelta(minutes=15))


# While there is no price, no more requests than this are sent in two hours, however many
# one question takes: a provider that fails is not helped by more.
MOST_REQUESTS = 12
MOST_REQUESTS_IN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Publication:
    """A market day's prices appear on the day before, at a local time."""

    at: time
    zone: ZoneInfo
    replaces_estimates: bool = True
    """Whether what is estimated before gets confirmed by then."""

    def market_day(self, now: datetime) -> date:
        """Return the day that it is on the market."""
        return now.astimezone(self.zone).date()

    def horizon(self, now: datetime, delay: timedelta) -> TimeRange:
        """Return from now until where prices should be known by now."""
        today = self.market_day(now)
        days = 2 if now >= self._moment(today, delay) else 1
        return TimeRange(now, midnight(today + timedelta(days=days), self.zone))

    def is_complete(self, known: PriceSeries, wanted: TimeRange) -> bool:
        """Tell whether all that should be known by now is."""
        series = known.confirmed() if self.replaces_estimates else known
        return series.covers(wanted.start, wanted.end)

    def next_after(self, now: datetime, delay: timedelta) -> datetime:
        """Return the next moment at which more prices should be known."""
        today = self.market_day(now)
        moment = self._moment(today, delay)
        return moment if now < moment else self._moment(today + timedelta(1), delay)

    def _moment(self, day: date, delay: timedelta) -> datetime:
        local = datetime.combine(day, self.at, tzinfo=self.zone)
        return local.astimezone(UTC) + delay


@dataclass(frozen=True, slots=True)
class Attempts:
    """The questions in a row that did not bring all that should be known."""

    count: int = 0
    last: datetime | None = None
    not_before: datetime | None = None
    lately: tuple[tuple[datetime, int], ...] = ()
    """When each of those of the last two hours was asked, in how many requests."""

    def failed(
        self, now: datetime, retry_after: timedelta | None = None, requests: int = 1
    ) -> "Attempts":
        """Return the attempts with one more, and when the provider wants the next."""
        not_before = now + retry_after if retry_after else None
        lately = [it for it in self.lately if now - MOST_REQUESTS_IN < it[0] <= now]
        lately.append((now, max(requests, 1)))
        return Attempts(self.count + 1, now, not_before, tuple(lately))

    def pause(self) -> timedelta:
        """Return how long to wait after the last attempt while there is a price."""
        return _pause(self.count, PAUSES)

    def pause_without_price(self) -> timedelta:
        """Return how long to wait after the last attempt while there is no price.

        The first pause is short, so that a hiccup costs nobody much. After it, a
        question waits the longer the more requests it takes, and until it fits into
        the requests of two hours.
        """
        pause = _pause(self.count, PAUSES_WITHOUT_PRICE)
        if self.last is None or not self.lately or self.count == 1:
            return pause
        requests = self.lately[-1][1]
        if requests == 1:
            # These pauses alone make twelve requests in two hours.
            return pause
        pause = max(pause, requests * MOST_REQUESTS_IN / MOST_REQUESTS)
        total = sum(count for _, count in self.lately)
        for asked, count in self.lately:
            if total + requests <= MOST_REQUESTS:
                break
            total -= count
            pause = max(pause, asked + MOST_REQUESTS_IN - self.last)
        return pause

    def due_without_price(self) -> datetime | None:
        """Return when to ask again while nothing is known, None for at once."""
        if self.last is None:
            return None
        moment = self.last + self.pause_without_price()
        return max(moment, self.not_before) if self.not_before else moment


def _pause(count: int, pauses: tuple[timedelta, timedelta]) -> timedelta:
    """Return the pause after so many questions: it doubles up to the longest."""
    first, longest = pauses
    # Ten doublings pass every longest pause; more would overflow in the end.
    pause: timedelta = min(first * 2 ** min(count - 1, 10), longest)
    return pause


def spread(installation: str) -> timedelta:
    """Return the delay of one installation: always the same, evenly spread."""
    digest = sha256(installation.encode()).digest()
    return SPREAD * (int.from_bytes(digest[:4]) / 2**32)


def next_request(
    publication: Publication,
    known: PriceSeries | None,
    attempts: Attempts,
    now: datetime,
    delay: timedelta,
    next_update: datetime | None = None,
) -> datetime:
    """Return when to ask the provider next: now or earlier means at once.

    Nothing is asked while all that should be published is known. Questions that
    did not bring it are repeated after pauses that double. Where the provider says
    when it wants to be asked next, that decides, as long as there is a price for now.
    """
    has_price = known is not None and known.at(now) is not None
    if next_update and has_price and attempts.last is None:
        return next_update + delay
    wanted = publication.horizon(now, delay)
    if known and next_update is None and publication.is_complete(known, wanted):
        return publication.next_after(now, delay)
    if attempts.last is None or now + SPREAD < attempts.last:
        # A clock that was ahead must make nobody wait until it is right.
        return now
    if has_price:
        # A long pause must not sleep through the next publication.
        after = publication.next_after(attempts.last, delay)
        moment = min(attempts.last + attempts.pause(), after)
    else:
        moment = attempts.last + attempts.pause_without_price()
    return max(moment, attempts.not_before) if attempts.not_before else moment
