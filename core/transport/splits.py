"""The digits of one seed dealt out for a transfer, the draws that its distances compare, and these distances anew."""

from dataclasses import dataclass
from math import lcm

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.digits import digit_images
from core.transport.transfers import MEASURES, SOURCES, TransferParams, TransferRun, source_of, target_of

COMPARED = 110
"""Pictures on each side of a distance."""

FIRST, TESTED = 800, 30
"""Pictures for sources, and test pictures of each class of the target."""

Pictures = tuple[Float[np.ndarray, "_ 64"], Int[np.ndarray, "_"]]


@dataclass(frozen=True, eq=False)
class Split:
    """One seed's digits: `first` to make sources of, a `few` of the target with labels, `test`, and `pool`, all others.

    No digit is in two of them. Distances are measured to the pool.
    """

    first: Pictures
    few: Pictures
    test: Pictures
    pool: Pictures

    def source(self, name: str, seed: int) -> Pictures:
        """A source made of `first`. Raises ValueError for an unknown name."""
        return source_of(name, *self.first, np.random.default_rng([seed, 7]))

    def half(self, side: int) -> Pictures:
        """Every second picture of the pool."""
        return self.pool[0][side::2], self.pool[1][side::2]


def split_of(params: TransferParams, seed: int) -> Split:
    """One seed's digits, dealt out anew."""
    pixels, y = digit_images()
    order = np.random.default_rng(seed).permutation(len(y))
    first, rest = order[:FIRST], order[FIRST:]
    x, labels = target_of(params.target, pixels[rest], y[rest])
    classes = int(labels.max()) + 1
    within = [np.flatnonzero(labels == k) for k in range(classes)]
    few = np.concatenate([rows[: params.labels] for rows in within])
    test = np.concatenate([rows[params.labels : params.labels + TESTED] for rows in within])
    pool = np.setdiff1d(np.arange(len(labels)), np.concatenate([few, test]))
    return Split((pixels[first], y[first]), *((x[rows], labels[rows]) for rows in (few, test, pool)))


def compared(source: Pictures, target: Pictures, seed: int) -> tuple[Pictures, Pictures]:
    """The COMPARED pictures of each side that a distance is measured between."""
    rng = np.random.default_rng([seed, 11])
    one, other = (
        (pixels[rows], labels[rows])
        for pixels, labels in (source, target)
        for rows in [rng.permutation(len(labels))[:COMPARED]]
    )
    return one, other


def distances_anew(run: TransferRun, place: int, seed: int = 0) -> tuple[Check, ...]:
    """Whether the measures of a source, and of the target against itself, come out of the digits by other solvers.

    Assignments of scipy instead of plans of POT: clouds of n and m points are repeated until both have lcm(n, m). MMD^2
    from Gram matrices |x|^2 + |z|^2 - 2 x z.

    Args:
        run: of which one seed is taken. place: of the source in SOURCES. seed: from 0.

    Invariant: a run with the entries of this source and seed changed, or with the floor, fails.
    """
    split = split_of(run.params, seed)
    pairs = [(split.source(SOURCES[place], seed), split.pool), (split.half(0), split.half(1))]
    found = np.array([_measured(*compared(*pair, seed)) for pair in pairs])
    told = np.array([[run.measured(name)[place, seed] for name in MEASURES], run.floor[:, seed]])
    return tuple(
        Check(
            f"{name[0].upper()}{name[1:]}, by another solver",
            float(np.abs(found - told)[:, at].max()),
            1e-9 * float(found[:, at].max()),
            f"{SOURCES[place]} and the target against itself, seed {seed}",
        )
        for at, name in enumerate(MEASURES)
    )


def _measured(source: Pictures, target: Pictures) -> tuple[float, float, float]:
    """The three measures by assignments and by Gram matrices."""
    (x, y), (z, w) = source, target
    features = _squared(x, z)
    labels = np.empty_like(features)
    for one in np.unique(y):
        for other in np.unique(w):
            block = np.ix_(y == one, w == other)
            labels[block] = _assigned(features[block])
    width = float(np.median(_squared(z, z))) or 1.0
    same, also, across = (np.exp(-pair / (2 * width)).mean() for pair in (_squared(x, x), _squared(z, z), features))
    return _assigned(features + labels), _assigned(features), float(same + also - 2 * across)


def _assigned(costs: Float[np.ndarray, "_ _"]) -> float:
    """The least mean cost of an assignment, each side repeated as often as makes them equal."""
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    count = lcm(*costs.shape)
    full = costs.repeat(count // costs.shape[0], axis=0).repeat(count // costs.shape[1], axis=1)
    return float(full[linear_sum_assignment(full)].mean())


def _squared(x: Float[np.ndarray, "_ 64"], z: Float[np.ndarray, "_ 64"]) -> Float[np.ndarray, "_ _"]:
    squared = (x**2).sum(axis=1)[:, None] + (z**2).sum(axis=1) - 2 * x @ z.T
    return np.asarray(np.maximum(squared, 0.0))
