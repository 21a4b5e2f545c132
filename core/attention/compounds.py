"""Cells of maps that are no single weight: merged words, differences of two maps, rollouts. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.attention.comparison import MapComparison
from core.checks import Check
from core.numbers import place

Side = int
"""Which text a weight is of: 0 is the first one, 1 the other."""


@dataclass(frozen=True, eq=False)
class Compound:
    """A cell that is a sum of weights, each times a factor.

    Args:
        query, key: the row and the column of the cell.
        value: the cell, as the map has it.
        sides: which text each weight is of.
        places: the query token and the key token of each weight.
        weights: the model's own, one for each part.
        factors: what each is multiplied by: 1 / the number of query tokens, with a minus for the first of two maps.
    """

    query: int
    key: int
    value: float
    sides: tuple[Side, ...]
    places: tuple[tuple[int, int], ...]
    weights: Float[np.ndarray, "part"]
    factors: Float[np.ndarray, "part"]

    @property
    def parts(self) -> Float[np.ndarray, "part"]:
        """What each weight adds to the cell."""
        return np.asarray(self.weights * self.factors)


def merged_cell(
    found: MapComparison, weights: Float[np.ndarray, "query key"], *, side: Side, at: tuple[int, int]
) -> Compound:
    """The weights that a cell between two units of a compared map is made of.

    M[a, b] = 1 / |a| sum_(q in a) sum_(k in b) A[q, k]: the mean over the tokens of the query's word of the sum over
    the tokens of the key's.

    Args:
        found: the comparison, which knows the tokens of each unit.
        weights: the head's own map A of that text, token by token.
        side: 0 for the first text, 1 for the other.
        at: the row and the column of the cell.

    Raises:
        ValueError: for a row, a column or a side out of range.

    Invariant: the parts sum to the cell, to rounding.
    Source: Clark et al. 2019, "What Does BERT Look At?", section 4.1.
    """
    positions = (found.positions_a, found.positions_b)[place("side", side, 2)]
    query, key = (place(name, where, len(positions)) for name, where in zip(("query", "key"), at, strict=True))
    places = tuple((q, k) for q in positions[query] for k in positions[key])
    return Compound(
        query,
        key,
        float((found.map_a, found.map_b)[side][query, key]),
        (side,) * len(places),
        places,
        np.array([weights[pair] for pair in places], dtype=np.float64),
        np.full(len(places), 1 / len(positions[query])),
    )


def difference_cell(
    found: MapComparison,
    weights_a: Float[np.ndarray, "query_a key_a"],
    weights_b: Float[np.ndarray, "query_b key_b"],
    *,
    at: tuple[int, int],
) -> Compound:
    """The weights that a cell of the difference is made of: those of the other text, less those of the first.

    Args:
        found: the comparison.
        weights_a, weights_b: the maps of both heads, token by token.
        at: the row and the column of the cell.

    Raises:
        ValueError: for a row or a column out of range.

    Invariant: the parts sum to the cell, to rounding.
    """
    theirs, ours = (merged_cell(found, w, side=side, at=at) for w, side in ((weights_b, 1), (weights_a, 0)))
    return Compound(
        ours.query,
        ours.key,
        float(found.difference[at]),
        (*theirs.sides, *ours.sides),
        (*theirs.places, *ours.places),
        np.concatenate([theirs.weights, ours.weights]),
        np.concatenate([theirs.factors, -ours.factors]),
    )


@dataclass(frozen=True, eq=False)
class RolloutSum:
    """A cell of a rollout: what reaches a token in the last layer from an input token, by the tokens in between.

    Args:
        query, key: the token after the last layer, and the input token.
        value: the cell R_L[query, key], as the map has it.
        last: B_L[query, k], what the last layer takes from each token k, the residual connection included.
        before: R_(L-1)[k, key], what each token k holds of the input token before the last layer.
    """

    query: int
    key: int
    value: float
    last: Float[np.ndarray, "token"]
    before: Float[np.ndarray, "token"]

    @property
    def parts(self) -> Float[np.ndarray, "token"]:
        """What comes through each token."""
        return np.asarray(self.last * self.before)


def layer_means(weights: Float[np.ndarray, "layer head token token"]) -> Float[np.ndarray, "layer token token"]:
    """The mean over heads of each layer's maps, which is what a rollout needs of them."""
    return np.asarray(weights.mean(axis=1))


def rollout_cell(
    means: Float[np.ndarray, "layer token token"], rolled: Float[np.ndarray, "token token"], query: int, key: int
) -> RolloutSum:
    """Takes a cell of a rollout apart: R_L[i, j] = sum_k B_L[i, k] R_(L-1)[k, j].

    B_l = (A_l + I) / 2 with A_l the mean over heads, as in `rollout`. R_(L-1)[:, j] is made anew by sending input token
    j through the layers below, in double precision.

    Args:
        means: the mean map of each layer, see `layer_means`.
        rolled: the rollout on screen, see `rollout`.
        query, key: 0 to tokens - 1.

    Raises:
        ValueError: for a token out of range.

    Invariant: the parts sum to the cell, to rounding.
    Source: Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers", section 3.
    """
    n_tokens = means.shape[-1]
    query, key = place("query", query, n_tokens), place("key", key, n_tokens)
    identity = np.eye(n_tokens)
    before = identity[:, key]
    for step in means[:-1]:
        before = (step.astype(np.float64) @ before + before) / 2
    last = (means[-1, query] + identity[query]) / 2
    return RolloutSum(query, key, float(rolled[query, key]), last, before)


def compound_check(found: Compound | RolloutSum, *, sums: int = 1) -> Check:
    """That the parts sum to the cell on screen.

    Args:
        found: the cell and its parts.
        sums: how many sums of float32 one after the other made the cell: the layers of a rollout.

    Invariant: passes for what was taken apart; a part that is changed or left out fails.
    Source: the two sides are a sum in float64 and the product of matrices in float32 that made the map.
    """
    parts = found.parts
    # Each term of a sum of n float32 numbers is off by at most n roundings; the cell's own terms are not negative.
    bound = 2 * (len(parts) + 2) * sums * 2.0**-24 * float(np.abs(parts).sum()) + 2.0**-126
    return Check("The parts sum to the cell", abs(float(parts.sum()) - found.value), bound, "float64 against the map")
