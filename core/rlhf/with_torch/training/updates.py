"""One update of the policy by each algorithm, on one batch of its own responses."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from core.rlhf.critic import VAR_EXPLAINED, explained_variance
from core.rlhf.formulas import generalized_advantages, grpo_advantages, kl_estimates, ppo_objective, preference_loss
from core.rlhf.raters import Preferences
from core.rlhf.runs import RunParams
from core.rlhf.with_torch.policy import Batch, Policy, log_probabilities, mask_of
from core.rlhf.world import PLACES

VALUE_WEIGHT = 0.1
DPO_MINIBATCH = 64
HORIZON = 400
"""Responses over which the adaptive controller corrects the whole of an error in the KL."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A batch of the policy's own responses, with what was known of it before the update.

    Args:
        batch: the responses.
        taken: log pi of each word said; 0 after the end.
        reference_taken: the same under the supervised start.
        logs, reference_logs: log-probabilities of all words.
        values: the value head's guesses; 0 after the end.
        proxy: the reward model's reward of each response.
    """

    batch: Batch
    taken: Float[Tensor, "response place"]
    reference_taken: Float[Tensor, "response place"]
    logs: Float[Tensor, "response place word"]
    reference_logs: Float[Tensor, "response place word"]
    values: Float[Tensor, "response place"]
    proxy: Float[Tensor, "response"]

    @property
    def kl(self) -> Float[Tensor, "response"]:
        """KL(policy || start) at each place, exact over the words, summed along the response."""
        at_place = (self.logs.exp() * (self.logs - self.reference_logs)).sum(-1)
        return (at_place * self.batch.mask).sum(1)


@runtime_checkable
class Learner(Protocol):
    """An algorithm with its optimizer."""

    beta: float

    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """Changes the policy, and tells what was measured on the way, under TRL's names where TRL has one."""


def learner_of(
    params: RunParams, policy: Policy, start: Policy, preferences: Preferences, *, loss: str = "dpo"
) -> Learner:
    """The learner of a run's algorithm."""
    if params.algorithm == "dpo":
        return DpoLearner(params, policy, start, preferences, loss=loss)
    kinds: dict[str, Callable[[RunParams, Policy], Learner]] = {
        "ppo": PpoLearner,
        "grpo": GrpoLearner,
        "dr_grpo": GrpoLearner,
        "reinforce": ReinforceLearner,
    }
    return kinds[params.algorithm](params, policy)


class _Optimized(ABC):
    """A policy with Adam, and the strength of its KL penalty."""

    def __init__(self, params: RunParams, policy: Policy) -> None:
        self.params = params
        self.policy = policy
        self.beta = params.beta
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=params.learning_rate)

    @abstractmethod
    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """See Learner."""

    def descend(self, loss: Tensor) -> float:
        """One step down the gradient; returns its norm."""
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
        self.optimizer.step()
        return float(norm)


class PpoLearner(_Optimized):
    """PPO: penalty beta (log pi - log ref) in the reward of each word, score at the last, GAE, clip, value head.

    Source: Schulman et al. 1707.06347; Ziegler et al. 1909.08593 for the penalty in the reward and its controller.
    """

    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """`epochs` updates on the whole batch."""
        mask = scored.batch.mask
        advantages = self._advantages(scored)
        returns = advantages + scored.values
        whitened = _whiten(advantages, mask)
        first: dict[str, float] = {}
        metrics: dict[str, float] = {}
        for _ in range(self.params.epochs):
            taken, _, values = log_probabilities(self.policy, scored.batch)
            ratio = (taken - scored.taken).exp()
            objective = ppo_objective(ratio, whitened, clip=self.params.clip)
            loss = -_masked_mean(objective, mask)
            value_loss = _masked_mean((values - returns) ** 2, mask) / 2
            norm = self.descend(loss + VALUE_WEIGHT * value_loss)
            metrics = {
                "loss/policy_avg": loss.item(),
                "loss/value_avg": value_loss.item(),
                "policy/approxkl_avg": _masked_mean((taken - scored.taken) ** 2, mask).item() / 2,
                "policy/clipfrac_avg": _clipped(ratio, whitened, mask, self.params.clip),
                "val/ratio": _masked_mean(ratio, mask).item(),
                "grad_norm": norm,
            }
            first = first or {"loss/first_epoch": loss.item(), "grad_norm/first_epoch": norm}
        first[VAR_EXPLAINED] = float(explained_variance(scored.values[mask], returns[mask]))
        self._adapt(float(scored.kl.mean()))
        return metrics | first

    def _advantages(self, scored: Scored) -> Float[Tensor, "response place"]:
        rewards = -self.beta * (scored.taken - scored.reference_taken)
        rows = torch.arange(len(rewards))
        rewards[rows, scored.batch.mask.sum(1) - 1] += scored.proxy
        advantages: Tensor = generalized_advantages(rewards, scored.values, lam=self.params.lam)
        return advantages * scored.batch.mask

    def _adapt(self, kl: float) -> None:
        """beta <- beta (1 + clip(KL / target - 1, -0.2, 0.2) batch / HORIZON), as in Ziegler et al. 1909.08593."""
        if self.params.target_kl is not None:
            error = min(max(kl / self.params.target_kl - 1, -0.2), 0.2)
            self.beta *= 1 + error * self.params.batch / HORIZON


