"""Test what the public prices of Sobry depend on."""

from aiohttp import ClientSession

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.providers.base import PriceProvider
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.sobry import VENDOR
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)

from ...helpers import PARIS

HOUSEHOLD = FrenchContract()


def sobry(
    session: ClientSession,
    contract: FrenchContract = HOUSEHOLD,
    base_url: str | None = None,
) -> PriceProvider:
    """Return the provider for a contract."""
    client = HttpClient(session, base_url or VENDOR.base_url)
    return SobryProvider(client, contract, PARIS)


async def test_vendor_is_asked_unless_told_otherwise(session: ClientSession) -> None:
    """The vendor's page names this address."""
    assert "https://api.sobry.co" in sobry(session).question
    other = sobry(session, base_url="http://127.0.0.1:8080")
    assert "http://127.0.0.1:8080" in other.question
    assert "sobry.co" not in other.question


async def test_question_names_all_that_the_prices_depend_on(
    session: ClientSession,
) -> None:
    """Prices stored for one contract are not those of another."""
    contracts = [
        HOUSEHOLD,
        FrenchContract(turpe_option=TurpeOption.LU),
        FrenchContract(profile=CustomerProfile.PRO),
        FrenchContract(display=TaxDisplay.HT),
        FrenchContract(segment=ConnectionSegment.C4, turpe_option=TurpeOption.LU),
    ]
    questions = [sobry(session, contract).question for contract in contracts]
    questions.append(sobry(session, base_url="http://127.0.0.1").question)
    assert len(set(questions)) == len(questions)
    assert sobry(session).question == questions[0]


async def test_question_leaves_out_what_the_provider_is_not_asked(
    session: ClientSession,
) -> None:
    """Hours and markup are worked in afterwards, so stored prices stay good."""
    own = FrenchContract(
        off_peak=DailyHours.parse("01:00-09:00", "off_peak_hours"),
        supplier_markup=0.01,
    )
    assert sobry(session, own).question == sobry(session).question
