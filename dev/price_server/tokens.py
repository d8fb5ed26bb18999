"""Keep the bearer tokens that a server has given out."""

from datetime import datetime, timedelta
from secrets import token_urlsafe


class Tokens:
    """Give out random tokens that end."""

    def __init__(self) -> None:
        """Start without a token."""
        self._ends: dict[str, datetime] = {}

    def issue(self, now: datetime, lifetime: timedelta) -> str:
        """Give out a token that is good until its lifetime is over."""
        # What has ended is never asked for again by a client that reads expires_in.
        self._ends = {token: end for token, end in self._ends.items() if now < end}
        token = token_urlsafe(32)
        self._ends[token] = now + lifetime
        return token

    def is_good(self, token: str, now: datetime) -> bool:
        """Tell whether a token was given out and has not ended."""
        end = self._ends.get(token)
        return end is not None and now < end

    def revoke(self) -> None:
        """End all tokens."""
        self._ends.clear()
