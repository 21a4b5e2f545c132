"""A page that raises: plain words with a way out, and the trace with its link on the server."""

import subprocess
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.benchmarks.client import ROOT, Visitor, wait_for
from tests.cluster import free_port
from tests.page_kit import faults

BROKEN = """
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from components.failing import explain

    app = st.App(__file__, on_script_error=explain)
else:
    st.text(1 / int(st.query_params["by"]))
"""


def test_the_visitor_reads_words_and_the_server_keeps_the_trace_and_the_link(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BROKEN)
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless=true"]
    with (tmp_path / "log").open("wb") as log:
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log) as server:
            try:
                wait_for(f"http://127.0.0.1:{port}/_stcore/health")
                with Visitor(f"127.0.0.1:{port}", "", query="by=2") as visitor:
                    assert visitor.run().errors == []
                with Visitor(f"127.0.0.1:{port}", "", query="by=0&x=%3Cb%3E") as visitor:
                    (error,) = visitor.run().errors
            finally:
                server.terminate()
    assert "a fault of its own" in error
    assert "ZeroDivisionError" not in error
    written = (tmp_path / "log").read_text()
    assert "ZeroDivisionError" in written
    assert "by=0" in written


def test_the_server_of_the_app_hands_it_over() -> None:
    assert "on_script_error=explain" in (ROOT / "app.py").read_text()


def test_a_test_that_opens_a_page_names_what_it_raised_and_where() -> None:
    told = faults(AppTest.from_string("def mean(values):\n    return sum(values) / len(values)\n\nmean([])").run())
    assert told.startswith("ZeroDivisionError: division by zero")
    assert "in mean" in told
