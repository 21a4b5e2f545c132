"""What a server does before its first visitor is there."""

import asyncio
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_server import _bind_socket
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from components import starting
from components.course import COURSE, pages


def test_each_address_is_known_as_its_page() -> None:
    assert [starting.place_of(f"/{page.topic.key}") for page in pages()] == list(COURSE)
    assert starting.place_of("/") == COURSE[0]
    assert starting.place_of("/static/js/index.js") is None
    assert starting.place_of("/_stcore/health") is None


def test_the_code_that_draws_is_named_once_and_exists() -> None:
    named = starting.drawing_code()
    assert len(named) == len(set(named))
    for part in starting.DRAWING:
        assert [name for name in named if name.startswith(f"static/js/{part}.")], part
    assert [name for name in named if not (starting.CLIENT / name).is_file()] == []


def answered(path: str, method: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str], dict[str, Any]]:
    """The pages that a request has imported, the addresses that went on to Streamlit, and what is sent for it."""
    asked: list[str] = []
    passed: list[str] = []
    sent: dict[str, Any] = {}
    monkeypatch.setattr(starting._thread, "submit", lambda _work, place: asked.append(place))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["path"])

    async def send(message: dict[str, Any]) -> None:
        sent.update(message)

    scope = {"type": "http", "path": path, "method": method}
    answering: Any = starting.Ahead(app)(scope, None, send)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop of its own, of a browser
        pool.submit(asyncio.run, answering).result()
    return asked, passed, sent


def test_a_page_is_imported_with_its_address_and_its_answer_names_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, passed, sent = answered("/transport", "GET", monkeypatch)
    assert (asked, passed) == (["adaptation/transport"], [])
    headers = dict(sent["headers"])
    assert b"PlotlyChart" in headers[b"link"]
    assert (sent["status"], headers[b"cache-control"]) == (200, b"no-cache")
    assert int(headers[b"content-length"]) == len(sent["body"])


def test_the_document_is_streamlits_own_and_says_first_where_the_server_is() -> None:
    own, told = (starting.CLIENT / "index.html").read_text("utf-8"), starting.document(chart=True)
    script = told[told.index("<script>") : told.index("</script>") + len("</script>")]
    assert told.replace(script, "") == own
    assert told.index("BACKEND_BASE_URL") < told.index("static/js/index.")
    # The browser's code must still read what is told.
    code = next((starting.CLIENT / "static" / "js").glob("index.*.js")).read_text("utf-8")
    assert all(name in code for name in ("BACKEND_BASE_URL", "HOST_CONFIG", "allowedOrigins", "useExternalAuthToken"))


@pytest.fixture
def own() -> Starlette:
    """Streamlit's own answers for the browser's code."""
    return Starlette(routes=create_streamlit_static_assets_routes(None))


@pytest.mark.parametrize("extreme", [min, max])
def test_a_small_file_is_answered_as_streamlit_does(own: Starlette, extreme: Any) -> None:
    small = starting.small_files()
    path = extreme(small, key=lambda path: small[path].stat().st_size)
    theirs = TestClient(own).get(path)

    async def nobody(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError(f"{scope['path']} has gone on")

    ours = TestClient(starting.Ahead(nobody)).get(path)
    assert (ours.status_code, ours.content) == (200, theirs.content)
    assert ours.headers == theirs.headers


def test_a_large_file_and_a_part_of_one_are_streamlits(own: Starlette) -> None:
    client, small = TestClient(starting.Ahead(own)), next(iter(starting.small_files()))
    whole = client.get(small)
    assert client.get(small, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    assert client.get(small, headers={"range": "bytes=0-3"}).content == whole.content[:4]
    large = f"/{starting.drawing_code()[0]}"
    assert large not in starting.small_files()
    assert client.get(large).status_code == 200


def test_a_room_is_answered_and_what_is_no_room_goes_on(own: Starlette) -> None:
    client = TestClient(starting.Ahead(own))
    told = client.get("/room/ZZZZ/news")
    assert (told.status_code, told.json()) == (404, {"error": "there is no such room"})
    assert client.get("/room/ZZZZ").text == client.get("/anything").text


@pytest.mark.parametrize(
    ("path", "method"), [("/static/js/index.js", "GET"), ("/transport/", "GET"), ("/transport", "POST"), ("/no", "GET")]
)
def test_each_other_request_is_streamlits(path: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(path, method, monkeypatch) == ([], [path], {})


async def delay_is_off(*, told: bool) -> bool:
    """Whether what is sent goes out at once, on a connection to a server as Streamlit starts it."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        if told:
            starting.send_at_once(asyncio.get_running_loop())
        yield

    server = uvicorn.Server(uvicorn.Config(Starlette(lifespan=life), log_config=None))
    with _bind_socket("127.0.0.1", 0, 10) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        while not server.server_state.connections:
            await asyncio.sleep(0.01)
        (connection,) = server.server_state.connections
        ours: socket.socket = connection.transport.get_extra_info("socket")
        off = bool(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()
        server.should_exit = True
        await serving
    return off


@pytest.mark.parametrize("told", [True, False])
def test_what_is_sent_goes_out_at_once(told: bool) -> None:
    # Streamlit's own server waits for a confirmation before each second piece. Once it does not, this can go.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, delay_is_off(told=told)).result() == told
