"""Test how the answers of Sobry are read."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    NotPublishedError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.sobry.public import read_prices
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)

from ...helpers import DAY, PARIS, QUARTER, paris
from .answers import METADATA, answer, row, starts

START = paris("2026-04-15T00:00")
HT = FrenchContract(display=TaxDisplay.HT)


def read(document: object, contract: FrenchContract | None = None) -> PriceSeries:
    """Return the prices in an answer, for a household unless told otherwise."""
    return read_prices(document, contract or FrenchContract(), PARIS)


def one_row(**fields: Any) -> dict[str, Any]:
    """Return an answer with a single row."""
    return answer([row(START, **fields)])


def test_price_is_the_one_with_vat() -> None:
    """The price is stated, never recomputed, and VAT is what is between the two."""
    (one,) = read(one_row())
    assert (one.start, one.end, one.price) == (START, START + QUARTER, 0.11694)
    assert {part.name: part.amount for part in one.components} == {
        "spot": 0.05,
        "grid": 0.0166,
        "excise": 0.03085,
        "vat": 0.01949,
    }


def test_price_without_vat() -> None:
    """Who asked for prices without VAT gets no other field to read."""
    fields = row(START)
    del fields["price_ttc_eur_kwh"]
    (one,) = read(answer([fields], display="HT", tva_rate=None), HT)
    assert one.price == 0.09745
    assert [part.name for part in one.components] == ["spot", "grid", "excise"]


def test_c4_is_read_without_vat() -> None:
    """Above 36 kVA the vendor gives prices without VAT only."""
    contract = FrenchContract(segment=ConnectionSegment.C4, turpe_option=TurpeOption.LU)
    fields = row(START)
    del fields["price_ttc_eur_kwh"]
    document = answer(
        [fields], segment="C4", turpe_option="LU", profil="pro", display="HT"
    )
    assert [one.price for one in read(document, contract)] == [0.09745]


def test_price_is_in_euro_per_kwh() -> None:
    """The wholesale price per MWh stays inside the provider."""
    series = read(one_row(spot_price=50_000))
    assert series.currency == "EUR"
    assert [one.component("spot") for one in series] == [0.05]


def test_components_nobody_knows_are_read_too() -> None:
    """Every field per kWh is a component; known ones have our names."""
    fields = {
        "offer_eur_kwh": 0,
        "cee_capa_eur_kwh": 0.01,
        "new_levy_eur_kwh": -0.002,
        "price_ht_eur_kwh": 0.10545,
        "price_ttc_eur_kwh": 0.12654,
    }
    (one,) = read(one_row(**fields))
    assert {part.name: part.amount for part in one.components} == {
        "spot": 0.05,
        "grid": 0.0166,
        "excise": 0.03085,
        "supplier": 0,
        "cee_capa": 0.01,
        "new_levy": -0.002,
        "vat": 0.02109,
    }


@pytest.mark.parametrize(
    "field",
    [{"offer_eur_kwh": None}, {"colour": "green"}, {"rank_eur": 0.4}, {"x": {}}],
)
def test_fields_without_an_amount_are_no_components(field: dict[str, Any]) -> None:
    """A component that is null is not there, and other fields mean nothing to us."""
    assert read(one_row(**field)) == read(one_row())


@pytest.mark.parametrize("key", ["data", "prices"])
def test_both_routes_are_read(key: str) -> None:
    """One calls its rows `data`, the other `prices`."""
    assert len(read(answer([row(START)], key=key))) == 1


@pytest.mark.parametrize("count", [0, 1, 24, "96", None])
def test_count_is_not_believed(count: object) -> None:
    """The rows themselves say how many they are."""
    document = answer(row(moment) for moment in starts("2026-04-15"))
    assert len(read(document | {"count": count})) == 96


@pytest.mark.parametrize(
    ("before_vat", "with_vat", "vat"),
    [
        (1, 1.2, 0.2),
        (0, 0, 0),
        (-1e-05, -1e-05, 0),
        (-0.4512, -0.54144, -0.09024),
        (5e-05, 6e-05, 1e-05),
        (1e0, 12e-1, 0.2),
    ],
)
def test_integers_exponents_and_negative_prices(
    before_vat: float, with_vat: float, vat: float
) -> None:
    """They are prices like any other."""
    fields = {"price_ht_eur_kwh": before_vat, "price_ttc_eur_kwh": with_vat}
    (one,) = read(one_row(**fields, spot_price_eur_kwh=0))
    assert one.price == with_vat
    assert one.component("vat") == pytest.approx(vat, abs=1e-12)
    assert one.component("spot") == 0


@pytest.mark.parametrize("extra", [0, 1], ids=["exclusive", "inclusive"])
def test_end_may_be_exclusive_or_inclusive(extra: int) -> None:
    """One row more or less at the end changes nothing within the day."""
    moments = [*starts("2026-04-15"), START + DAY][: 96 + extra]
    series = read(answer(row(moment) for moment in moments))
    day = series.slice(START, START + DAY)
    assert len(day) == 96
    assert day.covers(START, START + DAY)
    assert len(series) == 96 + extra


@pytest.mark.parametrize(
    "other",
    [
        {"price_ttc_eur_kwh": 0.5},
        {"price_ht_eur_kwh": 0.5},
        {"turpe_eur_kwh": 0.5},
    ],
)
def test_conflicting_duplicates_are_refused(other: dict[str, Any]) -> None:
    """Two prices for one time cannot both be true."""
    with pytest.raises(MalformedError):
        read(answer([row(START), row(START + QUARTER), row(START, **other)]))


@pytest.mark.parametrize(
    "document", [None, [], [row(START)], "prices", 5, True, {"success": True}]
)
def test_answer_without_a_list_of_prices(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read(document)


@pytest.mark.parametrize("rows", [None, {}, "none", 96, {"0": row(START)}])
def test_rows_that_are_no_list(rows: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read({"success": True, "data": rows})


@pytest.mark.parametrize("success", [False, None, 0, "true", "no", 1])
def test_answer_that_does_not_report_success(success: object) -> None:
    """This is how the vendor says that it has nothing yet."""
    with pytest.raises(NotPublishedError):
        read(one_row() | {"success": success})
    with pytest.raises(NotPublishedError):
        read({"success": success})


def test_answer_without_rows() -> None:
    """Nothing is published."""
    with pytest.raises(NotPublishedError):
        read(answer([]))


@pytest.mark.parametrize("bad", [None, 5, "row", [], [0.1, 0.2]])
def test_row_that_is_no_object(bad: object) -> None:
    """One bad row spoils the answer: which other ones could be trusted?"""
    with pytest.raises(MalformedError, match="row 1"):
        read(answer([row(START), bad]))


@pytest.mark.parametrize("key", ["timestamp", "price_ht_eur_kwh", "price_ttc_eur_kwh"])
def test_row_without_its_price_or_time(key: str) -> None:
    """Such a row is refused, whether the field is missing or empty."""
    fields = row(START + QUARTER)
    for bad in ({k: v for k, v in fields.items() if k != key}, fields | {key: None}):
        with pytest.raises(MalformedError, match="row 1"):
            read(answer([row(START), bad]))


@pytest.mark.parametrize("bad", ["0.1", True, [], {}, float("nan"), float("inf")])
@pytest.mark.parametrize(
    "key", ["price_ht_eur_kwh", "price_ttc_eur_kwh", "turpe_eur_kwh", "new_eur_kwh"]
)
def test_amount_that_is_no_number(key: str, bad: object) -> None:
    """Texts, truths and endless numbers are no amounts, in no field."""
    with pytest.raises(MalformedError, match="row 0"):
        read(one_row(**{key: bad}))


@pytest.mark.parametrize("huge", [1e6, -1e6, 1e300, 1.7e308, -1.7e308, 10**400])
def test_amounts_beyond_all_reason(huge: float) -> None:
    """A number that no price can have is refused, in every field."""
    for key in ("price_ht_eur_kwh", "price_ttc_eur_kwh", "turpe_eur_kwh"):
        with pytest.raises(MalformedError, match="row 0"):
            read(one_row(**{key: huge}))


@pytest.mark.parametrize(
    "metadata",
    [
        {"units": {"all_other_prices": "DKK/kWh"}},
        {"units": {"all_other_prices": "€/MWh"}},
        {"units": {"all_other_prices": "c€/kWh"}},
        {"currency": "DKK"},
    ],
)
def test_other_currency_or_unit(metadata: dict[str, Any]) -> None:
    """A number in another unit looks like a price and is none."""
    with pytest.raises(WrongCurrencyError):
        read(answer([row(START)], **metadata))


def test_currency_beside_the_rows() -> None:
    """It may be named outside the metadata as well."""
    with pytest.raises(WrongCurrencyError):
        read(one_row() | {"currency": "DKK"})
    plain = {k: v for k, v in one_row().items() if k != "pricing_metadata"}
    with pytest.raises(WrongCurrencyError):
        read(plain | {"params": {"currency": "DKK"}})
    assert len(read(one_row() | {"currency": "EUR"})) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {"segment": "C4"},
        {"turpe_option": "LU"},
        {"profil": "pro"},
        {"display": "HT"},
    ],
)
def test_prices_for_another_tariff(metadata: dict[str, Any]) -> None:
    """They are somebody else's prices."""
    with pytest.raises(MalformedError, match="another contract"):
        read(answer([row(START)], **metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {"segment": "c5", "display": "ttc", "profil": "Particulier"},
        {"segment": None, "turpe_option": None, "profil": None, "display": None},
        {"units": {"all_other_prices": "EUR/kWh"}},
        {"units": None},
        {"units": {}},
    ],
)
def test_metadata_that_agree(metadata: dict[str, Any]) -> None:
    """Case does not matter, and what is left out contradicts nothing."""
    assert read(answer([row(START)], **metadata)) == read(one_row())


@pytest.mark.parametrize("metadata", [None, [], "none", {}])
def test_answer_without_metadata(metadata: object) -> None:
    """Rows with both prices say enough by themselves."""
    document = one_row() | {"pricing_metadata": metadata}
    assert read(document) == read(one_row())
    del document["pricing_metadata"]
    assert read(document) == read(one_row())


def test_profile_of_the_contract_is_compared() -> None:
    """The comparison is with the customer's own contract."""
    business = FrenchContract(profile=CustomerProfile.PRO)
    assert len(read(answer([row(START)], profil="pro"), business)) == 1
    with pytest.raises(MalformedError):
        read(answer([row(START)], **METADATA), business)
