"""Choosing a degree by validation: how often which is chosen, and how much worse it is than the best."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.learning.paths import Sets, path, price
from core.learning.polynomials import fit
from core.learning.samples import World, samples
from core.numbers import whole

VALIDATION_SIZES = (3, 5, 10, 20, 40, 80, 160)
"""Points of the validation sets whose choices are compared; each larger one begins with the smaller."""

FOLDS = 5
FIXED = 3
"""The degree that nobody chooses, by which validation is held to be right on average."""

COMPARED = 3
"""Draws whose training errors are computed again by `fit`."""


@dataclass(frozen=True, slots=True)
class SelectionParams:
    """Args:
    points: of each training set, 5 to 200.
    validation: of the validation set whose choices are counted, 1 to 200.
    highest: the largest degree that may be chosen.
    ridge: the price of a squared coefficient.
    """

    world: World = field(default_factory=World)
    points: int = 20
    validation: int = 20
    highest: int = 20
    ridge: float = 0.0
    draws: int = 200
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Selection:
    """What was chosen in each draw of training and validation set.

    Args:
        risk: [draw degree], the expected squared error on a new point: the mean of (ŷ - f)² over x, plus σ².
        chosen: [draw], the degree with the least error on `params.validation` points.
        folded: [draw], the degree that cross-validation in FOLDS folds chooses from the training points alone.
        by_size: [size draw], the degree chosen with VALIDATION_SIZES points.
        seen: [draw degree], the mean squared error on the `params.validation` points.
        apart: the largest difference between training errors here and by `fit`, as a share, over COMPARED draws.
    """

    params: SelectionParams
    risk: Float[np.ndarray, "draw degree"]
    chosen: Int[np.ndarray, "draw"]
    folded: Int[np.ndarray, "draw"]
    by_size: Int[np.ndarray, "size draw"]
    seen: Float[np.ndarray, "draw degree"]
    apart: float

    @property
    def best(self) -> Int[np.ndarray, "draw"]:
        """The degree of least expected error in each draw, which nobody knows who has only data."""
        return np.asarray(self.risk.argmin(axis=1))

    def excess(self, chosen: Int[np.ndarray, "... draw"]) -> Float[np.ndarray, "... draw"]:
        """By which factor the expected error of the chosen degree exceeds that of the best one, less 1."""
        least = self.risk.min(axis=1)
        paid = np.take_along_axis(self.risk, np.atleast_2d(chosen).T, axis=1).T.reshape(chosen.shape)
        return np.asarray(paid / least - 1)

    def counts(self, chosen: Int[np.ndarray, "draw"]) -> Int[np.ndarray, "degree"]:
        """How often each degree is chosen."""
        return np.bincount(chosen, minlength=self.risk.shape[1])

    @property
    def optimism(self) -> float:
        """How much too low the chosen degree's validation error is: the median over draws of its share of the risk."""
        rows = np.arange(len(self.chosen))
        return float(np.median(1 - self.seen[rows, self.chosen] / self.risk[rows, self.chosen]))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The batch against `fit`, and validation against the expected error where nothing is chosen."""
        fixed = min(FIXED, self.risk.shape[1] - 1)
        off = self.seen[:, fixed] - self.risk[:, fixed]
        return (
            Check("All draws at once give what `fit` gives", self.apart, 1e-8, f"training errors of {COMPARED} draws"),
            Check(
                f"Validation of degree {fixed}, which nobody chose, is right on average",
                abs(float(off.mean())),
                4 * float(off.std(ddof=1) / np.sqrt(len(off))),
                "against the expected error by quadrature, four standard errors over the draws",
            ),
        )


def selection(params: SelectionParams) -> Selection:
    """Fits all degrees to many training sets, and lets validation sets and cross-validation choose.

    Raises:
        ValueError: for numbers out of range.

    Invariant: the same params give the same choices.
    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 7.10.
    """
    points, draws = whole("points", params.points, 5, 200), whole("draws", params.draws, 2, 1000)
    size, highest = whole("validation", params.validation, 1, 200), whole("highest", params.highest, 0, 30)
    ridge = price(params.ridge)
    x, y = samples(params.world, points, draws=draws, seed=params.seed, stream=10, ends=True)
    most = max(*VALIDATION_SIZES, size)
    x_new, y_new = samples(params.world, most, draws=draws, seed=params.seed, stream=11)
    nodes, weights = params.world.nodes()
    at = np.concatenate([x, x_new, np.broadcast_to(nodes, (draws, len(nodes)))], axis=1)
    found = path(x, y, at, highest=highest, ridge=ridge)
    training = ((found[:, :, :points] - y[:, None]) ** 2).mean(axis=2)
    wrong = (found[:, :, points : points + most] - y_new[:, None]) ** 2
    off = (found[:, :, points + most :] - params.world.truth(nodes)) ** 2
    totals = wrong.cumsum(axis=2)
    return Selection(
        params=params,
        risk=off @ weights + params.world.noise**2,
        chosen=totals[:, :, size - 1].argmin(axis=1),
        folded=_folded(x, y, highest, ridge).argmin(axis=1),
        by_size=np.stack([totals[:, :, count - 1].argmin(axis=1) for count in VALIDATION_SIZES]),
        seen=totals[:, :, size - 1] / size,
        apart=max(_apart(x[draw], y[draw], training[draw], ridge) for draw in range(min(COMPARED, draws))),
    )


def _folded(x: Sets, y: Sets, highest: int, ridge: float) -> Float[np.ndarray, "draw degree"]:
    """The error of each degree by cross-validation: every point is predicted by a fit that has not seen it.

    The two points at the ends of the range are never left out: without them a fit is asked beyond its points.
    """
    total = np.zeros((len(x), highest + 1))
    for fold in range(FOLDS):
        left_out = (np.arange(x.shape[1]) % FOLDS == fold) & (np.arange(x.shape[1]) >= 2)
        found = path(x[:, ~left_out], y[:, ~left_out], x[:, left_out], highest=highest, ridge=ridge)
        total += ((found - y[:, None, left_out]) ** 2).sum(axis=2)
    return total


def _apart(
    x: Float[np.ndarray, "point"], y: Float[np.ndarray, "point"], batch: Float[np.ndarray, "degree"], ridge: float
) -> float:
    """The largest difference between the batch's training errors and those of `fit`, as a share of the first."""
    one = np.array([fit(x, y, degree=degree, ridge=ridge).error(x, y) for degree in range(len(batch))])
    return float(np.abs(one - batch).max() / one[0])
