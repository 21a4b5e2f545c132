"""HiPPO-LegS: one matrix, two memories. With the factor 1/t the whole past evenly; as a fixed system a warped past."""

from typing import SupportsIndex

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.numbers import require, whole
from core.state_space.arguments import MOST_STATES, numbers, positive, signal

_TOGETHER = 1 << 21
"""Numbers of the flows that are held at once."""


def hippo_legs(n: SupportsIndex) -> tuple[Float[np.ndarray, "state state"], Float[np.ndarray, "state"]]:
    """HiPPO-LegS: A_nk = -sqrt((2n+1)(2k+1)) below the diagonal, -(n+1) on it, 0 above; B_n = sqrt(2n+1).

    Args:
        n: N, the number of states, 1 to 256.

    Returns:
        A and B. Invariants: the eigenvalues of A are -1, -2, ..., -N; A e_0 = -B.

    Raises:
        ValueError: for a number of states out of range.

    Source: Gu et al. 2020 (2008.07669), theorem 2, with A's sign as in Gu et al. 2022 (2111.00396), equation 2.
    """
    size = whole("n", n, 1, MOST_STATES)
    scale = np.sqrt(2 * np.arange(size) + 1.0)
    below = np.tri(size, k=-1, dtype=bool)
    return np.where(below, -np.outer(scale, scale), 0.0) - np.diag(np.arange(size) + 1.0), scale


def legendre(n: SupportsIndex, places: ArrayLike) -> Float[np.ndarray, "*place state"]:
    """The orthonormal polynomials of [0, 1]: sqrt(2m+1) P_m(2x - 1) for m = 0 to n - 1, at places x.

    Raises:
        ValueError: for a number of states out of range, or places that are not finite.

    Invariant: the integral over [0, 1] of the product of two of them is 1 for the same, 0 for others.
    Source: Bonnet's recursion.
    """
    size = whole("n", n, 1, MOST_STATES)
    z = 2 * numbers("places", places) - 1
    found = np.empty((size, *z.shape))
    found[0] = 1.0
    if size > 1:
        found[1] = z
    for m in range(2, size):
        found[m] = ((2 * m - 1) * z * found[m - 1] - (m - 1) * found[m - 2]) / m
    return np.asarray(np.moveaxis(found, 0, -1) * np.sqrt(2 * np.arange(size) + 1.0))


