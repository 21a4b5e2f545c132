"""What a hostile client can send to the server itself: each attempt, and that the server stays up and says no."""

import http.client
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets import Subprotocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from core.pictures import read_picture
from core.transport.tables import read_table
from tests.benchmarks.client import Visitor, served
from tests.cluster import free_port

STREAMLIT = Subprotocol("streamlit")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served(free_port()) as address:
        yield address


@pytest.fixture(autouse=True)
def _still_serves(server: str) -> Iterator[None]:
    """After every attempt another visitor opens a page as if nothing had been."""
    yield
    with Visitor(server, "attention") as visitor:
        assert visitor.run().errors == []
        assert visitor.widgets


def status_of(server: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """The answer to a request whose path is sent exactly as written."""
    connection = http.client.HTTPConnection(server, timeout=30)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": server, "Content-Length": str(len(body)), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_message_larger_than_the_limit_ends_its_session(server: str) -> None:
    with (
        connect(f"ws://{server}/_stcore/stream", subprotocols=[STREAMLIT], max_size=None) as socket,
        pytest.raises(ConnectionClosed),
    ):
        socket.send(b"\x00" * (51 * 1024 * 1024))
        for _ in range(20):
            socket.recv(timeout=5)


@pytest.mark.parametrize(
    "message", [b"\xff\xfe" * 500, b"", "<script>alert(1)</script>"], ids=["bytes", "empty", "text"]
)
def test_a_message_that_is_none_is_answered_by_silence_or_the_end(server: str, message: bytes | str) -> None:
    with connect(f"ws://{server}/_stcore/stream", subprotocols=[STREAMLIT]) as socket:
        socket.send(message)
        with pytest.raises((ConnectionClosed, TimeoutError)):
            socket.recv(timeout=2)


def test_a_page_of_another_origin_gets_no_session(server: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://{server}/_stcore/stream", subprotocols=[STREAMLIT], origin="http://evil.example")


@pytest.mark.parametrize(
    "path",
    [
        "/app/static/../../app.py",
        "/app/static/..%2f..%2fapp.py",
        "/app/static/%2e%2e/%2e%2e/app.py",
        "/app/static//etc/passwd",
        "/app/static/....//....//app.py",
        "/static/../../../../etc/passwd",
        "/media/../../etc/passwd",
        "/component/../../../etc/passwd",
        "/../../../../etc/passwd",
        "/core/assets/manifest.json",
        "/.streamlit/config.toml",
        "/.git/config",
    ],
)
def test_no_path_leads_to_a_file_of_the_project_or_the_machine(server: str, path: str) -> None:
    _, body = status_of(server, "GET", path)
    for secret in (b"root:", b"st.navigation", b"sha256", b"maxUploadSize", b"[core]"):
        assert secret not in body


@pytest.mark.parametrize("session", ["nobody", "..%2f..%2fetc", "<script>"])
@pytest.mark.parametrize("size", [10, 6 * 1024 * 1024])
def test_an_upload_without_a_session_or_beyond_the_limit_is_refused(server: str, session: str, size: int) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../evil.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + b"a" * size + b"\r\n--x--\r\n"
    )
    status, _ = status_of(
        server, "PUT", f"/_stcore/upload_file/{session}/1", body, **{"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert 400 <= status < 500


@pytest.mark.parametrize(
    "query",
    [
        "attention_model=../../etc/passwd",
        "attention_model=evil/model",
        "attention_model=%00",
        "attention_text=" + "x" * 60_000,
        "attention_layer=" + "9" * 400,
        "attention_layer=-1&attention_layer=abc&attention_head=1e309",
        "__proto__=1&constructor=2",
    ],
    ids=lambda query: query[:40],
)
def test_a_hostile_link_opens_the_page(server: str, query: str) -> None:
    with Visitor(server, "attention", query=query) as visitor:
        assert visitor.run().errors == []


class Evil:
    """Unpickling it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("read", [read_table, read_picture])
def test_a_pickle_is_refused_unread(read: object, tmp_path: Path, server: str) -> None:
    mark = tmp_path / "attacked"
    with pytest.raises(ValueError, match=r"\w+ "):
        read(pickle.dumps(Evil(mark)))  # type: ignore[operator]
    assert not mark.exists()
