"""How likely a model finds some continuations of a prompt. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """The log-probabilities of some completions of one prompt.

    For completion c with tokens c_1, ..., c_n: log p(c | prompt) = sum_i log p(c_i | prompt, c_1, ..., c_(i-1)), in
    nats.

    Args:
        prompt: what stands before.
        completions: the texts that were scored.
        prompt_tokens: how many tokens the prompt has.
        by_token: by completion, log p of each of its tokens, shape [token].
    """

    prompt: str
    completions: tuple[str, ...]
    prompt_tokens: int
    by_token: tuple[Float[np.ndarray, "_"], ...]

    @property
    def counts(self) -> Int[np.ndarray, "completion"]:
        """n, the number of tokens of each completion; at least 1."""
        return np.array([len(row) for row in self.by_token])

    @property
    def log_probs(self) -> Float[np.ndarray, "completion"]:
        """log p(c | prompt), the sum over the tokens. Invariant: at most 0; longer completions tend to have less."""
        return np.array([row.sum(dtype=np.float64) for row in self.by_token])

    @property
    def per_token(self) -> Float[np.ndarray, "completion"]:
        """log p(c | prompt) / n, the mean over the tokens, which compares completions of unlike length."""
        means: Float[np.ndarray, "completion"] = self.log_probs / self.counts
        return means

    @property
    def best(self) -> int:
        """The place of the greatest sum; the first of them on a tie."""
        return int(np.argmax(self.log_probs))
