"""The start of a server: what it does while its first visitor's browser still loads Streamlit's own code.

Streamlit runs no script before a browser is connected, and that takes a browser a second. In this second the server
imports what the page will need, and the browser fetches the code that will draw it. It is also told where the server
is: otherwise it asks below the page's own path first, is refused, waits a tenth of a second and asks again.
"""

import asyncio
import inspect
import json
import re
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from os import scandir
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Router
from streamlit.cli_util import open_browser
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server.server_util import get_url
from streamlit.web.server.starlette.starlette_server_config import STATIC_ASSET_CACHE_MAX_AGE_SECONDS

from components.course import COURSE
from core.memory import keep_modules

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

CLIENT = Path(st.__file__).parent / "static"
"""Streamlit's code for the browser."""

DRAWING = ("PlotlyChart", "Html", "ButtonGroup", "Button", "Checkbox", "Selectbox", "Slider", "TextInput", "PageLink")
"""The parts of it that draw a page of the course; otherwise each is asked for when its first element comes."""

FIRST_RUN = (
    *(f"components.{part}" for part in ("door", "frame", "hands", "missing", "page", "process", "turns")),
    *("numpy.ma", "plotly.offline", "streamlit.material_icon_names"),
)
"""What each page's first run imports: `app.py` itself, plotly to hand a figure over, Streamlit to check an icon."""

WITH_THE_FIRST_MESSAGE = """
{ const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    WebSocket.prototype.send = send;
    send.call(this, message);
    import("./%s");
  }; }"""
"""A script that runs a file of the code when the browser has sent its first message."""

SMALL = 65_536
"""Bytes of a file that is sent in one piece; a larger one is Streamlit's to send, as fast as its reader takes it."""

CONDITIONS = (b"if-none-match", b"if-modified-since", b"if-range", b"range")
"""Headers that ask for less than a whole file."""

HEAD = 8000
"""Characters at the start of a part within which its imports stand."""

_thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
"""What fails in it fails again, and is told, when the page is run."""


@asynccontextmanager
async def running(_app: st.App) -> AsyncIterator[None]:
    """The life of the server: the kit is imported with its start, and its jobs end with it.

    That there is no old-fashioned folder of pages is said before the first visitor comes, as `st.navigation` says it:
    otherwise Streamlit tells the browser first that a link to a page leads nowhere.
    """
    PagesManager.uses_pages_directory = False
    send_at_once(asyncio.get_running_loop())
    _thread.submit(import_kit)
    if not st.get_option("server.headless"):
        _thread.submit(open_browser, get_url("localhost"))
    yield
    # Signals end the process before it comes to what is registered for its exit.
    from core.jobs import close

    close()


def send_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Lets what the loop's servers send go out at once.

    asyncio does so for sockets that say which protocol they speak, and Streamlit's does not. A second small piece then
    waits until the browser has confirmed the first, which it puts off for 40 ms: each file of the browser's code, and
    what a run sends. A connection inherits the option from the socket that it came to.
    """
    create_server = loop.create_server

    async def created(*asked: Any, **further: Any) -> asyncio.Server:
        if further.get("sock") is not None:
            further["sock"].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await create_server(*asked, **further)

    setattr(loop, "create_server", created)  # noqa: B010  (a method of this loop alone)


def import_kit() -> None:
    """Imports what every page needs.

    Python's collector leaves alone what is there before, and what comes: it would walk all of it again and again.
    """
    from components.course import pages

    keep_modules(collected=False)
    for name in FIRST_RUN:
        import_module(name)
    pages()
    keep_modules(collected=False)


def look_around() -> None:
    """Lets `inspect` see the files of all modules that there are: it remembers them.

    Streamlit asks it with the first element of a process whether somebody types the script line by line, and for that
    `inspect` resolves the path of each of some two thousand modules.
    """
    inspect.stack()


@cache
def import_page(place: str) -> None:
    """Imports what the page in the folder `place` ("architecture/attention") needs, all but the script itself."""
    package = import_module(f"pages.{place.replace('/', '.')}")
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith((".page", ".thumbnail")):
            import_module(module.name)
    look_around()


def place_of(path: str) -> str | None:
    """The folder of the page at a URL's path, which is the first page's for an empty one; None where there is none."""
    key = path[1:]
    return next((place for place in COURSE if not key or place.endswith(f"/{key}")), None)


@cache
def drawing_code() -> tuple[str, ...]:
    """The files of DRAWING below CLIENT and what they import, without those that its index names already."""
    folder, index = CLIENT / "static" / "js", (CLIENT / "index.html").read_text("utf-8")
    wanted = [path.name for part in DRAWING for path in sorted(folder.glob(f"{part}.*.js"))]
    for name in wanted:
        with (folder / name).open(encoding="utf-8") as file:
            imported = re.findall(r'(?:from|import)"\./([\w.-]+\.js)"', file.read(HEAD))
        wanted += [other for other in dict.fromkeys(imported) if other not in wanted]
    return tuple(f"static/js/{name}" for name in wanted if name not in index)


@cache
def small_files() -> dict[str, Path]:
    """The small files of the browser's code, by their addresses."""
    with scandir(CLIENT / "static" / "js") as found:
        return {f"/static/js/{file.name}": Path(file.path) for file in found if file.stat().st_size <= SMALL}


