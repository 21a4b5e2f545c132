"""The end of a child process when its parent has ended, even by kill -9: no scheduler or worker outlives the app."""

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from typing import Any

PAUSE_SECONDS = 1.0


def hold(server: Any, *, parent: int) -> None:
    """Ties this process, a Dask scheduler or nanny, to the process that started it.

    Args:
        server: the scheduler or the nanny; a nanny's worker process ends with it.
        parent: the process id of the app.
    """
    # The scheduler's error stream is a pipe that nobody empties: once full, it would block the scheduler. Whatever the
    # user's Dask configuration asks for, little may be written there.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    threading.Thread(target=_watch, args=(server, parent), name="leash", daemon=True).start()


def _watch(server: Any, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE_SECONDS)
    worker = getattr(server, "pid", None)
    if worker:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    os._exit(0)


def preload_text(*, root: str, parent: int) -> str:
    """The script that Dask runs in a scheduler or nanny before it starts: project root on the path, leash on.

    A worker process inherits its nanny's path and environment: one thread for numpy and torch, since one worker shares
    the machine with the app.
    """
    return (
        f"import os, sys\nos.environ['OMP_NUM_THREADS'] = '1'\nsys.path.insert(0, {root!r})\n"
        "from core.jobs.leash import hold\n"
        f"def dask_setup(server):\n    hold(server, parent={parent})\n"
    )
