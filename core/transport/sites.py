"""What is asked of shops on a field: their places, the density of customers, and the shares that they are to have."""

import numpy as np
from jaxtyping import Float

from core.transport.problem import LARGEST, ArrayLike, UnequalMassesError, as_points, as_weights

MOST_SHOPS = 100

MOST_CELLS = 1_000_000
"""A field of 1,000 x 1,000."""

APART = 1e-9
"""Two shops at less than this distance stand in one place: rounding alone would say who of them is nearer."""

Sites = Float[np.ndarray, "shop 2"]
Shares = Float[np.ndarray, "shop"]
Field = Float[np.ndarray, "row column"]


def as_sites(sites: ArrayLike) -> Sites:
    """y, [shop 2]. Raises ValueError for shops beyond the square or in one place."""
    y = as_points("shop", sites)
    if y.shape[1] != 2 or len(y) > MOST_SHOPS:
        raise ValueError(f"the shops have the shape {y.shape}; it must be (1 to {MOST_SHOPS} shops, 2)")
    wrong = np.argwhere((y < 0) | (y > 1))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(f"shop {row + 1} has the coordinate {y[row, column]:g}; each must be from 0 to 1")
    near = np.argwhere(np.triu(np.linalg.norm(y[:, None] - y, axis=-1) < APART, k=1))
    if len(near):
        one, other = near[0] + 1
        raise ValueError(
            f"shops {one} and {other} stand in one place, so no price can part their customers; move one of them, "
            "if only a little"
        )
    return y


def as_density(density: ArrayLike) -> Field:
    """rho, [row column], with a sum of 1. Raises ValueError for what is no density, or one without customers."""
    try:
        given = np.asarray(density)
        rho = given.real.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the density must be numbers in rows of equal length: {error}") from error
    if given.dtype.kind == "c":
        raise ValueError("the density holds complex numbers; each must be a real one")
    if rho.ndim != 2 or not 1 <= rho.size <= MOST_CELLS:
        raise ValueError(f"the density has the shape {rho.shape}; it must be rows x columns, at most {MOST_CELLS:,}")
    wrong = np.argwhere(~((rho >= 0) & (rho <= LARGEST)))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(
            f"the density holds {rho[row, column]:g} in row {row}, column {column}; each cell must be finite, 0 or "
            f"more, {LARGEST:g} at most"
        )
    if not rho.any():
        raise ValueError("the density is 0 everywhere, so there are no customers; at least one cell must be above 0")
    scaled = rho / rho.max()
    shares: Field = scaled / scaled.sum()
    return shares


def as_targets(masses: ArrayLike | None, count: int, total: float) -> Shares:
    """m, [shop], with a sum of 1. Raises ValueError for a mass of 0, UnequalMassesError for another sum."""
    m = as_weights("shop", masses, count)
    if not m.all():
        place = int(np.flatnonzero(m == 0)[0])
        raise ValueError(f"shop {place + 1} is to have a mass of 0, a shop without customers; each must be above 0")
    weight = float(m.sum())
    if min(abs(weight - 1), abs(weight - total) / total) > 1e-9:
        raise UnequalMassesError(
            f"the masses of the shops sum to {weight:.10g}; they must sum to 1, as shares, or to {total:.10g}, as the "
            "density does"
        )
    shares: Shares = m / weight
    return shares
