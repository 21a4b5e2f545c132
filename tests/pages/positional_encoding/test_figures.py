"""The figures of the positional encodings, by their data."""

import numpy as np
import pytest

from components.figures.fields import MOST_CELLS, cells, field, thinned
from components.figures.lines import lines
from components.theme import Look
from core.positional import layout_permutation, sinusoidal
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.figures import rope
from pages.architecture.positional_encoding.panels.comparison import number_in_words
from tests.components.test_theme import contrast

LOOK = Look()
LABELS = {"x_label": "x", "y_label": "y", "label": "v"}


def test_a_small_field_is_exact_and_a_large_one_is_rounded_by_half_a_step() -> None:
    small = np.random.default_rng(0).normal(size=(20, 30))
    assert np.array_equal(cells(small, look=LOOK, **LABELS).z, small.astype(np.float32))
    large = np.random.default_rng(0).normal(size=(300, 300))
    trace = cells(large, look=LOOK, **LABELS)
    top = np.abs(large).max()
    assert trace.z.dtype == np.int8
    assert np.abs(trace.z / 127 * top - large).max() <= top / 254 + 1e-9
    assert (trace.zmin, trace.zmax) == (-127, 127)


def test_values_below_zero_alone_use_the_lower_half_of_the_scale() -> None:
    trace = cells(-np.ones((3, 3)), look=LOOK, **LABELS)
    assert (trace.zmin, trace.zmax) == (-1, 0)
    assert trace.colorscale[-1][1] == LOOK.diverging[2][1]
    assert trace.colorscale[0][1] == LOOK.diverging[0][1]


def test_the_first_row_is_at_the_top() -> None:
    fig = field(np.zeros((4, 6)), look=LOOK, title="", **LABELS)
    assert tuple(fig.layout.yaxis.range) == (3.5, -0.5)


@pytest.mark.parametrize("size", [(1, 1), (256, 512), (512, 1024), (4000, 4000)])
def test_thinning_keeps_to_the_number_of_cells(size: tuple[int, int]) -> None:
    rows, columns = thinned(*size)
    assert (size[0] // rows) * (size[1] // columns) <= MOST_CELLS
    assert (rows, columns) == (1, 1) or size[0] * size[1] > MOST_CELLS


def test_a_thinned_code_keeps_whole_pairs_at_their_places() -> None:
    code = sinusoidal(1024, 512)
    fig = figures.code_map(code, look=LOOK, title="", top=1.0)
    trace = fig.data[0]
    dimensions, positions = trace.y.astype(int), trace.x.astype(int)
    assert (dimensions[0::2] % 2 == 0).all()
    assert (dimensions[1::2] == dimensions[0::2] + 1).all()
    assert np.diff(positions).max() <= 3  # the fastest wave has one radian per token: no aliasing up to three
    assert np.abs(trace.z / 127 - code[np.ix_(positions, dimensions)].T).max() < 0.005
    assert len(fig.to_json()) < 250_000


def test_clock_hands_turn_clockwise_from_the_top_and_do_not_start_by_themselves() -> None:
    query, key = np.array([[0.0, np.pi / 2]] * 3), np.array([[np.pi, 0.0]] * 3)
    fig = rope.clock_hands(
        query,
        key,
        parts=np.array([1.0, -1.0]),
        wavelengths=np.array([6.28, 438_000.0]),
        frames=["4", "5", "6"],
        readings=["a", "b", "c"],
        look=LOOK,
        title="",
    )
    hand = fig.data[1]
    assert (hand.x[1] - hand.x[0], hand.y[1] - hand.y[0]) == pytest.approx((0, -rope.RADIUS), abs=1e-6)
    assert (hand.x[4] - hand.x[3], hand.y[4] - hand.y[3]) == pytest.approx((rope.RADIUS, 0), abs=1e-6)
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]  # so that a smaller y is higher up
    assert [frame.name for frame in fig.frames] == ["4", "5", "6"]
    assert fig.frames[2].data[2].text == ("c",)
    assert [button.args[0] for button in fig.layout.updatemenus[0].buttons] == [None, (None,)]
    assert [step.args[0] for step in fig.layout.sliders[0].steps] == [("4",), ("5",), ("6",)]
    assert list(fig.data[0].text) == ["6.28", "438k"]
    assert len({shape.fillcolor for shape in fig.layout.shapes}) == 2


