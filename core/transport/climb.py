"""The way of the prices of shops from equal ones to those at which each shop has its share."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from core.transport.plane import NOISE, Plane
from core.transport.sites import Shares

PATIENCE = 4
"""Steps that may bring nothing better before the search ends."""

NEAR = 1e-3
"""Cells whose offers differ by at most this are the first to be looked at where a border moves."""

SURE = 12
"""Decimals of a Newton step that are kept: those behind them hang on the machine, and would decide which of two shops
has a cell at equal offers, from which the ways part."""

HALVINGS = 7
"""How often a Newton step is halved before another way is taken."""


class Climb:
    """The way of the prices from equal ones to those at which each shop has its share."""

    def __init__(self, plane: Plane, targets: Shares) -> None:
        self.plane, self.targets = plane, targets

    def off(self, prices: Shares) -> float:
        """Sum of |gap|."""
        return float(np.abs(self.plane.shares(prices) - self.targets).sum())

    def value(self, prices: Shares) -> float:
        """g(v)."""
        return float(self.targets @ prices) + self.plane.found(prices)[1]

    def settled(self, prices: Shares) -> bool:
        """Whether every shop has customers and none is off by more than the heaviest cell."""
        shares = self.plane.shares(prices)
        return bool(shares.all() and np.abs(shares - self.targets).max() <= self.plane.density.max() + NOISE)

    def steps(self, most: int) -> Iterator[Shares]:
        """The prices after each step, until none helps or PATIENCE of them have brought nothing better."""
        prices, best, since = np.zeros(len(self.targets)), np.inf, 0
        for _ in range(most):
            found = self._next(prices)
            if found is None or since > PATIENCE:
                return
            prices = found - found.mean()
            yield prices
            off = self.off(prices)
            best, since = (off, 0) if off < best - NOISE else (best, since + 1)

    def _next(self, prices: Shares) -> Shares | None:
        start = self.plane.rivals(prices)
        if self.settled(prices):
            return None
        shares, gap = start.shares, start.shares - self.targets
        off, laplacian = float(np.abs(gap).sum()), self.plane.laplacian(start.owner)
        found = self._newton(prices, laplacian, gap) if shares.all() else None
        if found is not None:
            return found
        tried = []
        for group in _groups(laplacian, gap):
            tried.append(self._leveled(group, prices))
            if self.off(tried[-1]) < off - NOISE:
                return tried[-1]
        # Sums of |gap| can be level where g still rises: between islands, and while shops have no customers.
        higher = max(tried, key=self.value)
        return higher if self.value(higher) > self.value(prices) + NOISE else None

    def _newton(self, prices: Shares, laplacian: np.ndarray, gap: Shares) -> Shares | None:
        """A step along L d = -gap, halved until the gaps shrink and all shops keep customers; None where none does."""
        off = float(np.abs(gap).sum())
        move = np.round(np.linalg.lstsq(laplacian, -gap, rcond=1e-10)[0], SURE)
        for halved in range(HALVINGS):
            part = 0.5**halved
            candidate: Shares = prices + part * move
            shares = self.plane.shares(candidate)
            if shares.all() and float(np.abs(shares - self.targets).sum()) < (1 - part / 4) * off:
                return candidate
        return None

    def _leveled(self, group: np.ndarray, prices: Shares) -> Shares:
        """The prices with those of a group moved together to where the group's share is nearest to its target.

        Along this line g is concave, and this is its top.
        """
        rise = _rise(*self.plane.margins(group, prices), float(self.targets[group].sum()))
        moved: Shares = prices + group * rise
        return moved


def _rise(margins: np.ndarray, shares: np.ndarray, wanted: float) -> float:
    """By how much prices rise so that cells up to there sum nearest to a share: between two margins, or 0.

    A border cannot run between cells of one margin, and both sides keep a cell. Of all cells those near a margin of 0
    are sorted, as far on both sides as the border lies for sure.
    """
    near = NEAR
    while True:
        within = np.flatnonzero(np.abs(margins) <= near)
        order = within[np.argsort(margins[within])]
        ends = np.flatnonzero(np.diff(margins[order]) > 0)
        sums = float(shares[margins < -near].sum()) + np.cumsum(shares[order])[ends]
        every = len(within) == len(margins)
        if every or (len(ends) and sums[0] <= wanted <= sums[-1]):
            break
        near *= 8
    if not len(ends):
        return 0.0
    best = ends[np.abs(sums - wanted).argmin()]
    return float(margins[order[best]] + margins[order[best + 1]]) / 2


def _groups(laplacian: np.ndarray, gap: Shares) -> list[np.ndarray]:
    """Groups of shops whose prices may be moved together: islands without a common border, then each shop alone."""
    count, island = connected_components(laplacian != 0, directed=False)
    islands = [island == place for place in range(count)] if count > 1 else []
    alone = [np.arange(len(gap)) == shop for shop in np.argsort(-np.abs(gap))]
    groups = {group.tobytes(): group for group in [*islands, *alone]}
    return [group for group in groups.values() if abs(gap[group].sum()) > NOISE]
