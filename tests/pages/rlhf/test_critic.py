"""What the panel of all series says of the value head."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.rlhf import BETAS, VAR_EXPLAINED, CriticTable, RunHistory, recorded_critic, recorded_run, usual
from pages.alignment.rlhf.words.critic import critic_words, explained_of
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/alignment/rlhf/page.py"


def run_of(algorithm: str = "ppo", **more: float) -> RunHistory:
    run = recorded_run(usual(algorithm, **more))
    assert run is not None
    return run


@pytest.mark.parametrize("beta", BETAS)
def test_where_it_ends_is_told_over_the_seeds(beta: float) -> None:
    table, run = recorded_critic(), run_of(beta=beta)
    seeds = table.over_seeds(run.params)
    assert seeds is not None
    ends, told = np.median(seeds[:, -20:], axis=1), critic_words(run, table)
    assert ("worse than a guess of the mean in all 3 seeds" in told) == bool(ends.max() < 0)
    assert ("better than a guess of the mean in all 3 seeds" in told) == bool(ends.min() > 0)
    assert ("on both sides" in told) == bool(ends.max() >= 0 >= ends.min())
    assert told.startswith(VAR_EXPLAINED)
    assert "It is recorded for the usual PPO runs on 500 pairs alone." in told
    held = table.over_seeds(replace(run.params, beta=1.0))
    assert held is not None
    others = np.median(held[:, -20:], axis=1)
    assert ("With β 1 the medians are" in told) == bool(beta != 1 and ends.max() < 0 < others.min())
    spread = run.sample_proxy.astype(float).std(axis=1)
    falls = np.median(spread[-20:]) < np.median(spread[:20]) / 2
    assert ("Its kept answers become alike" in told) == ("With β 1" in told and falls)


def test_one_run_alone_tells_of_itself() -> None:
    empty = CriticTable(np.zeros((3, 5, 0), np.float32), np.zeros((3, 5, 0), np.float32))
    run = replace(run_of(pairs=8000), metrics={VAR_EXPLAINED: np.full(150, 0.5)})
    assert "better than a guess of the mean in this run: <b>0.50</b>" in critic_words(run, empty)
    assert "500 pairs" not in critic_words(run, empty)
    assert explained_of(run_of(pairs=8000), recorded_critic()) is None
    assert "recorded for the usual PPO runs on 500 pairs" in critic_words(run_of(pairs=8000), recorded_critic())


@pytest.mark.parametrize(
    ("algorithm", "why"), [("grpo", "a group"), ("reinforce", "other responses"), ("dpo", "pairs")]
)
def test_who_has_no_value_head_says_so(algorithm: str, why: str) -> None:
    told = critic_words(run_of(algorithm, beta=0.1), recorded_critic())
    assert "has no value head" in told
    assert why in told


def test_nothing_is_foreseen_where_all_is_alike() -> None:
    run = replace(run_of(pairs=8000), metrics={VAR_EXPLAINED: np.append(np.full(100, 0.5), np.full(50, np.nan))})
    assert "nothing left to foresee" in critic_words(run, recorded_critic())


def test_the_panel_draws_it(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="Every series", rlhf_beta="0.3")
    drawn = [figure_of(chart) for chart in charts(app)]
    assert VAR_EXPLAINED in html_of(app)
    expected = recorded_critic().of(usual(beta=0.3))
    assert expected is not None
    assert any(
        len(fig["data"]) == 1 and np.allclose(np.array(fig["data"][0]["y"], float), np.clip(expected, -1, None))
        for fig in drawn
        if len(np.array(fig["data"][0]["y"])) == 150
    )
