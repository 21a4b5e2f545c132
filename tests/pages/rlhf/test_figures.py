"""The figures of the RLHF page, by their data."""

import numpy as np
import plotly.graph_objects as go
import pytest

from components.theme import Look
from core.rlhf import (
    PAIRS,
    SEEDS,
    counts,
    gold_by_length,
    gold_of_repeats,
    recorded_probes,
    recorded_run,
    recorded_runs,
    recorded_variants,
    run_against,
    usual,
)
from pages.alignment.rlhf.choices import APART, COMPARISONS, apart, comparisons, own_name
from pages.alignment.rlhf.figures import run as figures
from pages.alignment.rlhf.figures import series as panels
from pages.alignment.rlhf.figures.ends import LINE, end_names
from pages.alignment.rlhf.figures.judge import start
from pages.alignment.rlhf.figures.walk import bet, leash, walked
from pages.alignment.rlhf.panels.walk import Walk, fitted_as
from pages.alignment.rlhf.topic import DEFAULTS
from tests.components.checking import checked

LOOK = Look()
STEPS = 150


def run(
    text: str = "sun light",
    *,
    step: int = 3,
    others: dict[str, tuple[np.ndarray, np.ndarray]] | None = None,
    arm: str = "",
):
    x = np.arange(STEPS)
    said = [figures.Said((f"{text} {place}",) * 8, np.full(8, 1.5), np.full(8, -0.5)) for place in range(STEPS)]
    return checked(
        figures.run_figure(
            x,
            np.sin(x / 20),
            np.cos(x / 20),
            said,
            others=others or {},
            arm=arm,
            step=step,
            step_name=[f"step {place}" for place in x],
            x_label="step",
            look=LOOK,
            title="t",
        )
    )


def test_curves_carry_the_values_and_roles() -> None:
    fig = run()
    by_name = {trace.name: trace for trace in fig.data if trace.name}
    assert np.allclose(by_name["gold"].y, np.cos(np.arange(STEPS) / 20), atol=1e-6)
    assert by_name["proxy"].line.color == LOOK.role("proxy")
    assert by_name["gold"].line.color == LOOK.role("gold")


def test_dragging_shows_each_steps_words_and_place() -> None:
    fig = run(step=7)
    frames = {frame.name: frame for frame in fig.frames}
    steps = fig.layout.sliders[0].steps
    assert [step.args[0][0] for step in steps] == list(frames)
    assert steps[fig.layout.sliders[0].active].label == "step 7"
    for place in (0, 7, 148, 149):
        marker, words = frames[str(place)].data
        assert marker.x == (place, place)
        assert f"sun light {place}" in words.text[0]
    first = fig.frames[0]
    assert [fig.data[index].mode for index in first.traces] == ["lines+markers", "text"]
    assert fig.data[first.traces[1]].text == frames["7"].data[1].text


def test_a_click_carries_the_step() -> None:
    targets = next(trace for trace in run().data if trace.customdata is not None)
    assert targets.customdata[5][0] == 5
    assert targets.customdata[STEPS + 5][0] == 5
    assert targets.hoverinfo != "skip"


def test_the_figure_stays_small_with_words_of_full_length() -> None:
    others = {f"β {beta}": (np.arange(STEPS), np.zeros(STEPS)) for beta in range(5)}
    fig = run("scatters " * 13, others=others)
    assert len(fig.to_json()) < 400_000


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<b>x</b>"])
def test_names_and_words_are_text(hostile: str) -> None:
    fig = run(hostile, others={hostile: (np.arange(3), np.zeros(3))})
    spec = fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    assert hostile not in spec
    for other in (
        panels.bars({hostile: 1.0}, look=LOOK, title=hostile, y_label="y"),
        panels.grouped_bars({hostile: np.ones(1)}, [hostile], look=LOOK, title=hostile, y_label="y"),
        figures.series_figure(np.ones(3), look=LOOK, title=hostile, color="#000000", x_label="step"),
    ):
        assert hostile not in other.to_json().replace("\\u003c", "<").replace("\\u003e", ">")


