"""A world small enough to list every response: exact divergences, gradients and optimum. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.rlhf.formulas import kl_estimates

Distribution = Float[np.ndarray, "response"]


def divergence(p: Distribution, q: Distribution) -> float:
    """KL(p || q) = sum p log(p / q), in nats; 0 log 0 = 0, and infinite where q is 0 and p is not.

    Raises:
        ValueError: for arrays that are no distributions.

    Invariant: at least 0 up to rounding, and 0 only for p = q.
    """
    for name, values in (("p", p), ("q", q)):
        if values.min() < 0 or abs(values.sum() - 1) > 1e-6:
            raise ValueError(f"{name} must be probabilities that sum to 1; its sum is {values.sum()}.")
    there = p > 0
    if (q[there] == 0).any():
        return float("inf")
    return float(np.sum(p[there] * np.log(p[there] / q[there])))


def gibbs_optimum(reference: Distribution, rewards: Distribution, *, beta: int | float) -> Distribution:
    """The policy that maximizes E[r] - beta KL(pi || pi_ref): pi* = pi_ref exp(r / beta) / Z.

    Args:
        reference: pi_ref, positive.
        rewards: r of each response.
        beta: at least 0; at 0 the reference restricted to the best responses, which is the limit.

    Raises:
        ValueError: for a negative beta.

    Invariant: E[r] - beta KL at the optimum equals beta log Z.
    Source: Ziebart (2010); Rafailov et al. 2305.18290, equation 4.
    """
    if not beta >= 0:
        raise ValueError(f"beta = {beta} must not be below 0.")
    if beta == 0:
        weights = reference * (rewards == rewards.max())
    else:
        weights = reference * np.exp((rewards - rewards.max()) / beta)
    return np.asarray(weights / weights.sum())


def log_partition(reference: Distribution, rewards: Distribution, *, beta: int | float) -> float:
    """log Z = log sum pi_ref exp(r / beta), with beta above 0.

    Raises:
        ValueError: for beta <= 0.

    Invariant: between min(r) / beta and max(r) / beta.
    """
    if not beta > 0:
        raise ValueError(f"beta = {beta} must be above 0.")
    top = float(rewards.max())
    return top / beta + float(np.log(np.sum(reference * np.exp((rewards - top) / beta))))


def best_of_n_distribution(reference: Distribution, rewards: Distribution, n: int) -> Distribution:
    """The distribution of the best of n independent samples; ties are shared in proportion to the reference.

    P(best has reward r) = F(r)^n - F(r-)^n, with F the distribution function of the reward.

    Raises:
        ValueError: for n below 1.

    Invariants: n = 1 gives the reference; its divergence from the reference is at most log n - (n - 1) / n.
    Source: Beirami et al. 2401.01879, lemma 1.
    """
    if n < 1:
        raise ValueError(f"n = {n} must be at least 1.")
    values, groups = np.unique(rewards, return_inverse=True)
    mass = np.bincount(groups, weights=reference, minlength=len(values))
    up_to = np.minimum(np.cumsum(mass), 1.0)
    up_to[-1] = 1.0
    best = np.diff(np.concatenate([[0.0], up_to**n]))
    return np.asarray(reference * (best / mass)[groups])


@dataclass(frozen=True, eq=False)
class EstimatorReport:
    """What k1, k2, k3 do as estimates of KL(pi || ref), and as losses.

    Args:
        kl: the exact divergence.
        mean, sd, least: exact mean, standard deviation and least value of each estimate, in the order k1, k2, k3.
        true_gradient: of the divergence, with respect to the logits of pi.
        gradients: the expected gradient when the mean of each estimate over samples of pi is used as a loss.
        weighted_gradient: the same for k3 times the ratio pi / pi_old, which corrects it.
    """

    kl: float
    mean: Float[np.ndarray, "3"]
    sd: Float[np.ndarray, "3"]
    least: Float[np.ndarray, "3"]
    true_gradient: Distribution
    gradients: Float[np.ndarray, "3 response"]
    weighted_gradient: Distribution


def estimator_report(policy: Distribution, reference: Distribution) -> EstimatorReport:
    """Exact moments and expected gradients of the three estimates, by enumeration.

    Args:
        policy, reference: positive probabilities of the same responses.

    Raises:
        ValueError: for a probability of 0.

    Invariants: mean of k1 = mean of k3 = kl; gradients sum to 0.
    Source: Schulman (2020) for the estimates; on-policy gradients: E[grad k1] = 0, E[grad k2] = grad KL(pi || ref),
    E[grad k3] = pi - ref = grad KL(ref || pi).
    """
    if policy.min() <= 0 or reference.min() <= 0:
        raise ValueError("policy and reference must give every response a probability above 0.")
    estimates = np.stack(kl_estimates(np.log(policy), np.log(reference)))
    mean = estimates @ policy
    log_ratio = np.log(policy / reference)
    # Derivatives of k1, k2, k3 with respect to log pi of the sample.
    slopes = np.stack([np.ones_like(policy), log_ratio, 1 - reference / policy])
    return EstimatorReport(
        kl=divergence(policy, reference),
        mean=mean,
        sd=np.sqrt(np.maximum((estimates**2) @ policy - mean**2, 0)),
        least=estimates.min(1),
        true_gradient=_score_average(policy, log_ratio),
        gradients=np.stack([_score_average(policy, slope) for slope in slopes]),
        weighted_gradient=_score_average(policy, estimates[2] + slopes[2]),
    )


def _score_average(policy: Distribution, weights: Distribution) -> Distribution:
    """E[w grad log pi] with respect to the logits: pi (w - E w)."""
    return np.asarray(policy * (weights - policy @ weights))


@dataclass(frozen=True, eq=False)
class DpoFit:
    """DPO in the enumerable world.

    Args:
        policy: what it converged to.
        optimum: the closed form.
        distance: total variation between the two after each step.
        checks: identities of the fit.
    """

    policy: Distribution
    optimum: Distribution
    distance: Float[np.ndarray, "step"]
    checks: tuple[Check, ...]


def fit_dpo(reference: Distribution, rewards: Distribution, *, beta: int | float, steps: int = 400) -> DpoFit:
    """Minimizes the expected DPO loss over all pairs, with labels by Bradley-Terry on the true rewards.

    The loss is convex in h = log(pi / ref) and least where beta (h_i - h_j) = r_i - r_j, which is the Gibbs optimum.
    Newton's method on h, with h_0 = 0 fixed, since only differences count.

    Args:
        beta: above 0.
        steps: at most.

    Raises:
        ValueError: for beta <= 0.

    Invariant: total variation from the closed-form optimum below 1e-6.
    Source: Rafailov et al. 2305.18290, theorem 1.
    """
    if not beta > 0:
        raise ValueError(f"beta = {beta} must be above 0.")
    weights = np.outer(reference, reference)
    label = _sigmoid(rewards[:, None] - rewards[None, :])
    optimum = gibbs_optimum(reference, rewards, beta=beta)
    margin = np.zeros(len(reference))
    distance = []
    for _ in range(steps):
        guess = _sigmoid(margin[:, None] - margin[None, :])
        policy = _tilt(reference, margin / beta)
        distance.append(float(np.abs(policy - optimum).sum() / 2))
        if distance[-1] < 1e-12:
            break
        slope = (weights * (guess - label)).sum(1) * 2
        curvature = weights * guess * (1 - guess) * 2
        hessian = np.diag(curvature.sum(1)) - curvature
        step = np.zeros(len(margin))
        step[1:] = np.linalg.lstsq(hessian[1:, 1:], slope[1:], rcond=None)[0]
        # Large rewards make the first Newton steps overshoot.
        margin = margin - step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
    policy = _tilt(reference, margin / beta)
    gap = float(np.abs(policy - optimum).sum() / 2)
    check = Check("DPO ends at the closed-form optimum", gap, 1e-6, "total variation between the two")
    return DpoFit(policy, optimum, np.array(distance), (check,))


def _tilt(reference: Distribution, exponent: Distribution) -> Distribution:
    weights = reference * np.exp(exponent - exponent.max())
    return np.asarray(weights / weights.sum())


def _sigmoid(x: Float[np.ndarray, "a b"]) -> Float[np.ndarray, "a b"]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -700, 700))))
