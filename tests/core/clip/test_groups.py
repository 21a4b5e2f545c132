"""Group tables, zero-shot classification and geometry."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.clip import (
    GroupAccuracy,
    chance_of,
    class_prompts,
    class_vectors,
    cosine,
    descriptive_prompts,
    embedding_map,
    group_accuracy,
    linear_probe,
    mean_direction,
    predict,
    probabilities,
    prompt_means,
    training_shares,
    unit,
    waffle_prompts,
    word_choices,
    worst_moves,
)

triples = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60)


@given(triples)
def test_the_table_sums_to_the_sample_and_averages_to_the_accuracy(rows: list[tuple[int, int, int]]) -> None:
    predicted, label, background = np.array(rows).T
    found = group_accuracy(predicted, label, background)
    assert found.counts.sum() == len(rows)
    assert found.average == pytest.approx((predicted == label).mean())
    for c in (0, 1):
        for b in (0, 1):
            inside = (label == c) & (background == b)
            expected = (predicted[inside] == c).mean() if inside.any() else np.nan
            assert found.table[c, b] == pytest.approx(expected, nan_ok=True)
    assert found.gap >= -1e-12


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The interval by scipy."""
    found = binomtest(hits, count).proportion_ci(0.95, method="wilson")
    return found.low, found.high


@given(triples)
def test_the_intervals_are_wilsons(rows: list[tuple[int, int, int]]) -> None:
    predicted, label, background = np.array(rows).T
    found = group_accuracy(predicted, label, background)
    for (c, b), count in np.ndenumerate(found.counts):
        expected = wilson(round(found.table[c, b] * count), int(count)) if count else (np.nan, np.nan)
        assert found.interval[c, b] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    worst = found.interval.reshape(-1, 2)[np.nanargmin(found.table)]
    assert found.worst_interval == pytest.approx(tuple(worst))
    assert worst[0] <= found.worst + 1e-12 <= worst[1] + 2e-12


def test_a_perfect_group_still_has_an_interval_and_an_empty_one_has_none() -> None:
    zero, one = np.zeros(300, int), np.ones(300, int)
    found = group_accuracy(np.concatenate([zero, one]), np.concatenate([zero, one]), np.zeros(600, int))
    assert found.interval[0, 0, 0] == pytest.approx(0.987, abs=1e-3)
    assert found.interval[0, 0, 1] == pytest.approx(1)
    assert np.isnan(found.interval[0, 1]).all()
    empty = group_accuracy(*np.zeros((3, 0), int))
    assert all(np.isnan(end) for end in empty.worst_interval)


def test_the_training_weights_hide_the_worst_group() -> None:
    label, background = np.repeat([0, 1], 200), np.tile(np.repeat([0, 1], 100), 2)
    found = group_accuracy(background, label, background)
    assert found.average == pytest.approx(0.5)
    assert found.worst == 0
    assert found.weighted(training_shares(0.95)) == pytest.approx(0.95)
    assert found.weighted(training_shares(0.5)) == pytest.approx(found.average)


def test_bad_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        group_accuracy(np.zeros(2, int), np.zeros(3, int), np.zeros(3, int))
    with pytest.raises(ValueError, match="label"):
        group_accuracy(np.zeros(2, int), np.array([0, 2]), np.zeros(2, int))
    with pytest.raises(ValueError, match="share"):
        group_accuracy(*np.zeros((3, 4), int)).weighted(np.zeros((2, 2)))


def test_prompts_are_built_class_after_class() -> None:
    assert class_prompts(["a", "b"], ["x {}", "{} y"]) == [["x a", "a y"], ["x b", "b y"]]
    assert descriptive_prompts(["bird"], [["webbed feet"]]) == [["a bird, which has webbed feet"]]
    assert descriptive_prompts(["bird"], [[]]) == [["a bird"]]
    assert waffle_prompts(["a", "b"], ["tea"])[1] == ["a b, which has tea"]
    assert class_prompts(["{}"], ["a {}"]) == [["a {}"]]


@pytest.mark.parametrize("names", [[], ["x"] * 101])
def test_no_names_and_too_many_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        class_prompts(names)


def test_templates_and_lists_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="template"):
        class_prompts(["a"], [])
    with pytest.raises(ValueError, match=r"no \{\}"):
        class_prompts(["a"], ["a photo"])
    with pytest.raises(ValueError, match="lists"):
        descriptive_prompts(["a", "b"], [["x"]])


def test_an_ensemble_is_the_normed_mean_and_descriptions_the_mean_of_cosines() -> None:
    rng = np.random.default_rng(0)
    prompts, x = unit(rng.standard_normal((5, 8))), unit(rng.standard_normal((3, 8)))
    means = prompt_means(prompts, [2, 3])
    assert np.allclose(x @ means[1], (x @ prompts[2:].T).mean(axis=1))
    assert np.allclose(class_vectors(prompts, [2, 3]), unit(means))
    with pytest.raises(ValueError, match="sum to 5"):
        prompt_means(prompts, [2, 2])


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.floats(0.1, 100), st.floats(-5, 5))
def test_softmax_sums_to_one_and_ignores_a_constant(row: list[float], scale: float, shift: float) -> None:
    cosines = np.array([row])
    found = probabilities(cosines, scale)
    assert found.sum() == pytest.approx(1)
    assert np.allclose(found, probabilities(cosines + shift, scale), atol=1e-7)


