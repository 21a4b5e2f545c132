"""Prices of shops on few cells, where a cell is a large part of a share: by a linear program."""

import numpy as np
from jaxtyping import Float, Int

from core.transport.methods import exact

MOST_EXACT = 2_000
"""Cells with customers up to which a linear program ends the search."""

CELLS_EACH = 50
"""Cells for each shop below which a cell is too large a part of a share for steps to place it."""


def exact_prices(
    costs: Float[np.ndarray, "cell shop"], shares: Float[np.ndarray, "cell"], targets: Float[np.ndarray, "shop"]
) -> Float[np.ndarray, "shop"]:
    """The prices of the cheapest division by a linear program, its split cells given to one shop each.

    The program's own prices hold cells of several shops level, which would all be the first shop's. Of the prices that
    keep the division, v_l - v_k <= min over the cells of k of c_l - c_k, those with the most room are taken.

    Args:
        costs: c = |x - y|^2, below 4. shares: of the cells, above 0, sum 1. targets: m, sum 1.

    Invariant: prices sum to 0.
    Source: `ot.emd`; HiGHS for the room.
    """
    from scipy.optimize import linprog  # type: ignore[import-untyped]

    owner = _whole_cells(exact(shares, targets, costs).plan, targets)
    count = len(targets)
    room = np.full((count, count), np.inf)
    np.minimum.at(room, owner, costs - costs[np.arange(len(owner)), owner][:, None])
    one, other = np.nonzero(np.isfinite(room) & ~np.eye(count, dtype=bool))
    rows, tells = np.arange(len(one)), np.zeros((len(one), count + 1))
    tells[rows, other], tells[rows, one], tells[:, -1] = 1, -1, 1
    bounds = [*[(-4.0, 4.0)] * count, (0, 4.0)]
    found = linprog(-np.eye(count + 1)[-1], A_ub=tells, b_ub=room[one, other], bounds=bounds)
    if found.x is None:
        return np.zeros(count)
    prices: Float[np.ndarray, "shop"] = found.x[:-1] - found.x[:-1].mean()
    return prices


def _whole_cells(plan: Float[np.ndarray, "cell shop"], targets: Float[np.ndarray, "shop"]) -> Int[np.ndarray, "cell"]:
    """The shop of each cell: a cell that is split goes to the one of its shops that lacks most, the heaviest first."""
    owner: Int[np.ndarray, "cell"] = plan.argmax(axis=1)
    share = plan.sum(axis=1)
    split = np.flatnonzero(plan.max(axis=1) < share * (1 - 1e-9))
    lacks = targets - np.bincount(np.delete(owner, split), np.delete(share, split), minlength=len(targets))
    for cell in split[np.argsort(-share[split])]:
        owner[cell] = int(np.where(plan[cell] > share[cell] * 1e-9, lacks, -np.inf).argmax())
        lacks[owner[cell]] -= share[cell]
    return owner
