"""The probe: against another regression, over its invariants, and where it has to refuse."""

from inspect import unwrap
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp

from core.convolution import (
    LinearProbe,
    accuracies,
    chance_band,
    chance_check,
    digit_labels,
    digit_pictures,
    fitted,
    held_out,
    labeled_draw,
    optimum_check,
    probe,
    recorded_check,
    standardized,
    whole_items_check,
)

PIXELS, LABELS = digit_pictures()[held_out()].reshape(-1, 64), digit_labels()[held_out()]


def clouds(classes: int = 3, each: int = 12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    return rng.standard_normal((len(labels), 4)) + 1.5 * np.eye(classes, 4)[labels], labels


def by_hand(features: np.ndarray, labels: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The same loss, minimized by scipy over weights and biases of all classes at once."""
    classes = np.unique(labels)
    x = (features - features.mean(0)) / np.sqrt(((features - features.mean(0)) ** 2).mean())
    told = np.searchsorted(classes, labels[drawn])
    shape = (len(classes), x.shape[1] + 1)
    # Of two classes sklearn keeps one vector w = W1 - W0; |w|^2 / 2 is the penalty |W|^2 of the symmetric pair.
    weigh = 1.0 if len(classes) == 2 else 0.5

    def loss(flat: np.ndarray) -> float:
        rows = flat.reshape(shape)
        scores = x[drawn] @ rows[:, :-1].T + rows[:, -1]
        fits = scores[np.arange(len(told)), told] - logsumexp(scores, axis=1)
        return float(weigh * (rows[:, :-1] ** 2).sum() - fits.sum())

    best = minimize(loss, np.zeros(shape).ravel(), method="BFGS", options={"gtol": 1e-6}).x.reshape(shape)
    return np.asarray(classes[(x @ best[:, :-1].T + best[:, -1]).argmax(axis=1)])


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_a_probe_is_the_regression_that_another_solver_finds(classes: int) -> None:
    features, labels = clouds(classes=classes)
    features = features[:, : max(classes - 1, 2)]
    for seed in range(3):
        drawn = labeled_draw(labels, per_class=4, seed=seed)
        peer = by_hand(features, labels, drawn)
        assert np.array_equal(fitted(features, labels, drawn).predictions, peer)
        accuracy = float((peer[~drawn] == labels[~drawn]).mean())
        assert probe(features, labels, per_class=4, seed=seed) == accuracy


@given(st.integers(0, 50), st.floats(1e-3, 1e3), st.floats(-100, 100), st.integers(1, 8))
@settings(max_examples=25)
def test_neither_place_nor_unit_of_features_matters(seed: int, unit: float, place: float, per_class: int) -> None:
    features, labels = clouds(seed=seed)
    plain = probe(features, labels, per_class=per_class, seed=seed)
    moved = probe(unit * features + place, labels, per_class=per_class, seed=seed)
    # An item on the border may fall either way by rounding.
    assert abs(plain - moved) <= 1.5 / (len(labels) - 3 * per_class)


@given(st.integers(0, 1000), st.integers(1, 11))
def test_a_draw_takes_as_many_of_each_class_and_depends_on_labels_alone(seed: int, per_class: int) -> None:
    labels = clouds()[1]
    drawn = labeled_draw(labels, per_class=per_class, seed=seed)
    assert np.bincount(labels[drawn]).tolist() == [per_class] * 3
    assert np.array_equal(drawn, labeled_draw(labels.copy(), per_class=per_class, seed=seed))


def test_parted_classes_are_told_apart_and_names_of_classes_do_not_matter() -> None:
    features, labels = clouds()
    far = features + 100 * np.eye(3, 4)[labels]
    assert probe(far, labels, per_class=1, seed=0) == 1.0
    named = np.array(["b", "a", "c"])[labels]
    assert probe(far, named, per_class=1, seed=0) == 1.0
    assert probe(np.zeros_like(far), labels, per_class=2, seed=0) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"per_class": 0}, "per_class is 0; it must be a whole number from 1 to 11"),
        ({"per_class": 12}, "per_class is 12; it must be a whole number from 1 to 11"),
        ({"seed": -1}, "seed is -1; it must be a whole number of 0 or more"),
        ({"labels": np.zeros(36, dtype=int)}, "labels hold 1 class"),
        ({"labels": np.zeros(35, dtype=int)}, "one for each item"),
        ({"features": np.zeros(36)}, r"it must be \[item feature\]"),
        ({"features": np.zeros((36, 0))}, r"it must be \[item feature\]"),
        ({"features": np.full((36, 2), np.nan)}, "72 values that are no finite numbers"),
        ({"features": np.full((36, 2), np.inf)}, "no finite numbers"),
        ({"features": np.full((36, 2), 1j)}, "features holds complex128"),
        ({"labels": np.array([np.nan, 1.0, 2.0] * 12)}, "labels hold a value that is not equal to itself"),
        ({"labels": np.array([None, "a", 2] * 12)}, "labels cannot be compared"),
        ({"labels": [[0], [1, 2]]}, "labels are no list of labels"),
        ({"labels": np.arange(36)}, "the smallest class has 1 item; each needs two"),
    ],
)
def test_what_cannot_be_probed_is_refused(change: dict[str, Any], words: str) -> None:
    features, labels = clouds()
    given_ = {"features": features, "labels": labels, "per_class": 1, "seed": 0} | change
    with pytest.raises(ValueError, match=words):
        probe(given_.pop("features"), given_.pop("labels"), **given_)


def test_classes_may_have_any_names() -> None:
    features, labels = clouds()
    plain = probe(features, labels, per_class=2, seed=3)
    for names in (np.array([0.25, 0.5, 7.75]), np.array(["a", "b c", "d"]), np.array([-3, 5, 2**40])):
        assert probe(features, names[labels], per_class=2, seed=3) == plain


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), None, "3", [3]])
def test_numbers_of_labels_and_seeds_are_whole(value: Any) -> None:
    with pytest.raises(ValueError, match=r"per_class is .*; it must be a whole number from 1 to 11"):
        unwrap(labeled_draw)(clouds()[1], per_class=value, seed=0)
    with pytest.raises(ValueError, match=r"seed is .*; it must be a whole number of 0 or more"):
        unwrap(labeled_draw)(clouds()[1], per_class=1, seed=value)


@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1e160, 1e300])
def test_units_of_any_size_give_the_same_probe(unit: float) -> None:
    features, labels = clouds()
    plain = probe(features, labels, per_class=4, seed=1)
    assert plain > 0.5
    # At 1e-320 three digits of a feature are left.
    assert abs(probe(features * unit, labels, per_class=4, seed=1) - plain) <= 2 / 24


def test_features_of_one_value_become_zero() -> None:
    assert not standardized(np.full((5, 3), 7.0)).any()
    assert (standardized(clouds()[0]) ** 2).mean() == pytest.approx(1)


def test_shuffled_labels_fall_to_chance_and_true_ones_turn_the_check_red() -> None:
    shuffled = [
        probe(PIXELS, np.random.default_rng(seed).permutation(LABELS), per_class=2, seed=seed) for seed in range(10)
    ]
    assert chance_check(np.array(shuffled), 2, LABELS).passed
    true = accuracies(PIXELS, LABELS, counts=(2,), seeds=range(10))[0]
    assert not chance_check(true, 2, LABELS).passed
    assert not chance_check(np.zeros(10), 2, LABELS).passed
    (low, high), reach = chance_band(2, LABELS)
    assert 0.08 < low <= 0.1 <= high < 0.12
    assert reach == pytest.approx(np.sqrt(np.log(20_000) / (2 * 577)))


def test_accuracies_count_whole_digits_or_the_check_is_red() -> None:
    found = accuracies(PIXELS, LABELS, counts=(3,), seeds=range(4))[0]
    assert whole_items_check(found, 3, LABELS).passed
    assert not whole_items_check(found + 1e-4, 3, LABELS).passed
    assert not whole_items_check(found, 5, LABELS).passed
    assert not whole_items_check(found + 1, 3, LABELS).passed
    assert not whole_items_check(np.array([np.nan]), 3, LABELS).passed


def test_a_probe_that_left_its_optimum_is_red() -> None:
    features, labels = clouds()
    drawn = labeled_draw(labels, per_class=4, seed=0)
    found = fitted(features, labels, drawn)
    assert optimum_check(found).passed
    moved = LinearProbe(found.weights, found.bias, found.classes, found.predictions, 1e-2, found.tolerance)
    assert not optimum_check(moved).passed


@pytest.mark.parametrize("classes", [2, 4])
def test_the_slope_is_that_of_the_loss(classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.convolution import probes

    features, labels = clouds(classes=classes)
    drawn = labeled_draw(labels, per_class=4, seed=0)
    assert fitted(features, labels, drawn).slope < 1e-4
    monkeypatch.setattr(probes, "TOLERANCE", 0.1)
    assert fitted(features, labels, drawn).slope > 1e-4


def test_another_accuracy_than_the_recorded_one_is_red() -> None:
    assert recorded_check(0.5, 0.5 + 1 / 587, 587).passed
    assert not recorded_check(0.5, 0.5 + 2 / 587, 587).passed
    assert not recorded_check(float("nan"), 0.5, 587).passed
