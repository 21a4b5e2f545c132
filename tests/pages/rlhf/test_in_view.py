"""Which run a panel of the RLHF page shows, and why it is not the one that the controls ask for."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.rlhf import PAIRS, SEEDS, Rater, RunParams, recorded_run, recorded_runs, special_runs, usual
from pages.alignment.rlhf.choices import described, impossible, params_of
from pages.alignment.rlhf.main import Shown
from pages.alignment.rlhf.panels import walk
from pages.alignment.rlhf.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/alignment/rlhf/page.py"


def test_dpo_without_a_penalty_names_the_run_in_view(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="DPO", rlhf_algorithm="DPO", rlhf_beta="0")
    assert [info.value for info in app.info] == [
        "DPO divides by β, so β must be above 0. In view: DPO, β 0.03, 500 pairs, seed 0."
    ]
    assert not visit(PAGE, rlhf_panel="DPO", rlhf_algorithm="DPO", rlhf_beta="0.1").info


@pytest.mark.parametrize("panel", ["Why it is hacked", "When to stop"])
@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"algorithm": "GRPO", "beta": "0.3"}, None),
        ({"rate": "1"}, None),
        ({"controller": "4 nats", "beta": "0.1"}, None),
        (
            {"beta": "100", "pairs": "8000"},
            "The run that the controls ask for was not recorded. In view: PPO, β 100, 500",
        ),
        (
            {"algorithm": "GRPO", "beta": "100"},
            "The run that the controls ask for was not recorded. In view: GRPO, β 1, 500",
        ),
        (
            {"algorithm": "best-of-n"},
            "Best-of-n trains no policy, so it has no steps. In view: PPO, β 0, 500 pairs, seed 0.",
        ),
        (
            {"algorithm": "DPO"},
            "DPO divides by β, so β must be above 0. In view: DPO, β 0.03, 500 pairs, seed 0.",
        ),
        (
            {"controller": "4 nats"},
            "A β that adapts is raised and lowered by factors, so it must start above 0. In view: PPO, β 0.03, 500 "
            "pairs, seed 0.",
        ),
    ],
    ids=str,
)
def test_a_run_that_is_not_the_one_asked_for_is_named_with_the_reason(
    visit: Callable[..., AppTest], panel: str, asked: dict[str, str], seen: str | None
) -> None:
    told = [info.value for info in visit(PAGE, rlhf_panel=panel, **{f"rlhf_{k}": v for k, v in asked.items()}).info]
    assert (seen is None) == (not told)
    assert all(word.startswith(str(seen)) for word in told)


@pytest.mark.parametrize(
    "asked",
    [{"pairs": "1"}, {"labeler": "a person who likes length", "pairs": "2000"}, {"ensemble": "mean of 4"}],
    ids=str,
)
def test_a_reward_model_that_was_not_probed_is_the_reason_where_words_are_shown_alone(
    visit: Callable[..., AppTest], asked: dict[str, str]
) -> None:
    link = {f"rlhf_{name}": value for name, value in asked.items()}
    told = [info.value for info in visit(PAGE, rlhf_panel="Why it is hacked", **link).info]
    assert len(told) == 1
    assert told[0].startswith("What this run's reward model says of words and length was not recorded. In view: PPO")
    assert not visit(PAGE, rlhf_panel="When to stop", **link).info, "its run was recorded, and is in view"


def test_a_run_that_was_trained_here_is_not_called_unrecorded() -> None:
    base = recorded_run(usual())
    assert base is not None
    mine = replace(base, params=usual("grpo", seed=2))
    page = SimpleNamespace(controls=SimpleNamespace(value={"word": "light", "walked": 3}.__getitem__))
    shown = Shown(page, mine, 3, "step", "nothing")
    run = walk.run_of(shown)
    assert run.params == usual(seed=2)
    assert walk.why_other(shown, run) == "This panel has recorded runs alone, not one that was trained here."


def test_runs_with_one_reward_model_share_its_probe() -> None:
    for params, history in recorded_runs().items():
        if params.pairs not in PAIRS or params.seed not in SEEDS or params.algorithm == "best_of_n":
            continue
        base = recorded_run(usual(pairs=params.pairs, seed=params.seed))
        assert base is not None
        shared = np.array_equal(history.reward_fit.loss, base.reward_fit.loss)
        alike = walk.fitted_as(params) == walk.fitted_as(usual(pairs=params.pairs, seed=params.seed))
        assert shared == alike, params


def test_the_walk_names_the_run_in_view_where_another_was_asked_for(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="Why it is hacked", rlhf_labeler="a person who likes length", rlhf_pairs="2000")
    assert any("In view: PPO" in info.value for info in app.info)
    other = replace(usual(pairs=2000), rater=Rater(length_bias=0.6))
    assert recorded_run(other) is not None


def test_each_recorded_run_is_described_by_what_sets_it_apart() -> None:
    assert described(usual("best_of_n", pairs=1)) == "best-of-n, 1 pair, seed 0"
    told = {described(params) for params in recorded_runs()}
    assert len(told) == len(recorded_runs())
    assert any("labels: an AI that likes the first" in words for words in map(described, special_runs()))


@pytest.mark.parametrize("algorithm", ["PPO", "GRPO", "Dr. GRPO", "REINFORCE", "DPO", "best-of-n"])
@pytest.mark.parametrize("controller", ["fixed", "4 nats"])
@pytest.mark.parametrize("beta", ["0", "0.1"])
def test_controls_are_called_impossible_exactly_where_they_describe_no_run(
    algorithm: str, controller: str, beta: str
) -> None:
    values = {**DEFAULTS, "algorithm": algorithm, "controller": controller, "beta": beta}
    try:
        params = params_of(values)
    except ValueError:
        params = None
    assert isinstance(params, RunParams) == (impossible(values) == "")


def test_the_panel_on_dpo_takes_the_seed_that_is_chosen_and_says_that_another_algorithm_is(
    visit: Callable[..., AppTest],
) -> None:
    for seed in ("1", "2"):
        told = html_of(visit(PAGE, rlhf_panel="DPO", rlhf_seed=seed))
        shown = f"DPO with β <b>0.1</b> on <b>500</b> pairs, mean of 15 steps, seed {seed} of"
        assert f"PPO is chosen; this panel shows DPO. {shown}" in told
    told = html_of(visit(PAGE, rlhf_panel="DPO", rlhf_algorithm="DPO", rlhf_beta="0.1"))
    assert "is chosen" not in told


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_names_at_the_ends_of_curves_keep_apart_on_an_axis_from_zero(visit: Callable[..., AppTest], seed: str) -> None:
    fig = figure_of(charts(visit(PAGE, rlhf_panel="Reward model", rlhf_seed=seed))[0])
    top = max(np.nanmax(np.asarray(trace["y"], float)) for trace in fig["data"])
    places = sorted(note["y"] for note in fig["layout"]["annotations"])
    assert len(places) == 3
    assert min(np.diff(places)) >= 0.079 * top, "a line of type, as a share of the axis"
