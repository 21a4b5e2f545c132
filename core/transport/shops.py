"""Shops on a field of customers: prices move the borders between territories until each shop has its share."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from core.numbers import whole
from core.transport.few_cells import CELLS_EACH, MOST_EXACT, exact_prices
from core.transport.problem import ArrayLike
from core.transport.sites import Field, Shares, Sites, as_density, as_sites, as_targets

MOST_STEPS = 10_000

MOST_KEPT = 4_000_000
"""Squared distances that are kept for all steps; of a larger field they are computed anew each time."""

NOISE = 1e-12
"""Sums of a million shares that differ by less differ by rounding alone."""

PATIENCE = 4
"""Steps that may bring nothing better before the search ends."""

NEAR = 1e-3
"""Cells whose offers differ by at most this are the first to be looked at where a border moves."""

HALVINGS = 7
"""How often a Newton step is halved before another way is taken."""

Owners = Int[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class Territories:
    """A field divided among shops by prices.

    Args:
        sites: y, [shop 2] in [0, 1]^2; the first coordinate runs along the rows of the field.
        density: rho, [row column], the share of all customers in each cell; it sums to 1.
        targets: m, [shop], the share that each shop is to have.
        prices: v, [shop]; they sum to 0.
        assignment: [row column], the shop of each cell: the first with the least |x - y|^2 - v.
        masses: [shop], the share that each shop has.
        history: [step + 1], sum of |gap| before the first step and after each.
        path: [step + 1, shop], the prices of these steps, from equal ones to `prices`.
        reached: [step + 1, shop], the share that each shop has at these prices.
        ways: [step + 1], sum of rho |x - y|^2 at these prices, as of a `Moment`.
    """

    sites: Sites
    density: Field
    targets: Shares
    prices: Shares
    assignment: Owners
    masses: Shares
    history: Float[np.ndarray, "moment"]
    path: Float[np.ndarray, "moment shop"]
    reached: Float[np.ndarray, "moment shop"]
    ways: Float[np.ndarray, "moment"]

    @property
    def gap(self) -> Shares:
        """[shop], the share that each shop has beyond its target; below 0 where it lacks some."""
        gap: Shares = self.masses - self.targets
        return gap

    def moment(self, step: int) -> "Moment":
        """The division after a step, 0 for equal prices. Raises ValueError for a step that was not made."""
        step = whole("step", step, 0, len(self.path) - 1)
        return _Plane(self.sites, self.density).moment(self.path[step])

    @property
    def dual(self) -> float:
        """Sum of m v + sum of rho min(|x - y|^2 - v): no division with the masses m costs less."""
        lowest = _Plane(self.sites, self.density).owners(self.prices)[1]
        return float(self.targets @ self.prices + (self.density * lowest).sum())


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


def territories(
    sites: ArrayLike, density: ArrayLike, *, masses: ArrayLike | None = None, steps: int = 100
) -> Territories:
    """Prices at which each shop has its share of the customers: semi-discrete transport.

    The customer at x goes to the shop k with the least |x - y_k|^2 - v_k. The right prices maximize the concave
    g(v) = sum_k m_k v_k + sum_x rho(x) min_k (|x - y_k|^2 - v_k), whose slope along v_k is m_k minus the share of k.

    Each step solves L d = m - shares for a move d of the prices, L the Laplacian of the shares: -L_kl is the density
    along the border of k and l over twice their distance. The step is halved until the gaps shrink and every shop
    keeps customers. Where that fails, the prices of one group of shops rise or fall to where the group has its share.

    Args:
        sites: y, [shop 2] in [0, 1]^2, the first coordinate along the rows; cell i of n has its center at (i + .5) / n.
        density: rho, [row column], customers in each cell, 0 or more. Only its shares count: it is divided by its sum.
        masses: m, [shop], above 0: shares with a sum of 1, or amounts with that of the density; equal without them.
        steps: at most so many; it stops before where no shop is empty or off by more than the heaviest cell, or no step
            helps. On few cells one more step takes the prices of a linear program, where these bring the gaps down.

    Raises:
        ValueError: for shops beyond the square or in one place, a density without customers or with fewer cells of
            customers than shops, one so sparse that a shop stays empty when the search ends before `steps`, a mass of
            0, steps out of 0 to 10,000. UnequalMassesError: for another sum of masses.

    Invariant: prices sum to 0; `assignment` and `masses` belong to them. What is left of a gap is of the size of the
        cells on a border, which belong to one shop as a whole: of cells at equal offers the first shop has all.
    Source: Kitagawa, Merigot and Thibert 2019, Convergence of a Newton algorithm for semi-discrete optimal transport;
        Peyre and Cuturi 2019, chapter 5.
    """
    y, rho = as_sites(sites), as_density(density)
    m = as_targets(masses, len(y), float(np.asarray(density, dtype=np.float64).sum()))
    filled = int((rho > 0).sum())
    if filled < len(y):
        cells = f"{filled} cell{'' if filled == 1 else 's'}"
        raise ValueError(f"the density has customers in {cells} for {len(y)} shops; each shop needs a cell of its own")
    climb = _Climb(_Plane(y, rho), m)
    most = whole("steps", steps, 0, MOST_STEPS)
    path = [np.zeros(len(y)), *climb.steps(most)]
    gaps = np.array([climb.off(prices) for prices in path])
    # The best of all: at the end a step may trade a cell back and forth.
    last = int(gaps.argmin())
    ended = len(path) <= most
    if ended and filled <= MOST_EXACT and (filled < CELLS_EACH * len(y) or not climb.settled(path[last])):
        best = exact_prices(climb.plane.costs(rho > 0), rho[rho > 0], m)
        if climb.off(best) < gaps[last] - NOISE:
            path, gaps, last = [*path[: last + 1], best], np.append(gaps[: last + 1], climb.off(best)), last + 1
    owners, _, shares = climb.plane.divided(path[last])
    if ended and not shares.all():
        raise ValueError(
            f"the density is too sparse: in {filled:,} cells with customers no prices were found at which shop "
            f"{int(shares.argmin()) + 1} has any; take fewer shops or a fuller field"
        )
    kept = path[: last + 1]
    reached, ways = zip(*[climb.plane.reached(prices) for prices in kept], strict=True)
    return Territories(
        sites=y,
        density=rho,
        targets=m,
        prices=path[last],
        assignment=owners,
        masses=shares,
        history=gaps[: last + 1],
        path=np.stack(kept),
        reached=np.stack(reached),
        ways=np.array(ways),
    )


def owners_of(sites: Sites, shape: tuple[int, int], prices: Shares) -> Owners:
    """The shop of each cell of a field: the first with the least |x - y|^2 - v.

    Args:
        sites: y, [shop 2]. shape: rows and columns. prices: v, [shop].
    """
    return next(owners_along(sites, shape, prices[None]))


def owners_along(sites: Sites, shape: tuple[int, int], path: Float[np.ndarray, "moment shop"]) -> Iterator[Owners]:
    """`owners_of` for prices after prices, [moment shop]."""
    plane = _Plane(sites, np.ones(shape))
    return (plane.owners(prices)[0] for prices in path)


def tied(found: Territories, shop: int) -> float:
    """The share of the cells that a shop would win or lose first, as one, if its price moved: those at equal margins.

    Args:
        found: a division. shop: by its place.
    """
    if len(found.sites) == 1:
        return 0.0
    margins, shares = _Plane(found.sites, found.density).margins(np.arange(len(found.sites)) == shop, found.prices)
    sides = ((np.max, margins[margins <= 0]), (np.min, margins[margins > 0]))
    first = [float(nearest(side)) for nearest, side in sides if len(side)]
    return float(sum(shares[np.abs(margins - margin) < NOISE].sum() for margin in first))


@dataclass(frozen=True, eq=False)
class _Rivals:
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


class _Plane:
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
        self._last: _Rivals | None = None
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

    def rivals(self, prices: Shares) -> _Rivals:
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
            self._last = last = _Rivals(prices, owner, lowest, second, slack, shares, paid)
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


class _Climb:
    """The way of the prices from equal ones to those at which each shop has its share."""

    def __init__(self, plane: _Plane, targets: Shares) -> None:
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
        off, move = float(np.abs(gap).sum()), np.linalg.lstsq(laplacian, -gap, rcond=1e-10)[0]
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
