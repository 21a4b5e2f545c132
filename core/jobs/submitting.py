"""The way in: submit, find, sweep. One desk per web process, made at the first call."""

import atexit
import threading
from collections.abc import Sequence
from typing import TypeVar

from core.files import cache_dir
from core.jobs.desk import JobDesk
from core.jobs.job import Job, Work
from core.jobs.limits import limits_from_environment

P = TypeVar("P")
R = TypeVar("R")

_lock = threading.Lock()
_desks: list[JobDesk] = []


def submit(function: Work[P, R], params: P, *, visitor: str = "") -> Job[R]:
    """Runs `function(params, on_progress=report)` in a worker process, once for equal params and equal code.

    It returns at once. A job that already waits or runs is joined; a kept result is served from disk, after its
    checksum was found right. What failed or was cancelled before is tried again.

    Args:
        function: a function at the top of an importable module. It calls `on_progress(fraction, message, partial=None)`
            now and then and lets its exceptions through; from there it is cancelled.
        params: an instance of a frozen dataclass of plain values, numpy arrays and other dataclasses.
        visitor: who asks, such as the id of a session. Waiting jobs are sent round robin between visitors, one visitor
            may have a few at once (`EXPLORER_JOBS_EACH`), and `Job.leave` takes this visitor's interest away. Empty for
            who is no visitor: without a limit.

    Returns:
        The job. Invariant: while it is active or its result is kept, equal params give the job with the same key.

    Raises:
        QueueFullError: when as many jobs wait as may wait; it tells how many.
        TooManyJobsError: when this visitor's jobs that wait or run are as many as one visitor may have.
        ValueError: when the function cannot be found by its import path, or a limit in the environment is not a number.
        TypeError: when the params are no frozen dataclass, or hold something that cannot be stored.
    """
    return _desk().submit_all(function, [params], visitor)[0]


def sweep(function: Work[P, R], many: Sequence[P], *, visitor: str = "") -> list[Job[R]]:
    """Submits one job for each of the params; on a cluster they spread over its workers.

    Returns:
        The jobs in the order of `many`. Invariant: equal params share one job.

    Raises:
        QueueFullError, TooManyJobsError: when they do not all fit into the queue, or are too many for this visitor;
            then none is submitted.
        ValueError, TypeError: as for `submit`.
    """
    return _desk().submit_all(function, many, visitor)


def find(function: Work[P, R], params: P) -> Job[R] | None:
    """The job that `submit` would join or serve, or the one that failed or was cancelled last; None if there is none.

    It starts nothing: a page calls it when it is drawn, also after the browser was reloaded.

    Raises:
        ValueError, TypeError: as for `submit`.
    """
    return _desk().find(function, params)


def close() -> None:
    """Cancels all jobs and ends the worker processes of this machine; the next `submit` begins anew. Runs at exit."""
    with _lock:
        desk = _desks.pop() if _desks else None
    if desk is not None:
        desk.close()


def _desk() -> JobDesk:
    with _lock:
        if not _desks:
            _desks.append(JobDesk(limits_from_environment(), cache_dir() / "results"))
        return _desks[-1]


atexit.register(close)
