"""What the page says of its numbers: each wording stands only where the numbers allow it, at all edges."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.page import Page
from core.learning import (
    CLASSES,
    COUNTS,
    OUTPUTS,
    PER_CLASS,
    SAMPLE_SIZES,
    DecompositionParams,
    GuessersParams,
    SelectionParams,
    Ways,
    WaysParams,
    World,
    decomposition,
    guessing,
    recorded_digits,
    selection,
    ways,
)
from pages.foundations.learning import findings, main
from pages.foundations.learning.results import RIDGES, Data, comparison_of, descents_of
from pages.foundations.learning.words import counted, number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.00149, "0.0015"),
        (0.0983, "0.0983"),
        (12.66, "12.7"),
        (999.6, "1e+03"),
        (1234.0, "1,234"),
        (65432.0, "6.5 · 10⁴"),
        (3.2e-7, "3.2 · 10⁻⁷"),
        (-5.0, "-5"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "no number"),
    ],
)
def test_numbers_are_written_for_people(value: float, words: str) -> None:
    assert number(value) == words.replace("1e+03", "1,000")


def test_things_are_counted() -> None:
    assert counted(1, "point") == "1 point"
    assert counted(2000, "point") == "2,000 points"
    assert counted(2, "of them is", "of them are") == "2 of them are"


def test_a_difference_within_the_noise_is_none() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(400)
    assert findings.apart(noise + 0.5, np.zeros(400)) == 1
    assert findings.apart(np.zeros(400), noise + 0.5) == -1
    assert findings.apart(noise, noise) == 0
    assert findings.apart(np.array([5.0]), np.array([1.0])) == 0
    few_huge = np.where(np.arange(400) < 300, 0.1, -0.05)
    few_huge[0] = 1e6
    assert findings.apart(few_huge, np.zeros(400)) == 1
    wrong = [findings.apart(rng.standard_normal(100), rng.standard_normal(100)) for _ in range(500)]
    assert np.mean(np.abs(wrong)) < 0.12


@pytest.mark.parametrize("ridge", list(RIDGES.values()))
@pytest.mark.parametrize("seed", [0, 5, 9])
def test_titles_of_fits_stand_on_their_errors(seed: int, ridge: float) -> None:
    for world, points in ((World(), 20), (World("line", 0.5), 8), (World("cubic", 0.0), 15), (World("step", 0.1), 200)):
        found = comparison_of(Data(world, points, 20, seed), ridge)
        training, test = found.errors["training"], found.errors["test"]
        for degree in range(21):
            words = findings.of_the_fit(found, degree)
            assert number(test[degree]) in words
            if "fits too well" in words:
                assert degree > found.best
                assert test[degree] > 1.25 * test[found.best]
                assert number(training[degree]) in words
            if "too simple" in words:
                assert degree < found.best
                assert test[degree] > 1.25 * test[found.best]
            if "nearly as well" in words:
                assert test[found.best] <= test[degree] <= 1.25 * test[found.best]
            if "No degree does better" in words:
                assert test[degree] == test.min()
            if "through every" in words:
                assert ridge == 0
                assert degree + 1 >= points
                assert training[degree] < 1e-6
        choice = findings.of_the_choice(found)
        assert f"degree <b>{found.errors['validation'].argmin()}</b>" in choice
        assert (", the least." in choice) == (found.chosen == found.best)


@pytest.mark.parametrize("points", [10, 40, 200])
def test_words_on_choices_stand_on_the_draws(points: int) -> None:
    found = selection(SelectionParams(points=points, draws=100, seed=points))
    right = np.mean(found.chosen == found.risk.argmin(axis=1))
    assert f"{right:.0%} the best one" in findings.of_the_selection(found)
    assert f"{len(set(found.chosen.tolist()))} different degrees" in findings.of_the_selection(found)
    words = findings.of_its_price(found)
    assert f"<b>{right:.0%}</b>" in words
    cost = [np.mean(np.log1p(found.excess(chosen))) for chosen in (found.folded, found.chosen)]
    if "it costs more" in words:
        assert cost[0] > cost[1]
    if "it costs less" in words:
        assert cost[0] < cost[1]
    if "better in validation" in findings.of_optimism(found):
        assert f"<b>{found.optimism:.0%}</b>" in findings.of_optimism(found)
        assert found.optimism > 0


def test_one_choice_of_all_is_called_so() -> None:
    found = selection(SelectionParams(draws=100))
    same = replace(found, chosen=np.full(100, 4))
    assert findings.of_the_selection(same) == "All 100 data sets choose degree 4"
    sure = replace(found, seen=found.risk)
    assert findings.of_optimism(sure).endswith("within the noise.")
    assert "better" in findings.of_optimism(found)


@pytest.mark.parametrize(("guessers", "points"), [(1, 50), (100, 50), (1000, 5)])
def test_words_on_guessers(guessers: int, points: int) -> None:
    found = guessing(GuessersParams(guessers, points))
    words = findings.of_the_guessers(found)
    assert f"{found.expected:.0%}" in words
    assert words.startswith("One guesser" if guessers == 1 else f"The best of {guessers:,}")


@pytest.mark.parametrize("degree", range(0, 21, 2))
def test_the_largest_part_is_the_largest(degree: int) -> None:
    found = decomposition(DecompositionParams(degree=degree, seed=3))
    words = findings.of_bias_and_variance(found)
    parts = {"bias²": found.bias[degree], "variance": found.variance[degree], "noise": found.floor}
    order = sorted(parts.values(), reverse=True)
    if "no part leads" in words:
        assert order[0] < 1.25 * order[1]
    else:
        name = next(name for name in parts if f"{name} is the largest part" in words)
        assert parts[name] == order[0] >= 1.25 * order[1]
    told = findings.of_the_decomposition(found)
    assert number(sum(parts.values())) in told
    assert ("by chance" in told) == (parts["bias²"] <= 3 * parts["variance"] / 100)


@pytest.mark.parametrize("ridge", [0.0, 0.01, 1.0, 10.0])
@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0, 2.0])
def test_words_on_the_descent_stand_on_the_seeds(noise: float, ridge: float) -> None:
    runs = descents_of(noise, ridge)
    words = findings.of_the_descent(runs)
    errors = np.array([run.test_error for run in runs])
    medians = np.median(errors, axis=0)
    if "No peak" in words:
        assert f"{COUNTS[int(medians.argmin())]:,} features" in words
        return
    assert f"peaks at {COUNTS[int(medians.argmax())]} features" in words
    before, after = medians[: COUNTS.index(100) + 1].min(), medians[COUNTS.index(100) + 1 :].min()
    if "falls below" in words:
        assert after < before
    if "does not come back" in words:
        assert after > before


def test_a_descent_without_a_peak_and_one_that_stays_above() -> None:
    runs = descents_of(0.5, 0.0)
    falling = tuple(replace(run, test_error=np.linspace(2, 1, len(COUNTS))) for run in runs)
    assert findings.of_the_descent(falling) == "No peak: the error is least with 1,000 features, 1"
    shape = np.where(np.array(COUNTS) > 100, 3.0, 1.0)
    shape[COUNTS.index(100)] = 9.0
    above = tuple(replace(run, test_error=shape * (1 + 0.01 * k)) for k, run in enumerate(runs))
    assert findings.of_the_descent(above).endswith("and does not come back to its first valley")
    flat = np.where(np.array(COUNTS) == 100, 9.0, 1.0)
    equal = tuple(replace(run, test_error=flat) for run in runs)
    assert findings.of_the_descent(equal).endswith("within the noise")


def of_signs(signs: list[int]) -> Any:
    rng = np.random.default_rng(1)
    base = 0.2 + 0.001 * rng.random((len(signs), 40))
    return Ways(base + 0.05 * np.array(signs)[:, None], base.copy())


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        ([0, 0, 0], "Neither classifier errs less at any size, within the noise"),
        ([1, 1, 1], "The discriminative classifier errs less at every size"),
        ([-1, -1, -1], "The generative classifier errs less at every size"),
        ([-1, 0, 1], "Who errs less: generative at 4, discriminative at 16 samples"),
        ([-1, -1, 0], "The generative classifier errs less at 2 of 3 sizes; at the others, neither"),
        ([1, 0, 1], "The discriminative classifier errs less at 2 of 3 sizes; at the others, neither"),
        ([0, 1, 1], "The discriminative classifier errs less from 8 samples on; before, neither"),
        ([1, -1, 0, -1], "Who errs less: discriminative at 4, generative at 8, generative at 32 samples"),
        ([1, -1, -1, 0], "Who errs less: discriminative at 4, generative from 8 to 16 samples; neither at 32"),
    ],
)
def test_words_on_who_errs_less(signs: list[int], words: str) -> None:
    assert findings.of_the_ways(of_signs(signs), (4, 8, 16, 32)[: len(signs)]) == words


def test_eight_comparisons_of_equals_seldom_find_a_winner() -> None:
    rng = np.random.default_rng(0)
    pairs = rng.standard_normal((2, 400, 8, 40))
    wrong = [findings.winners(first, second).any() for first, second in zip(*pairs, strict=True)]
    assert np.mean(wrong) < 0.1


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("features", [2, 10, 20])
def test_words_on_who_errs_less_stand_on_the_means(classes: str, features: int) -> None:
    found = ways(WaysParams(classes, features))
    signs = findings.winners(found.generative, found.discriminative)
    gap = found.generative.mean(axis=1) - found.discriminative.mean(axis=1)
    assert (np.sign(gap)[signs != 0] == signs[signs != 0]).all()
    assert findings.of_the_ways(found, SAMPLE_SIZES)


def test_recorded_digits_show_no_crossing() -> None:
    runs = recorded_digits()
    signs = findings.winners(runs.generative, runs.discriminative)
    assert signs[0] == 0
    assert (signs[1:] == 1).all()
    words = findings.of_the_ways(runs, PER_CLASS, "digits a class")
    assert words == "The discriminative classifier errs less from 2 digits a class on; before, neither"


@given(values=st.lists(st.integers(0, 1), min_size=1, max_size=20))
def test_words_on_losses(values: list[int]) -> None:
    y = np.array(values, dtype=np.float64)
    for name in ("a class", "a ranking", "a count"):
        words = findings.of_the_losses(OUTPUTS[name].losses, y)
        wanted = {number(loss.best(y)) for loss in OUTPUTS[name].losses}
        assert words.startswith("All losses want") == (len(wanted) == 1)
        assert all(value in words for value in wanted)


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        (
            "a number",
            [2, 4],
            "Squared error wants 3, absolute error wants 2 (or as well 4), pinball loss at 0.9 wants 4",
        ),
        ("a number", [2, 3, 4], "Squared error wants 3, absolute error wants 3, pinball loss at 0.9 wants 4"),
        ("a number", [5, 5], "All losses want 5 here"),
        ("a class", [0, 1], "Cross entropy wants 0.5, Brier score wants 0.5, 0-1 loss wants 1 (or as well 0)"),
        ("a ranking", [0, 1], "Bradley-Terry loss wants 0, hinge loss wants 1 (or as well 0)"),
        ("a ranking", [1, 1], "Bradley-Terry loss wants ∞, hinge loss wants 1"),
        ("a direction", [0, 180], "Cosine distance wants 90 (or as well 0), squared error wants 90"),
        ("a direction", [10, 20], "All losses want 15 here"),
    ],
)
def test_an_answer_that_is_not_the_only_best_is_told_so(name: str, values: list[int], told: str) -> None:
    assert findings.of_the_losses(OUTPUTS[name].losses, np.array(values, dtype=np.float64)) == told


@pytest.mark.parametrize(("ridge", "told"), [(0.0, "Degree <b>15</b> has"), (0.1, "with a ridge of <b>0.1</b> has")])
def test_the_reading_names_the_ridge_where_there_is_one(ridge: float, told: str) -> None:
    shown = main.Shown(cast(Page, None), Data(World(), 20, 20, 5), degree=15, ridge=ridge)
    assert told in main.reading(shown)
