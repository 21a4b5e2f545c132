"""Databases for the tests of rooms: a SQLite file, and Debian's PostgreSQL started on loopback."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cluster import free_port
from tests.deploy.loopback import listening

FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
"""Debian keeps PostgreSQL's programs here, beside the path."""

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
USER = "postgres" if AS_ROOT else ""
"""PostgreSQL refuses to run as root: then Debian's own user runs it."""


class Postgres:
    """A PostgreSQL server of its own, in a folder; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._bin = FOUND[-1].parent
        self._data = folder / "data"
        self._port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        if AS_ROOT:
            shutil.chown(folder, USER)
        self._run("initdb", "-A", "trust", "-U", "rooms", "-D", str(self._data), "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "rooms", "rooms")

    @property
    def address(self) -> str:
        """As EXPLORER_ROOMS names it."""
        return f"postgresql://rooms@127.0.0.1:{self._port}/rooms"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = f"-p {self._port} -h 127.0.0.1 -k {self._data} -c fsync=off"
        self._run("pg_ctl", "-D", str(self._data), "-o", options, "-w", "-l", str(self._data / "log"), "start")
        listening(self._port)

    def stop(self) -> None:
        """Stops it at once, whoever is connected."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if AS_ROOT:
            command = ["runuser", "-u", USER, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server for the time of a test, in a folder that its user can reach; the test is skipped where there is none."""
    if not FOUND:
        pytest.skip("no PostgreSQL on this machine: install Debian's package postgresql")
    folder = Path(f"/tmp/explorer-rooms-{os.getpid()}-{time.monotonic_ns()}")
    server = Postgres(folder)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
