"""Attention maps as callers bring them. Needs no torch."""

from typing import Any

import array_api_compat
import numpy as np

from core.numbers import require


def as_maps(weights: Any) -> Any:
    """Attention maps in single precision or better, of the library that they came in; not copied where they are so.

    Args:
        weights: [layer head query key], a torch tensor, a numpy array or nested lists.

    Raises:
        ValueError: for what holds no real numbers, and for another shape.

    Invariant: float32 and float64 maps share their memory with what came in.
    """
    if array_api_compat.is_torch_array(weights):
        require(not weights.is_complex(), "weights", weights.dtype, "real numbers")
        maps = weights.detach()
        maps = maps if maps.is_floating_point() and maps.dtype.itemsize >= 4 else maps.float()
    else:
        maps = _in_numpy(weights)
    shape = tuple(maps.shape)
    fits = len(shape) == 4 and shape[2] == shape[3] and min(shape) >= 1
    require(fits, "shape of weights", shape, "[layer head token token], each at least 1")
    return maps


def _in_numpy(weights: object) -> np.ndarray:
    try:
        found = np.asarray(weights)
    except ValueError as error:
        raise ValueError(f"weights must be a table of real numbers: {error}") from error
    require(found.dtype.kind in "biuf", "type of weights", found.dtype, "that of real numbers")
    return found if found.dtype.kind == "f" and found.dtype.itemsize >= 4 else found.astype(np.float64)