def small_file(scope: "Scope") -> Response | None:
    """The answer to a request for a small file of the browser's code; None for each other.

    A page needs a hundred of them before it can ask for its first run. Streamlit hands each to a thread three times,
    and each time waits for the interpreter, which is busy importing the page. The head is the one that Streamlit sends.
    """
    path = small_files().get(scope["path"])
    if path is None or any(name in CONDITIONS for name, _ in scope["headers"]):
        return None
    headers = {"cache-control": f"public, immutable, max-age={STATIC_ASSET_CACHE_MAX_AGE_SECONDS}"}
    told = FileResponse(path, headers=headers, stat_result=path.stat())
    return Response(path.read_bytes(), headers=dict(told.headers))


def document(*, chart: bool) -> str:
    """Streamlit's document for the browser, which also says where the server is, and is told what comes.

    The server lies where the document's own links lead. With what the server would answer, the browser need not ask it
    before it connects. Its first message asks for the page: while the server makes it, the browser has nothing else to
    do than to run the code of the charts, which takes it longer than all else.

    Args:
        chart: the page that comes has one.
    """
    allowed = json.dumps(list(st.get_option("client.allowedOrigins"))).replace("<", "\\u003c")
    told = f"{{allowedOrigins: {allowed}, useExternalAuthToken: false}}"
    script = f'window.__streamlit = {{BACKEND_BASE_URL: new URL(".", location).href, HOST_CONFIG: {told}}};'
    if chart:
        script += WITH_THE_FIRST_MESSAGE % drawing_code()[0]
    return (CLIENT / "index.html").read_text("utf-8").replace("<head>", f"<head><script>{script}</script>", 1)


class Ahead:
    """Middleware that answers the address of a page: it starts to import the page, and names the code that draws it.

    It also answers for the small files of that code, and for the rooms, whose own code is imported with the kit.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app
        links = ", ".join(f"<./{name}>; rel=modulepreload; crossorigin; fetchpriority=low" for name in drawing_code())
        headers = {"cache-control": "no-cache", "link": links}
        self._start = HTMLResponse(document(chart=False), headers=headers)
        self._topic = HTMLResponse(document(chart=True), headers=headers)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answers for a page; passes each other request on."""
        asked = scope["type"] == "http" and scope["method"] == "GET"
        answer = self._answer(scope) if asked else self._app
        await answer(scope, receive, send)

    def _answer(self, scope: "Scope") -> "ASGIApp":
        """What answers a request."""
        place = place_of(scope["path"])
        if place is not None:
            _thread.submit(import_page, place)
            return self._start if place.startswith("start/") else self._topic
        if scope["path"].startswith("/room/"):
            from components.rooms.routes import ROUTES

            return Router(ROUTES, redirect_slashes=False, default=self._app)
        return small_file(scope) or self._app
