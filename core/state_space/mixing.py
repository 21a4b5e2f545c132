"""Three layers on the same tokens as three matrices: a fixed system, a selective one, and attention."""

import zlib
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.checks import Check
from core.numbers import require, whole
from core.state_space.arguments import numbers
from core.state_space.linear import discretize, kernel, recurrence
from core.state_space.selection import selective_matrix, selective_scan

WIDTH = 16
"""Numbers of a word's random vector."""

STATES = 8
"""States of both state spaces."""

MOST_WORDS = 40
"""Words of the longest text."""

SKIPPED_STEP = 0.0
"""Δ of a word that is to be skipped."""


def toeplitz(weights: ArrayLike) -> Float[np.ndarray, "time time"]:
    """The matrix of a causal convolution: M_ts = K_{t-s} for s ≤ t, and 0 above the diagonal.

    Raises:
        ValueError: for anything but a vector of finite numbers.

    Invariant: M u is `convolution(weights, u)`; each diagonal holds one number.
    """
    of_lag = numbers("weights", weights)
    require(of_lag.ndim == 1 and of_lag.size > 0, "shape of weights", of_lag.shape, "(L,) with L of at least 1")
    lags = np.arange(len(of_lag))[:, None] - np.arange(len(of_lag))
    return np.where(lags >= 0, of_lag[lags], 0.0)


@dataclass(frozen=True, eq=False)
class Mixing:
    """What three untrained layers make of the same words, on one channel.

    Args:
        words: of the text.
        u: the channel's input [word].
        delta: Δ of the selective layer [word].
        fixed, selective, attention: the matrices [word word].
        outputs: what the layers themselves return, by recurrence or kernel, without these matrices [layer word].
        steady: with one Δ, B and C for all words, the selective scan and the fixed system discretized the same way
            [way word].
    """

    words: tuple[str, ...]
    u: Float[np.ndarray, "word"]
    delta: Float[np.ndarray, "word"]
    fixed: Float[np.ndarray, "word word"]
    selective: Float[np.ndarray, "word word"]
    attention: Float[np.ndarray, "word word"]
    outputs: Float[np.ndarray, "layer word"]
    steady: Float[np.ndarray, "way word"]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Each matrix times the input is its layer's output; one number a diagonal; rows of weights that sum to 1.

        And a selective layer whose Δ, B and C do not change is a fixed system.
        """
        named = {"fixed": self.fixed, "selective": self.selective, "attention": self.attention}
        eps, size = float(np.finfo(float).eps), len(self.words)
        found = []
        for (name, matrix), output in zip(named.items(), self.outputs, strict=True):
            bound = 8 * size * eps * float(np.abs(matrix).max() * np.abs(self.u).max() + np.abs(output).max())
            error = float(np.abs(matrix @ self.u - output).max())
            found.append(
                Check(f"Matrix times input: {name}", error, bound, "8 n ε |M| |u|, against the layer's own way")
            )
        diagonals = max(float(np.ptp(np.diagonal(self.fixed, -lag))) for lag in range(size))
        rows = float(np.abs(self.attention.sum(axis=1) - 1).max())
        apart = float(np.ptp(self.steady, axis=0).max())
        # Each step rounds what the state holds, at most the sum of the inputs, in each of its numbers.
        held = 8 * size * STATES * eps * float(np.abs(self.u).sum() + np.abs(self.steady).max())
        return (
            *found,
            Check("Each diagonal of the fixed system holds one number", diagonals, 0.0),
            Check("Attention's rows sum to 1", rows, 4 * size * eps),
            Check("Selective with one Δ for all words: the fixed system, both by zoh", apart, held, "8 n N ε of |u|"),
        )


def mix(text: str, *, skipped: tuple[str, ...] = (), seed: int = 0) -> Mixing:
    """Reads a text with three small untrained layers of one width.

    Args:
        text: 2 to 40 words, apart by spaces.
        skipped: words at which the selective layer does not step, Δ = 0.
        seed: of the layers' weights; a word's vector depends on the word alone.

    Raises:
        ValueError: for too few or too many words, or a seed that is not a whole number of at least 0.

    Invariant: one word has one vector, wherever it stands.
    Source: Dao and Gu 2024 (2405.21060), section 3, on state spaces as matrices.
    """
    words = tuple(text.split())
    require(2 <= len(words) <= MOST_WORDS, "number of words", len(words), f"2 to {MOST_WORDS}")
    rng = np.random.default_rng(whole("seed", seed, 0, 1 << 31))
    x = np.stack([np.random.default_rng(zlib.crc32(word.encode())).normal(size=WIDTH) for word in words])
    project = rng.normal(size=(4, WIDTH, STATES)) / np.sqrt(WIDTH)
    u = x[:, 0]
    a = -np.arange(1.0, STATES + 1) / STATES
    delta = np.log1p(np.exp(x @ rng.normal(size=WIDTH) / np.sqrt(WIDTH)))
    delta = np.where([word in skipped for word in words], SKIPPED_STEP, delta)
    b, c = x @ project[0], x @ project[1]
    a_bar, b_bar, read = np.diag(np.exp(a)), project[0, 0], project[1, 0]
    weights = kernel(a_bar, b_bar, read, len(words))
    query, key = x @ project[2], x @ project[3]
    return Mixing(
        words,
        u,
        delta,
        toeplitz(weights),
        selective_matrix(delta[:, None], a[None], b, c)[0],
        _attention(query, key),
        np.stack(
            [
                recurrence(a_bar, b_bar, read, 0.0, u),
                selective_scan(u[:, None], delta[:, None], a[None], b, c)[:, 0],
                _attended_in_one_pass(query, key, u),
            ]
        ),
        _steady(u, float(delta.mean()) or 1.0, a, project[0, 0], project[1, 0]),
    )


def _steady(
    u: Float[np.ndarray, "word"],
    step: float,
    a: Float[np.ndarray, "state"],
    b: Float[np.ndarray, "state"],
    c: Float[np.ndarray, "state"],
) -> Float[np.ndarray, "way word"]:
    """One Δ, B and C for all words: by the selective scan, and by the recurrence of `discretize`."""
    steps = np.full((len(u), 1), step)
    same_b, same_c = (np.tile(side, (len(u), 1)) for side in (b, c))
    scanned = selective_scan(u[:, None], steps, a[None], same_b, same_c, method="zoh")[:, 0]
    a_bar, b_bar = discretize(np.diag(a), b, step, method="zoh")
    return np.stack([scanned, recurrence(a_bar, b_bar, c, 0.0, u)])


def _attention(
    query: Float[np.ndarray, "word state"], key: Float[np.ndarray, "word state"]
) -> Float[np.ndarray, "word word"]:
    """softmax(q k / sqrt(d)) over the words up to each one."""
    scores = np.where(np.tri(len(query), dtype=bool), query @ key.T / np.sqrt(query.shape[1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _attended_in_one_pass(
    query: Float[np.ndarray, "word state"], key: Float[np.ndarray, "word state"], u: Float[np.ndarray, "word"]
) -> Float[np.ndarray, "word"]:
    """The same without the matrix: each query passes over keys and values once, with a running maximum."""
    found = np.empty(len(u))
    for place, asked in enumerate(query):
        top, total, mean = -np.inf, 0.0, 0.0
        for score, value in zip(key[: place + 1] @ asked / np.sqrt(len(asked)), u, strict=False):
            raised = max(top, float(score))
            kept, added = np.exp(top - raised), np.exp(score - raised)
            total, mean, top = total * kept + added, mean * kept + added * value, raised
        found[place] = mean / total
    return found
