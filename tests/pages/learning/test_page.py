"""The learning page, driven as a visitor would: presets, panels, own points, bad input, scripts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.learning import CLASSES, OUTPUTS
from pages.foundations.learning.panels.ways import DIGITS
from pages.foundations.learning.topic import TABLE, WITHOUT_POINTS
from tests.page_kit import charts, figure_of, folded, html_of, printed, settled

PAGE = "pages/foundations/learning/page.py"
PANELS = (
    "Which model?",
    "Fooled by validation",
    "Bias and variance",
    "Double descent",
    "Two ways to classify",
    "Outputs and losses",
)
ROWS = "x,y\n" + "\n".join(f"{k / 10},{(k / 10) ** 2 + (k % 3) / 20}" for k in range(30))

Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"learning_{name}": value for name, value in params.items()})


def title(app: AppTest) -> str:
    return re.findall(r'class="finding"[^>]*>(.*?)</div>', html_of(app))[0]


def said(app: AppTest) -> str:
    return re.sub(r"<[^>]*>", "", html_of(app))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Fits too well", "Degree 15 fits too well: error 0.0015 on its own points, 12.7 on new ones"),
        ("Too simple", "Degree 1 is too simple"),
        ("Validation decides", "Validation chooses degree 5"),
        ("More points", "Degree 15 does nearly as well on new points as the best"),
        ("Ridge", "0.199 on new ones"),
        ("Pick it again?", "200 data sets choose"),
        ("Best of 100", "is right on 68% of 50 validation points"),
        ("Bias and variance", "bias² is the largest part"),
        ("Double descent", "peaks at 100 features for 100 points, and falls below its first valley"),
        ("Two classifiers", "Who errs less: discriminative at 4, generative from 16"),
        ("Losses", "Squared error wants 3.86, absolute error wants 3"),
    ],
)
def test_each_preset_shows_what_it_tells(page: Open, name: str, words: str) -> None:
    app = page()
    app.button_group(key="learning_story").set_value(name)
    settled(app)
    assert words in said(app)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("panel", ["Figure", *PANELS])
@pytest.mark.parametrize(
    "values",
    [
        {"degree": 0, "points": 5, "noise": 0.0},
        {"degree": 20, "points": 5, "noise": 1.0, "ridge": "10"},
        {"data": "step", "points": 200, "validation": 2, "reach": 2.0},
        {"data": "line", "degree": 4, "noise": 0.0, "guessers": 0.0, "features_noise": 0.0},
        {"data": TABLE, "table": ROWS, "degree": 2, "features_ridge": "1", "classes": "correlated", "fresh": True},
    ],
    ids=str,
)
def test_each_panel_opens_at_the_edges(page: Open, panel: str, values: dict[str, Any]) -> None:
    app = page(panel=panel, **values)
    assert charts(app)
    assert not app.error, [error.value for error in app.error]
    assert not app.warning
    assert "nan" not in said(app).split("Checks")[0].lower().replace("nance", "")


@pytest.mark.parametrize("classes", [*CLASSES, DIGITS])
def test_each_kind_of_classes_is_shown(page: Open, classes: str) -> None:
    app = page(panel="Two ways to classify", classes=classes)
    assert charts(app)
    assert "Who errs less" in title(app) or "classifier errs less" in title(app)


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_is_shown(page: Open, output: str) -> None:
    app = page(panel="Outputs and losses", output=output)
    assert " want" in title(app)
    assert html_of(app).count('class="check"') == len(OUTPUTS[output].losses)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("1 x 2", "'x' is no number"),
        ("1e9", "must be a number from"),
        ("nan", "finite"),
        ("1 " * 300, "at most 200"),
    ],
    ids=str,
)
def test_values_that_cannot_be_read_get_a_plain_word(page: Open, values: str, words: str) -> None:
    app = page(panel="Outputs and losses", values=values)
    assert words in app.warning[0].value.replace("\\", "")
    assert not charts(app)
    next(button for button in app.button if button.label == "Back to the example").click()
    settled(app)
    assert charts(app)


def table(page: Open, text: str) -> AppTest:
    return page(data=TABLE, table=text)


def test_a_table_as_text_is_fitted_and_split(page: Open) -> None:
    app = table(page, ROWS)
    assert "on 18 training" in said(app)
    assert "on 6 validation" in said(app)
    assert "on 6 new points" in said(app)
    assert "Noise alone" not in said(app)
    names = [trace.get("name") for trace in figure_of(charts(app)[0])["data"]]
    assert "function" not in names


def test_a_table_as_a_file_goes_before_the_text(page: Open) -> None:
    app = page(data=TABLE)
    assert "Upload a CSV" in app.info[0].value
    app.file_uploader(key="learning_file").set_value(("points.csv", ROWS.encode(), "text/csv"))
    settled(app)
    assert "on 18 training" in said(app)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y\n1,2", "1 point; there must be 4 to 500"),
        ("x,y\n1,2\n2,3\n3,nan\n4,5", "every value must be finite"),
        ("x,y\n1,2\n2,word\n3,4\n4,5", "Line 3 has the text 'word'"),
        ("x,y\n1,2\n2,\n3,4\n4,5", "has no value"),
        ("x,y\n" + "1,2\n" * 8, "All x are 1"),
        ("x,y,z\n1,2,3\n1,2,3\n1,2,3\n1,2,3", "3 columns of numbers"),
        ("x,y\n" + "\n".join(f"{k},{k}" for k in range(501)), "501 points"),
        ("x,y\n1,2\n2,3\n3,4\n4,5e9", "within ±1,000,000"),
        ("<script>alert(1)</script>", "must"),
    ],
    ids=lambda text: text[:24],
)
def test_a_table_that_cannot_be_fitted_gets_a_plain_word_and_a_way_back(page: Open, text: str, words: str) -> None:
    app = table(page, text)
    assert words in app.warning[0].value.replace("\\", "")
    assert not charts(app)
    next(button for button in app.button if button.label == "Back to the example").click()
    settled(app)
    assert not app.warning
    assert charts(app)


def test_added_points_join_the_training_points_and_are_taken_back(page: Open) -> None:
    app = page(added="0.5 1.2; -0.5 0.3")
    assert "on 22 training" in said(app)
    assert "2 of the training points are yours" in said(app)
    next(button for button in app.button if "last" in button.label).click()
    settled(app)
    assert app.session_state["learning_added"] == "0.5 1.2"
    assert "1 of the training points is yours" in said(app)
    next(button for button in app.button if "all" in button.label).click()
    settled(app)
    assert "yours" not in said(app)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.5", "must be two numbers “x y”; it has 1"),
        ("a b", "no number"),
        ("1 nan", "beyond"),
        ("1 1e9", "beyond"),
        ("1 2; " * 61, "at most 60"),
    ],
    ids=lambda text: text[:8],
)
def test_added_points_that_are_none_get_a_plain_word(page: Open, text: str, words: str) -> None:
    app = page(added=text)
    assert words in app.warning[0].value
    assert not charts(app)


def test_a_curve_through_every_point_is_called_one(page: Open) -> None:
    assert title(page(points=12, degree=12)).startswith("Degree 12 can go through every training point")


def test_points_one_above_another_are_not_called_met(page: Open) -> None:
    app = page(data=TABLE, table="x,y\n1,2\n1,3\n1,4\n1,5\n1,6\n", added="-0.4 0.2", degree=15)
    assert title(app).startswith("Degree 15 can go through the mean of the points at each x: error ")
    assert "on 1 new point." in html_of(app)


def test_all_points_of_a_table_are_used_once() -> None:
    from pages.foundations.learning.panels.table import parted

    rows = np.arange(26.0).reshape(13, 2)
    parts = parted(rows, 3)
    assert sorted(np.concatenate(parts)[:, 0].tolist()) == rows[:, 0].tolist()
    assert [len(part) for part in parted(rows[:4], 1)] == [2, 1, 1]
    assert not np.array_equal(parted(rows, 3)[0], parted(rows, 4)[0])


NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def numbers(text: str) -> list[float]:
    return [float(word) for word in NUMBER.findall(text)]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, r"on its own points, ([\d.]+) on new ones"),
        ({"added": "0.5 0.25; 0.1 1", "degree": 8}, r"([\d.]+) on 500 new points"),
        ({"data": TABLE, "table": ROWS, "degree": 2}, r"([\d.]+) on 6 new points"),
        ({"panel": "Which model?"}, r"one in ten pays over (\d+)%"),
        ({"panel": "Fooled by validation"}, r"Expected on validation ([\d.]+)"),
        ({"panel": "Bias and variance", "degree": 3}, r"bias² ([\d.]+)"),
        ({"panel": "Double descent"}, r"Medians of 10 seeds: ([\d.]+)"),
        ({"panel": "Two ways to classify"}, r"classifier errs on ([\d.]+)%"),
        ({"panel": "Two ways to classify", "classes": DIGITS}, r"generative ([\d.]+)%"),
        ({"panel": "Outputs and losses"}, r"Squared error wants ([\d.]+)"),
    ],
    ids=str,
)
def test_the_script_reproduces_the_number_on_screen(
    page: Open, values: dict[str, Any], shown: str, tmp_path: Path
) -> None:
    app = page(**values)
    found = re.search(shown, said(app))
    assert found, said(app)[-2000:]
    number = float(found[1])
    digits = len(found[1].split(".")[1]) if "." in found[1] else 0
    scale = 0.01 if "%" in shown else 1.0
    told = numbers(printed(app, "learning", tmp_path))
    half = 0.5001 * 10.0**-digits
    assert any(abs(value / scale - number) <= half for value in told), (number, told)


@pytest.mark.parametrize("panel", ["Outputs and losses"])
def test_a_script_of_what_cannot_be_read_says_so(page: Open, panel: str) -> None:
    app = page(panel=panel, values="x")
    assert app.warning


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_without_the_points_folds_their_controls_and_keeps_their_values(page: Open, panel: str) -> None:
    app = page(panel=panel, degree=3)
    main = {f"learning_{name}" for name in ("data", "degree", "points", "noise")}
    assert (main <= folded(app)) == (panel in WITHOUT_POINTS)
    app.button(key="learning_back").click()
    settled(app)
    assert not main & folded(app)
    assert app.slider(key="learning_degree").value == 3


@pytest.mark.parametrize("panel", WITHOUT_POINTS)
def test_a_panel_without_the_points_opens_also_where_there_are_none(page: Open, panel: str) -> None:
    app = page(panel=panel, data=TABLE, added="x")
    assert charts(app)
    assert not app.warning
