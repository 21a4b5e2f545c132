"""Random features: against a solver of its own, and where the peak is."""

from dataclasses import replace

import numpy as np
import pytest

from core.learning import COUNTS, RandomFeatureParams, random_features
from core.learning.descent import _solved


@pytest.mark.parametrize("shape", [(30, 8), (30, 30), (30, 80)], ids=str)
@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_coefficients_are_those_of_the_singular_values(shape: tuple[int, int], ridge: float) -> None:
    rng = np.random.default_rng(1)
    table, y = rng.standard_normal(shape), rng.standard_normal(shape[0])
    left, s, right = np.linalg.svd(table, full_matrices=False)
    peer = right.T @ (s / (s**2 + ridge) * (left.T @ y))
    assert np.allclose(_solved(table, y, ridge), peer, atol=1e-9 * np.abs(peer).max())


def test_dead_and_double_features_take_the_least_norm() -> None:
    rng = np.random.default_rng(2)
    table, y = rng.standard_normal((6, 4)), rng.standard_normal(6)
    table[:, 2] = 0.0
    table[:, 3] = table[:, 1]
    assert np.allclose(_solved(table, y, 0.0), np.linalg.pinv(table) @ y)
    assert np.allclose(_solved(table.T, y[:4], 0.0), np.linalg.pinv(table.T) @ y[:4])


@pytest.mark.parametrize("seed", range(4))
def test_the_peak_is_where_features_meet_points(seed: int) -> None:
    found = random_features(RandomFeatureParams(seed=seed))
    assert found.features == COUNTS
    assert COUNTS[int(found.test_error.argmax())] == 100
    assert found.train_error[COUNTS.index(100) :].max() < 1e-12
    assert found.check.passed
    calm = random_features(RandomFeatureParams(ridge=1.0, seed=seed))
    assert calm.test_error.max() < 3
    assert calm.check.passed


def test_other_points_move_the_peak() -> None:
    found = random_features(RandomFeatureParams((10, 40, 160), points=40, seed=1))
    assert int(found.test_error.argmax()) == 1


def test_the_same_seed_gives_the_same_and_sizes_do_not_matter_to_each_other() -> None:
    alone = random_features(RandomFeatureParams((20,), seed=3))
    among = random_features(RandomFeatureParams((5, 20, 300), seed=3))
    assert alone.test_error[0] == pytest.approx(among.test_error[1])


def test_a_wrong_solution_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.learning import descent

    right = descent._solved
    monkeypatch.setattr(descent, "_solved", lambda table, y, ridge: right(table, y, ridge) + 1e-6)
    assert not random_features(RandomFeatureParams((50,))).check.passed


@pytest.mark.parametrize(
    "bad",
    [
        {"features": ()},
        {"features": (0,)},
        {"features": (5001,)},
        {"points": 1},
        {"noise": -1.0},
        {"ridge": -1.0},
        {"seed": -1},
    ],
    ids=str,
)
def test_numbers_out_of_range_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match="must"):
        random_features(replace(RandomFeatureParams(), **bad))


@pytest.mark.parametrize(("name", "value"), [("features", 5), ("features", "50"), ("seed", 1.5), ("seed", None)])
def test_values_of_another_type_are_named_too(name: str, value: object) -> None:
    params = RandomFeatureParams()
    # What the tests' own checker of types would stop, and a visitor's script would not.
    object.__setattr__(params, name, value)
    with pytest.raises(ValueError, match=f"{name} .*must be"):
        random_features(params)


def test_two_points_are_enough() -> None:
    found = random_features(RandomFeatureParams((1, 2, 9), points=2, noise=0.0))
    assert np.isfinite(found.test_error).all()
