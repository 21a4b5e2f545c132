"""Both ways to classify on handwritten digits, as recorded: errors over the number of samples, and the densities."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check
from core.learning.classifiers import NaiveBayes

DIGITS = "learning/digits.npz"

PER_CLASS = (1, 2, 3, 5, 10, 20, 40, 80)
DIGIT_DRAWS = 20
FLOOR = 0.01
"""Added to the variance of each pixel, of which 0 is white and 1 black: many pixels never change within a class."""


@dataclass(frozen=True, eq=False)
class DigitRuns:
    """Errors on digits, and densities of all of them.

    Args:
        generative, discriminative: [size draw], the share of wrong answers on 597 digits, for PER_CLASS samples of each
            of the ten classes.
        means, variances: [class pixel], of the 1,200 digits that samples are taken from, with the floor.
        factors: [class pixel pixel], L with LLᵀ the full covariance of a class, with the floor on its diagonal.
    """

    generative: Float[np.ndarray, "size draw"]
    discriminative: Float[np.ndarray, "size draw"]
    means: Float[np.ndarray, "class pixel"]
    variances: Float[np.ndarray, "class pixel"]
    factors: Float[np.ndarray, "class pixel pixel"]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The full covariances hold the variances of the single pixels on their diagonals."""
        diagonal = np.einsum("cij,cij->ci", self.factors, self.factors)
        off = float(np.abs(diagonal - self.variances).max())
        bound = 64 * float(np.finfo(np.float64).eps) * float(self.variances.max())
        return (Check("The diagonal of LLᵀ is the variance of each pixel", off, bound, "64 eps times the largest"),)

    def drawn(self, *, whole: bool, seed: int) -> Float[np.ndarray, "class 8 8"]:
        """One new digit of each class, drawn from its density, and cut to the range of pixels.

        Args:
            whole: from the full covariance, where neighboring pixels go together; else from independent pixels.
        """
        if not whole:
            even = np.full(len(self.means), 1 / len(self.means))
            found = NaiveBayes(self.means, self.variances, even).of_each_class(seed=seed)
        else:
            noise = np.random.default_rng([seed, 41]).standard_normal(self.means.shape)
            found = self.means + np.einsum("cij,cj->ci", self.factors, noise)
        return np.clip(found, 0.0, 1.0).reshape(-1, 8, 8)


@functools.cache
def recorded_digits() -> DigitRuns:
    """The recorded runs on digits.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record learning digits`; the digits are scikit-learn's, from the UCI Optical
        Recognition of Handwritten Digits; the discriminative side is its LogisticRegression with C = 10.
    """
    return kept(DIGITS, DigitRuns)
