"""Compare the two routes with the vendor's page."""

from http import HTTPStatus
import json
from statistics import fmean, median

import pytest

from .helpers import CU4, DAY, RAW, TOMORROW, Client, Query, one_day


async def test_tomorrow_without_contract_has_spot_prices_only(client: Client) -> None:
    """The page's plain sample of /tomorrow has these fields and no more."""
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.OK
    assert reply.headers["Content-Type"].startswith("application/json")
    body = reply.body
    assert list(body) == [
        *("success", "date", "timezone", "count", "statistics", "prices"),
    ]
    assert body["success"] is True
    assert body["date"] == "2026-05-22"
    assert body["timezone"] == "Europe/Paris (CET)"
    assert body["count"] == len(body["prices"]) == 96
    assert all(list(row) == ["timestamp", "spot_price"] for row in body["prices"])
    assert reply.times[0] == "2026-05-22T00:00:00+02:00"
    assert reply.times[-1] == "2026-05-22T23:45:00+02:00"


async def test_tomorrow_sums_up_the_spot_prices(client: Client) -> None:
    """Statistics are on spot in €/MWh, with and without a contract."""
    for query in ({}, {"turpe": "CU4"}):
        reply = await client.get(TOMORROW, query)
        prices = [row["spot_price"] for row in reply.rows]
        assert reply.body["statistics"] == {
            "min": min(prices),
            "max": max(prices),
            "average": pytest.approx(fmean(prices), abs=0.005001),
            "median": pytest.approx(median(prices), abs=0.005001),
        }
        for value in reply.body["statistics"].values():
            assert value == round(value, 2)


async def test_raw_without_contract_has_spot_prices_only(client: Client) -> None:
    """The page's plain sample of /raw has these fields and no more."""
    reply = await client.get(RAW, DAY)
    body = reply.body
    assert list(body) == ["success", "params", "count", "data"]
    assert body["success"] is True
    assert body["params"] == {
        "start": "2026-05-20",
        "end": "2026-05-21",
        "country": "FR",
        "granularity": "quarter_hourly",
        "provider": "epex",
        "timezone": "CET",
    }
    assert body["count"] == len(body["data"]) == 96
    assert all(list(row) == ["timestamp", "spot_price"] for row in body["data"])
    assert all(row["spot_price"] == round(row["spot_price"], 2) for row in reply.rows)


async def test_both_routes_give_the_same_prices(client: Client) -> None:
    """Tomorrow is the same day whichever route gives it."""
    query = {"turpe": "MU4", "profil": "pro"}
    tomorrow = await client.get(TOMORROW, query)
    raw = await client.get(RAW, {**one_day("2026-05-22"), **query})
    assert tomorrow.rows == raw.rows


@pytest.mark.parametrize("path", [TOMORROW, RAW])
async def test_enriched_answer_has_every_term(client: Client, path: str) -> None:
    """A row of the current form has seven prices, and the metadata say how."""
    reply = await client.get(path, {**CU4, "profil": "particulier"})
    for row in reply.rows:
        assert list(row) == [
            *("timestamp", "spot_price", "spot_price_eur_kwh", "turpe_eur_kwh"),
            *("accise_eur_kwh", "offer_eur_kwh", "cee_capa_eur_kwh"),
            *("price_ht_eur_kwh", "price_ttc_eur_kwh"),
        ]
    assert reply.body["pricing_metadata"] == {
        "enabled": True,
        "segment": "C5",
        "turpe_option": "CU4",
        "profil": "particulier",
        "display": "TTC",
        "offre": "standard",
        "tva_rate": 0.2,
        "accise_eur_kwh": 0.03085,
        "offer_adder_eur_kwh": 0,
        "cee_capa_eur_kwh": 0.01,
        "turpe_source": "table interne Sobry C5 (c€/kWh → €/kWh)",
        "formula_ht": (
            "spot_price_eur_kwh + turpe_eur_kwh + accise_eur_kwh"
            " + offer_eur_kwh + cee_capa_eur_kwh"
        ),
        "formula_ttc": "price_ht_eur_kwh × (1 + TVA 20%)",
        "units": {"spot_price": "€/MWh", "all_other_prices": "€/kWh"},
    }


async def test_terms_add_up(client: Client) -> None:
    """HT is the sum of its terms, and TTC is HT and a fifth."""
    query = {"start": "2026-04-01", "end": "2026-05-01", "turpe": "CU4"}
    for row in (await client.get(RAW, query)).rows:
        assert row["spot_price_eur_kwh"] == round(row["spot_price"] / 1000, 5)
        assert row["offer_eur_kwh"] == 0
        assert row["cee_capa_eur_kwh"] == 0.01
        total = row["spot_price_eur_kwh"] + row["turpe_eur_kwh"] + row["accise_eur_kwh"]
        assert row["price_ht_eur_kwh"] == round(total + 0.01, 5)
        assert row["price_ttc_eur_kwh"] == round(row["price_ht_eur_kwh"] * 1.2, 5)


