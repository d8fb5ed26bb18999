"""Test every way in which a provider can misbehave; `scripts/faults` runs all of them."""

import logging
import os
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest

from dev.faults.fault import FAULTS, FEW, fault_named
from dev.faults.outcome import Outcome, add, put, read, table
from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant

from .conftest import Clock
from .entries import DATA
from .fault_run import SITUATIONS, Home

# Where all outcomes go, when all are wanted.
ALL = os.environ.get("SPOT_PLANNER_FAULTS")


@pytest.mark.timeout(3600 if ALL else 60)
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("kind", DATA)
async def test_a_fault_costs_nothing(
    hass: HomeAssistant,
    paris: None,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    situation: str,
) -> None:
    """Fail without a traceback, keep what is known, and be back in time."""
    # Home Assistant tells every event otherwise, which takes longer than all the rest.
    caplog.set_level(logging.INFO)
    home = Home(hass, price_server, freezer, advance, caplog, kind)
    # The slice of each test is another one, so that all kinds are seen in all.
    first = (list(DATA).index(kind) + SITUATIONS.index(situation)) % len(FEW)
    few = [fault_named(FEW[first])]
    outcomes = []
    for fault in FAULTS if ALL else few:
        outcomes.append(await home.outcome(situation, fault))
        if ALL:
            add(Path(ALL), outcomes[-1:])
    assert [outcome for outcome in outcomes if not outcome.is_good] == []


def test_all_faults_have_names() -> None:
    """Each of the 78 is another one."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 78


def test_the_table_tells_what_went_wrong(tmp_path: Path) -> None:
    """A combination that is not good is named, and the page around it stays."""
    good = Outcome("sobry", "running", "answer: html", 3, 0, 0, 5.0, True, 0)
    bad = Outcome("otark", "set-up", "status 500", 12, 1, 2, None, False, 0)
    add(tmp_path / "outcomes", [good, bad])
    assert read(tmp_path / "outcomes") == [good, bad]
    text = table([good, bad])
    assert "- otark, set-up, status 500" in text
    assert "- sobry" not in text
    assert "1 tracebacks, 2 known prices lost, 1 not back in time" in text
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- faults -->old<!-- end of faults -->\nb\n")
    put(page, text)
    assert page.read_text().startswith("a\n<!-- faults -->\n| provider |")
    assert page.read_text().endswith("<!-- end of faults -->\nb\n")
    assert "old" not in page.read_text()
