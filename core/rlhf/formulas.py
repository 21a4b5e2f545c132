"""The formulas of learning from preferences, for numpy arrays, torch tensors and plain numbers alike."""

import math
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj

EPSILON = 1e-4
"""Added to a group's standard deviation before dividing by it, as in TRL."""


def bradley_terry_loss(chosen: Any, rejected: Any) -> Any:
    """The negative log-likelihood of a Bradley-Terry model, mean over pairs.

    loss = -mean(log sigmoid(r_chosen - r_rejected)), since P(chosen beats rejected) = sigmoid(r_chosen - r_rejected).

    Args:
        chosen: rewards r of the preferred responses, any shape, numpy or torch.
        rejected: rewards of the others, the same shape.

    Returns:
        A scalar of the same library, in nats. Invariants: above 0; the same when a constant is added to all rewards;
        log 2 when all rewards are equal.

    Raises:
        ValueError: for no pairs, or shapes that differ.

    Source: Bradley and Terry (1952); Stiennon et al. 2009.01325, section 3.4; TRL `reward_trainer`.
    """
    xp, chosen, rejected = _together(chosen, rejected)
    return xp.mean(_minus_log_sigmoid(xp, chosen - rejected))


def kl_estimates(logp: Any, logq: Any) -> tuple[Any, Any, Any]:
    """Three estimates of KL(p||q) from samples x of p; their means estimate the divergence.

    With log r = log q(x) - log p(x): k1 = -log r, k2 = (log r)^2 / 2, k3 = exp(log r) - 1 - log r.

    Args:
        logp: log-probabilities under p of samples drawn from p, in nats, any shape.
        logq: log-probabilities of the same samples under q.

    Returns:
        (k1, k2, k3), one value for each sample. Invariants: k2 >= 0 and k3 >= 0; k1 and k3 are unbiased, k2 is not.

    Raises:
        ValueError: for shapes that differ.

    Source: Schulman, "Approximating KL divergence" (2020); TRL `ppo_trainer`.
    """
    xp, logp, logq = _together(logp, logq)
    log_ratio = logq - logp
    return -log_ratio, log_ratio**2 / 2, xp.expm1(log_ratio) - log_ratio


def dpo_loss(
    policy_chosen: Any, policy_rejected: Any, reference_chosen: Any, reference_rejected: Any, *, beta: int | float
) -> Any:
    """The DPO loss: Bradley-Terry on the implicit rewards beta log(pi / pi_ref), mean over pairs.

    loss = -mean(log sigmoid(beta [(log pi_c - log ref_c) - (log pi_r - log ref_r)])).

    Args:
        policy_chosen, policy_rejected: log-probabilities of whole responses under the policy, in nats, any shape.
        reference_chosen, reference_rejected: the same under the reference.
        beta: strength of the KL penalty whose optimum this is, above 0.

    Returns:
        A scalar. Invariant: log 2 where the policy is the reference.

    Raises:
        ValueError: for beta <= 0 or infinite, no pairs, or shapes that differ.

    Source: Rafailov et al. 2305.18290, equation 7; TRL `dpo_trainer`.
    """
    if not 0 < beta < math.inf:
        raise ValueError(f"beta = {beta} must be above 0 and finite.")
    _, policy_chosen, reference_chosen = _together(policy_chosen, reference_chosen)
    _, policy_rejected, reference_rejected = _together(policy_rejected, reference_rejected)
    return bradley_terry_loss(beta * (policy_chosen - reference_chosen), beta * (policy_rejected - reference_rejected))


PREFERENCE_LOSSES = ("dpo", "ipo", "hinge", "kto_pair")
"""The losses on preference pairs that `preference_loss` knows."""


