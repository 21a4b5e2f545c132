"""The RLHF page, driven as a visitor would: presets, panels, sliders over recorded runs, bad input."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.scene import Scene
from components.theme import Look
from core import jobs
from core.rlhf import (
    AbstainParams,
    VerifierParams,
    answers_recorded,
    fit_dpo,
    grid,
    recorded_answers,
    recorded_run,
    recorded_runs,
    special_runs,
    train,
    usual,
)
from core.rlhf.records import other_algorithms
from pages.alignment.rlhf import main as views
from pages.alignment.rlhf.choices import params_of
from pages.alignment.rlhf.figures.run import curves_figure
from pages.alignment.rlhf.panels import abstention as abstaining
from pages.alignment.rlhf.panels import sums
from pages.alignment.rlhf.panels.formulas import REFERENCE, REWARDS
from tests.page_kit import charts, figure_of, html_of, hyphens_as_minus, settled

PAGE = "pages/alignment/rlhf/page.py"
PRESETS = {
    "Reward hacking": ("Reward hacking", "recorded run", "Every series"),
    "Why it is hacked": ("8 answers have more", "recorded run", "Why it is hacked"),
    "When to stop": ("You stop at step 75", "recorded run", "When to stop"),
    "Be the reward model": ("No label yet", "measured now", "Be the reward model"),
    "More data": ("", "recorded run", "Over-optimization"),
    "β stops a run": ("", "recorded run", "Over-optimization"),
    "Ensemble": ("3 against 0 has +5.19 ± 0.14 gold, in all 3 seeds", "recorded run", "Over-optimization"),
    "Size": ("no size differs clearly at the end", "recorded run", "Over-optimization"),
    "Length bias": ("", "recorded run", "Length"),
    "DPO": ("", "recorded run", "DPO"),
    "Abstain": ("Answering pays above 65% confidence", "measured now", "As the rewards vary"),
    "Refusing all": ("It refuses everything once", "recorded run", "What refuses everything"),
    "Equal pay": ("of groups teach nothing", "measured now", "Group advantages"),
}
"""For each preset: what its headline says, the badge of its main figure, the panel it opens."""

BELOW = ("Every series", "Over-optimization")
"""Panels about the run on screen; each other one of its task takes the place of the main figure."""

PANELS = (
    *BELOW,
    "Preferences",
    "Be the reward model",
    "Reward model",
    "Why it is hacked",
    "When to stop",
    "Poisoners and two tastes",
    "Length",
    "KL estimates",
    "Clip",
    "Group advantages",
    "DPO",
    "AI labels",
    *(["Best-of-n on text"] if answers_recorded() else []),
)
TASKS = {
    "answer or abstain": ("As the rewards vary", "What refuses everything", "Examples of “I don't know”"),
    "add small numbers": ("Group advantages", "All checkers"),
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"rlhf_{name}": value for name, value in params.items()})


def drawn_in(app: AppTest) -> set[str]:
    """The names of the charts on the page."""
    keys = (str(chart.proto.id).split("-", 2)[2] for chart in charts(app))
    return {key.removeprefix("rlhf_").removesuffix("_figure") for key in keys}


def series(app: AppTest, place: int = 0) -> dict[str, np.ndarray]:
    """The named curves of a chart."""
    traces = figure_of(charts(app)[place])["data"]
    return {trace["name"]: np.array(trace["y"], dtype=float) for trace in traces if trace.get("name")}


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_shows_what_its_name_says(page: Callable[..., AppTest], name: str) -> None:
    finding, badge, panel = PRESETS[name]
    app = page(task="add small numbers", panel="All checkers")
    app.button_group(key="rlhf_story").set_value(name)
    settled(app)
    assert app.session_state["rlhf_story"] == name
    assert app.session_state["rlhf_panel"] == panel
    assert charts(app)
    assert finding in html_of(app)
    assert not hyphens_as_minus(app)
    assert not app.error
    assert not app.warning
    assert badge in " ".join(str(block.value) for block in app.markdown)


def test_the_preset_on_abstaining_draws_the_policy_as_it_learns_to_be_silent(page: Callable[..., AppTest]) -> None:
    app = page()
    app.button_group(key="rlhf_story").set_value("Abstain")
    drawn = series(settled(app))
    assert set(drawn) == {"right", "wrong", "silent", "over-refused"}
    assert drawn["wrong"][-1] < drawn["wrong"][0] / 2
    assert np.allclose(drawn["right"] + drawn["wrong"] + drawn["silent"], 1, atol=1e-6)
    app.slider(key="rlhf_reward_abstain").set_value(-1.0)
    guessing = series(settled(app))
    assert guessing["wrong"][-1] > 4 * drawn["wrong"][-1]


def test_the_preset_on_equal_rewards_draws_updates_that_come_to_rest(page: Callable[..., AppTest]) -> None:
    app = page()
    app.button_group(key="rlhf_story").set_value("Equal pay")
    drawn = series(settled(app))
    still = drawn["silent groups"] == 1
    assert still[-20:].mean() > 0.5
    assert (drawn["update"][still] == 0).all()
    assert drawn["paid"][-1] > 0.95 > 0.3 > drawn["right"][-1]
    assert not any(values.any() for values in series(app, 1).values()), "the group of equal rewards has no advantages"


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("algorithm", ["PPO", "best-of-n"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, algorithm: str) -> None:
    app = page(panel=panel, algorithm=algorithm)
    assert ("run" in drawn_in(app)) == (panel in BELOW)
    assert drawn_in(app) - {"run", "run_narrow"}
    assert not hyphens_as_minus(app)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize(("task", "panel"), [(task, panel) for task, panels in TASKS.items() for panel in panels])
def test_each_panel_of_the_other_tasks_opens(page: Callable[..., AppTest], task: str, panel: str) -> None:
    app = page(task=task, panel=panel)
    main = {"abstain", "sums"}
    assert bool(drawn_in(app) & main) == (panel not in ("Examples of “I don't know”", "What refuses everything"))
    assert drawn_in(app) - main
    assert not hyphens_as_minus(app)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("panel", ["Every series", "Figure", "Length", "Group advantages"])
def test_a_change_of_task_tells_no_story_whose_panel_is_not_open(page: Callable[..., AppTest], panel: str) -> None:
    app = page(panel=panel)
    for task in ("answer or abstain", "explain the sky", "add small numbers", "explain the sky"):
        app.selectbox(key="rlhf_task").set_value(task)
        settled(app)
        assert app.session_state["rlhf_story"] is None
        assert "Three rewards decide" not in html_of(app)
        assert "then part: at each step" not in html_of(app)


@pytest.mark.parametrize(
    ("panel", "names"),
    [
        ("Preferences", {"exp(−loss) is the probability"}),
        ("Length", {"KL is 0 at the start"}),
        ("KL estimates", {"k1 and k3 are unbiased", "E[r] − β KL = β log Z"}),
        ("Clip", {"A min(ρ, 1 + ε) for A > 0, A max(ρ, 1 − ε) for A < 0"}),
        ("Reward model", {"Labels are as frequent as the rater's formula says", "k1 averages to the exact KL"}),
        ("Group advantages", {"3 r + 7 has those of 3 (r − mean) / (3 s + 1e-4)"}),
        ("DPO", {"KL is 0 at the start", *(check.name for check in fit_dpo(REFERENCE, REWARDS, beta=0.5).checks)}),
        ("AI labels", {"KL is 0 at the start"}),
        *([("Best-of-n on text", {"The weights of all subsets sum to 1"})] if answers_recorded() else []),
    ],
)
def test_a_panel_that_stands_alone_is_checked(page: Callable[..., AppTest], panel: str, names: set[str]) -> None:
    app = page(panel=panel)
    shown = html_of(app)
    assert all(escape(name) in shown for name in names)
    assert not app.error


def test_checks_over_several_runs_keep_the_worst_of_each_name() -> None:
    runs = [recorded_run(usual(seed=seed)) for seed in (0, 1)]
    bad = replace(runs[0], kl=runs[0].kl + np.float32(2e-5))
    found = {check.name: check for check in views.checks_over([runs[1], bad, runs[1]])}
    assert not found["KL is 0 at the start"].passed
    assert len(found) == len(runs[1].checks)


@pytest.mark.parametrize(
    ("show", "params"), [(abstaining.show, AbstainParams(steps=60)), (sums.show, VerifierParams(steps=30))]
)
def test_the_exports_of_the_other_tasks_run(show: Callable[..., Scene], params: Any) -> None:
    scene = show(None, params)
    names: dict[str, Any] = {}
    exec(scene.script(), names)
    assert names["history"].params == params
    assert np.allclose(scene.data()["reward"], names["history"].reward)
    assert all(check.passed for check in scene.checks())
    assert all(callable(function) for function in scene.code())


@pytest.mark.parametrize("axis", ["step", "√KL"])
@pytest.mark.parametrize("compare", ["beta", "pairs", "seeds", "algorithms"])
def test_comparisons_are_drawn(page: Callable[..., AppTest], axis: str, compare: str) -> None:
    app = page(axis=axis, compare=compare, beta="0.1")
    names = {trace.get("name") for trace in figure_of(charts(app)[0])["data"]}
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
    assert "β must be above 0" in app.warning[0].value
    assert "One pair cannot teach" in html_of(page(pairs="1"))
    assert "tell the place" in html_of(page(labeler="always the first", beta="0.1"))
    assert "collapsed" in html_of(page(rate="1"))
    assert charts(page(beta="100"))
    for typed, why in (
        ("1, x", "“x” is no number; they must be 2 to 16"),
        ("1", "1 reward; they must be 2 to 16"),
        ("1e7, 1", "a million"),
    ):
        app = page(panel="Group advantages", rewards=typed)
        assert "no group" in app.warning[0].value
        assert why in app.warning[0].value
    app = page(task="answer or abstain", reward_right="-2", reward_wrong="1")
    assert "must be above" in app.warning[0].value


def test_rewards_that_hardly_differ_are_told_with_what_is_left_of_them(page: Callable[..., AppTest]) -> None:
    app = page(panel="Group advantages", rewards="1, 1.0001")
    told = html_of(app)
    assert "The best answer gets +0.29 in GRPO and +5e-05 in Dr. GRPO" in told
    assert "takes <b>59%</b> of each advantage" in told
    assert figure_of(charts(app)[0])["data"][0]["x"] == ["#1, reward 1", "#2, reward 1.0001"]
    assert not app.error, "no check is red"
    assert "teaches nothing" in html_of(page(panel="Group advantages", rewards="0.3, 0.3, 0.3"))


def test_a_run_that_was_not_recorded_is_offered(page: Callable[..., AppTest]) -> None:
    app = page(ensemble="worst of 4", beta="0.3")
    assert any(button.label == "Train it now" for button in app.button)
    near = recorded_run(replace(usual(), ensemble=4, rule="worst"))
    assert near is not None
    assert np.allclose(series(app)["gold"], near.gold, atol=1e-5), "the nearest recorded run stays in view"
    told = " ".join(caption.value for caption in app.caption)
    assert "not recorded: β 0.3" in told
    assert "nearest recorded one: β 0" in told
    assert re.search(r"It takes (about [\d.]+ (seconds|minutes)|a second or two)", told)
    assert "recorded run" in " ".join(str(block.value) for block in app.markdown)


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
        "batch": "128",
        "epochs": "4",
        "width": "0.2",
        "lam": "0.95",
        "size": "8",
    }
    assert params_of(values) == usual("grpo", beta=0.3, pairs=2000)
    own = {"size": "16", "epochs": "1", "width": "0.4", "batch": "512"}
    assert params_of({**values, **own}) == replace(
        usual("grpo", beta=0.3, pairs=2000), group=16, epochs=1, clip=0.4, batch=512
    )
    assert params_of({**values, "lam": "0"}) == usual("grpo", beta=0.3, pairs=2000), "GRPO has no value head"
    assert params_of({**values, **own, "algorithm": "DPO"}) == usual("dpo", beta=0.3, pairs=2000)
    assert params_of({**values, "algorithm": "PPO", "lam": "1"}).lam == 1


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


def test_ruin_is_called_ruin() -> None:
    kept = recorded_run(usual())
    assert kept is not None
    worse = replace(kept, gold=np.linspace(0.7, -5, 150), proxy=np.linspace(1, 0, 150), entropy=np.ones(150))
    assert "Gold falls from 0.7 to -5.0" in views.headline(worse)
    assert views.fate(worse) == ""


@pytest.mark.parametrize("algorithm", ["ppo", "grpo", "reinforce", "dpo"])
def test_what_a_learning_rate_of_one_does_is_said_and_its_curve_drawn(algorithm: str) -> None:
    run = train(replace(usual(algorithm, beta=0.1, rate=1.0), steps=30))
    told = views.headline(run) + views.fate(run)
    # Which ruin it is depends on the last bit of each sum, and so on the processor.
    ruins = ("The run diverged in the update", "The policy collapsed at step", "Reward hacking", "Gold falls from")
    assert told.startswith(ruins)
    assert "Adam moves every weight by about the learning rate, here 1," in told
    assert ("not finite" in told) == (run.diverged_at is not None)
    assert ("one thing only" in told) == run.collapsed
    count = len(run.kl)
    assert count == (30 if run.diverged_at is None else run.diverged_at + 1)
    fig = curves_figure(
        np.arange(count), run.proxy, run.gold, others={}, step=count - 1, x_label="step", look=Look(), title="t"
    )
    assert [len(trace.y) for trace in fig.data[:2]] == [count, count]


def test_a_run_that_diverges_live_is_drawn_as_far_as_it_went(
    page: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.close()
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    app = page(algorithm="GRPO", beta="0.1", rate="1")
    next(button for button in app.button if button.label == "Train it now").click()
    deadline = time.monotonic() + 120
    while "The run diverged" not in html_of(settled(app)):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    jobs.close()
    assert "measured now" in " ".join(str(block.value) for block in app.markdown)
    assert "all before it is kept" in html_of(app)
    assert len(charts(app)) >= 3
    assert len(series(app)["gold"]) >= 1
    assert not app.error


def test_the_recorded_run_at_a_learning_rate_of_one_says_when_it_collapsed(page: Callable[..., AppTest]) -> None:
    app = page(rate="1")
    assert "The policy collapsed at step 1" in html_of(app)
    assert len(series(app)["gold"]) == 150


@pytest.mark.parametrize(
    ("slider", "value", "told"),
    [
        ("noise", 0.0, "unseen pairs"),
        ("length_bias", 0.8, r"Correlation of its reward with length: <b>\+0\."),
        ("poison", 100, r"with the gold order on <b>[12]\d%"),
        ("fit_pairs", 1, "One pair cannot teach"),
        ("careless", 100, "unseen pairs"),
    ],
)
def test_sliders_of_the_rater_fit_a_reward_model_at_once(
    page: Callable[..., AppTest], slider: str, value: float, told: str
) -> None:
    app = page(panel="Reward model")
    before = [chart.proto.spec for chart in charts(app)]
    app.slider(key=f"rlhf_{slider}").set_value(value)
    after = [chart.proto.spec for chart in charts(settled(app))]
    assert before[0] != after[0], "the learning curve is another"
    assert re.search(told, html_of(app))
    assert not app.error
    offered = any(button.label == "Train a policy on it" for button in app.button)
    assert offered == (slider != "fit_pairs"), "the run on one pair was recorded"


def test_the_default_rater_gives_the_reward_model_of_the_run_on_screen(page: Callable[..., AppTest]) -> None:
    app = page(panel="Reward model")
    kept = recorded_run(usual())
    assert kept is not None
    assert np.allclose(series(app)["unseen"], kept.reward_fit.held_out_loss, atol=5e-3)
    assert not any(button.label == "Train a policy on it" for button in app.button), "this one was recorded"


def test_what_is_said_often_stands_once() -> None:
    history = recorded_run(usual())
    assert history is not None
    page = SimpleNamespace(look=Look())
    last = views.spoken(views.Shown(page, history, 149, "step", "nothing"))
    assert last.count("<li>") < 8
    assert "of 8 samples" in last
    first = views.spoken(views.Shown(page, history, 0, "step", "nothing"))
    assert first.count("<li>") > 4


@pytest.mark.skipif(not answers_recorded(), reason="no answers were recorded")
class TestBestOfNOnText:
    """The panel on recorded answers of a language model."""

    def test_the_chosen_text_and_its_length_change_with_n(self, page: Callable[..., AppTest]) -> None:
        app = page(panel="Best-of-n on text", n=1)
        one = html_of(app)
        assert one.count("choose number <b>1</b> of 1") == 2
        app.slider(key="rlhf_n").set_value(64)
        many = html_of(settled(app))
        kept = recorded_answers()
        prompt = kept.prompts.index("What causes the tides?")
        for rewards in (kept.biased[prompt], kept.fair[prompt]):
            leads = [place for place, reward in enumerate(rewards) if reward > max(rewards[:place], default=-np.inf)]
            assert len(leads) > 1
            assert f"(the best so far: {' → '.join(str(kept.tokens[prompt][lead]) for lead in leads)})" in many
        assert "Best of 64" in many
        assert not app.error

    def test_judges_are_drawn_beside_each_other(self, page: Callable[..., AppTest]) -> None:
        app = page(panel="Best-of-n on text")
        length, kl, relevance = (series(app, place) for place in range(3))
        assert length["like length"][-1] > length["fair"][-1]
        assert set(relevance) == set(length)
        assert (kl["exact"] <= kl["bound"] + 1e-6).all()
        for curves in (length, relevance):
            values = list(curves.values())
            assert values[0][0] == pytest.approx(values[1][0], abs=1e-4), "one answer leaves no choice"

    def test_n_beyond_the_recorded_answers_is_the_largest_there_is(self, page: Callable[..., AppTest]) -> None:
        app = page(panel="Best-of-n on text", n=1000)
        assert app.slider(key="rlhf_n").value == recorded_answers().tokens.shape[1] == 64
        assert "so n = 1000 is out of reach" in app.info[0].value
        assert "Best of 64" in html_of(app)
        assert not settled(app).info

    @pytest.mark.parametrize("place", range(12))
    def test_every_prompt_opens(self, page: Callable[..., AppTest], place: int) -> None:
        app = page(panel="Best-of-n on text", prompt=recorded_answers().prompts[place], n=64)
        assert not app.error
        assert html_of(app).count("choose number <b>") == 2


@pytest.mark.parametrize("through", [(0.4, 0.6), (0.3, 0.5)], ids=["leaving a story", "passing one"])
def test_a_control_that_moves_on_takes_an_old_pill_along_and_is_no_click(
    visit: Callable[..., AppTest], through: tuple[float, float]
) -> None:
    story, key = "Refusing all", "rlhf_reward_abstain"
    start = {"rlhf_task": "answer or abstain", "rlhf_panel": "What refuses everything"}
    app = visit(PAGE, **start, **({key: 0.1} if through[0] == 0.3 else {}))
    before = app.button_group(key="rlhf_story").value
    app.slider(key=key).set_value(through[0])
    settled(app)
    assert app.button_group(key="rlhf_story").value == (story if before is None else None)
    app.slider(key=key).set_value(through[1])
    app.button_group(key="rlhf_story").set_value(before)
    settled(app)
    assert app.slider(key=key).value == through[1]
    assert app.button_group(key="rlhf_story").value is None
    app.button_group(key="rlhf_story").set_value(story)
    settled(app)
    assert app.slider(key=key).value == 0.3
