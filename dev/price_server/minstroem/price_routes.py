"""Answer the routes for prices."""

from datetime import timedelta

from aiohttp import web

from dev.price_server.answer import Answer, Document
from dev.price_server.control import CONTROL
from dev.price_server.market import QUARTER_HOUR
from dev.price_server.publication import Publication

from .address import find, search
from .errors import unknown
from .place import Place
from .price import PriceQuestion
from .region import Region
from .spot import HOUR


async def by_region(request: web.Request, publication: Publication) -> Answer:
    """Answer the spot prices of a region."""
    code = request.match_info["region"]
    if code not in Region:
        message = "There is no such region."
        raise unknown(message)
    question = PriceQuestion(Region(code), _length(request), with_charges=False)
    return question.answer(publication)


async def by_location(request: web.Request, publication: Publication) -> Answer:
    """Answer the full prices at some coordinates."""
    region = Place.read(request.query).region
    question = PriceQuestion(region, _length(request), with_charges=True)
    return question.answer(publication)


async def by_address(request: web.Request, publication: Publication) -> Answer:
    """Answer the full prices at an address."""
    address = find(request.match_info["address_id"])
    if address is None:
        message = "There is no such address."
        raise unknown(message)
    question = PriceQuestion(address.region, _length(request), with_charges=True)
    return question.answer(publication)


async def suggestions(request: web.Request, _: Publication) -> Document:
    """Answer the addresses that a text may mean."""
    found = search(request.match_info["query"])
    return Document([address.suggestion() for address in found])


def _length(request: web.Request) -> timedelta:
    """Give the length of an interval."""
    switches = request.app[CONTROL].switches
    return QUARTER_HOUR if switches.minstroem_quarter_hours else HOUR
