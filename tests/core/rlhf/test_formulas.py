"""The formulas against hand-worked tables, against TRL's expressions written out again, and against autograd."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import logsigmoid

from core.rlhf import (
    abstention_threshold,
    best_of_n_kl,
    bradley_terry_loss,
    dpo_loss,
    generalized_advantages,
    grpo_advantages,
    kl_estimates,
    ppo_objective,
    preference_loss,
)
from core.rlhf.formulas import PREFERENCE_LOSSES

LIBRARIES = [np.asarray, torch.tensor]
finite = st.floats(-50, 50)


@pytest.mark.parametrize("array", LIBRARIES)
def test_bradley_terry_by_hand(array) -> None:
    assert float(bradley_terry_loss(array([0.7]), array([0.0]))) == pytest.approx(0.40319, abs=5e-6)
    assert float(bradley_terry_loss(array([2.0, 0.0]), array([2.0, 0.0]))) == pytest.approx(math.log(2))


def test_bradley_terry_gradient_and_numbers() -> None:
    chosen, rejected = (torch.tensor(value, requires_grad=True) for value in (0.7, 0.0))
    bradley_terry_loss(chosen, rejected).backward()
    assert chosen.grad.item() == pytest.approx(-0.33181, abs=5e-6)
    assert rejected.grad.item() == pytest.approx(0.33181, abs=5e-6)
    assert bradley_terry_loss(1, 0) == pytest.approx(math.log(1 + math.exp(-1)))


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=9), finite)
def test_bradley_terry_sees_differences_only_and_is_trls(pairs: list[tuple[float, float]], shift: float) -> None:
    chosen, rejected = torch.tensor(pairs, dtype=torch.float64).T
    loss = bradley_terry_loss(chosen, rejected)
    assert torch.isclose(loss, -logsigmoid(chosen - rejected).mean(), atol=1e-12)
    assert torch.isclose(loss, bradley_terry_loss(chosen + shift, rejected + shift), atol=1e-9)


def test_extreme_gaps_stay_finite() -> None:
    assert float(bradley_terry_loss(np.array([-1e4]), np.array([1e4]))) == pytest.approx(2e4)
    assert float(bradley_terry_loss(np.array([1e4]), np.array([-1e4]))) == 0.0


@pytest.mark.parametrize("array", LIBRARIES)
def test_kl_estimates_by_hand(array) -> None:
    p, q = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.5, 0.3])
    k1, k2, k3 = (np.asarray(k) for k in kl_estimates(array(np.log(p)), array(np.log(q))))
    assert p @ k1 == pytest.approx(0.39606, abs=5e-6)
    assert p @ k2 == pytest.approx(0.462, abs=5e-4)
    assert p @ k3 == pytest.approx(0.39606, abs=5e-6)
    assert k1.min() == pytest.approx(-1.0986, abs=5e-5)
    reversed_k3 = np.exp(np.log(p) - np.log(q)) - 1 - (np.log(p) - np.log(q))
    assert p @ reversed_k3 == pytest.approx(0.617, abs=1e-3), "the wrong orientation is told apart"


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=9))
def test_k3_is_never_negative_and_is_trls(pairs: list[tuple[float, float]]) -> None:
    policy, reference = torch.tensor(pairs, dtype=torch.float64).T
    _, k2, k3 = kl_estimates(policy, reference)
    trl = torch.exp(reference - policy) - (reference - policy) - 1
    assert torch.allclose(k3, trl, rtol=1e-9, atol=1e-9)
    assert (k3 >= 0).all()
    assert (k2 >= 0).all()


def test_dpo_is_trls_and_log_2_at_the_reference() -> None:
    logs = [torch.randn(7, generator=torch.Generator().manual_seed(s), dtype=torch.float64) for s in range(4)]
    trl = -logsigmoid(0.3 * ((logs[0] - logs[2]) - (logs[1] - logs[3]))).mean()
    assert torch.isclose(dpo_loss(*logs, beta=0.3), trl)
    same = dpo_loss(logs[0].numpy(), logs[1].numpy(), logs[0].numpy(), logs[1].numpy(), beta=5.0)
    assert float(same) == pytest.approx(math.log(2))


@pytest.mark.parametrize("array", LIBRARIES)
@pytest.mark.parametrize(
    ("rewards", "scale", "expected"),
    [
        ([1.0, 0, 0, 0], "group", [1.4997, -0.4999, -0.4999, -0.4999]),
        ([1.0, 1, 0, 0], "group", [0.8659, 0.8659, -0.8659, -0.8659]),
        ([0.3, 0.3, 0.3, 0.3], "group", [0, 0, 0, 0]),
        ([1.0, 0, 0, 0], "none", [0.75, -0.25, -0.25, -0.25]),
    ],
)
def test_grpo_by_hand(array, rewards: list[float], scale: str, expected: list[float]) -> None:
    assert np.asarray(grpo_advantages(array([rewards]), scale=scale))[0] == pytest.approx(expected, abs=6e-5)


def test_grpo_is_trls() -> None:
    rewards = torch.randn(5, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    trl = (rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)
    assert torch.allclose(grpo_advantages(rewards), trl)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.floats(0.5, 20), finite)
def test_grpo_sums_to_0_and_ignores_scale(rewards: list[float], a: float, b: float) -> None:
    group = np.array([rewards])
    advantages = grpo_advantages(group)
    assert abs(advantages.sum()) < 1e-6
    if group.std() > 0.5:
        assert np.allclose(advantages, grpo_advantages(a * group + b), atol=5e-3)


def test_ppo_gradient_is_zero_exactly_where_the_clip_acts() -> None:
    ratio = torch.tensor([0.5, 0.9, 1.1, 1.5] * 2, requires_grad=True)
    advantage = torch.tensor([1.0] * 4 + [-1.0] * 4)
    objective = ppo_objective(ratio, advantage, clip=0.2)
    assert objective[7].item() == -1.5
    objective.sum().backward()
    assert ratio.grad.tolist() == [1, 1, 1, 0, 0, -1, -1, -1]
    trl = -torch.max(-advantage * ratio, -advantage * torch.clamp(ratio, 0.8, 1.2))
    assert torch.equal(objective, trl)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=10), st.floats(0, 1), st.floats(0, 1))
def test_advantages_against_the_sum_of_deltas(rows: list[tuple[float, float]], gamma: float, lam: float) -> None:
    rewards, values = np.array(rows).T
    after = np.append(values[1:], 0)
    deltas = rewards + gamma * after - values
    direct = [sum((gamma * lam) ** k * d for k, d in enumerate(deltas[t:])) for t in range(len(deltas))]
    assert np.allclose(generalized_advantages(rewards, values, gamma=gamma, lam=lam), direct)


@pytest.mark.parametrize(("n", "kl"), [(1, 0), (2, 0.1931), (4, 0.6363), (16, 1.8351), (64, 3.1745)])
def test_best_of_n_kl(n: int, kl: float) -> None:
    assert best_of_n_kl(n) == pytest.approx(kl, abs=6e-5)
    assert best_of_n_kl(np.array([n]))[0] == pytest.approx(kl, abs=6e-5)
    assert best_of_n_kl([1, n])[1] == pytest.approx(kl, abs=6e-5)


@pytest.mark.parametrize("scale", [1e150, 1e200, 1e300])
def test_huge_rewards_have_the_advantages_of_small_ones(scale: float) -> None:
    small = np.array([[1.0, 0, -1, 0.5], [1, 1, 1, 1]])
    spread, mean = small[0].std(ddof=1), small[0].mean()
    right = [(small[0] - mean) / spread, np.zeros(4)]
    assert np.allclose(grpo_advantages(scale * small), right)
    assert np.allclose(grpo_advantages(torch.tensor(scale * small)), right)


@pytest.mark.parametrize(
    ("rewards", "threshold"), [((1, 0, -1), 0.5), ((1, 0.3, -1), 0.65), ((1, 0, -3), 0.75), ((1, 0.5, -1), 0.75)]
)
def test_abstention(rewards: tuple[float, float, float], threshold: float) -> None:
    correct, abstain, wrong = rewards
    assert abstention_threshold(correct=correct, abstain=abstain, wrong=wrong) == pytest.approx(threshold)
    huge = 1.7e308
    assert abstention_threshold(correct=huge * correct, abstain=0, wrong=-huge * correct) == 0.5


@pytest.mark.parametrize(
    "call",
    [
        lambda: bradley_terry_loss([], []),
        lambda: bradley_terry_loss([1.0], [1.0, 2.0]),
        lambda: dpo_loss([0.0], [0.0], [0.0], [0.0], beta=0),
        lambda: grpo_advantages([[1.0]]),
        lambda: grpo_advantages([[1.0, 2.0]], scale="batch"),
        lambda: ppo_objective([1.0], [1.0], clip=0),
        lambda: generalized_advantages([1.0], [1.0], lam=2),
        lambda: best_of_n_kl(0),
        lambda: best_of_n_kl(float("nan")),
        lambda: best_of_n_kl([1, float("inf")]),
        lambda: dpo_loss([0.0], [0.0], [0.0], [0.0], beta=float("inf")),
        lambda: abstention_threshold(correct=0, abstain=0, wrong=0),
        lambda: abstention_threshold(correct=float("nan"), abstain=0, wrong=0),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|need"):
        call()


def trls_losses(kind: str, logs: torch.Tensor, beta: float) -> torch.Tensor:
    """The losses as TRL's `dpo_trainer` wrote them."""
    policy_chosen, policy_rejected, reference_chosen, reference_rejected = logs
    logits = (policy_chosen - policy_rejected) - (reference_chosen - reference_rejected)
    if kind == "dpo":
        return -logsigmoid(beta * logits)
    if kind == "hinge":
        return torch.relu(1 - beta * logits)
    if kind == "ipo":
        return (logits - 1 / (2 * beta)) ** 2
    chosen_kl = (policy_chosen - reference_chosen).mean().clamp(min=0)
    rejected_kl = (policy_rejected - reference_rejected).mean().clamp(min=0)
    return torch.cat(
        (
            1 - torch.sigmoid(beta * (policy_chosen - reference_chosen - rejected_kl)),
            1 - torch.sigmoid(beta * (chosen_kl - (policy_rejected - reference_rejected))),
        )
    )


