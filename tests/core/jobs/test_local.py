"""Jobs on the worker process that is started on this machine."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from core import jobs
from core.jobs.connecting import Connection
from core.jobs.limits import limits_from_environment
from tests.core.jobs.job_functions import (
    Answer,
    Task,
    asked_of_dask,
    beat,
    beat_deaf,
    count_reports,
    end_worker,
    fail,
    large,
    large_partial,
    modules_loaded,
    sleep_then_square,
    square,
    unkeepable,
)

ROOT = Path(__file__).parents[3]


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def file_of(job: jobs.Job[object]) -> Path:
    return Path(os.environ["EXPLORER_CACHE"]) / "results" / f"{job.key}.result"


def last_beat(log: Path) -> float:
    """When the job that touches this file was last alive, once it has been silent for a while."""
    while time.time() < log.stat().st_mtime + 0.7:
        time.sleep(0.02)
    return log.stat().st_mtime


def test_a_job_reports_finishes_and_is_kept(deployment: Path) -> None:
    job = jobs.submit(square, Task(number=7, seconds=1.2))
    assert job.state in ("waiting", "running")
    until(lambda: job.progress.partial is not None)
    assert job.state == "running" and job.place == 0
    assert 0 < job.progress.fraction < 1 and job.progress.message.startswith("step at")
    assert job.progress.partial[-1] == pytest.approx(job.progress.fraction * 1.2)
    until(lambda: job.progress.fraction > 0.5)
    assert 0 < job.remaining < 1.2 and job.elapsed > 0.3
    answer = job.result(timeout=60)
    assert (answer.square, job.state, job.progress.fraction, job.remaining) == (49, "finished", 1.0, None)
    assert answer.pid != os.getpid()
    np.testing.assert_array_equal(answer.values, np.arange(7))

    jobs.close()  # a new web process, as far as jobs go
    again = jobs.submit(square, Task(number=7, seconds=1.2))
    assert again.state == "finished" and again.result(timeout=0).pid == answer.pid
    assert again.elapsed == pytest.approx(1.2, abs=0.3)
    assert again.started == pytest.approx(job.started, abs=1.0)


def test_the_worker_sees_the_project_and_one_thread(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alone.chdir(tmp_path)
    alone.setenv("OMP_NUM_THREADS", "7")
    threads, torch_loaded, path = jobs.submit(modules_loaded, Task()).result(timeout=60).values
    assert threads == "1" and not torch_loaded and str(ROOT) in path


def test_a_worker_with_nothing_to_do_is_left_alone(deployment: Path) -> None:
    """Dask's own measuring keeps a core busy at 7% otherwise."""
    assert jobs.submit(asked_of_dask, Task()).result(timeout=60).values == (False, "1s")


