"""The RLHF page, driven as a visitor would: presets, panels, sliders over recorded runs, bad input."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.rlhf_results import params_of
from components.views import rlhf as views
from core.rlhf import answers_recorded, grid, recorded_run, recorded_runs, special_runs, usual
from core.rlhf.records import other_algorithms
from tests.pages.conftest import html_of, settled

PAGE = "pages/alignment/rlhf.py"
PRESETS = (
    "Reward hacking, seen live",
    "More data postpones it",
    "Beta as early stopping",
    "Length bias",
    "DPO: the chosen log-probability falls",
    "Abstain or guess",
    "Equal rewards teach nothing",
)
PANELS = (
    "Every series",
    "Preferences",
    "Over-optimization",
    "KL estimates",
    "Clip",
    "Group advantages",
    "DPO",
    "Abstain",
    "Checkers",
    "AI labels",
    *(["Best-of-n on text"] if answers_recorded() else []),
)


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"rlhf_{name}": value for name, value in params.items()})


def charts(app: AppTest) -> list[Any]:
    return app.get("plotly_chart")


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_shows_a_recorded_run_and_its_panel(page: Callable[..., AppTest], name: str) -> None:
    app = page()
    app.button_group(key="rlhf_story").set_value(name)
    settled(app)
    assert app.session_state["rlhf_story"] == name
    assert len(charts(app)) >= 2
    assert "proxy" in html_of(app)
    assert not app.error
    assert "recorded run" in " ".join(str(block.value) for block in app.markdown)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("algorithm", ["PPO", "best-of-n"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, algorithm: str) -> None:
    app = page(panel=panel, algorithm=algorithm)
    assert len(charts(app)) >= 2
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("axis", ["step", "√KL"])
@pytest.mark.parametrize("compare", ["beta", "pairs", "seeds", "algorithms"])
def test_comparisons_are_drawn(page: Callable[..., AppTest], axis: str, compare: str) -> None:
    app = page(axis=axis, compare=compare, beta="0.1")
    names = {trace.get("name") for trace in json.loads(charts(app)[0].proto.spec)["data"]}
    expected = {"beta": "β 1", "pairs": "8000 pairs", "seeds": "seed 2", "algorithms": "GRPO"}[compare]
    assert expected in names


@pytest.mark.parametrize(
    "params",
    [
        {"beta": "7"},
        {"algorithm": "<script>"},
        {"pairs": "-1"},
        {"step": 10**9},
        {"panel": "none"},
        {"labeler": "nobody"},
        {"gap": "x"},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


def test_bad_input_gets_a_plain_word(page: Callable[..., AppTest]) -> None:
    app = page(algorithm="DPO", beta="0")
    assert "above 0 for DPO" in app.warning[0].value
    assert "One pair cannot teach" in html_of(page(pairs="1"))
    assert "tell the place" in html_of(page(labeler="always the first", beta="0.1"))
    assert "collapsed" in html_of(page(rate="1"))
    assert charts(page(beta="100"))
    app = page(panel="Group advantages", rewards="1, x")
    assert "no group" in app.warning[0].value
    app = page(panel="Abstain", reward_right="-2", reward_wrong="1")
    assert "must be above" in app.warning[0].value


def test_a_run_that_was_not_recorded_is_offered(page: Callable[..., AppTest]) -> None:
    app = page(ensemble="worst of 4", beta="0.3")
    assert any(button.label == "Train it now" for button in app.button)
    assert not charts(app)


def test_the_controls_reach_every_recorded_run_of_their_grids() -> None:
    assert set(grid()) | set(other_algorithms()) | set(special_runs()) <= set(recorded_runs())
    values = {
        "algorithm": "GRPO",
        "beta": "0.3",
        "pairs": "2000",
        "seed": "0",
        "rate": "usual",
        "labeler": "a person",
        "sees_length": True,
        "ensemble": "one model",
        "controller": "fixed",
    }
    assert params_of(values) == usual("grpo", beta=0.3, pairs=2000)


@pytest.mark.parametrize("name", ["ppo", "best_of_n"])
def test_the_exported_table_and_script_are_those_of_the_run(name: str) -> None:
    history = recorded_run(usual(name))
    assert history is not None
    shown = views.Shown(None, history, 0, "step", "nothing")
    frame = views.export_frame(shown)
    assert np.allclose(frame["gold"], history.gold)
    assert frame.columns[0] == ("n" if name == "best_of_n" else "step")
    code = compile(views.script(shown), "script", "exec")
    names: dict[str, Any] = {}
    source = views.script(shown).replace("train(RunParams(", "(lambda params: params)(RunParams(").split("\nprint")[0]
    exec(compile(source, "script", "exec"), names)
    assert names["history"] == history.params
    assert code is not None


@pytest.mark.slow
def test_the_exported_script_runs() -> None:
    history = recorded_run(usual("best_of_n"))
    assert history is not None
    names: dict[str, Any] = {}
    exec(views.script(views.Shown(None, history, 0, "step", "nothing")), names)
    assert np.allclose(names["history"].gold, history.gold, atol=0.05)


def test_headlines_say_what_the_curves_do() -> None:
    hacked, kept, chosen = (recorded_run(p) for p in (usual(), usual(beta=1.0, pairs=8000), usual("best_of_n")))
    assert hacked is not None
    assert kept is not None
    assert chosen is not None
    assert "hacking" in views.headline(hacked) or "collapsed" in views.headline(hacked)
    assert "rises" in views.headline(kept) or "Little" in views.headline(kept)
    assert "Best-of-n" in views.headline(chosen)
