"""Five ways to score a query against a key: what each needs, how its spread grows, what that does to the softmax."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require, whole

SCORES: Mapping[str, str] = MappingProxyType(
    {
        "dot": "dot product",
        "scaled": "scaled dot product",
        "bilinear": "bilinear",
        "additive": "additive",
        "cosine": "cosine",
    }
)
"""Name to title."""

FAINT = 0.05
"""A norm of the softmax's Jacobian below which almost no gradient comes through; two keys of equal weight give 0.5."""

DIMENSIONS = (4, 8, 16, 32, 64, 128, 256)
"""Dimensions at which spreads are measured."""

Weights = Mapping[str, Float[np.ndarray, "..."]]


def score_weights(kind: str, dimension: int, rng: np.random.Generator) -> Weights:
    """What a score needs beside queries and keys, untrained: normal numbers whose variance is 1 / inputs.

    Args:
        kind: one of SCORES.
        dimension: d, 1 or more; an additive score has as many units.
        rng: source of all randomness.

    Returns:
        "bilinear": W [d d]; "additive": A [d d], B [d d] and v [d]; "cosine": its factor, 1 number, which starts at 1;
        nothing for the others.

    Raises:
        ValueError: for an unknown score or a dimension below 1.

    Invariant: as many numbers as `parameters` says.
    """
    require(kind in SCORES, "kind", kind, "one of " + ", ".join(SCORES))
    d = whole("dimension", dimension, 1)

    def normal(*shape: int) -> Float[np.ndarray, "..."]:
        return rng.normal(scale=d**-0.5, size=shape)

    if kind == "bilinear":
        return {"W": normal(d, d)}
    if kind == "additive":
        return {"A": normal(d, d), "B": normal(d, d), "v": normal(d)}
    return {"factor": np.ones(1)} if kind == "cosine" else {}


def scores_of(
    kind: str, query: Float[np.ndarray, "query d"], key: Float[np.ndarray, "key d"], weights: Weights
) -> Float[np.ndarray, "query key"]:
    """The score of each query against each key, before the softmax.

    dot q . k; scaled q . k / sqrt(d); bilinear q^T W k; additive v . tanh(A q + B k); cosine f q . k / (|q| |k|).

    Args:
        kind: one of SCORES.
        query, key: one row each, of d numbers.
        weights: as `score_weights` names them.

    Raises:
        ValueError: for an unknown score.

    Invariant: with W the identity, bilinear is the dot product.
    Source: Vaswani et al. 2017, equation 1; Luong et al. 2015, section 3.1; Bahdanau et al. 2015, appendix A.1.2.
    """
    require(kind in SCORES, "kind", kind, "one of " + ", ".join(SCORES))
    if kind == "additive":
        inner = np.tanh((query @ weights["A"].T)[:, None] + (key @ weights["B"].T)[None])
        return np.asarray(inner @ weights["v"])
    if kind == "bilinear":
        return np.asarray(query @ weights["W"] @ key.T)
    product = query @ key.T
    if kind == "scaled":
        return np.asarray(product / math.sqrt(query.shape[1]))
    if kind == "cosine":
        lengths = np.linalg.norm(query, axis=1)[:, None] * np.linalg.norm(key, axis=1)
        return np.asarray(weights["factor"] * product / lengths)
    return np.asarray(product)


def parameters(kind: str, dimension: int) -> int:
    """How many trained numbers a score has of its own: 0, 0, d^2, 2 d^2 + d, 1."""
    require(kind in SCORES, "kind", kind, "one of " + ", ".join(SCORES))
    d = whole("dimension", dimension, 1)
    return {"bilinear": d * d, "additive": 2 * d * d + d, "cosine": 1}.get(kind, 0)


