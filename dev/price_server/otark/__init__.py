"""Speak the API of Otark for balancing responsible parties."""

from dev.price_server.vendor import Route, Vendor

from .customers import customer, customers
from .door import authorize
from .errors import error_body, error_type
from .lists import contract_transactions, contracts, history, nominations, transactions

# The wait after a 429 stands in x-ratelimit-reset; a Retry-After is not documented.
OTARK = Vendor(
    name="otark",
    routes=(
        Route("GET", "/contracts", contracts),
        Route("GET", "/contracts/{id}/transactions", contract_transactions),
        Route("GET", "/transactions", transactions),
        Route("GET", "/transactions/{id}/history", history),
        Route("GET", "/nominations", nominations),
        Route("GET", "/customers", customers),
        Route("GET", "/customers/{id}", customer),
    ),
    requests_per_minute=300,
    error_body=error_body,
    error_type=error_type,
    authorize=authorize,
    prefix="/v1",
    limit_headers=True,
    retry_after=False,
)

__all__ = ["OTARK"]