@pytest.mark.parametrize("array", LIBRARIES)
@pytest.mark.parametrize("beta", [0.01, 0.1, 2.0])
@pytest.mark.parametrize("kind", PREFERENCE_LOSSES)
@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
def test_preference_losses_are_trls(kind: str, beta: float, shift: float, array) -> None:
    logs = np.random.default_rng(8).normal(-20, 6, size=(4, 50))
    logs[:2] += shift
    found = preference_loss(kind, *array(logs), beta=beta)
    assert found.shape == ((100,) if kind == "kto_pair" else (50,))
    assert np.allclose(np.asarray(found), trls_losses(kind, torch.tensor(logs), beta).numpy(), atol=1e-12)


@pytest.mark.parametrize("kind", PREFERENCE_LOSSES)
def test_slopes_of_preference_losses_are_trls(kind: str) -> None:
    logs = torch.randn(4, 30, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).requires_grad_(True)
    ours, trls = (
        torch.autograd.grad(losses.sum(), logs)[0]
        for losses in (preference_loss(kind, *logs, beta=0.7), trls_losses(kind, logs, 0.7))
    )
    assert torch.allclose(ours, trls, atol=1e-12)


def test_the_mean_of_the_preference_loss_is_dpos() -> None:
    logs = np.random.default_rng(9).normal(size=(4, 30))
    assert preference_loss("dpo", *logs, beta=0.3).mean() == pytest.approx(dpo_loss(*logs, beta=0.3))


