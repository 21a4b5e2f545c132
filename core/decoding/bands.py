"""Which of two speeds is clearly ahead where each may be off, and who leads by that. No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Band:
    """How far speeds over greedy decoding may be off, with the sign of the miss, and what can be told all the same.

    A draft's speed that is given as f is truly from f / (1 + high) to f / (1 + low); greedy decoding's own is 1.

    Args:
        low, high: between which misses of a draft's speed over greedy decoding lie: given over true, less 1.
        size: the share by which the speeds of two drafts may differ and mean nothing.
        exact: all digits of a ratio count. Else those alone that a page shows, two decimals of the ratio held against
            whole per cents of the band, so that no claim rests on digits that nobody sees.
    """

    low: float
    high: float
    size: float
    exact: bool = False

    def __post_init__(self) -> None:
        if not -1 < self.low <= self.high:
            raise ValueError(f"low must be above −1 and at most high; got {self.low} and {self.high}")
        if not self.size >= 0:
            raise ValueError(f"size must be 0 or more; got {self.size}")

    @classmethod
    def even(cls, share: float) -> "Band":
        """Of speeds whose misses have no side: any two that differ by no more than a share are level, by all digits."""
        return cls(1 / (1 + share) - 1, share, share, exact=True)

    def ahead(self, one: float, other: float, *, greedy: Literal["one", "other"] | None = None) -> bool:
        """Whether one speed is clearly ahead of another.

        Args:
            one, other: speeds over the same.
            greedy: which of both is greedy decoding's own; None where both are drafts'.

        Invariant: of two speeds at most one is ahead, and with `even` it does not matter which of both is greedy's.
        """
        if greedy == "one":
            return self._digits(other / one) < self._digits(1 + self.low)
        return self._digits(one / other) > self._digits(1 + (self.high if greedy == "other" else self.size))

    def _digits(self, ratio: float) -> float:
        """What counts of a ratio: all of it, or its hundredths, which are whole per cents."""
        return ratio if self.exact else round(100 * ratio)


def leaders(speeds: Mapping[str, float], *, band: Band) -> tuple[str, ...]:
    """The methods that may be the fastest: those that no other is clearly ahead of, the fastest first.

    Args:
        speeds: by method, greedy decoding's first.
        band: how far they may be off.

    Invariant: there is one at least. Greedy decoding alone leads only where it is clearly ahead of every other.
    """
    found = [name for name in speeds if not any(_ahead(speeds, other, name, band) for other in speeds)]
    return tuple(sorted(found, key=lambda name: -speeds[name]))


def reigns(
    speeds: Mapping[str, Float[np.ndarray, "batch"]], batches: Sequence[int], *, band: Band
) -> tuple[tuple[int, str], ...]:
    """From which batch on which method leads: a new one only where another is clearly ahead of the last.

    Args:
        speeds: by method and batch, greedy decoding's first.
        batches: rising.
        band: as in `leaders`.

    Invariant: begins at the first batch; no method follows itself.
    """
    found: list[tuple[int, str]] = []
    for place, batch in enumerate(batches):
        near = leaders({name: float(of[place]) for name, of in speeds.items()}, band=band)
        if not found or found[-1][1] not in near:
            found.append((batch, near[0]))
    return tuple(found)


def turned(
    speeds: Mapping[str, Float[np.ndarray, "batch"]], batches: Sequence[int], *, band: Band
) -> tuple[tuple[str, int], ...]:
    """The methods that are ahead of greedy decoding at the first batch and behind it from a later one on, by batch.

    Args:
        speeds: by method and batch, over greedy decoding.
        batches: rising.
        band: only what is clear by it counts, on either side.
    """
    found = []
    for name, of in speeds.items():
        behind = np.array([band.ahead(1.0, speed, greedy="one") for speed in of.tolist()])
        if band.ahead(float(of[0]), 1.0, greedy="other") and behind[-1]:
            found.append((name, batches[len(behind) - int(np.logical_and.accumulate(behind[::-1]).sum())]))
    return tuple(sorted(found, key=lambda one: one[1]))


def swapped(
    before: Mapping[str, float], now: Mapping[str, float], *, bands: tuple[Band, Band]
) -> tuple[tuple[str, str], ...]:
    """The pairs of methods whose order is turned around: the first was ahead of the second and is now behind it.

    Args:
        before, now: by method, its speed, greedy decoding's first; the same methods in both.
        bands: before and now, how far the speeds may be off.

    Invariant: no pair stands in both directions; with `before` and `now` exchanged each pair is turned around.
    """
    was, is_now = bands
    return tuple(
        (one, other)
        for one, other in permutations(before, 2)
        if _ahead(before, one, other, was) and _ahead(now, other, one, is_now)
    )


def _ahead(speeds: Mapping[str, float], one: str, other: str, band: Band) -> bool:
    """Whether one method is clearly ahead of another; the first of all is greedy decoding."""
    greedy = next(iter(speeds))
    if one == other:
        return False
    return band.ahead(
        speeds[one], speeds[other], greedy="one" if one == greedy else "other" if other == greedy else None
    )