def test_long_responses_break_between_words() -> None:
    wrapped = figures._wrapped("scatters " * 13, 44)
    assert wrapped.count("<br>") >= 1
    assert all(len(line) <= 44 for line in wrapped.strip().split("<br>"))
    assert figures._wrapped("", 44) == "(says nothing)"


def test_bars_leave_room_for_whiskers_and_negative_values() -> None:
    fig = panels.bars({"a": -2.0, "b": 1.0}, look=LOOK, title="", y_label="y", errors=np.array([1.0, 0.5]))
    low, high = fig.layout.yaxis.range
    assert low < -3
    assert high > 1.5


def test_live_curves_take_what_a_job_reports() -> None:
    fig = figures.live_curves({"proxy": np.ones(3), "gold": np.zeros(3)}, look=LOOK)
    assert [trace.name for trace in fig.data] == ["proxy", "gold"]


def test_the_narrow_figure_has_the_curves_and_no_words() -> None:
    x = np.arange(STEPS)
    fig = figures.curves_figure(
        x, np.sin(x / 20), np.cos(x / 20), others={"β 1": (x, x / 9)}, step=4, x_label="step", look=LOOK, title="t"
    )
    assert not fig.frames
    assert not fig.layout.sliders
    assert [trace.name for trace in fig.data[:3]] == ["β 1", "proxy", "gold"]
    assert fig.data[-1].x == (4.0, 4.0)
    assert fig.layout.xaxis.domain is None
    assert fig.layout.yaxis.range[1] > x[-1] / 9
    assert any(trace.customdata is not None for trace in fig.data)
    assert len(fig.to_json()) < 20_000


def test_a_small_curve_carries_its_values() -> None:
    fig = figures.series_figure(
        np.array([1.0, np.nan, 3.0]), look=LOOK, title="KL (nats)", color="#112233", x_label="n"
    )
    assert fig.data[0].y[2] == 3
    assert fig.data[0].line.color == "#112233"


def test_names_that_look_like_numbers_are_names() -> None:
    fig = panels.bars({"500": 1.0, "8000": 2.0, "AI": 3.0}, look=LOOK, title="", y_label="y")
    groups = panels.grouped_bars({"best": np.ones(2)}, ["125", "500"], look=LOOK, title="", y_label="y")
    assert fig.layout.xaxis.type == groups.layout.xaxis.type == "category"


@pytest.mark.parametrize("look", [LOOK, Look(presenter=True)], ids=["desk", "projector"])
def test_names_of_means_keep_a_line_apart_where_seeds_make_the_axis_longer(look: Look) -> None:
    arms = {"people": [np.array([0.0, 1.0]), np.array([0.0, 9.0])], "AI": [np.full(2, 4.9), np.full(2, 4.9)]}
    fig = panels.over_seeds(arms, look=look, title="t", x_label="x", y_label="y", height=295)
    low, high = sorted(note.y for note in fig.layout.annotations)
    # Below the plot stand ticks and the name of the axis; the title's room above it is the figure's margin.
    plot = fig.layout.height - fig.layout.margin.t - 50
    assert (high - low) * plot / (1.1 * 9) >= look.size


@pytest.mark.parametrize("gap", [-5.0, -4.1, 0.0, 0.7, 4.0, 5.0])
def test_both_numbers_of_a_gap_have_room_in_the_plot(gap: float) -> None:
    look = Look(presenter=True)
    fig = panels.sigmoid_figure(gap, look=look, title="t", height=268)
    floor, roof = fig.layout.yaxis.range
    # Ticks and the axis's name take 93 of the 268 pixels; a number stands off its point by the point's radius.
    number = (look.size + 6) * (roof - floor) / 175
    lower, upper = sorted((trace for trace in fig.data if trace.text), key=lambda trace: trace.y[0])
    assert upper.textposition.startswith("top")
    assert lower.textposition.startswith("bottom")
    assert floor <= lower.y[0] - number
    assert upper.y[0] + number <= roof
    side = "right" if gap < -4 else "left" if gap > 4 else "center"
    assert {upper.textposition.split()[1], lower.textposition.split()[1]} == {side}


