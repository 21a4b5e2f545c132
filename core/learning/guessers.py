"""Many guessers, one validation set: the best of them looks better than it is."""

from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole

MOST_GUESSERS = 10**15
MOST_POINTS = 10**6
REPEATS = 400


def best_of_guessers(m: SupportsIndex, n: SupportsIndex) -> float:
    """The expected share of right answers of the best of m guessers on n points, each right with probability 1/2.

    E[max_j S_j] / n = (1/n) Σ_{k<n} (1 - F(k)^m), with F the distribution function of a binomial(n, 1/2).

    Args:
        m: 1 to 10^15 guessers. n: 1 to 10^6 points.

    Raises:
        ValueError: for m or n out of range.

    Invariant: 1/2 for m = 1; it rises with m, to at most 1, and falls with n for a fixed m.
    """
    guessers, points = whole("m", m, 1, MOST_GUESSERS), whole("n", n, 1, MOST_POINTS)
    return float(_beyond(guessers, points).sum() / points)


def _beyond(m: int, n: int) -> Float[np.ndarray, "_"]:
    """P(max > k) for k = 0 ... n-1: 1 - (1 - S)^m with S = P(one guesser > k), without a difference of near numbers."""
    from scipy.special import bdtrc  # type: ignore[import-untyped]

    tail = bdtrc(np.arange(n, dtype=np.float64), n, 0.5)
    with np.errstate(divide="ignore"):  # a tail of 1, but for less than float64 tells, has the logarithm -inf
        return np.asarray(-np.expm1(m * np.log1p(-tail)), dtype=np.float64)


def best_of_guessers_distribution(m: SupportsIndex, n: SupportsIndex) -> Float[np.ndarray, "_"]:
    """P(the best of m guessers has k of n right) for k = 0 ... n: the differences of F(k)^m.

    Raises:
        ValueError: as `best_of_guessers`.

    Invariant: the sum is 1, and the mean divided by n is `best_of_guessers(m, n)`.
    """
    guessers, points = whole("m", m, 1, MOST_GUESSERS), whole("n", n, 1, MOST_POINTS)
    beyond = np.concatenate([[1.0], _beyond(guessers, points), [0.0]])
    return np.asarray(-np.diff(beyond), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class GuessersParams:
    """Args:
    guessers: how many try, 1 to 10,000.
    points: of the validation set, 1 to 1,000.
    test_points: of the test set, 1 to 10,000.
    seed: of the draws.
    """

    guessers: int = 100
    points: int = 50
    test_points: int = 1000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Guessing:
    """REPEATS contests: in each all guess on one validation set, and the best goes to a fresh test set.

    Args:
        validation: [repeat], the share of right answers of the best, where it was chosen.
        test: [repeat], the share of right answers of the same guesser on the test set.
        expected: the exact mean of the first.
    """

    params: GuessersParams
    validation: Float[np.ndarray, "repeat"]
    test: Float[np.ndarray, "repeat"]
    expected: float

    @property
    def checks(self) -> tuple[Check, ...]:
        """The exact expectation within the interval of what was drawn, below its bound, and the test at one half."""
        spread = float(self.validation.std(ddof=1) / np.sqrt(len(self.validation)))
        # A run of equal winners has no spread of its own: one answer more in a single contest is the least step.
        step = 1 / (self.params.points * len(self.validation))
        trials = self.params.test_points * len(self.test)
        bound = float(0.5 + np.sqrt(np.log(self.params.guessers) / (2 * self.params.points)))
        return (
            Check(
                "The exact expectation lies within the interval of the draws",
                abs(float(self.validation.mean()) - self.expected),
                4 * max(spread, step),
                "four standard errors of the mean",
            ),
            Check(
                "On new points the winner is right half of the time",
                abs(float(self.test.mean()) - 0.5),
                float(4 * 0.5 / np.sqrt(trials)),
                "four standard errors of a share of one half",
            ),
            Check(
                "The expectation stays below 1/2 + √(ln m / 2n)",
                max(self.expected - bound, 0.0),
                EPS_OF_A_SHARE,
                "the maximum of m sub-Gaussian variables",
            ),
        )


EPS_OF_A_SHARE = 4 * float(np.finfo(np.float64).eps)


def guessing(params: GuessersParams) -> Guessing:
    """Lets guessers guess: contests drawn from binomials.

    Raises:
        ValueError: for numbers out of range.

    Invariant: the same params give the same draws.
    """
    m = whole("guessers", params.guessers, 1, 10_000)
    n = whole("points", params.points, 1, 1_000)
    fresh = whole("test_points", params.test_points, 1, 10_000)
    rng = np.random.default_rng([params.seed, 2])
    best = rng.binomial(n, 0.5, size=(REPEATS, m)).max(axis=1)
    # A guesser knows nothing, so the winner's answers on the test set are new draws of the same coin.
    test = rng.binomial(fresh, 0.5, size=REPEATS)
    return Guessing(params, best / n, test / fresh, best_of_guessers(m, n))
