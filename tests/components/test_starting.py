"""What a server does before its first visitor is there."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

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


def answered(path: str, kind: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[dict[str, Any]]]:
    """The pages that a request has imported, and what is sent for it."""
    asked: list[str] = []
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(starting._thread, "submit", lambda _work, place: asked.append(place))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asked_for: Any = starting.Ahead(app)({"type": "http", "path": path}, None, send)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop of its own, of a browser
        pool.submit(asyncio.run, asked_for).result()
    return asked, sent


def test_a_page_is_imported_with_its_address_and_its_answer_names_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, (start,) = answered("/transport", b"text/html; charset=utf-8", monkeypatch)
    assert asked == ["adaptation/transport"]
    assert b"PlotlyChart" in dict(start["headers"])[b"link"]


def test_other_answers_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, (start,) = answered("/static/js/index.js", b"text/javascript", monkeypatch)
    assert (asked, len(start["headers"])) == ([], 1)
