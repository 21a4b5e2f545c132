"""The training run: supervised start, preferences, reward model, then one of six ways to make the reward large."""

import copy
import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch

from core.progress import Progress, portion
from core.rlhf.critic import VAR_EXPLAINED
from core.rlhf.raters import Preferences, label_pairs
from core.rlhf.runs import NetworkFit, RunHistory, RunParams
from core.rlhf.variants import USUAL, Variant
from core.rlhf.with_torch.policy import Batch, Policy, log_probabilities, sample
from core.rlhf.with_torch.start import recorded_start
from core.rlhf.with_torch.training.best_of_n import best_of_n_history
from core.rlhf.with_torch.training.logbook import Logbook
from core.rlhf.with_torch.training.reward_model import RewardModel, fit_reward_model
from core.rlhf.with_torch.training.updates import Scored, learner_of
from core.rlhf.world import Responses

HELD_OUT = 1000
REFERENCE = 2000


def run(params: RunParams, *, variant: Variant = USUAL, on_progress: Progress | None = None) -> RunHistory:
    """Trains as `core.rlhf.train` describes; a variant changes the reward model, or the loss of DPO."""
    reward, fit, preferences = reward_model(params, variant=variant, on_progress=portion(on_progress, 0.0, 0.15))
    if params.algorithm == "best_of_n":
        return best_of_n_history(params, recorded_start(), reward, fit)
    return _improve(params, recorded_start(), reward, fit, preferences, on_progress, loss=variant.loss)


def reward_model(
    params: RunParams, *, variant: Variant = USUAL, on_progress: Progress | None = None
) -> tuple[RewardModel, NetworkFit, Preferences]:
    """The reward model of a run, how its fit went, and the pairs it was fitted to."""
    with _one_thread():
        preferences, held_out, reference = gather_preferences(params)
        reward, fit = fit_reward_model(
            preferences,
            held_out,
            reference,
            seed=params.seed,
            ensemble=params.ensemble,
            rule=params.rule,
            sees_length=params.sees_length,
            width=variant.width,
            penalty=variant.penalty,
            on_progress=on_progress,
        )
    return reward, fit, preferences


@contextmanager
def _one_thread() -> Iterator[None]:
    """Matrices this small gain nothing from a second thread, and lose much where it has to wait for a busy core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def gather_preferences(params: RunParams) -> tuple[Preferences, Preferences, np.ndarray]:
    """The pairs to fit to, held-out pairs, and reference responses, all sampled from the supervised start."""
    drawn = _drawn(params.seed, 2 * (HELD_OUT + params.pairs) + REFERENCE)
    reference, held, fitted = np.split(drawn, [REFERENCE, REFERENCE + 2 * HELD_OUT])
    labeled = [
        label_pairs(part[0::2], part[1::2], params.rater, seed=2 * params.seed + place)
        for place, part in enumerate((fitted, held))
    ]
    return labeled[0], labeled[1], reference


@functools.lru_cache(maxsize=4)
def _drawn(seed: int, count: int) -> Responses:
    """Responses of the supervised start; other raters label the same ones."""
    generator = torch.Generator().manual_seed(7919 * (seed + 1))
    drawn = sample(recorded_start(), count, generator).array
    drawn.flags.writeable = False
    return drawn


def _improve(
    params: RunParams,
    start: Policy,
    reward: RewardModel,
    fit: NetworkFit,
    preferences: Preferences,
    on_progress: Progress | None,
    *,
    loss: str,
) -> RunHistory:
    """The loop that every learning algorithm shares: sample, measure, update."""
    policy = copy.deepcopy(start).requires_grad_(True)
    generator = torch.Generator().manual_seed(104_729 * (params.seed + 1))
    learner = learner_of(params, policy, start, preferences, loss=loss)
    book = Logbook(params, fit, on_progress)
    for step in range(params.steps):
        try:
            scored = _score(policy, start, reward, sample(policy, params.batch, generator))
            book.note(scored, learner.beta)
            book.add(_finite(learner.update(scored, generator)))
        except FloatingPointError:
            book.diverged_at = step
            break
        book.tell(step)
    return book.history()


def _score(policy: Policy, start: Policy, reward: RewardModel, batch: Batch) -> Scored:
    """A batch with all that an update or a measurement needs of it, without gradients."""
    with torch.no_grad():
        taken, logs, values = log_probabilities(policy, batch)
        reference_taken, reference_logs, _ = log_probabilities(start, batch)
    if not torch.isfinite(logs).all():
        raise FloatingPointError("the policy's log-probabilities are not finite")
    proxy = torch.from_numpy(reward(batch.array)).float()
    return Scored(batch, taken, reference_taken, logs, reference_logs, values, proxy)


def _finite(metrics: Mapping[str, float]) -> Mapping[str, float]:
    # Where all returns are alike there is no variance to explain, and nothing is wrong.
    if not np.isfinite([value for name, value in metrics.items() if name != VAR_EXPLAINED]).all():
        raise FloatingPointError("a loss is not finite")
    return metrics
