"""The figures of the decoding page, by their data."""

from dataclasses import replace

import numpy as np
import pytest

from components.theme import Look
from core.decoding import (
    KINDS,
    Precision,
    Race,
    Shape,
    Unfolding,
    earnings_by_size,
    flash_traffic,
    is_lossless,
    recorded_costs,
    recorded_race,
    standard_traffic,
    tiles,
    tree_mask,
)
from pages.efficiency.decoding.figures import drafts, memory
from pages.efficiency.decoding.figures import race as figures
from pages.efficiency.decoding.panels.drafts import stand_words
from tests.components.test_theme import contrast

LOOK = Look()


@pytest.fixture
def race() -> Race:
    return recorded_race("copy")


@pytest.mark.parametrize("chosen", ["greedy", "prompt lookup"])
def test_stairs_end_at_all_tokens_and_all_seconds(race: Race, chosen: str) -> None:
    fig = figures.race_figure(race, chosen, 0, look=LOOK, title="t")
    run = race.runs[chosen]
    stairs = next(trace for trace in fig.data if trace.name == chosen)
    assert stairs.y[-1] == len(run.token_ids)
    assert stairs.x[-1] == pytest.approx(sum(step.seconds for step in run.steps), rel=1e-5)
    bars = [trace for trace in fig.data if trace.type == "bar"]
    calls = [bar.customdata.tolist() for bar in bars if bar.y[0] == chosen]
    assert calls == [[[call] for call in range(run.target_calls)]] * 2
    assert [bar.customdata for bar in bars if bar.y[0] != chosen] == [None] * (len(bars) - 2)
    assert len(fig.to_json()) < 400_000


def test_bars_of_calls_leave_no_gap(race: Race) -> None:
    fig = figures.race_figure(race, "prompt lookup", 1, look=LOOK, title="t")
    bars = [trace for trace in fig.data if trace.type == "bar" and trace.y[0] == "prompt lookup"]
    (start, drafting), (middle, verifying) = [(np.array(bar.base, float), np.array(bar.x, float)) for bar in bars]
    np.testing.assert_allclose(start + drafting, middle, atol=1e-4)
    np.testing.assert_allclose((middle + verifying)[:-1], start[1:], atol=1e-4)


def test_only_the_two_methods_that_are_named_are_drawn(race: Race) -> None:
    for chosen in race.runs:
        fig = figures.race_figure(race, chosen, 0, look=LOOK, title="t")
        stairs = [trace.name for trace in fig.data if trace.type == "scatter"]
        assert stairs == (["greedy"] if chosen == "greedy" else ["greedy", chosen])
        named = " ".join(note.text for note in fig.layout.annotations)
        assert all(name in named for name in stairs)
        assert "the first call reads the prompt" in named


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_may_change_the_text_is_hatched_and_ranked_apart(kind: str, dtype: Precision) -> None:
    race = recorded_race(kind, dtype)
    fig = figures.speed_bars(race, look=LOOK, title="t")
    speeds, _, apart, dots = fig.data
    names = list(speeds.y)
    lossy = [name for name in names if not is_lossless(race.runs[name].method)]
    assert lossy == names[: len(lossy)]
    for group in (speeds.x[: len(lossy)], speeds.x[len(lossy) :]):
        assert list(group) == sorted(group)
    assert [shape == "/" for shape in speeds.marker.pattern.shape] == [name in lossy for name in names]
    assert speeds.x[names.index("greedy")] == 1.0
    told = {None: "no"} | {place: str(place) for place in range(40)}
    assert list(apart.text) == [told[race.parts_at(name)] for name in names]
    assert len(dots.x) == 0
    colors = dict(zip(names, speeds.marker.color, strict=True))
    for name in names:
        role = {"faster": "accepted", "slower": "rejected"}.get(race.standing(name))
        assert colors[name] == (LOOK.role(role) if role else LOOK.quiet)


def test_each_kept_round_is_a_dot_and_equal_speeds_are_gray(race: Race) -> None:
    clocks = {"greedy": (2.0, 2.0), "Jacobi": (1.0, 2.5)}
    fig = figures.speed_bars(replace(race, rounds=clocks), look=LOOK, title="t")
    speeds, *_, dots = fig.data
    found = {(name, float(x)) for name, x in zip(dots.y, dots.x, strict=True)}
    assert found == {("greedy", 1.0), ("Jacobi", 2.0), ("Jacobi", float(np.float32(0.8)))}
    assert speeds.marker.color[list(speeds.y).index("Jacobi")] == LOOK.quiet
    band = [shape for shape in fig.layout.shapes if shape.type == "rect"]
    assert [(shape.x0, shape.x1) for shape in band] == [(0.97, 1.03)]


