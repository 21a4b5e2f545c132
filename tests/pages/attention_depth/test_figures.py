"""Figures of the page on attention in depth, by their data."""

from itertools import combinations

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from components.figures.fields import inks
from components.theme import Look
from core.attention import NextToken
from pages.architecture.attention.figures.maps import BESIDE
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.figures.matrices import HEAD, matrices
from tests.components.test_theme import contrast

LOOK = Look()
WORDS = ["The", "·<b>", "·The", "."]


def test_the_cause_has_a_bar_for_each_likely_token_and_each_loss() -> None:
    likely = [NextToken("·a", 0.5, 0.2), NextToken("·<b>", 0.3, 0.01), NextToken("·c", 0.04, 0.6)]
    change = np.array([0.5, -0.25, 0.0])
    fig = figures.cause(likely, change, WORDS, look=LOOK, title="What it does")
    bars = {bar.name: bar for bar in fig.data}
    assert [list(bars[name].x) for name in ("untouched", "changed")] == [[0.04, 0.3, 0.5], [0.6, 0.01, 0.2]]
    assert [name.strip("\u200b") for name in bars["untouched"].y] == ["·c", "·&lt;b&gt;", "·a"]
    losses = fig.data[-1]
    assert list(losses.y) == [0.5, -0.25, 0.0]
    assert list(losses.x) == ["1 ·&lt;b&gt;", "2 ·The", "3 ."]
    assert fig.layout.xaxis2.labelalias["2 ·The"] == "·The"
    # The legend stands above the plot, where no token's name is.
    assert fig.layout.legend.y is None
    assert fig.layout.margin.t >= 76


def test_a_map_keeps_its_numbers_and_its_empty_cells() -> None:
    values = np.tril(np.full((4, 4), 0.5))
    values[0, 3] = np.nan
    fig = figures.token_map(values, WORDS, look=LOOK, title="causal", top=1.0)
    np.testing.assert_array_equal(fig.data[0].z, values.astype(np.float32))
    assert list(fig.data[0].x) == ["0 The", "1 ·&lt;b&gt;", "2 ·The", "3 ."]
    assert (fig.data[0].zmin, fig.data[0].zmax) == (0, 1)
    assert not fig.data[0].hoverongaps


def test_a_scale_that_ends_below_the_largest_value_says_so() -> None:
    fig = figures.token_map(np.eye(4), WORDS, look=LOOK, title="", top=0.3)
    assert list(fig.data[0].colorbar.ticktext) == ["0", "0.1", "0.2", "≥ 0.3"]
    assert fig.data[0].zmax == 0.3


def test_a_difference_is_centered() -> None:
    values = np.array([[0.5, -0.5], [0.1, -0.1]])
    fig = figures.token_map(values, WORDS[:2], look=LOOK, title="", top=0.5, signed=True)
    assert (fig.data[0].zmin, fig.data[0].zmax) == (-0.5, 0.5)


def test_a_large_map_is_shown_coarser_and_loses_no_bright_cell() -> None:
    values = np.zeros((500, 500))
    values[401, 44], values[7, 8] = 0.75, -1.0
    fig = figures.token_map(values, [f"·{n}" for n in range(500)], look=LOOK, title="", top=1.0, signed=True)
    assert figures.coarseness(500) == 3
    assert fig.data[0].z.shape == (167, 167)
    assert fig.data[0].z[133, 14] == round(0.75 * 127)
    assert fig.data[0].z[2, 2] == -127
    assert np.count_nonzero(fig.data[0].z) == 2
    assert list(fig.data[0].x)[:2] == ["0 ·0", "3 ·3"]
    assert len(fig.to_json()) < 130_000


def test_a_matrix_writes_minus_infinity() -> None:
    fig = matrices({"masked": np.array([[1.0, -np.inf], [-2.0, 0.5]])}, look=LOOK, title="")
    assert list(fig.data[1].text) == ["1.00", "−∞", "-2.00", "0.50"]
    assert list(zip(fig.data[1].x, fig.data[1].y, strict=True)) == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert fig.data[0].zmax == 2.0


@pytest.mark.parametrize("count", [1, 5, 8, 10])
def test_no_matrix_lies_on_another_or_on_a_name(count: int) -> None:
    parts = {f"step {n}": np.eye(4) + n for n in range(count)}
    fig = matrices(parts, look=LOOK, title="")
    assert [note.text for note in fig.layout.annotations] == list(parts)
    places = []
    for (cells, words), note in zip(
        zip(fig.data[::2], fig.data[1::2], strict=True), fig.layout.annotations, strict=True
    ):
        assert (cells.xaxis, cells.yaxis) == (words.xaxis, words.yaxis)
        x, y = (fig.layout[f"{axis[0]}axis{axis[1:]}"].domain for axis in (cells.xaxis, cells.yaxis))
        assert note.x == x[0]
        assert note.y == y[1]
        places.append((*x, y[0], y[1] + HEAD))
    for one, other in combinations(places, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] + 1e-9 or other[3] <= one[2] + 1e-9
    assert min(min(place) for place in places) >= 0
    assert max(max(place) for place in places) <= 1 + 1e-9


