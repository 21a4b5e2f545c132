"""Least squares with Legendre polynomials: empirical risk minimization in closed form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float
from numpy.polynomial import legendre

from core.checks import Check
from core.learning.arguments import ArrayLike, Vector, pair, real, vector
from core.numbers import whole

HIGHEST_DEGREE = 1000
"""Beyond it the table of polynomials grows out of hand; Legendre's recurrence itself stays accurate within [-1, 1]."""

EPS = float(np.finfo(np.float64).eps)

APART = 1e-6
"""Columns of which no combination is shorter than this, beside the longest, are told apart surely."""
MOST_TRIED = 40


@dataclass(frozen=True, eq=False)
class Fit:
    """ŷ(x) = Σ_k c_k P_k(t), with t the place of x between the ends of the training points, which lie at -1 and 1.

    Args:
        coefficients: [degree+1], c_k in the unit of y.
        low, high: the ends, in the unit of x.
        exponent: x is divided by 2 to this power before anything else, so that no difference leaves float64.
        ridge: the price of a squared coefficient.
        interpolates: whether there are as many free coefficients as places of points, and no price on them: the curve
            then goes through the mean of the points at each place, whatever they are.
    """

    coefficients: Float[np.ndarray, "_"]
    low: float
    high: float
    exponent: int
    ridge: float
    interpolates: bool

    @property
    def degree(self) -> int:
        """The degree that was asked for."""
        return len(self.coefficients) - 1

    def predict(self, x: ArrayLike) -> Vector:
        """ŷ at the places x: [place] -> [place]. Beyond the training points the polynomial goes on.

        Raises:
            ValueError: for places that are no finite numbers.

        Invariant: a value too large for float64 is inf of the right sign, never NaN.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            t = _between(np.ldexp(vector("x", x, least=0), -self.exponent), self.low, self.high)
            values: Vector = legendre.legval(t, self.coefficients)
        lost = ~np.isfinite(values)
        if lost.any():
            values[lost] = self._far(t[lost])
        return values

    def _far(self, t: Vector) -> Vector:
        """The sign of the leading term, times infinity."""
        leading = np.flatnonzero(self.coefficients)[-1]
        sign = np.sign(self.coefficients[leading]) * np.sign(t) ** leading
        return np.asarray(sign * np.inf, dtype=np.float64)

    def error(self, x: ArrayLike, y: ArrayLike) -> float:
        """The mean of (y - ŷ)² over points, in the squared unit of y; inf where it leaves float64.

        Raises:
            ValueError: for no points, unequal numbers of x and y, or values that are no finite numbers.
        """
        places, values = pair(x, y)
        with np.errstate(over="ignore"):
            return float(np.mean((values - self.predict(places)) ** 2))


def fit(x: ArrayLike, y: ArrayLike, *, degree: SupportsIndex, ridge: float = 0.0) -> Fit:
    """The polynomial of least empirical risk: min over c of Σ_i (y_i - ŷ(x_i))² + ridge Σ_{k≥1} c_k².

    P_k is Legendre's polynomial of degree k, of t = -1 at the smallest x and 1 at the largest. The constant c_0 has no
    price. Where the points leave coefficients free and ridge is 0, the solution of least Σ_k c_k² is taken.

    Args:
        x, y: [point], two points or more, at least two places.
        degree: 0 to 1,000.
        ridge: 0 or more.

    Raises:
        ValueError: for fewer than two points, equal x, unequal numbers of x and y, values that are no finite numbers,
            and a degree or a ridge out of range.

    Invariant: without ridge the mean squared error on x, y never rises with the degree.
    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, sections 3.2 and 3.4.1.
    """
    places, values = pair(x, y, least=2)
    top, price = whole("degree", degree, 0, HIGHEST_DEGREE), real("ridge", ridge, 0.0)
    scaled, exponent = _scaled(places)
    low, high = float(scaled.min()), float(scaled.max())
    if low == high:
        raise ValueError(f"all x are {places[0]:g}; there must be at least two places")
    t = _between(scaled, low, high)
    unit, size = _scaled(values)
    distinct = len(np.unique(scaled))
    table = legendre.legvander(t, top)
    solution = _with_price(table, unit, price) if price else _free(table, t, unit, distinct)
    with np.errstate(over="ignore"):
        coefficients = np.ldexp(solution, size)
    interpolates = price == 0 and top + 1 >= distinct
    return Fit(coefficients, low, high, exponent, price, interpolates)


def _scaled(values: Vector) -> tuple[Vector, int]:
    """Values divided by a power of two, so that the largest lies within 0.5 and 1, and that power."""
    exponent = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -exponent), exponent


def _between(x: Vector, low: float, high: float) -> Vector:
    """t = -1 at low and 1 at high, exactly."""
    return np.asarray(((x - low) - (high - x)) / (high - low), dtype=np.float64)


def _free(table: Float[np.ndarray, "point k"], t: Vector, y: Vector, distinct: int) -> Vector:
    """The solution of least squares, and of least norm where there are several.

    Where points crowd at one end, columns are alike but for rounding, and a solution in all of them may miss the points
    by more than one in fewer. That one, with zeros behind it, is in the same class, and is taken.
    """
    best: Vector | None = None
    least = np.inf
    for columns in range(table.shape[1], max(table.shape[1] - MOST_TRIED, 0), -1):
        found, _, _, size = np.linalg.lstsq(table[:, :columns], y, rcond=None)
        # As it will be told: with large coefficients the sum of the table's columns rounds elsewhere.
        missed = float(np.mean((y - legendre.legval(t, found)) ** 2))
        # Not for a gain that is rounding itself: of two that go through all points, the one of least norm stays.
        if best is None or missed < least - EPS:
            best, least = np.append(found, np.zeros(table.shape[1] - columns)), missed
        if size[min(columns, distinct) - 1] > APART * size[0]:
            break
    return np.asarray(best)


def _with_price(table: Float[np.ndarray, "point _"], y: Vector, ridge: float) -> Vector:
    """The ridge solution through the singular values s of the centered table: c = V s / (s² + ridge) Uᵀ y.

    Centering takes the constant out, which has no price. Directions below rounding carry nothing but rounding.
    """
    means = table[:, 1:].mean(axis=0)
    left, s, right = np.linalg.svd(table[:, 1:] - means, full_matrices=False)
    known = s > EPS * max(table.shape) * s.max(initial=0.0)
    with np.errstate(over="ignore"):
        shrunk = np.divide(s, s**2 + ridge, out=np.zeros_like(s), where=known)
    slopes = right.T @ (shrunk * (left.T @ (y - y.mean())))
    return np.concatenate([[y.mean() - means @ slopes], slopes])


def normal_equations(found: Fit, x: ArrayLike, y: ArrayLike) -> Check:
    """Aᵀ(y - A c) = ridge D c at the least empirical risk: its gradient is 0 there, within rounding.

    Args:
        found: a fit. x, y: [point], the points it was fitted to.

    The bound is the rounding of the products: eps (n + p) |A| (|A| |c| + |y|) for n points and p coefficients, and eps
    p ridge |c|, with Frobenius norms. Both are in a unit between the largest |y| and twice that, so that no square
    leaves float64.
    """
    places, values = pair(x, y)
    values, size = _scaled(values)
    table = legendre.legvander(_between(np.ldexp(places, -found.exponent), found.low, found.high), found.degree)
    c = np.ldexp(found.coefficients, -size)
    priced = found.ridge * np.concatenate([[0.0], c[1:]])
    gradient = table.T @ (values - table @ c) - priced
    reach = np.linalg.norm(table) * (np.linalg.norm(table) * np.linalg.norm(c) + np.linalg.norm(values))
    bound = EPS * sum(table.shape) * float(reach + found.ridge * np.linalg.norm(c))
    return Check(
        "The slope of the empirical risk is 0",
        float(np.abs(gradient).max()),
        bound,
        "Aᵀ(y − Ac) − λc, for the largest |y| near 1",
    )


def never_rises(fits: Sequence[Fit], x: ArrayLike, y: ArrayLike) -> Check:
    """What is minimized never rises with the degree, since a fit of a higher one could repeat the one before.

    Args:
        fits: of one ridge, their degrees ascending. x, y: [point], the points they were fitted to.

    What is minimized is Σ(y - ŷ)² / n + ridge Σ_{k≥1} c_k² / n. A least-squares solution in floating point is that of a
    table off by 2 eps (n + p) |A|, which moves ŷ by no more than that times |c|. All of it is in a unit between the
    largest |y| and twice that, so that no square leaves float64.
    """
    places, values = pair(x, y)
    values, size = _scaled(values)
    risks, slack = np.zeros(len(fits)), np.zeros(len(fits))
    for place, found in enumerate(fits):
        c, p = np.ldexp(found.coefficients, -size), found.degree + 1
        error = replace(found, coefficients=c).error(places, values)
        risks[place] = error + found.ridge * float((c[1:] ** 2).sum()) / len(values)
        moved = 2 * EPS * (len(values) + p) * np.sqrt(p) * float(np.linalg.norm(c))
        slack[place] = 2 * np.sqrt(error) * moved + moved**2 + 4 * EPS * (len(values) + p) * risks[place]
    over = np.diff(risks) - slack[1:] - slack[:-1]
    worst = int(over.argmax())
    bound = float(slack[worst] + slack[worst + 1])
    return Check("Training error never rises with the degree", max(float(np.diff(risks)[worst]), 0.0), bound,
                 "the step that comes closest to its bound, by the solutions' rounding; |y| at most 1")  # fmt: skip
