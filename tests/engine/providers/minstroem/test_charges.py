"""Test how the charges of an hour are taken apart."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import fsum
from typing import Any, override

import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    CannotConnectError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
)
from custom_components.spot_planner.engine.providers.minstroem.charges import (
    component_name,
    read_tariffs,
)
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
    Place,
    Region,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    MinStroemProvider,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.series import PriceSeries

from ...helpers import COPENHAGEN, DAY, HOUR, utc

NOW = utc("2026-04-15T12:20")
HERE = Coordinates(55.6761, 12.5683)
SPOT = 0.5

# The sample of the vendor's page; its tariffs add up to 1.24825.
SAMPLE = {
    "date": "2024-04-19T23:00:00Z",
    "address": "Feldskovvej 1B, 3. mf., 4180 Sorø",
    "subscriptions": [
        {"name": "TSO - System Abonnement", "ownerName": "Energinet", "price": 0.625},
        {
            "name": "Net abo C forbrug time",
            "ownerName": "Cerius A/S",
            "price": 2.19791,
        },
    ],
    "tariffs": [
        {"name": "Transmissions nettarif", "ownerName": "Energinet", "price": 0.0925},
        {"name": "Systemtarif", "ownerName": "Energinet", "price": 0.06375},
        {"name": "Elafgift", "ownerName": "Energinet", "price": 0.95125},
        {"name": "Nettarif C time", "ownerName": "Cerius A/S", "price": 0.14075},
    ],
}
SAMPLE_TOTAL = 1.24825

type Charges = Callable[[datetime], object]


class ScriptedClient(HttpClient):
    """Answer with prices whose charges are given, and with what they consist of."""

    def __init__(self, totals: Mapping[int, float | None], charges: Charges) -> None:
        """Keep the totals by the hour from midnight on; there is no session."""
        self.base_url = "https://example.com"
        self.totals = totals
        self.charges = charges
        self.asked: list[datetime] = []

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return prices, or the charges of the hour that is asked for."""
        assert credentials
        assert "Authorization" in credentials
        if path != "/prices/charges/location":
            return [_row(hour, total) for hour, total in self.totals.items()]
        assert query
        assert (query["latitude"], query["longitude"]) == ("55.6761", "12.5683")
        moment = datetime.fromisoformat(query["date"])
        self.asked.append(moment)
        answer = self.charges(moment)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def hours(self) -> list[int]:
        """Return the hours after midnight that were asked for so far."""
        return [(moment - utc("2026-04-15T00:00")) // HOUR for moment in self.asked]


def _row(hour: int, total: float | None) -> dict[str, Any]:
    start = utc("2026-04-15T00:00") + hour * HOUR
    price = 1.25 * SPOT + (total or 0)
    return {"date": start.isoformat(), "price": price, "charges": total}


def one_tariff(totals: Mapping[int, float | None]) -> Charges:
    """Return charges that consist of the grid tariff alone, whatever they are."""

    def charges(moment: datetime) -> object:
        hour = (moment - utc("2026-04-15T00:00")) // HOUR
        return {"tariffs": [{"name": "Nettarif C", "price": totals[hour]}]}

    return charges


def provider(client: HttpClient, place: Place = HERE) -> MinStroemProvider:
    """Return a provider that asks through a scripted client."""
    return MinStroemProvider(client, "my-key", "my-secret", place, COPENHAGEN)


async def ask(asked: MinStroemProvider, now: datetime = NOW) -> PriceSeries:
    """Return the prices, in which all parts add up."""
    day = now.date()
    series = (await asked.prices(day, day + DAY, now)).series
    for one in series:
        total = fsum(part.amount for part in one.components)
        assert abs(total - one.price) <= 1e-12
    return series


def names(series: PriceSeries) -> list[list[str]]:
    """Return the names of the components, interval by interval."""
    return [[part.name for part in one.components] for one in series]


async def test_sample_of_the_page() -> None:
    """The published rates of 2024 without VAT come out, to the last digit."""
    client = ScriptedClient({12: SAMPLE_TOTAL}, lambda _: SAMPLE)
    (one,) = await ask(provider(client))
    found = [(part.name, part.amount) for part in one.components]
    assert found[:-1] == [
        ("spot", 0.5),
        ("transmission", 0.074),
        ("system", 0.051),
        ("excise", 0.761),
        ("grid", 0.1126),
    ]
    assert one.component("vat") == pytest.approx(0.37465, abs=1e-12)
    assert one.price == 1.87325
    # A subscription is paid by the day, and no part of the price of a kWh.
    assert client.hours == [12]


async def test_one_question_for_each_total() -> None:
    """Hours with the same total have the same parts; the current one comes first."""
    totals = {10: 0.2, 11: 0.4, 12: 0.3, 13: 0.3, 14: 0.2, 15: 0.1, 16: 0.1}
    client = ScriptedClient(totals, one_tariff(totals))
    series = await ask(provider(client))
    assert client.hours == [12, 14, 15, 11]
    assert names(series) == [["spot", "grid", "vat"]] * 7
    assert [one.component("grid") for one in series] == pytest.approx(
        [total / 1.25 for total in totals.values()], abs=1e-10
    )


async def test_totals_that_differ_by_dust_are_the_same() -> None:
    """Floats that were added up in another order are not another tariff."""
    totals = {12: 0.1 + 0.2, 13: 0.3, 14: 0.30000004}
    client = ScriptedClient(totals, one_tariff(totals))
    assert names(await ask(provider(client))) == [["spot", "grid", "vat"]] * 3
    assert client.hours == [12]


async def test_answers_are_remembered() -> None:
    """A later round asks only for totals that are new."""
    totals = {12: 0.3, 13: 0.2}
    client = ScriptedClient(totals, one_tariff({**totals, 14: 0.25}))
    asked = provider(client)
    first = await ask(asked)
    client.totals = {13: 0.2, 14: 0.25, 15: 0.3}
    second = await ask(asked, NOW + HOUR)
    assert client.hours == [12, 13, 14]
    assert names(first) == [["spot", "grid", "vat"]] * 2
    assert names(second) == [["spot", "grid", "vat"]] * 3


async def test_at_most_six_questions_in_a_round() -> None:
    """The rest keeps its total until the next one."""
    totals = {hour: hour / 100 for hour in range(12, 20)}
    client = ScriptedClient(totals, one_tariff(totals))
    asked = provider(client)
    assert names(await ask(asked)) == [
        *[["spot", "grid", "vat"]] * 6,
        *[["spot", "charges", "vat"]] * 2,
    ]
    assert client.hours == [12, 13, 14, 15, 16, 17]
    assert names(await ask(asked)) == [["spot", "grid", "vat"]] * 8
    assert client.hours[6:] == [18, 19]


async def test_memory_has_an_end() -> None:
    """A vendor that always has new totals does not fill it."""
    client = ScriptedClient({}, lambda _: None)
    asked = provider(client)
    for turn in range(40):
        totals = {hour: turn + hour / 100 for hour in range(12, 18)}
        client.totals, client.charges = totals, one_tariff(totals)
        await ask(asked)
    assert len(client.asked) == 240
    # The last totals are still known, the first ones are asked for again.
    await ask(asked)
    assert len(client.asked) == 240
    client.totals = {hour: hour / 100 for hour in range(12, 18)}
    client.charges = one_tariff(client.totals)
    await ask(asked)
    assert len(client.asked) == 246


@pytest.mark.parametrize("place", [Region("DK1"), Address("an-id")])
async def test_other_places_have_no_such_route(place: Place) -> None:
    """Only coordinates can be asked for the charges of an hour."""
    client = ScriptedClient({12: 0.3}, lambda _: SAMPLE)
    (one,) = await ask(provider(client, place))
    assert client.asked == []
    assert one.component("grid") is None


async def test_hours_without_charges_are_not_asked_for() -> None:
    """There is nothing to take apart."""
    client = ScriptedClient({12: None, 13: None}, lambda _: SAMPLE)
    assert names(await ask(provider(client))) == [["spot"]] * 2
    assert client.asked == []


@pytest.mark.parametrize("total", [SAMPLE_TOTAL - 9e-7, SAMPLE_TOTAL + 9e-7])
async def test_parts_that_add_up_but_for_rounding(total: float) -> None:
    """A millionth is as near as the vendor's own digits are."""
    client = ScriptedClient({12: total}, lambda _: SAMPLE)
    (one,) = await ask(provider(client))
    assert one.component("excise") == 0.761


@pytest.mark.parametrize("total", [SAMPLE_TOTAL - 2e-6, SAMPLE_TOTAL + 2e-6, 0, -1])
async def test_parts_that_do_not_add_up(total: float) -> None:
    """They are not the parts of this price, so the total stays as it is."""
    client = ScriptedClient({12: total, 13: total}, lambda _: SAMPLE)
    asked = provider(client)
    for _ in range(2):
        series = await ask(asked)
        assert names(series) == [["spot", "charges", "vat"]] * 2
    assert client.hours == [12]


async def test_parts_that_did_not_add_up_are_asked_for_again_the_next_day() -> None:
    """By then the vendor may have mended them."""
    totals: dict[int, float | None] = dict.fromkeys(range(12, 48), 0.3)
    client = ScriptedClient(totals, lambda _: SAMPLE)
    asked = provider(client)
    await ask(asked)
    client.charges = one_tariff(totals)
    before = await ask(asked, NOW + DAY - timedelta(minutes=1))
    assert "grid" not in before.component_names
    after = await ask(asked, NOW + DAY)
    assert "charges" not in after.component_names
    assert client.hours == [12, 36]


@pytest.mark.parametrize(
    "error", [NotFoundError, RefusedError, ServerError, MalformedError]
)
async def test_charges_that_are_not_to_be_had(error: type[ProviderError]) -> None:
    """The prices are returned all the same, and the other hours asked for."""
    totals = {12: 0.3, 13: 0.2}
    grid = one_tariff(totals)
    client = ScriptedClient(
        totals,
        lambda moment: error("no charges") if moment < NOW else grid(moment),
    )
    asked = provider(client)
    assert names(await ask(asked)) == [
        ["spot", "charges", "vat"],
        ["spot", "grid", "vat"],
    ]
    # The next round tries again what failed.
    client.charges = grid
    assert names(await ask(asked)) == [["spot", "grid", "vat"]] * 2
    assert client.hours == [12, 13, 12]


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError,
        ForbiddenError,
        RateLimitedError,
        TimedOutError,
        CannotConnectError,
    ],
)
async def test_failures_after_which_nothing_more_is_asked(
    error: type[ProviderError],
) -> None:
    """Another question would fare no better, and the prices are there."""
    totals = {12: 0.3, 13: 0.2}
    client = ScriptedClient(totals, lambda _: error("no charges"))
    asked = provider(client)
    assert names(await ask(asked)) == [["spot", "charges", "vat"]] * 2
    assert client.hours == [12]
    client.charges = one_tariff(totals)
    assert names(await ask(asked)) == [["spot", "grid", "vat"]] * 2


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], "none", 5, {}, {"tariffs": None}, {"tariffs": {}}),
        *({"tariffs": [None]}, {"tariffs": [[]]}, {"tariffs": [{"price": 1.25}]}),
        {"tariffs": [{"name": 5, "price": 1.25}]},
        {"tariffs": [{"name": "Elafgift"}]},
        {"tariffs": [{"name": "Elafgift", "price": None}]},
        {"tariffs": [{"name": "Elafgift", "price": "1.25"}]},
        {"tariffs": [{"name": "Elafgift", "price": 1e6}]},
        {"tariffs": [{"name": "Elafgift", "price": 9e5}] * 2},
        {"tariffs": [{"name": "Elafgift", "price": 0.01}] * 21},
    ],
)
async def test_answer_that_cannot_be_read(document: object) -> None:
    """It is no answer of this vendor, and costs the hour its parts only."""
    with pytest.raises(MalformedError):
        read_tariffs(document)
    client = ScriptedClient({12: 1.25}, lambda _: document)
    assert names(await ask(provider(client))) == [["spot", "charges", "vat"]]


