"""What it costs this machine to verify several tokens at once. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

Precision = Literal["float32", "bfloat16"]
BYTES: Mapping[Precision, int] = {"float32": 4, "bfloat16": 2}
"""Of one number."""
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)
UNSTEADY = 0.15
"""A ratio that is read to two digits says nothing where half of the rounds are slower by more than this share."""
HELD_UP = 0.1
"""A thread that waited for more than this share of the clock was not alone on its core."""


@dataclass(frozen=True, slots=True)
class CostParams:
    """What is measured.

    Args:
        model: in the catalogue.
        dtype: of weights and arithmetic.
        past: tokens already in the cache.
        repeats: runs of each width; the fastest counts.
        attempt: 0 for the first measurement; each other number measures anew.
    """

    model: str = "smollm2-135m"
    dtype: Precision = "float32"
    past: int = 128
    repeats: int = 7
    attempt: int = 0


@dataclass(frozen=True, eq=False)
class Costs:
    """The time of one call for each number of tokens, and the machine's two limits.

    Args:
        params: what was measured.
        widths: tokens in one call.
        seconds: T(k), the fastest of the repeats.
        layers: depths after which an exit could read.
        layer_seconds: the time of one token through so many layers, without a head.
        head_seconds: the time of the model's head for one token.
        bandwidth: bytes a second, from one product of a matrix with a vector that exceeds every cache.
        peak: operations a second, from a product of two matrices.
        bytes_per_token: bytes of weights that one call must read.
        threads: that it ran on.
        rounds: the seconds of each width in each repeat; None where only the fastest were kept.
        running: the share of the clock during which the measuring thread ran, 0 to 1; None where it was not taken.
    """

    params: CostParams
    widths: tuple[int, ...]
    seconds: Float[np.ndarray, "width"]
    layers: tuple[int, ...]
    layer_seconds: Float[np.ndarray, "layer"]
    head_seconds: float
    bandwidth: float
    peak: float
    bytes_per_token: int
    threads: int
    rounds: Float[np.ndarray, "round width"] | None = None
    running: float | None = None

    @property
    def ratio(self) -> Float[np.ndarray, "width"]:
        """T(k) / T(1)."""
        relative: Float[np.ndarray, "width"] = self.seconds / self.seconds[0]
        return relative

    def ratio_at(self, width: int) -> float:
        """T(k) / T(1), linear between measured widths, and beyond the last with the mean slope of all before.

        T(k) has steps, and may fall from one width to the next; it does not go on falling.
        """
        first, last = self.widths[0], self.widths[-1]
        slope = float(self.ratio[-1] - self.ratio[0]) / (last - first)
        return float(np.interp(width, self.widths, self.ratio)) + max(0, width - last) * slope

    def range_at(self, width: int) -> tuple[float, float] | None:
        """The smallest and the largest T(k) / T(1) of all rounds, for a measured width; None where none were kept."""
        if self.rounds is None:
            return None
        ratios = self.rounds[:, self.widths.index(width)] / self.rounds[:, 0]
        return float(ratios.min()), float(ratios.max())

    @property
    def intensity(self) -> float:
        """The operations for each byte moved above which arithmetic, not memory, is the machine's limit."""
        return self.peak / self.bandwidth

    @property
    def unsteadiness(self) -> float:
        """By how much the middle round is slower than the fastest, for the width where that is worst; else 0."""
        if self.rounds is None:
            return 0.0
        return float((np.median(self.rounds, axis=0) / self.rounds.min(axis=0)).max()) - 1

    @property
    def disturbed(self) -> bool:
        """Whether something else ran on the machine meanwhile, by the rounds and by the clock of the thread."""
        held_up = self.running is not None and self.running < 1 - HELD_UP
        return held_up or self.unsteadiness > UNSTEADY
