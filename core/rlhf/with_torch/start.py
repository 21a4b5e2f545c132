"""The supervised start as a file, so that a run need not train it again."""

import functools

import numpy as np
import torch
from jaxtyping import Shaped

from core.assets import kept
from core.rlhf.with_torch.policy import START_SEED, Policy

START = "rlhf/start.npz"
"""The recorded weights, below `core/assets`."""


@functools.cache
def recorded_start() -> Policy:
    """The policy that `supervised_start()` trains, from its file; shared, so it must not be changed.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: the same log-probabilities as `supervised_start()` up to rounding.
    Source: `python -m core.assets record rlhf start`.
    """
    policy = Policy(seed=START_SEED)
    policy.load_state_dict({name: torch.tensor(array) for name, array in kept(START, dict).items()})
    return policy.requires_grad_(False)


def weights_of(policy: Policy) -> dict[str, Shaped[np.ndarray, "..."]]:
    """What of a policy is kept: its weights by name."""
    return {name: array.detach().numpy() for name, array in policy.state_dict().items()}
