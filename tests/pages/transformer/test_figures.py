"""The figures of the transformer page, by their data."""

import numpy as np

from components.theme import Look
from core.transformer import (
    SHAPES,
    STEPS,
    TEXTS,
    parameter_table,
    recorded_paths,
    recorded_readers,
    recorded_translators,
)
from pages.architecture.transformer.figures.losses import entropy_figure, language_figure
from pages.architecture.transformer.figures.parameters import parameters_figure
from pages.architecture.transformer.figures.path import inside_figure, path_figure
from pages.architecture.transformer.figures.translation import (
    learning_figure,
    length_figure,
    live_figure,
    looks_figure,
)

LOOK = Look()
PATH = recorded_paths().by_text[TEXTS["capital"]][-1]


def test_bars_of_the_path_are_its_parts() -> None:
    fig = path_figure(PATH, depth=12, look=LOOK, title="t")
    bars = {trace.name: trace for trace in fig.data if trace.type == "bar"}
    assert np.allclose(bars["attention"].y, PATH.parts[1::2], atol=1e-5)
    assert np.allclose(bars["feed-forward"].y, PATH.parts[2::2], atol=1e-5)
    lines = [trace.y for trace in fig.data if trace.type == "scatter"]
    assert np.allclose(lines[0], PATH.attention, rtol=1e-6) and np.allclose(lines[1], PATH.feed_forward, rtol=1e-6)
    assert fig.layout.shapes[0].x0 == 11.5
    assert bars["attention"].customdata[11].tolist() == [12]


def test_bars_inside_a_block_are_its_steps() -> None:
    fig = inside_figure(PATH, 7, look=LOOK, title="t")
    assert np.allclose(fig.data[0].x, PATH.inside[7], rtol=1e-6)
    assert len(fig.data[0].y) == len(STEPS) and fig.data[0].y[1] == "query  9 × 64"
    assert np.allclose(PATH.inside[7, [5, 10]], [PATH.attention[7], PATH.feed_forward[7]])


def test_a_map_has_written_symbols_as_rows() -> None:
    run = recorded_translators("copy").by_variant["whole"][0]
    fig = looks_figure(run.examples[0], 24, look=LOOK, title="t", whole=True)
    example = run.examples[0]
    assert fig.data[0].z.shape == (len(example.written) + 1, len(example.source))
    assert fig.layout.yaxis.ticktext[-1] == "end" and fig.layout.yaxis.scaleanchor == "x"
    mean = recorded_translators("copy").by_variant["one vector"][0].examples[0]
    assert looks_figure(mean, 24, look=LOOK, title="t", whole=False).layout.xaxis.ticktext == ("mean of the source",)


def test_what_is_not_written_yet_is_not_drawn() -> None:
    example = recorded_translators("copy").by_variant["whole"][0].examples[0]
    fig = looks_figure(example, 2, look=LOOK, title="t", whole=True)
    drawn = np.isfinite(fig.data[0].z).all(axis=1)
    assert drawn.tolist() == [True] * 3 + [False] * (len(example.written) - 2)
    assert fig.layout.yaxis.ticktext[:3] == example.written[:3] and set(fig.layout.yaxis.ticktext[3:]) == {"?"}


def test_a_run_under_way_shows_what_was_measured() -> None:
    run = recorded_translators("copy").by_variant["whole"][0]
    rows = np.stack([run.loss, run.test_loss, run.forced, run.free, run.matches])[:, :5]
    fig = live_figure(run.steps[:5], rows, look=LOOK, title="t")
    assert np.allclose(fig.data[2].y, run.matches[:5], atol=1e-6) and list(fig.data[0].x) == run.steps[:5].tolist()


def test_a_language_has_its_exact_entropies_beside_the_loss() -> None:
    runs = recorded_readers().by_name["decoder, 700 steps"]
    curve, dots, alone, past = language_figure(runs, look=LOOK, title="t").data
    assert np.allclose(curve.y, np.mean([run.loss for run in runs], axis=0)) and len(dots.x) == 3 * len(runs[0].steps)
    assert (alone.y[0], past.y[0]) == runs[0].entropies[:2]


def test_curves_are_means_of_the_seeds() -> None:
    runs = recorded_translators("reverse").by_variant["whole"]
    fig = learning_figure(runs, look=LOOK, title="t")
    assert np.allclose(fig.data[2].y, np.mean([run.matches for run in runs], axis=0), atol=1e-6)
    lengths = length_figure({"whole": runs}, look=LOOK, title="t")
    assert np.allclose(lengths.data[0].y, np.mean([run.by_length for run in runs], axis=0))
    assert len(lengths.data[1].y) == 3 * 12 and lengths.layout.shapes[0].x0 == 8.5


def test_what_is_at_a_line_is_named_at_it_and_not_at_an_axis() -> None:
    """The axes alone are shown before a guess: their titles speak of no line."""
    fig = length_figure({"whole": recorded_translators("reverse").by_variant["whole"]}, look=LOOK, title="t")
    assert fig.layout.xaxis.title.text == "length of the source"
    (name,) = fig.layout.annotations
    assert "trained" in name.text and "8" in name.text
    assert name.x == fig.layout.shapes[0].x0 and name.xanchor == "left"


def test_losses_and_shares_are_drawn_side_by_side() -> None:
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    fig = entropy_figure(p, q, PATH, look=LOOK, title="t")
    assert np.allclose(fig.data[0].y, p) and np.allclose(fig.data[1].y, q)
    assert np.allclose(fig.data[2].y, PATH.loss, atol=1e-5)


def test_shares_of_a_model_sum_to_one() -> None:
    tables = [parameter_table(shape) for shape in SHAPES.values()]
    fig = parameters_figure(tables, look=LOOK, title="t")
    assert np.allclose(np.sum([trace.x for trace in fig.data], axis=0), 1)
