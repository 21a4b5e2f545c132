"""The start of a server: what it does while its first visitor's browser still loads Streamlit's own code.

Streamlit runs no script before a browser is connected, and that takes a browser a second. In this second the server
imports what the page will need, and the browser fetches the code that will draw it.
"""

import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.cli_util import open_browser
from streamlit.web.server.server_util import get_url

from components.course import COURSE
from core.memory import keep_modules

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLIENT = Path(st.__file__).parent / "static"
"""Streamlit's code for the browser."""

DRAWING = ("PlotlyChart", "Html", "ButtonGroup", "Button", "Checkbox", "Selectbox", "Slider", "TextInput", "PageLink")
"""The parts of it that draw a page of the course; otherwise each is asked for when its first element comes."""

HEAD = 8000
"""Characters at the start of a part within which its imports stand."""

_thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
"""What fails in it fails again, and is told, when the page is run."""


@asynccontextmanager
async def running(_app: st.App) -> AsyncIterator[None]:
    """The life of the server: the kit is imported with its start, and its jobs end with it."""
    _thread.submit(import_kit)
    if not st.get_option("server.headless"):
        _thread.submit(open_browser, get_url("localhost"))
    yield
    # Signals end the process before it comes to what is registered for its exit.
    from core.jobs import close

    close()


def import_kit() -> None:
    """Imports what every page needs."""
    from components.course import pages

    import_module("components.page")
    pages()
    keep_modules()


@cache
def import_page(place: str) -> None:
    """Imports what the page in the folder `place` ("architecture/attention") needs, all but the script itself."""
    package = import_module(f"pages.{place.replace('/', '.')}")
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith((".page", ".thumbnail")):
            import_module(module.name)


def place_of(path: str) -> str | None:
    """The folder of the page at a URL's path, which is the first page's for an empty one; None where there is none."""
    key = path.strip("/")
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


class Ahead:
    """Middleware that starts to import a page when its address is asked for, and names the code that will draw it."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app
        links = ", ".join(f"<./{name}>; rel=modulepreload; crossorigin; fetchpriority=low" for name in drawing_code())
        self._link = (b"link", links.encode())

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Passes each request on."""
        place = place_of(scope["path"]) if scope["type"] == "http" else None
        if place is None:
            await self._app(scope, receive, send)
            return
        _thread.submit(import_page, place)

        async def with_link(message: "Message") -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message = {**message, "headers": [*message["headers"], self._link]}
            await send(message)

        await self._app(scope, receive, with_link)


def _is_page(message: Any) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