def test_the_rounds_of_a_measurement_are_dots() -> None:
    costs = recorded_costs()
    rounds = np.stack([costs.seconds, 2 * costs.seconds])
    fig = memory.cost_curves({"float32": replace(costs, rounds=rounds)}, look=LOOK, title="t")
    dots = fig.data[-1]
    np.testing.assert_allclose(dots.y, np.tile(costs.ratio, 2), rtol=1e-6)


@pytest.mark.parametrize("length", [128, 8192])
def test_the_bound_of_the_roof_follows_the_tokens_seen(length: int) -> None:
    costs = recorded_costs()
    fig = memory.roof_figure(costs, length=length, look=LOOK, title="t")
    bound = next(trace for trace in fig.data if trace.name == "bound")
    # By hand: 2 operations a weight, 4 a number of a key and its value for each of 9 heads; 4 bytes a number.
    seen, weights = length + 1, Shape().weights
    work = 2 * weights + 4 * 30 * 9 * 64 * seen
    assert bound.x[0] == pytest.approx(work / (4 * weights + 4 * 2 * 30 * 3 * 64 * seen), rel=1e-3)
    assert bound.y[0] == pytest.approx(bound.x[0] * costs.bandwidth / 1e9, rel=1e-5)
    read = memory.read_figure(length, 4, look=LOOK, title="t")
    assert read.layout.shapes[0].x0 == length
    cache = next(trace for trace in read.data if trace.name == "cache")
    assert cache.y[-1] == pytest.approx(8192 * 2 * 30 * 3 * 64 * 4 / 1e6)


def test_names_of_a_visitor_are_escaped() -> None:
    laws = {"target": np.array([0.5, 0.5])}
    fig = drafts.law_bars(laws, ["<b>", "a"], look=LOOK, title="<i>")
    assert fig.data[0].x[0] == "0 &lt;b&gt;"
    assert fig.layout.title.text == "&lt;i&gt;"


@pytest.mark.parametrize("parent", [(-1, -1, 0, 0, 2), (-1, 0, 1, 2, 3)], ids=["tree", "chain"])
def test_a_tree_draws_each_edge_and_marks_the_accepted_path(parent: tuple[int, ...]) -> None:
    fig = drafts.draft_tree(parent, list("abcde"), (0, 2), look=LOOK, title="t")
    nodes = next(trace for trace in fig.data if trace.mode == "markers+text")
    places = list(zip(nodes.x, nodes.y, strict=True))
    assert len(set(places)) == 6
    edges = [list(zip(trace.x, trace.y, strict=True)) for trace in fig.data if trace.mode == "lines"]
    assert edges == [[places[above + 1], places[node + 1]] for node, above in enumerate(parent)]
    green = [trace.line.color == LOOK.role("accepted") for trace in fig.data if trace.mode == "lines"]
    assert green == [True, False, True, False, False]
    # Where the tree grows to, deeper guesses lie further.
    deep = [places[-1][0], places[0][0]] if parent[-1] == 2 else [places[0][1], places[-1][1]]
    assert deep[0] > deep[1] + 2


def test_no_name_of_a_tree_stands_where_its_edges_run() -> None:
    fig = drafts.draft_tree((-1, -1, 0, 0, 1, 1), list("abcdef"), (), look=LOOK, title="t")
    nodes = next(trace for trace in fig.data if trace.mode == "markers+text")
    assert nodes.y[1] > nodes.y[0] > nodes.y[2]
    assert nodes.textposition == ("top left", "top left", "bottom left", *["middle right"] * 4)


def test_a_guess_sees_itself_and_what_it_continues() -> None:
    parent = (-1, -1, 0, 0, 2)
    fig = drafts.draft_mask(tree_mask(parent), list("abcde"), look=LOOK, title="t")
    assert np.array_equal(fig.data[0].z[4], [1, 0, 1, 0, 1])
    assert fig.layout.yaxis.ticktext == ("0 a", "1 b", "2 c", "3 d", "4 e")
    assert fig.layout.yaxis.scaleanchor == "x", "rows and columns are the same guesses, so its cells are square"
    assert fig.layout.xaxis.constrain == fig.layout.yaxis.constrain == "domain"


