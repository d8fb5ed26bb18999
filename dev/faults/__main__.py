"""The table of a run, put into a page: python -m dev.faults OUTCOMES PAGE."""

from pathlib import Path
import sys

from .outcome import put, read, table


def main() -> int:
    """Write the table, and return 1 when something went wrong."""
    outcomes = read(Path(sys.argv[1]))
    text = table(outcomes)
    print(text)
    put(Path(sys.argv[2]), text)
    return int(not all(outcome.is_good for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
