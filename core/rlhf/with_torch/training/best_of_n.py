"""Best-of-n on a pool of samples: exact expectations over subsets, exact divergence, no policy is trained."""

import numpy as np
import torch
from jaxtyping import Float, Int

from core.rlhf.best_of_n import best_of_n_divergence, best_of_n_weights
from core.rlhf.runs import KEPT, NetworkFit, RunHistory, RunParams
from core.rlhf.with_torch.policy import Policy, log_probabilities, sample
from core.rlhf.with_torch.training.reward_model import RewardModel
from core.rlhf.world import gold_reward, lengths

POOL = 16384
LARGEST = 4096


def best_of_n_history(params: RunParams, start: Policy, reward: RewardModel, fit: NetworkFit) -> RunHistory:
    """Best-of-n for growing n on one pool of samples of the start, as a history whose steps are values of n.

    Each value is an expectation over all n-subsets of the pool, not over one draw; the KL is that of n draws from it.
    """
    generator = torch.Generator().manual_seed(104_729 * (params.seed + 1))
    batch = sample(start, POOL, generator)
    responses = batch.array
    proxy = reward(responses)
    with torch.no_grad():
        _, logs, _ = log_probabilities(start, batch)
    at_place = -(logs.exp() * logs).sum(-1)
    entropy = ((at_place * batch.mask).sum(1) / batch.mask.sum(1)).numpy()
    ns = np.unique(np.geomspace(1, LARGEST, min(params.steps, 60)).round().astype(int))
    _, atoms = np.unique(responses, axis=0, return_inverse=True)
    rows = [best_of_n_weights(proxy, int(n)) for n in ns]
    series = {
        "kl": np.array([best_of_n_divergence(proxy, atoms, int(n)) for n in ns], dtype=np.float32),
        "proxy": _means(rows, proxy),
        "gold": _means(rows, gold_reward(responses)),
        "length": _means(rows, lengths(responses)),
        "entropy": _means(rows, entropy),
    }
    picks = _picks(rows, params.seed)
    return RunHistory(
        params=params,
        **series,
        metrics={},
        samples=responses[picks].astype(np.uint8),
        sample_proxy=proxy[picks].astype(np.float32),
        n=ns,
        reward_fit=fit,
        diverged_at=None,
    )


def _means(
    rows: list[Float[np.ndarray, "sample"]], values: Float[np.ndarray, "sample"] | Int[np.ndarray, "sample"]
) -> Float[np.ndarray, "n"]:
    return np.array([weights @ values for weights in rows], dtype=np.float32)


def _picks(rows: list[Float[np.ndarray, "sample"]], seed: int) -> Int[np.ndarray, "n kept"]:
    """KEPT samples of the pool for each n, drawn from best-of-n's own distribution."""
    random = np.random.default_rng(seed)
    return np.stack([random.choice(len(weights), size=KEPT, p=weights) for weights in rows])
