"""Half the bytes for a figure's numbers, where that loses nothing to see."""

import numpy as np
from numpy.typing import NDArray

SEEN = 1e-4
"""A share of an axis that no eye resolves."""


def compact(values: np.ndarray, *, of: float | None = None) -> NDArray[np.floating]:
    """Numbers as float32 where that moves none by more than 1e-4 of what is drawn, else as float64.

    Numbers beyond 3e38 would run over, those below 1e-45 vanish, and close ones far from 0 fall on each other.

    Args:
        values: any shape; the last axis holds the features of points, if there are two axes.
        of: the length that an axis spans; without it that of each feature.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        short = values.astype(np.float32)
        lost = np.abs(short - values)
    finite = np.where(np.isfinite(values), values, 0.0)
    length = (np.ptp(finite, axis=0) if of is None else of) if values.size else 0.0
    return short if (np.isfinite(values) <= (lost <= SEEN * length)).all() else values.astype(np.float64)
