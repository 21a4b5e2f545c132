"""Training in a random subspace: against torch's gradients, its edges, and checks that fail."""

import dataclasses

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from core.tuning import WEIGHTS, SubspaceParams, SubspaceRecord, recorded_subspaces, train_in_subspace
from core.tuning.subspace import HIDDEN, NAMES, PIXELS, _Task


def test_slope_and_loss_are_torchs() -> None:
    task = _Task(3)
    weights = torch.tensor(task.start, requires_grad=True)
    first, bias, second, last = weights.split([PIXELS * HIDDEN, HIDDEN, HIDDEN * NAMES, NAMES])
    inner = torch.tanh(torch.tensor(task.images) @ first.reshape(PIXELS, HIDDEN) + bias)
    loss = torch.nn.functional.cross_entropy(inner @ second.reshape(HIDDEN, NAMES) + last, torch.tensor(task.names))
    loss.backward()
    found, slope = task.loss(task.start)
    assert found == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(slope, weights.grad.numpy(), rtol=1e-9, atol=1e-14)


def test_a_run_takes_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that wait for each other a busy machine makes half a minute out of a quarter of a second."""
    seen = set[int]()
    usual = _Task.loss

    def listening(task: _Task, weights: np.ndarray) -> object:
        seen.update(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return usual(task, weights)

    monkeypatch.setattr(_Task, "loss", listening)
    with threadpool_limits(2, user_api="blas"):
        train_in_subspace(SubspaceParams(3, steps=1))
    assert seen == {1}


@pytest.mark.parametrize("dimension", [1, 7, WEIGHTS])
def test_the_same_seed_gives_the_same_run_and_its_checks_pass(dimension: int) -> None:
    params = SubspaceParams(dimension, seed=2, steps=5)
    first, second = train_in_subspace(params), train_in_subspace(params)
    assert first.loss.tolist() == second.loss.tolist()
    assert first.loss[-1] < first.loss[0]
    assert all(check.passed for check in first.checks)
    for name in ("slope_error", "apart"):
        for value in (1e-6, float("nan")):
            assert not all(check.passed for check in dataclasses.replace(first, **{name: value}).checks)


@pytest.mark.parametrize(
    ("name", "value"),
    [("dimension", 0), ("dimension", WEIGHTS + 1), ("seed", -1), ("steps", 0), ("rate", 0.0), ("rate", float("nan"))],
)
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        SubspaceParams(**{name: value})  # type: ignore[arg-type]


def test_the_recorded_accuracies_are_those_of_the_code() -> None:
    record = recorded_subspaces()
    for row, dimension in ((3, 10), (6, 50)):
        assert record.dimensions[row] == dimension
        run = train_in_subspace(SubspaceParams(dimension, seed=1))
        # Another BLAS may round otherwise, which may turn a digit or two of 500.
        assert run.accuracy == pytest.approx(record.accuracy[row, 1], abs=0.01)
    assert record.d90 == (200, 150, 150, 200, 200)
    again = train_in_subspace(record.opening.params)
    np.testing.assert_allclose(again.loss, record.opening.loss, rtol=1e-6)


def test_d90_is_the_first_that_reaches_nine_tenths() -> None:
    record = SubspaceRecord(
        np.array([1, 5, 9]), np.array([[0.1, 0.1], [0.9, 0.5], [0.8, 0.7]]), np.ones(2), np.zeros(2), (),
        recorded_subspaces().opening,
    )  # fmt: skip
    assert record.d90 == (5, None)
