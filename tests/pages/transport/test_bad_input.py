"""Odd files and numbers on the page itself: a right figure, or a plain word with a way out, for every method."""

from collections.abc import Callable
from typing import Any

import numpy as np
import ot
import pytest
from scipy.spatial.distance import cdist
from streamlit.testing.v1 import AppTest

from pages.adaptation.transport.main import METHODS
from pages.adaptation.transport.results import solution_of
from tests.page_kit import charts, html_of, settled
from tests.pages.transport.test_page import PAGE, csv

RNG = np.random.default_rng(5)
THREE = csv("x,y", [[0, 0], [1, 0.5], [3, 1]])
WIDE = {rows: csv(",".join("abcdefgh"), RNG.normal(size=(rows, 8)).round(3).tolist()) for rows in (6, 7)}
ZEROS = csv("x,y,weight", [[k, k % 3, (k % 4) / 30] for k in range(20)])
FIGURES = {
    "CR line ends": (THREE.replace(b"\n", b"\r"), THREE),
    "three points": (THREE, csv("x,y", [[5, 1], [4, 2], [2, 2]])),
    "more columns than rows": (WIDE[6], WIDE[7]),
    "zero weights on both sides": (ZEROS, ZEROS.replace(b"1,1", b"2.5,1")),
    "one row": (csv("x,y", [[1, 2]]), csv("x,y", [[4, 6]])),
    "1e-9 apart": (csv("x,y", [[k * 1e-9, 0] for k in range(9)]), csv("x,y", [[0, k * 1e-9] for k in range(9)])),
}
WORDS = {
    "a field of 200,000 characters": b"x,y\n1," + b"7" * 200_000,
    "a text of 200,000 characters": b"x,y\n1," + b"z" * 200_000,
    "1e308": csv("x,y", [[1e308, 1], [-1e308, 2]]),
    "1e200": csv("x,y", [[1e200, 1], [1, 2]]),
    "a mass of 1e308": csv("x,y,mass", [[1, 1, 1e308], [2, 2, 1e308]]),
    "a quote without end": b'x,y\n"1,2\n3,4',
    "a zero byte": b"x,y\n1,\x002",
    "nothing": b"",
    "blank lines": b"\n \r\n",
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"transport_{name}": value for name, value in params.items()})


def given(app: AppTest, source: bytes, target: bytes) -> AppTest:
    for side, content in (("source", source), ("target", target)):
        app.file_uploader(key=f"transport_file_{side}").set_value((f"{side}.csv", content, "text/csv"))
    return settled(app)


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("name", list(FIGURES))
def test_an_odd_table_gives_a_figure(page: Callable[..., AppTest], name: str, method: str) -> None:
    files = {"source": "your file", "target": "your file", "panel": "Figure", "weights": "scaled to 1"}
    app = given(page(**files, method=method), *FIGURES[name])
    if name == "one row" and method == "Gaussian":
        assert "at least 2" in app.warning[0].value
        return
    assert [error.value for error in app.error] == []
    assert [warning.value for warning in app.warning] == []
    assert charts(app)
    assert "nan" not in html_of(app).split('class="reading"')[1]


@pytest.mark.parametrize("panel", ["On the way", "Prices", "When Sinkhorn lies"])
@pytest.mark.parametrize("name", ["zero weights on both sides", "more columns than rows", "one row", "1e-9 apart"])
def test_an_odd_table_opens_each_panel(page: Callable[..., AppTest], name: str, panel: str) -> None:
    files = {"source": "your file", "target": "your file", "panel": panel, "weights": "scaled to 1"}
    for method in ("exact", "Sinkhorn"):
        app = given(page(**files, method=method), *FIGURES[name])
        assert [error.value for error in app.error] == []
        assert [warning.value for warning in app.warning] == []
        assert len(charts(app)) >= 2


@pytest.mark.parametrize("name", list(WORDS))
@pytest.mark.parametrize("method", ["exact", "Sinkhorn", "Gaussian"])
def test_what_is_no_table_of_numbers_gets_a_plain_word(page: Callable[..., AppTest], name: str, method: str) -> None:
    files = {"source": "your file", "target": "your file", "weights": "scaled to 1"}
    app = given(page(**files, method=method), WORDS[name], THREE)
    assert len(app.warning) == 1
    assert 15 < len(app.warning[0].value) < 300
    assert not charts(app)
    assert not app.error


@pytest.mark.parametrize("name", list(WORDS))
def test_a_dataset_that_is_no_table_gets_a_plain_word(page: Callable[..., AppTest], name: str) -> None:
    app = page(panel="Datasets", data="your file")
    for which in ("first", "second"):
        # Numbers that run over stand in the first column, what is no number in the second.
        header = (b"x,y", b"x,label") if name in ("1e308", "1e200") else (b"x,", b"label,")
        content = WORDS[name].replace(*header, 1) if which == "first" else csv("label,y", [["a", 1], ["b", 2]])
        app.file_uploader(key=f"transport_data_{which}").set_value((f"{which}.csv", content, "text/csv"))
    settled(app)
    assert len(app.warning) == 1
    assert app.warning[0].value.startswith("First file")
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        {"panel": "By hand", "costs": "1e308 1 / 2 3", "supply": "1 1", "demand": "1 1"},
        {"panel": "By hand", "costs": "1 1 / 2 3", "supply": "1e308 1e308", "demand": "1e308 1e308"},
        {"panel": "By hand", "costs": "inf 1 / 2 3", "supply": "1 1", "demand": "1 1"},
        {"panel": "One dimension", "line_source": "1e308 -1e308", "line_target": "1 2"},
        {"panel": "One dimension", "line_source": "1 2", "line_source_masses": "1e308 1e308"},
        {"panel": "One dimension", "line": "histograms", "bars_source": "1e308 1", "bars_target": "1 1"},
    ],
    ids=str,
)
def test_numbers_that_run_over_get_the_range(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert r"within -1e\+09 and 1e\+09" in app.warning[0].value
    next(button for button in app.button if button.label == "Back to the example").click()
    settled(app)
    assert not app.warning


def test_the_figure_of_a_table_with_zero_weights_is_that_of_pot() -> None:
    from pages.adaptation.transport.results import YOUR_FILE, Cloud, Problem

    left, right = (Cloud(YOUR_FILE, 60, 0, content=side) for side in FIGURES["zero weights on both sides"])
    problem = Problem(left, right, "scaled to 1", "sqeuclidean", "exact")
    a, b = problem.masses()
    used = a > 0, b > 0
    costs = cdist(left.points()[used[0]], right.points()[used[1]], "sqeuclidean")
    best = ot.emd2(a[used[0]], b[used[1]], costs)
    assert solution_of(problem).cost == pytest.approx(best, rel=1e-9)
    blurred = Problem(left, right, "scaled to 1", "sqeuclidean", "sinkhorn", (("reg", 5.0),))
    peer = ot.sinkhorn2(a[used[0]], b[used[1]], costs, 5.0, stopThr=1e-12, numItermax=10_000)
    assert solution_of(blurred).cost == pytest.approx(float(peer), rel=1e-6)


def test_a_panel_stays_open_while_a_file_is_awaited_or_refused(page: Callable[..., AppTest]) -> None:
    app = page(source="your file", target="your file", panel="Prices")
    assert app.session_state["transport_panel"] == "Prices"
    given(app, WORDS["1e308"], THREE)
    assert app.warning
    given(app, THREE, THREE)
    assert app.session_state["transport_panel"] == "Prices"
    assert len(charts(app)) == 2
