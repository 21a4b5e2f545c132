"""How much a deployment lets its visitors ask for, from the environment."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one web process.

    Args:
        running: jobs that may run at once; None for one per worker (`EXPLORER_JOBS_RUNNING`). On this machine it is
            also the number of worker processes, one where it is None.
        waiting: jobs that may wait for their turn (`EXPLORER_JOBS_WAITING`, default 20).
        each: jobs of one visitor that may wait or run at once (`EXPLORER_JOBS_EACH`, default 2).
        result_bytes: the size of the folder of kept results above which the least recently used ones are removed
            (`EXPLORER_RESULTS_MB`, default 2000, in units of 1e6 bytes).
    """

    running: int | None = None
    waiting: int = 20
    each: int = 2
    result_bytes: int = 2_000_000_000

    @property
    def local_workers(self) -> int:
        """How many worker processes are started on this machine when no cluster is named."""
        return self.running or 1


def limits_from_environment() -> Limits:
    """The limits set by `EXPLORER_JOBS_RUNNING`, `_WAITING`, `_EACH` and `EXPLORER_RESULTS_MB`.

    Raises:
        ValueError: when a variable is not a whole number, or lies below its least value (1, 0, 1 and 1).
    """
    return Limits(
        running=_whole_number("EXPLORER_JOBS_RUNNING", default=None, least=1),
        waiting=_whole_number("EXPLORER_JOBS_WAITING", default=20, least=0) or 0,
        each=_whole_number("EXPLORER_JOBS_EACH", default=2, least=1) or 1,
        result_bytes=(_whole_number("EXPLORER_RESULTS_MB", default=2000, least=1) or 1) * 1_000_000,
    )


def _whole_number(name: str, *, default: int | None, least: int) -> int | None:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} is {text!r}; it must be a whole number of at least {least}")
    return int(text)
