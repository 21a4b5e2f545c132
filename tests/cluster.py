"""A Dask cluster as a reader of the README starts one, on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(workers: int, folder: Path, *, tls: Mapping[str, Path] | None = None) -> Iterator[str]:
    """A Dask scheduler and single-threaded workers, all of them ready; yields the scheduler's address.

    Args:
        workers: how many; with none the scheduler alone.
        folder: for the workers' files.
        tls: the files of the authority (CA), the certificate (CERT) and its key (KEY); with them all speak TLS.
    """
    port = free_port()
    address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    for option, name in (("--tls-ca-file", "CA"), ("--tls-cert", "CERT"), ("--tls-key", "KEY")):
        options += [option, str(tls[name])] if tls else []
    dask = [sys.executable, "-m", "dask"]
    worker = [*dask, "worker", address, "--nthreads", "1", "--local-directory", str(folder), *options]
    commands = [[*dask, "scheduler", "--port", str(port), *options], *[worker] * workers]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [subprocess.Popen(command, env=environment, cwd=ROOT, **quiet) for command in commands]
    try:
        _wait_for_workers(address, workers, tls)
        yield address
    finally:
        for process in reversed(started):  # a worker that loses its scheduler while it closes waits for long
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_workers(address: str, count: int, tls: Mapping[str, Path] | None) -> None:
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