def test_the_lens_writes_each_token_into_its_own_cell() -> None:
    likeliest = [["a", "b", "c", "d"], ["·<b>", "f", "g", "h"], ["i", "j", "k", "l"]]
    fig = figures.lens(likeliest, np.array([[0.9, 0.1], [0.5, 0.2], [0.4, 0.3]]), look=LOOK, title="")
    field, words = fig.data
    written = dict(zip(zip(words.x, words.y, strict=True), words.text, strict=True))
    assert written == {(str(rank + 1), depth): field.text[depth][rank] for depth in range(3) for rank in range(2)}
    assert written["1", 1] == "·&lt;b&gt;"


def test_the_lens_has_a_rank_for_each_depth() -> None:
    fig = figures.lens_rank(np.array([900, 40, 1]), answer="·<b>", look=LOOK, title="")
    assert list(fig.data[0].x) == [900, 40, 1]
    assert "&lt;b&gt;" in fig.data[0].hovertemplate


@pytest.mark.parametrize("dark", [False, True])
def test_the_numbers_in_a_cell_can_be_read_on_its_color(dark: bool) -> None:
    look = Look(dark=dark)
    shares = np.linspace(0, 1, 201)
    for scale in (look.diverging, "Viridis"):
        for ink, paper in zip(inks(shares, scale), sample_colorscale(scale, list(shares)), strict=True):
            assert contrast(ink, "#" + "".join(f"{round(part):02X}" for part in unlabel_rgb(paper))) >= 4.5
    values = np.array([[2.0, -np.inf], [-2.0, 0.0]])
    drawn = matrices({"": values}, look=look, title="").data[1].textfont.color
    assert list(drawn) == [
        *inks(np.array([1.0]), look.diverging),
        look.ink,
        *inks(np.array([0.0, 0.5]), look.diverging),
    ]


@pytest.mark.parametrize("count", [4, 44, 100, 500])
def test_only_cells_that_hold_a_weight_answer_a_click(count: int) -> None:
    values = np.where(np.tri(count, dtype=bool), np.random.default_rng(0).random((count, count)), np.nan)
    words = [f"·{place}" for place in range(count)]
    fig = figures.token_map(values, words, look=LOOK, title="", top=1.0, clickable=True)
    query, key, weight = fig.data[-1].customdata.T
    assert (key <= query).all()
    np.testing.assert_allclose(weight, values[query.astype(int), key.astype(int)], rtol=1e-6)
    assert len(weight) == count * (count + 1) / 2 or count > BESIDE
    drawn = len(fig.data[0].x)
    assert (list(fig.layout.xaxis.range), list(fig.layout.yaxis.range)) == ([-0.5, drawn - 0.5], [drawn - 0.5, -0.5])
    assert len(figures.token_map(values, words, look=LOOK, title="", top=1.0).data) == 1


@pytest.mark.parametrize("count", [49, 97, 200])
def test_a_lone_value_below_0_answers_a_click(count: int) -> None:
    values = np.random.default_rng(0).random((count, count)) / 10
    values[30, 20] = -0.8
    words = [f"·{place}" for place in range(count)]
    fig = figures.token_map(
        values, words, look=LOOK, title="", top=1.0, label="difference", signed=True, clickable=True
    )
    squares = fig.data[-1]
    found = {(int(query), int(key)): value for query, key, value in squares.customdata}
    assert found[30, 20] == pytest.approx(-0.8)
    side = -(-count // BESIDE)
    for (query, key), value in found.items():
        block = values[tuple(slice(place // side * side, place // side * side + side) for place in (query, key))]
        assert abs(value) == pytest.approx(np.abs(block).max(), rel=1e-6)


@pytest.mark.parametrize("label", ["difference", "length", "weight"])
def test_the_mouse_names_the_quantity_and_writes_small_numbers(label: str) -> None:
    values = np.array([[0.25, -4e-8], [-0.806, 0.0]])
    fig = figures.token_map(values, WORDS[:2], look=LOOK, title="", top=1.0, label=label, signed=True, clickable=True)
    squares = fig.data[-1]
    # Three digits, whatever the power of ten: a format of d3, without trailing zeros.
    assert f"<br>{label} %{{customdata[2]:.3~g}}<" in squares.hovertemplate
    np.testing.assert_allclose(squares.customdata[:, 2], values.ravel(), rtol=1e-6)
