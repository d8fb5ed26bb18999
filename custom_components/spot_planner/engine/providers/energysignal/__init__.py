"""EnergySignal: the French day-ahead market, and the reserves beside it."""

from ..vendor import Credential, Customer, Offer, Tariff, Vendor
from .provider import PRODUCT, EnergySignalProvider

TOKEN = "token"  # noqa: S105 - the name of a field.


def _make(customer: Customer) -> Offer:
    token = customer.credential(TOKEN)
    provider = EnergySignalProvider(customer.client, token, customer.zone)
    return Offer(prices=provider, balancing=provider.balancing)


VENDOR = Vendor(
    key="energysignal",
    name="EnergySignal",
    website="https://energysignal.fr",
    base_url="https://co-c8jb.nanocorp.app",
    market="France",
    time_zone="Europe/Paris",
    credentials=(Credential(TOKEN),),
    products=(PRODUCT,),
    tariff=Tariff.FRANCE,
    make=_make,
)
