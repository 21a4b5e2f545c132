"""One implementation for numpy arrays and torch tensors, and the ranges that arguments must lie in. Needs no torch."""

import math
from typing import Any

import array_api_compat
import numpy as np

from core.numbers import as_real, require, whole

Whole = int | np.integer
"""A whole number of Python's or of numpy's."""

Number = int | float | np.integer | np.floating
"""A real number. Spelled out because the tests hold `float` to the letter, and people write `Linear(4)`."""


def namespace_of(*values: object) -> Any:
    """The array library that a result belongs to: torch if any value is a tensor, numpy otherwise.

    Args:
        values: arrays, tensors, and plain numbers or sequences, which decide nothing.

    Invariant: without a tensor among the values torch is not imported.
    Source: array_api_compat, the Python array API standard for both libraries.
    """
    # Imported where it is needed: all of numpy comes with it, its tests and its Fortran compiler too.
    import array_api_compat.numpy

    tensors = [value for value in values if array_api_compat.is_torch_array(value)]
    return array_api_compat.array_namespace(*tensors) if tensors else array_api_compat.numpy


def as_double(value: object, *, like: object = None, name: str = "value") -> Any:
    """The value as a float64 array of the library, and on the device, of `like`.

    An angle p * omega loses p * 2^-24 rad in float32, which is visible from some thousand tokens on; so all formulas
    are computed in float64 and only results are rounded.

    Args:
        value: a number, sequence, numpy array or tensor of any shape.
        like: an array or tensor; None takes `value` itself.
        name: what a message calls it.

    Raises:
        ValueError: for what holds no real numbers, as text, None, complex numbers, and rows of unequal length.

    Invariant: the shape stays.
    """
    like = value if like is None else like
    xp = namespace_of(like)
    if array_api_compat.is_torch_array(value):
        require(not value.is_complex(), name, value, "real numbers")  # type: ignore[attr-defined]
        if xp is not array_api_compat.numpy:
            return array_api_compat.to_device(xp.astype(value, xp.float64), array_api_compat.device(like))
        value = value.detach().double().cpu().numpy()  # type: ignore[attr-defined]
    double = _in_numpy(value, name)
    if xp is array_api_compat.numpy:
        return double
    return xp.asarray(double, device=array_api_compat.device(like))


def _in_numpy(value: object, name: str) -> np.ndarray:
    """A float64 copy: torch warns of memory that it must not write to. Raises ValueError for what is no number."""
    try:
        found = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must hold real numbers: {error}") from error
    if found.dtype.kind == "O":
        # Whole numbers beyond int64 come as objects, and so does what is no number.
        found = np.array([as_real(each) for each in found.ravel()]).reshape(found.shape)
        require(not np.isnan(found).any(), name, value, "real numbers")
    require(found.dtype.kind in "biuf", name, value if found.ndim == 0 else found.dtype, "real numbers")
    return np.array(found, dtype=np.float64)


def require_finite(name: str, array: Any) -> Any:
    """The array; raises ValueError where one of its numbers is infinite or NaN."""
    xp = namespace_of(array)
    finite = xp.isfinite(array)
    if not bool(xp.all(finite)):
        require(False, name, float(array[~finite][0]), "finite")
    return array


def like_input(result: Any, value: object) -> Any:
    """A float64 result, in the precision that the caller's own input asks for.

    Args:
        result: a float64 array or tensor.
        value: what the caller passed in.

    Returns:
        `result` in the dtype of a floating-point `value`; for anything else in the default of its library, which is
        float64 for numpy and float32 for torch. Invariant: the shape stays.
    """
    xp = namespace_of(value)
    dtype = getattr(value, "dtype", None)
    if dtype is None or not xp.isdtype(dtype, "real floating"):
        dtype = xp.__array_namespace_info__().default_dtypes()["real floating"]
    return xp.astype(result, dtype)


def require_even(name: str, value: Whole, *, least: int = 2) -> None:
    """Refuses a dimension that does not split into pairs; raises ValueError unless it is even and at least `least`."""
    number = as_real(value)
    require(number >= least and number % 2 == 0, name, value, f"an even whole number of at least {least}")
    whole(name, value, least)


def require_base(base: Number) -> None:
    """Refuses a base whose frequencies would not fall from pair to pair; raises ValueError unless 1 < base < inf."""
    require(1 < as_real(base) < math.inf, "base", base, "above 1 and finite")
