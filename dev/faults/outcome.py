"""Outcomes: what became of a provider's fault, and the table of all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
import json
from pathlib import Path

COLUMNS = (
    "provider",
    "situation",
    "faults",
    "tracebacks",
    "known prices lost",
    "back in time",
    "longest until back",
    "most requests in two hours without anything known",
)

BEGIN, END = "<!-- faults -->", "<!-- end of faults -->"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fault of one provider in one situation."""

    provider: str
    situation: str
    fault: str
    requests: int
    """How many requests the server saw in two hours of the fault."""
    tracebacks: int
    lost: int
    """How many prices, or quarter-hours of a volume, were known before and not after."""
    minutes: float | None
    """How long after its end, or that of a pause asked for, all was well; None if too long."""
    loaded: bool
    """Whether something was known in the end; then questions go on at their usual pace."""
    followed: int
    """How many requests went where a redirect led."""

    @property
    def is_good(self) -> bool:
        """Tell whether nothing was lost, leaked or left behind."""
        return (
            not self.tracebacks
            and not self.lost
            and not self.followed
            and self.minutes is not None
        )


def add(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Add outcomes to a file, one on each line."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(outcome)) + "\n" for outcome in outcomes)


def read(path: Path) -> list[Outcome]:
    """Return the outcomes of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Outcome(**json.loads(line)) for line in lines]


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the sums of each provider and situation, and what went wrong, as Markdown."""
    lines = [
        _row(*COLUMNS),
        _row(*["---"] * len(COLUMNS)),
    ]

    def key(outcome: Outcome) -> tuple[str, str]:
        return outcome.provider, outcome.situation

    for (provider, situation), group in groupby(sorted(outcomes, key=key), key=key):
        some = list(group)
        back = [it.minutes for it in some if it.minutes is not None]
        lines.append(
            _row(
                provider,
                situation,
                len(some),
                sum(it.tracebacks for it in some),
                sum(it.lost for it in some),
                len(back),
                f"{max(back, default=0):.0f} min",
                max((it.requests for it in some if not it.loaded), default="-"),
            )
        )
    names = dict.fromkeys(outcome.fault for outcome in outcomes)
    bad = [outcome for outcome in outcomes if not outcome.is_good]
    lines += [
        "",
        (
            f"{len(outcomes)} combinations of {len(names)} faults: "
            f"{sum(it.tracebacks for it in outcomes)} tracebacks, "
            f"{sum(it.lost for it in outcomes)} known prices lost, "
            f"{sum(it.minutes is None for it in outcomes)} not back in time, "
            f"{sum(it.followed for it in outcomes)} redirects followed, "
            f"{sum(it.requests for it in outcomes)} requests."
        ),
        "",
        *map(_line, bad),
        *([""] if bad else []),
        "The faults: " + ", ".join(f"`{name}`" for name in names) + ".",
    ]
    return "\n".join(lines)


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _line(it: Outcome) -> str:
    """Return what went wrong, as an item of a list."""
    return (
        f"- {it.provider}, {it.situation}, {it.fault}: {it.tracebacks} tracebacks, "
        f"{it.lost} lost, back after {it.minutes} min"
    )


def put(page: Path, text: str) -> None:
    """Put a text between the two markers of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
