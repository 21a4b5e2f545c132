"""Five ways to score a query against a key: what each needs, how its spread grows, what that does to the softmax."""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int, UInt8

from core.assets import kept
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

WIDTHS, RATES = (16, 64, 256), (3e-3, 1e-2)
"""Dimensions and learning rates of the recorded trainings."""

PLACES, SYMBOLS = 16, 32
"""Keys of a text in the trainings, and symbols they are drawn from."""

TESTED, ANSWERS = 512, 16
"""Texts that each training is tested on, and the values that can be right."""

TRIALS_FILE = "attention/scores.npz"
ANSWERS_FILE = "attention/score_answers.npz"
TRIAL_SEEDS = tuple(range(8))

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


@dataclass(frozen=True, slots=True)
class ScoreTraining:
    """Trainings of one head that looks a key up, with each score.

    Args:
        widths: dimensions of queries and keys, each from 2 to 512.
        rates: learning rates of Adam, each above 0.
        seeds: of weights and texts.
        steps: of each training, 10 to 2000.

    Raises:
        ValueError: for a value out of range, an empty row, or one that holds a value twice.
    """

    widths: tuple[int, ...] = WIDTHS
    rates: tuple[float, ...] = RATES
    seeds: tuple[int, ...] = TRIAL_SEEDS
    steps: int = 150

    def __post_init__(self) -> None:
        for name, values in (("widths", self.widths), ("rates", self.rates), ("seeds", self.seeds)):
            require(0 < len(values) == len(set(values)), name, values, "at least one, and none twice")
        for width in self.widths:
            whole("width", width, 2, 512)
        for rate in self.rates:
            require(0 < rate < math.inf, "rate", rate, "above 0 and finite")
        for seed in self.seeds:
            whole("seed", seed, 0)
        whole("steps", self.steps, 10, 2000)


@dataclass(frozen=True, eq=False)
class ScoreTrials:
    """How well one head looks up, with each score in SCORES.

    Args:
        params: of the trainings.
        steps: the steps after which it was tested.
        accuracy: share of 512 texts answered rightly.
        gradient: the norm of the loss's gradient to the query matrix before the first step, relative to "scaled".
        seconds: of processor, for the scores of 256 queries against 256 keys in float32, the shortest of several; by
            width.
        machine: on which they were measured.
        checks: identities of the models.
    """

    params: ScoreTraining
    steps: Int[np.ndarray, "point"]
    accuracy: Float[np.ndarray, "score width rate seed point"]
    gradient: Float[np.ndarray, "score width seed"]
    seconds: Float[np.ndarray, "score width"]
    machine: str
    checks: tuple[Check, ...]


Lookups = tuple[
    Int[np.ndarray, "text"], Int[np.ndarray, "text place"], Int[np.ndarray, "text place"], Int[np.ndarray, "text"]
]


def lookups(count: int, rng: np.random.Generator) -> Lookups:
    """Texts: the key that is asked for, PLACES different keys, a value each, and the value that is right.

    Invariant: the right value stands at the key that is asked for.
    """
    keys = rng.random((count, SYMBOLS)).argsort(axis=1)[:, :PLACES]
    values, place = rng.integers(ANSWERS, size=(count, PLACES)), rng.integers(PLACES, size=count)
    rows = np.arange(count)
    return keys[rows, place], keys, values, values[rows, place]


def texts_of(seed: int) -> Lookups:
    """The texts that the trainings of a seed are tested on."""
    return lookups(TESTED, np.random.default_rng(10_000 + seed))


@dataclass(frozen=True, eq=False)
class ScoreAnswers:
    """What the trained heads of `recorded_scores` say to each text of their tests.

    Args:
        given: the value that each answers with.
    """

    given: UInt8[np.ndarray, "score width rate seed text"]


@functools.cache
def recorded_answers() -> ScoreAnswers:
    """The recorded answers; nothing is trained.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record attention score_answers`.
    """
    return kept(ANSWERS_FILE, ScoreAnswers)


def answers_check(trials: ScoreTrials, answers: ScoreAnswers) -> Check:
    """The accuracies at the end, counted anew: the texts are drawn again from their seeds, and the answers compared.

    Args:
        trials: the trainings.
        answers: of the same trainings, made in a run of their own.

    Invariant: passes for one and the same trainings; one other answer fails.
    """
    right = np.stack([texts_of(seed)[3] for seed in trials.params.seeds])
    counted = (answers.given == right).mean(axis=-1)
    error = float(np.abs(counted - trials.accuracy[..., -1]).max())
    detail = f"{answers.given.size:,} recorded answers against texts drawn anew"
    return Check("Right at the end, counted again", error, 0.0, detail)


SURPRISING = 5.0
"""Standard errors that none of some hundred right guessers is off by: more is once in 1.7 million guesses."""


def trial_checks(trials: ScoreTrials) -> tuple[Check, ...]:
    """What the accuracies of trainings must agree in, from the accuracies alone; no model is run.

    A share of TESTED texts is a whole number of them. Before the first step the learning rate has moved nothing, so
    that the same score, dimension and seed answers alike at every rate. And untrained it guesses: of TESTED texts with
    one right value in ANSWERS the share has the standard error sqrt(p (1 - p) / TESTED), p = 1 / ANSWERS.

    Args:
        trials: of at least one rate, tested before the first step.

    Invariant: passes for what `train_scores` returns; one changed accuracy at step 0 fails, and any that is no share.
    """
    counts, start = trials.accuracy * TESTED, trials.accuracy[..., 0]
    off = float(np.abs(counts - counts.round()).max() + max(0.0, -counts.min(), counts.max() - TESTED))
    guess = 1 / ANSWERS
    error = math.sqrt(guess * (1 - guess) / TESTED)
    return (
        Check(f"Right answers are whole numbers of {TESTED}", off, 0.0, f"over {counts.size:,} recorded shares"),
        Check("Before the first step no rate has changed an answer", float(np.ptp(start, axis=2).max()), 0.0, "share"),
        Check(
            "Untrained heads guess",
            float(np.abs(start - guess).max() / error),
            SURPRISING,
            f"largest distance from {guess:.2%} in standard errors, over {start.size} heads",
        ),
    )


@functools.cache
def recorded_scores() -> ScoreTrials:
    """The recorded trainings over TRIAL_SEEDS; nothing is trained.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record attention scores`.
    """
    return kept(TRIALS_FILE, ScoreTrials)