async def test_whole_numbers_have_no_point(client: Client) -> None:
    """A JavaScript server writes 20 where Python would write 20.0."""
    query = {"start": "2026-01-01", "end": "2026-04-01", "turpe": "CU4"}
    text = (await client.get(RAW, query)).text
    written = json.loads(text, parse_float=str)["data"]
    assert not [
        value for row in written for value in row.values() if str(value).endswith(".0")
    ]
    assert '"offer_eur_kwh":0,' in text
    assert any(
        isinstance(row["spot_price"], int) and row["spot_price"] != 0
        for row in json.loads(text)["data"]
    )


async def test_segment_alone_asks_for_the_customer_price(client: Client) -> None:
    """The page enriches when segment or turpe is given."""
    reply = await client.get(RAW, {**DAY, "segment": "C5"})
    assert "price_ttc_eur_kwh" in reply.rows[0]
    assert reply.body["pricing_metadata"]["segment"] == "C5"


async def test_profile_and_display_alone_change_nothing(client: Client) -> None:
    """Without segment and turpe the answer stays the plain one."""
    plain = await client.get(RAW, DAY)
    asked = await client.get(RAW, {**DAY, "profil": "pro", "display": "HT"})
    assert asked.text == plain.text


async def test_ht_has_no_vat(client: Client) -> None:
    """The page shows no TTC price and an empty VAT rate with display=HT."""
    with_vat = await client.get(RAW, CU4)
    reply = await client.get(RAW, {**CU4, "display": "HT"})
    assert all("price_ttc_eur_kwh" not in row for row in reply.rows)
    assert reply.body["pricing_metadata"]["tva_rate"] is None
    assert reply.body["pricing_metadata"]["display"] == "HT"
    for row, other in zip(reply.rows, with_vat.rows, strict=True):
        assert row["price_ht_eur_kwh"] == other["price_ht_eur_kwh"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"profil": "particulier", "display": "TTC"},
        {"profil": "ignored", "display": "ignored"},
    ],
)
async def test_c4_is_always_pro_without_vat(client: Client, more: Query) -> None:
    """The page forces pro and HT for C4 and ignores what was asked."""
    reply = await client.get(RAW, {**DAY, "segment": "C4", "turpe": "LU", **more})
    metadata = reply.body["pricing_metadata"]
    assert metadata["segment"] == "C4"
    assert metadata["profil"] == "pro"
    assert metadata["display"] == "HT"
    assert metadata["tva_rate"] is None
    assert all("price_ttc_eur_kwh" not in row for row in reply.rows)
    assert {row["accise_eur_kwh"] for row in reply.rows} == {0.02658}


@pytest.mark.parametrize(
    ("segment", "option", "hph", "hch", "hpb", "hcb"),
    [
        ("C5", "CU", 0.0484, 0.0484, 0.0484, 0.0484),
        ("C5", "CU4", 0.0749, 0.0397, 0.0166, 0.0116),
        ("C5", "MUDT", 0.0494, 0.035, 0.0494, 0.035),
        ("C5", "MU4", 0.07, 0.0373, 0.0161, 0.0111),
        ("C5", "LU", 0.0125, 0.0125, 0.0125, 0.0125),
        ("C4", "CU", 0.0691, 0.0421, 0.0213, 0.0152),
        ("C4", "LU", 0.0569, 0.0347, 0.0201, 0.0149),
    ],
)
async def test_grid_price_follows_season_and_hour(
    client: Client,
    segment: str,
    option: str,
    hph: float,
    hch: float,
    hpb: float,
    hcb: float,
) -> None:
    """Full hours are 06-22 in Paris, the high season is November to March."""
    expected = {
        "2026-01-14": (hch, hph),
        "2026-03-31": (hch, hph),
        "2026-04-01": (hcb, hpb),
        "2025-10-31": (hcb, hpb),
        "2025-11-01": (hch, hph),
    }
    for day, (off_peak, peak) in expected.items():
        query = one_day(day, segment=segment, turpe=option)
        grid = [row["turpe_eur_kwh"] for row in (await client.get(RAW, query)).rows]
        assert grid == [off_peak] * 24 + [peak] * 64 + [off_peak] * 8


@pytest.mark.parametrize(
    ("day", "household", "business"),
    [
        ("2025-08-01", 0.02998, 0.02579),
        ("2026-01-31", 0.02998, 0.02579),
        ("2026-02-01", 0.03085, 0.02658),
        ("2026-05-20", 0.03085, 0.02658),
    ],
)
async def test_excise_has_its_dates(
    client: Client, day: str, household: float, business: float
) -> None:
    """The accise changed on the first of February 2026."""
    for profile, excise in (("particulier", household), ("pro", business)):
        reply = await client.get(RAW, one_day(day, turpe="LU", profil=profile))
        assert {row["accise_eur_kwh"] for row in reply.rows} == {excise}
        assert reply.body["pricing_metadata"]["accise_eur_kwh"] == excise