@pytest.mark.parametrize("what", [*COMPARISONS, *APART])
def test_the_run_on_screen_is_called_as_its_comparison_calls_the_others(what: str) -> None:
    shown, values = usual(), {**DEFAULTS, "compare": what}
    others = {**comparisons(values, what, shown), **apart(what, shown)}
    own = own_name(what, shown)
    assert others
    assert own not in others
    x = np.arange(STEPS)
    fig = run(others={name: (x, np.zeros(STEPS)) for name in others}, arm=own)
    named = {note.text: note.font.color for note in fig.layout.annotations}
    assert set(named) == {*others, f"proxy, {own}", f"gold, {own}"}
    assert named[f"gold, {own}"] == LOOK.word(LOOK.role("gold"))
    assert [trace.name for trace in fig.data[: len(others) + 2]] == [*others, "proxy", "gold"]


WALKED = [
    history
    for params, history in recorded_runs().items()
    if params.seed in SEEDS and params.pairs in PAIRS and params.algorithm != "best_of_n"
    if fitted_as(params) == fitted_as(usual(pairs=params.pairs, seed=params.seed))
]


@pytest.mark.parametrize("step", [0, -1])
def test_no_line_point_or_bar_lies_on_the_name_of_the_labeled_answers(step: int) -> None:
    table = recorded_probes()
    assert len(WALKED) > 100
    for history in WALKED:
        said = counts(history.samples[-1].astype(int)).sum(0)
        walk = Walk(history, int(said.argmax()) + 1, step)
        word = walk.word - 1
        for proxy, gold, seen, count in (
            (table.repeats[walk.place][word], gold_of_repeats(word + 1), table.seen_repeats[walk.place][word], "count"),
            (table.by_length[walk.place], gold_by_length(), table.seen_lengths[walk.place], "length"),
        ):
            points = {**walk.said, "count": walk.said[count]}
            fig = walked(proxy, gold, seen / seen.sum(), points, look=LOOK, title="t", x_label="x", height=310)
            free_of_all(fig)


def free_of_all(fig: go.Figure) -> None:
    """No line, no middle of a point and no bar within the name of the bars, which is 50 of about 500 pixels wide."""
    note = fig.layout.annotations[-1]
    assert note.text == "labeled"
    (left, right), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    long, tall = 0.1 * (right - left), LOOK.size / (310 - 94) * (high - low)
    assert left <= note.x <= right - long
    assert low <= note.y <= high - tall
    for trace in fig.data:
        if trace.type == "bar":
            tops = low + np.asarray(trace.y) / fig.layout.yaxis2.range[1] * (high - low)
            over = (np.asarray(trace.x) + 0.4 > note.x) & (np.asarray(trace.x) - 0.4 < note.x + long)
            assert not (over & (tops > note.y)).any()
            continue
        x, y = np.asarray(trace.x, float), np.asarray(trace.y, float)
        if trace.mode == "lines":
            fine = np.linspace(x[0], x[-1], 2000)
            x, y = fine, np.interp(fine, x, y)
        assert not ((x > note.x) & (x < note.x + long) & (y > note.y) & (y < note.y + tall)).any()