def test_costs_start_at_one_and_the_roof_covers_every_call() -> None:
    costs = recorded_costs()
    fig = memory.cost_curves({"float32": costs}, look=LOOK, title="t")
    assert fig.data[0].y[0] == 1.0
    roof = memory.roof_figure(costs, length=128, look=LOOK, title="t")
    assert (roof.data[1].y > 0).all()
    assert roof.data[1].y.shape == costs.seconds.shape


def test_traffic_is_marked_at_the_fast_memory_and_named_by_its_rows() -> None:
    fig = memory.traffic_figure(4096, 64, 49_152, look=LOOK, title="t")
    standard, tiled = fig.data
    assert set(standard.y) == {np.float32(standard_traffic(4096, 64) * 2 / 1e6)}
    place = int(np.abs(np.array(tiled.x) - 64).argmin())
    assert tiled.y[place] == pytest.approx(
        flash_traffic(4096, 64, sram=round(tiled.x[place] * 512)) * 2 / 1e6, rel=1e-5
    )
    assert fig.layout.shapes[0].x0 == 96
    assert dict(zip(fig.layout.xaxis.tickvals, fig.layout.xaxis.ticktext, strict=True))[128] == "128<br>256"


def test_the_tile_figure_hides_what_was_not_met() -> None:
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 6, 4))
    tile = next(iter(tiles(query, key, value, block=2)))
    met = np.zeros((6, 6), bool)
    met[:2, :2] = True
    fig = memory.tile_figure(tile, query @ key.T, met, block=2, look=LOOK, title="t")
    assert np.isfinite(fig.data[0].z).sum() == 4
    assert fig.layout.yaxis.scaleanchor == "x", "its cells are square"


def test_decoded_texts_are_written_out_and_the_valid_ones_marked() -> None:
    choice = np.array([[0, 0], [0, 1], [1, 1]])
    fig = memory.phrase_figure(choice, (("the", "doctor"), ("a", "nurse")), look=LOOK, title="t")
    assert fig.data[0].text == (["the", "doctor"], ["the", "nurse"], ["a", "nurse"])
    assert fig.layout.yaxis.ticktext == ("✓", "", "✓")


def test_guesses_are_written_out_in_the_color_of_their_fate() -> None:
    token = np.array([[1, 2, -1], [1, 3, 4], [1, 3, 4]])
    state = np.array([[3, 1, 0], [3, 2, 1], [3, 3, 3]])
    pieces = {1: "a", 2: "<b>", 3: "c", 4: "a long token"}
    fig = memory.guess_grid(Unfolding(token, state), pieces, look=LOOK, title="t")
    grid = fig.data[0]
    assert grid.text[0] == ["a", "&lt;b&gt;", ""]
    assert grid.text[1][2] == "a long to"
    assert grid.customdata[1] == ["stands", "guess, right", "guess, wrong"]
    np.testing.assert_array_equal(grid.z, state)
    bands = dict(grid.colorscale)
    assert len(set(bands.values())) == 4
    assert fig.layout.yaxis.ticktext == ("call 0", "call 1", "text")
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]


@pytest.mark.parametrize("dark", [False, True])
def test_a_token_in_a_bar_of_layers_reads_on_its_color(race: Race, dark: bool) -> None:
    run = race.runs["CALM"]
    layers = max(step.depth for step in run.steps)
    (bar,) = drafts.depth_bars(run, layers, look=Look(dark=dark), title="t").data
    assert len(set(bar.marker.color)) == 2
    for ink, color in zip(bar.textfont.color, bar.marker.color, strict=True):
        assert contrast(ink, color) >= 4.5


@pytest.mark.parametrize(("speeds", "anchor"), [((3.3, 2.7), "left"), ((4.3, 4.2), "right")])
def test_marks_at_the_last_size_are_named_where_no_curve_is_under_the_words(
    race: Race, speeds: tuple[float, float], anchor: str
) -> None:
    costs = recorded_costs("float32")
    assert costs is not None
    expected = earnings_by_size(race.runs["prompt lookup"], costs)
    assert expected.own == expected.sizes[-1]
    measured = dict(zip(("writing", "whole"), speeds, strict=True))
    fig = memory.speed_by_window(expected, measured, unit="draft tokens", reference="greedy", look=LOOK, title="t")
    assert {note.xanchor for note in fig.layout.annotations if note.text in measured} == {anchor}


def test_what_a_call_gained_is_counted_in_words() -> None:
    assert stand_words(1, 2) == "<b>1</b> stands, and the call gained <b>2</b> tokens."
    assert stand_words(0, 1) == "<b>0</b> stand, and the call gained <b>1</b> token."
