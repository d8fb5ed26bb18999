"""Samples: how each vendor writes the prices or volumes of a stretch of time.

The rows extend those that the vendors' own pages show; what a vendor documents of errors
stands beside them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    NotPublishedError,
    ProviderError,
    RefusedError,
)
from custom_components.spot_planner.engine.providers.vendor import Vendor
from custom_components.spot_planner.engine.providers.vendors import VENDORS

from ..helpers import BERLIN, COPENHAGEN, PARIS, QUARTER
from .energysignal import test_prices as energysignal
from .flatpeak import test_answer as flatpeak
from .minstroem import test_prices as minstroem
from .otark import records as otark
from .sobry import answers as sobry, test_contract as sobry_contract

# Long enough to be told from any text, and of the letters that a header can hold.
SECRET = "s3cret_0a1b2c3d4e5f6071"


@dataclass(frozen=True, slots=True)
class Row:
    """What is stated of a stretch of time: a price per kWh, or an energy in MWh."""

    start: datetime
    end: datetime
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One product of a vendor, by a customer of it."""

    vendor: Vendor
    data: Mapping[str, Any]
    zone: ZoneInfo
    path: str
    """Where the rows are, below the vendor's address."""
    write: Callable[[Sequence[Row]], object]
    """Return rows as the vendor's answer."""
    beside: Mapping[str, object] = field(default_factory=dict)
    """The answers at other paths."""
    statuses: Mapping[int, type[ProviderError]] = field(default_factory=dict)
    """What a status means to this vendor, where that is not the usual."""
    has_empty_rows: bool = True
    """Whether a row may say that it has no price."""
    is_one_of_several: bool = False
    """Whether what may not be read leaves the rest to be read."""
    lengths: tuple[timedelta, ...] = (QUARTER, timedelta(hours=1))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what nobody may be told."""
        fields = [it.field for it in self.vendor.credentials]
        return tuple(self.data[it] for it in fields if it in self.data)


def _secrets(vendor: Vendor) -> dict[str, str]:
    return {it.field: f"{SECRET}_{it.field}" for it in vendor.credentials}


def _sobry(rows: Sequence[Row]) -> object:
    return sobry.answer(sobry.row(it.start, price_ttc_eur_kwh=it.value) for it in rows)


def _sobry_contract(rows: Sequence[Row]) -> object:
    return [
        sobry_contract.row(
            f"{it.start.astimezone(PARIS):%Y-%m-%dT%H:%M}", price=it.value
        )
        for it in rows
    ]


def _energysignal(rows: Sequence[Row]) -> object:
    def per_mwh(value: Any) -> Any:
        is_price = isinstance(value, float)
        return round(value * 1000, 3) if is_price and value < 1e6 else value

    return energysignal.SAMPLE | {
        "rows": [
            energysignal.row(
                it.start, it.end - it.start, price_eur_mwh=per_mwh(it.value)
            )
            for it in rows
        ]
    }


def _flatpeak(rows: Sequence[Row]) -> object:
    return flatpeak.answer(
        flatpeak.row(it.start, it.end - it.start, value=it.value, confidence=1)
        for it in rows
    )


def _minstroem(rows: Sequence[Row]) -> object:
    sample = minstroem.FULL_SAMPLE[0]
    return [
        {
            **sample,
            "date": it.start.isoformat().replace("+00:00", "Z"),
            "price": it.value,
            "charges": None if it.value is None else 0.01,
        }
        for it in rows
    ]


def _otark(rows: Sequence[Row]) -> object:
    slots = [
        {
            "delivery_start": otark.written(it.start),
            "delivery_end": otark.written(it.end),
            "amount": it.value,
        }
        for it in rows
    ]
    return {"nominations": [otark.nomination("nom_1", slots)]}


SOBRY, ENERGYSIGNAL, FLATPEAK, MINSTROEM, OTARK = VENDORS.values()

SAMPLES: Mapping[str, Sample] = {
    "sobry": Sample(
        vendor=SOBRY,
        data={},
        zone=PARIS,
        path="/api/prices/raw",
        write=_sobry,
        # A route without credentials that demands some is not what we know it to be.
        statuses={401: RefusedError, 403: RefusedError, 404: NotPublishedError},
        # Each row has several amounts, and no page says that one may be missing.
        has_empty_rows=False,
    ),
    "sobry with a key": Sample(
        vendor=SOBRY,
        data=_secrets(SOBRY),
        zone=PARIS,
        path="/v2/user/daily-prices",
        write=_sobry_contract,
        statuses={403: AuthenticationError, 404: NotPublishedError},
    ),
    "energysignal": Sample(
        vendor=ENERGYSIGNAL,
        data=_secrets(ENERGYSIGNAL),
        zone=PARIS,
        path="/api/day-ahead-prices",
        write=_energysignal,
    ),
    "flatpeak": Sample(
        vendor=FLATPEAK,
        data={
            **_secrets(FLATPEAK),
            "location_id": flatpeak.LOCATION,
            "time_zone": "Europe/Paris",
        },
        zone=PARIS,
        path=f"/prices/{flatpeak.LOCATION}",
        write=_flatpeak,
        beside={"/login": {"bearer_token": f"{SECRET}_token", "expires_in": 3600}},
    ),
    "minstroem by region": Sample(
        vendor=MINSTROEM,
        data={**_secrets(MINSTROEM), "lookup": "region", "region": "DK1"},
        zone=COPENHAGEN,
        path="/prices/DK1",
        write=_minstroem,
    ),
    "minstroem by map": Sample(
        vendor=MINSTROEM,
        data={
            **_secrets(MINSTROEM),
            "lookup": "coordinates",
            "latitude": 55.6761,
            "longitude": 12.5683,
        },
        zone=COPENHAGEN,
        path="/prices/location",
        write=_minstroem,
        beside={"/prices/charges/location": None},
    ),
    "minstroem by address": Sample(
        vendor=MINSTROEM,
        data={
            **_secrets(MINSTROEM),
            "lookup": "address",
            "address_id": minstroem.ADDRESS.identity,
        },
        zone=COPENHAGEN,
        path=f"/prices/addresses/{minstroem.ADDRESS.identity}",
        write=_minstroem,
    ),
    "otark": Sample(
        vendor=OTARK,
        data=_secrets(OTARK),
        zone=BERLIN,
        path="/nominations",
        write=_otark,
        beside={
            f"/{name}": {name: []}
            for name in ("contracts", "transactions", "customers")
        },
        is_one_of_several=True,
        lengths=(QUARTER,),
    ),
}
