"""What a call is worth: how much better a model guesses what follows when it has read the call's result."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.numbers import whole

REACH = 5
"""Tokens after the place that count."""


@dataclass(frozen=True, slots=True)
class CallGain:
    """The losses at one place of a text, in nats.

    Args:
        without: L of the text alone.
        with_call: L with the call before the text, its result left out.
        with_result: L with the call and its result before the text.
    """

    without: float
    with_call: float
    with_result: float

    @property
    def gain(self) -> float:
        """min(without, with_call) - with_result; a call is kept where it is at least the threshold τ."""
        return min(self.without, self.with_call) - self.with_result


@dataclass(frozen=True, eq=False, slots=True)
class CallLosses:
    """The log-probabilities of a text's tokens under the three beginnings.

    Args:
        text: the text.
        call, result: the call, and what it returned.
        pieces: the readable tokens of the text.
        log_probs: of each token but the first, which has nothing before it, alone, after the call, and after the call
            with its result, in nats.
    """

    text: str
    call: str
    result: str
    pieces: tuple[str, ...]
    log_probs: Float[np.ndarray, "3 later_token"]

    def at(self, place: int) -> CallGain:
        """The losses at a place, from 1 to the number of tokens less 1; raises ValueError for another."""
        last = self.log_probs.shape[1]
        try:
            at = whole("place", place, 1, last)
        except ValueError as error:
            allowed = f"a whole number from 1 to {last}, between the first token and the last"
            raise ValueError(f"place must be {allowed}; got {place!r}") from error
        return CallGain(*(weighted_loss(row[at - 1 :]) for row in self.log_probs))

    @property
    def gains(self) -> Float[np.ndarray, "later_token"]:
        """The gain at each place, the first of them 1."""
        return np.array([self.at(place).gain for place in range(1, self.log_probs.shape[1] + 1)])


def beginnings(call: str, result: str) -> tuple[str, str, str]:
    """What is put before the text: nothing, "[call] " and "[call → result] ".

    Raises:
        ValueError: for a call or result that is empty or no text.
    """
    for name, text in (("call", call), ("result", result)):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} must be a text of at least 1 character; got {text!r}")
    return "", f"[{call}] ", f"[{call} → {result}] "


def weights(count: int) -> Float[np.ndarray, "followed"]:
    """w_j ∝ max(0, 1 - j/5) for j = 0, 1, ... of the tokens that follow, at most five, with sum 1.

    Raises:
        ValueError: where no token follows.
    """
    if count < 1:
        raise ValueError(f"at least 1 token must follow; got {count}")
    raw = 1 - np.arange(min(count, REACH)) / REACH
    return np.asarray(raw / raw.sum())


def weighted_loss(log_probs: Float[np.ndarray, "following"]) -> float:
    """L = -Σ_j w_j ln p(x_{place+j} | ...) over the tokens from the place on, in nats.

    Invariant: where all tokens have the same probability p, it is -ln p however many follow.
    Source: Schick et al. 2023 (2302.04761), equation 1 and section 4.1.
    """
    row = np.asarray(log_probs, np.float64)[:REACH]
    return float(-(weights(len(row)) @ row))
