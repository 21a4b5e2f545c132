"""What each head does, in six numbers. Needs no torch."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int

from core.attention.maps import as_maps
from core.numbers import as_real, require


@runtime_checkable
class HasMaps(Protocol):
    """Anything with attention maps and the tokens they belong to: an `AttentionTrace` or an `AttentionRecord`."""

    @property
    def weights(self) -> Any:
        """Attention maps [layer head query key], a torch tensor or a numpy array."""

    @property
    def token_ids(self) -> Any:
        """Token ids [token]."""


@dataclass(frozen=True, eq=False)
class HeadScores:
    """Six readings of every head; NaN where a text cannot show the pattern.

    Args:
        previous_token: mean over queries q >= 1 of A[q, q-1].
        duplicate_token: mean, over queries whose token occurred before, of the weight on its earlier occurrences.
        induction: mean, over queries whose token occurred before, of the weight on the tokens that followed it there.
        sink: mean over queries q >= 1 of A[q, 0].
        entropy: mean over queries of -sum_k A ln A, in nats; 0 for a head that looks at one token.
        distance: mean over queries of sum_k A[q, k] |q - k|, in tokens.
    """

    previous_token: Float[np.ndarray, "layer head"]
    duplicate_token: Float[np.ndarray, "layer head"]
    induction: Float[np.ndarray, "layer head"]
    sink: Float[np.ndarray, "layer head"]
    entropy: Float[np.ndarray, "layer head"]
    distance: Float[np.ndarray, "layer head"]


def head_scores(trace: HasMaps) -> HeadScores:
    """Scores every head of a model on one text, as the plain mean of the weight on the pattern's keys.

    For induction at query q with an earlier occurrence j < q of the same token, the pattern's key is j + 1. Scores are
    means of attention weight, not the share "mul" of TransformerLens, which divides by all of the head's attention.

    Args:
        trace: `weights` A of shape [layer head query key] and `token_ids` of shape [token].

    Raises:
        ValueError: for maps that are no real numbers of that shape, or tokens that do not fit them.

    Invariant: up to rounding, entropy lies in [0, ln tokens] and every score but it and distance in [0, 1].
    Source: TransformerLens, head_detector.py; Elhage et al. 2021; Olsson et al. 2022, "In-context Learning and
        Induction Heads".
    """
    require(isinstance(trace, HasMaps), "trace", type(trace), "something with weights and token_ids")
    weights, ids = np.asarray(as_maps(trace.weights)), np.asarray(trace.token_ids)
    require(ids.shape == weights.shape[-1:], "shape of token_ids", ids.shape, f"{weights.shape[-1:]}, that of the maps")
    n_layers, n_heads, n_tokens, _ = weights.shape
    earlier, followers = repeats(ids)
    positions = np.arange(n_tokens)
    queries = int(earlier.any(axis=1).sum())
    patterns = {
        "previous_token": (np.eye(n_tokens, k=-1), n_tokens - 1),
        "duplicate_token": (earlier, queries),
        "induction": (followers, queries),
        "sink": ((positions[:, None] >= 1) & (positions == 0), n_tokens - 1),
        "distance": (np.abs(positions[:, None] - positions), n_tokens),
    }
    # One matrix product scores all heads against all patterns.
    matrix = np.stack([np.asarray(mask, weights.dtype).ravel() for mask, _ in patterns.values()], axis=1)
    sums = (weights.reshape(-1, n_tokens**2) @ matrix).reshape(n_layers, n_heads, -1)
    means = {
        name: sums[..., n] / count if count else np.full_like(sums[..., n], np.nan)
        for n, (name, (_, count)) in enumerate(patterns.items())
    }
    # Layer by layer: the logarithms of all maps at once would take as much memory as the maps, twice.
    entropy = np.stack([_entropy(maps) for maps in weights])
    return HeadScores(entropy=np.maximum(entropy, 0), **means)


def _entropy(maps: Float[np.ndarray, "head query key"]) -> Float[np.ndarray, "head"]:
    """Mean entropy of a row, in nats."""
    # The smallest normal number stands in for 0, so that 0 ln 0 = 0.
    logs = np.log(np.maximum(maps, np.finfo(maps.dtype).tiny))
    means: Float[np.ndarray, "head"] = -np.einsum("hqk,hqk->h", maps, logs) / maps.shape[-1]
    return means


def repeats(
    token_ids: Int[np.ndarray, "token"],
) -> tuple[Bool[np.ndarray, "query key"], Bool[np.ndarray, "query key"]]:
    """Where a text repeats itself: (earlier occurrences of the query's token, tokens that followed them).

    The first mask is true at (q, k) where k < q and both tokens are the same; the second at (q, k + 1).

    Args:
        token_ids: shape [token].

    Invariant: no key of either mask lies after its query.
    Source: TransformerLens, head_detector.py.
    """
    earlier = np.tril(token_ids[:, None] == token_ids, -1)
    followers = np.zeros_like(earlier)
    followers[:, 1:] = earlier[:, :-1]
    return earlier, followers


def strongest(scores: Float[np.ndarray, "layer head"], k: int) -> list[tuple[int, int, float]]:
    """The k heads with the highest scores, highest first, as (layer, head, score). NaN scores are left out.

    Args:
        scores: one of the arrays of `HeadScores`.
        k: at least 1; fewer heads are returned where fewer have a score.

    Raises:
        ValueError: if k is below 1.

    Invariant: scores do not rise along the list; ties keep the order of layers and heads.
    """
    require(as_real(k) >= 1, "k", k, "at least 1")
    order = np.argsort(-scores, axis=None, kind="stable")[:k]
    places = (divmod(int(place), scores.shape[1]) for place in order)
    return [(layer, head, float(scores[layer, head])) for layer, head in places if not np.isnan(scores[layer, head])]
