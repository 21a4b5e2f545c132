"""What the page says of a field divided among shops: sentences as functions of the numbers."""

from collections.abc import Sequence

import numpy as np

from components.phrases import listed, signed

MET = 0.005
"""A shop has its share where less than half a percent of it lacks or is too much."""


def met(masses: np.ndarray, targets: np.ndarray) -> bool:
    """Whether each shop has its target, to half a percent of it."""
    return bool((np.abs(masses - targets) < MET * targets).all())


def of_the_division(step: int, masses: np.ndarray, targets: np.ndarray) -> str:
    """What the borders have come to after a step.

    Args:
        masses, targets: [shop], the shares that the shops have and are to have.
    """
    when = "Step 0, equal prices" if step == 0 else f"After {step} step{'s' if step > 1 else ''}"
    alike = bool(np.ptp(targets) <= 1e-12)
    if met(masses, targets):
        goal = f"{float(targets[0]):.1%} of the customers" if alike else "the share that it is to have"
        return f"{when}: each of {len(targets)} shops has {goal}"
    if not masses.all():
        empty = np.flatnonzero(masses == 0) + 1
        names = f"shop {empty[0]} has" if len(empty) == 1 else f"shops {listed(empty.tolist())} have"
        return f"{when}: {names} no customers"
    if alike:
        return f"{when}: shares from {masses.min():.1%} to {masses.max():.1%} instead of {float(targets[0]):.1%}"
    worst = int(np.abs(masses / targets - 1).argmax())
    return f"{when}: shop {worst + 1} has {masses[worst]:.1%} of the customers instead of {targets[worst]:.1%}"


OFFER = "a customer goes where the squared way less the price v, which the shop pays, is least"
"""What prices do, in words."""


def of_the_prices(step: int, prices: np.ndarray, way: float) -> str:
    """Which shop pays most and which least after a step; with equal prices, what that means. Prices sum to 0.

    Args:
        way: the mean squared way of the customers at these prices.
    """
    if np.ptp(prices) == 0:
        return (
            f"At step {step} all prices v are alike: {OFFER}, and so to the nearest; the mean squared way is "
            f"<b>{way:.4g}</b>."
        )
    high, low = int(prices.argmax()), int(prices.argmin())
    return signed(
        f"At step {step} shop {high + 1} pays most, <b>v = {prices[high]:.3g}</b>, and reaches farther; shop {low + 1} "
        f"pays least, <b>{prices[low]:.3g}</b>: {OFFER}."
    )


def of_the_step(step: int, last: int, masses: np.ndarray, gap: float) -> str:
    """What stands in the field while it plays: the step on screen, the shares, and the sum of the gaps."""
    return f"step {step} of {last}: shares {masses.min():.1%} to {masses.max():.1%}, gaps sum to {gap:.2g}"


def outside(sites: np.ndarray, owner: np.ndarray) -> list[int]:
    """The shops that have a territory and stand outside it, by their places.

    Args:
        sites: [shop 2], down and across. owner: [row column], the shop of each cell.
    """
    size = np.array(owner.shape)
    rows, columns = np.minimum((sites * size).astype(int), size - 1).T
    away = owner[rows, columns] != np.arange(len(sites))
    return [int(shop) for shop in np.flatnonzero(away) if (owner == shop).any()]


def of_the_squares(sites: np.ndarray, owners: Sequence[np.ndarray], step: int) -> str:
    """What the squares in the field mean, where there are any at a step, or at one that plays; ends with a space.

    Args:
        owners: of each step, [row column].
    """
    found = [shop + 1 for shop in outside(sites, owners[step])]
    if found:
        who = f"shop {found[0]}, which stands" if len(found) == 1 else f"shops {listed(found)}, which stand"
        return f"A square marks the territory of {who} outside it. "
    if any(outside(sites, owner) for owner in owners):
        return "At other steps a square marks the territory of a shop that stands outside it. "
    return ""


def of_the_way(way: float, shortest: float) -> str:
    """How much longer the mean squared way to the own shop is than the one to the nearest; ends with a space.

    Args:
        way, shortest: mean squared ways, at these prices and at equal ones.
    """
    told = f"The mean squared way is <b>{way:.4g}</b>"
    more = way / shortest - 1 if shortest > 0 else 0.0
    if abs(more) < MET:
        return f"{told}, as short as to the nearest shop, to half a percent. "
    return f"{told}, {abs(more):.0%} {'longer' if more > 0 else 'shorter'} than to the nearest shop. "


def of_what_is_left(gaps: np.ndarray, step: int, last: bool, off: np.ndarray, allowed: float) -> str:
    """The sum of the gaps, and at the last step whether cells explain it or a shop still lacks some.

    Args:
        gaps: [step], sums of |gap|. last: whether this is the last step that was made.
        off: [shop], the gaps at the last step. allowed: what the cells that change hands as one come to.
    """
    told = f"The gaps, by how much shares are off, sum to <b>{gaps[step]:.2g}</b>"
    if step and not last:
        return f"{told}, at first {gaps[0]:.2g}."
    if not last:
        return f"{told}."
    worst = int(np.abs(off).argmax())
    if abs(off[worst]) <= allowed:
        return f"{told}: a cell on a border goes to one shop as a whole." if gaps[step] else f"{told}."
    return f"{told}; shop {worst + 1} still {'lacks' if off[worst] < 0 else 'has too many:'} {abs(off[worst]):.1%}."