@pytest.mark.parametrize("array", LIBRARIES)
def test_preference_losses_of_far_responses_stay_finite(array) -> None:
    far, near = array([1e4, -1e4]), array([0.0, 0.0])
    for kind in PREFERENCE_LOSSES:
        found = np.asarray(preference_loss(kind, far, near, near, near, beta=5.0))
        assert np.isfinite(found).all()
        assert (found >= 0).all()
    assert np.allclose(np.asarray(preference_loss("dpo", far, near, near, near, beta=5.0)), [0, 5e4])
    assert np.allclose(np.asarray(preference_loss("kto_pair", far, near, near, near, beta=5.0))[:2], [0, 1])


def test_preference_losses_by_hand() -> None:
    assert preference_loss("ipo", 1.0, 0.0, 0.0, 0.0, beta=0.5) == pytest.approx(0.0)
    assert preference_loss("hinge", 1.0, 0.0, 0.0, 0.0, beta=0.5) == pytest.approx(0.5)
    assert np.allclose(preference_loss("kto_pair", 0.0, 0.0, 0.0, 0.0, beta=1.0), [0.5, 0.5])


@pytest.mark.parametrize(("kind", "beta"), [("sppo", 0.1), ("dpo", 0.0), ("ipo", -1.0), ("hinge", float("inf"))])
def test_other_preference_losses_are_refused(kind: str, beta: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        preference_loss(kind, *np.zeros((4, 3)), beta=beta)
    with pytest.raises(ValueError, match="must be equal"):
        preference_loss("dpo", np.zeros(3), np.zeros(2), np.zeros(3), np.zeros(3), beta=0.1)
    with pytest.raises(ValueError, match="at least one"):
        preference_loss("dpo", *np.zeros((4, 0)), beta=0.1)
