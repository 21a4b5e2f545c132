"""The perceptron: it turns its weights at each mistake, and a margin bounds how often."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check

Rows = Float[np.ndarray, "point d"]
Signs = Float[np.ndarray, " point"]
Vector = Float[np.ndarray, " d"]


@dataclass(frozen=True, eq=False)
class PerceptronRun:
    """What the perceptron did with labeled points.

    Args:
        x: [point d]. y: [point], +1 or -1.
        path: [mistake+1 d], the weights at the start and after each mistake.
        wrong: [mistake], the point that each mistake was made on.
        passes: how often the data were gone through, the last time included.
        converged: whether the last pass made no mistake.
    """

    x: Rows
    y: Signs
    path: Float[np.ndarray, "step d"]
    wrong: Int[np.ndarray, " mistake"]
    passes: int
    converged: bool

    @property
    def mistakes(self) -> int:
        """How many updates were made."""
        return len(self.wrong)

    @property
    def weights(self) -> Vector:
        """The weights at the end, [d]."""
        return np.asarray(self.path[-1])

    @cached_property
    def radius(self) -> float:
        """R = max |x|, the length of the longest point, a column of ones included; in the unit of x."""
        scale = _power_of_two(self.x)
        return float(np.sqrt(((self.x / scale) ** 2).sum(axis=1)).max() * scale)

    @cached_property
    def separator(self) -> Vector:
        """The unit vector w of the widest margin; zeros where no separator through 0 exists."""
        return widest_margin(self.x, self.y)

    @cached_property
    def margin(self) -> float:
        """γ = min y w·x / |w| for that separator, in the unit of x; 0 where there is none."""
        return max(0.0, float((self.y * (self.x @ self.separator)).min()))

    @property
    def bound(self) -> float:
        """(R / γ)², which the mistakes never exceed (Novikoff 1962); infinite where no separator exists.

        It is rounded up by what rounding of R and γ may have taken, since data
        exist whose mistakes are exactly (R / γ)².
        """
        if self.margin == 0:
            return float("inf")
        rounding = 8 * (self.x.shape[1] + 2) * float(np.finfo(float).eps)
        return float((self.radius / self.margin) ** 2 * (1 + rounding))

    @property
    def checks(self) -> tuple[Check, ...]:
        """Novikoff's bound, and that the weights are the sum of the points the run was wrong on."""
        told = self.y[self.wrong, None] * self.x[self.wrong]
        size = float(np.finfo(float).eps * (self.mistakes + 1) * np.abs(told).sum(initial=0.0))
        gap = float(np.abs(told.sum(axis=0) - self.weights).max())
        return (
            Check("Mistakes within Novikoff's bound", float(self.mistakes), self.bound, "(R / γ)²"),
            Check("Weights are the sum of y x over the mistakes", gap, size, "rounding of that sum"),
        )


def perceptron(x: np.ndarray, y: np.ndarray, *, passes: int = 1000) -> PerceptronRun:
    """Rosenblatt's perceptron: w = 0; for each point in turn, where y w·x <= 0, w += y x.

    Args:
        x: [point d], finite. There is no bias: a separator goes through 0 unless a column of ones is given.
        y: [point], each +1 or -1.
        passes: how often the data are gone through at most, at least 1.

    Raises:
        ValueError: for points that are no finite table with a row and a column, labels other than ±1 or of another
            number, or passes below 1.

    Invariant: with a margin γ > 0, mistakes <= (R / γ)² (Novikoff 1962), and the run converges if passes allow.
    """
    points, signs = checked(x, y)
    if isinstance(passes, bool) or passes != int(passes) or passes < 1:
        raise ValueError(f"passes = {passes} must be a whole number of at least 1.")
    # The rule only asks for signs: points scaled by a power of two make the same mistakes, and do not overflow.
    scale = _power_of_two(points)
    signed = signs[:, None] * (points / scale)
    path, done, converged = [np.zeros(points.shape[1])], 0, False
    wrong: list[int] = []
    while done < passes and not converged:
        before, at = len(wrong), 0
        while at < len(signed):
            missed = np.flatnonzero(signed[at:] @ path[-1] <= 0)
            if len(missed) == 0:
                break
            at += int(missed[0])
            path.append(path[-1] + signed[at])
            wrong.append(at)
            at += 1
        done, converged = done + 1, len(wrong) == before
    return PerceptronRun(points, signs, np.stack(path) * scale, np.array(wrong, dtype=int), done, converged)


def widest_margin(x: np.ndarray, y: np.ndarray) -> Vector:
    """The unit vector w whose smallest y w·x is largest: the hard-margin separator through 0; zeros where none exists.

    It solves min |w|² with y w·x >= 1 as the least-distance problem of Lawson and Hanson (1974, chapter 23), by
    non-negative least squares.

    Args:
        x: [point d]. y: [point], each +1 or -1.

    Raises:
        ValueError: as for `perceptron`.

    Invariant: zeros, or each y w·x > 0 and |w| = 1.
    """
    from scipy.optimize import nnls  # type: ignore[import-untyped]

    points, signs = checked(x, y)
    scale = _power_of_two(points)
    signed = signs[:, None] * (points / scale)
    rows = np.vstack([signed.T, np.ones(len(signed))])
    target = np.append(np.zeros(points.shape[1]), 1.0)
    found, _ = nnls(rows, target, maxiter=100 * len(signed) + 1000)
    residual = rows @ found - target
    direction = residual[:-1]
    length = float(np.linalg.norm(direction))
    none = np.zeros(points.shape[1])
    if length == 0:
        return none
    unit = direction / length
    return np.asarray(unit) if float((signed @ unit).min()) > 0 else none


def checked(x: np.ndarray, y: np.ndarray) -> tuple[Rows, Signs]:
    """Points and labels as numbers; raises ValueError where they are none, with the value and what is allowed."""
    try:
        points, signs = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"x and y must be tables of numbers: {error}") from error
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(f"x of shape {points.shape} must be a table with a row and a column at least.")
    if not np.isfinite(points).all():
        raise ValueError("x holds a value that is not finite; all must be finite numbers.")
    if signs.shape != points.shape[:1]:
        raise ValueError(f"y of shape {signs.shape} must hold one label for each of the {len(points)} points.")
    strange = signs[~np.isin(signs, (-1.0, 1.0))]
    if len(strange):
        raise ValueError(f"y holds {strange[0]:g}; each label must be +1 or -1.")
    return points, signs


def _power_of_two(x: Rows) -> float:
    """The power of two just below the largest coordinate; 1 where all are 0."""
    largest = float(np.abs(x).max())
    return float(2.0 ** np.floor(np.log2(largest))) if largest > 0 else 1.0
