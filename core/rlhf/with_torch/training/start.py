"""The supervised start: the policy before anybody has rated a response."""

import torch

from core.rlhf.with_torch.policy import START_SEED, Batch, Policy, log_probabilities, mask_of
from core.rlhf.world import random_responses

START_STEPS = 400


def supervised_start(*, seed: int = START_SEED, steps: int = START_STEPS) -> Policy:
    """A policy trained by maximum likelihood on random responses; every run starts from it.

    Args:
        seed: of the weights and of the texts.
        steps: updates by Adam on 256 fresh responses each.

    Invariant: the same seed gives the same weights on one machine.
    """
    policy = Policy(seed=seed)
    optimizer = torch.optim.Adam(policy.parameters(), lr=5e-3)
    for step in range(steps):
        responses = torch.from_numpy(random_responses(256, seed=seed * 100_003 + step))
        batch = Batch(responses, mask_of(responses))
        taken, _, _ = log_probabilities(policy, batch)
        loss = -taken.sum() / batch.mask.sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return policy
