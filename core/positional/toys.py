"""One attention head with random weights, in which every scheme can be switched on: a toy. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.numbers import require
from core.positional.biases import alibi_bias
from core.positional.buckets import t5_bias, toy_bias_table
from core.positional.frequencies import rope_frequencies
from core.positional.rotation import rotate
from core.positional.sinusoids import sinusoidal

SCHEMES = ("none", "sinusoidal", "learned", "rope", "alibi", "t5")
"""The schemes the toy knows."""

D_MODEL, N_TOKENS, N_HEADS, N_ROWS = 32, 12, 8, 512


@dataclass(frozen=True, eq=False)
class ToyHead:
    """One head and a sentence, all drawn from a seed.

    Args:
        tokens: x, shape [token d].
        query_weight, key_weight, value_weight: shape [d d].
        table: 512 learned positions, untrained, shape [position d].
        biases: a toy T5 table, shape [bucket head]; head 0 of 8 is used, as for ALiBi.
    """

    tokens: Float[np.ndarray, "token d"]
    query_weight: Float[np.ndarray, "d d"]
    key_weight: Float[np.ndarray, "d d"]
    value_weight: Float[np.ndarray, "d d"]
    table: Float[np.ndarray, "position d"]
    biases: Float[np.ndarray, "bucket head"]


@dataclass(frozen=True, eq=False)
class ToyOutput:
    """What the head made of its sentence: attention weights [query key], values [token d] and outputs [token d]."""

    weights: Float[np.ndarray, "query key"]
    values: Float[np.ndarray, "token d"]
    outputs: Float[np.ndarray, "token d"]


def toy_head(*, seed: int) -> ToyHead:
    """Draws the head: tokens and positions standard normal, matrices with variance 1 / d.

    Args:
        seed: of everything in it.

    Invariant: the same seed gives the same head.
    Source: the usual initialization, which keeps the length of vectors on average.
    """
    rng = np.random.default_rng(seed)
    weights = rng.normal(scale=D_MODEL**-0.5, size=(3, D_MODEL, D_MODEL))
    return ToyHead(
        tokens=rng.normal(size=(N_TOKENS, D_MODEL)),
        query_weight=weights[0],
        key_weight=weights[1],
        value_weight=weights[2],
        table=rng.normal(size=(N_ROWS, D_MODEL)),
        biases=toy_bias_table(N_HEADS, seed=seed),
    )


def attend(
    head: ToyHead,
    scheme: str,
    positions: Int[np.ndarray, "token"],
    *,
    tokens: Float[np.ndarray, "token d"] | None = None,
    causal: bool = False,
) -> ToyOutput:
    """Runs the head: softmax(q k^T / sqrt(d) + bias + mask) v, positions entering as the scheme has it.

    Args:
        head: the toy.
        scheme: one of `SCHEMES`.
        positions: where each token stands, from 0, shape [token].
        tokens: x in place of the head's own, shape [token d].
        causal: whether a token sees only itself and those before it in `tokens`; without, there is no mask.

    Raises:
        ValueError: for an unknown scheme.
        IndexError: for "learned" and a position past the end of the table, as in any real model.

    Invariant: each row of the weights sums to 1.
    Source: Vaswani et al. 2017, section 3.2.1, and the scheme's own source.
    """
    from scipy.special import softmax  # type: ignore[import-untyped]

    require(scheme in SCHEMES, "scheme", scheme, "one of " + ", ".join(SCHEMES))
    x = head.tokens if tokens is None else tokens
    if scheme == "sinusoidal":
        x = x + sinusoidal(positions, D_MODEL).astype(np.float64)
    elif scheme == "learned":
        x = x + head.table[positions]
    q, k, v = x @ head.query_weight, x @ head.key_weight, x @ head.value_weight
    if scheme == "rope":
        inv_freq = rope_frequencies(D_MODEL).inv_freq
        q, k = rotate(q, positions, inv_freq), rotate(k, positions, inv_freq)
    scores = q @ k.T * D_MODEL**-0.5
    if scheme in ("alibi", "t5"):
        scores = scores + bias_at(head, scheme, positions)
    if causal:
        scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
    weights = softmax(scores, axis=1)
    return ToyOutput(weights, v, weights @ v)


def bias_at(head: ToyHead, scheme: str, positions: Int[np.ndarray, "token"]) -> Float[np.ndarray, "query key"]:
    """The rows and columns of the scheme's full bias matrix at these positions.

    Args:
        head: the toy; its first head counts.
        scheme: "alibi" or "t5".
        positions: from 0, shape [token].

    Invariant: the entry for two tokens is that of their positions in a text that reaches to the last one.
    Source: `alibi_bias` and `t5_bias`.
    """
    n_key = int(positions.max()) + 1

    def row(position: int) -> Float[np.ndarray, "key"]:
        if scheme == "alibi":
            bias = alibi_bias(N_HEADS, 1, n_key, first_query=position)
        else:
            bias = t5_bias(head.biases, 1, n_key, bidirectional=True, first_query=position)
        return np.asarray(bias[0, 0, positions])

    return np.stack([row(int(position)) for position in positions])


def code_of(head: ToyHead, scheme: str, n_positions: int) -> Float[np.ndarray, "..."]:
    """Everything a scheme says about the first positions, apart from the tokens.

    Args:
        head: the toy.
        scheme: one of `SCHEMES`.
        n_positions: how many positions, 1 to 512.

    Returns:
        Vectors [position d], angles [position pair], or a bias [query key]; nothing for "none".

    Raises:
        ValueError: for an unknown scheme.

    Invariant: equal for two heads of different seeds exactly where the scheme has no parameters.
    Source: the scheme's own.
    """
    require(scheme in SCHEMES, "scheme", scheme, "one of " + ", ".join(SCHEMES))
    positions = np.arange(n_positions)
    match scheme:
        case "sinusoidal":
            return np.asarray(sinusoidal(positions, D_MODEL))
        case "learned":
            return head.table[positions]
        case "rope":
            return np.asarray(np.multiply.outer(positions, rope_frequencies(D_MODEL).inv_freq))
        case "alibi" | "t5":
            return bias_at(head, scheme, positions)
        case _:
            return np.zeros(0)
