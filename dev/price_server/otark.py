"""Otark: contracts, transactions, nominations and customers of a balancing party.

The conventions page has no sample of a contract or a transaction: their fields are
those of the vendor's reference page, less those of the type ppa, and all values are
made up. Of the codes of errors only VALIDATION_ERROR is documented.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import pi, sin
import re
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from .answer import Answer, JsonObject, RefusalError, number
from .behaviour import RateLimit, WrongKind
from .control import CONTROL
from .credentials import OTARK_API_KEY
from .market import PARIS, QUARTER_HOUR, Publication, midnight
from .vendor import Route, Vendor, ask_for

BERLIN: Final = ZoneInfo("Europe/Berlin")
DAY: Final = timedelta(days=1)
USUAL_LIMIT: Final = 10
# These two slots of today tell whether a client knows which transactions count. The
# sun is not up in the second one, so that no valid transaction is missing in it.
CORRECTED_SLOT: Final = 50
INVALID_SLOT: Final = 20
# As many as the transactions of the page's example of pages.
INTRADAY_SLOTS: Final = 25
# In the vendor's sample, half past three in Berlin on the day before the delivery.
GATE: Final = timedelta(hours=15, minutes=30)
CREATED_BEFORE: Final = timedelta(hours=2)
PAST_DAYS: Final = 5
# Sorts behind every id that is made up otherwise.
_ENDLESS = re.compile(r"[a-z]+_z([0-9]{9})")


def _written(moment: datetime) -> str:
    """Write a moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Slot:
    """One quarter-hour of a German delivery day.

    Numbers count from 1 at local midnight up to 92, 96 or 100. The one sample that the
    vendor's reference has seems to count from midnight in UTC.
    """

    day: date
    number: int

    @property
    def start(self) -> datetime:
        """Return the moment in UTC at which the slot begins."""
        return midnight(self.day, BERLIN) + (self.number - 1) * QUARTER_HOUR

    @property
    def end(self) -> datetime:
        """Return the moment in UTC at which the slot ends."""
        return self.start + QUARTER_HOUR

    @property
    def sun(self) -> float:
        """Make up the MWh of a solar park of 25 MW, from six to eight o'clock."""
        local = self.start.astimezone(BERLIN)
        height = sin(pi * (local.hour + local.minute / 60 - 6) / 14)
        return round(max(0.0, 6.25 * height), 3)

    @property
    def band(self) -> float:
        """Make up the MWh of a purchase that differs from slot to slot."""
        return round(1.25 + self.number / 100, 3)


