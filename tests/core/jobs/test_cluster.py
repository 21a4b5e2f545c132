"""Jobs on a cluster of two workers on the loopback address."""

import os
import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core import jobs
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
