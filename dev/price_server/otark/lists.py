"""Answer the lists of contracts, transactions and nominations."""

from collections.abc import Callable

from aiohttp import web

from dev.price_server.answer import Answer
from dev.price_server.control import CONTROL
from dev.price_server.market import midnight
from dev.price_server.publication import Publication

from .contracts import ContractStatus, ContractType, all_contracts
from .errors import not_found
from .nominations import NominationStatus, all_nominations
from .pages import Listing
from .query import delivery, flag, moment, word
from .slots import BERLIN, delivery_day, slots
from .transactions import Transaction, TransactionStatus, all_transactions


async def contracts(request: web.Request, publication: Publication) -> Answer:
    """Answer the contracts, of some kinds or all."""
    status = word(request, "status", tuple(ContractStatus))
    kind = word(request, "type", tuple(ContractType))
    eic = request.query.get("eic")
    start, end = moment(request, "delivery_start"), moment(request, "delivery_end")
    records = [
        contract.json()
        for contract in all_contracts(delivery_day(publication.now))
        if (status is None or contract.status == status)
        and (kind is None or contract.type == kind)
        and (eic is None or eic in {contract.seller.eic, contract.buyer.eic})
        and (start is None or start <= midnight(contract.first_day, BERLIN))
        and (end is None or midnight(contract.last_day, BERLIN) < end)
    ]
    return Listing("contracts", records, "delivery_start", "delivery_end").page(request)


async def contract_transactions(
    request: web.Request, publication: Publication
) -> Answer:
    """Answer the transactions of one contract."""
    name = request.match_info["id"]
    known = {it.id for it in all_contracts(delivery_day(publication.now))}
    if name not in known:
        raise not_found(f"contract {name}")
    return _transactions(request, publication, lambda it: it.contract.id == name)


async def transactions(request: web.Request, publication: Publication) -> Answer:
    """Answer the transactions of all contracts."""
    return _transactions(request, publication, lambda _: True)


async def history(request: web.Request, publication: Publication) -> Answer:
    """Answer all versions of one transaction.

    What the vendor answers here is not known: the form of the other lists is made up.
    """
    name = request.match_info["id"]
    found = [it for it in all_transactions(publication) if it.id == name]
    if not found:
        raise not_found(f"transaction {name}")
    which = (found[0].contract.id, found[0].slot)
    return _transactions(
        request, publication, lambda it: (it.contract.id, it.slot) == which
    )


async def nominations(request: web.Request, publication: Publication) -> Answer:
    """Answer the nominations, with their slots if these are asked for."""
    wanted = delivery(request)
    status = word(request, "status", tuple(NominationStatus))
    eic = request.query.get("eic")
    has_slots = flag(request, "include_slots")
    today = delivery_day(publication.now)
    records = [
        nomination.json(wanted, has_slots=has_slots)
        for nomination in all_nominations(today, publication.now)
        if wanted.has_day(nomination.day)
        and (status is None or nomination.status == status)
        and (eic is None or nomination.party.eic == eic)
        and any(
            wanted.has_slot(slot.number) and wanted.has_period(slot.start, slot.end)
            for slot in slots(nomination.day)
        )
    ]
    return Listing(
        "nominations",
        records,
        "gate_closure",
        volume_keys=("amount", "matched_amount"),
        volumes_in="slots",
    ).page(request)


def _transactions(
    request: web.Request,
    publication: Publication,
    is_asked: Callable[[Transaction], bool],
) -> Answer:
    """Answer some transactions, filtered as the request asks."""
    wanted = delivery(request)
    status = word(request, "status", tuple(TransactionStatus))
    sender = request.query.get("sender_eic")
    has_reference_fields = request.app[CONTROL].switches.otark_reference_fields
    records = [
        it.json(has_reference_fields=has_reference_fields)
        for it in all_transactions(publication)
        if is_asked(it)
        and wanted.has_day(it.slot.day)
        and wanted.has_slot(it.slot.number)
        and wanted.has_period(it.slot.start, it.slot.end)
        and (status is None or it.status == status)
        and (sender is None or it.contract.seller.eic == sender)
    ]
    if has_reference_fields:
        listing = Listing(
            "transactions", records, "delivery_start", "delivery_end", ("volume",)
        )
    else:
        listing = Listing(
            "transactions", records, "period_from", "period_to", ("volume_mwh",)
        )
    return listing.page(request)
