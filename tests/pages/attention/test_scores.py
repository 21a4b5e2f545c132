"""Which score: words that the numbers decide, figures that are the data, the views of the panel."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.attention import (
    DIMENSIONS,
    FAINT,
    SCORES,
    ScoreTrials,
    SpreadParams,
    Spreads,
    multiplications,
    parameters,
    recorded_scores,
    score_spreads,
)
from core.attention.scores import jacobian_squared, score_weights, scores_of
from pages.architecture.attention.figures.scores import by_dimension, by_width, costs, learning
from pages.architecture.attention.scoring import (
    COST,
    KINDS,
    SPREAD,
    TOKENS,
    TRAINED,
    WHICH,
    against_scaled,
    cost_rows,
    cost_title,
    ends_of,
    entropy_sentence,
    every_run_sentence,
    exponents,
    gradient_sentence,
    learning_title,
    sharp_title,
    spread_reading,
    spread_title,
    tanh_megabytes,
    uneven_sentence,
    width_title,
)
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/architecture/attention/page.py"
LOOK = Look()


@pytest.fixture(scope="module")
def spreads() -> Spreads:
    return score_spreads(SpreadParams(draws=4))


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"attention_{n}": value for n, value in {"panel": WHICH, **params}.items()})


def ending(**ends: tuple[float, ...]) -> ScoreTrials:
    """The recorded trainings with other ends at d = 64 and rate 0.01; half right where nothing is said."""
    kept = recorded_scores()
    accuracy = np.repeat(kept.accuracy[..., :1, :], 3, axis=3)
    place = kept.params.widths.index(64), kept.params.rates.index(0.01)
    for number, kind in enumerate(KINDS):
        accuracy[number, place[0], place[1], :, -1] = ends.get(kind, 0.5)
    return replace(
        kept,
        params=replace(kept.params, seeds=(0, 1, 2)),
        accuracy=accuracy,
        gradient=np.repeat(kept.gradient[..., :1], 3, axis=2),
    )


def test_the_spread_is_said_from_its_powers(spreads: Spreads) -> None:
    found = exponents(spreads)
    assert found["dot"] == pytest.approx(0.5, abs=0.1) and found["cosine"] == pytest.approx(-0.5, abs=0.1)
    assert spread_title(spreads) == "As d grows, scores spread more under dot product and bilinear, less under cosine"
    assert spread_title(replace(spreads, deviation=np.ones((5, len(DIMENSIONS))))) == "No score's spread changes with d"


def test_the_sentences_hold_the_numbers_of_the_largest_dimension(spreads: Spreads) -> None:
    assert f"{spreads.largest[1, -1]:.2f} scaled" in sharp_title(spreads)
    assert all(
        f"{SCORES[kind]} <b>{spreads.slope[n, -1]:.2g}</b>" in spread_reading(spreads) for n, kind in enumerate(KINDS)
    )
    shares = "{:.0%} and {:.0%}".format(*spreads.faint[[0, 2], -1])
    assert f"less than 0.05, comes through in <b>{shares}</b> of the rows of dot product and" in spread_reading(spreads)
    assert spreads.slope[[0, 2], -1].max() < spreads.slope[1, -1] and spreads.faint[1, -1] == 0
    undivided = sorted(spreads.largest[[0, 2], -1])
    assert f"gets {undivided[0]:.2g} to {undivided[1]:.2g} undivided" in sharp_title(spreads)
    first = recorded_scores().gradient[0, -1]
    said = f"over {len(first)} seeds: dot product {first.min():.2g} to {first.max():.2g}, bilinear"
    assert said in gradient_sentence(recorded_scores())
    assert "would pass √d = 16 times as much" in gradient_sentence(recorded_scores())
    least, most = (recorded_scores().gradient[[0, 2], -1].min(), recorded_scores().gradient[[0, 2], -1].max())
    assert least > 1 and most < 16
    assert "no undivided score reaches that" in gradient_sentence(recorded_scores())
    wider = replace(recorded_scores(), gradient=2 * recorded_scores().gradient)
    assert gradient_sentence(wider).endswith(f"up to {2 * most:.2g} times arrive.")
    assert f"equal weights over 32 keys have {np.log(32):.1f}" in entropy_sentence(spreads)


def test_a_larger_gradient_through_a_narrower_softmax_is_explained_where_it_is_so(spreads: Spreads) -> None:
    trials, undivided = recorded_scores(), [KINDS.index("dot"), KINDS.index("bilinear")]
    assert trials.gradient[undivided, -1].min() > 1
    said = uneven_sentence(spreads, trials)
    assert "is multiplied by √d = 16 beside a scaled one" in said
    assert uneven_sentence(replace(spreads, faint=np.zeros_like(spreads.faint)), trials) == ""
    assert uneven_sentence(spreads, replace(trials, gradient=np.full_like(trials.gradient, 0.9))) == ""
    # Many rows give almost nothing, the others nearly all.
    d, rng = DIMENSIONS[-1], np.random.default_rng(1)
    for kind in ("dot", "bilinear"):
        drawn = scores_of(kind, rng.normal(size=(200, d)), rng.normal(size=(32, d)), score_weights(kind, d, rng))
        norms = np.sqrt(jacobian_squared(softmax(drawn, axis=1)))
        assert (norms < FAINT).mean() > 0.4
        assert norms[norms < FAINT].sum() < 0.1 * norms.sum()


def test_a_score_is_set_apart_from_scaled_only_beyond_the_noise() -> None:
    seeds, noise, noise_said = 3, np.linspace(-0.2, 0.2, 3), "beyond the noise of 3 seeds"
    assert "no score ends apart" in learning_title(ending(), 64, 0.01)
    assert "no score ends apart" in learning_title(ending(dot=tuple(0.55 + noise)), 64, 0.01)
    assert (
        learning_title(ending(dot=(0.1,) * seeds), 64, 0.01)
        == f"d = 64: dot product below the scaled product, {noise_said}"
    )
    far = ending(dot=tuple(0.9 + noise / 4))
    assert "dot product above" in learning_title(far, 64, 0.01)
    unclear = ending(dot=(1.0, 0.6, 0.8), additive=(0.1, 0.9, 0.8))
    assert learning_title(unclear, 64, 0.01) == "d = 64: 3 seeds cannot part them: dot product 80%, scaled 50%"
    alone = ending(dot=(0.55,) * seeds)
    alone = replace(
        alone,
        params=replace(alone.params, seeds=(0,)),
        accuracy=alone.accuracy[..., :1, :],
        gradient=alone.gradient[..., :1],
    )
    assert "as there is one seed" in learning_title(alone, 64, 0.01)
    both = ending(dot=(0.1,) * seeds, cosine=(0.9,) * seeds)
    assert learning_title(both, 64, 0.01) == f"d = 64: cosine above, dot product below the scaled product, {noise_said}"
    assert against_scaled(both, 64, 0.01) == {"dot": -1, "bilinear": 0, "additive": 0, "cosine": 1}


def test_both_titles_of_the_trainings_are_one_statement() -> None:
    trials = recorded_scores()
    for rate in trials.params.rates:
        title = width_title(trials, rate)
        for width in trials.params.widths:
            for kind, sign in against_scaled(trials, width, rate).items():
                assert (f"{SCORES[kind]} (d = {width})" in title) == (sign != 0)
                assert sign == 0 or ("above scaled: " if sign > 0 else "below scaled: ") in title
                if "cannot part them" not in learning_title(trials, width, rate):
                    assert (SCORES[kind] in learning_title(trials, width, rate)) == (sign != 0)
    alike = replace(trials, accuracy=np.full_like(trials.accuracy, 0.5))
    assert width_title(alike, 0.01) == f"Rate 0.01, {len(trials.params.seeds)} seeds part no score from scaled at any d"


def test_the_scores_that_hold_in_every_run_are_counted() -> None:
    kept = recorded_scores()
    assert every_run_sentence(replace(kept, accuracy=kept.accuracy * 0.5), 0.01).endswith("no score.")
    one = kept.accuracy * 0.5
    one[KINDS.index("cosine")] = 1
    said = every_run_sentence(replace(kept, accuracy=one), 0.01)
    assert said.endswith(": cosine.") and f"each of the {one[0, :, 0, :, -1].size} runs" in said


@pytest.mark.parametrize("rate", [0.003, 0.01])
@pytest.mark.parametrize("width", [16, 64, 256])
def test_the_words_about_the_recorded_runs_are_held_against_them(width: int, rate: float) -> None:
    trials = recorded_scores()
    place = trials.params.widths.index(width)
    ends = dict(zip(KINDS, ends_of(trials, rate)[:, place].mean(axis=-1), strict=True))
    for kind, sign in against_scaled(trials, width, rate).items():
        assert sign == 0 or np.sign(ends[kind] - ends["scaled"]) == sign
    slowest = trials.seconds[:, place].max() / trials.seconds[KINDS.index("scaled"), place]
    assert f"takes about {float(f'{slowest:.1g}'):.0f} times as long" in cost_title(trials, width)
    assert tanh_megabytes(256) == pytest.approx(67.1, abs=0.1)


def test_figures_are_the_data(spreads: Spreads) -> None:
    trials = recorded_scores()
    fig = by_dimension(spreads.deviation, expected=spreads.expected, look=LOOK, title="t", y_label="y", height=300)
    drawn = {trace.name: trace.y for trace in fig.data if trace.name}
    assert np.allclose(drawn["dot product"], spreads.deviation[0], atol=1e-5)
    first = next(trace for trace in fig.data if trace.name == "dot product")
    assert first.marker.symbol == "circle-open" and first.marker.size > fig.data[2].marker.size
    assert sum(trace.line.dash == "dash" for trace in fig.data) == len(SCORES)
    accuracy = trials.accuracy[:, 0, 0]
    curves = {
        trace.name: trace
        for trace in learning(accuracy, trials.steps, look=LOOK, title="t", height=300, guess=1 / 16).data
        if trace.name
    }
    assert np.allclose(curves["cosine"].y, accuracy[KINDS.index("cosine")].mean(axis=0), atol=1e-6)
    ends = ends_of(trials, 0.01)
    wide = by_width(ends, np.array(trials.params.widths), look=LOOK, title="t", height=300)
    points = [trace for trace in wide.data if trace.mode == "markers"]
    assert np.allclose(points[0].y, ends[0].ravel(), atol=1e-6)
    bars = costs(dict(zip(KINDS, trials.seconds[:, 0], strict=True)), look=LOOK, title="t", height=300).data[0]
    assert np.allclose(bars.x, 1e3 * trials.seconds[:, 0], rtol=1e-5)


def test_the_table_has_the_counts() -> None:
    rows = cost_rows(recorded_scores(), 64)
    for kind, row in zip(KINDS, rows, strict=True):
        assert row["parameters"] == f"{parameters(kind, 64):,}"
        assert row["multiplications"] == f"{multiplications(kind, 64, TOKENS) / 1e6:,.1f} million"


@pytest.mark.parametrize(("view", "count"), [(SPREAD, 2), (TRAINED, 2), (COST, 1)])
def test_each_view_opens_with_checks_that_hold(page: Callable[..., AppTest], view: str, count: int) -> None:
    app = page(score_view=view)
    assert len(charts(app)) == count and not app.warning and not app.error
    assert "✓" in html_of(app) and "✗" not in html_of(app)
    assert figure_of(charts(app)[0])["data"]


def test_the_panel_leads_to_the_vector_that_attention_was_for(page: Callable[..., AppTest]) -> None:
    from pages.architecture.attention.panels.scores import BOTTLENECK
    from pages.architecture.transformer.topic import DEFAULTS
    from pages.architecture.transformer.topic import PRESETS as STORIES

    story = next(preset for preset in STORIES if preset.name == "One vector for all")
    assert {name: story.values[name] for name in BOTTLENECK} == BOTTLENECK
    assert set(BOTTLENECK) <= set(DEFAULTS)
    labels = [button.label for button in page().button]
    assert any("What attention was for" in label for label in labels)