def test_tariffs_of_one_name_are_one_part() -> None:
    """A grid company may charge in several steps."""
    rows = [
        {"name": "Nettarif C time", "price": 0.25},
        {"name": "Elafgift", "price": 0.5},
        {"name": "Nettarif rabat", "price": -0.125},
    ]
    found = [(part.name, part.amount) for part in read_tariffs({"tariffs": rows})]
    assert found == [("grid", 0.125), ("excise", 0.5)]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Elafgift", "excise"),
        ("ELAFGIFT ", "excise"),
        ("Nettarif C time", "grid"),
        ("nettarif", "grid"),
        ("Transmissions nettarif", "transmission"),
        ("Systemtarif", "system"),
        ("Balancetarif for forbrug", "balancetarif_for_forbrug"),
        ("Rabat på nettarif", "rabat_paa_nettarif"),
        ("Sæson-Tillæg, Ø-kraft 2", "saeson_tillaeg_oe_kraft_2"),
        # The same letter, written as a ring over another.
        ("Rabat pa\u030a nettarif", "rabat_paa_nettarif"),
        ("Überschuss", "uberschuss"),
        ("x" * 80, "x" * 50),
    ],
)
def test_names(name: str, ours: str) -> None:
    """Known tariffs have our words, others their own in ASCII."""
    assert component_name(name, "tariff 0") == ours


@pytest.mark.parametrize(
    "name", ["", "  ", "???", "電気", "Spot", "VAT", "Charges", None, 5, ["Elafgift"]]
)
def test_names_that_cannot_be_used(name: object) -> None:
    """They are none, or another part of the price has them."""
    with pytest.raises(MalformedError, match="tariff 0"):
        component_name(name, "tariff 0")