class GrpoLearner(_Optimized):
    """GRPO and Dr. GRPO: advantages within groups of samples, k3 penalty in the loss, no value head.

    GRPO averages each response's words first, so that long responses weigh as much as short ones; Dr. GRPO divides by
    the largest length, and does not divide advantages by the group's spread.

    Source: Shao et al. 2402.03300; Liu et al. 2503.20783; TRL `grpo_trainer` (loss types "grpo" and "dr_grpo").
    """

    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """`epochs` updates on the whole batch."""
        doctor = self.params.algorithm == "dr_grpo"
        mask = scored.batch.mask
        grouped = scored.proxy.reshape(-1, self.params.group)
        advantages = grpo_advantages(grouped, scale="none" if doctor else "group").reshape(-1, 1)
        first: dict[str, float] = {}
        metrics: dict[str, float] = {}
        for _ in range(self.params.epochs):
            taken, _, _ = log_probabilities(self.policy, scored.batch)
            ratio = (taken - scored.taken).exp()
            spread = advantages.expand_as(ratio)
            words = -ppo_objective(ratio, spread, clip=self.params.clip)
            if self.beta:  # k3 can be infinite, and 0 times that is no number
                words = words + self.beta * kl_estimates(taken, scored.reference_taken)[2]
            if doctor:
                loss = (words * mask).sum() / (len(mask) * PLACES)
            else:
                loss = ((words * mask).sum(1) / mask.sum(1)).mean()
            norm = self.descend(loss)
            metrics = {
                "loss/policy_avg": loss.item(),
                "policy/clipfrac_avg": _clipped(ratio, spread, mask, self.params.clip),
                "val/ratio": _masked_mean(ratio, mask).item(),
                "grad_norm": norm,
            }
            first = first or {"loss/first_epoch": loss.item(), "grad_norm/first_epoch": norm}
        equal = (grouped.max(1).values == grouped.min(1).values).float().mean()
        spread_of_groups = grouped.std(1).mean()
        return metrics | first | {"frac_reward_zero_std": float(equal), "reward_std": float(spread_of_groups)}


class ReinforceLearner(_Optimized):
    """REINFORCE with a leave-one-out baseline; the penalty is part of each response's reward. One update a batch.

    Source: Williams (1992); Ahmadian et al. 2402.14740 for the baseline.
    """

    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """One update: there is no ratio, so the samples are spent after it."""
        penalized = scored.proxy - self.beta * (scored.taken - scored.reference_taken).sum(1)
        others = (penalized.sum() - penalized) / (len(penalized) - 1)
        taken, _, _ = log_probabilities(self.policy, scored.batch)
        loss = -((penalized - others) * taken.sum(1)).mean()
        norm = self.descend(loss)
        return {"loss/policy_avg": loss.item(), "grad_norm": norm}


class DpoLearner(_Optimized):
    """DPO: supervised on the preference pairs, without samples and without a reward model.

    Args:
        loss: which of `preference_loss`, on log-probabilities of whole responses.

    Source: Rafailov et al. 2305.18290; metric names of TRL `dpo_trainer`.
    """

    def __init__(
        self, params: RunParams, policy: Policy, start: Policy, preferences: Preferences, *, loss: str = "dpo"
    ) -> None:
        super().__init__(params, policy)
        self.loss = loss
        sides = (torch.from_numpy(side).long() for side in (preferences.chosen, preferences.rejected))
        self.chosen, self.rejected = (Batch(side, mask_of(side)) for side in sides)
        with torch.no_grad():
            self.reference = tuple(log_probabilities(start, side)[0].sum(1) for side in (self.chosen, self.rejected))

    def update(self, scored: Scored, generator: torch.Generator) -> Mapping[str, float]:
        """One update on a minibatch of pairs; the policy's own samples are measured, not learned from."""
        count = len(self.chosen.responses)
        picked = torch.randint(count, (min(DPO_MINIBATCH, count),), generator=generator)
        logs = []
        for side in (self.chosen, self.rejected):
            part = Batch(side.responses[picked], side.mask[picked])
            logs.append(log_probabilities(self.policy, part)[0].sum(1))
        reference = [side[picked] for side in self.reference]
        loss = preference_loss(self.loss, *logs, *reference, beta=self.beta).mean()
        rewards = [self.beta * (log - ref).detach() for log, ref in zip(logs, reference, strict=True)]
        norm = self.descend(loss)
        return {
            "loss/policy_avg": loss.item(),
            "grad_norm": norm,
            "logps/chosen": logs[0].mean().item(),
            "logps/rejected": logs[1].mean().item(),
            "rewards/chosen": float(rewards[0].mean()),
            "rewards/rejected": float(rewards[1].mean()),
            "rewards/accuracies": float((rewards[0] > rewards[1]).float().mean()),
            "rewards/margins": float((rewards[0] - rewards[1]).mean()),
        }


def _masked_mean(values: Float[Tensor, "response place"], mask: Bool[Tensor, "response place"]) -> Tensor:
    return (values * mask).sum() / mask.sum()


def _whiten(values: Float[Tensor, "response place"], mask: Bool[Tensor, "response place"]) -> Tensor:
    """Mean 0 and variance 1 over the mask; zeros where there is no variance."""
    mean = _masked_mean(values, mask)
    variance = _masked_mean((values - mean) ** 2, mask)
    return (values - mean) / torch.sqrt(variance + 1e-8) * mask


def _clipped(ratio: Tensor, advantage: Tensor, mask: Tensor, clip: float) -> float:
    """Share of words whose gradient the clip has set to zero."""
    idle = ((advantage > 0) & (ratio > 1 + clip)) | ((advantage < 0) & (ratio < 1 - clip))
    return float(_masked_mean(idle.float(), mask))


def mean_entropy(scored: Scored) -> float:
    """Mean entropy of the next word over the places that were sampled, nats."""
    entropy = -(scored.logs.exp() * scored.logs).sum(-1)
    return float(np.float64(_masked_mean(entropy, scored.batch.mask)))
