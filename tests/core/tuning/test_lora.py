"""Two adapters beside a frozen matrix, against torch's gradients and closed forms; what diverges, what is refused."""

import dataclasses

import numpy as np
import pytest
import torch

from core.tuning import LoraParams, lora_pair
from core.tuning.lora import SIDE, STATES, TASK_RANK


@pytest.mark.parametrize("rank", [1, 3, 24])
def test_descent_is_that_of_torch(rank: int) -> None:
    params = LoraParams(rank=rank, alpha=rank, seed=3, steps=5)
    found = lora_pair(params)
    for task in (0, 1):
        a, b = torch.tensor(found.start[task]), torch.zeros(SIDE, rank, dtype=torch.float64)
        for step in range(params.steps):
            a, b = a.detach().requires_grad_(), b.detach().requires_grad_()
            loss = ((params.scale * b @ a - torch.tensor(found.changes[task])) ** 2).sum()
            assert found.loss[task, step] == pytest.approx(loss.item(), rel=1e-12)
            loss.backward()
            a, b = a - params.rate * a.grad, b - params.rate * b.grad
        assert np.allclose(found.down[task], a.detach().numpy(), rtol=1e-10, atol=1e-14)
        assert np.allclose(found.up[task], b.detach().numpy(), rtol=1e-10, atol=1e-14)


def test_nothing_changes_before_the_first_step() -> None:
    for seed in range(4):
        assert lora_pair(LoraParams(seed=seed)).loss[:, 0] == pytest.approx([1.0, 1.0], rel=1e-14)


def test_enough_rank_learns_each_task_and_too_little_ends_at_eckart_and_young() -> None:
    enough = lora_pair(LoraParams(rank=4, alpha=8, steps=2000))
    assert (enough.loss[:, -1] < 1e-6).all()
    assert np.linalg.matrix_rank(enough.changes[0]) == TASK_RANK
    thin = lora_pair(LoraParams(rank=1, alpha=2, steps=2000))
    for task in (0, 1):
        sizes = np.linalg.svd(thin.changes[task], compute_uv=False)
        assert thin.loss[task, -1] == pytest.approx((sizes[1:] ** 2).sum(), rel=1e-3)


def test_added_adapters_disturb_one_another_by_the_length_of_the_other() -> None:
    found = lora_pair(LoraParams(steps=2000))
    for task, own in ((0, "first"), (1, "second")):
        errors = found.errors(task)
        assert list(errors) == list(STATES)
        assert errors["none"] == pytest.approx(1.0)
        assert errors[own] < 1e-3
        assert errors["both"] == pytest.approx(1.0, abs=1e-2)


def test_checks_pass_and_damaged_factors_fail_them() -> None:
    for params in (LoraParams(), LoraParams(rank=1), LoraParams(rank=24, alpha=64, rate=1e-3), LoraParams(steps=1)):
        assert all(check.passed for check in lora_pair(params).checks)
    found = lora_pair(LoraParams())
    for name in ("up", "down"):
        broken = dataclasses.replace(found, **{name: getattr(found, name) * np.nan})
        assert not any(check.passed for check in broken.checks)


def test_a_scale_that_diverges_is_stopped_and_said() -> None:
    found = lora_pair(LoraParams(rank=1, alpha=64, rate=1.0))
    assert found.stopped
    assert found.loss.shape[1] < 601
    assert not lora_pair(LoraParams()).stopped


@pytest.mark.parametrize(
    ("name", "value"),
    [("rank", 0), ("rank", SIDE + 1), ("alpha", 0), ("alpha", 65), ("seed", -1), ("rate", 0.0), ("steps", 0),
     ("rate", float("nan"))],
)  # fmt: skip
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        LoraParams(**{name: value})  # type: ignore[arg-type]
