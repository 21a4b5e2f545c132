"""Linear state spaces: from continuous to discrete time, step by step, and the kernel that they are."""

from collections.abc import Callable
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.numbers import require, whole
from core.state_space.arguments import Array, finite, numbers, positive, signal, square, vector

METHODS = ("bilinear", "zoh", "euler")
"""The ways to discrete time: the trapezoid rule, the exact response to a held input, and the first order."""

LONGEST_KERNEL = 1 << 20
"""Steps of the longest kernel."""


def discretize(
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    step: ArrayLike,
    *,
    method: str = "bilinear",
) -> tuple[Array, Array]:
    """Makes h' = A h + B u a recurrence h_k = Ā h_{k-1} + B̄ u_k with a step Δ.

    bilinear: Ā = (I - Δ/2 A)^-1 (I + Δ/2 A), B̄ = (I - Δ/2 A)^-1 Δ B. zoh: Ā = exp(Δ A), B̄ = A^-1 (exp(Δ A) - I) B, its
    limit where A is singular. euler: Ā = I + Δ A, B̄ = Δ B.

    Args:
        A: [state state].
        B: [state] or [state 1].
        step: Δ, one number above 0, in the unit of time of A.
        method: one of METHODS.

    Returns:
        Ā and B̄, the latter in the shape of B. Invariant: as Δ goes to 0, (Ā - I)/Δ goes to A and B̄/Δ to B.

    Raises:
        ValueError: for shapes that do not fit, numbers that are not finite, a step that is not above 0, an unknown
            method, or a bilinear step at which I - Δ/2 A has no inverse.

    Source: Gu et al. 2022 (2111.00396), section 2.3; Tustin's method, `scipy.signal.cont2discrete`.
    """
    a = square("A", A)
    b, shape = vector("B", B, len(a)), np.shape(B)
    delta = positive("step", step)
    require(method in METHODS, "method", method, "one of " + ", ".join(METHODS))
    with np.errstate(over="ignore", invalid="ignore"):
        a_bar, b_bar = _RULES[method](a, b, delta)
    return finite("Ā", a_bar, f"step = {delta}"), finite("B̄", b_bar, f"step = {delta}").reshape(shape)


def _bilinear(a: Array, b: Array, step: float) -> tuple[Array, Array]:
    eye = np.eye(len(a))
    left = finite("step/2 A", eye - step / 2 * a, f"step = {step}")
    # Where a step meets 2 / λ but for rounding, there is a solution, without a right digit.
    nearest = float(np.abs(1 - step / 2 * np.linalg.eigvals(a)).min())
    if nearest <= 16 * len(a) * np.finfo(float).eps:
        raise ValueError(f"step = {step} must not be 2 / λ for an eigenvalue λ of A: I - step/2 A is singular.")
    solved = np.linalg.solve(left, np.column_stack([eye + step / 2 * a, step * b]))
    return solved[:, :-1], solved[:, -1]


def _held(a: Array, b: Array, step: float) -> tuple[Array, Array]:
    """Both parts at once, as the exponential of [[A, B], [0, 0]]: that needs no inverse of A."""
    from scipy.linalg import expm  # type: ignore[import-untyped]

    size = len(a)
    block = np.zeros((size + 1, size + 1))
    block[:size, :size], block[:size, size] = a, b
    powers = expm(step * block)
    return powers[:size, :size], powers[:size, size]


def _euler(a: Array, b: Array, step: float) -> tuple[Array, Array]:
    return np.eye(len(a)) + step * a, step * b


_RULES: dict[str, Callable[[Array, Array, float], tuple[Array, Array]]] = {
    "bilinear": _bilinear,
    "zoh": _held,
    "euler": _euler,
}


_MAPPED: dict[str, Callable[[Array, float], Array]] = {
    "bilinear": lambda rates, step: (1 + step / 2 * rates) / (1 - step / 2 * rates),
    "zoh": lambda rates, step: np.exp(step * rates),
    "euler": lambda rates, step: 1 + step * rates,
}
"""What each rule makes of an eigenvalue of A."""


def discrete_radius(A: ArrayLike, step: float, *, method: str = "bilinear") -> float:  # noqa: N803
    """The size of the largest eigenvalue of Ā, from those of A: each rule maps λ alone, (1 + Δ/2 λ) / (1 - Δ/2 λ), ...

    Args:
        A: [state state], in continuous time. step, method: of `discretize`, which refuses what does not fit.

    Invariant: `spectral_radius` of Ā, without what rounding adds to it: of HiPPO's Ā with 64 states and a step of 0.2
    the library finds 0.854, and 0.818 is right. A itself is triangular, and its eigenvalues are read off its diagonal.
    """
    rates = np.linalg.eigvals(square("A", A))
    require(method in METHODS, "method", method, "one of " + ", ".join(METHODS))
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.abs(_MAPPED[method](rates, positive("step", step))).max())