def multiplications(kind: str, dimension: int, tokens: int) -> int:
    """Products that n queries against n keys take; a tanh, a root and a division count as one.

    With n tokens and d dimensions: dot n^2 d; scaled n^2 more; bilinear n d^2 more than dot; additive 2 n d^2, and
    2 n^2 d, half of them tanh; cosine n^2 d + 2 n d for the lengths and 2 n^2 for their product and the division, 2 n
    roots and n^2 for the factor.

    Raises:
        ValueError: for an unknown score, or a dimension or a number of tokens below 1.
    """
    require(kind in SCORES, "kind", kind, "one of " + ", ".join(SCORES))
    d, n = whole("dimension", dimension, 1), whole("tokens", tokens, 1)
    pairs = n * n
    return {
        "dot": pairs * d,
        "scaled": pairs * d + pairs,
        "bilinear": pairs * d + n * d * d,
        "additive": 2 * n * d * d + 2 * pairs * d,
        "cosine": pairs * d + 2 * n * d + 2 * n + 3 * pairs,
    }[kind]


def expected_spread(kind: str, dimension: int) -> float:
    """The standard deviation of a score whose queries and keys are independent standard normal numbers.

    Weights are those of `score_weights`, normal numbers of variance 1 / d.

    dot and bilinear sqrt(d); scaled 1; cosine 1 / sqrt(d); additive sqrt(E tanh^2(sqrt(2) z)), whatever d is.

    Args:
        kind: one of SCORES.
        dimension: d, 1 or more.

    Raises:
        ValueError: as `parameters`.

    Source: the variance of a sum of d independent products is d; a unit vector's coordinate has the variance 1 / d; in
        the additive score each unit sees a sum of two normal numbers of variance 1.
    """
    require(kind in SCORES, "kind", kind, "one of " + ", ".join(SCORES))
    d = whole("dimension", dimension, 1)
    if kind == "additive":
        at, weight = np.polynomial.hermite_e.hermegauss(120)
        return float(math.sqrt(weight @ np.tanh(math.sqrt(2) * at) ** 2 / math.sqrt(2 * math.pi)))
    return {"scaled": 1.0, "cosine": 1 / math.sqrt(d)}.get(kind, math.sqrt(d))


@dataclass(frozen=True, slots=True)
class SpreadParams:
    """Random queries and keys whose scores are measured.

    Args:
        n_keys: keys of each query, 2 to 256.
        draws: how often weights, 8 queries and the keys are drawn anew, 2 to 200.
        seed: of all of them.

    Raises:
        ValueError: for a value out of range.
    """

    n_keys: int = 32
    draws: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        whole("n_keys", self.n_keys, 2, 256)
        whole("draws", self.draws, 2, 200)
        whole("seed", self.seed, 0)


@dataclass(frozen=True, eq=False)
class Spreads:
    """What was measured, for each score in SCORES and each of DIMENSIONS.

    Args:
        params: of the measurement.
        deviation: the root of the mean square of the scores, whose mean is 0.
        expected: `expected_spread`.
        largest: the mean of the largest weight of a softmax over the keys.
        entropy: the mean entropy of that softmax, in nats; ln(n) where all keys are equal.
        slope: the median over rows of the Frobenius norm of the softmax's Jacobian diag(p) - p p^T, what a gradient is
            multiplied by on its way to the scores: 0 where nothing that a score does changes a weight. A mean would be
            that of the few rows in which two keys nearly tie.
        faint: the share of rows whose norm lies below FAINT.
        checks: identities of what was measured.
    """

    params: SpreadParams
    deviation: Float[np.ndarray, "score dimension"]
    expected: Float[np.ndarray, "score dimension"]
    largest: Float[np.ndarray, "score dimension"]
    entropy: Float[np.ndarray, "score dimension"]
    slope: Float[np.ndarray, "score dimension"]
    faint: Float[np.ndarray, "score dimension"]
    checks: tuple[Check, ...]