def test_two_submitters_share_one_computation(deployment: Path) -> None:
    task = Task(number=3, seconds=0.5, log=str(deployment / "log"))
    found: list[jobs.Job[Answer]] = []
    visitors = [threading.Thread(target=lambda: found.append(jobs.submit(square, task))) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(found) == 8 and len(set(map(id, found))) == 1
    assert jobs.find(square, task) is found[0]
    assert found[0].result(timeout=60).square == 9
    assert jobs.submit(square, task).result(timeout=1).square == 9
    assert len((deployment / "log").read_text().splitlines()) == 1


def test_find_starts_nothing(deployment: Path) -> None:
    assert jobs.find(square, Task(number=1)) is None
    jobs.submit(square, Task(number=1)).result(timeout=60)
    assert jobs.find(square, Task(number=2)) is None
    jobs.close()
    assert jobs.find(square, Task(number=1)).result(timeout=0).square == 1
    assert not any(thread.name == "explorer-jobs" for thread in threading.enumerate())


@pytest.mark.parametrize("work", [beat, beat_deaf], ids=["reporting", "deaf"])
def test_cancel_stops_the_work_within_two_seconds(deployment: Path, work: Callable[..., None]) -> None:
    log = deployment / "beat"
    job = jobs.submit(work, Task(log=str(log)))
    until(log.exists)
    until(lambda: job.state == "running")
    cancelled_at = time.time()
    job.cancel()
    assert job.state == "cancelled" and job.done
    with pytest.raises(jobs.JobCancelled):
        job.result(timeout=0)
    assert last_beat(log) < cancelled_at + 2.0
    assert jobs.find(work, Task(log=str(log))) is job
    assert jobs.submit(square, Task(number=4)).result(timeout=60).square == 16


def test_a_cancelled_job_can_be_submitted_again(deployment: Path) -> None:
    task = Task(number=5, seconds=0.6)
    first = jobs.submit(square, task)
    until(lambda: first.state == "running")
    first.cancel()
    second = jobs.submit(square, task)
    assert second is not first
    assert second.result(timeout=60).square == 25 and first.state == "cancelled"


def test_waiting_jobs_know_their_place_and_leave_the_queue_at_once(deployment: Path) -> None:
    log = deployment / "log"
    running = jobs.submit(square, Task(number=1, seconds=30))
    until(lambda: running.state == "running")
    queue = [jobs.submit(square, Task(number=n, log=str(log))) for n in (2, 3, 4)]
    assert [job.place for job in queue] == [1, 2, 3]
    assert [job.state for job in queue] == ["waiting"] * 3 and queue[0].elapsed == 0
    queue[1].cancel()
    assert [job.place for job in queue] == [1, 0, 2]
    running.cancel()
    assert [queue[0].result(timeout=60).square, queue[2].result(timeout=60).square] == [4, 16]
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["2", "4"]


def test_a_job_that_raises_has_failed_with_its_message(deployment: Path) -> None:
    job = jobs.submit(fail, Task(number=6))
    with pytest.raises(jobs.JobFailedError, match="ZeroDivisionError: number 6 has no inverse"):
        job.result(timeout=60)
    assert job.state == "failed"
    assert (job.error.kind, job.error.message) == ("ZeroDivisionError", "number 6 has no inverse")
    assert "job_functions.py" in job.error.trace and "raise ZeroDivisionError" in job.error.trace
    assert jobs.find(fail, Task(number=6)) is job
    assert jobs.submit(fail, Task(number=6)) is not job
    assert not file_of(job).exists()


@pytest.mark.parametrize(
    ("work", "kind", "message"),
    [(unkeepable, "TypeError", "value.values is a set"), (large_partial, "ValueError", "at most 100000")],
)
def test_what_cannot_be_kept_or_sent_fails(
    deployment: Path, work: Callable[..., object], kind: str, message: str
) -> None:
    job = jobs.submit(work, Task())
    assert job.wait(timeout=60)
    assert job.error.kind == kind and message in job.error.message


def test_a_killed_worker_fails_its_job_and_the_next_one_runs(deployment: Path) -> None:
    job = jobs.submit(square, Task(number=1, seconds=60, log=str(deployment / "log")))
    until(lambda: job.state == "running")
    waiting = jobs.submit(square, Task(number=2))
    killed_at = time.monotonic()
    os.kill(int((deployment / "log").read_text().split()[1]), signal.SIGKILL)
    assert job.wait(timeout=10) and time.monotonic() - killed_at < 10
    assert job.state == "failed" and job.error.kind == "WorkerLost"
    assert "ended in the middle of the job" in job.error.message
    assert waiting.result(timeout=60).square == 4
    assert len((deployment / "log").read_text().splitlines()) == 1


def test_a_job_whose_worker_dies_before_it_began_is_sent_again(deployment: Path) -> None:
    first = jobs.submit(square, Task(number=1)).result(timeout=60)
    os.kill(first.pid, signal.SIGSTOP)  # the scheduler takes it for a healthy worker and gives it the job
    job = jobs.submit(square, Task(number=2, log=str(deployment / "log")))
    time.sleep(1.0)
    assert job.state == "waiting"
    os.kill(first.pid, signal.SIGKILL)
    answer = job.result(timeout=60)
    assert answer.square == 4 and answer.pid != first.pid
    assert len((deployment / "log").read_text().splitlines()) == 1


def test_a_job_that_ends_its_workers_at_once_ends_two_at_most(deployment: Path) -> None:
    job = jobs.submit(end_worker, Task(number=1, log=str(deployment / "log")))
    assert job.wait(timeout=30)
    assert job.state == "failed" and job.error.kind == "WorkerLost"
    assert len((deployment / "log").read_text().splitlines()) <= 2
    assert jobs.submit(square, Task(number=3)).result(timeout=60).square == 9


def test_a_lost_scheduler_fails_its_job_and_the_next_one_runs(deployment: Path) -> None:
    job = jobs.submit(square, Task(number=1, seconds=60))
    until(lambda: job.state == "running")
    started = _dask_processes()
    for process in [*(below for one in started for below in one.children(recursive=True)), *started]:
        process.kill()
    assert job.wait(timeout=10)
    assert job.error.kind == "ConnectionLost" and "this machine" in job.error.message
    assert jobs.submit(square, Task(number=2)).result(timeout=30).square == 4


def test_a_worker_that_nobody_restarts_is_replaced_and_an_idle_one_kept(alone: pytest.MonkeyPatch) -> None:
    alone.setattr("core.jobs.connecting.EMPTY_SECONDS", 2.0)
    first = jobs.submit(square, Task(number=1)).result(timeout=40)
    time.sleep(2.5)
    assert jobs.submit(square, Task(number=2)).result(timeout=60).pid == first.pid
    for process in _dask_processes("distributed.Nanny"):
        process.kill()
    until(lambda: not _runs(first.pid))
    job = jobs.submit(square, Task(number=3))
    until(lambda: job.progress.message.startswith("No worker yet: waiting for the worker process"))
    answer = job.result(timeout=60)
    assert answer.square == 9 and answer.pid != first.pid


def test_a_worker_that_is_slow_to_start_is_waited_for(alone: pytest.MonkeyPatch) -> None:
    alone.setattr("core.jobs.connecting.EMPTY_SECONDS", 0.01)
    assert jobs.submit(square, Task(number=1)).result(timeout=40).square == 1


def test_a_worker_that_is_slower_than_the_first_patience_comes_all_the_same(alone: pytest.MonkeyPatch) -> None:
    alone.setattr("core.jobs.connecting.START_SECONDS", 2.0)
    assert jobs.submit(square, Task(number=4)).result(timeout=200).square == 16


def test_a_damaged_result_is_noticed_and_computed_again(deployment: Path) -> None:
    task = Task(number=300, log=str(deployment / "log"))
    job = jobs.submit(square, task)
    job.result(timeout=60)
    file = file_of(job)
    whole = file.read_bytes()
    changed = whole[:-1] + bytes([whole[-1] ^ 1])
    for count, damaged in enumerate([whole[:-100], changed, b"", b"rubbish"], start=2):
        file.write_bytes(damaged)
        with pytest.raises(jobs.JobFailedError, match="submit the job again"):
            job.result(timeout=0)
        assert not file.exists()
        assert jobs.find(square, task) is None
        job = jobs.submit(square, task)
        np.testing.assert_array_equal(job.result(timeout=60).values, np.arange(300))
        assert len((deployment / "log").read_text().splitlines()) == count


def test_a_result_of_200_megabytes(deployment: Path) -> None:
    job = jobs.submit(large, Task(number=200))
    values = job.result(timeout=60).values
    assert values.nbytes == 200_000_000 and values[-1] == len(values) - 1 and not values.flags.writeable
    assert file_of(job).stat().st_size > 200_000_000


def test_the_least_recently_used_results_are_removed(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("EXPLORER_RESULTS_MB", "10")
    three, four = (jobs.submit(large, Task(number=number)) for number in (3, 4))
    assert three.wait(timeout=60) and four.wait(timeout=60)
    until(lambda: file_of(three).exists() and file_of(four).exists())
    jobs.find(large, Task(number=3))  # a use: now 4 is the oldest
    jobs.submit(large, Task(number=5)).result(timeout=60)
    until(lambda: not file_of(four).exists())
    assert jobs.find(large, Task(number=4)) is None
    assert jobs.find(large, Task(number=3)).state == jobs.find(large, Task(number=5)).state == "finished"


def test_fifty_at_once_are_served_or_told_the_length_of_the_queue(deployment: Path) -> None:
    first = jobs.submit(square, Task(number=-1, seconds=60))
    until(lambda: first.state == "running")
    taken: list[jobs.Job[Answer]] = []
    refused: list[jobs.QueueFullError] = []

    def visit(number: int) -> None:
        try:
            taken.append(jobs.submit(square, Task(number=number)))
        except jobs.QueueFullError as error:
            refused.append(error)

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(50)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert (len(taken), len(refused)) == (20, 30)
    assert all("20 of at most 20 jobs wait" in str(error) and error.length == 20 for error in refused)
    assert sorted(job.place for job in taken) == list(range(1, 21))
    first.cancel()
    assert all(job.result(timeout=60).square == job.params.number**2 for job in taken)


def test_a_sweep_is_taken_whole_or_not_at_all(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("EXPLORER_JOBS_WAITING", "2")
    with pytest.raises(jobs.QueueFullError, match="0 of at most 2 jobs wait, and 4 more would not fit"):
        jobs.sweep(square, [Task(number=number) for number in range(4)])
    assert [jobs.find(square, Task(number=number)) for number in range(4)] == [None] * 4
    three = jobs.sweep(square, [Task(number=1), Task(number=2), Task(number=1), Task(number=3)])
    assert three[0] is three[2] and len(set(map(id, three))) == 3
    assert [job.result(timeout=60).square for job in three] == [1, 4, 1, 9]


def test_two_workers_on_this_machine_and_room_for_fifty(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("EXPLORER_JOBS_RUNNING", "2")
    alone.setenv("EXPLORER_JOBS_WAITING", "50")
    pair = jobs.sweep(square, [Task(number=1, seconds=30), Task(number=2, seconds=30)])
    until(lambda: [job.state for job in pair] == ["running"] * 2)
    for job in pair:
        job.cancel()
    fifty = jobs.sweep(square, [Task(number=number) for number in range(50)])
    answers = [job.result(timeout=60) for job in fifty]
    assert [answer.square for answer in answers] == [number**2 for number in range(50)]
    assert len({answer.pid for answer in answers}) == 2


def test_reports_are_throttled_and_the_last_one_arrives(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.jobs.desk import JobDesk

    arrived: list[str] = []
    note = JobDesk._note

    def spy(desk: JobDesk, message: dict[str, object]) -> None:
        arrived.append(str(message["event"]))
        note(desk, message)

    monkeypatch.setattr(JobDesk, "_note", spy)
    count = jobs.submit(count_reports, Task(seconds=1.0)).result(timeout=60)
    assert count > 100 and 3 <= arrived.count("progress") <= 7

    silent = jobs.submit(sleep_then_square, Task(seconds=1.5))
    until(lambda: silent.progress.message == "second")
    assert silent.state == "running"
    silent.result(timeout=60)


def test_what_was_started_ends_with_the_app(deployment: Path) -> None:
    """SIGTERM runs no exit handlers in a plain Python process, and kill -9 in none: the children go all the same."""
    code = (
        "import sys, time, psutil; from core import jobs; from tests.core.jobs.job_functions import Task, square\n"
        "job = jobs.submit(square, Task(seconds=60))\n"
        "while job.state != 'running': time.sleep(0.01)\n"
        "print(*[p.pid for p in psutil.Process().children(recursive=True)], flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    ends = (signal.SIGTERM, signal.SIGKILL)
    apps = [subprocess.Popen(command, cwd=deployment, env=environment, stdout=subprocess.PIPE, text=True) for _ in ends]
    for end, app in zip(ends, apps, strict=True):
        assert app.stdout is not None
        children = [int(word) for word in app.stdout.readline().split()]
        assert len(children) >= 3
        app.send_signal(end)
        app.wait(timeout=10)
        until(lambda pids=children: not any(map(_runs, pids)))


def _dask_processes(part: str = "distributed") -> list[psutil.Process]:
    """Those started by this process, by a part of their command; a browser that other tests opened is not among them.

    A process of an earlier test may have ended without being waited for; such a one has no command line.
    """
    alive = [process for process in psutil.Process().children() if process.status() != psutil.STATUS_ZOMBIE]
    return [process for process in alive if part in " ".join(process.cmdline())]


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_exit_handler_leaves_quietly(deployment: Path) -> None:
    code = (
        "from core import jobs; from tests.core.jobs.job_functions import Task, square;"
        "print(jobs.submit(square, Task(3)).result().square)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "9\n", "")


def test_importing_jobs_imports_neither_torch_nor_distributed() -> None:
    code = (
        "import sys; from core.jobs import submit, find, sweep, Job;"
        "print(sorted({'torch', 'distributed', 'dask', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_client_that_forgets_its_workers_for_a_moment_loses_no_job(alone: pytest.MonkeyPatch) -> None:
    """Dask's client asks for the scheduler's identity again and again without workers, and keeps that answer."""
    connection = Connection(limits_from_environment(), lambda event: None)
    client, done = connection._client, threading.Event()

    def forget() -> None:
        while not done.is_set():
            client.sync(client._update_scheduler_info)

    forgetful = threading.Thread(target=forget, daemon=True)
    try:
        until(lambda: connection.refresh() or connection.workers)
        forgetful.start()
        for _ in range(300):
            connection.refresh()
            assert connection.workers
    finally:
        done.set()
        forgetful.join(timeout=10)
        connection.close()