def legs_memory(u: ArrayLike, n: SupportsIndex) -> Float[np.ndarray, "time state"]:
    """The memory with the factor 1/t: c'(t) = (A c + B u) / t, with A and B of `hippo_legs`, after each sample.

    A sample is held for one unit of time, so c after sample k is c(k + 1). In the time log t the system is a fixed one,
    and between two samples it moves by exp(A log((k+1)/k)). That flow is evaluated exactly: it takes the coefficients
    of a polynomial on [0, k] to those of the same polynomial on [0, k + 1], an integral that N nodes of Gauss give.

    Args:
        u: [time].
        n: N, the number of coefficients, 1 to 256.

    Returns:
        c [time state], coefficients of the polynomials of `legendre`. Invariant: after each sample the coefficients of
        the least squares over the whole past (`projection`), though no past sample is kept.

    Raises:
        ValueError: for a number of states out of range, or a signal that is not finite.

    Source: Gu et al. 2020 (2008.07669), theorem 2.
    """
    samples, size = signal("u", u), whole("n", n, 1, MOST_STATES)
    # Sums of numbers near the end of float64 would leave it on their way; a power of 2 goes out and back exactly.
    up = int(np.frexp(np.abs(samples).max())[1])
    samples = np.ldexp(samples, -up)
    nodes, weights = np.polynomial.legendre.leggauss(size)
    nodes, weights = (nodes + 1) / 2, weights / 2
    at_nodes = legendre(size, nodes)
    found, state = np.empty((len(samples), size)), np.zeros(size)
    for first in range(0, len(samples), _TOGETHER // size**2 + 1):
        several = np.arange(first, min(first + _TOGETHER // size**2 + 1, len(samples)))
        shares = several / (several + 1.0)
        there = legendre(size, shares[:, None] * nodes) * (shares[:, None] * weights)[:, :, None]
        for place, back in zip(several, there, strict=True):
            # A e_0 = -B: towards the constant signal u, whose coefficients are u e_0, the way is one of decay.
            state[0] -= samples[place]
            state = (at_nodes @ state) @ back
            state[0] += samples[place]
            found[place] = state
    return np.asarray(np.ldexp(found, up))


def projection(u: ArrayLike, n: SupportsIndex) -> Float[np.ndarray, "state"]:
    """The best polynomial for a whole signal in view: c_m = (1/t) integral of u(s) sqrt(2m+1) P_m(2s/t - 1) ds.

    Each sample is held for one unit of time, and the integrals over the pieces are those of P_m in closed form,
    (P_{m+1} - P_{m-1}) / (2m+1).

    Args:
        u: [time].
        n: N, 1 to 255.

    Raises:
        ValueError: for a number of states out of range, or a signal that is not finite.

    Invariant: no other N coefficients have a smaller squared error over [0, t].
    Source: orthogonal projection; DLMF 18.9.
    """
    samples, size = signal("u", u), whole("n", n, 1, MOST_STATES - 1)
    edges = np.linspace(0, 1, len(samples) + 1)
    scale = np.sqrt(2 * np.arange(size + 1) + 1.0)
    plain = legendre(size + 1, edges) / scale
    before = np.column_stack([np.zeros(len(edges)), plain[:, : size - 1]]) if size > 1 else np.zeros((len(edges), 1))
    # The integral of P_0 is z itself, which P_1 - P_{-1} gives up to a constant.
    antiderivative = (plain[:, 1:] - before) / (2 * scale[:size])
    return np.asarray(samples @ np.diff(antiderivative, axis=0))


def relative_error(u: ArrayLike, found: ArrayLike) -> float:
    """|u - found| / |u|, 0 where both are 0 throughout and infinite where only u is.

    Raises:
        ValueError: for lengths that differ or numbers that are not finite.
    """
    samples, other = signal("u", u), signal("found", found)
    require(len(other) == len(samples), "length of found", len(other), f"{len(samples)}, as long as u")
    # Squares of very large and very small samples leave float64.
    top = float(max(np.abs(samples).max(), np.abs(other).max())) or 1.0
    samples, other = samples / top, other / top
    size, apart = float(np.linalg.norm(samples)), float(np.linalg.norm(samples - other))
    return apart / size if size else (np.inf if apart else 0.0)


def read_evenly(state: ArrayLike, length: int) -> Float[np.ndarray, "time"]:
    """What a state says of the past if its basis is the even one: the polynomials of `legendre` over the whole past.

    Right for `legs_memory`, wrong for a fixed system.

    Args:
        state: [state].
        length: samples of the past; each is read in its middle.
    """
    c, length = signal("state", state), whole("length", length, 1, 1 << 20)
    return np.asarray(legendre(len(c), (np.arange(length) + 0.5) / length) @ c)


def read_warped(state: ArrayLike, length: int, step: float) -> Float[np.ndarray, "time"]:
    """What the state of the fixed system h' = A h + B u says of the past: its basis lies over x = exp(-age).

    exp(A s) B has the entries e^-s sqrt(2n+1) P_n(2 e^-s - 1): so the state holds the projection of u on these
    polynomials, with a weight e^-s on what is s old.

    Args:
        state: [state].
        length: samples of the past.
        step: Δ, the time of one sample.

    Source: Gu et al. 2023, "How to Train Your HiPPO" (2206.12037), on LegS as a fixed system.
    """
    c, length = signal("state", state), whole("length", length, 1, 1 << 20)
    ages = (np.arange(length)[::-1] + 0.5) * positive("step", step)
    return np.asarray(legendre(len(c), np.exp(-ages)) @ c)


def read_by_least_squares(
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    state: ArrayLike,
    length: int,
) -> Float[np.ndarray, "time"]:
    """The shortest signal that leaves a discrete system in this state: the fair reading of any matrix.

    Args:
        A, B: Ā [state state] and B̄ [state].
        state: [state], after `length` samples.
        length: samples of the past.

    Invariant: the exact signal's projection on what the state can tell apart.
    Source: the pseudo-inverse of [Ā^{L-1} B̄, ..., B̄].
    """
    a, column = numbers("A", A), numbers("B", B).reshape(-1)
    reach = np.empty((len(column), whole("length", length, 1, 1 << 20)))
    for place in range(reach.shape[1] - 1, -1, -1):
        reach[:, place] = column
        column = a @ column
    return np.asarray(np.linalg.lstsq(reach, signal("state", state), rcond=1e-10)[0])
