"""The same query and key under every scheme, as a score against the distance between them. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import require
from core.positional.arrays import Number, require_base, require_even
from core.positional.biases import alibi_bias
from core.positional.buckets import t5_bias, toy_bias_table
from core.positional.frequencies import rope_frequencies
from core.positional.rotation import rotate, score_by_offset
from core.positional.sinusoids import by_diagonal, sinusoidal

RELATIVE = ("none", "rope", "alibi", "t5")
"""The schemes whose score depends on the offset alone, whatever stands at the positions."""


@dataclass(frozen=True, slots=True)
class CompareParams:
    """What is compared.

    Args:
        length: number of positions, 2 to 1024.
        n_heads: heads of ALiBi and of the toy T5 table, at least 1.
        head: which of them, from 0.
        base: of the sinusoidal code and of RoPE, above 1.
        bidirectional: whether keys after the query are seen too.
        seed: of the toy T5 table, and of q and k where none are given.
        head_dim: of q and k where none are given, even.
    """

    length: int = 128
    n_heads: int = 8
    head: int = 0
    base: Number = 10_000.0
    bidirectional: bool = True
    seed: int = 0
    head_dim: int = 64

    def __post_init__(self) -> None:
        require(2 <= self.length <= 1024, "length", self.length, "2 to 1024 positions")
        require(self.n_heads >= 1, "n_heads", self.n_heads, "at least 1")
        require(0 <= self.head < self.n_heads, "head", self.head, f"0 to {self.n_heads - 1}")
        require_base(self.base)
        require_even("head_dim", self.head_dim)


@dataclass(frozen=True, eq=False)
class SchemeCurve:
    """The score of one query and one key against their offset, under one scheme.

    Args:
        scheme: "none", "sinusoidal", "learned", "rope", "alibi" or "t5".
        mean: over all positions with that offset, shape [offset].
        low, high: the smallest and the largest of them. They coincide where only the offset counts.
    """

    scheme: str
    mean: Float[np.ndarray, "offset"]
    low: Float[np.ndarray, "offset"]
    high: Float[np.ndarray, "offset"]

    @property
    def spread(self) -> float:
        """The largest difference between two positions with the same offset."""
        return float((self.high - self.low).max())


@dataclass(frozen=True, eq=False)
class Comparison:
    """All schemes on one axis.

    Args:
        params: what was asked for.
        query, key: q and k, shape [head_dim].
        offsets: key position minus query position; negative looks back.
        curves: one for each scheme; "learned" only where a table was given.
        learned_share: the part of the learned table's squared length that fits into head_dim directions; 1 if none.
        checks: identities of the curves.
    """

    params: CompareParams
    query: Float[np.ndarray, "head_dim"]
    key: Float[np.ndarray, "head_dim"]
    offsets: Int[np.ndarray, "offset"]
    curves: tuple[SchemeCurve, ...]
    learned_share: float
    checks: tuple[Check, ...]

    @property
    def added(self) -> tuple[SchemeCurve, ...]:
        """What the positions add to the score: each curve less q.k / sqrt(d), the score without positions."""
        content = float(self.query @ self.key) * len(self.query) ** -0.5
        return tuple(
            SchemeCurve(curve.scheme, curve.mean - content, curve.low - content, curve.high - content)
            for curve in self.curves
        )

    @property
    def offset_alone(self) -> bool:
        """Whether each scheme in `RELATIVE` varies at one offset by rounding only."""
        return self.checks[0].passed


def compare_schemes(
    params: CompareParams,
    *,
    query: Float[np.ndarray, "head_dim"] | None = None,
    key: Float[np.ndarray, "key_dim"] | None = None,
    learned: Float[np.ndarray, "position d"] | None = None,
) -> Comparison:
    """Puts the same query at every position m and the same key at every position n, and scores each pair.

    none: q.k / sqrt(d). sinusoidal and learned: (q + P_m).(k + P_n) / sqrt(d), the codes added to the vectors as they
    are to a layer's input. rope: R_m q . R_n k / sqrt(d). alibi: q.k / sqrt(d) - m_h |m - n|. t5: q.k / sqrt(d) plus a
    toy table's bias (T5 itself does not divide by sqrt(d)).

    Args:
        params: length, heads, base.
        query: q before any rotation, shape [head_dim]; None draws standard normal entries.
        key: k likewise; None takes q, so that the score without positions is the largest.
        learned: a real position table, shape [position d]. Its rows are put into head_dim dimensions along the table's
            own first principal directions, since q and k live there. Before, each row gets the length of every
            sinusoidal code, sqrt(head_dim / 2): only so can the two be compared with the same q and k.

    Raises:
        ValueError: for vectors of different or odd length, or a learned table with less rows than positions.

    Invariant: for the schemes in `RELATIVE` low and high differ by rounding only.
    Source: Vaswani et al. 2017; Su et al. 2021; Press et al. 2022; Raffel et al. 2020.
    """
    rng = np.random.default_rng(params.seed)
    q = rng.normal(size=params.head_dim) if query is None else query.astype(np.float64)
    k = q if key is None else key.astype(np.float64)
    require_even("head_dim", len(q))
    require(len(q) == len(k), "length of key", len(k), f"that of the query, {len(q)}")
    scores = _score_matrices(params, q, k)
    share = 1.0
    if learned is not None:
        table, share = _fit(learned, params.length, len(q))
        scores["learned"] = (q + table) @ (k + table).T / np.sqrt(len(q))
    last = 2 * params.length - 1 if params.bidirectional else params.length
    offsets = np.arange(1 - params.length, params.length)[:last]
    curves = tuple(_curve(scheme, matrix, last) for scheme, matrix in scores.items())
    return Comparison(params, q, k, offsets, curves, share, _checks(params, q, k, offsets, curves))


def _score_matrices(
    params: CompareParams, q: Float[np.ndarray, "head_dim"], k: Float[np.ndarray, "head_dim"]
) -> dict[str, Float[np.ndarray, "query key"]]:
    n, head_dim = params.length, len(q)
    scaling, positions = head_dim**-0.5, np.arange(n)
    content = np.full((n, n), q @ k * scaling)
    code = sinusoidal(n, head_dim, base=params.base)
    inv_freq = rope_frequencies(head_dim, base=params.base).inv_freq
    turned = [rotate(np.broadcast_to(x, (n, head_dim)), positions, inv_freq) for x in (q, k)]
    table = toy_bias_table(params.n_heads, seed=params.seed)
    return {
        "none": content,
        "sinusoidal": (q + code) @ (k + code).T * scaling,
        "rope": turned[0] @ turned[1].T * scaling,
        "alibi": content + alibi_bias(params.n_heads, n, n)[params.head],
        "t5": content + t5_bias(table, n, n, bidirectional=params.bidirectional)[params.head],
    }


def _curve(scheme: str, matrix: Float[np.ndarray, "query key"], last: int) -> SchemeCurve:
    columns = by_diagonal(matrix)[:, :last]
    return SchemeCurve(scheme, np.nanmean(columns, axis=0), np.nanmin(columns, axis=0), np.nanmax(columns, axis=0))


def _fit(
    learned: Float[np.ndarray, "position d"], length: int, head_dim: int
) -> tuple[Float[np.ndarray, "length head_dim"], float]:
    """The table's rows, equally long, in head_dim dimensions, and the part of their squared length that they keep.

    Along the first right singular vectors the dot products of rows are kept as well as any head_dim dimensions can.
    """
    require(len(learned) >= length, "rows of the learned table", len(learned), f"at least length = {length}")
    table = learned[:length].astype(np.float64)
    table = table * np.sqrt(head_dim / 2 / (table**2).sum(axis=1, keepdims=True))
    left, sizes, _ = np.linalg.svd(table, full_matrices=False)
    kept = min(head_dim, len(sizes))
    fitted = np.zeros((length, head_dim))
    fitted[:, :kept] = left[:, :kept] * sizes[:kept]
    return fitted, float((sizes[:kept] ** 2).sum() / (sizes**2).sum())


def _checks(
    params: CompareParams,
    q: Float[np.ndarray, "head_dim"],
    k: Float[np.ndarray, "head_dim"],
    offsets: Int[np.ndarray, "offset"],
    curves: tuple[SchemeCurve, ...],
) -> tuple[Check, ...]:
    by_name = {curve.scheme: curve for curve in curves}
    inv_freq = rope_frequencies(len(q), base=params.base).inv_freq
    formula = score_by_offset(q, k, offsets, inv_freq)
    size = float(np.linalg.norm(q) * np.linalg.norm(k)) * len(q) ** -0.5
    bound = 8 * max(params.length, 16) * 2.0**-53 * max(size, 1.0)  # an angle of p radians is known to p * 2**-53
    widest = max(by_name[scheme].spread for scheme in RELATIVE)
    rope = float(np.abs(by_name["rope"].mean - formula).max())
    return (
        Check("RoPE, ALiBi and T5 know the offset alone", widest, bound, "largest difference at one offset"),
        Check("RoPE's score is its closed form", rope, bound, "over all offsets"),
    )
