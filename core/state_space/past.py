"""What memories of one size still know of a signal: LegS with 1/t, LegS as a fixed system, and a random matrix."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from core.checks import Check
from core.numbers import require, whole
from core.state_space.arguments import Array, square, vector
from core.state_space.linear import discretize, spectral_radius, states
from core.state_space.memory import (
    hippo_legs,
    legendre,
    legs_memory,
    projection,
    read_by_least_squares,
    read_evenly,
    read_warped,
    relative_error,
)

MOST_KEPT = 64
"""The largest N of the figure."""


@dataclass(frozen=True, eq=False)
class Memories:
    """One signal in four memories of N numbers, and the signal that each gives back at the end.

    Args:
        u: the signal [time].
        A: HiPPO-LegS [state state].
        step: Δ of the fixed system; L Δ is the age of the first sample.
        even: coefficients with the factor 1/t [state].
        best: those of the polynomial with the least squared error over the held signal, all of it in view [state].
        fixed: the state of the fixed system [state].
        from_random: what the state of a random matrix of the same size still tells [time].
    """

    u: Float[np.ndarray, "time"]
    A: Float[np.ndarray, "state state"]
    step: float
    even: Float[np.ndarray, "state"]
    best: Float[np.ndarray, "state"]
    fixed: Float[np.ndarray, "state"]
    from_random: Float[np.ndarray, "time"]

    @cached_property
    def readings(self) -> dict[str, Float[np.ndarray, "time"]]:
        """The signal as each memory gives it back."""
        length = len(self.u)
        return {
            "with 1/t": read_evenly(self.even, length),
            "best possible": best_fit(self.u, len(self.even)),
            "fixed, warped basis": read_warped(self.fixed, length, self.step),
            "fixed, plain basis": read_evenly(self.fixed, length),
            "random A": self.from_random,
        }

    @cached_property
    def errors(self) -> dict[str, float]:
        """The relative error of each reading."""
        return {name: relative_error(self.u, found) for name, found in self.readings.items()}

    def error_between(self, name: str, start: float, stop: float) -> float:
        """The relative error of a reading on a part of the past, given as shares of its length."""
        first, last = int(start * len(self.u)), max(int(stop * len(self.u)), int(start * len(self.u)) + 1)
        return relative_error(self.u[first:last], self.readings[name][first:last])

    @property
    def checks(self) -> tuple[Check, ...]:
        """The coefficients are the least squares; A's eigenvalues are -1 to -N; the even basis fits as well as any."""
        n, eps = len(self.even), float(np.finfo(float).eps)
        size = float(np.linalg.norm(self.u)) / len(self.u) ** 0.5
        apart = float(np.abs(self.even - self.best).max())
        # Each sample's flow and each piece's integral rounds by n ε of polynomials that reach sqrt(2n + 1).
        bound = len(self.u) * n * eps * (2 * n + 1) ** 0.5 * size
        eigenvalues = np.sort(-np.diagonal(self.A))
        triangle = float(np.abs(np.triu(self.A, 1)).max(initial=0.0))
        wrong = float(np.abs(eigenvalues - np.arange(1, n + 1)).max()) + triangle
        longer = float(np.linalg.norm(self.even)) - size
        return (
            Check("With 1/t: the coefficients of the least squares", apart, bound, "L N ε sqrt(2N + 1) |u|"),
            Check("A is triangular, with eigenvalues −1 to −N", wrong, 0.0),
            Check("Bessel: no more in the coefficients than in the signal", longer, bound, "root mean squares"),
        )


def remember(u: Array, n: int, *, age: float, seed: int = 0) -> Memories:
    """Sends a signal through the memories.

    Args:
        u: [time].
        n: N, 1 to 64.
        age: of the first sample at the end, in the fixed system's units of time, above 0.
        seed: of the random matrix.

    Returns:
        The memories. The random matrix is scaled to a largest eigenvalue of 1 - 1/L, so that it forgets no faster than
        it must, and is read by the shortest signal that leaves it in its state.

    Raises:
        ValueError: for a number of states, an age or a signal out of range.

    Source: Gu et al. 2020 (2008.07669); Gu et al. 2023 (2206.12037).
    """
    n = whole("n", n, 1, MOST_KEPT)
    a, b = hippo_legs(n)
    step = age / len(u)
    rng = np.random.default_rng(seed)
    drawn, enters = rng.normal(size=(n, n)), rng.normal(size=n)
    # On one thread: a least squares of this size took a hundred times as long on two that wait for each other.
    with threadpool_limits(1, user_api="blas"):
        drawn *= (1 - 1 / len(u)) / spectral_radius(drawn)
        return Memories(
            u=u,
            A=a,
            step=step,
            even=legs_memory(u, n)[-1],
            best=projection(u, n),
            fixed=states(*discretize(a, b, step), u)[-1],
            from_random=read_by_least_squares(drawn, enters, states(drawn, enters, u)[-1], len(u)),
        )


def best_fit(u: Array, n: int) -> Float[np.ndarray, "time"]:
    """The polynomial of N coefficients that lies closest to the samples themselves, each in its middle.

    Invariant: no other one has a smaller `relative_error`, that of the held signal's projection included.
    """
    basis = legendre(n, (np.arange(len(u)) + 0.5) / len(u))
    with threadpool_limits(1, user_api="blas"):
        return np.asarray(basis @ np.linalg.lstsq(basis, u, rcond=None)[0])


def plain_recurrence(
    radius: float, n: int, *, seed: int = 0
) -> tuple[Float[np.ndarray, "state state"], Float[np.ndarray, "state"]]:
    """A random matrix whose largest eigenvalue has the size `radius`, and a vector through which an input enters.

    Args:
        radius: at least 0 and finite. n: N, 1 to 64. seed: of what is drawn.

    Raises:
        ValueError: for a radius, a number of states or a seed out of range.
    """
    require(bool(0 <= radius < np.inf), "radius", radius, "at least 0 and finite")
    size, rng = whole("n", n, 1, MOST_KEPT), np.random.default_rng(whole("seed", seed, 0, 1 << 31))
    drawn, enters = rng.normal(size=(size, size)), rng.normal(size=size)
    with threadpool_limits(1, user_api="blas"):
        return drawn * (radius / spectral_radius(drawn)), enters


def powers(A: ArrayLike, B: ArrayLike, count: int) -> Float[np.ndarray, "power"]:  # noqa: N803
    """|A^k B| / |B| for k = 0 to count - 1: what a plain recurrence keeps of an input that is k steps old.

    Args:
        A: [state state], in discrete time. B: [state], not 0. count: 1 to 2^20.

    Raises:
        ValueError: for shapes that do not fit, a B of 0, or powers that leave float64.

    Invariant: in the long run each step multiplies it by the size of A's largest eigenvalue.
    """
    enters = vector("B", B, len(square("A", A)))
    require(bool(enters.any()), "B", enters.tolist(), "a vector that is not 0")
    impulse = np.eye(1, whole("count", count, 1, 1 << 20))[0]
    with threadpool_limits(1, user_api="blas"):
        size = np.linalg.norm(states(A, enters, impulse), axis=1)
    return np.asarray(size / size[0])


def share_in_legs(n: int, count: int) -> Float[np.ndarray, "age"]:
    """The same for the memory with the factor 1/t: |c| after 1 to `count` samples, of which the first one is 1."""
    return np.asarray(np.linalg.norm(legs_memory(np.eye(1, count)[0], n), axis=1))
