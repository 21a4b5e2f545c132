"""Tasks that were given to Dask, and what comes back from them."""

from dataclasses import dataclass
from pickle import loads
from typing import Any

from core.jobs.job import Job
from core.jobs.working import Order, Receipt

WORKER_LOST = Receipt(
    "failed", kind="WorkerLost", message="The worker process ended in the middle of the job: out of memory, or killed."
)


@dataclass
class Slot:
    """One task given to Dask: what it is, its future, the worker that began it ("" before that), how it is stopped."""

    job: Job[Any]
    order: Order
    future: Any
    worker: str = ""
    stopping_since: float | None = None
    killed: bool = False


def receipt_of(future: Any, whereabouts: str) -> Receipt:
    """What came of a task that has ended, for whatever reason; `whereabouts` names the scheduler in the words."""
    if future.status == "finished":
        receipt: Receipt = future.result()
        return receipt
    if future.status == "error":
        error = future.exception()
        if type(error).__name__ == "KilledWorker":
            return WORKER_LOST
        return Receipt("failed", kind=type(error).__qualname__, message=str(error))
    return Receipt("failed", kind="ConnectionLost", message=f"The connection to {whereabouts} was lost.")


def partial_of(content: bytes) -> Any:
    """The partial result in a message, from a worker that Dask talks to by pickle anyway; or None."""
    try:
        return loads(content) if content else None
    except Exception:  # of a class that this process does not have: the job is well, only its curve is not drawn
        return None
