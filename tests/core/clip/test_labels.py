"""A few labels: the retrained last layer against a regression of our own, its draws, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from core.clip import (
    FAMILY,
    LABEL_DRAWS,
    MOST_LABELS,
    Clip,
    FewLabels,
    chance_of,
    draws_moved,
    evaluation_labels,
    group_accuracy,
    label_checks,
    labels,
    load_clip,
    predict,
    random_clip,
    recorded_clip,
    recorded_labels,
    retrain_last,
    retrained,
    without_drawn,
)
from core.clip.edits import unit
from core.clip.geometry import UNSURE, probe_scores
from core.clip.labels import DRAWS_CHECKED, drawn_pictures, standard_classes


@pytest.fixture(scope="module")
def clip() -> Clip:
    return load_clip()


def by_minimizing(x: np.ndarray, label: np.ndarray, tried: np.ndarray) -> np.ndarray:
    """Logistic regression as scikit-learn writes it, `|w|^2 / 2 + 100 sum log(1 + exp(-y (w x + b)))`, by scipy."""
    signs = 2.0 * label - 1

    def loss(w: np.ndarray) -> float:
        return float(w[:-1] @ w[:-1] / 2 + 100 * np.logaddexp(0, -signs * (x @ w[:-1] + w[-1])).sum())

    def slope(w: np.ndarray) -> np.ndarray:
        pull = -100 * signs / (1 + np.exp(signs * (x @ w[:-1] + w[-1])))
        return np.append(w[:-1] + pull @ x, pull.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=slope, method="L-BFGS-B", options={"maxiter": 5000}).x
    return (tried @ found[:-1] + found[-1] > 0).astype(int)


@pytest.mark.parametrize(("per_group", "seed"), [(1, 0), (8, 3), (64, 1)])
def test_the_layer_is_the_regression_that_minimizing_gives(clip: Clip, per_group: int, seed: int) -> None:
    found = retrain_last(clip, per_group=per_group, seed=seed)
    x, (label, background) = recorded_clip("birds-100").images.astype(float), evaluation_labels()
    taken = drawn_pictures(per_group, seed=seed)
    rest = np.setdiff1d(np.arange(1200), taken)
    expected = group_accuracy(by_minimizing(x[taken], label[taken], x[rest]), label[rest], background[rest])
    assert found.counts.tolist() == expected.counts.tolist() == [[300 - per_group] * 2] * 2
    assert np.abs(found.table - expected.table).max() < 0.02


@pytest.mark.parametrize("name", ["birds-100", "birds-shortcut"])
def test_scores_are_those_of_the_minimum_whatever_the_order_of_adding(name: str) -> None:
    x, (label, _) = recorded_clip(name).images, evaluation_labels()
    taken = drawn_pictures(20, seed=1)
    found = probe_scores(x[taken], label[taken], x)
    signs, inner = 2.0 * label[taken] - 1, unit(x[taken].astype(float))
    pull = -100 * signs / (1 + np.exp(signs * found[taken]))
    # At the minimum w = -pull @ x, so the scores are found without any search but for the intercept b.
    assert abs(pull.sum()) < 1e-4
    plain = -(unit(x.astype(float)) @ (pull @ inner))
    assert np.ptp(found - plain) < UNSURE
    order = np.random.default_rng(0).permutation(len(taken))
    again = probe_scores(x[taken][order], label[taken][order], x)
    assert np.abs(again - found).max() < UNSURE
    assert np.array_equal(again > 0, found > 0)


def test_pictures_on_the_border_are_the_bound_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    record, found = recorded_clip("birds-100"), recorded_labels("birds-100")
    right = found.right.copy()
    right[5, 0, 0, 0] -= 1
    name = "Draws made now are the recorded ones"
    checks = {check.name: check for check in label_checks(record, replace(found, right=right), 5)}
    assert (checks[name].error, checks[name].bound) == (1, 0)
    monkeypatch.setattr(labels, "UNSURE", 0.05)
    near = {check.name: check for check in label_checks(record, found, 5)}[name]
    assert near.bound > 0


def test_without_labels_the_class_names_answer(clip: Clip) -> None:
    found = retrain_last(clip, per_group=0, seed=5)
    record, (label, background) = recorded_clip("birds-100"), evaluation_labels()
    plain = group_accuracy(predict(record.images, standard_classes(record)), label, background)
    assert np.abs(found.table - plain.table).max() <= 1 / 300
    assert found.counts.sum() == 1200


@pytest.mark.parametrize("per_group", [-1, 300, 10**9, True])
def test_more_labels_than_pictures_and_other_nonsense_are_refused(clip: Clip, per_group: int) -> None:
    with pytest.raises(ValueError, match=r"per_group is .*from 0 to 299"):
        retrain_last(clip, per_group=per_group, seed=0)


def test_a_seed_is_no_negative_number(clip: Clip) -> None:
    with pytest.raises(ValueError, match="seed"):
        retrain_last(clip, per_group=1, seed=-1)


def test_the_most_labels_that_there_are_leave_one_picture_of_each_group(clip: Clip) -> None:
    assert retrain_last(clip, per_group=299, seed=0).counts.tolist() == [[1, 1], [1, 1]]


def test_the_model_that_is_given_is_the_one_that_is_read(clip: Clip) -> None:
    """Whatever its name: random weights under the name of a member are no member."""
    other = replace(random_clip(0), name="birds-100")
    ours, theirs = (retrain_last(one, per_group=32, seed=0) for one in (clip, other))
    assert ours.worst > 0.9
    assert theirs.worst < 0.8


def test_a_draw_is_balanced_and_the_seed_decides_it() -> None:
    taken = drawn_pictures(7, seed=4)
    assert np.bincount(taken // 300).tolist() == [7] * 4
    assert len(set(taken.tolist())) == 28
    assert np.array_equal(taken, drawn_pictures(7, seed=4))
    assert not np.array_equal(taken, drawn_pictures(7, seed=5))
    assert set(drawn_pictures(3, seed=4).tolist()) < set(taken.tolist()), "more labels keep the fewer"


def test_labels_that_say_nothing_teach_nothing() -> None:
    """The control: pictures whose vectors are noise."""
    noise = np.random.default_rng(0).standard_normal((1200, 64)).astype(np.float32)
    found = retrained(noise, np.eye(2, 64, dtype=np.float32), per_group=8, seed=0)
    assert found.training == 1, "32 pictures in 64 dimensions are learned by heart, whatever they show"
    assert 0.4 < found.accuracy.average < 0.6


@pytest.mark.parametrize("name", FAMILY)
def test_every_member_has_its_retrained_layers(name: str) -> None:
    found = recorded_labels(name)
    assert found.right.shape == (MOST_LABELS + 1, LABEL_DRAWS, 2, 2)
    assert all(check.passed for check in label_checks(recorded_clip(name), found, 5))
    assert np.isnan(found.training[0]).all()
    assert (found.training[1:] > 0.5).all()
    assert [one.counts.tolist() for one in found.draws(4)] == [[[296, 296], [296, 296]]] * LABEL_DRAWS
    assert np.allclose(found.worst[4], [one.worst for one in found.draws(4)])
    with pytest.raises(ValueError, match="per_group"):
        found.draws(MOST_LABELS + 1)


def test_a_record_that_was_tampered_with_turns_the_checks_red() -> None:
    record, found = recorded_clip("birds-100"), recorded_labels("birds-100")

    def fails(right: np.ndarray) -> list[str]:
        checks = label_checks(record, replace(found, right=right), 5)
        return [check.name for check in checks if not check.passed]

    assert fails(found.right) == []
    other = found.right.copy()
    other[5, 2, 1, 0] -= 1
    assert fails(other) == ["Draws made now are the recorded ones"]
    other = found.right.copy()
    other[0, 7, 0, 0] += 1
    assert fails(other) == ["No labels give zero-shot"]


@pytest.mark.parametrize("name", FAMILY)
def test_draws_of_other_seeds_are_not_the_recorded_ones(name: str) -> None:
    """At every number of labels, as far as the check looks."""
    right = recorded_labels(name).right[1:]
    for other in range(1, LABEL_DRAWS):
        moved = np.roll(right, other, axis=1)
        assert (np.abs(right - moved)[:, :DRAWS_CHECKED].max(axis=(1, 2, 3)) > 0).all()


def test_a_picture_that_is_learned_from_and_tested_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    record, found = recorded_clip("birds-100"), recorded_labels("birds-100")
    monkeypatch.setattr(labels, "left_out", lambda taken: np.ones(1200, bool))
    failed = {check.name: check.error for check in label_checks(record, found, 5) if not check.passed}
    assert failed["No picture learned from is tested"] == 20 * DRAWS_CHECKED


def test_answers_are_tried_on_the_pictures_that_a_draw_leaves() -> None:
    label, _ = evaluation_labels()
    answers = label.copy()
    answers[:300] = 1 - answers[:300]
    for found in without_drawn(answers, 10, draws=3):
        assert found.counts.tolist() == [[290, 290], [290, 290]]
        assert found.table.tolist() == [[0, 1], [1, 1]]


def test_a_difference_must_show_in_19_of_20_draws() -> None:
    label, background = evaluation_labels()
    good = group_accuracy(label, label, background)
    bad = group_accuracy(1 - label, label, background)
    assert draws_moved([bad] * 20, [good] * 19 + [bad]) == 1
    assert draws_moved([bad] * 20, [good] * 18 + [bad] * 2) == 0
    assert draws_moved([good] * 20, [bad] * 20) == -1
    assert draws_moved([good] * 20, [good] * 20) == 0


def test_the_number_of_labels_needed_is_the_first_that_holds_for_good() -> None:
    label, _ = evaluation_labels()
    left = 300 - np.arange(7)
    right = np.repeat(left[:, None, None, None], 20, axis=1) * np.ones((1, 1, 2, 2), int)
    few = FewLabels("x", right, np.ones((7, 20), np.float32))
    wrong = 1 - label
    assert few.needed_for(wrong) == 1
    assert few.needed_for(label) is None
    right = right.copy()
    right[3, :2] = 0
    assert replace(few, right=right).needed_for(wrong) == 4


def test_labels_that_leave_guessing_are_not_enough_though_the_worst_group_rises() -> None:
    """Four of seven numbers are below the bound, and a single one among larger ones that lie above it."""
    label, _ = evaluation_labels()
    left = 300 - np.arange(7)
    share = np.array([0.5, 0.59, 0.61, 0.58, 0.61, 0.62, 0.63])
    right = np.round((share * left)[:, None, None, None] * np.ones((7, 20, 2, 2))).astype(int)
    few = FewLabels("x", right, np.ones((7, 20), np.float32))
    assert [few.guesses(k) for k in range(7)] == [True] * 4 + [False] * 3
    assert few.needed_for(1 - label) == 4
    assert replace(few, right=right // 2).needed_for(1 - label) is None
    with pytest.raises(ValueError, match="per_group"):
        few.guesses(7)


@pytest.mark.parametrize("name", FAMILY)
def test_enough_labels_stay_enough(name: str) -> None:
    few = recorded_labels(name)
    guesses = [few.guesses(k) for k in range(1, MOST_LABELS + 1)]
    assert guesses == sorted(guesses, reverse=True)
    averages = [chance_of(few.draws(k)).average for k in range(1, MOST_LABELS + 1)]
    assert all(average >= 0.6 for average, guess in zip(averages, guesses, strict=True) if not guess)
    assert any(guesses) == (name == "birds-shortcut")
