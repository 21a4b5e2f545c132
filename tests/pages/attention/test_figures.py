"""The figures of the attention page, by their data."""

import io

import numpy as np
import pytest
from PIL import Image

from components.figures.lines import lines
from components.theme import Look
from core.attention import copies_of
from pages.architecture.attention.figures import heads, rows
from pages.architecture.attention.figures import maps as figures
from pages.architecture.attention.figures.training import looks

LOOK = Look()


def causal_map(count: int, seed: int = 0) -> np.ndarray:
    weights = np.tril(np.random.default_rng(seed).random((count, count)))
    return (weights / weights.sum(-1, keepdims=True)).astype(np.float32)


def tokens(count: int) -> list[str]:
    return [f"·{place}" for place in range(count)]


def test_map_carries_the_weights_and_queries_go_down() -> None:
    weights = causal_map(5)
    fig = figures.heat_map(weights, tokens(5), look=LOOK, title="t", causal=True)
    assert np.array_equal(fig.data[0].z, weights)
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    assert "query" in fig.layout.yaxis.title.text
    assert "key" in fig.layout.xaxis.title.text


def test_click_targets_cover_what_the_mask_allows() -> None:
    causal = figures.heat_map(causal_map(6), tokens(6), look=LOOK, title="", causal=True).data[1]
    both = figures.heat_map(causal_map(6), tokens(6), look=LOOK, title="", causal=False).data[1]
    assert len(causal.x) == 21
    assert len(both.x) == 36
    assert (causal.customdata[:, 1] <= causal.customdata[:, 0]).all()
    for (query, key, weight), x, y in zip(causal.customdata, causal.x, causal.y, strict=True):
        assert (x.split()[0], y.split()[0]) == (str(int(key)), str(int(query)))
        assert weight == causal_map(6)[int(query), int(key)]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("count", [65, 129, 512])
