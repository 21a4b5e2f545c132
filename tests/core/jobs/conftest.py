import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from core import jobs

ROOT = Path(__file__).parents[3]
SETTINGS = ("DASK", "DASK_TLS_CA", "DASK_TLS_CERT", "DASK_TLS_KEY")
LIMITS = ("JOBS_EACH", "JOBS_RUNNING", "JOBS_WAITING", "RESULTS_MB")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment of a deployment as it is by default, with a cache folder of its own; gives that folder."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CACHE", str(folder))
        for name in ("PYTHONPATH", *(f"EXPLORER_{name}" for name in SETTINGS + LIMITS)):
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
def cluster_of(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a scheduler and single-threaded workers as a reader of the README does; gives the address.

    With `tls`, the files of the authority, the certificate and its key, all of them speak TLS.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(*, workers: int, tls: Mapping[str, Path] | None = None) -> str:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{probe.getsockname()[1]}"
        options = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        for option, name in (("--tls-ca-file", "CA"), ("--tls-cert", "CERT"), ("--tls-key", "KEY")):
            options += [option, str(tls[name])] if tls else []
        dask = [sys.executable, "-m", "dask"]
        worker = [*dask, "worker", address, "--nthreads", "1", "--local-directory", str(tmp_path), *options]
        commands = [[*dask, "scheduler", "--port", address.rsplit(":", 1)[1], *options], *[worker] * workers]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        started.extend(subprocess.Popen(command, env=environment, cwd=ROOT, **quiet) for command in commands)
        wait_for_workers(address, workers, tls)
        return address

    try:
        yield start
    finally:
        for process in reversed(started):  # a worker that loses its scheduler while it closes waits for long
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def cluster(cluster_of: Callable[..., str]) -> str:
    """A scheduler and two workers; gives the address."""
    return cluster_of(workers=2)


def wait_for_workers(address: str, count: int, tls: Mapping[str, Path] | None = None) -> None:
    from distributed import Client, Security

    files = {"tls_ca_file": "CA", "tls_client_cert": "CERT", "tls_client_key": "KEY"}
    security = Security(**{name: str(tls[part]) for name, part in files.items()}) if tls else None
    deadline = time.monotonic() + 40
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False, security=security) as client:
                if count:
                    client.wait_for_workers(count, timeout=30)
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
