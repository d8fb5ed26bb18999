"""Answer the eight routes of EnergySignal."""

from aiohttp import web

from dev.price_server.answer import Answer, Document
from dev.price_server.control import CONTROL
from dev.price_server.publication import Publication
from dev.price_server.switches import Switches
from dev.price_server.vendor import Handler, Route

from .afrr_energy import afrr_energy
from .capacity import AFRR, FCR, MFRR, Product, body, capacity
from .day_ahead import day_ahead
from .errors import unauthorized
from .mfrr_energy import mfrr_energy
from .stamp import fetched_at


def _switches(request: web.Request) -> Switches:
    """Read what the server was told of this vendor."""
    return request.app[CONTROL].switches


def _is_empty(request: web.Request) -> bool:
    """Tell whether every stream is to be without data."""
    return _switches(request).energysignal_empty


async def _day_ahead(request: web.Request, publication: Publication) -> Answer:
    """Answer the day-ahead prices."""
    return day_ahead(publication, is_empty=_is_empty(request))


def _capacity(product: Product) -> Handler:
    """Build the route of one capacity stream."""

    async def answer(request: web.Request, publication: Publication) -> Answer:
        """Answer the capacity stream."""
        return capacity(product, publication, is_empty=_is_empty(request))

    return answer


async def _afrr_energy(request: web.Request, publication: Publication) -> Document:
    """Answer the energy prices of aFRR."""
    return Document(afrr_energy(publication, is_empty=_is_empty(request)))


async def _mfrr_energy(request: web.Request, publication: Publication) -> Document:
    """Answer the energy prices of mFRR."""
    return Document(mfrr_energy(publication, is_empty=_is_empty(request)))


async def _balancing_capacity(
    request: web.Request, publication: Publication
) -> Document:
    """Answer the three capacity streams together."""
    _check_subscription(request)
    is_empty = _is_empty(request)
    streams = {
        name: body(capacity(product, publication, is_empty=is_empty))
        for name, product in (("fcr", FCR), ("afrr", AFRR), ("mfrr", MFRR))
    }
    return Document({**_latest(publication, is_empty=is_empty), **streams})


async def _balancing_energy(request: web.Request, publication: Publication) -> Document:
    """Answer the two energy streams together."""
    _check_subscription(request)
    is_empty = _is_empty(request)
    return Document(
        {
            **_latest(publication, is_empty=is_empty),
            "afrr": afrr_energy(publication, is_empty=is_empty),
            "mfrr": mfrr_energy(publication, is_empty=is_empty),
        }
    )


def _check_subscription(request: web.Request) -> None:
    """Refuse the aggregated routes to who pays for none of them."""
    if not _switches(request).energysignal_subscription:
        message = "An active subscription is needed."
        raise unauthorized(message)


def _latest(publication: Publication, *, is_empty: bool) -> dict[str, str | None]:
    """Write when the newest of the streams was fetched."""
    return {"latestFetchedAtUtc": None if is_empty else fetched_at(publication)}


ROUTES = (
    Route("GET", "/api/day-ahead-prices", _day_ahead),
    Route("GET", "/api/balancing-capacity", _balancing_capacity),
    Route("GET", "/api/balancing-energy", _balancing_energy),
    Route("GET", "/api/fcr-capacity", _capacity(FCR)),
    Route("GET", "/api/afrr-capacity", _capacity(AFRR)),
    Route("GET", "/api/mfrr-capacity", _capacity(MFRR)),
    Route("GET", "/api/afrr-energy", _afrr_energy),
    Route("GET", "/api/mfrr-energy", _mfrr_energy),
)
