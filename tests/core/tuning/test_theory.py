"""Two linear layers: against torch's own gradients, in their invariants, at bad input, and with damaged checks."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tuning import WAYS, LinearTheoryParams, linear_theory, recorded_theory
from core.tuning.arguments import made_of
from core.tuning.theory import draw_world, marks


def by_autograd(params: LinearTheoryParams, head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features and head after the same descent, with torch's gradients of the half mean square."""
    world = draw_world(params)
    x, y = torch.from_numpy(world.inputs), torch.from_numpy(world.inputs @ world.target)
    features = torch.from_numpy(world.features.copy()).requires_grad_()
    v = torch.from_numpy(head.copy()).requires_grad_()
    optimizer = torch.optim.SGD([features, v], lr=params.rate)
    for _ in range(params.steps):
        optimizer.zero_grad()
        (0.5 * ((x @ features.T) @ v - y).square().mean()).backward()
        optimizer.step()
    return features.detach().numpy(), v.detach().numpy()


@pytest.mark.parametrize("way", ["full", "lp_ft"])
def test_descent_is_that_of_torch(way: str) -> None:
    params = LinearTheoryParams(seed=3, steps=200, feature_error=0.3)
    world, found = draw_world(params), linear_theory(params)
    features, head = by_autograd(params, world.head if way == "full" else world.probe)
    apart = features.T @ head - world.target
    assert found.ood_error[way] == pytest.approx(apart @ apart, rel=1e-9)
    assert found.id_error[way] == pytest.approx(np.sum((world.seen @ apart) ** 2), rel=1e-9)
    assert found.change[way] == pytest.approx(np.linalg.norm(features - world.features), rel=1e-9)
    if way == "full":
        moved = features - world.features
        assert found.seen_change == pytest.approx([np.linalg.norm(moved @ u) for u in world.seen], rel=1e-9)
        assert found.unseen_change.max() < 1e-13


def test_the_population_error_is_the_mean_over_many_inputs() -> None:
    params = LinearTheoryParams(seed=1, feature_error=0.5)
    world, found = draw_world(params), linear_theory(params)
    apart = world.features.T @ world.probe - world.target
    rng = np.random.default_rng(0)
    everywhere = rng.normal(size=(200_000, params.d))
    assert found.ood_error["probe"] == pytest.approx(np.mean((everywhere @ apart) ** 2), rel=0.02)
    inside = everywhere[:, : params.seen] @ world.seen
    assert found.id_error["probe"] == pytest.approx(np.mean((inside @ apart) ** 2), rel=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_kumars_ordering_holds_on_every_seed(seed: int) -> None:
    found = linear_theory(LinearTheoryParams(seed=seed))
    assert found.ood_error["lp_ft"] < found.ood_error["probe"] < found.ood_error["full"]
    assert found.id_error["full"] < 1e-9 < found.id_error["probe"]
    assert found.id_error["lp_ft"] < 1e-9
    assert found.change["probe"] == 0 < found.change["lp_ft"] < found.change["full"]
    assert found.unseen_change.max() < 1e-13 < 1e-2 < found.seen_change.max()
    assert all(check.passed for check in found.checks)


@pytest.mark.parametrize("seed", range(3))
def test_perfect_features_leave_the_probe_nothing_to_do(seed: int) -> None:
    found = linear_theory(LinearTheoryParams(seed=seed, feature_error=0))
    assert max(found.ood_error["probe"], found.ood_error["lp_ft"]) < 1e-20
    assert found.ood_error["full"] > 0.1


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    d=st.integers(2, 40),
    share=st.floats(0.05, 1),
    k=st.integers(1, 6),
    n=st.integers(1, 60),
    error=st.floats(0, 3),
    steps=st.integers(0, 60),
)
def test_invariants(seed: int, d: int, share: float, k: int, n: int, error: float, steps: int) -> None:
    params = LinearTheoryParams(seed, d, min(k, d), max(1, round(share * d)), n, error, steps)
    found = linear_theory(params)
    assert all(check.passed for check in found.checks), found.checks
    assert found.seen_change.shape == (params.seen,)
    assert found.unseen_change.shape == (d - params.seen,)
    for way in WAYS:
        assert found.history[way].shape == (2, len(found.steps))
        assert found.history[way][:, -1].tolist() == [found.id_error[way], found.ood_error[way]]
    if not steps:
        assert found.change == dict.fromkeys(WAYS, 0.0)


def test_a_rate_that_diverges_is_stopped_and_said() -> None:
    found = linear_theory(LinearTheoryParams(rate=1.0))
    assert found.stopped["full"] < 20
    assert np.isfinite(found.ood_error["full"])
    assert np.isfinite(found.history["full"]).all()
    assert all(check.passed for check in found.checks)


def test_marks_begin_at_0_and_end_at_the_last_step() -> None:
    assert marks(0).tolist() == [0]
    assert marks(1).tolist() == [0, 1]
    assert marks(1500)[[0, 1, -1]].tolist() == [0, 25, 1500]
    assert np.all(np.diff(marks(1500)) > 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", -1), ("d", 1), ("k", 51), ("k", 0), ("seen", 0), ("seen", 51), ("n", 0), ("steps", -1),
     ("steps", True), ("rate", 1.5), ("rate", float("nan")), ("feature_error", -0.1)],
)  # fmt: skip
def test_bad_input_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        LinearTheoryParams(**{name: value})


def test_damaged_results_fail_their_checks() -> None:
    found = linear_theory(LinearTheoryParams())
    for damaged in (
        dataclasses.replace(found, slope=1e-9),
        dataclasses.replace(found, unseen_change=found.unseen_change + 1e-9),
        dataclasses.replace(found, mismatch={**found.mismatch, "full": found.mismatch["full"] * 1.001}),
        dataclasses.replace(found, slope=float("nan")),
    ):
        assert sum(not check.passed for check in damaged.checks) == 1


def test_the_recorded_grid_is_what_the_theory_gives_today() -> None:
    grid = recorded_theory()
    row, seed = 2, 5
    found = linear_theory(LinearTheoryParams(seed=seed, feature_error=float(grid.feature_errors[row])))
    assert found.steps.tolist() == grid.steps.tolist()
    for way in WAYS:
        assert grid.history[way][row, seed] == pytest.approx(found.history[way], rel=1e-5, abs=1e-20)


def test_what_is_no_params_is_refused() -> None:
    """By the function that it begins with: in tests a wrong type is caught before."""
    made_of(LinearTheoryParams, LinearTheoryParams())
    for params in (None, {"seed": 0}, 0):
        with pytest.raises(ValueError, match="must be of LinearTheoryParams"):
            made_of(LinearTheoryParams, params)
