"""Good answers to begin with: those of the price server, asked without a network."""

from dataclasses import dataclass, replace
from datetime import datetime
import json
from unittest.mock import Mock

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from dev.price_server.app import create_app
from dev.price_server.control import Control

from .wire import Question, Reply

# What stands for the token that Flatpeak gives for a key.
TOKEN = "fuzz_t0ken_8d1c"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document as a vendor answers it, with its status."""

    document: object
    status: int = 200


class SampleServer:
    """Answer as the price server does at a moment, and remember it."""

    def __init__(self, now: datetime, **switches: bool) -> None:
        """Set the server's switches for good."""
        self._control = Control()
        self._control.switches = replace(self._control.switches, **switches)
        self._app = create_app(self._control, lambda: now)
        self._app.freeze()
        self.samples: dict[str, list[Sample]] = {}

    async def answer(self, question: Question) -> Reply:
        """Return the answer to a question."""
        response = await self._app._handle(_request(question))
        assert isinstance(response, web.Response)
        document = json.loads(response.text or "")
        sample = Sample(document, response.status)
        if "bearer_token" in document:
            # The server's is never the same twice.
            sample = Sample(document | {"bearer_token": TOKEN})
        self.samples.setdefault(name_of(question), []).append(sample)
        return Reply((response.text or "").encode(), response.status)


def name_of(question: Question) -> str:
    """Return by what a sample is known: its path, and what else tells it apart."""
    path = question.url.path
    if isinstance(question.document, dict):
        return f"{path} {question.document.get('tariff_direction')}"
    return f"{path} after" if "after" in question.url.query else path


def _request(question: Question) -> web.Request:
    """Return a question as the server sees it."""
    stream = StreamReader(Mock(BaseProtocol), 2**16, loop=Mock())
    stream.feed_data(json.dumps(question.document).encode())
    stream.feed_eof()
    headers = {**question.headers, "Content-Type": "application/json"}
    path = question.url.raw_path_qs
    return make_mocked_request(question.method, path, headers, payload=stream)