def test_a_click_on_a_long_map_opens_the_largest_weight_around_it(count: int, causal: bool) -> None:
    raw = np.random.default_rng(count).random((count, count))
    weights = np.tril(raw) if causal else raw
    targets = figures.heat_map(weights, tokens(count), look=LOOK, title="", causal=causal).data[1]
    block, drawn = -(-count // figures.CLICKABLE), -(-count // figures.CELLS)
    side = -(-count // block)
    assert len(targets.x) == (side * (side + 1) // 2 if causal else side**2)
    for (query, key, weight), x, y in zip(targets.customdata, targets.x, targets.y, strict=True):
        row, column = (int(place) // block * block for place in (query, key))
        assert weight == pytest.approx(weights[row : row + block, column : column + block].max(), rel=1e-6)
        assert [int(name.split()[0]) for name in (y, x)] == [int(place) // drawn * drawn for place in (query, key)]


@pytest.mark.parametrize("count", [6, 200])
@pytest.mark.parametrize("label", ["share", "weight"])
def test_the_mouse_names_what_the_bar_names(count: int, label: str) -> None:
    weights = causal_map(count)
    weights[1, 0] = 4e-8
    fig = figures.heat_map(weights, tokens(count), look=LOOK, title="", causal=True, label=label)
    cells, squares = fig.data
    assert cells.colorbar.title.text == label
    for trace in (cells, squares):
        assert f"<br>{label} " in trace.hovertemplate
        assert ":.3~g}" in trace.hovertemplate  # 4e-8 is no 0.000
    assert figures.around(count) > 1 or squares.customdata[1, 2] == np.float32(4e-8)


def test_the_map_beside_a_sum_frames_its_cell_and_names_its_two_tokens() -> None:
    fig = figures.heat_map(causal_map(44), tokens(44), look=LOOK, title="", causal=True, cell=(30, 8))
    row, cell = fig.layout.shapes[-2:]
    assert (row.y0, row.y1, row.x1) == (29.5, 30.5, 30.5)
    assert (cell.x0, cell.x1, cell.y0, cell.y1) == (7.5, 8.5, 29.5, 30.5)
    assert [list(side.ticktext) for side in (fig.layout.yaxis, fig.layout.xaxis)] == [[tokens(44)[30]], [tokens(44)[8]]]
    assert not fig.layout.annotations


@pytest.mark.parametrize("root", [False, True])
@pytest.mark.parametrize("count", [1, 128, 129, 400, 512])
def test_a_cell_of_a_long_map_is_the_largest_weight_of_several_and_wide_enough(count: int, root: bool) -> None:
    weights = causal_map(count)
    fig = figures.heat_map(weights, tokens(count), look=LOOK, title="", causal=True, query=count - 1, root=root)
    cells = fig.data[0].z ** 2 if root else fig.data[0].z
    block = -(-count // figures.CELLS)
    assert len(cells) == -(-count // block) <= figures.CELLS
    assert len(fig.to_json()) < 450_000
    for row, column in ((0, 0), (len(cells) - 1, len(cells) // 2), (len(cells) - 1, len(cells) - 1)):
        part = weights[row * block : (row + 1) * block, column * block : (column + 1) * block]
        assert cells[row, column] == pytest.approx(part.max(), rel=1e-5)
    frame = fig.layout.shapes[-1]
    assert frame.y0 < (count - 1) // block < frame.y1
    assert fig.data[0].y[(count - 1) // block].split()[0] == str((count - 1) // block * block)
    assert (f"{block} in a cell" in fig.layout.yaxis.title.text) == (block > 1)


def test_the_chosen_query_is_named_where_there_is_no_room_for_every_token() -> None:
    for query in range(44):
        fig = figures.heat_map(causal_map(44), tokens(44), look=LOOK, title="", causal=True, query=query)
        assert f"·{query}" in fig.layout.yaxis.ticktext
        assert len(fig.layout.yaxis.ticktext) <= figures.ROOM["down"]
        assert fig.layout.yaxis.tickfont.size >= 12


def test_a_bar_with_the_root_scale_names_weights() -> None:
    bar = figures.heat_map(causal_map(5), tokens(5), look=LOOK, title="", causal=True, root=True).data[0].colorbar
    for place, words in zip(bar.tickvals, bar.ticktext, strict=True):
        assert place**2 == pytest.approx(float(words), abs=1e-6)


def test_what_heads_have_learned_is_drawn_start_by_start() -> None:
    shares = np.random.default_rng(0).random((3, 4, 2)) / 2
    fig = looks(shares, look=LOOK, title="")
    for place, bar in enumerate(fig.data):
        assert np.asarray(bar.y) == pytest.approx(shares[:, :, place].ravel(), rel=1e-6)
    assert len(set(fig.data[0].x)) == 12
    assert [note.text for note in fig.layout.annotations] == ["equal", "almost equal", "random"]


def test_equal_tokens_keep_their_own_columns() -> None:
    fig = figures.heat_map(causal_map(3), ["a", "a", "a"], look=LOOK, title="", causal=True)
    assert len(set(fig.data[0].x)) == 3


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<b>x</b>", "a&b"])
def test_tokens_are_text_in_every_figure(hostile: str) -> None:
    words = [hostile, "x"]
    weights = causal_map(2)
    parts = {name: np.ones(2) for name, _, _ in rows.STEP_ROWS}
    edges = (np.array([1]), np.array([0]), np.array([0.5]))
    for fig in (
        figures.heat_map(weights, words, look=LOOK, title=hostile, causal=True),
        rows.arcs(words, edges, look=LOOK, title=hostile),
        rows.steps(parts, words, masked=np.zeros(2, dtype=bool), look=LOOK, title=hostile),
        rows.token_losses(np.ones(1), words, look=LOOK, title=hostile),
        lines({hostile: np.ones(3)}, look=LOOK, title=hostile, x_label="layer", y_label="cosine"),
    ):
        spec = fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
        assert hostile not in spec


@pytest.mark.parametrize("count", [1, 7, 36, 37, 64, 200])
def test_thumbnails_show_every_head_in_its_place(count: int) -> None:
    weights = np.zeros((3, 2, count, count), dtype=np.float32)
    weights[2, 1, 0, 0] = 1.0
    sheet = np.asarray(Image.open(io.BytesIO(heads.thumbnails(weights, look=LOOK))).convert("RGB")).astype(int)
    high, wide = sheet.shape[0] // 2, sheet.shape[1] // 3
    assert tuple(sheet[high, 2 * wide]) == (253, 231, 37)
    others = np.delete(sheet[:high].reshape(-1, 3), 0, axis=0)
    assert not (others == (253, 231, 37)).all(1).any()


def test_overview_of_270_heads_at_64_tokens_is_small() -> None:
    weights = np.stack([[causal_map(64, seed=9 * layer + head) for head in range(9)] for layer in range(30)])
    fig = heads.overview(heads.thumbnails(weights, look=LOOK), layers=30, heads=9, look=LOOK, title="", layer=3, head=4)
    assert len(fig.to_json()) < 400_000
    assert [list(pair) for pair in fig.data[0].customdata[:2]] == [[0, 0], [0, 1]]


def test_score_map_puts_layers_across() -> None:
    scores = np.arange(6.0).reshape(3, 2)
    fig = heads.score_map(scores, look=LOOK, title="", label="sink", layer=0, head=1)
    assert fig.data[0].z.shape == (2, 3)
    assert fig.data[0].z[1, 2] == scores[2, 1]


def test_arcs_look_back_above_and_ahead_below() -> None:
    edges = (np.array([3, 0]), np.array([0, 3]), np.array([0.9, 0.2]))
    fig = rows.arcs(tokens(4), edges, look=LOOK, title="")
    heights = {trace.line.width: np.nanmax(trace.y) for trace in fig.data if trace.mode == "lines"}
    assert heights[6.0] == pytest.approx(1.5)
    assert heights[2.0] == pytest.approx(0.0, abs=1e-6)


def test_masked_keys_are_gray() -> None:
    parts = {name: np.array([1.0, 2.0]) for name, _, _ in rows.STEP_ROWS}
    fig = rows.steps(parts, tokens(2), masked=np.array([False, True]), look=LOOK, title="")
    for trace, (name, _, role) in zip(fig.data, rows.STEP_ROWS, strict=True):
        assert list(trace.marker.color) == [LOOK.role(role), LOOK.role("mass")]
        assert np.array_equal(trace.y, parts[name])


def test_the_word_that_nothing_announces_is_in_no_mean() -> None:
    loss = np.array([4.0, 2.0, 9.0, 1.0, 1.5])
    copies = copies_of([7, 8, 9, 7, 8, 9])
    assert copies is not None
    fig = rows.token_losses(loss, tokens(6), look=LOOK, title="", copies=copies)
    assert [note.text for note in fig.layout.annotations] == ["copy 1: mean 3.00", "copy 2: mean 1.25"]
    assert [(line.x0, line.x1) for line in fig.layout.shapes] == [(0.5, 2.5), (3.5, 5.5)]
    assert list(fig.data[0].marker.opacity) == [1, 1, 0.4, 1, 1]
    assert list(fig.data[0].marker.color) == [LOOK.role("mass")] * 3 + [LOOK.role("query")] * 2
    assert not rows.token_losses(loss, tokens(6), look=LOOK, title="").layout.annotations


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("count", [1, 2, 44, 129, 512])
def test_the_map_is_square_and_the_framed_row_stands_beside_it(count: int, causal: bool) -> None:
    weights, query = causal_map(count), count - 1
    fig = figures.heat_map(weights, tokens(count), look=LOOK, title="", causal=causal, query=query)
    assert (fig.layout.yaxis.scaleanchor, fig.layout.xaxis.constrain, fig.layout.yaxis.constrain) == (
        "x",
        "domain",
        "domain",
    )
    bars = fig.data[-1]
    best = np.argsort(-weights[query], kind="stable")[: figures.KEYS]
    best = [key for place, key in enumerate(best) if weights[query, key] >= 0.005 or not place]
    assert [name.split()[0] for name in bars.y] == [str(key) for key in best]
    assert list(bars.x) == [weights[query, key] for key in best]
    assert fig.layout.xaxis.domain[1] < fig.layout.xaxis2.domain[0]


def test_a_row_with_nothing_left_has_no_bars() -> None:
    empty = np.full((3, 3), np.nan)
    fig = figures.heat_map(empty, tokens(3), look=LOOK, title="", causal=True, query=0)
    assert len(fig.data[-1].y) == 0
