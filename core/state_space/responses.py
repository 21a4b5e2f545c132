"""A signal through a system, three ways: step by step, with the kernel, and by the Fourier transform."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from threadpoolctl import threadpool_limits

from core.checks import Check
from core.numbers import require
from core.state_space.arguments import Array
from core.state_space.filters import convolution, fft_convolution
from core.state_space.linear import discrete_radius, discretize, kernel, read_out, states
from core.state_space.systems import System

WAYS = ("recurrence", "convolution", "FFT")
"""The three ways, in the order of `Response.outputs`."""

LIMIT = 1e6
"""A system that grows is followed until its largest eigenvalue has grown so far."""

FARTHEST = 1e9
"""One that grows although its eigenvalues are below 1 is followed until an impulse has grown so far in its state."""

STEEPEST = 1e12
"""Above this eigenvalue of Ā no second sample could be drawn."""


def after_an_impulse(
    a: Float[np.ndarray, "state state"], b: Float[np.ndarray, "state"], length: int
) -> Float[np.ndarray, "time state"]:
    """The powers a^j b for j = 0 to length - 1, twice as many with each product: enough for a bound.

    The figure and its checks go step by step, as the recurrence does. What leaves float64 is not finite.
    """
    powers, factor = b[None], a
    with np.errstate(over="ignore", invalid="ignore"):
        while len(powers) < length:
            powers = np.concatenate([powers, powers[: length - len(powers)] @ factor.T])
            factor = factor @ factor
    return powers


@dataclass(frozen=True, eq=False)
class Response:
    """What a system makes of a signal.

    Args:
        system: in continuous time. step: Δ. method: of the discretization.
        A, B: Ā and B̄.
        u: the signal, as far as it is followed [time].
        asked: samples of the whole signal; more than those of u where the system grows too far.
        states: h [time state].
        kernel: K [time].
        outputs: y by each of WAYS [way time].
        radius: the size of the largest eigenvalue of Ā.
    """

    system: System
    step: float
    method: str
    A: Float[np.ndarray, "state state"]
    B: Float[np.ndarray, "state"]
    u: Float[np.ndarray, "time"]
    asked: int
    states: Float[np.ndarray, "time state"]
    kernel: Float[np.ndarray, "time"]
    outputs: Float[np.ndarray, "way time"]
    radius: float

    @cached_property
    def apart(self) -> float:
        """The largest difference between two ways, at any sample."""
        return float(np.ptp(self.outputs, axis=0).max())

    @cached_property
    def rounding(self) -> float:
        """What float64 explains of a difference between the ways, to first order."""
        return self._rounding(self.u, self.states)

    def _rounding(self, u: Float[np.ndarray, "time"], h: Float[np.ndarray, "time state"]) -> float:
        """The same for any signal and its states.

        A step of the recurrence rounds by (N + 2) ε of the sizes it adds up, and C Ā^j carries that to the output; the
        kernel rounds likewise, and each of its errors meets the signal; the sums of the convolution round by L ε, and a
        transform by ε log2 L of the sizes it brings together.
        """
        eps, (length, size) = float(np.finfo(float).eps), h.shape
        skip = abs(self.system.D) * float(np.abs(u).max())
        with threadpool_limits(1, user_api="blas"):
            one_step = [float((np.abs(side) @ np.abs(self.A).T).max()) + float(np.abs(side).max())
                        for side in (h, self._impulse)]  # fmt: skip
        heard, summed = float(np.abs(u).sum()), float(np.convolve(np.abs(self.kernel), np.abs(u))[:length].max())
        norms = float(np.linalg.norm(self.kernel) * np.linalg.norm(u))
        recursed = (size + 2) * self._reach * (one_step[0] + heard * one_step[1])
        return float(eps * (recursed + length * (summed + skip) + 6 * np.log2(2 * length) * norms)) + 1e-300

    @cached_property
    def _impulse(self) -> Float[np.ndarray, "time state"]:
        """The states after an impulse, for bounds."""
        with threadpool_limits(1, user_api="blas"):
            return after_an_impulse(self.A, self.B, len(self.u))

    @cached_property
    def _reach(self) -> float:
        """The sum of |C Ā^j|: the powers are the states of the transposed system after an impulse."""
        with threadpool_limits(1, user_api="blas"):
            return float(np.abs(after_an_impulse(self.A.T, np.asarray(self.system.C), len(self.u))).sum())

    @property
    def checks(self) -> tuple[Check, ...]:
        """The three ways agree; an impulse gives the kernel; sums and shifts pass through."""
        bound, late = self.rounding, min(7, len(self.u) - 1)
        u, impulse = self.u, np.eye(1, len(self.u))[0]
        shifted = np.concatenate([np.zeros(late), u[: len(u) - late]])
        rung, other, summed, moved = self._runs(np.stack([impulse, u[::-1], u + 2 * u[::-1], shifted]))
        y = self.outputs[0]
        whole = rung - self.kernel - self.system.D * impulse
        linear, moved = summed - y - 2 * other, moved[late:] - y[: len(u) - late]
        unit = self._rounding(impulse, self._impulse)
        detail = "first-order rounding of float64 through the recurrence"
        return (
            Check("The three ways agree", self.apart, bound, detail),
            Check("The response to an impulse is the kernel", float(np.abs(whole).max()), unit, detail),
            Check("Linear: u + 2 v gives y(u) + 2 y(v)", float(np.abs(linear).max()), 8 * bound, detail),
            Check(f"Shifted by {late} samples, the output shifts by {late}", float(np.abs(moved).max()), bound, detail),
        )

    def _runs(self, signals: Float[np.ndarray, "signal time"]) -> Float[np.ndarray, "signal time"]:
        """The recurrence on several signals at once."""
        found, h = np.empty((len(self.u), len(self.A), len(signals))), np.zeros((len(self.A), len(signals)))
        with threadpool_limits(1, user_api="blas"):
            for place, samples in enumerate(signals.T):
                h = self.A @ h + self.B[:, None] * samples
                found[place] = h
            return np.asarray(np.tensordot(found, self.system.C, (1, 0)).T + self.system.D * signals)

    def terms(self, moment: int) -> Float[np.ndarray, "lag"]:
        """The parts of y at a moment k: K_j u_{k-j} for j = 0 to k, without D u_k."""
        return np.asarray(self.kernel[: moment + 1] * self.u[moment::-1])


def respond(system: System, u: Array, *, step: float, method: str = "bilinear") -> Response:
    """Sends a signal through a system in three ways.

    Args:
        system: in continuous time.
        u: [time], at least one sample.
        step: Δ above 0.
        method: of `discretize`.

    Returns:
        The response. A system whose largest eigenvalue is above 1 is followed only as long as its powers stay below
        10^6, and any system only as long as an impulse stays below 10^9 of its first state, so that a figure of it can
        be read; `asked` keeps the whole length.

    Raises:
        ValueError: as `discretize` and `recurrence`, and for an eigenvalue of Ā above 10^12.

    Invariant: the rows of `outputs` agree up to `rounding`.
    Source: Gu et al. 2022 (2111.00396), section 2.
    """
    # On one thread: beside other visitors, threads that wait for each other at small products took several times as
    # long as the products.
    with threadpool_limits(1, user_api="blas"):
        a, b = discretize(system.A, system.B, step, method=method)
        radius, asked = discrete_radius(system.A, step, method=method), len(u)
        require(radius <= STEEPEST, "the largest eigenvalue of Ā", float(f"{radius:.3g}"), f"at most {STEEPEST:.0e}")
        if radius > 1 + 1e-9:
            u = u[: max(2, int(np.log(LIMIT) / np.log(radius)))]
        grown = np.abs(after_an_impulse(a, b, len(u))).max(axis=1)
        far = np.flatnonzero(~(grown <= FARTHEST * np.abs(b).max()))
        u = u[: max(2, far[0])] if len(far) else u
        weights, h = kernel(a, b, system.C, len(u)), states(a, b, u)
    outputs = np.stack(
        [
            read_out(a, h, system.C, system.D, u),
            convolution(weights, u, D=system.D),
            fft_convolution(weights, u, D=system.D),
        ]
    )
    return Response(system, step, method, a, b, u, asked, h, weights, outputs, radius)
