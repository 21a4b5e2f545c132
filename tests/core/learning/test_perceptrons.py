"""The perceptron against a loop that is plain, its margin against a search over angles, and the best line by trying."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.learning import best_line, pattern, perceptron, widest_margin, with_margin

XOR = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
PARITY = np.array([1.0, -1.0, -1.0, 1.0])


def plainly(x: np.ndarray, y: np.ndarray, passes: int) -> tuple[int, np.ndarray, bool]:
    """The rule point by point, as a second implementation."""
    weights, mistakes = np.zeros(x.shape[1]), 0
    for _ in range(passes):
        before = mistakes
        for point, label in zip(x, y, strict=True):
            if label * float(weights @ point) <= 0:
                weights, mistakes = weights + label * point, mistakes + 1
        if mistakes == before:
            return mistakes, weights, True
    return mistakes, weights, False


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_plain_loop(seed: int) -> None:
    data = with_margin(0.05, 40, seed=seed, flipped=seed % 2)
    run = perceptron(data.x, data.y, passes=25)
    mistakes, weights, converged = plainly(data.x, data.y, 25)
    assert (run.mistakes, run.converged) == (mistakes, converged)
    np.testing.assert_allclose(run.weights, weights, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0.02, 0.8), st.integers(0, 10_000), st.floats(1e-90, 1e90))
def test_mistakes_stay_within_novikoffs_bound(points: int, margin: float, seed: int, unit: float) -> None:
    data = with_margin(margin, points, seed=seed)
    run = perceptron(unit * data.x, data.y)
    assert run.converged
    assert run.margin >= unit * margin * (1 - 1e-9)
    assert 1 <= run.mistakes <= run.bound
    assert all(check.passed for check in run.checks)


def test_right_angles_make_as_many_mistakes_as_the_bound_allows() -> None:
    for dimension in range(1, 9):
        run = perceptron(np.eye(dimension), np.ones(dimension))
        assert run.mistakes == dimension <= run.bound
        assert run.bound == pytest.approx(dimension)


@pytest.mark.parametrize("seed", range(12))
def test_the_margin_is_the_widest_over_all_directions(seed: int) -> None:
    data = with_margin(0.1, 25, seed=seed)
    angles = np.linspace(0, 2 * np.pi, 200_001)
    unit = np.column_stack([np.cos(angles), np.sin(angles)])
    widest = (unit @ (data.y[:, None] * data.x).T).min(axis=1).max()
    margin = perceptron(data.x, data.y).margin
    # A searched angle is off by 1.6e-5 at most, which costs at most as much of the longest point.
    assert widest <= margin * (1 + 1e-12)
    assert margin <= widest + 1.6e-5


@pytest.mark.parametrize("margin", [1e-3, 1e-5, 1e-7, 1e-9, 1e-12, 1e-20])
def test_a_small_margin_keeps_its_digits(margin: float) -> None:
    run = perceptron(np.array([[1.0, margin], [-1.0, margin]]), np.ones(2))
    assert run.converged
    assert run.margin == pytest.approx(margin, rel=1e-3 if margin < 1e-12 else 1e-9)
    assert run.bound == pytest.approx(1 / margin**2, rel=1e-2)
    assert all(check.passed for check in run.checks)


@pytest.mark.parametrize("unit", [5e-324, 1e-320, 1e-300, 1.0, 1e300, 1e308])
@pytest.mark.filterwarnings("error")
def test_the_bound_holds_at_either_end_of_float64(unit: float) -> None:
    run = perceptron(unit * np.eye(2), np.array([1, -1]))
    assert (run.mistakes, run.converged) == (2, True)
    assert run.mistakes <= run.bound == pytest.approx(2)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 25))
def test_a_separator_is_found_where_a_linear_program_finds_one(seed: int, width: int, points: int) -> None:
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    signed = rng.integers(-3, 5, (points, width)).astype(float)
    # The largest t with w·x >= t for all points and |w_i| <= 1.
    table = np.column_stack([-signed, np.ones(points)])
    ends = [(-1, 1)] * width + [(None, 1)]
    found = linprog(np.append(np.zeros(width), -1), A_ub=table, b_ub=np.zeros(points), bounds=ends)
    run = perceptron(signed, np.ones(points), passes=1)
    assert (run.margin > 0) == (-found.fun > 1e-9)
    # No direction, the program's included, has a wider margin.
    direction = found.x[:-1]
    if run.margin > 0:
        assert run.margin >= (signed @ direction).min() / np.linalg.norm(direction) - 1e-9


def test_without_a_separator_it_never_ends() -> None:
    run = perceptron(XOR, PARITY, passes=50)
    assert (run.converged, run.margin, run.bound, run.passes) == (False, 0.0, float("inf"), 50)
    assert not widest_margin(XOR, PARITY).any()


def test_a_column_of_ones_is_a_bias_and_counts_for_the_radius() -> None:
    x = np.array([[1.0], [2.0]])
    assert perceptron(x, np.array([-1.0, 1.0])).margin == 0
    run = perceptron(np.column_stack([x, np.ones(2)]), np.array([-1.0, 1.0]))
    assert run.converged
    assert run.radius == pytest.approx(np.sqrt(5))


def test_a_point_at_the_origin_is_always_a_mistake() -> None:
    run = perceptron(np.zeros((1, 2)), np.array([1.0]), passes=7)
    assert (run.mistakes, run.converged, run.bound) == (7, False, float("inf"))


@pytest.mark.parametrize(
    ("x", "y", "passes", "told"),
    [
        ([[1.0, 2.0]], [0.0], 10, "y holds 0; each label must be"),
        ([[1.0, float("nan")]], [1.0], 10, "not finite"),
        ([[1.0, 2.0]], [1.0, 1.0], 10, "one label for each of the 1"),
        ([1.0, 2.0], [1.0], 10, "shape"),
        (np.empty((0, 2)), [], 10, "a row and a column"),
        ([["a", "b"]], [1.0], 10, "x must hold numbers"),
        ([[1.0, 2.0]], [1.0], 0, "passes is 0"),
        ([[1.0, 2.0j]], [1.0], 10, "x must hold numbers"),
    ],
)
def test_bad_input_is_named(x: object, y: object, passes: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        perceptron(np.array(x), np.array(y), passes=passes)


def test_checks_fail_where_their_input_is_damaged() -> None:
    data = with_margin(0.3, 20, seed=3)
    run = perceptron(data.x, data.y)
    bound, total = run.checks
    assert bound.passed and total.passed
    assert not replace(run, path=run.path + 0.001).checks[1].passed
    longer = np.concatenate([run.wrong, np.repeat(run.wrong, 1 + int(run.bound))])
    assert not replace(run, wrong=longer).checks[0].passed


def test_the_best_line_gets_three_of_four_right_on_xor() -> None:
    best = best_line(XOR, PARITY)
    assert (best.right, best.total, best.share) == (3, 4, 0.75)
    said = np.sign(XOR @ best.weights[:2] + best.weights[2])
    assert int((said == PARITY).sum()) == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=8), st.integers(0, 255))
def test_no_line_of_many_beats_the_best(points: list[tuple[int, int]], labels: int) -> None:
    x = np.array(points, dtype=float)
    y = np.array([1.0 if labels >> place & 1 else -1.0 for place in range(len(x))])
    best = best_line(x, y)
    slopes = np.linspace(0, 2 * np.pi, 121) + 0.0123
    offsets = np.linspace(-3, 3, 121) + 0.00077
    tried = max(
        int((np.sign(np.cos(a) * x[:, 0] + np.sin(a) * x[:, 1] - b) == y).sum()) for a, b in product(slopes, offsets)
    )
    assert tried <= best.right
    said = np.sign(x @ best.weights[:2] + best.weights[2])
    assert int((said == y).sum()) == best.right or not best.weights.any()


def test_a_parted_pattern_is_parted_whole() -> None:
    data = with_margin(0.1, 60, seed=5)
    assert best_line(data.x, data.y).right == 60
    assert best_line(pattern("xor", 40).x, pattern("xor", 40).y).right < 40


def test_too_many_points_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 200 points"):
        best_line(np.zeros((201, 2)), np.ones(201))
