"""Both ways to classify: against scikit-learn, and what was recorded on digits."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from core.learning import (
    CLASSES,
    PER_CLASS,
    SAMPLE_SIZES,
    WaysParams,
    logistic,
    naive_bayes,
    one_set,
    recorded_digits,
    ways,
)
from core.learning.recipes import errors_of
from core.learning.rivals import labeled_points


def drawn(seed: int, n: int = 40, d: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return rng.standard_normal((n, d)) + y[:, None], y


@pytest.mark.parametrize("seed", range(3))
def test_densities_are_scikit_learns(seed: int) -> None:
    x, y = drawn(seed)
    floor = 0.01
    peer = GaussianNB(var_smoothing=floor / x.var(axis=0).max()).fit(x, y)
    found = naive_bayes(x, y, floor=floor)
    assert np.allclose(found.means, peer.theta_)
    assert np.allclose(found.variances, peer.var_)
    new = np.random.default_rng(9).standard_normal((50, 3))
    own = found.scores(new)
    assert np.allclose(own[:, 1] - own[:, 0], np.diff(peer.predict_joint_log_proba(new), axis=1)[:, 0])
    assert np.array_equal(found.predict(new), peer.predict(new))


def test_pooled_variances_are_the_mean_within_classes() -> None:
    x, y = drawn(1)
    found = naive_bayes(x, y, floor=0.0, pooled=True)
    inside = np.concatenate([x[y == label] - x[y == label].mean(axis=0) for label in (0, 1)])
    assert np.allclose(found.variances, inside.var(axis=0))


@pytest.mark.parametrize("penalty", [1e-3, 0.1, 5.0])
def test_logistic_regression_is_scikit_learns(penalty: float) -> None:
    x, y = drawn(2)
    peer = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=10_000).fit(x, y)
    found = logistic(x, y, penalty=penalty)
    assert np.allclose(found.weights, [*peer.coef_[0], peer.intercept_[0]], atol=1e-4)
    assert found.check.passed
    assert np.array_equal(found.predict(x), peer.predict(x))


def test_classes_that_a_line_parts_still_have_a_minimum() -> None:
    x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    found = logistic(x, y, penalty=1e-3)
    assert found.check.passed
    assert (found.predict(x) == y).all()


def test_many_data_sets_are_each_its_own() -> None:
    x, y = labeled_points(WaysParams(features=4), 20, draws=5)
    both, density = logistic(x, y), naive_bayes(x, y, pooled=True)
    for draw in range(5):
        assert np.allclose(both.weights[draw], logistic(x[draw], y[draw]).weights, atol=1e-8)
        assert np.allclose(density.means[draw], naive_bayes(x[draw], y[draw], pooled=True).means)


def test_weights_off_the_minimum_are_seen() -> None:
    x, y = drawn(2)
    found = logistic(x, y)
    assert not replace(found, slope=found.slope + 1e-6).check.passed


def test_steps_that_stop_early_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.learning import classifiers

    monkeypatch.setattr(classifiers, "STEPS", 1)
    assert not logistic(*drawn(2)).check.passed


def test_points_drawn_from_densities_have_their_means() -> None:
    x, y = drawn(3, n=400)
    found = naive_bayes(x, y)
    new, label = found.drawn(20_000, seed=1)
    for of in (0, 1):
        assert np.allclose(new[label == of].mean(axis=0), found.means[of], atol=0.05)
        assert np.allclose(new[label == of].var(axis=0), found.variances[of], atol=0.08)


@pytest.mark.parametrize("classes", CLASSES)
def test_ways_have_errors_for_every_size(classes: str) -> None:
    found = ways(WaysParams(classes, 5))
    for errors in (found.generative, found.discriminative):
        assert errors.shape == (len(SAMPLE_SIZES), 40)
        assert (errors >= 0).all()
        assert errors[-1].mean() < errors[0].mean()
    one = one_set(WaysParams(classes, 5), 32)
    assert one.x.shape == (32, 5)
    assert one.y.tolist() == [0, 1] * 16


def test_an_error_is_that_of_one_data_set() -> None:
    params = WaysParams(features=4)
    found = ways(params)
    x, y = labeled_points(params, SAMPLE_SIZES[2], draws=40)
    new, truth = labeled_points(params, 1000, draws=1, stream=51)
    peer = LogisticRegression(C=10.0, tol=1e-10, max_iter=10_000).fit(x[7], y[7])
    assert found.discriminative[2, 7] == pytest.approx((peer.predict(new[0]) != truth[0]).mean())


@pytest.mark.parametrize("bad", [{"classes": "x"}, {"features": 1}, {"features": 31}], ids=str)
def test_ways_that_are_none_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match="must be"):
        WaysParams(**bad)


def test_a_data_set_of_too_few_points_is_refused() -> None:
    with pytest.raises(ValueError, match="points is 3"):
        one_set(WaysParams(), 3)


def test_the_recorded_digits_are_what_the_recipe_computes() -> None:
    from sklearn.datasets import load_digits

    runs = recorded_digits()
    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    x, y = pixels[order] / 16.0, labels[order]
    for place, draw in ((0, 3), (3, 1)):
        again = errors_of((x[:1200], y[:1200]), (x[1200:], y[1200:]), PER_CLASS[place], draw)
        recorded = (runs.generative[place, draw], runs.discriminative[place, draw])
        assert again == pytest.approx(recorded, abs=0.004)
    assert np.allclose(runs.means[3], x[:1200][y[:1200] == 3].mean(axis=0))


def test_digits_drawn_from_densities_are_pictures() -> None:
    runs = recorded_digits()
    assert all(check.passed for check in runs.checks)
    for whole in (False, True):
        drawn_digits = runs.drawn(whole=whole, seed=4)
        assert drawn_digits.shape == (10, 8, 8)
        assert drawn_digits.min() >= 0
        assert drawn_digits.max() <= 1
    assert not all(check.passed for check in replace(runs, variances=1.01 * runs.variances).checks)
