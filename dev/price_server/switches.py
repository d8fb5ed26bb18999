"""Hold what vendors do one way or the other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """Choose between the ways in which a vendor is known to answer."""

    # Whether the Flatpeak account has the beta direction LOCAL.
    flatpeak_local: bool = False
    # Whether Otark's pages name their next cursor, as its newer documentation says.
    otark_next_cursor: bool = False
    # Whether Otark's errors are application/problem+json (RFC 9457), as the newer
    # documentation says, which also answers 400 where the older one answers 422.
    otark_problem: bool = False
    # Whether Otark's transactions have the fields of its reference pages instead of
    # those that its conventions page names.
    otark_reference_fields: bool = False
    # Whether Sobry adds forecast rows beyond what is published to a customer's prices.
    sobry_estimates: bool = False
    # Whether the EnergySignal account has the subscription that its aggregated routes
    # ask for.
    energysignal_subscription: bool = True
    # Whether every stream of EnergySignal is without data.
    energysignal_empty: bool = False
    # Whether Min Strøm's rows are quarter-hours; the page and all clients know hours.
    minstroem_quarter_hours: bool = False
