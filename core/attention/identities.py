"""What must hold for every attention map, checked on the very numbers shown. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check

IDENTITIES_FILE = "attention/identities.npz"


@dataclass(frozen=True)
class ModelIdentities:
    """Identities that need the model itself, recorded for texts of the default decoder.

    Args:
        by_text: for each text, that ablating nothing changes nothing, and that a layer's parts add up to its output, of
            all layers the one with the largest error.
        cache: that the model's real key/value cache is as large as the formula says.
    """

    by_text: Mapping[str, tuple[Check, ...]]
    cache: Check


@functools.cache
def recorded_identities() -> ModelIdentities:
    """The recorded identities of the default decoder on the causal `RECORDED_TEXTS`; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: the checks are those of `nothing_check`, `decomposition_check` and `cache_check`.
    """
    return kept(IDENTITIES_FILE, ModelIdentities)


def map_checks(weights: Float[np.ndarray, "layer head query key"], *, causal: bool) -> tuple[Check, ...]:
    """The identities of a softmax with or without a causal mask, over all layers and heads.

    1. Each row is a distribution: sum_k A[q, k] = 1.
    2. Causal only: A[q, k] = 0 for k > q, exactly, because exp(-inf) is 0.
    3. Causal only: A[0, 0] = 1, exactly, because the first token has nothing else to look at.

    Args:
        weights: attention maps A, shape [layer head query key].
        causal: whether a token may look only at itself and earlier tokens.

    Invariant: a map made by softmax passes; scaling any row by 1.001 fails.
    Source: Vaswani et al. 2017, section 3.2.
    """
    n_tokens = weights.shape[-1]
    sums = weights.reshape(-1, n_tokens) @ np.ones(n_tokens, weights.dtype)
    # Each weight is rounded by up to 2**-24 of itself, and each sum of n of them by about sqrt(n) * 2**-24: some 1e-6
    # for 512 tokens. 1e-5 leaves room for longer texts.
    rows = Check("Rows sum to 1", float(np.abs(sums - 1).max()), 1e-5, "largest error over all rows")
    if not causal:
        return (rows,)
    # Weights are not negative, so their sum above the diagonal is 0 exactly when each of them is.
    above = np.triu(np.ones((n_tokens, n_tokens), weights.dtype), 1).ravel()
    ahead = float(np.abs(weights.reshape(-1, n_tokens * n_tokens) @ above).max())
    first = float(np.abs(weights[..., 0, 0] - 1).max())
    return (
        rows,
        Check("No token looks ahead", ahead, 0.0, "largest weight a head puts above the diagonal, summed"),
        Check("The first token looks at itself", first, 0.0, "|A[0, 0] - 1|, largest over all heads"),
    )
