"""Which of two speeds is clearly ahead where each may be off, and who leads by that. No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Band:
    """How far speeds over greedy decoding may be off, with the sign of the miss, and what can be told all the same.

    A draft's speed that is given as f is truly from f / (1 + high) to f / (1 + low); greedy decoding's own is 1.

    Args:
        low, high: between which misses of a draft's speed over greedy decoding lie: given over true, less 1.
        size: the share by which the speeds of two drafts may differ and mean nothing.
        own: low and high of the methods that are off by a side of their own; `size` is not for them.
        exact: all digits of a ratio count. Else those alone that a page shows, two decimals of the ratio held against
            whole per cents of the band, so that no claim rests on digits that nobody sees.
    """

    low: float
    high: float
    size: float
    own: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    exact: bool = False

    def __post_init__(self) -> None:
        for low, high in ((self.low, self.high), *self.own.values()):
            if not -1 < low <= high:
                raise ValueError(f"low must be above −1 and at most high; got {low} and {high}")
        if not self.size >= 0:
            raise ValueError(f"size must be 0 or more; got {self.size}")

    @classmethod
    def even(cls, share: float) -> "Band":
        """Of speeds whose misses have no side: any two that differ by no more than a share are level, by all digits."""
        return cls(1 / (1 + share) - 1, share, share, exact=True)

    def ahead(self, speeds: Mapping[str, float], one: str, other: str) -> bool:
        """Whether one method is clearly ahead of another.

        One is ahead of greedy decoding, or of a draft where either has a band of its own, if its least true speed is
        above the other's largest; of another draft, if it is faster by more than `size`.

        Args:
            speeds: by method, greedy decoding's first.
            one, other: two of them.

        Invariant: of two methods at most one is ahead, and with `even` it does not matter which of both is greedy.
        """
        greedy = next(iter(speeds))
        if greedy not in (one, other) and not self.own.keys() & {one, other}:
            return self._digits(speeds[one] / speeds[other]) > self._digits(1 + self.size)
        (_, most), (least, _) = (
            (0.0, 0.0) if name == greedy else self.own.get(name, (self.low, self.high)) for name in (one, other)
        )
        over, rival = (self._digits(speeds[name] / speeds[greedy]) for name in (one, other))
        # over / (1 + most) > rival / (1 + least), in whole numbers where hundredths count.
        return over * self._digits(1 + least) > rival * self._digits(1 + most)

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
    found = [name for name in speeds if not any(band.ahead(speeds, other, name) for other in speeds)]
    return tuple(sorted(found, key=lambda name: -speeds[name]))


def each_batch(speeds: Mapping[str, Float[np.ndarray, "batch"]]) -> list[dict[str, float]]:
    """The speeds by method at each batch, from those of each method by batch."""
    return [dict(zip(speeds, now, strict=True)) for now in zip(*(of.tolist() for of in speeds.values()), strict=True)]


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
    for batch, now in zip(batches, each_batch(speeds), strict=True):
        near = leaders(now, band=band)
        if not found or found[-1][1] not in near:
            found.append((batch, near[0]))
    return tuple(found)


def turned(
    speeds: Mapping[str, Float[np.ndarray, "batch"]], batches: Sequence[int], *, band: Band
) -> tuple[tuple[str, int], ...]:
    """The methods that are ahead of greedy decoding at the first batch and behind it from a later one on, by batch.

    Args:
        speeds: by method and batch, greedy decoding's first.
        batches: rising.
        band: only what is clear by it counts, on either side.
    """
    greedy, by_batch = next(iter(speeds)), each_batch(speeds)
    found = []
    for name in speeds:
        behind = np.array([band.ahead(now, greedy, name) for now in by_batch])
        if band.ahead(by_batch[0], name, greedy) and behind[-1]:
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
        if was.ahead(before, one, other) and is_now.ahead(now, other, one)
    )
