"""Vendors: the companies that an entry can ask, by key, in the order of the form."""

from collections.abc import Mapping

from . import energysignal, flatpeak, minstroem, otark, sobry
from .vendor import Vendor

VENDORS: Mapping[str, Vendor] = {
    module.VENDOR.key: module.VENDOR
    for module in (sobry, energysignal, flatpeak, minstroem, otark)
}
