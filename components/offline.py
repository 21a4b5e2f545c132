"""A page without a browser: opened in this process at a view, with what it shows as Python has it."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from components.controls import address_of
from components.course import Declared, declared_by, topics

if TYPE_CHECKING:
    import plotly.graph_objects as go

APP = Path(__file__).parent.parent / "app.py"
PATIENCE = 180
"""Seconds that a page may take: a language model may have to be loaded first."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows.

    Args:
        findings: the titles of its figures, from the top.
        figures: the figures, from the top, without their titles.
        reading: the sentence below the figure.
        checks: the identities recomputed for it, each with its error and its bound; of one that does not hold, why.
    """

    findings: tuple[str, ...]
    figures: "tuple[go.Figure, ...]"
    reading: str
    checks: tuple[str, ...]


def opened(key: str, /, **values: Any) -> View:
    """The page of a topic as its link opens it.

    Args:
        key: of the topic, as in its address ("attention").
        values: parameters that are not at their defaults, without the page's prefix.

    Returns:
        What the page shows first: the main figure, or the panel that stands for it.

    Raises:
        ValueError: for a topic or a parameter that is not there.
        RuntimeError: when the page meets a fault.
    """
    from streamlit.testing.v1 import AppTest

    page = _page(key)
    if unknown := sorted(values.keys() - page.defaults.keys()):
        raise ValueError(f"{key} has no parameter {unknown[0]!r}; it has {', '.join(page.defaults)}")
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    for name, written in address_of(key, page.defaults, {**page.defaults, **values}).items():
        app.query_params[name] = written
    app.switch_page(page.topic.script).run()
    if app.exception:
        raise RuntimeError(f"{key}: {app.exception[0].message}")
    return _shown(app)


def _page(key: str) -> Declared:
    by_key = {topic.key: topic for topic in topics()}
    if key not in by_key:
        raise ValueError(f"there is no topic {key!r}; there are {', '.join(by_key)}")
    return declared_by(by_key[key])


def _shown(app: Any) -> View:
    from plotly.io import from_json

    blocks = [str(block.proto.body) for block in app.get("html")]
    failed = tuple(str(error.value) for error in app.error)
    return View(
        findings=tuple(_words(block) for block in blocks if block.startswith('<div class="finding"')),
        figures=tuple(from_json(chart.proto.spec) for chart in app.get("plotly_chart")),
        reading=" ".join(_words(block) for block in blocks if block.startswith('<div class="reading"')),
        checks=failed + tuple(map(_words, re.findall(r'<div class="check".*?</div>', " ".join(blocks), re.DOTALL))),
    )


def _words(html: str) -> str:
    """The text of HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()
