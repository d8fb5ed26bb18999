"""Bearer token of Flatpeak, which it gives for an account and its key."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ...errors import InputError
from ...time_range import TimeRange
from ..errors import MalformedError, NotFoundError
from ..network.credentials import basic, bearer, check_credential
from ..network.http import HttpClient

# The life of a token in Flatpeak's own examples (docs.flatpeak.com, API authorization).
USUAL_LIFE = timedelta(hours=1)

# A token is renewed this long before it ends, so that it lasts until it has arrived.
MARGIN = timedelta(minutes=5)

# Lives outside these are taken for a mistake. Flatpeak documents neither; a token that
# ends before we expect it to is renewed anyway, once it is refused.
SHORTEST_LIFE, LONGEST_LIFE = timedelta(seconds=1), timedelta(days=1)


class FlatpeakToken:
    """Log in when it is needed, and keep the token in memory only."""

    def __init__(self, client: HttpClient, account_id: str, api_key: str) -> None:
        """Log in through this client; nothing is asked yet."""
        self._client = client
        self._credentials = basic(account_id, api_key)
        self._headers: Mapping[str, str] = {}
        self._fresh: TimeRange | None = None

    async def headers(self, now: datetime) -> Mapping[str, str]:
        """Return the headers of a question, after a login where it is time for one.

        Raises:
            AuthenticationError: The vendor does not know the account and its key.
            ProviderError: There is no token to be had.
        """
        # A clock that was set back says nothing of a token's age.
        if self._fresh is None or now not in self._fresh:
            try:
                document = await self._client.get_json(
                    "/login", credentials=self._credentials
                )
            except NotFoundError as err:
                # It must not be taken for a location that nobody knows.
                raise MalformedError(f"there is no login: {err}") from err
            token = read_token(document)
            life = read_life(document)
            self._headers = bearer(token)
            self._fresh = TimeRange(now, now + max(life - MARGIN, life / 2))
        return self._headers

    def forget(self) -> None:
        """Log in anew before the next question."""
        self._fresh = None
        self._headers = {}


def read_token(document: object) -> str:
    """Return the token in the answer to a login.

    Raises:
        MalformedError: There is none, or it cannot stand in a header.
    """
    token = document.get("bearer_token") if isinstance(document, dict) else None
    if not isinstance(token, str):
        raise MalformedError("the login gave no token")
    try:
        return check_credential("bearer_token", token)
    except InputError:
        raise MalformedError("the login gave a token that is none") from None


def read_life(document: object) -> timedelta:
    """Return how long a token lasts: `expires_in`, in seconds.

    One that is missing, no number or absurd is taken for the hour of the vendor's
    examples.
    """
    seconds = document.get("expires_in") if isinstance(document, dict) else None
    # To Python, true is the number 1.
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return USUAL_LIFE
    # Compared as numbers, since the largest ones are no durations.
    if not SHORTEST_LIFE.total_seconds() <= seconds <= LONGEST_LIFE.total_seconds():
        return USUAL_LIFE
    return timedelta(seconds=seconds)