def test_frames_move_with_the_angles() -> None:
    angles = np.linspace(0, 1, 5)[:, None] * np.ones(3)
    fig = rope.clock_hands(
        angles, angles, parts=np.ones(3), wavelengths=np.ones(3), frames=list("abcde"), readings=list("abcde"),
        look=LOOK, title="",
    )  # fmt: skip
    tips = [frame.data[0].x[1] for frame in fig.frames]
    assert tips == pytest.approx(rope.RADIUS * np.sin(angles[:, 0]), abs=1e-6)


@pytest.mark.parametrize(
    ("length", "words"), [(6.283, "6.28"), (99.6, "100"), (628.3, "628"), (12_400, "12.4k"), (5.95e6, "5.95M")]
)
def test_wavelengths_in_few_characters(length: float, words: str) -> None:
    assert rope.length_in_words(length) == words


def test_layout_lines_lead_each_dimension_to_its_place() -> None:
    order = layout_permutation(8)
    fig = rope.layouts(order, look=LOOK, title="")
    ways = {int(trace.x[0]): int(trace.x[1]) for trace in fig.data[:8]}
    assert ways == {0: 0, 2: 1, 4: 2, 6: 3, 1: 4, 3: 5, 5: 6, 7: 7}
    assert list(fig.data[-1].text) == [str(d) for d in order]


def test_the_chosen_curve_lies_on_top_and_has_its_own_color() -> None:
    matrix = cells(-np.ones((4, 4)), look=LOOK, **LABELS)
    curves = {"head 0": np.zeros(7), "head 1": -np.arange(7.0), "head 2": np.ones(7)}
    fig = figures.beside(
        matrix, curves, np.arange(-3, 4), chosen="head 1", steps=False, look=LOOK, title="", y_label="bias"
    )
    assert np.array_equal(fig.data[-1].y, curves["head 1"])
    assert fig.data[-1].line.color == LOOK.role("query")
    assert {trace.line.color for trace in fig.data[1:-1]} == {LOOK.role("mass")}


def test_bands_are_drawn_only_where_the_place_matters() -> None:
    flat, wide = np.zeros(5), np.ones(5)
    fig = figures.bands(
        {"rope": (flat, flat, flat), "learned": (flat, -wide, wide)},
        np.arange(-2, 3),
        names={"rope": "RoPE", "learned": "Learned"},
        look=LOOK,
        title="",
        y_label="score",
    )
    filled = [trace for trace in fig.data if trace.fill == "toself"]
    assert len(filled) == 1
    assert filled[0].fillcolor == figures.SCHEME_COLORS["learned"]


def test_a_change_of_zero_still_has_a_point() -> None:
    fig = figures.changes(
        ["a", "b"], {"without": np.array([0.0, 1e-6])}, colors={"without": "#000000"}, look=LOOK, title=""
    )
    assert fig.data[0].y.tolist() == [1e-8, 1e-6]
    assert list(fig.data[0].marker.symbol) == ["circle-open", "circle"]
    assert [words for _, words in fig.data[0].customdata] == ["exactly 0", "1e-06"]
    assert "exactly 0" in fig.layout.yaxis.title.text


def test_the_bar_of_a_square_lies_above_it_at_any_width() -> None:
    bar = field(np.eye(4), look=LOOK, title="", square=True, **LABELS).data[0].colorbar
    assert (bar.orientation, bar.x, bar.yanchor, bar.lenmode) == ("h", 0.5, "bottom", "pixels")
    assert field(np.eye(4), look=LOOK, title="", **LABELS).data[0].colorbar.orientation is None


