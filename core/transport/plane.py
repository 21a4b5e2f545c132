"""A field of customers at some prices: the shop of each cell, and what a change of prices would change."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.transport.sites import Field, Shares, Sites

MOST_KEPT = 4_000_000
"""Squared distances that are kept for all steps; of a larger field they are computed anew each time."""

NOISE = 1e-12
"""Sums of a million shares that differ by less differ by rounding alone."""

Owners = Int[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class Moment:
    """The field as it is divided at some prices.

    Args:
        prices: v, [shop]. assignment: [row column], the shop of each cell. masses: [shop], their shares.
        way: sum of rho |x - y|^2, the mean squared way of a customer to the own shop.
    """

    prices: Shares
    assignment: Owners
    masses: Shares
    way: float


@dataclass(frozen=True, eq=False)
class Rivals:
    """The best and the next best offer at some prices.

    Args:
        owner: the shop of each cell. lowest, second: its offer and the next best, |x - y|^2 - v.
        slack: [cell], how far the next best is from the best, row by row.
        shares: [shop]. paid: sum of rho times the lowest offer.
    """

    prices: Shares
    owner: Owners
    lowest: Field
    second: Field
    slack: Float[np.ndarray, "cell"]
    shares: Shares
    paid: float


class Plane:
    """A field of customers and the squared distances of its rows and columns to each shop."""

    def __init__(self, sites: Sites, density: Field) -> None:
        self.sites, self.density = sites, density
        rows, columns = ((np.arange(n) + 0.5) / n for n in density.shape)
        self.down = (rows - sites[:, :1]) ** 2
        self.across = (columns - sites[:, 1:]) ** 2
        small = len(sites) * density.size <= MOST_KEPT
        self._squared = self.down[:, :, None] + self.across[:, None] if small else None
        self._turned = np.ascontiguousarray(density.T)
        self._filled = None if (density > 0).all() else density > 0
        self._last: Rivals | None = None
        self._found = dict[bytes, tuple[Shares, float]]()
        self._seen = dict[bytes, tuple[Shares, float]]()

    def owners(self, prices: Shares) -> tuple[Owners, Field]:
        """The first shop with the least |x - y|^2 - v for each cell, and that least."""
        lowest = self._offer(0, prices)
        owner = np.zeros(lowest.shape, dtype=np.int64)
        for shop in range(1, len(prices)):
            offer = self._offer(shop, prices)
            np.copyto(owner, shop, where=offer < lowest)
            np.minimum(lowest, offer, out=lowest)
        return owner, lowest

    def _offer(self, shop: int, prices: Shares) -> Field:
        squared = self.down[shop][:, None] + self.across[shop] if self._squared is None else self._squared[shop]
        offer: Field = squared - prices[shop]
        return offer

    def _squared_at(self, cells: np.ndarray) -> Float[np.ndarray, "shop cell"]:
        """|x - y|^2 of some cells, counted row by row."""
        if self._squared is not None:
            kept: np.ndarray = self._squared.reshape(len(self.sites), -1)
            return np.asarray(kept.take(cells, axis=1))
        row, column = np.divmod(cells, self.density.shape[1])
        return np.asarray(self.down[:, row] + self.across[:, column])

    def costs(self, cells: np.ndarray) -> Float[np.ndarray, "cell shop"]:
        """|x - y|^2 of some cells to each shop."""
        return np.asarray((self.down[:, :, None] + self.across[:, None])[:, cells].T)

    def divided(self, prices: Shares) -> tuple[Owners, Field, Shares]:
        """`owners`, and the share of each shop."""
        owner, lowest = self.owners(prices)
        return owner, lowest, np.bincount(owner.ravel(), self.density.ravel(), minlength=len(prices))

    def moment(self, prices: Shares) -> Moment:
        """The division at some prices. The way is the sum of all offers, with what the prices took off them."""
        owner, lowest, shares = self.divided(prices)
        return Moment(prices, owner, shares, float(np.vdot(self.density, lowest) + shares @ prices))

    def reached(self, prices: Shares) -> tuple[Shares, float]:
        """The share of each shop and the way of `moment`, from `rivals` where they have looked at these prices."""
        shares, paid = self._seen.get(prices.tobytes(), (None, 0.0))
        if shares is None:
            _, lowest, shares = self.divided(prices)
            paid = float(np.vdot(self.density, lowest))
        return shares, paid + float(shares @ prices)

    def rivals(self, prices: Shares) -> Rivals:
        """The best and the next best offer for each cell: from here `found` looks at prices nearby."""
        last = self._last
        if last is None or last.prices.tobytes() != prices.tobytes():
            lowest, second = self._offer(0, prices), np.full(self.density.shape, np.inf)
            owner = np.zeros(lowest.shape, dtype=np.int64)
            for shop in range(1, len(prices)):
                offer = self._offer(shop, prices)
                np.minimum(second, np.maximum(offer, lowest), out=second)
                np.copyto(owner, shop, where=offer < lowest)
                np.minimum(lowest, offer, out=lowest)
            shares = np.bincount(owner.ravel(), self.density.ravel(), minlength=len(prices))
            slack, paid = (second - lowest).ravel(), float(np.vdot(self.density, lowest))
            self._last = last = Rivals(prices, owner, lowest, second, slack, shares, paid)
            self._found[prices.tobytes()] = self._seen[prices.tobytes()] = last.shares, last.paid
        return last

    def found(self, prices: Shares) -> tuple[Shares, float]:
        """The share of each shop and the sum of rho min(|x - y|^2 - v), kept for all prices that were asked for.

        Only cells whose next best offer is near may have changed hands since the last `rivals`.
        """
        known = self._found.get(prices.tobytes())
        if known is None:
            known = self._found[prices.tobytes()] = self._nearby(prices)
        return known

    def _nearby(self, prices: Shares) -> tuple[Shares, float]:
        last = self._last
        if last is None:
            start = self.rivals(prices)
            return start.shares, start.paid
        rise = prices - last.prices
        cells = np.flatnonzero(last.slack <= np.ptp(rise) + NOISE)
        if len(cells) > self.density.size / len(prices):
            _, lowest, shares = self.divided(prices)
            return shares, float(np.vdot(self.density, lowest))
        offers = self._squared_at(cells) - prices[:, None]
        rho, count = self.density.ravel()[cells], len(prices)
        owner = offers.argmin(axis=0)
        kept = last.shares - np.bincount(last.owner.ravel()[cells], rho, minlength=count)
        gained = offers[owner, np.arange(len(owner))] - last.lowest.ravel()[cells]
        return kept + np.bincount(owner, rho, minlength=count), last.paid - float(kept @ rise) + float(rho @ gained)

    def shares(self, prices: Shares) -> Shares:
        """The share of each shop."""
        return self.found(prices)[0]

    def laplacian(self, owner: Owners) -> Float[np.ndarray, "shop shop"]:
        """How the shares change with the prices, estimated where neighboring cells have different shops.

        Between k and l the difference of offers has the slope g = 2 (y_l - y_k) / n along each axis of n cells. A
        border of density rho and length s shifts by 1 / |g|, and is crossed by s |g_a| / |g| pairs of neighbors along
        axis a: so each pair counts rho |g_a| / |g|^2.
        """
        count = len(self.sites)
        apart = 2 * np.abs(self.sites[:, None] - self.sites) / np.array(self.density.shape)
        squared = (apart**2).sum(axis=-1)
        np.fill_diagonal(squared, 1.0)
        joined = np.zeros((count, count))
        for axis, owners, density in ((0, owner, self.density), (1, np.ascontiguousarray(owner.T), self._turned)):
            last = density.size - density.shape[1]
            shop, rho, below = owners.ravel(), density.ravel(), density.shape[1]
            border = np.flatnonzero(shop[:last] != shop[below:])
            pairs = np.bincount(
                shop[border] * count + shop[border + below], (rho[border] + rho[border + below]) / 2, minlength=count**2
            ).reshape(count, count)
            joined += (pairs + pairs.T) * apart[..., axis] / squared
        laplacian: Float[np.ndarray, "shop shop"] = np.diag(joined.sum(axis=1)) - joined
        return laplacian

    def margins(self, group: np.ndarray, prices: Shares) -> tuple[np.ndarray, np.ndarray]:
        """By how much the prices of a group must rise until each cell is the group's, and the shares of the cells.

        Cells without customers are left out.
        """
        inside, outside = self._sides(np.flatnonzero(group), group, prices)
        margins = inside - outside
        if self._filled is None:
            return margins.ravel(), self.density.ravel()
        return margins[self._filled], self.density[self._filled]

    def _sides(self, members: np.ndarray, group: np.ndarray, prices: Shares) -> tuple[Field, Field]:
        """The least offer of a group and that of all others, for each cell."""
        if len(members) > 1:
            inside, outside = (
                np.minimum.reduce([self._offer(int(shop), prices) for shop in np.flatnonzero(side)])
                for side in (group, ~group)
            )
            return inside, outside
        last = self.rivals(prices)
        return self._offer(int(members[0]), prices), np.where(last.owner == members[0], last.second, last.lowest)
