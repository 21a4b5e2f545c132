"""The supervised start as a file, so that a run need not train it again."""

import functools
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.assets import asset
from core.files import replacing
from core.rlhf.with_torch.policy import START_SEED, Policy

START = "rlhf/start.npz"
"""The recorded weights, below `core/assets`."""


@functools.cache
def recorded_start() -> Policy:
    """The policy that `supervised_start()` trains, from its file; shared, so it must not be changed.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: the same log-probabilities as `supervised_start()` up to rounding.
    Source: `python -m core.rlhf record`.
    """
    policy = Policy(seed=START_SEED)
    with np.load(asset(START), allow_pickle=False) as file:
        policy.load_state_dict({name: torch.from_numpy(file[name]) for name in file.files})
    return policy.requires_grad_(False)


def save_start(policy: Policy, path: Path) -> None:
    """Writes a policy's weights so that `recorded_start` reads them; atomically."""
    weights: dict[str, Any] = {name: array.detach().numpy() for name, array in policy.state_dict().items()}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **weights)
