"""A visitor without a browser: drives a running app over its websocket and counts time and bytes."""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parent.parent.parent

AGE = 2
"""Runs for which a browser keeps a large message that it was not sent again (`global.maxCachedMessageAge`)."""


@contextmanager
def served(port: int, **environment: str) -> Iterator[str]:
    """A server of the app in a process of its own; yields its address."""
    with serving(port, **environment):
        yield f"127.0.0.1:{port}"


@contextmanager
def serving(port: int, *, folder: Path = ROOT, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the app in `folder`, in a process of its own; yields the process once it answers."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless=true"]
    with subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield server
        finally:
            server.terminate()


def wait_for(address: str, seconds: float = 120) -> None:
    """Waits until an address answers."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@dataclass
class Run:
    """One run of the page's script, as the browser sees it."""

    seconds: float
    received: int
    errors: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    """What the page says in its colored boxes."""


@dataclass
class Visitor:
    """One websocket session on one page."""

    address: str
    page: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with the websocket's handshake, such as the cookie of a load balancer."""
    widgets: dict[str, str] = field(default_factory=dict)
    """Widget ids by the key that the page gave them."""
    sliders: dict[str, Slider] = field(default_factory=dict)
    """What the page said of its sliders, by key."""
    pills: dict[str, ButtonGroup] = field(default_factory=dict)
    """What the page said of its rows of pills, by key."""
    states: dict[str, WidgetState] = field(default_factory=dict)
    cached: dict[str, int] = field(default_factory=dict)
    """Large messages that a browser would keep, by their hash, with the number of the run that last showed each."""
    runs: int = 0
    socket: ClientConnection | None = None

    def __enter__(self) -> "Visitor":
        self.socket = connect(
            f"ws://{self.address}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            additional_headers=self.headers,
        )
        return self

    def __exit__(self, *error: Any) -> None:
        if self.socket:
            self.socket.close()

    def turn_to(self, page: str) -> Run:
        """Opens another page in the same session, as a click in the navigation does."""
        self.page, self.query = page, ""
        self.widgets.clear()
        self.sliders.clear()
        self.pills.clear()
        self.states.clear()
        return self.run()

    def move(self, key: str, **value: Any) -> Run:
        """Sets a widget by its key, as WidgetState fields (`double_array_value=[3.0]`), and waits for the run's end."""
        widget = self.widgets[key]
        state = WidgetState(id=widget)
        for name, content in value.items():
            if isinstance(content, list):
                getattr(state, name).data.extend(content)
            else:
                setattr(state, name, content)
        self.states[widget] = state
        if key in self.sliders:
            slider, values = self.sliders[key], list(state.double_array_value.data)
            whole = slider.data_type == Slider.INT
            words = ",".join(f"{value:.0f}" if whole else f"{value:g}" for value in values)
            self._write(slider.query_param_key, "" if values == list(slider.default) else words)
        if key in self.pills:
            self._write(self.pills[key].query_param_key, ",".join(state.string_array_value.data))
        return self.run()

    def _write(self, name: str, words: str) -> None:
        """Writes a widget's value into the address, as a browser does; no words where it has its default."""
        params = dict(parse_qsl(self.query))
        params.pop(name, None)
        self.query = urlencode({**params, name: words} if words else params)

    def run(self) -> Run:
        """Asks for a run and reads what comes until the script has finished."""
        assert self.socket
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        self.cached = {key: shown for key, shown in self.cached.items() if self.runs - shown <= AGE}
        message.rerun_script.cached_message_hashes.extend(self.cached)
        self.runs += 1
        run = Run(0.0, 0)
        start = time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            raw = self.socket.recv(timeout=180)
            run.received += len(raw)
            reply = ForwardMsg()
            reply.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = reply.WhichOneof("type")
            if reply.metadata.cacheable or kind == "ref_hash":
                self.cached[reply.hash or reply.ref_hash] = self.runs
            if kind == "delta":
                self._note(reply, run)
            if kind == "page_info_changed":
                self.query = reply.page_info_changed.query_string
            if kind == "script_finished":
                run.seconds = time.perf_counter() - start
                return run

    def _note(self, reply: ForwardMsg, run: Run) -> None:
        element = reply.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            run.errors.append(element.exception.message)
        if kind == "html" and 'class="fault"' in element.html.body:
            run.errors.append(element.html.body)
        if kind == "alert":
            run.alerts.append(element.alert.body)
        identity = getattr(getattr(element, kind), "id", "") if kind else ""
        # A widget's id is "$$ID-<hash>-<key>".
        if identity.startswith("$$ID-"):
            key = identity.split("-", 2)[2]
            self.widgets[key] = identity
            if kind == "slider":
                self.sliders[key] = element.slider
            if kind == "button_group":
                self.pills[key] = element.button_group


def report_moves(what: str, runs: list[Run]) -> None:
    """Prints the server time and the bytes of a control's moves."""
    times = sorted(run.seconds * 1e3 for run in runs)
    sizes = [run.received / 1e3 for run in runs]
    errors = sum(len(run.errors) for run in runs)
    print(
        f"{what}: median {statistics.median(times):.0f} ms, p95 {times[int(0.95 * (len(times) - 1))]:.0f} ms, "
        f"median {statistics.median(sizes):.0f} kB, largest {max(sizes):.0f} kB, {errors} errors"
    )
