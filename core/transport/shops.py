"""Shops on a field of customers: prices move the borders between territories until each shop has its share."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.numbers import whole
from core.transport.climb import Climb
from core.transport.few_cells import CELLS_EACH, MOST_EXACT, exact_prices
from core.transport.plane import NOISE, Moment, Owners, Plane
from core.transport.problem import ArrayLike
from core.transport.sites import Field, Shares, Sites, as_density, as_sites, as_targets

MOST_STEPS = 10_000


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

    def moment(self, step: int) -> Moment:
        """The division after a step, 0 for equal prices. Raises ValueError for a step that was not made."""
        step = whole("step", step, 0, len(self.path) - 1)
        return Plane(self.sites, self.density).moment(self.path[step])

    @property
    def dual(self) -> float:
        """Sum of m v + sum of rho min(|x - y|^2 - v): no division with the masses m costs less."""
        lowest = Plane(self.sites, self.density).owners(self.prices)[1]
        return float(self.targets @ self.prices + (self.density * lowest).sum())


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
    climb = Climb(Plane(y, rho), m)
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
    plane = Plane(sites, np.ones(shape))
    return (plane.owners(prices)[0] for prices in path)


def tied(found: Territories, shop: int) -> float:
    """The share of the cells that a shop would win or lose first, as one, if its price moved: those at equal margins.

    Args:
        found: a division. shop: by its place.
    """
    if len(found.sites) == 1:
        return 0.0
    margins, shares = Plane(found.sites, found.density).margins(np.arange(len(found.sites)) == shop, found.prices)
    sides = ((np.max, margins[margins <= 0]), (np.min, margins[margins > 0]))
    first = [float(nearest(side)) for nearest, side in sides if len(side)]
    return float(sum(shares[np.abs(margins - margin) < NOISE].sum() for margin in first))
