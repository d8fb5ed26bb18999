"""The best joint plans, as an exact solver (HiGHS) finds them in some time.

What it found is kept in a file, so that planners can be compared again and again.
"""

from dataclasses import asdict, dataclass
import json
from pathlib import Path
import time
from zlib import crc32

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from .joint_cases import BASE_LOAD, SLOTS, Case

KEPT = Path(".dev/joint_exact.json")


@dataclass(frozen=True)
class Exact:
    """The best plan that HiGHS found, and what it knows any to cost at least."""

    cost: float | None
    bound: float | None
    seconds: float


def exact(case: Case, seconds: float) -> Exact:
    """Return what is kept of a case, or else what HiGHS finds in some time."""
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    key = f"{case.name} {crc32(repr((case.prices, case.appliances)).encode()):08x}"
    if key not in known:
        found = _solved(case, seconds)
        known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        known[key] = asdict(found)
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(known, indent=0))
    return Exact(**known[key])


class _Model:
    """A linear program in whole numbers, row by row."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def column(self, cost: float) -> int:
        """Add something that is done or not, and return its number."""
        self.costs.append(cost)
        return len(self.costs) - 1

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """Ask that a sum lies between two numbers."""
        number = len(self._low)
        self._entries += [(number, column, value) for column, value in terms]
        self._low.append(low)
        self._high.append(high)

    def solve(self, seconds: float) -> Exact:
        """Return the best choice that is found in some time."""
        rows, columns, values = zip(*self._entries, strict=True)
        shape = (len(self._low), len(self.costs))
        started = time.process_time()
        result = milp(
            self.costs,
            constraints=LinearConstraint(
                csr_array((values, (rows, columns)), shape=shape), self._low, self._high
            ),
            bounds=Bounds(0, 1),
            integrality=np.ones(len(self.costs)),
            options={"mip_rel_gap": 0.0, "time_limit": seconds},
        )
        spent = time.process_time() - started
        cost = None if result.fun is None else float(result.fun)
        bound = result.mip_dual_bound
        return Exact(cost, None if bound is None else float(bound), spent)


def _solved(case: Case, seconds: float) -> Exact:
    """Return the best plan: a choice for each start, or each slot of a split run."""
    model = _Model()
    loads: list[list[tuple[int, float]]] = [[] for _ in range(SLOTS)]
    starts = [
        _add_whole(model, case, number, loads)
        if it.shortest is None
        else _add_split(model, case, number, loads)
        for number, it in enumerate(case.appliances)
    ]
    for number, it in enumerate(case.appliances):
        if it.follows is not None:
            length = case.appliances[it.follows].length
            _add_order(model, starts[it.follows], length, starts[number])
    for terms in loads:
        if terms:
            model.row(terms, -np.inf, case.limit - BASE_LOAD)
    return model.solve(seconds)


def _add_whole(
    model: _Model, case: Case, number: int, loads: list[list[tuple[int, float]]]
) -> dict[int, int]:
    """Add the starts of a run in one piece, and return their columns."""
    it = case.appliances[number]
    own = {slot: model.column(case.cost(number, slot)) for slot in case.starts(number)}
    model.row([(column, 1.0) for column in own.values()], 1.0, 1.0)
    for slot, column in own.items():
        for used in range(slot, slot + it.length):
            loads[used].append((column, it.power))
    return own


def _add_split(
    model: _Model, case: Case, number: int, loads: list[list[tuple[int, float]]]
) -> dict[int, int]:
    """Add the slots of a run that may be split, which none waits for."""
    it = case.appliances[number]
    shortest = it.shortest or 1
    slots = range(it.first, it.after)
    on = {slot: model.column(case.prices[slot] * it.power / 4) for slot in slots}
    model.row([(column, 1.0) for column in on.values()], it.length, it.length)
    begins = {slot: model.column(0.0) for slot in slots}
    for slot in slots:
        loads[slot].append((on[slot], it.power))
        before = [(on[slot - 1], 1.0)] if slot - 1 in on else []
        model.row([(on[slot], -1.0), *before, (begins[slot], 1.0)], 0.0, np.inf)
        # A segment that has begun lately is still there.
        lately = range(max(slot - shortest + 1, it.first), slot + 1)
        terms = [(on[slot], 1.0), *((begins[at], -1.0) for at in lately)]
        model.row(terms, 0.0, np.inf)
        if slot + shortest > it.after:
            model.row([(begins[slot], 1.0)], 0.0, 0.0)
    return {}


def _add_order(
    model: _Model, before: dict[int, int], length: int, after: dict[int, int]
) -> None:
    """Let a run start only when another of some length has ended."""
    for slot in range(SLOTS):
        early = [(column, 1.0) for at, column in after.items() if at <= slot]
        ended = [(column, -1.0) for at, column in before.items() if at + length <= slot]
        if early:
            model.row([*early, *ended], -np.inf, 0.0)