def preference_loss(
    kind: str,
    policy_chosen: Any,
    policy_rejected: Any,
    reference_chosen: Any,
    reference_rejected: Any,
    *,
    beta: int | float,
) -> Any:
    """One of four losses that learn from preference pairs without a reward model; one loss a pair, not averaged.

    With h_c = log pi_c - log ref_c, h_r = log pi_r - log ref_r and h = h_c - h_r:

        dpo       -log sigmoid(beta h)
        ipo       (h - 1 / (2 beta))^2; on means over tokens it is TRL's
        hinge     max(0, 1 - beta h)
        kto_pair  1 - sigmoid(beta (h_c - max(0, mean h_r))), joined with 1 - sigmoid(beta (max(0, mean h_c) - h_r))

    Args:
        kind: "dpo", "ipo", "hinge" or "kto_pair".
        policy_chosen, policy_rejected: log-probabilities under the policy, in nats, [pair] or any shape.
        reference_chosen, reference_rejected: the same under the reference.
        beta: strength of the pull to the reference, above 0.

    Returns:
        [pair], of the same library; [2 pair] for "kto_pair", the chosen first. Invariants: at least 0; the mean of
        "dpo" is `dpo_loss`; each but "kto_pair" depends on h alone.

    Raises:
        ValueError: for another kind, beta <= 0 or infinite, no pairs, or shapes that differ.

    Source: Rafailov et al. 2305.18290; Azar et al. 2310.12036 (IPO); Zhao et al. 2305.10425 (hinge); Ethayarajh et al.
    2402.01306 (KTO, here on pairs); TRL `dpo_trainer`.
    """
    if kind not in PREFERENCE_LOSSES:
        raise ValueError(f"kind = {kind!r} must be one of {', '.join(PREFERENCE_LOSSES)}.")
    if not 0 < beta < math.inf:
        raise ValueError(f"beta = {beta} must be above 0 and finite.")
    xp, *logs = _together(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    chosen, rejected = logs[0] - logs[2], logs[1] - logs[3]
    if kind == "kto_pair":
        return _kto_pair(xp, chosen, rejected, beta)
    gap = chosen - rejected
    if kind == "ipo":
        return (gap - 1 / (2 * beta)) ** 2
    return _minus_log_sigmoid(xp, beta * gap) if kind == "dpo" else xp.clip(1 - beta * gap, min=0)


def _kto_pair(xp: Any, chosen: Any, rejected: Any, beta: int | float) -> Any:
    """KTO on pairs: each half is measured from the mean of the other, which stands for the KL and is at least 0."""
    chosen, rejected = (xp.reshape(half, (-1,)) if half.ndim == 0 else half for half in (chosen, rejected))
    floors = [xp.clip(xp.mean(half), min=0) for half in (chosen, rejected)]
    gains = xp.concat([chosen - floors[1], floors[0] - rejected])
    return xp.exp(-_minus_log_sigmoid(xp, -beta * gains))


def grpo_advantages(rewards: Any, *, scale: str = "group") -> Any:
    """Advantages of GRPO: each reward against its own group.

    "group": (r - mean) / (std + 1e-4), with the sample standard deviation (ddof = 1). "none" (Dr. GRPO): r - mean.

    Args:
        rewards: [group, sample], at least two samples in a group; a single axis is one group.
        scale: "group" or "none".

    Returns:
        The same shape. Invariants: each group sums to 0; unchanged by r -> a r + b with a > 0, up to the 1e-4, for
        "group"; exactly 0 where all rewards of a group are equal.

    Raises:
        ValueError: for another scale, or fewer than two samples in a group.

    Source: Shao et al. 2402.03300, section 4.1; Liu et al. 2503.20783 for "none"; TRL `grpo_trainer`.
    """
    if scale not in ("group", "none"):
        raise ValueError(f"scale = {scale!r} must be 'group' or 'none'.")
    xp, rewards = _together(rewards)
    if rewards.ndim < 1 or rewards.shape[-1] < 2:
        raise ValueError(f"rewards have shape {tuple(rewards.shape)}; each group needs at least 2 samples.")
    centered = rewards - xp.mean(rewards, axis=-1, keepdims=True)
    equal = xp.max(rewards, axis=-1, keepdims=True) == xp.min(rewards, axis=-1, keepdims=True)
    # The mean of equal numbers is off by a rounding, which a tiny spread would blow up.
    centered = xp.where(equal, xp.zeros_like(centered), centered)
    if scale == "none":
        return centered
    largest = xp.max(xp.abs(centered), axis=-1, keepdims=True)
    if bool(xp.any(largest > xp.finfo(centered.dtype).max ** 0.5)):
        # Their squares would overflow; those of shares of the largest do not.
        unit = xp.where(largest > 0, largest, xp.ones_like(largest))
        return centered / unit / (xp.std(centered / unit, axis=-1, correction=1, keepdims=True) + EPSILON / unit)
    return centered / (xp.std(rewards, axis=-1, correction=1, keepdims=True) + EPSILON)


def ppo_objective(ratio: Any, advantage: Any, *, clip: int | float = 0.2) -> Any:
    """PPO's clipped objective, one value for each token; it is to be made large.

    min(rho A, clamp(rho, 1 - clip, 1 + clip) A), with rho = pi / pi_old.

    Args:
        ratio: rho, above 0, any shape.
        advantage: A, the same shape.
        clip: half the width of the trusted range, in (0, 1).

    Returns:
        The same shape. Invariants: at most rho A; the gradient is 0 exactly where A > 0 and rho > 1 + clip, or A < 0
        and rho < 1 - clip.

    Raises:
        ValueError: for clip outside (0, 1), or shapes that differ.

    Source: Schulman et al. 1707.06347, equation 7.
    """
    if not 0 < clip < 1:
        raise ValueError(f"clip = {clip} must lie in (0, 1).")
    xp, ratio, advantage = _together(ratio, advantage)
    return xp.minimum(ratio * advantage, xp.clip(ratio, 1 - clip, 1 + clip) * advantage)


def generalized_advantages(rewards: Any, values: Any, *, gamma: int | float = 1.0, lam: int | float = 0.95) -> Any:
    """Generalized advantage estimates along the last axis; after the last place the value is 0.

    delta_t = r_t + gamma V_{t+1} - V_t, A_t = delta_t + gamma lam A_{t+1}.

    Args:
        rewards: r, [..., time].
        values: V, the same shape; 0 after the end of a response.
        gamma: discount in [0, 1].
        lam: in [0, 1]; 1 gives returns minus values, 0 gives delta.

    Returns:
        A, the same shape. Invariant: with gamma = lam = 1, A_t = sum_{s >= t} r_s - V_t.

    Raises:
        ValueError: for gamma or lam outside [0, 1], or shapes that differ.

    Source: Schulman et al. 1506.02438, equation 16.
    """
    for name, value in (("gamma", gamma), ("lam", lam)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} = {value} must lie in [0, 1].")
    xp, rewards, values = _together(rewards, values)
    running = xp.zeros_like(rewards[..., -1])
    after = running
    steps = []
    for place in reversed(range(rewards.shape[-1])):
        delta = rewards[..., place] + gamma * after - values[..., place]
        running = delta + gamma * lam * running
        after = values[..., place]
        steps.append(running)
    return xp.stack(steps[::-1], axis=-1)


def best_of_n_kl(n: Any) -> Any:
    """The usual formula for the divergence of best-of-n from its base policy, log n - (n - 1) / n, in nats.

    It is exact when no two responses have the same reward and none has an atom of probability, and an upper bound
    otherwise.

    Args:
        n: number of samples, at least 1 and finite; a number, or several in a list or an array.

    Raises:
        ValueError: for n below 1, or one that is not finite.

    Invariant: 0 at n = 1, and growing.
    Source: Stiennon et al. 2009.01325, appendix G; Beirami et al. 2401.01879, theorem 1, for the bound.
    """
    xp, count = _together(n)
    if not bool(xp.all((count >= 1) & xp.isfinite(count))):
        raise ValueError(f"n = {n} must be at least 1 and finite.")
    bound = xp.log(count) - (count - 1) / count
    return bound if is_array_api_obj(n) or bound.ndim else float(bound)


def abstention_threshold(*, correct: int | float, abstain: int | float, wrong: int | float) -> float:
    """The confidence above which answering pays: (abstain - wrong) / (correct - wrong).

    Answering earns p correct + (1 - p) wrong, abstaining earns `abstain`; they are equal at the threshold p.

    Args:
        correct, abstain, wrong: rewards; correct must be above wrong.

    Returns:
        The threshold. Below 0: always answer. Above 1: never answer. Invariant: unchanged when all three rewards are
        multiplied by a > 0 or shifted together.

    Raises:
        ValueError: for correct <= wrong, or a reward that is not finite.

    Source: expected value; Chow (1970) for the reject option.
    """
    if not all(math.isfinite(reward) for reward in (correct, abstain, wrong)) or not correct > wrong:
        raise ValueError(f"correct = {correct} must be above wrong = {wrong}, and all three rewards finite.")
    # Halves, since the difference of two large numbers may exceed every number.
    return (abstain / 2 - wrong / 2) / (correct / 2 - wrong / 2)


def _minus_log_sigmoid(xp: Any, x: Any) -> Any:
    """log(1 + exp(-x)) without overflow."""
    return xp.logaddexp(xp.zeros_like(x), -x)


def _together(*values: Any) -> Any:
    """The arrays' library and the arrays; plain numbers and lists become numpy, whole numbers become fractions."""
    arrays = [value if is_array_api_obj(value) else np.asarray(value, dtype=float) for value in values]
    xp = array_namespace(*arrays)
    arrays = [array if xp.isdtype(array.dtype, "real floating") else xp.astype(array, xp.float64) for array in arrays]
    shapes = {tuple(array.shape) for array in arrays}
    if len(shapes) > 1 or 0 in next(iter(shapes)):
        raise ValueError(f"the shapes {sorted(shapes)} must be equal and hold at least one value.")
    return (xp, *arrays)
