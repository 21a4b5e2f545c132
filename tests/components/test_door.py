"""A visitor too many: told so in words, while those inside go on."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from components import door
from tests.benchmarks.client import Visitor, serving
from tests.cluster import free_port

ROOT = Path(__file__).parent.parent.parent


def test_who_finds_every_place_taken_is_told_so_and_let_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "descriptors", lambda: (950, 1000))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "Every place" in app.warning[0].value
    assert not app.get("html"), "nothing of a page is drawn"
    monkeypatch.setattr(door, "descriptors", lambda: (890, 1000))
    app.button[0].click().run()
    assert not app.warning
    monkeypatch.setattr(door, "descriptors", lambda: (990, 1000))
    app.run()
    assert not app.warning, "who is inside stays inside"


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (300, 700));"
        "from components.process import allow_all_descriptors, descriptors; allow_all_descriptors();"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], descriptors()[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["700", "700"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are counted where the system shows them")
def test_a_real_server_at_its_limit_tells_the_last_ones() -> None:
    resource = pytest.importorskip("resource")
    with serving(port := free_port()) as server, ExitStack() as stack:
        first = stack.enter_context(Visitor(f"127.0.0.1:{port}", "home"))
        assert first.run().alerts == []
        used = psutil.Process(server.pid).num_fds()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 24, used + 24))
        said = []
        for _ in range(6):
            visitor = stack.enter_context(Visitor(f"127.0.0.1:{port}", "home"))
            said.append(visitor.run().alerts)
        assert any("Every place" in alert for alerts in said for alert in alerts)
        assert first.run().alerts == []
