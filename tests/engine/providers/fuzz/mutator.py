"""Change good answers at random into others, most of them wrong."""

from collections.abc import Sequence
import json
from random import Random
from typing import Any

from custom_components.spot_planner.engine.providers.network.http import MAX_BYTES

from .oddities import (
    BODIES,
    CODES,
    DAMAGE,
    DATES,
    RAW,
    SECONDS,
    STATUSES,
    VALUES,
    WORDS,
    ZONES,
    connection_errors,
)
from .samples import Sample
from .times import changed_time, is_time
from .wire import Reply

# How many rows of a list are kept, since a short one is wrong as quickly as a long one.
ROWS = 8
TOO_LARGE = b"[" + b" " * MAX_BYTES + b"]"


class Mutator:
    """Change documents; the same random numbers give the same changes."""

    def __init__(self, random: Random, secrets: Sequence[str]) -> None:
        """Put these secrets where no error may repeat them."""
        self._random = random
        self._secrets = secrets
        self._raw: list[str] = []

    def reply(self, good: Sample, address: str) -> Reply:
        """Return an answer that was changed at least once, so that most are wrong."""
        random = self._random
        kind = random.random()
        if kind < 0.03:
            error = random.choice(connection_errors(address))
            body = b"" if random.random() < 0.5 else self._body(good.document)
            return Reply(body, error=error, is_changed=True)
        status = good.status
        if kind < 0.15:
            status = random.choice(STATUSES)
            wrong = random.random() < 0.8
            body = self._error_body() if wrong else self._body(good.document)
        elif kind < 0.23:
            body = self._damaged(self._encoded(self._cut(good.document)))
        else:
            body = self._body(good.document)
        headers = self._headers(0.05 if status == good.status else 0.5)
        return Reply(body, status, headers, is_changed=True)

    def unchanged(self, good: Sample) -> Reply:
        """Return a good answer, at most shorter."""
        return Reply(self._encoded(self._cut(good.document)), good.status)

    def _body(self, good: object) -> bytes:
        """Return a document with some changes, as JSON or nearly so."""
        holder = [self._cut(good)]
        for _ in range(self._random.choice((1, 1, 1, 2, 3, 5))):
            self._change(holder)
        return self._encoded(holder[0])

    def _cut(self, value: Any) -> Any:
        """Return a copy in which lists are short, mostly."""
        longest = ROWS if self._random.random() < 0.995 else 500
        return self._copied(value, longest)

    def _copied(self, value: Any, longest: int) -> Any:
        if isinstance(value, dict):
            return {key: self._copied(inner, longest) for key, inner in value.items()}
        if isinstance(value, list):
            if len(value) > longest:
                first = self._random.randrange(len(value) - longest + 1)
                value = value[first : first + self._random.randint(1, longest)]
            return [self._copied(inner, longest) for inner in value]
        return value

    def _place(self, root: list[Any]) -> tuple[Any, Any]:
        """Return what holds a value below a root, and where in there it is."""
        holder: Any = root
        key: Any = 0
        # The more often it stops early, the less is left of the document.
        while (inner := holder[key]) and isinstance(inner, dict | list):
            if self._random.random() < (0.02 if holder is root else 0.12):
                break
            holder = inner
            key = self._random.choice(_places(holder))
        return holder, key

    def _change(self, root: list[Any]) -> None:
        """Change one place below a root."""
        random = self._random
        holder, key = self._place(root)
        inner = holder[key]
        other = random.choice(_places(holder))
        match random.randrange(13):
            case 0 | 1:
                holder[key] = None
            case 2 | 3:
                holder[key] = self._odd()
            case 4 if holder is not root:
                del holder[key]
            case 5 if isinstance(holder, dict):
                holder[self._renamed(key)] = holder.pop(key)
            case 6 if isinstance(holder, dict):
                holder[self._renamed(key)] = self._copied(inner, ROWS)
            case 7:
                holder[key], holder[other] = holder[other], holder[key]
            case 8:
                holder[key] = self._copied(holder[other], ROWS)
            case 9 if holder is not root and isinstance(holder, list):
                holder.insert(random.randrange(len(holder)), self._copied(inner, ROWS))
            case _:
                holder[key] = self._alike(inner)

    def _renamed(self, key: object) -> str:
        """Return another name for a field."""
        random = self._random
        word = str(key)
        part = word[random.randrange(len(word) + 1) :]
        return random.choice((random.choice(WORDS), part, word.upper(), f"{word} "))

    def _alike(self, value: Any) -> object:
        """Return another value of the same type."""
        random = self._random
        match value:
            case bool():
                return not value
            case int() | float():
                factors = (-1, 0, 0.5, 2, 1000, 1e6, 1 + 1e-12)
                other = value * random.choice(factors)
                return random.choice((other, other, str(value), bool(value), [value]))
            case str() if is_time(value):
                return changed_time(value, random)
            case str() if "/" in value:
                return random.choice(ZONES)
            case str():
                return random.choice((value.lower(), value.upper(), *VALUES))
            case list():
                return self._rows(value)
            case dict():
                return self._object(value)
        return self._odd()

    def _rows(self, rows: list[Any]) -> object:
        """Return a list in another order or length."""
        random = self._random
        match random.randrange(7):
            case 0:
                return random.sample(rows, len(rows))
            case 1:
                return rows[::-1]
            case 2:
                return rows * random.choice((2, 2, 30))
            case 3:
                return rows[:: random.choice((2, 3))]
            case 4:
                return dict(enumerate(rows))
            case 5:
                return [rows]
        return []

    def _object(self, fields: dict[str, Any]) -> object:
        """Return an object with other fields or in another form."""
        random = self._random
        match random.randrange(5):
            case 0:
                return dict.fromkeys(fields)
            case 1:
                return list(fields.values())
            case 2:
                return {str(key).upper(): inner for key, inner in fields.items()}
            case 3:
                return {random.choice(WORDS): fields}
        return {}

    def _odd(self) -> object:
        """Return what stands for something odd until the document is written."""
        random = self._random
        if random.random() < 0.05:
            return random.choice(self._secrets)
        self._raw.append(random.choice(RAW))
        return f"raw {len(self._raw) - 1} raw"

    def _encoded(self, document: object) -> bytes:
        """Return a document as a vendor would write it, with what is odd in it."""
        text = json.dumps(document)
        for index, raw in enumerate(self._raw):
            text = text.replace(f'"raw {index} raw"', raw)
        self._raw.clear()
        return text.encode()

    def _damaged(self, body: bytes) -> bytes:
        """Return a body that was cut or changed on its way."""
        random = self._random
        match random.randrange(10):
            case 0 | 1 | 2:
                return body[: random.randrange(len(body) + 1)]
            case 3 | 4 | 5:
                for _ in range(random.randint(1, 4)):
                    place = random.randrange(len(body) + 1)
                    patch = random.choice(DAMAGE)
                    rest = place + random.choice((0, 1, len(patch)))
                    body = body[:place] + patch + body[rest:]
                return body
            case 6:
                return body.decode().encode(
                    random.choice(("utf-16", "utf-16-be", "utf-32", "utf-8-sig"))
                )
            case 7:
                return body + random.choice((body, *DAMAGE))
            case 8 if random.random() < 0.1:
                return TOO_LARGE
        return random.choice(BODIES)

    def _error_body(self) -> bytes:
        """Return what an error says, in a known form or in another."""
        random = self._random
        secret = random.choice(self._secrets)
        code = random.choice((*CODES, secret, f"key_{secret}"))
        field = random.choice((*WORDS, secret))
        message = f"The key {secret} may not do this."
        details: object = [{"field": field, "message": message}, {"name": message}]
        forms: tuple[object, ...] = (
            {"error": {"code": code, "message": message, "details": details}},
            {"success": False, "error": {"code": code, "message": message}},
            {"type": f"https://e.com/p/{code}", "detail": message, "errors": details},
            {"object": "error", "type": "api_error", "code": code, "message": message},
            {"error": message},
            {"message": message, "path": field},
            message,
            [details],
        )
        form = random.random()
        if form < 0.3:
            return self._encoded(random.choice(forms))
        if form < 0.8:
            return self._body(random.choice(forms))
        if form < 0.9:
            return self._damaged(self._encoded(random.choice(forms)))
        return random.choice((*BODIES, message.encode()))

    def _headers(self, chance: float) -> dict[str, str]:
        """Return headers, with a chance for each that means something."""
        random = self._random
        words = (*SECONDS, *DATES, random.choice(self._secrets))
        return {
            name: self._word(random.choice(words))
            for name in (
                *("Retry-After", "Date", "x-ratelimit-remaining"),
                *("X-RateLimit-Reset", "x-ratelimit-limit", "Content-Type"),
            )
            if random.random() < chance
        }

    def _word(self, word: str) -> str:
        """Return a word, sometimes with a letter changed."""
        random = self._random
        if word and random.random() < 0.2:
            place = random.randrange(len(word))
            letter = random.choice("0123456789 ,:-+GMTé\x7f")
            word = word[:place] + letter + word[place + 1 :]
        return word


def _places(holder: Any) -> Sequence[Any]:
    """Return where in an object or a list there are values."""
    return list(holder) if isinstance(holder, dict) else range(len(holder))
