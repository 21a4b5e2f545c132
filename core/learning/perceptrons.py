"""The perceptron: it turns its weights at each mistake, and a margin bounds how often."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.learning.arguments import numbers
from core.numbers import whole

Rows = Float[np.ndarray, "point d"]
Signs = Float[np.ndarray, " point"]
Vector = Float[np.ndarray, " d"]
Shares = Float[np.ndarray, "_"]

EPS, TINY = float(np.finfo(float).eps), float(np.finfo(float).tiny)

MOST_PASSES = 10**9


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
        return self._lengths[0] * _power_of_two(self.x)

    @cached_property
    def separator(self) -> Vector:
        """The unit vector w of the widest margin; zeros where no separator through 0 exists.

        Where the widest is lost in rounding, beside points more than 10¹⁵ times as long, it is the run's own.
        """
        found = widest_margin(self.x, self.y)
        if found.any() or not self.converged:
            return found
        own = self.weights / _power_of_two(self.weights[None])
        return np.asarray(own / np.linalg.norm(own))

    @cached_property
    def margin(self) -> float:
        """γ = min y w·x / |w| for that separator, in the unit of x; 0 where there is none."""
        return self._lengths[1] * _power_of_two(self.x)

    @cached_property
    def _lengths(self) -> tuple[float, float]:
        """R and γ in a unit in which neither leaves float64."""
        points = self.x / _power_of_two(self.x)
        radius = float(np.sqrt((points**2).sum(axis=1)).max())
        return radius, max(0.0, float((self.y * (points @ self.separator)).min()))

    @property
    def bound(self) -> float:
        """(R / γ)², which the mistakes never exceed (Novikoff 1962); infinite where no separator exists.

        It is rounded up by what rounding of R and γ may have taken, since data exist whose mistakes are exactly
        (R / γ)².
        """
        radius, margin = self._lengths
        if margin == 0:
            return float("inf")
        rounding = 8 * (self.x.shape[1] + 2) * EPS
        return float((radius / margin) ** 2 * (1 + rounding))

    @property
    def checks(self) -> tuple[Check, ...]:
        """Novikoff's bound, and that the weights are the sum of the points the run was wrong on."""
        told = self.y[self.wrong, None] * self.x[self.wrong]
        size = float(EPS * (self.mistakes + 1) * np.abs(told).sum(initial=0.0))
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
            number, or passes that are no whole number of 1 to 10⁹.

    Invariant: with a margin γ > 0, mistakes <= (R / γ)² (Novikoff 1962), and the run converges if passes allow.
    """
    points, signs = checked(x, y)
    passes = whole("passes", passes, 1, MOST_PASSES)
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
    with np.errstate(over="ignore"):
        weights = np.stack(path) * scale
    return PerceptronRun(points, signs, weights, np.array(wrong, dtype=int), done, converged)


def widest_margin(x: np.ndarray, y: np.ndarray) -> Vector:
    """The unit vector w whose smallest y w·x is largest: the hard-margin separator through 0; zeros where none exists.

    It points to the point of least length in the convex hull of all y x, whose length is the margin. Wolfe's method
    tells which points carry that hull's nearest face; what they have in common is then taken from a QR factorization
    of their differences, so that a margin keeps its digits however small it is beside the points.

    Args:
        x: [point d]. y: [point], each +1 or -1.

    Raises:
        ValueError: as for `perceptron`.

    Invariant: zeros, or each y w·x > 0 and |w| = 1.
    Source: Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11 (1976).
    """
    points, signs = checked(x, y)
    signed = signs[:, None] * (points / _power_of_two(points))
    rows = signed[_nearest_face(signed)]
    facing = rows[0]
    if len(rows) > 1:
        along = np.linalg.qr((rows[1:] - rows[0]).T)[0]
        # Twice: what rounding leaves of the first is taken off by the second.
        facing = facing - along @ (along.T @ facing)
        facing = facing - along @ (along.T @ facing)
    length = float(np.linalg.norm(facing))
    rounding = 4 * signed.shape[1] * EPS * float(np.linalg.norm(rows, axis=1).min())
    if length <= rounding or float((signed @ facing).min()) <= 0:
        return np.zeros(points.shape[1])
    return np.asarray(facing / length)


def _nearest_face(rows: Rows) -> list[int]:
    """Which rows span the face of their convex hull that holds its point nearest to 0."""
    squares = (rows**2).sum(axis=1)
    reach = float(np.sqrt(squares.max()))
    face, shares = [int(squares.argmin())], np.ones(1)
    point = rows[face[0]]
    while True:
        there = rows @ point
        least = int(there.argmin())
        length = float(np.linalg.norm(point))
        if least in face or there[least] >= length**2 - 8 * EPS * reach * length:
            return face
        grown, found = _within(rows, [*face, least], np.append(shares, 0.0))
        nearer = found @ rows[grown]
        if float(np.linalg.norm(nearer)) >= length:
            return face
        face, shares, point = grown, found, nearer


def _within(rows: Rows, face: list[int], shares: Shares) -> tuple[list[int], Shares]:
    """The point nearest to 0 of what the rows span, as shares of them; rows whose share would be negative are left."""
    while True:
        along = (rows[face[1:]] - rows[face[0]]).T
        rest = np.linalg.lstsq(along, -rows[face[0]], rcond=None)[0]
        wanted = np.append(1 - rest.sum(), rest)
        out = wanted <= 0
        if not out.any() or len(face) == 1:
            return face, wanted
        # On the way from the shares to the wanted ones, up to where the first of them is 0.
        steps = np.where(out, shares / np.where(out, np.maximum(shares - wanted, TINY), 1.0), np.inf)
        step = min(1.0, float(steps.min()))
        kept = steps > step
        shares = (shares + step * (wanted - shares))[kept]
        face = [row for row, keep in zip(face, kept.tolist(), strict=True) if keep]


def checked(x: np.ndarray, y: np.ndarray) -> tuple[Rows, Signs]:
    """Points and labels as numbers; raises ValueError where they are none, with the value and what is allowed."""
    points, signs = numbers("x", x), numbers("y", y)
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
