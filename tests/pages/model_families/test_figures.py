"""The figures of the page of model families, by their data."""

import numpy as np

from components.theme import Look
from core.transformer import (
    SENTENCES,
    Masked,
    learn_merges,
    recorded_games,
    recorded_gating,
    recorded_liking,
    recorded_readers,
    recorded_sights,
    recorded_spans,
    recorded_vocabularies,
)
from pages.architecture.model_families.figures.games import masking_figure, pairs_figure, probes_figure
from pages.architecture.model_families.figures.llama import (
    gating_figure,
    languages_figure,
    merges_figure,
    norms_figure,
)
from pages.architecture.model_families.figures.readers import live_figure, readers_figure
from pages.architecture.model_families.figures.sights import sights_figure
from pages.architecture.model_families.figures.spans import losses_figure, spans_figure
from pages.architecture.model_families.words import exact_shares

LOOK = Look()


def test_three_maps_have_looking_words_as_rows() -> None:
    encoder, decoder = recorded_sights().by_text[SENTENCES["bank"]]
    fig = sights_figure(encoder, decoder, word=2, depth=3, look=LOOK, title="t")
    both, past, rule = fig.data
    assert np.allclose(both.z, encoder.maps[2]) and np.allclose(np.tril(past.z), np.tril(decoder.maps[14]))
    assert np.isnan(past.z[np.triu_indices(8, 1)]).all() and rule.z.shape == (8, 16)
    assert np.isfinite(rule.z).sum(axis=1).tolist() == [8 + row + 1 for row in range(8)]
    shades = {color for _, color in rule.colorscale}
    assert len(shades) == 2 and shades.isdisjoint(color for _, color in both.colorscale)
    assert {shape.y0 for shape in fig.layout.shapes} == {1.5} and both.customdata[5, 0].tolist() == [5]


def test_whiskers_are_drawn_in_ink_on_dark_paper() -> None:
    dark, found = Look(dark=True), recorded_spans()
    answers = {way: told[5] for way, told in found.answers.items()}
    bars = spans_figure(answers, exact_shares(found), dict.fromkeys(answers, 0.0), look=dark, title="t").data[:1]
    for bar in (*bars, *pairs_figure(recorded_games().pairs, look=dark, title="t").data):
        assert bar.error_y.color == dark.ink


def test_losses_stand_beside_their_bounds() -> None:
    readers = recorded_readers().by_name
    chosen = "encoder 30 %, 2,500 steps"
    fig = readers_figure(readers, chosen=chosen, against="places asked", look=LOOK, title="t")
    curves = {trace.name: trace for trace in fig.data}
    for name, runs in readers.items():
        assert np.allclose(curves[name].y, np.mean([run.loss for run in runs], axis=0), atol=1e-6)
        assert np.array_equal(curves[name].x, runs[0].guesses)
        assert np.isclose(curves[f"bound of {name}"].y[0], np.mean([run.bound for run in runs]))
    assert len(curves["single runs"].x) == 3 * len(readers[chosen][0].steps)
    assert np.allclose(curves["exact entropy"].y, readers[chosen][0].entropies)


def test_masks_are_colored_by_what_happened() -> None:
    kinds = np.array([["", "mask"], ["keep", "random"]])
    masked = Masked(np.zeros((2, 2), dtype=np.int64), kinds != "", kinds)
    shown = np.array([["a", "[MASK]"], ["a", "x"]])
    fig = masking_figure(["a", "b"], shown, masked, look=LOOK, title="t")
    assert fig.data[0].z.tolist() == [[0, 3], [1, 2]]
    assert [list(row) for row in fig.data[0].text] == [["", "[MASK]"], ["a", "x"]]


def test_bars_and_curves_of_the_games_are_means_of_draws() -> None:
    games = recorded_games()
    fig = pairs_figure(games.pairs, look=LOOK, title="t")
    bars = fig.data
    assert fig.layout.yaxis.range[0] == 0
    assert np.allclose(bars[2].y, [values["MiniLM"].mean() for values in games.pairs.values()])
    tuned = recorded_liking().right
    curves = probes_figure({**games.probes, "tuned whole": tuned}, look=LOOK, title="t").data
    assert np.allclose(curves[0].y, games.probes["[CLS]"].mean(axis=1)) and np.allclose(curves[3].y, tuned.mean(axis=1))


def test_an_answer_is_framed_where_it_is_likeliest_and_tinted_where_it_is_right() -> None:
    found = recorded_spans()
    answers = {way: told[5] for way, told in found.answers.items()}
    other = {way: float(rows.mean()) for way, rows in found.other_asked.items()}
    fig = spans_figure(answers, exact_shares(found), other, look=LOOK, title="t")
    assert np.allclose(fig.data[0].y, [rows.mean() for rows in found.exact.values()])
    assert np.allclose(fig.data[1].y, list(other.values()))
    for place, answer in enumerate(answers.values()):
        begins, ends = fig.data[2 + 2 * place : 4 + 2 * place]
        assert np.array_equal(begins.y, answer.start) and np.array_equal(ends.y, answer.end)
        right, said = fig.layout.shapes[2 * place : 2 * place + 2]
        assert (right.x0, right.x1) == (answer.right[0] - 0.5, answer.right[1] + 0.5)
        assert (said.x0, said.x1) == (answer.said[0] - 0.5, answer.said[1] + 0.5)


def test_a_run_under_way_stands_above_its_bound() -> None:
    assert list(losses_figure([3.0, 2.0], look=LOOK, title="t").data[0].y) == [3.0, 2.0]
    fig = live_figure([1, 2, 4], [2.0, 1.5, 1.2], 0.9, look=LOOK, title="t")
    assert list(fig.data[0].y) == [2.0, 1.5, 1.2] and fig.layout.shapes[0].y0 == 0.9


def test_the_parts_of_llama_are_drawn_as_measured() -> None:
    by_kind = recorded_gating().by_kind
    fig = gating_figure(by_kind, look=LOOK, title="t")
    assert np.allclose(fig.data[0].y, np.mean([run.loss for run in by_kind["ReLU"]], axis=0))
    rows = {"LayerNorm": (np.array([1.0, -1]), np.array([1.0, -1])), "RMSNorm": (np.ones(2), np.zeros(2))}
    assert [bar.y.tolist() for bar in norms_figure(rows, look=LOOK, title="t").data][3] == [0, 0]
    learned = learn_merges("aa aa b")
    assert list(merges_figure(learned, 1, look=LOOK, title="t").data[1].y) == [3]
    cuts = recorded_vocabularies().cuts
    assert np.isclose(languages_figure(cuts, look=LOOK, title="t").data[0].y[0], 13 / 12)
