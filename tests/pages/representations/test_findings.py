"""What the page says of its numbers: each wording over all records, and over the edges."""

import re

import numpy as np
import pytest

from components.theme import Look
from core.convolution import (
    COUNTS,
    PRETEXTS,
    RAW,
    Difference,
    Trials,
    difference,
    recorded_trials,
    recorded_views,
)
from pages.foundations.representations import findings
from pages.foundations.representations.figures.curves import curves
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import OTHERS

TRIALS, VIEWS = recorded_trials(), recorded_views().trials
UP, DOWN, TIE = Difference(0.1, 0.02, 0.18), Difference(-0.1, -0.18, -0.02), Difference(0.1, -0.02, 0.22)


def test_a_difference_is_named_by_its_interval_alone() -> None:
    assert findings.compared("contrast", RAW, 1, UP) == (
        "With 1 label per class, contrast beats raw pixels by 10.0 points (95%: +2.0 to +18.0)"
    )
    assert findings.compared("contrast", RAW, 5, DOWN) == (
        "With 5 labels per class, contrast falls 10.0 points behind raw pixels (95%: −18.0 to −2.0)"
    )
    assert findings.compared("contrast", RAW, 2, TIE) == (
        "With 2 labels per class, contrast and raw pixels do not differ for sure (95%: −2.0 to +22.0 points)"
    )
    assert "do not differ for sure (95%: 0.0 to 0.0 points)" in findings.compared("a", "b", 2, Difference(0, 0, 0))


@pytest.mark.parametrize("pretext", PRETEXTS)
@pytest.mark.parametrize("count", COUNTS)
def test_every_recorded_comparison_is_worded_as_its_numbers_say(pretext: str, count: int) -> None:
    for other in OTHERS:
        if other == pretext:
            continue
        found = difference(TRIALS.of(pretext, count), TRIALS.of(other, count))
        words = findings.compared(pretext, other, count, found)
        assert ("beats" in words) == (found.low > 0)
        assert ("behind" in words) == (found.high < 0)
        assert ("do not differ" in words) == (found.low <= 0 <= found.high)
        assert f"{abs(100 * found.mean):.1f}" in words or "do not differ" in words


@pytest.mark.parametrize("pretext", PRETEXTS)
def test_the_sentence_over_all_numbers_of_labels_names_each_once(pretext: str) -> None:
    words = findings.over_counts(TRIALS, pretext, RAW)
    if "every number" in words:
        signs = {difference(TRIALS.of(pretext, count), TRIALS.of(RAW, count)).sign for count in COUNTS}
        assert len(signs) == 1
        return
    assert sorted(map(int, re.findall(r"\d+", words))) == sorted(COUNTS)


@pytest.mark.parametrize(
    ("values", "words"),
    [((7, 7, 3), "7 (2 of 3)"), ((7, 3), "3 or 7 (1 of 2)"), ((5,), "5 (1 of 1)")],
)
def test_the_most_frequent_label_is_named_and_a_tie_names_all(values: tuple[int, ...], words: str) -> None:
    assert findings.most_common(np.array(values)) == words


def test_rows_of_neighbors_are_counted() -> None:
    rows = {RAW: np.array([3, 3, 5]), "contrast": np.array([5, 5, 5])}
    assert findings.of_rows(rows, 3) == "Of 3 nearest digits, so many are a 3 too: 2 by raw pixels, 0 by contrast"
    assert findings.of_rows(rows, None) == (
        "Most frequent among the nearest: 3 (2 of 3) by raw pixels, 5 (3 of 3) by contrast"
    )


@pytest.mark.parametrize("pretext", PRETEXTS)
def test_what_a_pretext_learned_is_said_of_its_scores(pretext: str) -> None:
    place = TRIALS.arms.index(pretext)
    score, baseline = TRIALS.score[place], TRIALS.baseline[place]
    words = findings.of_pretext(pretext, score, baseline)
    assert f"{score.mean():.3f}" in words or f"{score.mean():.0%}" in words
    worse = findings.of_pretext("inpainting", np.full(5, 0.2), np.full(5, 0.1))
    assert worse.endswith("no less than the mean picture’s 0.100")


def test_a_pretext_that_is_no_better_for_a_probe_is_called_so() -> None:
    for pretext in PRETEXTS:
        for count in COUNTS:
            sign = difference(TRIALS.of(pretext, count), TRIALS.of(RAW, count)).sign
            words = findings.of_task_and_use(TRIALS, pretext, count)
            told = {1: "beat raw pixels", -1: "fall behind raw pixels", 0: "do not differ from raw pixels for sure"}
            assert told[sign] in words


