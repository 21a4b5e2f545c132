"""The figures of the CLIP page, by their data."""

import re

import numpy as np
import pytest
from plotly.colors import hex_to_rgb, sample_colorscale, unlabel_rgb

from components.markdown import literally
from components.theme import Look
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    REPAIRS,
    Repair,
    chance_of,
    class_kept,
    fade_shares,
    recorded_labels,
    repaired_words,
    write_pairs,
)
from pages.prompting.clip_spurious import results, words
from pages.prompting.clip_spurious.figures import cosines, directions, groups, labels, places
from pages.prompting.clip_spurious.figures.fade import fade as draw_fade
from pages.prompting.clip_spurious.figures.tables import group_card, ink_on, picture_row
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.panels.correlation import CURVES, TREND, runs_at
from pages.prompting.clip_spurious.panels.repair import prediction
from pages.prompting.clip_spurious.panels.vectors import STYLES, directions_of

LOOK = Look()
HOSTILE = "<script>alert(1)</script>"


TABLE = np.array([[1.0, 0.5], [0.25, 0.9]])
INTERVAL = np.stack([TABLE - 0.05, np.minimum(TABLE + 0.05, 1)], axis=-1)


def fade(after: bool = False, dark: bool = False) -> object:
    shares = fade_shares()
    before = np.stack([1 - shares, shares], axis=1)
    return draw_fade(
        shares, before, before[:, ::-1] if after else None, at=0.5, look=Look(dark=dark), title="t", classes=CLASSES
    )


def tables(count: int) -> object:
    given = [(f"table {place}", TABLE, INTERVAL) for place in range(count)]
    grounds = [f"on {ground}" for ground in BACKGROUNDS]
    return groups.group_tables(given, look=LOOK, title="t", classes=CLASSES, backgrounds=grounds)


def test_the_fade_carries_both_curves_and_the_present_share() -> None:
    fig = fade()
    assert np.allclose(fig.data[0].y, 1 - fade_shares())
    assert np.allclose(fig.data[1].y, fade_shares())
    assert fig.layout.xaxis.title.text == "water in the background (%)"
    assert (fig.layout.shapes[0].x0, fig.layout.shapes[0].x1) == (50, 50)
    assert len(fade(after=True).data) == 4
    assert {trace.line.dash for trace in fade(after=True).data} == {"solid", "dot"}


def test_land_and_water_have_the_colors_of_their_roles() -> None:
    assert [trace.line.color for trace in fade().data] == [LOOK.role("land"), LOOK.role("water")]


def test_the_names_of_the_curves_do_not_lie_on_each_other() -> None:
    shares = fade_shares()
    for ends in ((0.5, 0.5), (0.9, 0.1), (0.45, 0.55)):
        values = np.tile(ends, (len(shares), 1))
        fig = draw_fade(shares, values, None, at=0.5, look=LOOK, title="t", classes=CLASSES)
        places = [280 * note.y + note.yshift for note in fig.layout.annotations]
        assert abs(places[0] - places[1]) >= 18


@pytest.mark.parametrize("count", [1, 2])
def test_a_group_table_shows_each_cell_with_its_interval_and_tells_which_was_clicked(count: int) -> None:
    fig = tables(count)
    maps, targets = fig.data[::2], fig.data[1::2]
    assert all(np.allclose(trace.z, TABLE) for trace in maps)
    assert [trace.customdata.tolist() for trace in targets] == [
        [[row, column, number] for row in (0, 1) for column in (0, 1)] for number in range(count)
    ]
    assert all(trace.text[0][1] == "<b>50%</b><br>45 to 55 %" for trace in maps)
    assert "table 0" in [note.text for note in fig.layout.annotations]
    assert "landbird on water<br>right 0.500<br>95 % interval 0.450 to 0.550" in targets[0].text
    assert fig.layout.yaxis.range == (1.5, -0.5)


def test_a_group_card_carries_every_cell_and_only_text() -> None:
    html = group_card(HOSTILE, "does", TABLE, INTERVAL, HOSTILE, classes=[HOSTILE, "b"], backgrounds=BACKGROUNDS)
    assert "<script>" not in html
    assert all(f"<b>{share:.0%}</b>" in html for share in TABLE.ravel())
    assert "45 to 55 %" in html