def score_spreads(params: SpreadParams) -> Spreads:
    """Scores queries against keys of standard normal numbers at each dimension, the same ones for each score.

    Args:
        params: how many, and the seed.

    Invariant: the same params give the same result; entropy lies in [0, ln(n)], largest in [1 / n, 1], faint in [0, 1].
    Source: Vaswani et al. 2017, section 3.2.1 and its footnote 4.
    """
    measured = np.array([[_measured(kind, d, params) for d in DIMENSIONS] for kind in SCORES])
    deviation, largest, entropy, slope, faint = np.moveaxis(measured, -1, 0)
    return Spreads(
        params=params,
        deviation=deviation,
        expected=np.array([[expected_spread(kind, d) for d in DIMENSIONS] for kind in SCORES]),
        largest=largest,
        entropy=entropy,
        slope=slope,
        faint=faint,
        checks=tuple(_checks(params)),
    )


def _measured(kind: str, dimension: int, params: SpreadParams) -> tuple[float, ...]:
    from scipy.special import softmax  # type: ignore[import-untyped]

    rng, weights = (np.random.default_rng([params.seed, dimension, part]) for part in range(2))
    rows = []
    for _ in range(params.draws):
        query, key = rng.normal(size=(8, dimension)), rng.normal(size=(params.n_keys, dimension))
        rows.append(scores_of(kind, query, key, score_weights(kind, dimension, weights)))
    scores = np.concatenate(rows)
    p = softmax(scores, axis=1)
    entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)
    norms = np.sqrt(jacobian_squared(p))
    return (
        float(np.sqrt((scores**2).mean())),
        float(p.max(axis=1).mean()),
        float(entropy.mean()),
        float(np.median(norms)),
        float((norms < FAINT).mean()),
    )


def jacobian_squared(p: Float[np.ndarray, "row key"]) -> Float[np.ndarray, "row"]:
    """The squared Frobenius norm of diag(p) - p p^T for each row: sum p^2 - 2 sum p^3 + (sum p^2)^2.

    Invariant: 0 where one key has all weight, 1/4 where two share it equally.
    """
    squares = (p**2).sum(axis=1)
    return np.asarray(np.maximum(squares - 2 * (p**3).sum(axis=1) + squares**2, 0.0))


def _checks(params: SpreadParams) -> list[Check]:
    """The softmax's slope by finite differences, and two scores by other roads."""
    from scipy.special import softmax

    rng, d, step = np.random.default_rng(params.seed), 16, 1e-5
    query, key = rng.normal(size=(4, d)), rng.normal(size=(params.n_keys, d))
    scores = scores_of("scaled", query, key, {})
    p = softmax(scores, axis=1)
    moved = np.eye(params.n_keys) * step
    up, down = (softmax(scores[:, None] + sign * moved, axis=-1) for sign in (1, -1))
    norms = np.linalg.norm((up - down) / (2 * step), axis=(1, 2))
    apart = float(np.abs(norms - np.sqrt(jacobian_squared(p))).max())
    weights = score_weights("additive", d, rng)
    slow = [[sum(weights["v"] * np.tanh(weights["A"] @ q + weights["B"] @ k)) for k in key] for q in query]
    additive = float(np.abs(scores_of("additive", query, key, weights) - slow).max())
    law = (query**2).sum(1)[:, None] + (key**2).sum(1) - ((query[:, None] - key) ** 2).sum(-1)
    sizes = 2 * np.sqrt((query**2).sum(1)[:, None] * (key**2).sum(1))
    cosine = float(np.abs(scores_of("cosine", query, key, {"factor": np.ones(1)}) - law / sizes).max())
    return [
        # A central difference errs by step^2 / 6 times a third derivative below 1, and rounding by 2^-53 n / step.
        Check("The softmax's slope by moving each score", apart, params.n_keys * 1e-10, "norm of the Jacobian"),
        Check("Additive scores pair by pair", additive, 8 * d * 2.0**-52, "largest difference"),
        Check("Cosines by the law of cosines", cosine, 8 * d * 2.0**-52, "largest difference"),
    ]
