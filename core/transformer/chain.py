"""A language whose entropy is known: a Markov chain over a few symbols."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from core.numbers import whole
from core.transformer.surprise import entropy

CONCENTRATION = 0.2
"""Of the Dirichlet distribution that the rows of a random chain are drawn from: small, so that few symbols follow."""

FLOOR = 1e-3
"""The share of a random row that is spread evenly, so that every symbol can follow every other."""

MOST_STATES = 512
"""The largest alphabet: its matrix and a pass over a text stay small."""


@dataclass(frozen=True, eq=False)
class Chain:
    """A stationary Markov chain: which symbol follows depends on the last one alone.

    Args:
        matrix: P[i, j], the probability that j follows i, shape [state state]; rows sum to 1.

    Raises:
        ValueError: for a matrix that is not square, has a negative entry, a row that does not sum to 1, or more than
            one stationary distribution.

    Source: Shannon 1948, section 6; Cover and Thomas 2006, theorem 4.2.4.
    """

    matrix: Float[np.ndarray, "state state"]

    def __post_init__(self) -> None:
        p = np.asarray(self.matrix, dtype=np.float64)
        if p.ndim != 2 or p.shape[0] != p.shape[1] or not 1 <= len(p) <= MOST_STATES:
            raise ValueError(f"matrix has the shape {p.shape}; it must be square with 1 to {MOST_STATES} rows.")
        if not (p >= 0).all() or not np.allclose(p.sum(axis=1), 1.0, rtol=0, atol=1e-9):
            raise ValueError("matrix must have entries of 0 or more, and rows that sum to 1.")
        object.__setattr__(self, "matrix", p)
        # The stationary distribution is one exactly where the eigenvalue 1 is simple.
        if len(p) > 1 and np.linalg.matrix_rank(np.eye(len(p)) - p.T, tol=1e-10) < len(p) - 1:
            raise ValueError(
                "matrix falls into parts that never reach each other; its stationary distribution is not one."
            )

    @staticmethod
    def random(states: int, *, seed: int) -> "Chain":
        """A chain whose rows are drawn from a Dirichlet distribution with concentration 0.2.

        Args:
            states: how many symbols, 1 to 512.
            seed: of the draw.

        Raises:
            ValueError: for a number of states out of range, or a seed that is no whole number of 0 or more.

        Invariant: every entry is at least FLOOR / states, so every symbol can follow every other.
        """
        size = whole("states", states, 1, MOST_STATES)
        rng = np.random.default_rng(whole("seed", seed, 0))
        rows = rng.dirichlet(np.full(size, CONCENTRATION), size=size)
        rows = (1 - FLOOR) * rows + FLOOR / size
        return Chain(rows / rows.sum(axis=1, keepdims=True))

    @cached_property
    def stationary(self) -> Float[np.ndarray, "state"]:
        """π with π P = π and Σ π = 1: how often each symbol comes."""
        n = len(self.matrix)
        equations = np.vstack([self.matrix.T - np.eye(n), np.ones(n)])
        solved = np.linalg.lstsq(equations, np.r_[np.zeros(n), 1.0], rcond=None)[0]
        positive = np.clip(solved, 0.0, None)
        return np.asarray(positive / positive.sum())

    @cached_property
    def entropy_alone(self) -> float:
        """H(x_t) in nats: of a symbol when nothing around it is known, -Σ π_i ln π_i."""
        return float(entropy(self.stationary))

    @cached_property
    def entropy_past(self) -> float:
        """H(x_t | x_<t) in nats: of the next symbol given all before it, which the last one alone decides."""
        return float(self.stationary @ entropy(self.matrix))

    @cached_property
    def entropy_both(self) -> float:
        """H(x_t | all others) in nats, far from the ends: the two neighbors decide.

        H(x_t | x_t-1, x_t+1) = H(x_t | x_t-1) + H(x_t+1 | x_t) - H(x_t+1 | x_t-1), the last from P².
        """
        two_steps = float(self.stationary @ entropy(self.matrix @ self.matrix))
        return max(0.0, 2 * self.entropy_past - two_steps)

    def sample(self, n: int, rng: np.random.Generator) -> Int[np.ndarray, "token"]:
        """A text of n symbols, the first from the stationary distribution.

        Raises:
            ValueError: for a negative n.
        """
        text: np.ndarray = self.samples(1, n, rng)[0]
        return text

    def samples(self, count: int, n: int, rng: np.random.Generator) -> Int[np.ndarray, "text token"]:
        """Independent texts of n symbols each, shape [text token].

        Raises:
            ValueError: for a negative number.
        """
        count, n = whole("count", count, 0), whole("n", n, 0)
        drawn = np.empty((count, n), dtype=np.int64)
        uniform = rng.random((count, n))
        rows = np.cumsum(self.matrix, axis=1)
        last = len(self.matrix) - 1
        for t in range(n):
            sums = np.cumsum(self.stationary)[None] if t == 0 else rows[drawn[:, t - 1]]
            # The sum may end a rounding below 1.
            drawn[:, t] = np.minimum((uniform[:, t, None] >= sums).sum(axis=1), last)
        return drawn

    def posterior(
        self,
        ids: Int[np.ndarray, "token"],
        hidden: Bool[np.ndarray, "token"],
        *,
        share: float = 0.0,
        random: float = 0.0,
    ) -> Float[np.ndarray, "token state"]:
        """What can be known of every symbol from what is seen: p(x_t | seen), by forward-backward.

        Of a hidden place nothing is seen. What is seen elsewhere may be false: of the places that were chosen (share),
        a part shows a random symbol and as large a part is kept, the others being hidden. A place that is not hidden
        therefore shows v with the likelihood
        p(v | x) ∝ (1 - share + share random) [v = x] + share random / states.

        Args:
            ids: the symbols as they are seen, shape [token]; at hidden places any number.
            hidden: which places show nothing, shape [token].
            share: the probability that a place was chosen, 0 to 1.
            random: the part of the chosen places that shows a random symbol, 0 to one half; as many are kept.

        Returns:
            Probabilities, shape [token state]; rows sum to 1.

        Raises:
            ValueError: for shapes that do not fit, ids that are no integers, a seen symbol out of range, a share or a
                part out of range, or a text that the chain cannot write.

        Invariant: with one hidden place and nothing false, its row is proportional to P[left, x] P[x, right].
        Source: Rabiner 1989, "A Tutorial on Hidden Markov Models", section III.
        """
        seen = self._likelihoods(ids, hidden, share, random)
        forward, backward = np.empty_like(seen), np.empty_like(seen)
        message = self.stationary
        for t, likelihood in enumerate(seen):
            forward[t] = _normalized(message * likelihood, t)
            message = forward[t] @ self.matrix
        after = np.ones(len(self.matrix))
        for t in range(len(seen) - 1, -1, -1):
            backward[t] = after
            after = self.matrix @ (after * seen[t])
            after = after / after.max()
        both = forward * backward
        return np.asarray(both / both.sum(axis=1, keepdims=True))

    def _likelihoods(
        self, ids: Int[np.ndarray, "token"], hidden: Bool[np.ndarray, "token"], share: float, random: float
    ) -> Float[np.ndarray, "token state"]:
        shown, unseen, n = np.asarray(ids), np.asarray(hidden, dtype=bool), len(self.matrix)
        if shown.ndim != 1 or shown.shape != unseen.shape:
            raise ValueError(f"ids {shown.shape} and hidden {unseen.shape} must have one shape [token].")
        if shown.size and not np.issubdtype(shown.dtype, np.integer):
            raise ValueError(f"ids must be integers; got {shown.dtype}.")
        if not 0 <= share <= 1 or not 0 <= random <= 0.5:
            raise ValueError(f"share = {share} must lie in 0 to 1, random = {random} in 0 to 0.5.")
        visible = shown[~unseen]
        if visible.size and not (visible.min() >= 0 and visible.max() < n):
            raise ValueError(f"ids lie in {visible.min()} to {visible.max()}; they must lie in 0 to {n - 1}.")
        seen = np.ones((len(shown), n))
        true = 1 - share + share * random
        seen[~unseen] = true * (visible[:, None] == np.arange(n)) + share * random / n
        return seen


def _normalized(weights: Float[np.ndarray, "state"], place: int) -> Float[np.ndarray, "state"]:
    total = weights.sum()
    if not total > 0:
        raise ValueError(f"The chain cannot write what is seen up to place {place}: its probability is 0.")
    return np.asarray(weights / total)
