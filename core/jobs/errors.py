"""What can go wrong with a long computation, each with a message fit for the page."""


class JobCancelled(Exception):  # noqa: N818 - a cancelled job is a wish fulfilled, not an error
    """Raised by `on_progress` in the worker once the job is cancelled, and by `Job.result` of a cancelled job."""


class JobFailedError(RuntimeError):
    """Raised by `Job.result` of a failed job; the message holds the type and the message of the first error."""


class QueueFullError(RuntimeError):
    """Raised by `submit` and `sweep` when more jobs would wait than the deployment allows.

    Attributes:
        length: how many jobs wait now.
        limit: how many may wait (`EXPLORER_JOBS_WAITING`).
    """

    def __init__(self, *, length: int, limit: int, asked: int) -> None:
        self.length = length
        self.limit = limit
        wish = "one more" if asked == 1 else f"{asked} more"
        super().__init__(
            f"The queue is full: {length} of at most {limit} jobs wait, and {wish} would not fit. Try later."
        )


class TooManyJobsError(RuntimeError):
    """Raised by `submit` and `sweep` when one visitor's jobs would be more than the deployment allows at once.

    Attributes:
        limit: how many of one visitor may wait or run (`EXPLORER_JOBS_EACH`).
    """

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        have = "One job" if limit == 1 else f"{limit} jobs"
        super().__init__(f"{have} of yours wait or run already. Wait for one to end, or cancel one.")


class ClusterUnreachableError(ConnectionError):
    """No Dask scheduler answers at the address in `EXPLORER_DASK`; the message names the address."""


class ResultDamagedError(ValueError):
    """A kept result is not what was written: cut short, changed, or of a dataclass that has other fields now."""
