"""Test that nothing but typed errors leaves any provider, whatever it is told.

Answers of the price server and samples of the vendors' pages are changed at random,
and every provider is asked all that it can be asked. `FUZZ_SEED` takes other random
numbers, `FUZZ_ANSWERS` takes more answers for each provider.
"""

from collections import Counter
from collections.abc import Coroutine
from datetime import datetime
from os import environ
from random import Random
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.network.pacer import Pacer

from ...helpers import DAY, HOUR, MINUTE, utc
from ..fake_time import FakeTime
from .checks import check_error
from .mutator import Mutator
from .samples import Sample, SampleServer, name_of
from .vendors import VENDORS, Ask, Vendor
from .wire import Question, Reply, Wire

SEED = int(environ.get("FUZZ_SEED", "20260415"))
ANSWERS = int(environ.get("FUZZ_ANSWERS", "3000"))

# An afternoon as any other, and those before the clocks are changed.
MOMENTS = tuple(map(utc, ("2026-04-15T12:00", "2026-03-28T14:00", "2026-10-24T14:00")))
SWITCHES: tuple[dict[str, bool], ...] = (
    {},
    {
        "flatpeak_local": True,
        "otark_next_cursor": True,
        "otark_reference_fields": True,
        "sobry_estimates": True,
        "energysignal_subscription": False,
        "minstroem_quarter_hours": True,
    },
)

VALID = "valid"

type Samples = dict[datetime, dict[str, list[Sample]]]


async def samples_of(vendor: Vendor) -> Samples:
    """Return good answers to all questions of a provider, by moment and name."""
    samples: Samples = {}
    for now in MOMENTS:
        found = samples.setdefault(now, {})
        for switches in SWITCHES:
            server = SampleServer(now, **switches)
            wire = Wire(server.answer)
            for ask in vendor.asks(client_of(wire, vendor, FakeTime())):
                wire.exchanges.clear()
                ask.check(await ask.ask(now), now, wire.exchanges)
            for name, answers in server.samples.items():
                found.setdefault(name, []).extend(answers)
        for name, documents in vendor.samples.items():
            found[name] += [Sample(document) for document in documents]
    return samples


def client_of(wire: Wire, vendor: Vendor, time: FakeTime) -> HttpClient:
    """Return a client on a wire, whose clock is not the machine's."""
    pacer = Pacer(time.clock, time.sleep)
    return HttpClient(wire.session, f"https://api.test{vendor.prefix}", pacer)


class Round:
    """A provider that is asked a few times in a row, and answered at random."""

    def __init__(self, vendor: Vendor, samples: Samples, seed: str) -> None:
        """Decide by the seed when it is, and how much goes wrong."""
        self._random = Random(seed)
        self._vendor = vendor
        self._now = self._random.choice(MOMENTS)
        self._samples = samples[self._now]
        self._chance = self._random.choice((0.3, 0.7, 1.0))
        self._mutator = Mutator(self._random, vendor.secrets)
        self._time = FakeTime()
        self.wire = Wire(self._answer)
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.changed = 0

    async def play(self) -> None:
        """Ask, and check all that comes of it."""
        client = client_of(self.wire, self._vendor, self._time)
        asks = list(self._vendor.asks(client))
        for _ in range(self._random.choice((1, 1, 2, 3))):
            self.wire.exchanges.clear()
            await self._ask(self._random.choice(asks))
            length = self._random.choice((MINUTE, HOUR, DAY))
            self._time.pass_by(seconds=length.total_seconds())
            self._now += length

    async def _ask(self, ask: Ask) -> None:
        """Ask once; any error but ours passes."""
        try:
            outcome = await ask.ask(self._now)
        except ProviderError as err:
            check_error(err, (*self._vendor.secrets, *self._queries()))
            self.outcomes[ask.name, type(err).__name__] += 1
        else:
            ask.check(outcome, self._now, self.wire.exchanges)
            self.outcomes[ask.name, VALID] += 1

    def _queries(self) -> set[str]:
        """Return what no error may repeat either, such as where somebody lives."""
        urls = [question.url for question, _ in self.wire.exchanges]
        return {url.query_string for url in urls} - {""}

    async def _answer(self, question: Question) -> Reply:
        """Return an answer to a question, changed or not."""
        name = name_of(question)
        # A cursor that was changed leads to a page that nobody has.
        known = self._samples.get(name) or self._samples[name.removesuffix(" after")]
        sample = self._random.choice(known)
        if self._random.random() >= self._chance:
            return self._mutator.unchanged(sample)
        self.changed += 1
        return self._mutator.reply(sample, str(question.url))

    def __str__(self) -> str:
        """Return all that was asked and answered, for who has to mend it."""
        return "\n".join(
            f"{question.method} {question.url} {question.document}\n"
            f"-> {reply.status} {dict(reply.headers)} {reply.error!r} "
            f"{reply.body[:20_000]!r}"
            for question, reply in self.wire.exchanges
        )


def finished[Told](coroutine: Coroutine[Any, Any, Told]) -> Told:
    """Return what a coroutine returns that never waits, without a loop's detours."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        told: Told = done.value
        return told
    raise AssertionError("something waits for the real clock or network")


@pytest.mark.parametrize("name", VENDORS)
def test_mutated_answers_are_read_or_refused(name: str) -> None:
    """Every outcome is right in itself, or an error of ours that tells no secret."""
    vendor = VENDORS[name]
    samples = finished(samples_of(vendor))
    outcomes: Counter[tuple[str, str]] = Counter()
    changed = number = 0
    while changed < ANSWERS:
        seed = f"{SEED} {name} {number}"
        played = Round(vendor, samples, seed)
        try:
            finished(played.play())
        except Exception as err:
            err.add_note(f"Seed {seed!r}:\n{played}")
            raise
        outcomes += played.outcomes
        changed += played.changed
        number += 1
    counts = Counter(kind for _, kind in outcomes.elements())
    listed = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    print(f"seed {SEED}, {name}: {changed} changed answers: {listed}")
    # Were all questions refused or all answered, this would test but half of it.
    for ask in {ask for ask, _ in outcomes}:
        kinds = {kind for one, kind in outcomes if one == ask}
        assert {VALID, "MalformedError", "ServerError"} <= kinds