def test_two_bases_never_share_a_bar() -> None:
    fig = figures.base_bars([1.5, 10_000, 10_000.4], np.ones((3, 3)), chosen=0, look=LOOK, title="")
    assert fig.layout.xaxis.categoryarray == ("1.5", "10,000", "10,000.4")


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<b>x</b>"])
def test_texts_are_text_in_every_figure(hostile: str) -> None:
    flat = np.ones(2)
    for fig in (
        figures.changes([hostile, "x"], {hostile: flat}, colors={hostile: "#000000"}, look=LOOK, title=hostile),
        figures.two_fields((hostile, np.eye(2)), (hostile, np.eye(2)), look=LOOK, title=hostile),
        figures.marked(lines({"s": flat}, look=LOOK, title="", x_label="x", y_label="y"), 0, 0, hostile, look=LOOK),
    ):
        assert hostile not in fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")


def test_names_at_the_end_of_curves_keep_apart_on_both_kinds_of_axis() -> None:
    series = {"a": np.array([1.0, 100.0]), "b": np.array([1.0, 101.0]), "c": np.array([1.0, 1.0])}
    for log in (False, True):
        fig = lines(series, look=LOOK, title="", x_label="x", y_label="y", log_y=log)
        places = {note.text: note.y for note in fig.layout.annotations}
        assert places["b"] - places["a"] == pytest.approx(0.08 * (2.0043 if log else 100), rel=0.02)
        assert places["a"] == pytest.approx(2.0 if log else 100.0)
    assert "100" in fig.layout.yaxis.ticktext


@pytest.mark.parametrize("present", [False, True])
def test_names_in_capitals_find_room_behind_their_curves(present: bool) -> None:
    """In Inter the letters of MHA are 0.88, 0.74 and 0.69 of the type's size wide; the name begins 6 pixels off."""
    look = Look(presenter=present)
    series = {name: np.arange(3.0) + place for place, name in enumerate(("MHA", "GQA", "MQA"))}
    fig = lines(series, look=look, title="", x_label="x", y_label="y")
    assert fig.layout.margin.r >= 6 + (0.88 + 0.78 + 0.69) * look.size


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0"), (16384.0, "16,384"), (-1024.0, "-1,024"), (2.2e-15, "2e-15"), (0.30796, "0.308")]
)
def test_numbers_of_the_table(value: float, words: str) -> None:
    assert number_in_words(value) == words


def test_bars_of_the_bases_stack_in_their_order_and_the_legend_has_the_chosen_colors() -> None:
    counts = np.array([[6, 1, 1], [5, 2, 1], [3, 3, 2]])
    fig = figures.base_bars([10, 1e4, 1e6], counts, chosen=1, look=LOOK, title="t")
    total = dict.fromkeys(("10", "10,000", "1,000,000"), 0)
    for bar in fig.data:
        for name, count in zip(bar.x, bar.y, strict=True):
            total[name] += count
    assert total == dict.fromkeys(total, 8)
    assert fig.layout.xaxis.categoryarray == tuple(total)
    assert [list(bar.x) for bar in fig.data if bar.showlegend] == [["10,000"]] * 3


@pytest.mark.parametrize("dark", [False, True])
def test_a_number_in_a_bar_reads_on_its_color(dark: bool) -> None:
    fig = figures.base_bars([10, 1e4], np.full((2, 3), 8), chosen=1, look=Look(dark=dark), title="t")
    for bar in fig.data:
        assert contrast(bar.insidetextfont.color, bar.marker.color) >= 4.5, bar.name


@pytest.mark.parametrize("presenter", [False, True])
def test_the_slider_of_the_dials_begins_beside_its_buttons(presenter: bool) -> None:
    look, angles = Look(presenter=presenter), np.zeros((2, 1))
    parts = {"parts": np.ones(1), "wavelengths": np.ones(1), "frames": ["0", "1"], "readings": ["", ""]}
    fig = rope.clock_hands(angles, angles, **parts, look=look, title="")
    # The words of both buttons, with a space on each side, in letters of two thirds of the type's size.
    words = sum(len(button.label) + 2 for button in fig.layout.updatemenus[0].buttons)
    assert fig.layout.sliders[0].pad.l >= words * look.size * 2 / 3