def test_text_on_a_cell_can_be_read() -> None:
    for share in np.linspace(0, 1, 101):
        paper = sample_colorscale("Viridis", [float(share)])[0]
        ratio = contrast(unlabel_rgb(paper), hex_to_rgb(ink_on(float(share))))
        assert ratio >= 4.5, f"{share:.2f}: {ratio:.1f}"


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(color: tuple[float, ...]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_row_of_pictures_says_what_each_shows() -> None:
    html = picture_row(HOSTILE, [("data:x", 'a "b"', "first", HOSTILE)], color="#123456")
    assert "<script>" not in html
    assert 'alt="a &quot;b&quot;"' in html
    assert "none" in picture_row("0 wrong", [], color="#123456")


def test_similarity_puts_texts_down_and_pictures_across() -> None:
    values = np.arange(6, dtype=float).reshape(2, 3) / 10
    fig = cosines.similarity(values, ["a", "b", "a"], ["data:x", "data:y"], look=LOOK, title="t")
    assert np.allclose(fig.data[0].z, values.T)
    assert list(fig.data[0].y) == [0, 1, 2]
    assert list(fig.layout.yaxis.ticktext) == ["a", "b", "a"]
    assert len(fig.layout.images) == 2
    assert list(fig.layout.xaxis.tickvals) == [0, 1]
    assert fig.layout.xaxis.ticktext is None
    assert fig.data[0].colorbar.nticks <= 5


def test_low_rows_have_labels_of_one_line_that_are_cut() -> None:
    texts = ["a photo of a brown landbird", "x" * 70, HOSTILE]
    fig = cosines.similarity(np.eye(3), texts, ["data:x"] * 3, look=LOOK, title="t", low=True)
    assert fig.layout.yaxis.ticktext[:2] == (texts[0], "x" * 33 + "…")
    assert "<" not in "".join(fig.layout.yaxis.ticktext)
    assert fig.layout.height < cosines.similarity(np.eye(3), texts, ["data:x"] * 3, look=LOOK, title="t").layout.height


def test_long_labels_take_two_lines_and_then_are_cut() -> None:
    assert cosines.two_lines("a landbird") == "a landbird"
    assert cosines.two_lines("a photo of a brown landbird") == "a photo of a brown<br>landbird"
    assert cosines.two_lines("x" * 70) == "x" * 20 + "<br>" + "x" * 19 + "…"
    assert "<script>" not in cosines.two_lines(HOSTILE + " " + HOSTILE)


def test_an_overlay_centers_signed_values_at_zero() -> None:
    values = np.array([[0.1, -0.4], [0.0, 0.2]])
    fig = places.overlay("data:x", values, reach=0.4, look=LOOK, title="t")
    assert (fig.data[0].zmin, fig.data[0].zmax) == (-0.4, 0.4)
    assert np.allclose(fig.data[0].z, values)
    signed = places.overlay("data:x", values, reach=0.013, look=LOOK, title="t", bar="b").data[0].colorbar
    assert list(zip(signed.tickvals, signed.ticktext, strict=True)) == [(-0.013, "−0.013"), (0, "0"), (0.013, "+0.013")]
    plain = places.overlay("data:x", values, look=LOOK, title="t", bar="b").data[0].colorbar
    assert plain.tickvals == (values.min(), values.max())
    assert len(places.overlay("data:x", None, look=LOOK, title="t").layout.images) == 1


def test_treatments_show_average_and_worst() -> None:
    rows = {"one": (0.9, 0.5, (0.44, 0.56)), "two": (0.8, 0.7, (0.6, 0.75))}
    fig = groups.treatments(rows, look=LOOK, title="t")
    assert np.allclose(fig.data[1].x, [0.9, 0.8])
    assert np.allclose(fig.data[2].x, [0.5, 0.7])
    assert np.allclose(fig.data[2].error_x.array, [0.06, 0.05])
    assert np.allclose(fig.data[2].error_x.arrayminus, [0.06, 0.1])


def test_the_map_draws_each_group_once() -> None:
    places, groups = np.random.default_rng(0).standard_normal((40, 2)), np.arange(40) % 4
    arrows = {"x": (np.array([1.0, 0.0]), LOOK.role("kl"), "solid")}
    fig = directions.scatter_map(
        places, groups, ["a", "b", "c", "d"], arrows, shares=np.array([0.5, 0.2]), look=LOOK, title="t"
    )
    assert [len(trace.x) for trace in fig.data[:4]] == [10] * 4


def test_an_arrow_is_as_long_as_what_the_map_shows_and_noise_has_none() -> None:
    places, groups = np.random.default_rng(0).standard_normal((40, 2)), np.arange(40) % 4
    arrows = {
        "long": (np.array([0.6, -0.6]), LOOK.role("key"), "solid"),
        "short": (np.array([0.0, 0.3]), LOOK.role("key"), "dash"),
        "noise": (np.array([6e-17, -5e-17]), LOOK.role("gold"), "solid"),
    }
    names = ["a", "b", "c", "d"]
    fig = directions.scatter_map(places, groups, names, arrows, shares=np.array([0.5, 0.2]), look=LOOK, title="t")
    reach = fig.layout.shapes[0].x1
    drawn = {trace.name: float(np.hypot(trace.x[1], trace.y[1])) / reach for trace in fig.data[4:]}
    assert drawn == {"long: 85%": pytest.approx(0.6 * 2**0.5), "short: 30%": pytest.approx(0.3)}
    assert [note.text for note in fig.layout.annotations] == ["nothing left in this plane: noise"]


@pytest.mark.parametrize("kind", ["none", "reject", "both", "project"])
def test_the_directions_that_the_map_cites_are_those_it_draws(kind: str) -> None:
    shown = Shown(None, "birds-100", 5, 50.0, repair_as(kind))  # type: ignore[arg-type]
    drawn = directions_of(shown)
    assert list(drawn.named) == list(STYLES)
    seen = {name: float(np.linalg.norm(drawn.found.within(way))) for name, way in drawn.named.items()}
    assert (seen["background, in words"] < directions.LEAST) == (kind == "reject")
    assert all(share > 0.1 for name, share in seen.items() if name != "background, in words")
    moved = drawn.named["class, in words"] - shown.words.direction
    assert (np.abs(moved).max() > 0.01) == (kind == "project")


def test_what_all_captions_begin_with_stands_once() -> None:
    captions = ["a photo of a red bird", "a photo of a blue bird"]
    assert cosines.common_start(captions) == "a photo of a "
    assert cosines.common_start(["a", "a b"]) == cosines.common_start(["one"]) == cosines.common_start([]) == ""
    assert cosines.common_start(["the bird", "the bird"]) == ""
    fig = cosines.similarity(np.eye(2), captions, ["data:x"] * 2, look=LOOK, title="t", low=True, short=True)
    assert fig.layout.yaxis.ticktext == ("red bird", "blue bird")
    assert fig.layout.yaxis.title.text == "a photo of a …"


def test_the_bars_of_one_picture_are_its_cosines_with_their_means() -> None:
    values, texts = [np.array([0.1, 0.3]), np.array([0.5])], [["a", HOSTILE], ["c"]]
    fig = cosines.bars(values, texts, look=LOOK, title="t", classes=CLASSES)
    assert [list(bar.x) for bar in fig.data] == [pytest.approx([0.1, 0.3]), pytest.approx([0.5])]
    assert [list(bar.y) for bar in fig.data] == [[0, 1], [2]]
    assert [line.x0 for line in fig.layout.shapes] == pytest.approx([0.2, 0.5])
    assert "<script>" not in fig.to_json()


def test_every_run_of_the_trend_has_its_dot_and_its_interval() -> None:
    runs = {label: [[run[key] for run in runs_at(percent)] for percent in TREND] for label, key in CURVES.items()}
    fig = groups.trend(list(TREND), runs, colors=dict.fromkeys(runs, "#123456"), look=LOOK, title="t")
    for label, line, dots in zip(runs, fig.data[::2], fig.data[1::2], strict=True):
        flat = [run for several in runs[label] for run in several]
        assert list(dots.y) == pytest.approx([run.worst for run in flat])
        assert list(dots.y + dots.error_y.array) == pytest.approx([run.worst_interval[1] for run in flat])
        assert line.y[-1] == pytest.approx(np.mean([run.worst for run in runs[label][-1]]))
    heights = sorted(note.y for note in fig.layout.annotations)
    assert min(np.diff(heights)) >= 0.069


def test_two_figures_of_cosines_share_numbers_and_colors() -> None:
    given, limits = np.arange(8.0).reshape(4, 2) / 10, (-0.5, 0.9)
    one, other = (
        cosines.similarity(
            given[part], ["a", "b"], ["data:x", "data:y"], look=LOOK, title="", first=part.start, limits=limits
        )
        for part in (slice(0, 2), slice(2, 4))
    )
    assert [(fig.data[0].zmin, fig.data[0].zmax) for fig in (one, other)] == [limits] * 2
    assert [list(fig.data[0].x) for fig in (one, other)] == [[0, 1], [2, 3]]
    assert [[image.x for image in fig.layout.images] for fig in (one, other)] == [[0, 1], [2, 3]]
    assert tuple(other.layout.xaxis.range) == (1.5, 3.5)
    assert np.allclose(other.data[0].z, given[2:].T)


@pytest.mark.parametrize("draw", ["similarity", "treatments", "overlay"])
def test_text_of_visitors_is_text(draw: str) -> None:
    drawn = {
        "similarity": lambda: cosines.similarity(np.eye(1), [HOSTILE], ["data:x"], look=LOOK, title=HOSTILE),
        "treatments": lambda: groups.treatments({HOSTILE: (1, 1, (1, 1))}, look=LOOK, title=HOSTILE),
        "overlay": lambda: places.overlay("data:x", np.eye(2), look=LOOK, title=HOSTILE),
    }[draw]()
    assert "<script>" not in drawn.to_json()


def test_the_page_main_figure_stays_small() -> None:
    for look in (Look(), Look(dark=True)):
        address = results.picture_of(5, 50.0)
        assert address.startswith("data:image/jpeg")
        assert len(address) < 120_000
        assert look.paper


def test_a_visitors_text_is_shown_as_it_stands() -> None:
    assert literally("two birds, 20 x 20.") == "two birds, 20 x 20."
    marked = literally("[go](x) $y$ `c` **b** :red[r] ![i](x) :material/home: \\")
    assert not re.search(r"(?<!\\)[\[\]($`*!:]", marked)


def test_the_finding_names_where_the_answer_turns() -> None:
    shares = fade_shares()
    toward_water = np.stack([1 - shares, shares], axis=1)
    assert words.finding("landbird", toward_water).endswith("from 52.5 % of water on")
    assert words.finding("waterbird", toward_water).endswith("up to 50 % of water")
    assert "stays" in words.finding("landbird", np.tile([0.9, 0.1], (41, 1)))
    assert "never" in words.finding("waterbird", np.tile([0.9, 0.1], (41, 1)))


def repair_as(kind: str, **more: float) -> Repair:
    """A repair with the page's insights."""
    return Repair(kind, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, **more)  # type: ignore[arg-type]


def test_repairs_change_what_they_say_they_change() -> None:
    plain = Repair("none", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS)
    x = results.fade_of("birds-100", 5, plain)
    assert np.array_equal(x, results.fade_of("birds-100", 5, Repair("none", (), ())))
    assert np.allclose(x, results.fade_of("birds-100", 5, Repair("reject", (), HELPFUL_INSIGHTS)))
    rejected = results.fade_of("birds-100", 5, Repair("reject", HARMFUL_INSIGHTS, ()))
    assert np.ptp(rejected, axis=0).max() < np.ptp(x, axis=0).max()


@pytest.mark.parametrize("kind", [kind for kind in REPAIRS if kind != "none"])
def test_strength_and_rank_lead_every_repair_from_nothing_to_the_whole(kind: str) -> None:
    plain = results.groups_of("birds-100", repair_as("none"))
    nothing = results.fade_of("birds-100", 5, repair_as(kind, strength=0.0))
    assert np.allclose(nothing, results.fade_of("birds-100", 5, repair_as("none")), atol=1e-6)
    assert np.array_equal(results.groups_of("birds-100", repair_as(kind, strength=0.0)).table, plain.table)
    whole = results.fade_of("birds-100", 5, repair_as(kind))
    half = results.fade_of("birds-100", 5, repair_as(kind, strength=0.5))
    assert np.abs(half - nothing).max() > 1e-3
    assert np.abs(whole - half).max() > 1e-3
    assert np.allclose(results.fade_of("birds-100", 5, repair_as(kind, rank=40)), whole)
    assert not np.allclose(results.fade_of("birds-100", 5, repair_as(kind, rank=1)), whole, atol=1e-3)
    if kind != "calibrate":
        assert np.allclose(results.fade_of("birds-100", 5, repair_as(kind, rank=0)), nothing, atol=1e-6)


def test_at_full_strength_the_repairs_are_those_of_the_verdict() -> None:
    accuracy = results.verdict_of("birds-100").accuracy
    names = {
        "none": "zero-shot",
        "both": "reject and increase",
        "project": "projected words",
        "calibrate": "calibrated words",
    }
    for kind in REPAIRS:
        assert np.array_equal(
            results.groups_of("birds-100", repair_as(kind)).table, accuracy[names.get(kind, kind)].table
        )


def test_without_calibration_the_two_repairs_of_words_are_one() -> None:
    said = results.repair_vectors("birds-100", repair_as("project"))
    project, calibrate = (repaired_words(repair_as(k, weight=0.0), said) for k in ("project", "calibrate"))
    assert np.allclose(project, calibrate)
    assert not np.allclose(project, repaired_words(repair_as("calibrate", weight=1000.0), said), atol=1e-2)


def test_the_prediction_counts_directions_and_says_what_is_left() -> None:
    vectors = results.repair_vectors("birds-100", repair_as("none"))
    said = prediction(repair_as("none"), vectors)
    assert said.startswith("Rejecting 3 directions leaves")
    assert "<b>57%</b> of the length" in said
    assert "<b>32%</b> of its square" in said
    assert prediction(repair_as("both", rank=1), vectors).startswith("Rejecting 1 direction leaves")
    assert prediction(repair_as("project"), vectors).startswith("Taking out of the words 6 directions")
    assert class_kept(repair_as("reject", rank=0), vectors) == pytest.approx(1)


def test_lines_that_are_no_directions_are_told_in_words() -> None:
    pairs = write_pairs(HARMFUL_INSIGHTS)
    assert words.about_lines(pairs, HARMFUL_INSIGHTS, 3) == ""
    assert "4 pairs, but only 3 directions" in words.about_lines(pairs + "\nb | a", (*HARMFUL_INSIGHTS, ("b", "a")), 3)
    assert "1 of 4 lines" in words.about_lines(pairs + "\nno bar", HARMFUL_INSIGHTS, 3)
    assert "no pair" in words.about_lines("", (), 0)


@pytest.mark.parametrize("group", range(4))
@pytest.mark.parametrize("kind", ["none", "reject", "project"])
def test_the_examples_are_of_their_group_and_right_or_wrong_as_they_say(group: int, kind: str) -> None:
    truth, ground = divmod(group, 2)
    found = results.examples_of("birds-100", repair_as(kind), (truth, ground), most=8)
    accuracy = results.groups_of("birds-100", repair_as(kind))
    assert found.n_right + found.n_wrong == 300
    assert found.n_right == round(300 * accuracy.table[truth, ground])
    assert len(found.wrong) == min(8, found.n_wrong)
    for example in (*found.wrong, *found.right):
        assert (example.scene.bird, example.scene.background) == (CLASSES[truth], BACKGROUNDS[ground])
        assert sum(example.chances) == pytest.approx(1)
    assert all(example.chances[truth] < 0.5 for example in found.wrong)
    scores = [example.chances[truth] for example in (*found.wrong, *found.right)]
    assert scores == sorted(scores)


def test_the_curve_of_labels_is_the_median_that_the_title_says() -> None:
    few = recorded_labels("birds-shortcut")
    fig = labels.label_curve(few.worst, {}, at=8, look=LOOK, title="t", height=350)
    said = [chance_of(few.draws(k)) for k in range(len(few.right))]
    assert list(fig.data[1].y) == pytest.approx([found.median.worst for found in said])
    assert fig.data[1].customdata == pytest.approx(np.array([found.worst_range for found in said]))
