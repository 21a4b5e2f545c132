"""The heads of a text that are worth opening: for each pattern, the one that shows it most. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.attention.heads import HasMaps, head_scores, strongest


@dataclass(frozen=True)
class Leader:
    """The head that shows a pattern most in a text.

    Args:
        pattern: what it looks at, in words.
        layer, head: where it is.
        score: its mean weight on the pattern's keys, over the queries that have such keys.
    """

    pattern: str
    layer: int
    head: int
    score: float


def leaders(trace: HasMaps, *, causal: bool) -> tuple[Leader, ...]:
    """For each pattern that the text has, the head with the most weight on it.

    A head that rests on the first token is no leader: the sink is the pattern of most heads.

    Args:
        trace: `weights` A of shape [layer head query key] and `token_ids` of shape [token].
        causal: whether later keys are masked; without a mask the last token stands for a mark like the first.

    Invariant: each score is the largest of its pattern; a text of one token has no leader.
    Source: as `head_scores`.
    """
    weights, scores = np.asarray(trace.weights), head_scores(trace)
    found = {
        "what followed last time": scores.induction,
        "the same token": scores.duplicate_token,
        "the token before": scores.previous_token,
    }
    if not causal and weights.shape[-1] > 1:
        found["the token after"] = np.diagonal(weights, 1, axis1=2, axis2=3).mean(axis=-1)
    found["farther off"] = on_keys(weights, farther(weights.shape[-1], causal=causal))
    best = {pattern: strongest(values, 1) for pattern, values in found.items()}
    return tuple(Leader(pattern, *first[0]) for pattern, first in best.items() if first)


def farther(n_tokens: int, *, causal: bool) -> Bool[np.ndarray, "query key"]:
    """Keys at least two tokens away, other than the first token and, without a mask, the last.

    Args:
        n_tokens: length of the text.
        causal: whether later keys are masked.

    Invariant: with `causal`, no key lies after its query.
    """
    query, key = np.indices((n_tokens, n_tokens))
    away = (np.abs(query - key) >= 2) & (key >= 1)
    allowed: Bool[np.ndarray, "query key"] = away & ((key < query) if causal else (key < n_tokens - 1))
    return allowed


def on_keys(
    weights: Float[np.ndarray, "layer head query key"], keys: Bool[np.ndarray, "query key"]
) -> Float[np.ndarray, "layer head"]:
    """The mean weight on some keys of each query, over the queries that have any; NaN where none has.

    Args:
        weights: attention maps A.
        keys: which keys count for which query.

    Invariant: lies in [0, 1] up to rounding.
    """
    count = int(keys.any(axis=1).sum())
    sums = weights.reshape(-1, keys.size) @ keys.ravel().astype(weights.dtype)
    shares: Float[np.ndarray, "layer head"] = sums.reshape(weights.shape[:2])
    return shares / count if count else np.full_like(shares, np.nan)
