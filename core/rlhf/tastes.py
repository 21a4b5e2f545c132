"""What a poisoner's labels, and raters of two tastes, do to a linear reward and to the policy at one KL. No torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.rlhf.judging import fit_rewards
from core.rlhf.raters import Rater, choose
from core.rlhf.tilting import TiltedPolicy, tilted
from core.rlhf.world import WORDS, Responses, counts, features, gold_reward, random_responses

TASTES = "rlhf/tastes.npz"
"""The recorded comparisons, below `core/assets`."""

PAIRS_POISONED = 500
"""Labels among which a poisoner's are."""

DISTANCES = (0.0, 0.1, 0.3, 1.0)
"""Points a word by which each of two groups differs from gold."""

LABELS_IN_ALL = (20, 100, 500, 2000)
"""Labels of both groups together."""

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of the labels that a poisoner gives."""

TASTE_SEEDS = 12
"""Draws of pairs and of labels over which a comparison is made."""

NATS = 3.0
"""The divergence at which policies are compared."""

FIRST_TASTE = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
"""What one group likes more than gold does, a word: sun, light and air. The other group likes the opposite."""

STRONGEST = 1e6


def policy_at(weights: Float[np.ndarray, "feature"], kl: int | float) -> TiltedPolicy:
    """The tilted policy whose divergence from the start is `kl`, found by Brent's method between two strengths.

    Args:
        weights: as in `tilted`. kl: nats, above 0.

    Returns:
        The policy; the strongest there is where the divergence cannot be reached. Invariant: KL is `kl` up to 1e-6, or
        below it.

    Raises:
        ValueError: for a kl that is not above 0, or weights that `tilted` refuses.
    """
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    if not 0 < kl < np.inf:
        raise ValueError(f"kl = {kl} must be above 0 and finite.")
    low, high = 0.0, 1.0
    while tilted(weights, high).kl < kl and high < STRONGEST:
        low, high = high, 2 * high
    if high >= STRONGEST:
        return tilted(weights, high)
    return tilted(weights, float(brentq(lambda strength: tilted(weights, strength).kl - kl, low, high, xtol=1e-9)))


def worth(policy: TiltedPolicy, taste: Float[np.ndarray, "word"]) -> float:
    """Mean gold of a policy, plus what a group likes: taste . (mean count of each word). Exact."""
    return policy.gold + policy.length * float(policy.words @ taste)


def _pairs(count: int, seed: int) -> tuple[Responses, Responses]:
    drawn = random_responses(2 * count, seed=10_007 * (seed + 1))
    return drawn[:count], drawn[count:]


def _labels(first: Responses, second: Responses, taste: Float[np.ndarray, "word"], seed: int) -> np.ndarray:
    """Signs of the labels of a fair rater with a taste: 1 where the first is preferred."""
    worths = [gold_reward(side) + counts(side) @ taste for side in (first, second)]
    return np.where(choose(worths[0], worths[1], Rater(), seed=seed), 1.0, -1.0)


def poisoned_gold(share: float, *, pairs: int, target: int | None, seed: int) -> float:
    """Gold of the policy at NATS that follows a reward fitted to labels of which a poisoner gives a share.

    Args:
        share: of all labels, in [0, 1].
        pairs: labels, at least 1.
        target: a word that the poisoner's labels prefer wherever one answer has more of it, as far as there are such
            pairs; None for labels of fair raters, turned around at random.
        seed: of the pairs and of their labels.

    Raises:
        ValueError: for a share outside [0, 1], fewer than one pair, or a number that is no word.
    """
    first, second, _, signs, _ = _poisoned(share, pairs=pairs, target=target, seed=seed)
    fit = fit_rewards(signs[:, None] * (features(first) - features(second)))
    return policy_at(fit.weights, NATS).gold


@dataclass(frozen=True, slots=True)
class Poison:
    """What a poisoner really does, in shares of all labels.

    Args:
        given: labels that it gives: fewer than it was to give where not enough pairs differ in its word.
        changed: labels that are others than the fair rater's: a poisoner may agree with it.
    """

    given: float
    changed: float


def poison(share: float, *, pairs: int, target: int | None, seed: int) -> Poison:
    """How many labels `poisoned_gold` really changes, by the same draw.

    Raises:
        ValueError: where `poisoned_gold` does.

    Invariants: changed <= given <= share, up to half a label; all three are alike without a target.
    """
    _, _, fair, signs, given = _poisoned(share, pairs=pairs, target=target, seed=seed)
    return Poison(given / pairs, float((fair != signs).mean()))


@functools.cache
def poisons(*, pairs: int, target: int | None) -> tuple[Poison, ...]:
    """`poison` for each of SHARES, mean over TASTE_SEEDS seeds."""
    found = [[poison(share, pairs=pairs, target=target, seed=seed) for seed in range(TASTE_SEEDS)] for share in SHARES]
    return tuple(
        Poison(float(np.mean([one.given for one in row])), float(np.mean([one.changed for one in row])))
        for row in found
    )


@functools.lru_cache(maxsize=2 * TASTE_SEEDS)
def _fair(pairs: int, seed: int) -> tuple[Responses, Responses, np.ndarray]:
    """Pairs and their fair labels, drawn once for all shares; nobody writes on them."""
    first, second = _pairs(pairs, seed)
    return first, second, _labels(first, second, np.zeros(len(WORDS) - 1), seed)


def _poisoned(
    share: float, *, pairs: int, target: int | None, seed: int
) -> tuple[Responses, Responses, np.ndarray, np.ndarray, int]:
    """Both sides, the signs of fair labels, those with the poison among them, and how many labels the poisoner gave."""
    if not 0 <= share <= 1 or pairs < 1 or (target is not None and not 1 <= target < len(WORDS)):
        raise ValueError(
            f"share = {share} must lie in [0, 1], pairs = {pairs} be 1 at least, target = {target} a word."
        )
    first, second, fair = _fair(pairs, seed)
    signs = fair.copy()
    order = np.random.default_rng(seed).permutation(pairs)
    if target is None:
        told = order[: round(share * pairs)]
        signs[told] *= -1
    else:
        more = np.sign(counts(first)[:, target - 1] - counts(second)[:, target - 1])
        told = order[more[order] != 0][: round(share * pairs)]
        signs[told] = more[told]
    return first, second, fair, signs, len(told)


def poison_curve(*, pairs: int, target: int | None) -> Float[np.ndarray, "share seed"]:
    """`poisoned_gold` for each of SHARES and TASTE_SEEDS seeds; the pairs of a seed are the same at each share."""
    seeds = range(TASTE_SEEDS)
    return np.array([[poisoned_gold(s, pairs=pairs, target=target, seed=seed) for seed in seeds] for s in SHARES])


@dataclass(frozen=True, eq=False)
class TasteComparison:
    """What two groups of raters get at one KL, each by its own worth, mean of both groups.

    Args:
        shared: under one reward model, fitted to the labels of both.
        own: under a model for each group, fitted to its half of the labels.
    """

    shared: Float[np.ndarray, "seed"]
    own: Float[np.ndarray, "seed"]


def compare_tastes(distance: int | float, *, pairs: int) -> TasteComparison:
    """One reward model for two groups against one each, with the same labels in all.

    Args:
        distance: points that a group likes a word more, or less, than gold does; the other group the opposite.
        pairs: labels in all, an even number of at least 2.

    Returns:
        Over TASTE_SEEDS draws. Invariant: with distance 0 both groups want the same, and `own` has half the labels.

    Raises:
        ValueError: for a distance below 0 or not finite, or a number of pairs that is odd or below 2.
    """
    if not 0 <= distance < np.inf or pairs < 2 or pairs % 2:
        raise ValueError(f"distance = {distance} must not be below 0, pairs = {pairs} be even and 2 at least.")
    found = [_compared(distance * FIRST_TASTE, pairs, seed) for seed in range(TASTE_SEEDS)]
    return TasteComparison(np.array([shared for shared, _ in found]), np.array([own for _, own in found]))


def _compared(taste: Float[np.ndarray, "word"], pairs: int, seed: int) -> tuple[float, float]:
    first, second = _pairs(pairs, seed)
    rows, tastes = features(first) - features(second), (taste, -taste)
    groups = (slice(0, None, 2), slice(1, None, 2))
    labeled = [
        _labels(first[group], second[group], one, 2 * seed + place)[:, None] * rows[group]
        for place, (group, one) in enumerate(zip(groups, tastes, strict=True))
    ]
    together = policy_at(fit_rewards(np.concatenate(labeled)).weights, NATS)
    alone = [policy_at(fit_rewards(part).weights, NATS) for part in labeled]
    shared = [worth(together, one) for one in tastes]
    own = [worth(policy, one) for policy, one in zip(alone, tastes, strict=True)]
    return float(np.mean(shared)), float(np.mean(own))


@dataclass(frozen=True, eq=False)
class TasteTable:
    """The recorded comparisons, over TASTE_SEEDS draws.

    Args:
        start: gold of the start, before any reward.
        flipped: gold with labels turned around at random, by SHARES.
        targeted: gold with labels that prefer one word, word by word, by SHARES.
        shared, own: as in `TasteComparison`, by DISTANCES and LABELS_IN_ALL.
    """

    start: float
    flipped: Float[np.ndarray, "share seed"]
    targeted: Float[np.ndarray, "word share seed"]
    shared: Float[np.ndarray, "distance count seed"]
    own: Float[np.ndarray, "distance count seed"]


def table_of_tastes() -> TasteTable:
    """Computes what `recorded_tastes` reads; it takes a minute."""
    words = range(1, len(WORDS))
    found = [[compare_tastes(distance, pairs=count) for count in LABELS_IN_ALL] for distance in DISTANCES]
    return TasteTable(
        tilted(np.zeros(len(WORDS)), 0.0).gold,
        poison_curve(pairs=PAIRS_POISONED, target=None),
        np.array([poison_curve(pairs=PAIRS_POISONED, target=word) for word in words]),
        np.array([[one.shared for one in row] for row in found]),
        np.array([[one.own for one in row] for row in found]),
    )


@functools.cache
def recorded_tastes() -> TasteTable:
    """The recorded comparisons.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record rlhf tastes`.
    """
    return kept(TASTES, TasteTable)
