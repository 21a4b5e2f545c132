"""The training run: supervised start, preferences, reward model, then one of six ways to make the reward large."""

import copy
from collections.abc import Mapping

import numpy as np
import torch

from core.progress import portion
from core.rlhf.bestof import best_of_n_history
from core.rlhf.logbook import Logbook, Told
from core.rlhf.policy import Batch, Policy, log_probabilities, sample
from core.rlhf.raters import Preferences, label_pairs
from core.rlhf.rewarding import RewardModel, fit_reward_model
from core.rlhf.runs import RewardFit, RunHistory, RunParams
from core.rlhf.starting import recorded_start
from core.rlhf.updates import Scored, learner_of

HELD_OUT = 1000
REFERENCE = 2000


def run(params: RunParams, *, on_progress: Told | None = None) -> RunHistory:
    """Trains as `core.rlhf.train` describes."""
    start = recorded_start()
    preferences, held_out, reference = gather_preferences(params, start)
    reward, fit = fit_reward_model(
        preferences,
        held_out,
        reference,
        seed=params.seed,
        ensemble=params.ensemble,
        rule=params.rule,
        sees_length=params.sees_length,
        on_progress=portion(on_progress, 0.0, 0.15),
    )
    if params.algorithm == "best_of_n":
        return best_of_n_history(params, start, reward, fit)
    return _improve(params, start, reward, fit, preferences, on_progress)


def gather_preferences(params: RunParams, start: Policy) -> tuple[Preferences, Preferences, np.ndarray]:
    """The pairs to fit to, held-out pairs, and reference responses, all sampled from the supervised start."""
    generator = torch.Generator().manual_seed(7919 * (params.seed + 1))
    total = 2 * (HELD_OUT + params.pairs) + REFERENCE
    drawn = sample(start, total, generator).array
    reference, held, fitted = np.split(drawn, [REFERENCE, REFERENCE + 2 * HELD_OUT])
    labeled = [
        label_pairs(part[0::2], part[1::2], params.rater, seed=2 * params.seed + place)
        for place, part in enumerate((fitted, held))
    ]
    return labeled[0], labeled[1], reference


def _improve(
    params: RunParams,
    start: Policy,
    reward: RewardModel,
    fit: RewardFit,
    preferences: Preferences,
    on_progress: Told | None,
) -> RunHistory:
    """The loop that every learning algorithm shares: sample, measure, update."""
    policy = copy.deepcopy(start).requires_grad_(True)
    generator = torch.Generator().manual_seed(104_729 * (params.seed + 1))
    learner = learner_of(params, policy, start, preferences)
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
    if not np.isfinite(list(metrics.values())).all():
        raise FloatingPointError("a loss is not finite")
    return metrics