@pytest.mark.parametrize("letter", [0.0115, 0.015])
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("what", list(APART))
def test_names_over_kl_are_crossed_by_no_curve_and_lead_to_their_ends(what: str, seed: int, letter: float) -> None:
    shown, table = recorded_run(usual(seed=seed)), recorded_variants()
    assert shown is not None
    curves = {
        name: (np.sqrt(table.curves(arm, "kl")[seed]), table.curves(arm, "gold")[seed])
        for name, arm in APART[what].items()
    }
    own = own_name(what, shown.params)
    curves |= {f"{name}, {own}": (np.sqrt(shown.kl), getattr(shown, name)) for name in ("proxy", "gold")}
    every = [np.concatenate([values[axis] for values in curves.values()]) for axis in (0, 1)]
    wide, high = (float(np.ptp(values)) for values in every)
    boxes = []
    for note in end_names(curves, dict.fromkeys(curves, "#112233"), LOOK, letter=letter):
        x, y = (curve[-1] for curve in curves[note["text"]])
        left, middle = (note["ax"], note["ay"]) if note["showarrow"] else (note["x"] + 0.012 * wide, note["y"])
        if note["showarrow"]:
            assert (note["x"], note["y"]) == pytest.approx((x, y))
        else:
            assert note["x"] == pytest.approx(x)
            assert abs(middle - y) <= 2.2 * LINE * high
        right = left + letter * len(note["text"]) * wide
        inside = (every[0] > left) & (every[0] < right) & (np.abs(every[1] - middle) < 0.49 * LINE * high)
        assert not inside.any(), note["text"]
        boxes.append((left, right, middle))
    for place, (left, right, middle) in enumerate(boxes):
        for a, b, y in boxes[:place]:
            assert right < a or b < left or abs(y - middle) > 0.99 * LINE * high


def test_steps_at_which_to_stop_are_named_by_their_strokes_however_near_they_are() -> None:
    stops = {"you": 43, "rule": 42, "best": 45}
    kl = np.linspace(0, 9, 50)
    for fig in (
        bet({"proxy": kl, "entropy": kl}, stops, look=LOOK, title="", height=300),
        leash(kl, 3.0, stops, look=LOOK, title="", height=300),
    ):
        lines = [shape for shape in fig.layout.shapes if shape.showlegend]
        assert [line.name for line in lines] == ["you: 43", "rule: 42", "best: 45"]
        assert [line.x0 for line in lines] == list(stops.values())
        assert len({line.line.dash for line in lines}) == 3
        assert fig.layout.showlegend
        assert not any(trace.showlegend for trace in fig.data)


def test_steps_that_are_one_share_a_line() -> None:
    kl = np.linspace(0, 9, 50)
    fig = leash(kl, 3.0, {"you": 43, "rule": 42, "best": 42}, look=LOOK, title="", height=300)
    lines = [shape for shape in fig.layout.shapes if shape.showlegend]
    assert [(line.name, line.x0) for line in lines] == [("you: 43", 43), ("rule and best: 42", 42)]


@pytest.mark.parametrize("gold", [False, True])
def test_before_a_label_the_start_stands_alone(gold: bool) -> None:
    run = run_against(np.zeros(12), steps=1)
    rewards = {name: float(getattr(run, name)[0]) for name in ("proxy", *["gold"] * gold)}
    fig = start(rewards, look=LOOK, title="", height=300)
    assert [trace.name for trace in fig.data] == list(rewards)
    assert [tuple(trace.x) for trace in fig.data] == [(0.0,)] * len(rewards)
    assert [trace.y[0] for trace in fig.data] == list(rewards.values())
    (low, high), (left, right) = fig.layout.yaxis.range, fig.layout.xaxis.range
    assert all(low < reward < high for reward in rewards.values())
    assert left < 0 < right


@pytest.mark.parametrize(("tall", "count"), [(800, 4), (736, 4), (676, 3)])
def test_on_a_projector_there_are_as_many_responses_as_have_room(tall: int, count: int) -> None:
    x, three = np.arange(2), "light " * 14
    said = [figures.Said((three,) * 8, np.full(8, 1.5), np.full(8, -0.5)) for _ in x]
    look = Look(presenter=True, tall=tall)
    fig = figures.run_figure(
        x, x, x, said, others={}, step=0, step_name=["0", "1"], x_label="step", look=look, title="t"
    )
    words = fig.data[-1].text
    assert len(words) == count
    lines = max(response.count("<br>") + 1 for response in words)
    assert count * lines * 1.3 * (look.size - 1) <= look.hero - 100
