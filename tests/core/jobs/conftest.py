import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core import jobs

ROOT = Path(__file__).parents[3]
LIMITS = ("EXPLORER_DASK", "EXPLORER_JOBS_RUNNING", "EXPLORER_JOBS_WAITING", "EXPLORER_RESULTS_MB")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment of a deployment as it is by default, with a cache folder of its own; gives that folder."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CACHE", str(folder))
        for name in ("PYTHONPATH", *LIMITS):
            patch.delenv(name, raising=False)
        jobs.close()
        yield folder
        jobs.close()


@pytest.fixture
def deployment(settings: Path, tmp_path: Path) -> Path:
    """No kept results, and the worker process that the test before may have left; gives a folder for logs."""
    for path in (settings / "results").glob("*.result"):
        path.unlink()
    return tmp_path


@pytest.fixture
def alone(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A deployment that starts with the environment that the test sets, and ends with the test."""
    jobs.close()
    yield monkeypatch
    jobs.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A scheduler and two single-threaded workers as a reader of the README starts them; gives the address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    port = address.rsplit(":", 1)[1]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    dask = [sys.executable, "-m", "dask"]
    worker = [*dask, "worker", address, "--nthreads", "1", "--local-directory", str(tmp_path), "--no-dashboard"]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], worker, worker]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(command, env=environment, cwd=ROOT, **quiet) for command in commands]
    try:
        wait_for_workers(address, 2)
        yield address
    finally:
        for process in reversed(started):  # a worker that loses its scheduler while it closes waits for long
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + 40
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=30)
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
