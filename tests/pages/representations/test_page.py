"""The page on representations, driven as a visitor would: stories, panels, own digits, scripts, checks."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.convolution import RAW, difference, recorded_trials
from pages.foundations.representations import main, results
from pages.foundations.representations.panels import draw, map, neighbors, tasks, training, views
from pages.foundations.representations.panels.neighbors import EMPTY
from pages.foundations.representations.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of, printed, settled

PAGE = "pages/foundations/representations/page.py"
TRIALS = recorded_trials()
PRESETS = {
    "One label each": "contrast beats raw pixels by",
    "Fill the hole": "The squared error in the hole is",
    "Is it useful?": "inpainting and raw pixels do not differ for sure",
    "Rotation": "behind random network",
    "What is the same?": "ways to make views",
    "One draw": "A probe on contrast with 1 label per class names 83.5%",
    "Shuffled labels": "With shuffled labels the probe on contrast gets",
    "Who is near?": "Of 8 nearest digits, so many are an 8 too",
    "Draw a digit": "Most frequent among the nearest",
    "The map": "On the map of contrast, the nearest point has the same label in",
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"representations_{name}": value for name, value in params.items()})


class Controls:
    """The values of a page that is not on screen."""

    def __init__(self, **values: Any) -> None:
        self.values = {**DEFAULTS, **values}
        self.defaults = DEFAULTS

    def value(self, name: str) -> Any:
        return self.values[name]


def shown(**values: Any) -> main.Shown:
    controls = Controls(**values)
    page = type("Quiet", (), {"controls": controls})()
    value = controls.value
    return main.Shown(page, TRIALS, value("pretext"), value("versus"), value("labels"))


@pytest.mark.parametrize(("name", "words"), list(PRESETS.items()))
def test_each_preset_shows_what_it_tells(page: Callable[..., AppTest], name: str, words: str) -> None:
    app = page()
    app.button_group(key="representations_story").set_value(name)
    settled(app)
    assert words in html_of(app)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("pretext", ["inpainting", "rotation", "autoencoder", "contrast"])
@pytest.mark.parametrize("panel", ["What it learned", "Neighbors", "Train your own"])
def test_each_panel_opens_for_each_pretext(page: Callable[..., AppTest], pretext: str, panel: str) -> None:
    app = page(pretext=pretext, panel=panel, labels=20)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize("panel", ["Figure", "One probe", "Neighbors"])
def test_a_control_is_grey_where_the_panel_does_not_read_it(page: Callable[..., AppTest], panel: str) -> None:
    app, idle = page(panel=panel), main.IDLE.get(panel, ())
    for name in ("pretext", "labels"):
        assert app.button_group(key=f"representations_{name}").proto.disabled == (name in idle)
    assert app.selectbox(key="representations_versus").disabled == ("versus" in idle)


@pytest.mark.parametrize(
    "change",
    [
        {"panel": "What it learned", "versus": "supervised"},
        {"panel": "Two views", "versus": "supervised", "pretext": "rotation"},
        {"panel": "One probe", "versus": "supervised", "pretext": "rotation"},
        {"panel": "Neighbors", "versus": "supervised", "labels": 20},
    ],
    ids=lambda change: change["panel"],
)
def test_the_script_of_a_panel_does_not_name_what_is_grey(change: dict[str, Any]) -> None:
    module = {"What it learned": tasks, "Two views": views, "One probe": draw, "Neighbors": neighbors}[change["panel"]]
    assert set(change) - {"panel"} == set(main.IDLE[change["panel"]])
    assert module.script(shown(**change)) == module.script(shown(panel=change["panel"]))


def test_the_title_is_about_the_curves_on_screen(page: Callable[..., AppTest]) -> None:
    app = page(pretext="autoencoder", labels=8, versus="random network")
    found = difference(TRIALS.of("autoencoder", 8), TRIALS.of("random network", 8))
    assert f"by {100 * found.mean:.1f} points" in html_of(app)
    fig = figure_of(charts(app)[0])
    curve = next(trace for trace in fig["data"] if trace.get("name") == "autoencoder")
    assert np.allclose(curve["y"], TRIALS.accuracy[TRIALS.arms.index("autoencoder")].mean(axis=(0, 2)), atol=1e-6)


def test_a_click_on_a_cell_of_a_drawing_changes_it_and_a_clear_one_is_told(page: Callable[..., AppTest]) -> None:
    app = page(panel="Neighbors", whose="your drawing")
    app.button(key="representations_clear").click()
    settled(app)
    assert "The drawing is empty" in app.warning[0].value
    assert app.session_state["representations_drawing"] == EMPTY
    app.button(key="representations_example").click()
    settled(app)
    assert not app.warning


@pytest.mark.parametrize("drawing", ["x", "<b>2</b>", "9" * 71])
def test_a_link_with_a_broken_drawing_gets_a_word_and_a_way_out(page: Callable[..., AppTest], drawing: str) -> None:
    app = page(panel="Neighbors", whose="your drawing", drawing=drawing)
    assert "A drawing h" in app.warning[0].value
    app.button(key="representations_example").click()
    settled(app)
    assert not app.warning
    assert charts(app)


def picture(gray: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(gray.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_an_uploaded_digit_has_neighbors_and_a_bad_one_a_word(page: Callable[..., AppTest]) -> None:
    app = page(panel="Neighbors", whose="your picture")
    assert "Upload a picture of one digit" in app.info[0].value
    ink = np.full((200, 200), 255)
    ink[20:180, 90:110] = 0
    uploads = app.file_uploader(key="representations_upload")
    uploads.set_value(("one.png", picture(ink), "image/png"))
    settled(app)
    assert "Most frequent among the nearest: 1" in html_of(app)
    uploads = app.file_uploader(key="representations_upload")
    uploads.set_value(("gray.png", picture(np.full((50, 50), 99)), "image/png"))
    settled(app)
    assert "one color" in app.warning[0].value


def failed(checks: Any) -> list[str]:
    return [check.name for check in checks if not check.passed]


def test_checks_of_the_main_figure_turn_red_where_its_numbers_are_spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown()
    assert failed(main.checks(seen)) == []
    spoiled = type(TRIALS)(**{**vars(TRIALS), "accuracy": TRIALS.accuracy + 1e-4, "shuffled": TRIALS.shuffled + 0.2})
    wrong = main.Shown(seen.page, spoiled, "contrast", RAW, 1)
    assert failed(main.checks(wrong)) == [
        "Accuracies count whole digits of the 587 not drawn",
        "Shuffled labels: distance from chance",
    ]
    pictures, labels = results.held_out_digits()
    monkeypatch.setattr(results, "held_out_digits", lambda: (pictures[::-1], labels))
    assert "Features from the kept weights equal torch's" in failed(main.checks(seen))


def test_checks_of_panels_turn_red_where_their_numbers_are_spoiled(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(digit=5)
    for panel in (tasks, views, draw, neighbors, map, training):
        assert failed(panel.checks(seen)) == []
        assert len(panel.checks(seen)) >= 1
    assert len(neighbors.checks(shown(whose="your drawing", drawing=EMPTY))) == 0
    monkeypatch.setattr(neighbors, "nearest", lambda features, point, count, without: np.arange(100, 100 + count))
    assert len(failed(neighbors.checks(seen))) == 3
    assert failed(map.checks(seen)) == ["No digit left out is nearer"]
    spoiled = type(TRIALS)(**{**vars(TRIALS), "accuracy": TRIALS.accuracy - 0.1})
    wrong = main.Shown(seen.page, spoiled, "contrast", RAW, 1)
    assert failed(draw.checks(wrong)) == ["Digits named otherwise than when recorded"]


def test_the_script_of_the_main_figure_prints_the_number_in_its_title(
    page: Callable[..., AppTest], tmp_path: Path
) -> None:
    app = page(pretext="rotation", labels=2)
    out = printed(app, "representations", tmp_path)
    mean, low, high = map_numbers(out.splitlines()[1])
    assert f"falls {abs(mean):.1f} points behind raw pixels (95%: −{abs(low):.1f} to −{abs(high):.1f})" in html_of(app)


def map_numbers(line: str) -> list[float]:
    return [float(word) for word in line.split()]


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("probed", ["contrast", RAW])
def test_the_script_of_one_probe_prints_its_accuracy(
    page: Callable[..., AppTest], tmp_path: Path, probed: str, shuffled: bool
) -> None:
    app = page(panel="One probe", probed=probed, shuffled=str(shuffled).lower(), draw=12, labels=3)
    out = printed(app, "representations", tmp_path)
    assert f"accuracy <b>{float(out):.4f}</b>" in html_of(app)


@pytest.mark.parametrize("method", ["PCA", "t-SNE"])
@pytest.mark.parametrize("mapped", ["raw pixels", "supervised"])
def test_the_script_of_the_map_prints_its_shares(
    page: Callable[..., AppTest], tmp_path: Path, method: str, mapped: str
) -> None:
    app = page(panel="Map", method=method, mapped=mapped)
    whole, on_map = map_numbers(printed(app, "representations", tmp_path))
    assert f"<b>{whole:.1%}</b> by all features" in html_of(app)
    assert f"<b>{on_map:.1%}</b> on the map" in html_of(app)


@pytest.mark.parametrize("whose", ["a held-out digit", "your drawing"])
def test_the_script_of_neighbors_prints_their_labels(page: Callable[..., AppTest], tmp_path: Path, whose: str) -> None:
    app = page(panel="Neighbors", whose=whose, digit=20)
    out = printed(app, "representations", tmp_path)
    rows = [[int(word) for word in part.strip(" [").split()] for part in out.split("]")[:2]]
    labels = results.held_out_digits()[1]
    query, place = neighbors.query_of(shown(whose=whose, digit=20))
    for arm, row in zip(("contrast", RAW), rows, strict=True):
        assert labels[neighbors.neighbors_of(arm, query, place, 8)].tolist() == row


def test_scripts_of_the_other_panels_print_their_numbers(page: Callable[..., AppTest], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    score = printed(page(panel="What it learned", pretext="rotation"), "representations", tmp_path / "a")
    assert f"{TRIALS.score[TRIALS.arms.index('rotation'), 0]:.8f}" in score
    assert printed(page(panel="Two views"), "representations", tmp_path / "b").count("\n") == 4


def test_a_finished_training_is_drawn_among_the_recorded_ones(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.convolution import pretrain_and_probe

    seen = shown(panel="Train your own", passes=1, seen=100)
    params = training.params_of(seen)
    assert (params.epochs, params.images, params.pretext) == (1, 100, "contrast")
    trial = pretrain_and_probe(params, on_progress=lambda *_: None)
    monkeypatch.setattr("components.jobs.find", lambda *_: Finished(trial))
    monkeypatch.setattr(training, "find", lambda *_: Finished(trial))
    app = page(panel="Train your own", passes=1, seen=100)
    fig = figure_of(charts(app)[0])
    own = next(trace for trace in fig["data"] if trace.get("name") == training.OWN)
    assert np.allclose(own["y"], trial.accuracy.mean(axis=1), atol=1e-6)
    assert "one seed" in html_of(app)
    assert failed(training.checks(seen)) == []


class Finished:
    """A job that has ended."""

    state, done, error = "finished", True, None

    def __init__(self, result: Any) -> None:
        self.kept = result

    def result(self) -> Any:
        return self.kept


def test_settings_of_other_pretexts_do_not_make_another_training() -> None:
    assert training.params_of(shown(pretext="rotation", turn=80)) == training.params_of(shown(pretext="rotation"))
    assert training.params_of(shown(turn=80)) != training.params_of(shown())
    assert training.params_of(shown(pretext="inpainting", hole=2)).hole == 2


def test_every_training_that_the_controls_can_ask_for_is_allowed() -> None:
    names = ("passes", "seen", "width", "turn", "noise", "shift", "scale", "temperature")
    low = dict(zip(names, (1, 100, 2, 0, 0.0, 0.0, 0, 0.05), strict=True))
    high = dict(zip(names, (120, 1200, 64, 90, 1.0, 4.0, 50, 2.0), strict=True))
    for ends in (low, high):
        for pretext in ("inpainting", "rotation", "autoencoder", "contrast"):
            training.params_of(shown(pretext=pretext, **ends))
