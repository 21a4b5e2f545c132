"""Those who say which response is better: people and AI labelers, with noise, biases and bad intent."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.rlhf.world import Responses, gold_reward, lengths


@dataclass(frozen=True, slots=True)
class Rater:
    """Whoever labels pairs. The default is an honest person with some noise.

    Args:
        noise: spread of the judgment s; the better response wins with probability sigmoid(difference / s). 0: always.
        length_bias: points added in the rater's mind for each word, whatever it says.
        careless: share of labels given by a coin, in [0, 1].
        first: share of labels that go to the response shown first, whatever it says, in [0, 1].
        poison: share of labels turned around on purpose, in [0, 1].
    """

    noise: int | float = 1.0
    length_bias: int | float = 0.0
    careless: int | float = 0.0
    first: int | float = 0.0
    poison: int | float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.noise < np.inf and np.isfinite(self.length_bias)):
            raise ValueError(f"noise = {self.noise} must not be below 0, length_bias = {self.length_bias} be finite.")
        for name in ("careless", "first", "poison"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} = {getattr(self, name)} must lie in [0, 1].")


@dataclass(frozen=True, eq=False)
class Preferences:
    """Labeled pairs.

    Args:
        first, second: the two responses of each pair.
        prefers_first: the rater's label.
    """

    first: Responses
    second: Responses
    prefers_first: Bool[np.ndarray, "pair"]

    @property
    def chosen(self) -> Responses:
        """The preferred response of each pair."""
        return np.where(self.prefers_first[:, None], self.first, self.second)

    @property
    def rejected(self) -> Responses:
        """The other response of each pair."""
        return np.where(self.prefers_first[:, None], self.second, self.first)


def choose(
    first: Float[np.ndarray, "pair"], second: Float[np.ndarray, "pair"], rater: Rater, *, seed: int
) -> Bool[np.ndarray, "pair"]:
    """Whether the rater prefers the first of each pair, given what both are worth to this rater.

    P(first) = sigmoid((u_first - u_second) / noise), then a share is overruled by carelessness, by place and by poison.

    Args:
        first, second: worth u in points.
        seed: of the rater's noise.

    Invariant: with Rater(noise=0) the larger worth wins; equal worth is decided by a coin.
    Source: Bradley and Terry (1952) for the noise.
    """
    random = np.random.default_rng(seed)
    gap = first - second
    coin = random.random(len(gap)) < 0.5
    if rater.noise == 0:
        label = np.where(gap == 0, coin, gap > 0)
    else:
        label = random.random(len(gap)) < 1 / (1 + np.exp(np.clip(-gap / rater.noise, -700, 700)))
    label = np.where(random.random(len(gap)) < rater.careless, coin, label)
    label = np.where(random.random(len(gap)) < rater.first, True, label)
    return np.asarray(label ^ (random.random(len(gap)) < rater.poison))


def label_pairs(first: Responses, second: Responses, rater: Rater, *, seed: int) -> Preferences:
    """Lets a rater label pairs of responses by their gold reward plus the rater's bias for length.

    Raises:
        ValueError: for no pairs.
    """
    if len(first) < 1 or len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} responses must be equally many, at least 1.")
    worth = [gold_reward(side) + rater.length_bias * lengths(side) for side in (first, second)]
    return Preferences(first, second, choose(worth[0], worth[1], rater, seed=seed))


@dataclass(frozen=True, eq=False)
class Aggregation:
    """How well two ways to ask raters recover the true order of items.

    Args:
        truth: true quality of each item.
        by_scores: mean of absolute scores 1 to 5.
        by_scores_centered: mean of the scores after each rater's own mean and spread were taken out.
        by_pairs: Bradley-Terry strengths fitted to as many pairwise labels as there were scores.
        agreement: share of item pairs put in the true order, for each of the three, in that order.
        share_of_fives: for each rater.
    """

    truth: Float[np.ndarray, "item"]
    by_scores: Float[np.ndarray, "item"]
    by_scores_centered: Float[np.ndarray, "item"]
    by_pairs: Float[np.ndarray, "item"]
    agreement: tuple[float, float, float]
    share_of_fives: Float[np.ndarray, "rater"]


def compare_aggregation(
    *, items: int = 30, strict: float = 0.02, generous: float = 0.30, per_rater: int = 15, seed: int = 0
) -> Aggregation:
    """Ten raters of two styles score items from 1 to 5, and ten like them compare pairs; which recovers the truth?

    Half of the raters give a five to a share `strict` of what they see, half to a share `generous`. Each rater sees
    `per_rater` items at random, so an item's mean score depends on who happened to see it. The pairwise labels number
    the same as the scores and carry the same noise, but no style: only differences within one rater count.

    Args:
        items: how many, at least 3.
        strict, generous: shares of fives in (0, 1).
        per_rater: scores by each rater, at least 2.

    Raises:
        ValueError: for values outside these ranges.

    Invariant: the three agreements lie in [0, 1].
    Source: Bradley and Terry (1952) fitted by Hunter's (2004) minorization steps.
    """
    if items < 3 or per_rater < 2 or not 0 < strict < 1 or not 0 < generous < 1:
        raise ValueError(f"items = {items} (at least 3), per_rater = {per_rater} (at least 2), shares in (0, 1).")
    random = np.random.default_rng(seed)
    truth = random.normal(size=items)
    raters = 10
    shares = np.where(np.arange(raters) % 2, generous, strict)
    scores = np.full((raters, items), np.nan)
    wins = np.zeros((items, items))
    for rater, share in enumerate(shares):
        seen = random.choice(items, size=min(per_rater, items), replace=False)
        felt = truth[seen] + 0.7 * random.normal(size=len(seen))
        scores[rater, seen] = _style(felt, share)
        for _ in range(per_rater):
            one, other = random.choice(items, size=2, replace=False)
            first = truth[one] + 0.7 * random.normal() > truth[other] + 0.7 * random.normal()
            wins[(one, other) if first else (other, one)] += 1
    spread = np.nanstd(scores, axis=1, keepdims=True)
    centered = (scores - np.nanmean(scores, axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)
    ways = tuple(_mean_of_seen(table) for table in (scores, centered))
    strengths = bradley_terry_strengths(wins)
    agreement = tuple(pair_agreement(truth, way) for way in (*ways, strengths))
    fives = np.array([np.mean(row[~np.isnan(row)] == 5) for row in scores])
    return Aggregation(truth, ways[0], ways[1], strengths, (agreement[0], agreement[1], agreement[2]), fives)


def _style(felt: Float[np.ndarray, "seen"], share: float) -> Float[np.ndarray, "seen"]:
    """Scores 1 to 5 of a rater who gives a five to that share of normally distributed quality."""
    # Inverse of the normal distribution for the spread sqrt(1 + 0.7^2) of what is felt.
    grid = np.linspace(-6, 6, 4001)
    density = np.exp(-(grid**2) / 2)
    cut = float(np.interp(1 - share, np.cumsum(density) / density.sum(), grid)) * np.hypot(1, 0.7)
    return np.asarray(np.clip(np.floor(5 + (felt - cut) / 0.8), 1, 5))


def _mean_of_seen(table: Float[np.ndarray, "rater item"]) -> Float[np.ndarray, "item"]:
    """Column means of what is there; the mean of all where an item was never seen."""
    seen = ~np.isnan(table)
    overall = float(np.nanmean(table))
    means = np.where(seen, table, 0).sum(0) / np.maximum(seen.sum(0), 1)
    return np.asarray(np.where(seen.any(0), means, overall))


def bradley_terry_strengths(
    wins: Float[np.ndarray, "item item"], *, steps: int = 300, prior: float = 0.3
) -> Float[np.ndarray, "item"]:
    """Maximum-likelihood Bradley-Terry strengths (log scale, mean 0) from a table of wins.

    Hunter's step: p_i <- W_i / sum_j N_ij / (p_i + p_j), with a prior of `prior` wins each way against a dummy of
    strength 1, so that items without a win or a loss stay finite.

    Args:
        wins: wins[i, j] = how often i beat j.
        prior: above 0.

    Raises:
        ValueError: for prior <= 0.

    Invariant: an item that beat the same items more often is stronger.
    Source: Hunter (2004), Annals of Statistics 32, equation 3.
    """
    if not prior > 0:
        raise ValueError(f"prior = {prior} must be above 0.")
    games = wins + wins.T
    strength = np.ones(len(wins))
    for _ in range(steps):
        weight = (games / (strength[:, None] + strength[None, :])).sum(1) + 2 * prior / (strength + 1)
        strength = (wins.sum(1) + prior) / weight
    logs = np.log(strength)
    return np.asarray(logs - logs.mean())


def pair_agreement(truth: Float[np.ndarray, "item"], guess: Float[np.ndarray, "item"]) -> float:
    """Share of pairs of items that a guess puts in the true order; a tie counts half (Kendall's measure on [0, 1])."""
    one, other = np.triu_indices(len(truth), 1)
    product = np.sign(truth[one] - truth[other]) * np.sign(guess[one] - guess[other])
    return float(np.mean((product + 1) / 2))
