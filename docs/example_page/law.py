"""A law over the next token at a temperature. In a page of your own this is a package of `core`, with its own tests."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from core.checks import Check

LOGITS = {
    "one favorite": np.array([3.0, 1.0, 0.5, 0.0, -1.0]),
    "two rivals": np.array([2.0, 1.9, 0.0, -0.5, -1.0]),
    "all alike": np.zeros(5),
}
"""What a model might say of five tokens, in nats."""


@dataclass(frozen=True, eq=False)
class Law:
    """p = softmax(z / T): the probabilities of the tokens, their logits z and the temperature T."""

    logits: np.ndarray
    temperature: float
    probs: np.ndarray

    @property
    def entropy(self) -> float:
        """H(p) = -sum p log p, in nats; a token of probability 0 adds nothing."""
        logs = log_softmax(self.logits / self.temperature)
        return float(-(self.probs * logs).sum())

    @property
    def checks(self) -> tuple[Check, ...]:
        """H = log sum exp(z / T) - sum p z / T: the entropy on another way, within rounding of its terms."""
        scaled = self.logits / self.temperature
        other = float(logsumexp(scaled) - (self.probs * scaled).sum())
        bound = 8 * float(np.finfo(float).eps) * max(1.0, float(np.abs(scaled).max()))
        return (Check("Entropy from the normalizer", abs(self.entropy - other), bound, "log Z minus the mean logit"),)


def law(name: str, temperature: float) -> Law:
    """The law of a set of logits at a temperature T.

    Args:
        name: a key of LOGITS.
        temperature: above 0.

    Raises:
        ValueError: for a temperature that is not above 0.

    Invariant: probabilities sum to 1, and keep the order of the logits.
    """
    if not temperature > 0:
        raise ValueError(f"temperature = {temperature} must lie above 0.")
    return Law(LOGITS[name], temperature, softmax(LOGITS[name] / temperature))


def drawn(shown: Law, count: int, seed: int) -> np.ndarray:
    """How often each token comes in `count` draws."""
    return np.random.default_rng(seed).multinomial(count, shown.probs)
