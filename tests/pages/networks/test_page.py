"""The page on networks: its script reproduces the number on screen, its own points, and what it refuses."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.course import declared
from core.jobs import pack, unpack
from core.learning import DuelParams, NetworkParams, duel, duel_seconds, perceptron, train_network
from pages.foundations.networks import points
from pages.foundations.networks.clouds import CLOUDS, Cloud
from pages.foundations.networks.main import MOST_UPDATES, SEEN
from pages.foundations.networks.panels.duels import AT_ONCE, beginning
from tests.page_kit import charts, html_of, printed, settled

SCRIPT = "pages/foundations/networks/page.py"
Visit = Callable[..., AppTest]
PRESETS = {preset.name: preset for preset in declared("foundations/networks").presets}


def linked(preset: str, **more: object) -> dict[str, object]:
    return {f"networks_{name}": value for name, value in {**PRESETS[preset].values, **more}.items()}


def numbers(app: AppTest) -> list[str]:
    """The numbers of the live sentence."""
    return re.findall(r"<b>([^<]+)</b>", html_of(app).split('class="reading"')[1])


@pytest.mark.parametrize("preset", ["A ring", "Rate too high", "Spiral", "Fits the noise"])
def test_the_script_reproduces_the_run_on_screen(visit: Visit, preset: str, tmp_path: Path) -> None:
    app = visit(SCRIPT, **linked(preset))
    loss = numbers(app)[2]
    told = printed(app, "networks", tmp_path).splitlines()[0].split()
    assert f"{float(told[0]):.3g}" == loss
    diverged = re.search(r"diverges: update ([\d,]+)", html_of(app))
    assert told[3] == (diverged[1].replace(",", "") if diverged else "None")


@pytest.mark.parametrize("preset", ["Guess which wins", "Perceptron", "XOR defeats it", "One step", "Beyond 2/L"])
def test_the_script_of_a_panel_runs_and_tells_its_numbers(visit: Visit, preset: str, tmp_path: Path) -> None:
    app = visit(SCRIPT, **linked(preset))
    told = printed(app, "networks", tmp_path)
    if preset == "Perceptron":
        assert told.split()[0] in numbers(app)
    if preset == "XOR defeats it":
        assert told.split()[:2] == ["100", "False"]
    if preset == "One step":
        assert f"{float(told.split()[0]):.4f}" in numbers(app)
    if preset == "Beyond 2/L":
        assert told.split()[0] == "0.2"


def test_a_guess_uncovers_the_rest(visit: Visit) -> None:
    app = visit(SCRIPT, **linked("Guess which wins"))
    assert "wins" not in html_of(app).split('class="finding"')[1].split("</div>")[0]
    app.button_group(key="networks_guess").set_value("changed")
    settled(app)
    assert "You guessed" in html_of(app)


LONG = {"layers": 3, "neurons": 8, "epochs": 500, "change": "learning rate ÷ 10"}


def test_a_long_duel_waits_for_a_guess_and_then_for_its_button(visit: Visit) -> None:
    app = visit(SCRIPT, **linked("Guess which wins", **LONG))
    start = "Run both to the end"
    assert "Shown are the first <b>50</b> epochs of 500. Guess" in html_of(app)
    assert start not in [button.label for button in app.button]
    app.button_group(key="networks_guess").set_value("changed")
    settled(app)
    assert "You guess “changed”: run both to the end to see." in html_of(app)
    assert start in [button.label for button in app.button]
    assert any("12 runs of 500 epochs" in caption.value for caption in app.caption)
    assert charts(app)


def test_only_what_takes_no_time_is_run_while_the_page_is_drawn() -> None:
    values = declared("foundations/networks").defaults
    first = NetworkParams(epochs=values["epochs"])
    assert duel_seconds(DuelParams(first, first)) <= AT_ONCE
    long = NetworkParams(hidden=(8, 8, 8), epochs=500)
    assert AT_ONCE < duel_seconds(DuelParams(long, long)) < 20
    assert duel_seconds(DuelParams(long, first)) < duel_seconds(DuelParams(long, long))
    for batch, count in (("1", 400), (10**6, 400), (10, 200)):
        most = NetworkParams(hidden=(8,) * 5, batch=int(batch), points=count)
        epochs = min(500, MOST_UPDATES // most.batches)
        assert duel_seconds(beginning(DuelParams(*[replace(most, epochs=epochs)] * 2))) < 1.6


def test_a_duel_comes_back_from_a_job_as_it_was() -> None:
    small = NetworkParams(hidden=(2,), epochs=2)
    found = duel(DuelParams(small, replace(small, activation="relu"), seeds=2))
    back = unpack(*pack(found))
    np.testing.assert_array_equal(back.ends, found.ends)
    np.testing.assert_array_equal(back.others[1].weights, found.others[1].weights)


def test_the_step_in_a_link_is_shown_and_leaves_with_its_run(visit: Visit) -> None:
    app = visit(SCRIPT, networks_step=740)
    assert app.session_state[SEEN][1] == 740
    app.slider(key="networks_layers").set_value(1)
    settled(app)
    assert app.session_state[SEEN][1] == -1
    assert "networks_step" not in app.query_params


def test_own_points_join_the_others_or_stand_alone(visit: Visit) -> None:
    own = "0.5 0.5 +; -0.5 -0.5 -; 0.4 0.6 +; 0.1 0.2 -; 0.3 0.3 +"
    app = visit(SCRIPT, networks_own=own)
    assert "of 205 points right" in html_of(app)
    app.selectbox(key="networks_data").set_value("yours")
    settled(app)
    assert "of 4 points right; on 1 fresh point the loss" in html_of(app)


def test_the_plain_word_for_two_own_points(visit: Visit) -> None:
    app = visit(SCRIPT, networks_own="0.5 0.5 +; 0 0 -", networks_data="yours")
    assert "too few to spare any for a test" in html_of(app)
    assert charts(app)


def test_points_of_one_class_are_told_as_such(visit: Visit) -> None:
    app = visit(SCRIPT, networks_own="0.5 0.5 +; 0.4 0.6 +; 0.1 0.2 +; 0.3 0.3 +; 0 0.1 +", networks_data="yours")
    assert "All points are of one class, so there is nothing to tell apart" in html_of(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("1 2", "must be x1, x2 and"),
        ("a b +", "holds a text"),
        ("9 0 +", "must lie within ±3"),
        ("nan 0 +", "must lie within ±3"),
        ("; ".join(["0 0 +"] * 201), "201 are too many"),
        ("<script>alert(1)</script>", "must be x1"),
    ],
)
def test_a_bad_text_of_points_gets_a_plain_word(visit: Visit, own: str, told: str) -> None:
    app = visit(SCRIPT, networks_own=own)
    assert any(told in warning.value for warning in app.warning)
    assert charts(app)


def test_points_are_read_back_as_they_were_written() -> None:
    own = ((0.123, -1.5, 1), (-0.25, 0.0, -1))
    assert points.read(points.written(own)) == own
    assert points.read("") == ()


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"first": "1 2 3"}, "1 rows"),
        ({"first": "1 2 / 3 4 5"}, "2 numbers; 3"),
        ({"second": "1 x 3"}, "holds a text"),
        ({"second": "1 nan 3"}, "must lie within ±5"),
        ({"point": "1 2 0"}, "must be 1 or -1"),
        ({"point": "9 2 1"}, "must lie within ±5"),
    ],
)
def test_bad_numbers_of_a_step_get_a_plain_word(visit: Visit, texts: dict[str, str], told: str) -> None:
    app = visit(SCRIPT, **linked("One step", **texts))
    assert any(told in warning.value for warning in app.warning)
    app.button(key="networks_hand_back").click()
    settled(app)
    assert not app.warning
    assert charts(app)


@pytest.mark.parametrize("rate", [0.0, 1e9])
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_any_learning_rate_is_shown(visit: Visit, rate: float) -> None:
    app = visit(SCRIPT, networks_rate=rate)
    said = html_of(app)
    assert ("Nothing changes" in said) if rate == 0 else ("The run diverges: update 1 " in said)
    assert not app.error


@pytest.mark.parametrize("name", CLOUDS)
def test_each_cloud_is_what_it_says(name: str) -> None:
    x, y = Cloud(name, 0.05, 40, 13).data()
    assert perceptron(x, y, passes=400).converged == (name == CLOUDS[0])


def test_lead_sentences_hold_of_their_runs() -> None:
    def run_of(name: str) -> object:
        values = {**declared("foundations/networks").defaults, **PRESETS[name].values}
        hidden = (values["neurons"],) * values["layers"]
        return train_network(
            NetworkParams(
                data=values["data"], hidden=hidden, activation=values["activation"], learning_rate=values["rate"],
                batch=int(values["batch"]), epochs=values["epochs"], points=values["points"], noise=values["noise"],
                seed=values["seed"], start=values["start"],
            )
        )  # fmt: skip

    noisy = run_of("Fits the noise")
    lowest = int(noisy.test_loss.argmin())  # type: ignore[attr-defined]
    assert noisy.test_loss[-1] > 1.5 * noisy.test_loss[lowest]  # type: ignore[attr-defined]
    assert noisy.train_loss[-1] < 0.5 * noisy.train_loss[lowest]  # type: ignore[attr-defined]
    assert run_of("Equal start").different == (1, 1)  # type: ignore[attr-defined]
    assert run_of("Dead neurons").dead[-1] == 8  # type: ignore[attr-defined]
    assert run_of("Rate too high").diverged_at is not None  # type: ignore[attr-defined]
    assert run_of("XOR").test_error[-1] < 0.02  # type: ignore[attr-defined]
