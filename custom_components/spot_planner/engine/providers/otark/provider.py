"""Otark: the volumes that a balancing responsible party has traded in Germany.

The API tells no price, and none is made up here. The routes are those of the pages at
docs.otark.com; where these contradict or leave something out, it is said where it is
read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from ...time_range import TimeRange, midnight
from ...volumes import Volumes
from ..errors import ForbiddenError, RefusedError
from ..network.credentials import fingerprint
from ..network.http import HttpClient
from ..network.pages import Record, all_records
from .nominations import read_nominations
from .transactions import balance_groups, read_transactions

# A hundred nominations with all slots of their day are 2 MB; this is twice that.
LARGEST_PAGE = 4 * 1024 * 1024


class OtarkProvider:
    """The traded volumes that one API key may read."""

    def __init__(self, client: HttpClient, api_key: str, zone: ZoneInfo) -> None:
        """Ask with this key; the zone is that of the delivery days."""
        self._client = client
        client.largest = LARGEST_PAGE
        self._credentials = {"X-Api-Key": api_key}
        self._key = fingerprint(api_key)
        self.zone = zone

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the volumes depend on: another key is another account."""
        return f"{self._client.base_url} {self._key}"

    async def volumes(self, now: datetime) -> Volumes:
        """Return the volumes of the delivery days of today and tomorrow.

        A list that the key has no scope for is left out.

        Raises:
            ProviderError: One of its kinds; no other error leaves a provider.
        """
        today = now.astimezone(self.zone).date()
        window = TimeRange(
            midnight(today, self.zone),
            midnight(today + timedelta(days=2), self.zone),
        )
        lists = (
            await self._records("contracts"),
            await self._transactions(window),
            await self._records(
                "nominations", {"include_slots": "true", **_delivered_in(window)}
            ),
            await self._records("customers"),
        )
        if all(records is None for records in lists):
            raise ForbiddenError("the key may read none of the lists")
        # Adding up thousands of records takes long, whatever the size of a page is.
        return await self._client.work(partial(read_volumes, *lists, window))

    async def _transactions(self, window: TimeRange) -> tuple[Record, ...] | None:
        """Return the transactions of a window, or all of them.

        What is stored of the pages shows the filters by delivery for contracts and
        nominations, but is cut off where it lists those of transactions.
        """
        try:
            return await self._records("transactions", _delivered_in(window))
        except RefusedError:
            return await self._records("transactions")

    async def _records(
        self, name: str, query: Mapping[str, str] | None = None
    ) -> tuple[Record, ...] | None:
        """Return all records of a list, or None where the key may not read it."""
        try:
            return await all_records(
                self._client, f"/{name}", name, self._credentials, query
            )
        except ForbiddenError:
            return None


def read_volumes(
    contracts: tuple[Record, ...] | None,
    transactions: tuple[Record, ...] | None,
    nominations: tuple[Record, ...] | None,
    customers: tuple[Record, ...] | None,
    window: TimeRange,
) -> Volumes:
    """Return what the lists say of a window; None is a list that nobody could read.

    A nomination is the net of the transactions, so where there is one, it counts alone.
    """
    transactions, nominations = transactions or (), nominations or ()
    own = balance_groups(customers or (), nominations)
    contracted = read_transactions(transactions, own, window)
    nominated = read_nominations(nominations, window)
    slots = {slot.start: slot for slot in (*contracted.slots, *nominated.slots)}
    return Volumes(
        slots=tuple(
            slot
            for start, slot in sorted(slots.items())
            if start not in nominated.unclear
        ),
        contracts=len(contracts or ()),
        transactions=len(transactions),
        nominations=len(nominations),
        customers=None if customers is None else len(customers),
        skipped=contracted.skipped + nominated.skipped,
    )


def _delivered_in(window: TimeRange) -> Mapping[str, str]:
    """Return the filter by delivery, whose bounds belong to it."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "delivery_start": window.start.strftime(form),
        "delivery_end": window.end.strftime(form),
    }