def slots(day: date) -> Iterator[Slot]:
    """Return the slots of a delivery day."""
    length = midnight(day + DAY, BERLIN) - midnight(day, BERLIN)
    for index in range(length // QUARTER_HOUR):
        yield Slot(day, index + 1)


# A park sells to a buyer, with the intermediary between the two sides of every trade.
PARK: Final = "11YWINDPARKNO--A"
BUYER: Final = "11YGREENENERGY-Z"
INTERMEDIARY: Final = "11YOTARK------Z"
NAMES: Final = {PARK: "Solar Park North", BUYER: "Green Energy", INTERMEDIARY: "Otark"}
OPERATOR: Final = "TenneT"
# The contracts with transactions.
IDS: Final = {
    "ppa": "con_a1b2c3d4",
    "day_ahead": "con_b1b2c3d4",
    "intraday": "con_c1b2c3d4",
}


def _contract(name: str, kind: str, status: str, first: date, last: date) -> JsonObject:
    """Write a contract that delivers from its first day to its last."""
    seller = INTERMEDIARY if kind == "day_ahead" else PARK
    return {
        "id": name,
        "type": kind,
        "status": status,
        "delivery_start": _written(midnight(first, BERLIN)),
        "delivery_end": _written(midnight(last + DAY, BERLIN)),
        "seller": {"name": NAMES[seller], "eic": seller, "tso": OPERATOR},
        "buyer": {"name": NAMES[BUYER], "eic": BUYER, "tso": OPERATOR},
    }


def all_contracts(today: date) -> Iterator[JsonObject]:
    """Return the contracts, more than a page of them."""
    begin, end = date(today.year, 1, 1), date(today.year, 12, 31)
    done = today - DAY
    yield _contract(IDS["ppa"], "ppa", "in_progress", begin, end)
    yield _contract(IDS["day_ahead"], "day_ahead", "in_progress", begin, end)
    yield _contract(IDS["intraday"], "intraday", "completed", done, done)
    yield _contract("con_d1b2c3d4", "ppa", "pending", end + DAY, end + 365 * DAY)
    for index in range(9):
        day = today - (20 - index) * DAY
        yield _contract(f"con_e{index}b2c3d4", "intraday", "completed", day, day)


@dataclass(frozen=True, slots=True)
class Transaction:
    """The energy in MWh that a contract of some type delivers in one slot."""

    kind: str
    slot: Slot
    volume: float
    status: str = "valid"
    version: int = 1

    @property
    def id(self) -> str:
        """Return an id that grows with the slot, the contract and the version."""
        quarter = int(self.slot.start.timestamp() / QUARTER_HOUR.total_seconds())
        return f"txn_{quarter:07x}{IDS[self.kind][4]}{self.version:02x}"

    def json(self, *, has_reference_fields: bool) -> JsonObject:
        """Write the transaction.

        The names of some fields are on the conventions page: the form that is made of
        them is made up. The other form is that of the vendor's reference page, without
        the asset of its sender.
        """
        start, end = _written(self.slot.start), _written(self.slot.end)
        volume = number(self.volume, 3)
        seller = INTERMEDIARY if self.kind == "day_ahead" else PARK
        form: JsonObject = {
            # Whether the balance group takes or gives; made up.
            "direction": "in" if seller == INTERMEDIARY else "out",
            "sender_eic": seller,
            "receiver_eic": BUYER,
            "delivery_date": self.slot.day.isoformat(),
            "period_from": start,
            "period_to": end,
            "volume_mwh": volume,
        }
        if has_reference_fields:
            form = {
                "sender": {"eic": seller, "tso": OPERATOR},
                "receiver": {"eic": BUYER, "tso": OPERATOR},
                "delivery_start": start,
                "delivery_end": end,
                "volume": volume,
            }
        before = replace(self, version=self.version - 1).id
        # On the day before the delivery.
        created_at = self.slot.start - timedelta(hours=20 - self.version)
        return {
            "id": self.id,
            "type": self.kind,
            "contract_id": IDS[self.kind],
            "status": self.status,
            "version": self.version,
            **form,
            "slot_number": self.slot.number,
            "created_at": _written(created_at),
            "previous_transaction_id": before if self.version > 1 else None,
        }


def all_transactions(publication: Publication) -> Iterator[Transaction]:
    """Return the transactions of today and tomorrow, and a few of yesterday."""
    today = _delivery_day(publication)
    for slot in slots(today - DAY):
        if slot.number <= INTRADAY_SLOTS:
            yield Transaction("intraday", slot, 0.5)
    for slot in (*slots(today), *slots(today + DAY)):
        valid = Transaction("ppa", slot, slot.sun)
        if slot == Slot(today, CORRECTED_SLOT):
            yield replace(valid, volume=99.0, status="superseded")
            yield replace(valid, version=2)
        elif slot == Slot(today, INVALID_SLOT):
            yield replace(valid, volume=99.0, status="invalid")
        else:
            yield valid
        # What was bought on the exchange is known once its prices are out.
        if slot.start.astimezone(PARIS).date() <= publication.last_day:
            yield Transaction("day_ahead", slot, slot.band)


@dataclass(frozen=True, slots=True)
class Nomination:
    """What a balance group delivers or takes on one day: its valid transactions."""

    party: str
    day: date
    version: int = 1
    is_superseded: bool = False

    @property
    def id(self) -> str:
        """Return an id that grows with the day, the group and the version."""
        group = "a" if self.party == PARK else "b"
        return f"nom_{self.day.toordinal():07x}{group}{self.version:02x}"

    @property
    def gate_closure(self) -> datetime:
        """Return the moment after which nothing can be changed."""
        return midnight(self.day - DAY, BERLIN) + GATE

    def json(self, now: datetime, *, has_slots: bool) -> JsonObject:
        """Write the nomination with the fields of the vendor's reference page."""
        sent_at = self.gate_closure + timedelta(minutes=5)
        confirmed_at = self.gate_closure + timedelta(minutes=30)
        is_confirmed = confirmed_at <= now
        status = "match" if is_confirmed else "pending"
        before = replace(self, version=self.version - 1).id
        body: JsonObject = {
            "id": self.id,
            "status": "superseded" if self.is_superseded else status,
            "version": self.version,
            "gate_closure": _written(self.gate_closure),
            "direction": "out" if self.party == PARK else "in",
            "eic": self.party,
            "tso": OPERATOR,
            "counterparty": {"name": NAMES[INTERMEDIARY], "eic": INTERMEDIARY},
            "created_at": _written(self.gate_closure - CREATED_BEFORE),
            "previous_nomination_id": before if self.version > 1 else None,
            "confirmed_at": _written(confirmed_at) if is_confirmed else None,
            "sent_at": _written(sent_at) if sent_at <= now else None,
        }
        if has_slots:
            is_matched = is_confirmed and not self.is_superseded
            body["slots"] = [self._slot(it, is_matched) for it in slots(self.day)]
        return body

    def _slot(self, slot: Slot, is_matched: bool) -> JsonObject:
        """Write one slot; the amount has the unit of the transactions' volumes."""
        amount = slot.sun if self.party == PARK else slot.sun + slot.band
        amount = number(amount + 90 if self.is_superseded else amount, 3)
        return {
            "delivery_start": _written(slot.start),
            "delivery_end": _written(slot.end),
            "slot_number": slot.number,
            "amount": amount,
            "matched_amount": amount if is_matched else None,
        }


def all_nominations(today: date) -> Iterator[Nomination]:
    """Return the nominations of some past days, today and tomorrow."""
    for day in (today + offset * DAY for offset in range(-PAST_DAYS, 2)):
        # The first version of today says something else, and counts no longer.
        if day == today:
            yield Nomination(PARK, day, is_superseded=True)
        yield Nomination(PARK, day, version=2 if day == today else 1)
        yield Nomination(BUYER, day)


def all_customers() -> Iterator[JsonObject]:
    """Return the customers, more than a page of them.

    A newer capture of the vendor's page names the states pending, active and
    deactivated instead. How the timestamps are called is not known.
    """
    eics = (PARK, BUYER, *(f"11YWINDPARK{number:02d}--A" for number in range(1, 11)))
    for index, eic in enumerate(eics):
        yield {
            "id": f"cust_{index:x}1b2c3d4",
            "name": NAMES.get(eic, f"Wind Park {index - 1}"),
            "status": ("approved", "pending", "rejected")[index % 3],
            "balance_group": {"eic": eic, "tso": OPERATOR},
            "metadata": {},
            "created_at": "2025-11-20T10:00:00Z",
            "updated_at": "2026-01-05T08:30:00Z",
        }


def _page(
    request: web.Request,
    found: Iterable[JsonObject],
    key: str,
    time_key: str,
    end_key: str | None = None,
    volume_keys: tuple[str, ...] = (),
    volumes_in: str | None = None,
) -> Answer:
    """Answer the page that a request asks for; the keys tell the faults where to go."""
    limit = int(request.query.get("limit", USUAL_LIMIT))
    after = request.query.get("after", "")
    has_cursor = request.app[CONTROL].switches.otark_next_cursor
    records = sorted(found, key=lambda record: str(record["id"]))
    rest = [record for record in records if str(record["id"]) > after]

    def answer(rows: Sequence[JsonObject], *, has_more: bool = True) -> Answer:
        pagination: JsonObject = {"limit": limit, "has_more": has_more}
        if has_cursor:
            last = rows[-1]["id"] if rows else after
            pagination["next_cursor"] = last if has_more else None
        return Answer(
            rows_key=key,
            rows=tuple(rows),
            tail={"pagination": pagination},
            time_key=time_key,
            end_key=end_key,
            price_keys=volume_keys,
            prices_in=volumes_in,
        )

    return replace(
        answer(rest[:limit], has_more=len(rest) > limit),
        variants={
            WrongKind.REPEATED_PAGE: lambda: answer(records[:limit]),
            WrongKind.HAS_MORE: lambda: answer(rest[:limit]),
            WrongKind.ENDLESS_PAGES: lambda: answer(_fresh(records, after, limit)),
        },
    )


def _fresh(records: Sequence[JsonObject], after: str, count: int) -> list[JsonObject]:
    """Make up records that nobody has seen, however many were seen before."""
    if not records:
        return []
    found = _ENDLESS.fullmatch(after)
    start = int(found[1]) + 1 if found else 0
    last = records[-1]
    prefix = str(last["id"]).partition("_")[0]
    numbers = range(start, start + count)
    return [{**last, "id": f"{prefix}_z{it:09d}"} for it in numbers]


def _delivery_day(publication: Publication) -> date:
    """Return today in Germany."""
    return publication.now.astimezone(BERLIN).date()


def _is_asked(request: web.Request, slot: Slot) -> bool:
    """Tell whether a slot lies in the stretch of delivery asked for."""
    start, end = (request.query.get(f"delivery_{it}") for it in ("start", "end"))
    begins = start is None or datetime.fromisoformat(start) <= slot.start
    return begins and (end is None or slot.end <= datetime.fromisoformat(end))


async def contracts(request: web.Request, publication: Publication) -> Answer:
    """Answer the contracts."""
    found = all_contracts(_delivery_day(publication))
    return _page(request, found, "contracts", "delivery_start", "delivery_end")


async def transactions(request: web.Request, publication: Publication) -> Answer:
    """Answer the transactions of all contracts, or of one."""
    contract = request.match_info.get("id")
    has_reference_fields = request.app[CONTROL].switches.otark_reference_fields
    found = (
        it.json(has_reference_fields=has_reference_fields)
        for it in all_transactions(publication)
        if contract in {None, IDS[it.kind]} and _is_asked(request, it.slot)
    )
    keys = ("period_from", "period_to", ("volume_mwh",))
    if has_reference_fields:
        keys = ("delivery_start", "delivery_end", ("volume",))
    return _page(request, found, "transactions", *keys)


async def nominations(request: web.Request, publication: Publication) -> Answer:
    """Answer the nominations that are there, with their slots if asked for."""
    now = publication.now
    has_slots = request.query.get("include_slots") == "true"
    found = (
        it.json(now, has_slots=has_slots)
        for it in all_nominations(_delivery_day(publication))
        if it.gate_closure - CREATED_BEFORE <= now
        and any(_is_asked(request, slot) for slot in slots(it.day))
    )
    keys = ("amount", "matched_amount")
    return _page(request, found, "nominations", "gate_closure", None, keys, "slots")


async def customers(request: web.Request, _: Publication) -> Answer:
    """Answer the customers."""
    return _page(request, all_customers(), "customers", "created_at")


def _is_problem(request: web.Request) -> bool:
    """Tell whether errors have the newer form, that of RFC 9457."""
    return request.app[CONTROL].switches.otark_problem


def error_type(request: web.Request) -> str:
    """Return the form of the errors."""
    problem = "application/problem+json"
    return problem if _is_problem(request) else "application/json"


def error_body(refusal: RefusalError, request: web.Request, _: datetime) -> JsonObject:
    """Write a refusal as JSON.

    Of the newer form only the address of the types is known.
    """
    code = refusal.code.lower()
    if _is_problem(request):
        return {
            "type": f"https://brp.otark.team/errors/{code}",
            "title": code.replace("_", " ").title(),
            "status": refusal.status,
            "detail": refusal.message,
        }
    error = {"code": code.upper(), "message": refusal.message, "details": []}
    return {"error": error}


# The wait after a 429 stands in x-ratelimit-reset; a Retry-After is not documented.
OTARK: Final = Vendor(
    name="otark",
    routes=(
        Route("GET", "/contracts", contracts),
        Route("GET", "/contracts/{id}/transactions", transactions),
        Route("GET", "/transactions", transactions),
        Route("GET", "/nominations", nominations),
        Route("GET", "/customers", customers),
    ),
    limit=RateLimit(300),
    error_body=error_body,
    error_type=error_type,
    authorize=ask_for("X-Api-Key", lambda: OTARK_API_KEY),
    prefix="/v1",
    limit_headers=True,
    retry_after=False,
)
