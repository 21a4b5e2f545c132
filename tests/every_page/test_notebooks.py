"""The notebook of every page runs, and shows what the page shows."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from streamlit.testing.v1 import AppTest

from components.course import declared_by, topics
from components.notebooks import notebook
from components.offline import opened
from tests.components.checking import decoded
from tests.page_kit import ROOT, charts, figure_of, html_of, settled

PLOTLY = "application/vnd.plotly.v1+json"
NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
PAGES = tuple(declared_by(topic) for topic in topics())

FEW = ("learning", "positional_encoding", "attention", "transport", "agents")
"""Pages whose notebooks run in each test; those of all run by `-m matrix`."""


@pytest.fixture(scope="module")
def kernel() -> Iterator[NotebookClient]:
    """One for all notebooks, which it forgets in between: each of its own would import everything anew."""
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=180, kernel_name="python3")
    with client.setup_kernel(cwd=str(ROOT)):
        yield client


def run(written: str, kernel: NotebookClient) -> list[Any]:
    """The outputs of the code cells, from the top."""
    book = nbformat.reads(written, as_version=4)
    book.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    kernel.nb = book
    kernel.reset_execution_trackers()
    for place, cell in enumerate(book.cells):
        kernel.execute_cell(cell, place)
    return [cell.outputs for cell in book.cells if cell.cell_type == "code"][1:]


def printed(outputs: list[Any]) -> str:
    return "".join(one["text"] for one in outputs if one.get("name") == "stdout")


def parts_of(figure: Mapping[str, Any]) -> list[str]:
    """The traces of a figure as text, cut at its numbers, which stand at the odd places."""
    written = json.dumps(figure["data"], sort_keys=True, default=lambda array: array.tolist())
    return re.split(r"(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)", written)


def words_of(figure: Mapping[str, Any]) -> list[str]:
    return parts_of(figure)[::2]


def values_of(figure: Mapping[str, Any]) -> list[float]:
    return [float(number) for number in parts_of(figure)[1::2]]


def numbers_in(text: str) -> set[str]:
    """Numbers as they are written, those of one digit left out: they stand everywhere."""
    found = (match.replace(",", "").replace("−", "-") for match in NUMBER.findall(text))
    return {number for number in found if len(number.strip("-")) > 1}


def tells(text: str, said: str) -> set[str]:
    """The numbers that a text tells, of which `said` has one that is the same when it is rounded as it is there."""
    known = [float(number) for number in numbers_in(text)]

    def there(number: str) -> bool:
        places = len(number.partition(".")[2])
        return any(round(scale * one, places) == float(number) for one in known for scale in (1, 100))

    return {number for number in numbers_in(said) if "e" not in number and there(number)}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.topic.key, marks=() if page.topic.key in FEW else pytest.mark.matrix)
        for page in PAGES
    ],
)
def test_the_notebook_shows_what_the_page_shows(
    page: Any, visit: Callable[..., AppTest], kernel: NotebookClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, Callable[[], str]] = {}
    monkeypatch.setattr(
        "components.prose.st.download_button", lambda label, data, *_, **__: offered.update({label: data})
    )
    app = visit(page.topic.script)
    app.session_state[f"{page.topic.key}_Take it with you_desk"] = True
    settled(app)
    script, figures, checks = run(offered["Notebook (Jupyter)"](), kernel)

    drawn = [decoded(one["data"][PLOTLY]) for one in figures if PLOTLY in one.get("data", {})]
    shown = [figure_of(chart) for chart in charts(app)]
    assert [words_of(figure) for figure in drawn] == [words_of(figure) for figure in shown]
    for again, once in zip(drawn, shown, strict=True):
        np.testing.assert_allclose(values_of(again), values_of(once), rtol=1e-3, atol=1e-4)
    findings = re.findall(r'<div class="finding".*?</div>', html_of(app), re.DOTALL)
    assert [unescape(re.sub(r"<[^>]*>", "", one)) for one in findings] == printed(figures).splitlines()[: len(findings)]
    recomputed = printed(checks).splitlines()
    # Where the model is loaded, as in the notebook, there may be more of them than for the recorded figure.
    assert len(recomputed) >= html_of(app).count('<div class="check"')
    assert all(line.startswith("✓") for line in recomputed)
    assert tells(printed(script), printed(figures)), f"{printed(script)!r} tells no number of {printed(figures)!r}"


def test_the_same_view_gives_the_same_notebook_and_values_stay_values() -> None:
    page = PAGES[0]
    values = {**page.defaults, "table": "x'\n\"\\<b>", "degree": 3}
    first, second = (notebook(page.topic, values, equations=(), script="print(1)") for _ in range(2))
    assert first == second
    drawing = nbformat.reads(first, as_version=4).cells[4].source
    asked: dict[str, Any] = {}

    def seen(key: str, /, **given: Any) -> Any:
        asked.update(given, key=key)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        exec(drawing.replace("from components.offline import opened", ""), {"opened": seen})
    assert asked == {"key": "learning", "table": values["table"], "degree": 3}


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [("nowhere", {}, "no topic 'nowhere'"), ("learning", {"depth": 3}, "no parameter 'depth'")],
)
def test_what_is_not_there_is_named(key: str, values: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        opened(key, **values)
