"""Name who buys and who sells."""

from dataclasses import dataclass

from dev.price_server.answer import JsonObject


@dataclass(frozen=True, slots=True)
class Party:
    """Hold one side of a contract."""

    name: str
    eic: str
    tso: str = "TenneT"

    def json(self) -> JsonObject:
        """Write the party as contracts do."""
        return {"name": self.name, "eic": self.eic, "tso": self.tso}


PARK = Party("Solar Park North", "11YWINDPARKNO--A")
BUYER = Party("Green Energy", "11YGREENENERGY-Z")
# Stands between the two sides of every trade.
INTERMEDIARY = Party("Otark", "11YOTARK------Z")
