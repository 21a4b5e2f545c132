"""What goes wrong around a running app: full disks, damaged files, cut networks, killed processes. Every page opens."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from components.course import topics
from tests.benchmarks.client import ROOT, Visitor, serving
from tests.cluster import free_port

CODE = ("app.py", "app.py", "pages", "components", "core", "static", ".streamlit")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


def open_every_page(address: str) -> dict[str, list[str]]:
    """Each page answers a visitor, and none of them raises; returns what each says in its colored boxes."""
    said = {}
    with Visitor(address, topics()[0].key) as visitor:
        for topic in topics():
            run = visitor.turn_to(topic.key)
            assert run.errors == [], topic.key
            said[topic.key] = run.alerts
    return said


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the app whose files may be damaged."""
    folder = tmp_path_factory.mktemp("project")
    for name in CODE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder)
    return folder


@pytest.fixture
def damaged(project: Path) -> Iterator[Callable[[str, Callable[[Path], object]], int]]:
    """Damages all recorded files of a topic; they are whole again after the test."""

    def damage(topic: str, how: Callable[[Path], object]) -> int:
        files = [path for path in (project / "core" / "assets" / topic).rglob("*") if path.is_file()]
        for path in files:
            how(path)
        return len(files)

    yield damage
    shutil.copytree(ROOT / "core" / "assets", project / "core" / "assets", dirs_exist_ok=True, ignore=LEFT_OUT)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("how", "word"),
    [
        pytest.param(cut_short, "damaged", id="cut short", marks=pytest.mark.matrix),
        pytest.param(flip, "damaged", id="one byte changed"),
        pytest.param(Path.unlink, "missing", id="gone"),
    ],
)
def test_damaged_recorded_runs(
    project: Path, damaged: Callable[[str, Callable[[Path], object]], int], how: Callable[[Path], object], word: str
) -> None:
    folders = [path.name for path in (project / "core" / "assets").iterdir() if path.is_dir()]
    assert sum(damaged(folder, how) for folder in folders if folder != "__pycache__") > 20
    port = free_port()
    with serving(port, folder=project):
        said = open_every_page(f"127.0.0.1:{port}")
    for page in ("attention", "attention_depth", "clip_spurious", "rlhf"):
        assert any(word in alert and "python -m core." in alert for alert in said[page]), said


def test_a_damaged_manifest(project: Path, damaged: Callable[[str, Callable[[Path], object]], int]) -> None:
    (project / "core" / "assets" / "manifest.json").write_text("{")
    port = free_port()
    with serving(port, folder=project):
        open_every_page(f"127.0.0.1:{port}")


def test_no_network_and_an_empty_cache(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    cut = {"PIP_INDEX_URL": nowhere, "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "HF_ENDPOINT": nowhere}
    port = free_port()
    with serving(port, EXPLORER_CACHE=str(tmp_path), **cut):
        open_every_page(f"127.0.0.1:{port}")


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, of which nothing is free."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as stream:
        while True:
            try:
                stream.write(b"\0" * 4096)
            except OSError:
                return


def test_a_full_disk(full_disk: Path) -> None:
    fill(full_disk)
    port = free_port()
    with serving(port, EXPLORER_CACHE=str(full_disk)):
        open_every_page(f"127.0.0.1:{port}")


SUBMIT = """
import sys
from core import jobs
from tests.core.jobs.job_functions import Task, square
try:
    print("value", jobs.submit(square, Task(int(sys.argv[1]))).result(timeout=60).square)
except jobs.JobFailedError as error:
    print("failed", error)
"""
FIND = """
import sys
from core import jobs
from tests.core.jobs.job_functions import Task, square
job = jobs.find(square, Task(int(sys.argv[1])))
print("value", job.result().square if job and job.state == "finished" else None)
"""


def run_job(code: str, number: int, cache: Path) -> str:
    """What a process of its own says after it submitted or looked for a job."""
    environment = {
        **os.environ,
        "EXPLORER_CACHE": str(cache),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", code, str(number)]
    done = subprocess.run(command, env=environment, cwd=cache.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_a_disk_that_fills_up_loses_no_finished_result(full_disk: Path) -> None:
    assert run_job(SUBMIT, 3, full_disk) == "value 9"
    fill(full_disk)
    said = run_job(SUBMIT, 4, full_disk)
    assert said.startswith("failed")
    assert "space" in said or "disk" in said
    assert run_job(FIND, 3, full_disk) == "value 9"
    (full_disk / "filler").unlink()
    assert run_job(SUBMIT, 4, full_disk) == "value 16"


def test_two_servers_share_a_cache(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    cache = str(tmp_path)
    with serving(ports[0], EXPLORER_CACHE=cache), serving(ports[1], EXPLORER_CACHE=cache):
        errors: list[BaseException] = []

        def visit(port: int) -> None:
            try:
                open_every_page(f"127.0.0.1:{port}")
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=visit, args=(port,)) for port in ports * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
    assert run_job(SUBMIT, 5, tmp_path) == "value 25"
    assert run_job(FIND, 5, tmp_path) == "value 25"


def test_sigterm_under_load_ends_the_app_and_loses_nothing(tmp_path: Path) -> None:
    assert run_job(SUBMIT, 6, tmp_path) == "value 36"
    port = free_port()
    over = threading.Event()

    def move() -> None:
        try:
            with Visitor(f"127.0.0.1:{port}", topics()[0].key) as visitor:
                while not over.is_set():
                    for topic in topics():
                        visitor.turn_to(topic.key)
        except Exception:
            return

    with serving(port, EXPLORER_CACHE=str(tmp_path)) as server:
        students = [threading.Thread(target=move, daemon=True) for _ in range(6)]
        for student in students:
            student.start()
        time.sleep(3)
        family = psutil.Process(server.pid).children(recursive=True)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=15) in (0, -signal.SIGTERM)
        over.set()
        assert psutil.wait_procs(family, timeout=10)[1] == []
    assert not list(tmp_path.rglob("*.part"))
    assert run_job(FIND, 6, tmp_path) == "value 36"
    port = free_port()
    with serving(port, EXPLORER_CACHE=str(tmp_path)):
        open_every_page(f"127.0.0.1:{port}")
