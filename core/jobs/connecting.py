"""The connection to the workers: processes on this machine, or the cluster that `EXPLORER_DASK` names."""

import asyncio
import importlib
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import core
from core.jobs.errors import ClusterUnreachableError
from core.jobs.leash import preload_text
from core.jobs.limits import Limits
from core.jobs.working import TOPIC, Order, perform

CONNECT_SECONDS = 4.0
START_SECONDS = 60.0
"""In which the first worker of this machine must come: on a busy one it takes many seconds to import what it needs."""
EMPTY_SECONDS = 20.0
"""In which another must come when there are no workers any more."""
QUIET = {
    "LOGGING__DISTRIBUTED": "critical",  # the terminal is the app's
    "DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",  # it looks at a worker a hundred times a second, for nobody
    "DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",  # instead of 20 ms, whether each event loop still turns
}
"""What is asked of Dask here and in the processes that are started from here, where the environment does not say it:
one that has nothing to do takes 2% of a core then, and 7% otherwise."""
TLS_PARTS = ("CA", "CERT", "KEY")
ROOT = Path(core.__file__).parent.parent


class Connection:
    """A Dask client and, without `EXPLORER_DASK`, the scheduler and workers it talks to.

    Args:
        limits: how many workers to start on this machine.
        on_event: called with each message that a worker sends about its task, on Dask's own thread: it must be quick.
        attempt: how many clusters of this machine have come to no worker in time before this one.

    Raises:
        ClusterUnreachableError: when no scheduler answers at the address within a few seconds.
    """

    def __init__(self, limits: Limits, on_event: Callable[[dict[str, Any]], None], *, attempt: int = 0) -> None:
        for name, value in QUIET.items():  # read when distributed is imported
            os.environ.setdefault(f"DASK_{name}", value)
        self.address = os.environ.get("EXPLORER_DASK", "").strip()
        self._cluster = None if self.address else _local_cluster(limits.local_workers)
        try:
            self._client = _client(self._cluster or self.address, security_from_environment())
        except Exception:
            if self._cluster is not None:
                self._cluster.close(timeout=2)
            raise
        self._client.subscribe_topic(TOPIC, lambda event: on_event(event[1]))
        self._empty_since: float | None = None
        # Begun anew with the same patience, a worker that takes a little longer would never come.
        self._start_seconds = START_SECONDS * 2**attempt
        self.had_workers = False
        self._deserted = False
        self.workers: frozenset[str] = frozenset()
        self.refresh()

    @property
    def lost(self) -> bool:
        """Whether it is of no use any more: the scheduler is gone, or this machine's workers do not come back."""
        return self._client.status != "running" or self._deserted

    @property
    def whereabouts(self) -> str:
        """Where the scheduler is, in words."""
        return f"the Dask scheduler at {self.address}" if self.address else "the worker process on this machine"

    def refresh(self) -> None:
        """Asks the scheduler which workers it has now; one that cannot answer shows in `lost`."""
        with suppress(OSError, TimeoutError):
            # Not `scheduler_info`: it returns what the client's own timer may just have overwritten with no workers.
            identity = self._client.sync(self._client.scheduler.identity, n_workers=-1)
            self.workers = frozenset(identity["workers"])
        now = time.monotonic()
        self._empty_since = None if self.workers else self._empty_since or now
        self.had_workers = self.had_workers or bool(self.workers)
        patience = EMPTY_SECONDS if self.had_workers else self._start_seconds
        self._deserted = self._cluster is not None and now - (self._empty_since or now) > patience

    def send(self, task: str, order: Order, on_done: Callable[[Any], None]) -> Any:
        """Hands an order to the scheduler as a task of that name; `on_done` gets its future, on another thread."""
        future = self._client.submit(perform, order, key=task, pure=False, retries=0)
        future.add_done_callback(on_done)
        return future

    def forget(self, future: Any) -> None:
        """Lets go of a future; a task sent under its name from now on is a new one."""
        future.release()
        with suppress(OSError, TimeoutError):  # released on Dask's own thread, which this waits for
            self._client.sync(asyncio.sleep, 0)

    def wanted(self, task: str) -> bool:
        """Whether the scheduler still has a begun task at work, for another app that asked for the same."""
        with suppress(OSError, TimeoutError):
            return any(task in tasks for tasks in self._client.processing().values())
        return False

    def kill(self, worker: str) -> None:
        """Ends a worker process that does not listen; its nanny starts a new one. Without a nanny nothing happens."""
        with suppress(Exception):  # a nanny that is gone or does not exist is no error: the caller goes on watching
            self._client.run(_kill_worker, nanny=True, workers=[worker], on_error="ignore")

    def close(self) -> None:
        """Lets go of the scheduler, and ends it and its workers if they were started here."""
        for part in (self._client, self._cluster):
            if part is not None:
                with suppress(Exception):  # the other end may be gone already, and that is what is wanted
                    part.close(timeout=2)


def security_from_environment() -> Any:
    """Dask's Security with the files of `EXPLORER_DASK_TLS_CA`, `_CERT` and `_KEY`; None when none of them is set.

    Raises:
        ClusterUnreachableError: when one is missing or names no file; the message says which.
    """
    names = {f"EXPLORER_DASK_TLS_{part}": os.environ.get(f"EXPLORER_DASK_TLS_{part}", "") for part in TLS_PARTS}
    if not any(names.values()):
        return None
    for name, path in names.items():
        if not Path(path).is_file():
            raise ClusterUnreachableError(f"{name} is {path!r}; it must name a file, as must all of {', '.join(names)}")
    ca, certificate, key = names.values()
    return importlib.import_module("distributed").Security(
        tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )


def _client(target: Any, security: Any) -> Any:
    distributed = importlib.import_module("distributed")
    # The processes of this machine are reached on the loopback address alone, without certificates.
    security = security if isinstance(target, str) else None
    try:
        return distributed.Client(target, timeout=CONNECT_SECONDS, set_as_default=False, security=security)
    except Exception as error:  # without a certificate Dask fails an assertion of its own, and says nothing
        where = target if isinstance(target, str) else target.scheduler_address
        why = str(error) or "it asks for certificates (EXPLORER_DASK_TLS_CA, _CERT, _KEY)"
        raise ClusterUnreachableError(f"No Dask scheduler answers at {where} (EXPLORER_DASK): {why}") from error


def _local_cluster(workers: int) -> Any:
    # Not LocalCluster: it starts workers by multiprocessing's spawn, which would run the app's main script in each.
    subprocess = importlib.import_module("distributed.deploy.subprocess")
    preload = [preload_text(root=str(ROOT), parent=os.getpid())]
    return subprocess.SubprocessCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=None,  # without pages; the port for health checks is any that is free
        # A task whose worker dies has failed: it may well be what killed it, and must not kill three more.
        scheduler_kwargs={"allowed_failures": 0, "preload": preload, "dashboard_address": "127.0.0.1:0"},
        worker_kwargs={"preload_nanny": preload},
        silence_logs=logging.CRITICAL,
    )


def _kill_worker(dask_worker: Any) -> None:
    """Runs in the nanny, which answers even when its worker is stuck in compiled code."""
    os.kill(dask_worker.pid, signal.SIGKILL)
