"""Jobs on a cluster of two workers on the loopback address."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
import trustme

from core import jobs
from core.jobs import submitting
from tests.cluster import ROOT
from tests.core.jobs.job_functions import Task, beat_deaf, large, square


def test_a_cluster_of_two_workers(alone: pytest.MonkeyPatch, deployment: Path, cluster: str) -> None:
    alone.setenv("EXPLORER_DASK", cluster)
    swept = jobs.sweep(square, [Task(number=number, seconds=0.4) for number in range(8)])
    answers = [job.result(timeout=60) for job in swept]
    assert [answer.square for answer in answers] == [number**2 for number in range(8)]
    assert len({answer.pid for answer in answers}) == 2

    _a_worker_with_another_folder_sends_its_result()
    _a_deaf_job_is_ended(deployment)
    _a_killed_worker_fails_its_job_once(deployment)


def _a_worker_with_another_folder_sends_its_result() -> None:
    mark = Path(os.environ["EXPLORER_CACHE"]) / "results" / ".folder"
    here = mark.read_text()
    mark.write_text("as seen from another machine")
    job = jobs.submit(large, Task(number=20))
    np.testing.assert_array_equal(job.result(timeout=60).values, np.arange(2_500_000.0))
    mark.write_text(here)


def _a_deaf_job_is_ended(deployment: Path) -> None:
    log = deployment / "beat"
    job = jobs.submit(beat_deaf, Task(log=str(log)))
    while job.state != "running":
        time.sleep(0.01)
    cancelled_at = time.time()
    job.cancel()
    time.sleep(2.5)
    assert log.stat().st_mtime < cancelled_at + 2.0


def _a_killed_worker_fails_its_job_once(deployment: Path) -> None:
    """Dask's own default is to give the task of a dead worker to three more."""
    log = deployment / "log"
    job = jobs.submit(square, Task(number=1, seconds=60, log=str(log)))
    while job.state != "running" or not log.exists():
        time.sleep(0.01)
    os.kill(int(log.read_text().split()[1]), signal.SIGKILL)
    assert job.wait(timeout=10)
    assert job.state == "failed" and job.error.kind == "WorkerLost"
    assert jobs.submit(square, Task(number=9)).result(timeout=30).square == 81


