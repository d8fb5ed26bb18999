"""Error bodies, in the forms that vendors write them."""

from collections.abc import Iterable
from dataclasses import dataclass
import re
from typing import Self

# A vendor's word for what went wrong, or the name of a field, such as `http_404` or
# `slots[0].amount`. What looks otherwise may quote what we sent: a sentence, or a key,
# in which letters and digits are mixed.
_NAME = r"[A-Za-z]+(?:[_-][A-Za-z]+)*(?:_?[0-9]{1,3}|\[[0-9]{1,3}\])?"
_WORD = re.compile(rf"(?=.{{1,60}}$){_NAME}(?:\.{_NAME})*")
_MOST_FIELDS = 5


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The vendor's code for an error, and the fields it names; often neither."""

    code: str = ""
    fields: tuple[str, ...] = ()

    @classmethod
    def read(cls, document: object) -> Self:
        """Read an error body; one that says nothing readable is no error itself.

        Three forms are known: `{"error": {"code", "details": [{"field"}]}}` (Otark's
        conventions page), `application/problem+json` with `type` and `errors[]` (RFC
        9457), and an object with its own `code` (Flatpeak).
        """
        if not isinstance(document, dict):
            return cls()
        body = document.get("error")
        if not isinstance(body, dict):
            body = document
        code = body.get("code")
        if code is None and isinstance(kind := body.get("type"), str):
            # The type is an address whose last part names the problem.
            code = kind.rstrip("/").rpartition("/")[2]
        details = body.get("details", body.get("errors"))
        return cls(_word(code), tuple(_fields(details)))

    def __str__(self) -> str:
        """Return it for the log, beginning with a comma, or nothing."""
        fields = f", fields {' '.join(self.fields)}" if self.fields else ""
        return (f", code {self.code}" if self.code else "") + fields


def _word(text: object) -> str:
    return text if isinstance(text, str) and _WORD.fullmatch(text) else ""


def _fields(details: object) -> Iterable[str]:
    if not isinstance(details, list):
        return
    for detail in details[:_MOST_FIELDS]:
        if isinstance(detail, dict):
            for key in ("field", "path", "name"):
                if name := _word(detail.get(key)):
                    yield name
                    break
