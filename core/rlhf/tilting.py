"""A policy over all responses of the toy world, exact, as it follows a linear reward. Needs no torch.

The texts of the supervised start are random words of a random length, and a linear reward adds up over words. So the
tilted policy is of the same family, and its divergence and its gold are sums of a few numbers.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.rlhf.world import (
    COUNTED,
    END,
    FREE_WORDS,
    PLACES,
    STOP,
    USEFUL,
    WORDS,
    Responses,
    features,
    gold_reward,
    word_chances,
)

STEP = 0.2
"""Each step of a run multiplies the probability of each response by exp(STEP r), and normalizes."""


@dataclass(frozen=True, eq=False)
class TiltedPolicy:
    """A policy that draws a length, and then each word alone.

    Args:
        words: probability of each word.
        lengths: probability of each length, 1 to PLACES.
        kl: divergence from the start, nats.
        proxy: mean of the reward that it was tilted by.
    """

    words: Float[np.ndarray, "word"]
    lengths: Float[np.ndarray, "length"]
    kl: float
    proxy: float

    @property
    def length(self) -> float:
        """Mean words of a response."""
        return float(self.lengths @ np.arange(1, PLACES + 1))

    @property
    def gold(self) -> float:
        """Mean gold reward, exact: of n words, sum_useful [1 - (1 - q)^n] - 0.5 (n - sum [1 - (1 - q)^n]) - ..."""
        n = np.arange(1, PLACES + 1)
        there = 1 - (1 - self.words) ** n[:, None]
        repeats = n - there.sum(1)
        beyond = np.maximum(n - FREE_WORDS, 0)
        return float(self.lengths @ (there[:, : len(USEFUL)].sum(1) - 0.5 * repeats - 0.15 * beyond))

    def drawn(self, count: int, *, seed: int) -> Int[np.ndarray, "response place"]:
        """Responses of the policy; END follows the last word."""
        random = np.random.default_rng(seed)
        words = random.choice(np.arange(1, len(WORDS)), p=self.words, size=(count, PLACES))
        ends = random.choice(np.arange(1, PLACES + 1), p=self.lengths, size=count)
        return np.where(np.arange(PLACES) < ends[:, None], words, END)


def start_lengths() -> Float[np.ndarray, "length"]:
    """The chance of each length, 1 to PLACES, in the texts of the supervised start."""
    n = np.arange(1, PLACES + 1)
    chances = STOP * (1 - STOP) ** (n - 1)
    chances[-1] = (1 - STOP) ** (PLACES - 1)
    return np.asarray(chances)


def tilted(weights: Float[np.ndarray, "feature"], strength: int | float) -> TiltedPolicy:
    """The start times exp(strength r), normalized: the best policy for the reward r with a penalty beta = 1 / strength.

    r = w . features, of `core.rlhf.features`: the counts of the words and the length, over c = COUNTED. A word
    adds v = (w_word + w_length) / c wherever it stands, so words have q ~ q_0 exp(strength v), and a length n has
    P(n) ~ P_0(n) (sum q_0 exp(strength v))^n.

    Args:
        weights: w of the words, and of the length at the end.
        strength: at least 0; 0 is the start.

    Returns:
        The policy. Invariants: probabilities sum to 1; KL = strength E[r] - log Z.

    Raises:
        ValueError: for another number of weights, weights that are not finite, or a strength below 0.

    Source: Rafailov et al. 2305.18290, equation 4; a natural policy gradient takes the same steps, Kakade (2001).
    """
    if weights.shape != (len(WORDS),) or not np.isfinite(weights).all():
        raise ValueError(f"weights must be {len(WORDS)} finite numbers, not {weights.shape}.")
    if not 0 <= strength < np.inf:
        raise ValueError(f"strength = {strength} must be at least 0 and finite.")
    values = (weights[:-1] + weights[-1]) / COUNTED
    logs = np.log(word_chances()) + strength * values
    total = float(np.logaddexp.reduce(logs))
    words = np.exp(logs - total)
    by_length = np.log(start_lengths()) + total * np.arange(1, PLACES + 1)
    whole = float(np.logaddexp.reduce(by_length))
    lengths = np.exp(by_length - whole)
    proxy = float(lengths @ np.arange(1, PLACES + 1) * (words @ values))
    return TiltedPolicy(words, lengths, max(0.0, strength * proxy - whole), proxy)


@dataclass(frozen=True, eq=False)
class TiltedRun:
    """A policy on its way up a linear reward.

    Args:
        policies: after each step; the first is the start.
    """

    policies: tuple[TiltedPolicy, ...]

    @property
    def kl(self) -> Float[np.ndarray, "step"]:
        """Divergence from the start, nats."""
        return np.array([policy.kl for policy in self.policies])

    @property
    def proxy(self) -> Float[np.ndarray, "step"]:
        """Mean of the reward that is followed."""
        return np.array([policy.proxy for policy in self.policies])

    @property
    def gold(self) -> Float[np.ndarray, "step"]:
        """Mean gold reward, points."""
        return np.array([policy.gold for policy in self.policies])

    @property
    def length(self) -> Float[np.ndarray, "step"]:
        """Mean words."""
        return np.array([policy.length for policy in self.policies])


def run_against(weights: Float[np.ndarray, "feature"], *, steps: int = 100) -> TiltedRun:
    """Steps of the natural policy gradient up a linear reward, each exact: pi <- pi exp(STEP r) / Z.

    Args:
        weights: as in `tilted`.
        steps: at least 1.

    Returns:
        The run. Invariant: proxy and KL never fall, since no step leaves the path of the best policies.

    Raises:
        ValueError: for steps below 1, or weights that `tilted` refuses.
    """
    if steps < 1:
        raise ValueError(f"steps = {steps} must be at least 1.")
    return TiltedRun(tuple(tilted(weights, STEP * step) for step in range(steps + 1)))


def tilt_checks(policy: TiltedPolicy, weights: Float[np.ndarray, "feature"], *, seed: int) -> tuple[Check, ...]:
    """Whether the closed forms agree with responses that the policy is asked for."""
    drawn = policy.drawn(2000, seed=seed)
    return (
        _agree("Drawn responses have the gold of the curve", gold_reward(drawn), policy.gold),
        _agree("Drawn responses have the proxy of the curve", features(drawn) @ weights, policy.proxy),
        _agree("Drawn responses have the KL of the curve", _log_ratios(policy, drawn), policy.kl),
    )


def _log_ratios(policy: TiltedPolicy, drawn: Responses) -> Float[np.ndarray, "response"]:
    """log (pi / pi_start) of responses: what averages to the divergence, word by word and for the length."""
    sizes = (drawn != END).sum(1)
    chances = np.where(drawn == END, 1.0, np.append(1.0, policy.words)[drawn])
    before = np.where(drawn == END, 1.0, np.append(1.0, word_chances())[drawn])
    spoken = (np.log(chances) - np.log(before)).sum(1)
    return np.asarray(spoken + np.log(policy.lengths[sizes - 1]) - np.log(start_lengths()[sizes - 1]))


def _agree(name: str, values: Float[np.ndarray, "response"], expected: float) -> Check:
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    detail = f"mean of {len(values)} responses; the bound is 4 standard errors"
    return Check(name, abs(float(values.mean()) - expected), 4 * error + 1e-9, detail)


def phrase(word: int, times: int) -> Responses:
    """One response: a word, so many times."""
    return np.where(np.arange(PLACES) < times, word, END)[None]
