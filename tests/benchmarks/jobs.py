"""What a job costs beside its work: `python tests/benchmarks/jobs.py`.

A trivial job is submitted and waited for, again and again with other params, on a worker that is warm. Beside it, in
the same run, the bare task of Dask on a cluster of the same kind.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from core import jobs  # noqa: E402 - the path to it comes first
from tests.core.jobs.job_functions import Task, beat, beat_deaf, large, square  # noqa: E402

ROUNDS = 100


def milliseconds(work: Callable[[int], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 95th percentile of the time of one call, in milliseconds."""
    times = []
    for number in range(rounds):
        began = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def bare_dask() -> tuple[float, float]:
    """The same function as a bare Dask task on the same kind of cluster."""
    from distributed import Client
    from distributed.deploy.subprocess import SubprocessCluster

    with (
        SubprocessCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        client.submit(abs, -1, pure=False).result()
        return milliseconds(lambda number: client.submit(abs, number, pure=False).result())


def seconds_to_stop(work: Callable[..., None], log: Path) -> float:
    """From `cancel` to the last sign of life of a job that touches a file as long as it runs."""
    job = jobs.submit(work, Task(log=str(log)))
    while job.state != "running" or not log.exists():
        time.sleep(0.01)
    cancelled_at = time.time()
    job.cancel()
    time.sleep(3.0)
    return max(0.0, log.stat().st_mtime - cancelled_at)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_CACHE"] = folder
        began = time.perf_counter()
        jobs.submit(square, Task(number=-1)).result()
        print(f"first job, worker started for it   {time.perf_counter() - began:8.2f} s")
        rows = {
            "trivial job, warm": milliseconds(lambda number: jobs.submit(square, Task(number=number)).result()),
            "the same job from disk or memory": milliseconds(
                lambda number: jobs.submit(square, Task(number=number)).result()
            ),
            "find, for each drawing of a page": milliseconds(lambda number: jobs.find(square, Task(number=number))),
            "bare Dask task": bare_dask(),
        }
        for name, (median, late) in rows.items():
            print(f"{name:34} {median:8.2f} ms median {late:8.2f} ms p95")
        began = time.perf_counter()
        jobs.submit(large, Task(number=200)).result()
        print(f"job with a result of 200 MB        {time.perf_counter() - began:8.2f} s")
        for name, work in {"reports": beat, "never reports": beat_deaf}.items():
            print(
                f"cancel, function that {name:13}{seconds_to_stop(work, Path(folder) / name):8.2f} s until it is still"
            )
        jobs.close()


if __name__ == "__main__":
    main()