def test_an_unreachable_scheduler_is_named(alone: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    alone.setenv("EXPLORER_DASK", address)
    job = jobs.submit(square, Task(number=1))
    assert job.wait(timeout=10)
    assert job.state == "failed" and job.error.kind == "ClusterUnreachableError"
    assert address in job.error.message
    with pytest.raises(jobs.JobFailedError, match=address):
        job.result()


def test_a_worker_with_other_code_refuses(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.jobs.desk.code_version", lambda module: "0" * 16)
    job = jobs.submit(square, Task(number=1))
    assert job.wait(timeout=60)
    assert job.error.kind == "RuntimeError" and "other code of tests.core.jobs.job_functions" in job.error.message


ASK = """
import sys
from core import jobs
from tests.core.jobs.job_functions import Task, square
print("ready", flush=True)
input()
job = jobs.submit(square, Task(number=7, seconds=float(sys.argv[2]), log=sys.argv[1]), visitor="one")
while job.state == "waiting":
    job.wait(0.01)
print(job.state, flush=True)
if sys.argv[3] == "leaves":
    input()
    job.leave("one")
    job.wait(10)
    print(job.state)
else:
    print(job.result(timeout=60).square)
"""


def asking(log: Path, seconds: float, then: str) -> "subprocess.Popen[str]":
    """Another app of the same deployment that asks for one job, in a process of its own."""
    command = [sys.executable, "-c", ASK, str(log), str(seconds), then]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _go_on(app: "subprocess.Popen[str]") -> None:
    assert app.stdin
    app.stdin.write("\n")
    app.stdin.flush()


def test_a_job_that_is_begun_anew_by_a_second_worker_is_not_lost(alone: pytest.MonkeyPatch, cluster: str) -> None:
    """Its first run belonged to an app that let go of it: its worker is well, and nothing has failed."""
    alone.setenv("EXPLORER_DASK", cluster)
    desk = submitting._desk()
    job = desk.submit_all(square, [Task(number=5, seconds=2)], "")[0]
    while job.state == "waiting":
        job.wait(0.01)
    (slot,) = desk._slots.values()
    (other,) = desk._connection.workers - {slot.worker}
    event = {"event": "started", "task": desk._task(slot.order), "worker": other}
    desk._inbox.put(lambda: desk._note(event))
    assert job.result(timeout=30).square == 25


def test_two_apps_that_ask_for_the_same_compute_it_once(
    alone: pytest.MonkeyPatch, deployment: Path, cluster: str
) -> None:
    alone.setenv("EXPLORER_DASK", cluster)
    log = deployment / "log"
    apps = [asking(log, 8, then) for then in ("stays", "stays", "leaves")]
    # On a busy machine one of them may take longer to start than the job: they ask when all are there.
    assert [app.stdout and app.stdout.readline() for app in apps] == ["ready\n"] * 3
    for app in apps:
        _go_on(app)
    assert [app.stdout and app.stdout.readline() for app in apps] == ["running\n"] * 3
    _go_on(apps[2])
    said = [app.communicate(timeout=90)[0].split() for app in apps]
    assert said == [["49"], ["49"], ["cancelled"]]
    assert len(log.read_text().splitlines()) == 1


def test_a_cluster_without_workers_says_so(alone: pytest.MonkeyPatch, cluster_of: Callable[..., str]) -> None:
    alone.setenv("EXPLORER_DASK", cluster_of(workers=0))
    job = jobs.submit(square, Task(number=1))
    until = time.monotonic() + 20
    while not job.progress.message and time.monotonic() < until:
        time.sleep(0.05)
    assert "No worker yet" in job.progress.message
    job.cancel()


def test_who_has_no_certificate_reaches_nothing(
    alone: pytest.MonkeyPatch, tmp_path: Path, cluster_of: Callable[..., str]
) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    files = {"CA": tmp_path / "ca.pem", "CERT": tmp_path / "cert.pem", "KEY": tmp_path / "key.pem"}
    authority.cert_pem.write_to_path(files["CA"])
    issued.private_key_pem.write_to_path(files["KEY"])
    for part in issued.cert_chain_pems:
        part.write_to_path(files["CERT"], append=True)
    address = cluster_of(workers=1, tls=files)
    assert address.startswith("tls://")
    for tried in (address, address.replace("tls:", "tcp:")):
        alone.setenv("EXPLORER_DASK", tried)
        job = jobs.submit(square, Task(number=3))
        assert job.wait(timeout=20)
        assert job.error.kind == "ClusterUnreachableError"
        assert tried in job.error.message
    jobs.close()
    alone.setenv("EXPLORER_DASK", address)
    alone.setenv("EXPLORER_DASK_TLS_CA", str(files["CA"]))
    half = jobs.submit(square, Task(number=4))
    assert half.wait(timeout=20)
    assert "EXPLORER_DASK_TLS_CERT" in half.error.message
    jobs.close()
    for name, path in files.items():
        alone.setenv(f"EXPLORER_DASK_TLS_{name}", str(path))
    assert jobs.submit(square, Task(number=5)).result(timeout=60).square == 25


def test_the_commands_of_the_readme_listen_at_one_host_alone(cluster: str) -> None:
    asked = psutil.Process().children(recursive=True)
    commands = [process for process in asked if "dask" in " ".join(process.cmdline())]
    hosts = {
        connection.laddr.ip
        for process in commands
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert hosts == {"127.0.0.1"}
    readme = (ROOT / "README.md").read_text()
    assert "dask scheduler --host HOST --port 8786 --no-dashboard --dashboard-address 127.0.0.1:0" in readme
    assert "dask worker tcp://HOST:8786 --host OWN_HOST --nthreads 1 --no-dashboard" in readme
    assert "runs code as you" in readme


def test_the_workers_of_this_machine_listen_to_it_alone(alone: pytest.MonkeyPatch) -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    jobs.submit(square, Task(number=2)).result(timeout=60)
    started = [process for process in psutil.Process().children(recursive=True) if process.pid not in before]
    listening = {
        connection.laddr.ip
        for process in started
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
