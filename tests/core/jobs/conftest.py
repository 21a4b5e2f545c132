from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from core import jobs
from tests.cluster import cluster as running_cluster

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
    """Starts a scheduler and workers, with the options of `tests.cluster.cluster`; gives the address."""
    with ExitStack() as stack:

        def start(*, workers: int, tls: Mapping[str, Path] | None = None) -> str:
            return stack.enter_context(running_cluster(workers, tmp_path, tls=tls))

        yield start


@pytest.fixture
def cluster(cluster_of: Callable[..., str]) -> str:
    """A scheduler and two workers; gives the address."""
    return cluster_of(workers=2)
