"""The loads of a joint plan, as things that compete for each slot."""

from typing import NamedTuple

from .job import WholeJob
from .problem import Problem

# A job with many powers is taken for one with so many when the bound is worked out.
MOST_LEVELS = 3


class Use(NamedTuple):
    """A stretch of a run in which it uses one item."""

    item: int
    offset: int
    length: int


class Items:
    """One item for each power of each job; a job uses one of its items at a time.

    A job with many powers has fewer items, with the lowest power of those that an item
    stands for: what fits in truth fits here too, so the bound stays one.
    """

    def __init__(self, problem: Problem) -> None:
        """Number the items."""
        self.watts: list[int] = []
        self.job: list[int] = []
        self.of_job: list[int] = [0] * len(problem.jobs)
        self.uses: list[list[Use]] = []
        """How each job in one piece uses its items; one use at most for a split job."""
        for number, job in enumerate(problem.jobs):
            if isinstance(job, WholeJob):
                levels = _levels([part.watts for part in job.stretches])
                items = {
                    level: self._add(number, level)
                    for level in dict.fromkeys(levels.values())
                }
                self.uses.append(
                    [
                        Use(items[levels[part.watts]], part.offset, part.length)
                        for part in job.stretches
                    ]
                )
            else:
                self.uses.append([Use(self._add(number, job.watts), 0, job.length)])
        self.rivals = [
            self.of_job[job] | self._of_jobs(problem.rivals[job]) for job in self.job
        ]
        """For each item those that are never used with it, itself included."""

    def _add(self, job: int, watts: int) -> int:
        self.watts.append(watts)
        self.job.append(job)
        self.of_job[job] |= 1 << len(self.job) - 1
        return len(self.job) - 1

    def _of_jobs(self, jobs: int) -> int:
        return sum(it for job, it in enumerate(self.of_job) if jobs >> job & 1)


def _levels(powers: list[int]) -> dict[int, int]:
    """Return for each power the one that stands for it."""
    known = sorted(set(powers))
    if len(known) <= MOST_LEVELS:
        return {power: power for power in known}
    # The highest ones matter most for what fits beside them.
    gaps = sorted(
        range(1, len(known)), key=lambda it: known[it] - known[it - 1], reverse=True
    )
    borders = sorted([0, *gaps[: MOST_LEVELS - 1]])
    return {
        power: known[max(border for border in borders if border <= it)]
        for it, power in enumerate(known)
    }