def spectral_radius(A: ArrayLike) -> float:  # noqa: N803
    """The size of the largest eigenvalue of a matrix [state state]: above 1 a recurrence with it grows."""
    return float(np.abs(np.linalg.eigvals(square("A", A))).max())


def kernel(A: ArrayLike, B: ArrayLike, C: ArrayLike, length: SupportsIndex) -> Float[np.ndarray, "time"]:  # noqa: N803
    """The convolution kernel of a discrete system: K_k = C Ā^k B̄ for k = 0 to length - 1.

    Args:
        A, B: Ā [state state] and B̄ [state], in discrete time.
        C: [state].
        length: L, 1 to 2^20.

    Returns:
        K, so that y = K * u. Invariants: K_0 = C B̄; the response to an impulse is K.

    Raises:
        ValueError: for shapes that do not fit, a length out of range, or a system that grows beyond float64.

    Source: Gu et al. 2022 (2111.00396), section 2.4.
    """
    a = square("A", A)
    b, c = vector("B", B, len(a)), vector("C", C, len(a))
    steps = whole("length", length, 1, LONGEST_KERNEL)
    found, state = np.empty(steps), b
    with np.errstate(over="ignore", invalid="ignore"):
        for place in range(steps):
            found[place] = c @ state
            state = a @ state
    return _bounded("the kernel", found, a)


def states(A: ArrayLike, B: ArrayLike, u: ArrayLike) -> Float[np.ndarray, "time state"]:  # noqa: N803
    """The states of a discrete system: h_k = Ā h_{k-1} + B̄ u_k, from h_{-1} = 0.

    Args:
        A, B: Ā [state state] and B̄ [state], in discrete time.
        u: [time], at least one sample.

    Raises:
        ValueError: for shapes that do not fit, numbers that are not finite, or states that leave float64.

    Invariant: linear in u.
    Source: Gu et al. 2022 (2111.00396), section 2.3.
    """
    a, samples = square("A", A), signal("u", u)
    b = vector("B", B, len(a))
    found, state = np.empty((len(samples), len(a))), np.zeros(len(a))
    with np.errstate(over="ignore", invalid="ignore"):
        for place, sample in enumerate(samples):
            state = a @ state + b * sample
            found[place] = state
    return _bounded("the state", found, a)


def recurrence(
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    C: ArrayLike,  # noqa: N803
    D: ArrayLike,  # noqa: N803
    u: ArrayLike,
) -> Float[np.ndarray, "time"]:
    """The output of a discrete system, one step after another: h_k = Ā h_{k-1} + B̄ u_k, y_k = C h_k + D u_k.

    Args:
        A, B: Ā [state state] and B̄ [state], in discrete time.
        C: [state].
        D: one number, the skip from input to output.
        u: [time], at least one sample. u_k acts at once: y_0 = (C B̄ + D) u_0.

    Raises:
        ValueError: for shapes that do not fit, numbers that are not finite, or states that leave float64.

    Invariant: equal to `convolution` with this system's `kernel`.
    Source: Gu et al. 2022 (2111.00396), section 2.3.
    """
    return read_out(A, states(A, B, u), C, D, u)


def read_out(
    A: ArrayLike,  # noqa: N803
    h: Float[np.ndarray, "time state"],
    C: ArrayLike,  # noqa: N803
    D: ArrayLike,  # noqa: N803
    u: ArrayLike,
) -> Float[np.ndarray, "time"]:
    """The output at states that are known: y_k = C h_k + D u_k; arguments and errors as for `recurrence`."""
    c, skip = vector("C", C, h.shape[1]), vector("D", D, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        found: Array = h @ c + skip[0] * numbers("u", u)
    return _bounded("the output", found, np.asarray(A, dtype=np.float64))


def _bounded(name: str, result: Array, a: Array) -> Array:
    """The result, unless it has left float64: by its largest eigenvalue, or else by the numbers that came in."""
    if np.isfinite(result).all():
        return result
    size = f"the largest eigenvalue of Ā has the size {spectral_radius(a):.4g}"
    grows = spectral_radius(a) > 1
    return finite(name, result, f"{size}, and 1 is the limit" if grows else f"{size}, but the other numbers are large")
