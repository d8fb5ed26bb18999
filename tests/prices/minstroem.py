"""Places that Min Strøm is asked for, and the paths of its API."""

from datetime import datetime
from typing import Any

import pytest

from ..conftest import NOW

START = datetime.fromisoformat(NOW)
PREFIX = "/thirdParty"
LOCATION = f"{PREFIX}/prices/location"
CHARGES = f"{PREFIX}/prices/charges/location"
COUNT = f"{PREFIX}/currentRequestCount"
ADDRESS_ID = "0a3f50a0-1111-32b8-e044-0003ba298018"
ADDRESS = f"{PREFIX}/prices/addresses/{ADDRESS_ID}"
REGION = f"{PREFIX}/prices/DK1"

COORDINATES: dict[str, Any] = {}
BY_ADDRESS = {"lookup": "address", "address_id": ADDRESS_ID}
BY_REGION = {"lookup": "region", "region": "DK1"}
LOOKUPS = pytest.mark.parametrize(
    ("place", "path"),
    [
        (COORDINATES, f"{LOCATION}?latitude=55.6760&longitude=12.5680"),
        (BY_ADDRESS, ADDRESS),
        (BY_REGION, REGION),
    ],
    ids=["coordinates", "address", "region"],
)
