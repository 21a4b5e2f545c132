"""Which jobs a web process knows, and in what order those begin that wait. Nothing here talks to Dask."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from core.jobs.errors import QueueFullError, TooManyJobsError
from core.jobs.fairness import in_turn
from core.jobs.job import Job
from core.jobs.limits import Limits
from core.jobs.working import Order

REMEMBERED = 500

Waiting = tuple[Job[Any], Order]
"""A job that no worker has, and what it is sent as."""


class Roster:
    """The jobs of a desk, by key, and the line of those that wait. Whoever calls holds the desk's lock.

    Args:
        limits: how many may wait, and how many one visitor may have.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._jobs: dict[str, Job[Any]] = {}
        self._line: list[Waiting] = []
        self._served: dict[str, int] = {}

    def known(self, key: str) -> Job[Any] | None:
        """The last job of this identity."""
        return self._jobs.get(key)

    def active(self, key: str) -> Job[Any] | None:
        """The job of this identity, unless it has ended."""
        job = self._jobs.get(key)
        return None if job is None or job.done else job

    def remember(self, job: Job[Any]) -> Job[Any]:
        """Adds a job in the place of the last of its identity; the oldest that has ended is forgotten."""
        self._jobs.pop(job.key, None)
        self._jobs[job.key] = job
        if len(self._jobs) > REMEMBERED:
            oldest = next((key for key, other in self._jobs.items() if other.done), None)
            if oldest is not None:
                del self._jobs[oldest]
        return job

    def admit(self, asked: int, visitor: str, *, capacity: int, sent: int) -> None:
        """Lets a visitor add jobs to the line, or raises.

        Args:
            asked: how many.
            visitor: who; "" for nobody.
            capacity: how many run at once.
            sent: how many are at the workers.

        Raises:
            QueueFullError: when they would not fit into the line.
            TooManyJobsError: when they would be more than one visitor may have at once.
        """
        free = max(1, capacity) + self._limits.waiting - sent - len(self._line)
        if asked > max(0, free):
            raise QueueFullError(length=len(self._line), limit=self._limits.waiting, asked=asked)
        have = sum(not job.done and visitor in job.visitors for job in self._jobs.values())
        if visitor and asked and have + asked > self._limits.each:
            raise TooManyJobsError(limit=self._limits.each)

    def add(self, job: Job[Any], order: Order) -> Job[Any]:
        """Puts a new job at the end of the line."""
        self._line.append((job, order))
        return self.remember(job)

    def put_back(self, taken: Sequence[Waiting]) -> None:
        """Puts jobs that were sent and have not begun before all others."""
        self._line = [*taken, *self._line]

    def withdraw(self, job: Job[Any]) -> None:
        """Takes a job out of the line, if it waits there."""
        self._line = [(other, order) for other, order in self._line if other is not job]

    def empty(self) -> list[Job[Any]]:
        """Takes all jobs out of the line."""
        line, self._line = self._line, []
        return [job for job, _ in line]

    def take(self, busy: Collection[str]) -> Waiting | None:
        """Takes out the next job whose turn it is, except those of the given keys; None where there is none."""
        pair = next((pair for pair in self if pair[1].key not in busy), None)
        if pair is not None:
            self._line.remove(pair)
            owner = _owner(pair[0])
            served = {**self._served, owner: 1 + max(self._served.values(), default=0)}
            self._served = dict(sorted(served.items(), key=lambda item: item[1])[-REMEMBERED:])
        return pair

    def __iter__(self) -> Iterator[Waiting]:
        """Those that wait, in the order in which they will begin."""
        order = in_turn([_owner(job) for job, _ in self._line], self._served)
        return iter([self._line[place] for place in order])

    def __len__(self) -> int:
        return len(self._line)


def _owner(job: Job[Any]) -> str:
    """Who has waited for it longest; a job that no visitor asked for stands for itself."""
    return next(iter(job.visitors), job.key)
