"""A job as a page sees it."""

import threading
import time
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar, cast, runtime_checkable

from core.jobs.errors import JobCancelled, JobFailedError
from core.progress import Progress

State = Literal["waiting", "running", "finished", "failed", "cancelled"]
Params = TypeVar("Params", contravariant=True)
Result = TypeVar("Result", covariant=True)


@runtime_checkable
class Work(Protocol[Params, Result]):
    """A function that can be a job: it is found by its import path, and takes frozen params."""

    def __call__(self, params: Params, /, *, on_progress: Progress) -> Result:
        """Computes the result; an exception from `on_progress` must pass through."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is: the part done in [0, 1], what is happening, and the result so far or None."""

    fraction: float = 0.0
    message: str = ""
    partial: Any = None


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: the type and message of the error, and its traceback when the function raised it."""

    kind: str
    message: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """All that changes about a job, replaced as a whole so that a reader never sees half of a change.

    Args:
        started: when it began to run, in seconds since 1970; None while it waits.
        seconds: how long it ran; None until it has ended.
    """

    state: State = "waiting"
    progress: JobProgress = JobProgress()
    started: float | None = None
    seconds: float | None = None
    error: JobError | None = None


@runtime_checkable
class Desk(Protocol):
    """What a job asks of the desk that keeps it."""

    def place_of(self, job: "Job[Any]") -> int:
        """Its place in the queue."""

    def cancel(self, job: "Job[Any]") -> None:
        """Ends it."""

    def leave(self, job: "Job[Any]", visitor: str) -> None:
        """Takes one visitor's interest away, and ends it when nobody is left."""

    def value_of(self, job: "Job[Any]") -> Any:
        """Its kept result."""


class Job(Generic[Result]):
    """A long computation that was submitted once and may be followed from many pages.

    Args:
        key: its identity (`core.jobs.identity.key_of`).
        params: what it was submitted with.
        desk: what keeps it.
        record: what it starts with.

    Attributes:
        visitors: who has asked for it and not left, in the order in which they came.
    """

    def __init__(self, *, key: str, params: object, desk: Desk, record: Record | None = None) -> None:
        self.key = key
        self.params = params
        self.record = record or Record()
        self.ended = threading.Event()
        self.visitors: dict[str, None] = {}
        self._desk = desk
        if self.done:
            self.ended.set()

    @property
    def state(self) -> State:
        """Where it stands: waiting, running, finished, failed or cancelled."""
        return self.record.state

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not; nothing about it changes any more."""
        return self.state in ("finished", "failed", "cancelled")

    @property
    def progress(self) -> JobProgress:
        """The newest report: fraction, message, and partial result."""
        return self.record.progress

    @property
    def started(self) -> float | None:
        """When it began to run, in seconds since 1970; for a result from disk, when that was computed."""
        return self.record.started

    @property
    def elapsed(self) -> float:
        """Seconds it has run; 0 while it waits, and fixed once it has ended."""
        record = self.record
        if record.seconds is not None:
            return record.seconds
        return 0.0 if record.started is None else max(0.0, time.time() - record.started)

    @property
    def remaining(self) -> float | None:
        """Seconds still to run at the pace so far, elapsed (1 - f) / f for the fraction f done.

        None unless it runs and has reported at least one part in a hundred: before that, the estimate is noise.
        """
        record = self.record
        fraction = record.progress.fraction
        if record.state != "running" or fraction < 0.01:
            return None
        return self.elapsed * (1.0 - fraction) / fraction

    @property
    def place(self) -> int:
        """Its place in the queue: 1 when it is the next to run, 0 when it no longer waits."""
        return self._desk.place_of(self)

    @property
    def error(self) -> JobError | None:
        """Why it failed, or None."""
        return self.record.error

    def cancel(self) -> None:
        """Ends it, for all who follow it; the work stops within two seconds. One that has ended stays as it is."""
        self._desk.cancel(self)

    def leave(self, visitor: str) -> None:
        """Takes away one visitor's interest. When nobody is left that asked for it, it ends as by `cancel`."""
        self._desk.leave(self, visitor)

    def wait(self, timeout: int | float | None = None) -> bool:
        """Waits until it has ended, at most `timeout` seconds; returns whether it has."""
        return self.ended.wait(timeout)

    def result(self, timeout: int | float | None = None) -> Result:
        """Its result, waited for at most `timeout` seconds. Arrays in it are read-only: all visitors share it.

        Raises:
            TimeoutError: when it has not ended in time.
            JobCancelled: when it was cancelled.
            JobFailedError: when it failed, or its kept result has been removed since; submit it again then.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"the job is still {self.state} after {timeout} s")
        if self.state == "cancelled":
            raise JobCancelled("The job was cancelled.")
        if self.error is not None:
            raise JobFailedError(f"{self.error.kind}: {self.error.message}")
        return cast("Result", self._desk.value_of(self))
