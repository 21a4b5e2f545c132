"""Opening pages as a visitor does."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.components.checking import decoded
from tests.scripts import printed_by

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def packages_read_once() -> Iterator[None]:
    """Each AppTest reads what is installed in search of components, which takes longer than to draw a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def no_stale_results() -> None:
    """Forgets what Streamlit keeps in the process from one test to the next."""
    st.cache_data.clear()
    st.cache_resource.clear()


def every(place: int, cases: Iterable[Any], *, name: Callable[[Any], str] = str) -> list[Any]:
    """Parameters of a test: each so many takes part in the usual run, and all of them in the matrix.

    Args:
        name: of a case, in the test's name.
    """
    return [
        pytest.param(case, id=name(case), marks=() if number % place == 0 else pytest.mark.matrix)
        for number, case in enumerate(cases)
    ]


def faults(app: AppTest) -> str:
    """What the page raised: each error by its type and its words, and where it came from."""
    return "\n".join(
        "\n".join([f"{error.proto.type}: {error.message}", *error.stack_trace[-3:]]) for error in app.exception
    )


def settled(app: AppTest) -> AppTest:
    """The app after a run that raised nothing."""
    app.run()
    assert not app.exception, faults(app)
    return app


@pytest.fixture
def visit(no_stale_results: None) -> Callable[..., AppTest]:
    """Opens a page by its script, with parameters in the URL."""

    def open_page(script: str, **params: Any) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
        settled(app)
        for name, value in params.items():
            app.query_params[name] = str(value)
        app.switch_page(script)
        return settled(app)

    return open_page


def html_of(app: AppTest) -> str:
    """All HTML that the page shows, as one string, without the marks of the glossary."""
    return re.sub(r"</?dfn[^>]*>", "", " ".join(block.proto.body for block in app.get("html")))


def blocks(app: AppTest, kind: str) -> list[Block]:
    """The containers of a kind, wherever they stand."""

    def within(block: Block) -> Iterator[Block]:
        for child in block.children.values():
            if isinstance(child, Block):
                yield from [child] if child.type == kind else []
                yield from within(child)

    return list(within(app._tree))


def folded(app: AppTest) -> set[str]:
    """The keys of the widgets that stand in a popover, out of sight until it is opened."""

    def within(block: Block, inside: bool) -> Iterator[str]:
        for child in block.children.values():
            if isinstance(child, Block):
                yield from within(child, inside or child.type == "popover")
            elif inside and getattr(child, "key", None):
                yield child.key

    return set(within(app.main, False))


def hyphens_as_minus(app: AppTest) -> list[str]:
    """Words of a page and of its figures in which a hyphen stands before a number, where a minus sign belongs."""
    bodies = re.sub(
        r"<(style|script).*?</\1>", " ", " ".join(block.proto.body for block in app.get("html")), flags=re.DOTALL
    )
    told = [re.sub(r"<[^>]*>", " ", bodies), *(str(block.value) for block in (*app.caption, *app.info, *app.warning))]
    for chart in charts(app):
        shown = figure_of(chart)
        told += _strings(shown["layout"])
        for trace in shown["data"]:
            parts = ("text", "hovertext", "customdata", "hovertemplate", "name", "x", "y")
            told += _strings([trace[part] for part in parts if part in trace])
    found = re.finditer(r"(?<![\w-])-(?=\d)", "\n".join(told))
    whole = "\n".join(told)
    return [whole[max(0, place.start() - 30) : place.end() + 20] for place in found]


def _strings(part: Any) -> list[str]:
    """All texts in a figure's part, without HTML's tags."""
    if isinstance(part, str):
        return [re.sub(r"<[^>]*>", " ", part)]
    if isinstance(part, dict):
        return [text for value in part.values() for text in _strings(value)]
    if isinstance(part, list | tuple):
        return [text for value in part for text in _strings(value)]
    return _strings(part.tolist()) if isinstance(part, np.ndarray) and part.dtype.kind in "UO" else []


def charts(app: AppTest) -> list[Any]:
    """The charts of the page, from the top."""
    return app.get("plotly_chart")


def printed(app: AppTest, key: str, folder: Path) -> str:
    """What the exported script on the page prints, saved into a fresh folder and run as its first line says.

    Args:
        app: the page.
        key: of the page.
        folder: an empty one, which holds nothing of the project.
    """
    app.session_state[f"{key}_Take it with you_desk"] = True
    settled(app)
    script = next(block.value for block in app.code if "from core" in block.value)
    first = script.splitlines()[0]
    assert "the project's folder" in first
    assert f"PYTHONPATH=. python {key}.py" in first
    return printed_by(script, f"{key}.py", folder)


def figure_of(chart: Any) -> dict[str, Any]:
    """A chart of a page as plotly has it: data and layout, with their numbers."""
    figure: dict[str, Any] = decoded(json.loads(chart.proto.spec))
    return figure