def test_identical_classes_share_the_probability_and_the_first_wins() -> None:
    same = np.repeat(unit(np.ones((1, 4))), 2, axis=0)
    assert np.allclose(probabilities(same[:1] @ same.T, 50.0), 0.5)
    assert predict(same, same).tolist() == [0, 0]
    with pytest.raises(ValueError, match="scale"):
        probabilities(np.zeros((1, 2)), 0.0)


def test_the_map_finds_the_axis_of_largest_variance_and_directions_are_recovered() -> None:
    rng = np.random.default_rng(1)
    label, background = rng.integers(0, 2, (2, 400))
    x = 0.1 * rng.standard_normal((400, 6))
    x[:, 2] += 3 * background
    x[:, 4] += label
    found = embedding_map(x)
    assert abs(found.axes[0, 2]) > 0.99
    assert np.allclose(found.place(x).mean(axis=0), 0, atol=1e-9)
    assert abs(cosine(mean_direction(x, background, label), np.eye(6)[2])) > 0.99
    assert abs(cosine(mean_direction(x, label, background), np.eye(6)[4])) > 0.99
    assert (linear_probe(x[::2], label[::2], x[1::2]) == label[1::2]).mean() > 0.95


def test_a_direction_shows_the_part_of_it_that_lies_in_the_map() -> None:
    x = np.random.default_rng(2).standard_normal((60, 6)) * np.array([5, 3, 1, 1, 0.1, 0.1])
    found = embedding_map(x)
    whole = 7.0 * found.axes[0] - 2.0 * found.axes[1]
    assert np.linalg.norm(found.within(whole)) == pytest.approx(1)
    off = whole - found.axes.T @ (found.axes @ whole) + np.linalg.svd(found.axes)[2][-1]
    assert np.linalg.norm(found.within(off)) < 1e-12
    assert np.linalg.norm(found.within(np.zeros(6))) == 0
    # The eigenvalues of the covariance are another way to the same shares.
    values = np.sort(np.linalg.eigvalsh(np.cov(x.T)))[::-1]
    assert np.allclose(found.share, values[:2] / values.sum())


def counted(right: Sequence[int]) -> GroupAccuracy:
    """A group table of four groups of 300 pictures."""
    return GroupAccuracy(np.array(right).reshape(2, 2) / 300, np.full((2, 2), 300))


def test_a_worst_group_moves_only_where_the_intervals_lie_apart() -> None:
    low, near, high = counted([300, 137, 300, 300]), counted([300, 300, 150, 300]), counted([283, 300, 300, 300])
    assert (worst_moves(low, high), worst_moves(high, low)) == (1, -1)
    assert worst_moves(low, near) == worst_moves(near, low) == worst_moves(low, low) == 0


def test_draws_are_put_in_order_and_the_lower_middle_one_is_the_median() -> None:
    draws = [counted([300, 300, 300, worst]) for worst in (9, 3, 6, 12)]
    found = chance_of(draws)
    assert [round(300 * draw.worst) for draw in found.draws] == [3, 6, 9, 12]
    assert round(300 * found.median.worst) == 6
    assert found.worst_range == pytest.approx((0.01, 0.04))
    assert found.average == pytest.approx(906 / 1200)
    with pytest.raises(ValueError, match="no draws"):
        chance_of([])


@pytest.mark.parametrize(("words", "count", "found"), [(6, 4, 15), (4, 4, 1), (3, 9, 1), (9, 4, 30), (100, 50, 30)])
def test_choices_of_words_are_different_and_all_there_are_where_they_are_few(
    words: int, count: int, found: int
) -> None:
    chosen = word_choices(words, count)
    assert len(set(chosen)) == len(chosen) == found
    assert all(len(set(one)) == min(words, count) and list(one) == sorted(one) for one in chosen)
    assert chosen == word_choices(words, count)
    with pytest.raises(ValueError, match="at least"):
        word_choices(words, -1)


def test_degenerate_geometry_is_refused_or_said() -> None:
    with pytest.raises(ValueError, match="n_axes"):
        embedding_map(np.zeros((3, 4)), n_axes=9)
    with pytest.raises(ValueError, match="no picture"):
        mean_direction(np.zeros((2, 3)), np.array([0, 0]), np.array([0, 0]))
    assert np.isnan(cosine(np.zeros(3), np.ones(3)))


def test_the_worst_groups_interval_is_that_of_its_share() -> None:
    label, background = np.repeat([0, 1], 50), np.tile(np.repeat([0, 1], 25), 2)
    predicted = label.copy()
    predicted[:5] = 1
    found = group_accuracy(predicted, label, background)
    assert found.worst == pytest.approx(0.8)
    assert found.worst_interval == pytest.approx(wilson(20, 25))