def with_views(*shifts: float) -> Trials:
    """Trials of raw pixels at .5 and of ways that lie so far from them, with a little noise."""
    noise = 0.001 * np.random.default_rng(0).standard_normal((5, 7, 10))
    accuracy = np.stack([np.full((5, 7, 10), 0.5), *(0.5 + shift + noise for shift in shifts)])
    arms = len(accuracy)
    empty = np.zeros((arms, 5))
    return Trials(
        (RAW, *(f"way {place}" for place in range(len(shifts)))),
        accuracy,
        accuracy[:, 0],
        np.zeros((arms, 5, 20)),
        np.zeros((arms, 5, 40)),
        empty,
        empty,
        empty,
    )


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ((0.0, 0.0), "no way to make views differs from raw pixels for sure"),
        ((0.1, 0.0), "1 of 2 ways to make views beats raw pixels"),
        ((0.1, 0.1), "2 of 2 ways to make views beat raw pixels"),
        ((0.1, -0.1), "1 of 2 ways to make views beats raw pixels, “way 1” falls behind"),
        ((-0.1, -0.1), "no of 2 ways to make views beat raw pixels, 2 fall behind"),
    ],
)
def test_views_are_counted_by_their_intervals(shifts: tuple[float, ...], words: str) -> None:
    said = findings.of_views(with_views(*shifts), 1)
    assert said == f"With 1 label per class, {words}".replace("no of 2 ways", "none of 2 ways")


def test_recorded_views_are_counted() -> None:
    for count in COUNTS:
        signs = [difference(VIEWS.of(way, count), VIEWS.of(RAW, count)).sign for way in VIEWS.arms[1:]]
        words = findings.of_views(VIEWS, count)
        assert f"{signs.count(1)} of 4" in words or signs.count(1) == 0


@pytest.mark.parametrize("k", [1, 8, 20])
def test_neighbors_of_seeds_that_disagree_are_called_so(k: int) -> None:
    for arm in PRETEXTS:
        one, other = (TRIALS.agreement[TRIALS.arms.index(name), :, k - 1] for name in (arm, RAW))
        words = findings.of_neighbors(TRIALS, arm, RAW, k)
        assert ("do not agree" in words) == (not ((one > other).all() or (one < other).all()))
        assert f"{one.mean():.1%} by {arm}" in words


def test_a_draw_with_shuffled_labels_is_chance_or_not() -> None:
    assert "chance (6% to 14%)" in findings.of_draw(RAW, 0.1, 1, shuffled=True, low=0.06, high=0.14)
    assert "not chance" in findings.of_draw(RAW, 0.5, 1, shuffled=True, low=0.06, high=0.14)
    assert findings.of_draw(RAW, 0.5, 1, shuffled=False, low=0, high=0).endswith("50.0% of the other digits rightly")


def test_ones_own_network_is_called_one_seed() -> None:
    for found, words in ((UP, "beats raw pixels by 10.0 points"), (DOWN, "falls behind raw pixels by 10.0 points"),
                         (TIE, "does not differ from raw pixels for sure with 1 label")):  # fmt: skip
        said = findings.of_own("contrast", 1, found)
        assert words in said
        assert "one seed" in said


def test_numbers_are_signed_but_for_zero() -> None:
    assert [findings.points(value) for value in (0.1234, -0.1234, 0.0004, -0.0004)] == ["+12.3", "−12.3", "0.0", "0.0"]


@pytest.mark.parametrize("look", [Look(), Look(presenter=True)])
@pytest.mark.parametrize("height", [None, 300])
def test_the_names_of_all_curves_stand_within_the_axes_and_none_on_another(look: Look, height: int | None) -> None:
    fig = curves(TRIALS, arm="contrast", versus=RAW, count=1, look=look, title="t", height=height)
    places = sorted(note.y for note in fig.layout.annotations if note.xanchor == "right")
    assert len(places) == len(TRIALS.arms)
    apart = look.size / fig.layout.height
    assert min(np.diff(places)) > apart
    assert places[0] > 0 and places[-1] < fig.layout.yaxis.range[1] - apart / 2


@pytest.mark.parametrize("arm", PRETEXTS)
def test_the_name_of_the_shuffled_labels_lies_above_all_of_their_curve(arm: str) -> None:
    fig = curves(TRIALS, arm=arm, versus=RAW, count=1, look=Look(), title="t")
    (curve,) = (trace for trace in fig.data if trace.name == "labels shuffled")
    (name,) = (note for note in fig.layout.annotations if note.text == f"{arm}, labels shuffled")
    assert name.yanchor == "bottom" and name.y >= max(curve.y) - 1e-6


def test_a_projector_leaves_more_room_for_the_words_below_a_row_of_pictures() -> None:
    rows = {name: Strip(np.zeros((2, 8, 8)), ["a", "b"]) for name in ("one", "two")}
    heights = [len(strips(rows, look=look, title="t", height=300).data[0].z) for look in (Look(), Look(presenter=True))]
    assert heights[1] > heights[0]
