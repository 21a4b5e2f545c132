"""On-policy gradients of the learners against the exact gradient, in a world whose responses can all be listed."""

from itertools import product

import numpy as np
import pytest
import torch

from core.rlhf import RunParams
from core.rlhf.raters import Preferences
from core.rlhf.with_torch.policy import Batch, Policy, log_probabilities, mask_of, sample
from core.rlhf.with_torch.training import updates
from core.rlhf.with_torch.training.updates import Scored, learner_of
from core.rlhf.world import END, PLACES

BETA = 0.2
BATCHES = 24
RESPONSES = 4096


def two_word_policy(seed: int) -> Policy:
    """A policy that says words 1 and 2 only, and mostly ends early."""
    policy = Policy(seed=seed)
    with torch.no_grad():
        policy.head.bias[3:] = -60.0
        policy.head.bias[END] += 0.3
    return policy


def every_response() -> Batch:
    rows = [
        [*words, *[END] * (PLACES - length)] for length in range(PLACES + 1) for words in product((1, 2), repeat=length)
    ]
    responses = torch.tensor(rows)
    return Batch(responses, mask_of(responses))


def worth(batch: Batch) -> torch.Tensor:
    ones, twos = (batch.responses == 1).sum(1), (batch.responses == 2).sum(1)
    return ones.float() - 0.4 * twos + 0.5 * (ones == twos)


def scored(policy: Policy, start: Policy, batch: Batch) -> Scored:
    with torch.no_grad():
        taken, logs, values = log_probabilities(policy, batch)
        reference, reference_logs, _ = log_probabilities(start, batch)
    return Scored(batch, taken, reference, logs, reference_logs, values, worth(batch))


def exact_gradient(policy: Policy, start: Policy, beta: float) -> torch.Tensor:
    """Of E[r] - beta KL(pi || start), by the sum over all responses."""
    batch = every_response()
    taken, _, _ = log_probabilities(policy, batch)
    with torch.no_grad():
        reference, _, _ = log_probabilities(start, batch)
    logs = taken.sum(1)
    assert float(logs.detach().exp().sum()) == pytest.approx(1, abs=1e-4)
    objective = (logs.exp() * (worth(batch) - beta * (logs - reference.sum(1)))).sum()
    return flat(torch.autograd.grad(objective, shared(policy)))


def shared(policy: Policy) -> list[torch.Tensor]:
    """All parameters but those of the value head."""
    return [weights for name, weights in policy.named_parameters() if not name.startswith("value")]


def flat(parts: tuple[torch.Tensor, ...]) -> torch.Tensor:
    return torch.cat([part.ravel() for part in parts])


def mean_step(algorithm: str, policy: Policy, start: Policy, beta: float) -> torch.Tensor:
    """Minus the gradient of a learner's first loss, mean over many batches."""
    params = RunParams(algorithm=algorithm, beta=beta, batch=RESPONSES, epochs=1, lam=1.0)
    empty = np.zeros((1, PLACES), dtype=int)
    learner = learner_of(params, policy, start, Preferences(empty, empty, np.array([True])))
    found: list[torch.Tensor] = []

    def capture(loss: torch.Tensor) -> float:
        found.append(flat(torch.autograd.grad(loss, shared(policy))))
        return 0.0

    learner.descend = capture
    generator = torch.Generator().manual_seed(5)
    for _ in range(BATCHES):
        learner.update(scored(policy, start, sample(policy, RESPONSES, generator)), generator)
    return -torch.stack(found).mean(0)


@pytest.mark.parametrize(
    ("algorithm", "beta", "scale"),
    [
        ("reinforce", 0.0, 1.0),
        ("reinforce", BETA, 1.0),
        # A group's mean holds the response itself; the loss is divided by the largest length.
        ("dr_grpo", 0.0, (1 - 1 / 8) / PLACES),
    ],
)
def test_the_mean_step_is_the_exact_gradient(algorithm: str, beta: float, scale: float) -> None:
    policy, start = two_word_policy(1), two_word_policy(2)
    exact = scale * exact_gradient(policy, start, beta)
    measured = mean_step(algorithm, policy, start, beta)
    assert (measured - exact).norm() < 0.05 * exact.norm()


@pytest.mark.parametrize(("algorithm", "beta"), [("ppo", 0.0), ("ppo", BETA), ("grpo", 0.0)])
def test_the_mean_step_points_along_the_exact_gradient(
    algorithm: str, beta: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whitening and a group's spread change its length, and the mean over words or responses a little more."""
    monkeypatch.setattr(updates, "VALUE_WEIGHT", 0.0)
    policy, start = two_word_policy(1), two_word_policy(2)
    exact, measured = exact_gradient(policy, start, beta), mean_step(algorithm, policy, start, beta)
    cosine = float(torch.nn.functional.cosine_similarity(exact, measured, dim=0))
    # GRPO weighs each response's words by its length, which is no gradient of any reward.
    assert cosine > (0.999 if algorithm == "ppo" else 0.98)


@pytest.mark.slow
@pytest.mark.parametrize(
    "algorithm", ["grpo", *(pytest.param(other, marks=pytest.mark.matrix) for other in ("reinforce", "dr_grpo"))]
)
def test_without_rewards_and_penalty_nothing_is_taught(monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    monkeypatch.setattr("tests.core.rlhf.test_gradients.worth", lambda batch: torch.ones(len(batch.responses)))
    policy, start = two_word_policy(1), two_word_policy(2)
    assert mean_step(algorithm, policy, start, 0.0).abs().max() < 1e-6
