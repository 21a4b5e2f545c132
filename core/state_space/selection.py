"""Selective state spaces: a recurrence whose step, input and output are read from the token, and its trees of pairs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.numbers import require, whole
from core.state_space.arguments import Array, finite, numbers

SCAN_METHODS = ("euler", "zoh")
"""How B becomes discrete: Δ B as in mamba's reference, or the exact response to a held input."""

_FLAT = 1e-20
"""Below this |Δ A| the exact response is Δ B in float64."""


def selective_scan(
    u: ArrayLike,
    delta: ArrayLike,
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    C: ArrayLike,  # noqa: N803
    *,
    D: ArrayLike | None = None,  # noqa: N803
    method: str = "euler",
) -> Float[np.ndarray, "token channel"]:
    """A selective state space, token by token: h_t = exp(Δ_t A) ⊙ h_{t-1} + B̄_t u_t, y_t = h_t C_t + D ⊙ u_t.

    The state h has the shape [channel state] and is 0 before the first token. B̄_t = Δ_t B_t ("euler") or
    (exp(Δ_t A) - 1)/A · B_t ("zoh", and Δ_t B_t where A is 0).

    Args:
        u: [token channel].
        delta: Δ [token channel], at least 0; at 0 a token leaves the state as it is.
        A: the diagonals [channel state].
        B, C: [token state].
        D: [channel], or one number for all; no skip without it.
        method: one of SCAN_METHODS.

    Returns:
        y [token channel]. Invariants: with Δ, B and C that do not change the output of the fixed system discretized the
        same way; tokens with Δ = 0 may be left out without changing the others' outputs.

    Raises:
        ValueError: for shapes that do not fit, numbers that are not finite, a negative Δ, an unknown method, or a state
            that leaves float64.

    Source: Gu and Dao 2023 (2312.00752), algorithm 2; `selective_scan_ref` of state-spaces/mamba.
    """
    scan = _scanned(u, delta, A, B, C, D, method)
    decay, drive = scan.decay, scan.drive
    h, found = np.zeros(scan.A.shape), np.empty(scan.u.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for token in range(len(scan.u)):
            h = decay[token] * h + drive[token]
            found[token] = h @ scan.C[token]
        found += scan.D * scan.u
    return finite("the output", found, f"the largest entry of A is {scan.A.max():.4g}, and above 0 the state grows")


@dataclass(frozen=True, eq=False)
class Scan:
    """The arguments of a selective scan, checked and in float64, with what they make of the recurrence.

    Args:
        u, delta: [token channel]. A: [channel state]. B, C: [token state]. D: [channel].
        method: one of SCAN_METHODS.
    """

    u: Float[np.ndarray, "token channel"]
    delta: Float[np.ndarray, "token channel"]
    A: Float[np.ndarray, "channel state"]
    B: Float[np.ndarray, "token state"]
    C: Float[np.ndarray, "token state"]
    D: Float[np.ndarray, "channel"]
    method: str

    @property
    def decay(self) -> Float[np.ndarray, "token channel state"]:
        """exp(Δ_t A)."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.delta[:, :, None] * self.A))

    @property
    def gain(self) -> Float[np.ndarray, "token channel state"]:
        """B̄_t: what one unit of input adds to the state."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(_held(self.delta[:, :, None], self.A, self.method) * self.B[:, None, :])

    @property
    def drive(self) -> Float[np.ndarray, "token channel state"]:
        """B̄_t u_t."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self.gain * self.u[:, :, None])


def _held(step: Array, a: Array, method: str) -> Array:
    """The integral of exp(A s) over a step, or its first order."""
    if method == "euler":
        return np.broadcast_to(step, np.broadcast_shapes(step.shape, a.shape))
    with np.errstate(over="ignore", under="ignore"):
        turned = step * a
        # (e^x - 1)/x is 1 to the last digit there, and a quotient of numbers that small has lost its own.
        flat = np.abs(turned) < _FLAT
        return np.where(flat, step, np.expm1(turned) / np.where(flat, 1.0, a))


def _scanned(
    u: ArrayLike,
    delta: ArrayLike,
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    C: ArrayLike,  # noqa: N803
    D: ArrayLike | None,  # noqa: N803
    method: str,
) -> Scan:
    samples, steps, a = numbers("u", u), numbers("delta", delta), numbers("A", A)
    require(samples.ndim == 2 and samples.size > 0, "shape of u", samples.shape, "(token, channel), none of them 0")
    tokens, channels = samples.shape
    require(steps.shape == samples.shape, "shape of delta", steps.shape, f"{samples.shape}, as that of u")
    require(a.ndim == 2 and a.shape[0] == channels and a.size > 0, "shape of A", a.shape, f"({channels}, state)")
    require(bool((steps >= 0).all()), "least delta", float(steps.min()), "at least 0")
    require(method in SCAN_METHODS, "method", method, "one of " + ", ".join(SCAN_METHODS))
    sides = {"B": numbers("B", B), "C": numbers("C", C)}
    for name, side in sides.items():
        require(side.shape == (tokens, a.shape[1]), f"shape of {name}", side.shape, f"({tokens}, {a.shape[1]})")
    skip = numbers("D", 0.0 if D is None else D)
    require(skip.shape in ((), (1,), (channels,)), "shape of D", skip.shape, f"({channels},) or one number")
    return Scan(samples, steps, a, sides["B"], sides["C"], np.broadcast_to(skip, (channels,)), method)


def selective_matrix(
    delta: ArrayLike,
    A: ArrayLike,  # noqa: N803
    B: ArrayLike,  # noqa: N803
    C: ArrayLike,  # noqa: N803
    *,
    method: str = "euler",
) -> Float[np.ndarray, "channel token token"]:
    """The matrices that a selective state space applies: M_ts = C_t exp((Δ_{s+1} + ... + Δ_t) A) B̄_s for s ≤ t.

    Args:
        delta, A, B, C, method: as for `selective_scan`.

    Returns:
        M [channel token token], 0 above the diagonal. Invariant: M u of each channel is `selective_scan` without D.

    Raises:
        ValueError: as `selective_scan`.

    Source: Dao and Gu 2024 (2405.21060), section 3.2.
    """
    steps = numbers("delta", delta)
    scan = _scanned(np.ones(steps.shape), steps, A, B, C, None, method)
    clock = np.cumsum(scan.delta, axis=0).T
    gaps = clock[:, :, None] - clock[:, None, :]
    past = np.tri(gaps.shape[1], dtype=bool)
    decay = np.exp(np.where(past, gaps, 0.0)[..., None] * scan.A[:, None, None, :]) * past[..., None]
    return np.asarray(np.einsum("tn,ctsn,scn->cts", scan.C, decay, scan.gain))


def parallel_scan(a: ArrayLike, b: ArrayLike) -> Float[np.ndarray, "time ..."]:
    """The recurrence h_k = a_k h_{k-1} + b_k, from h_{-1} = 0, as a tree of pairs in about log2 L rounds.

    A pair (a, b) stands for the step h -> a h + b, and two steps make one: (a, b) after (a', b') is (a a', a b' + b).
    In round j each place takes in the pair 2^j places before it, all at once.

    Args:
        a, b: [time ...], of one shape and any rank from 1 on; without a step there is nothing to do.

    Returns:
        h [time ...]. Invariant: equal to the sequential pass up to rounding.

    Raises:
        ValueError: for shapes that differ, numbers that are not finite, or products that leave float64.

    Source: Hillis and Steele 1986; Blelloch 1990, section 1.4; Gu and Dao 2023 (2312.00752), section 3.3.2.
    """
    return scan_rounds(a, b)[-1][1]


def one_after_another(a: ArrayLike, b: ArrayLike) -> Float[np.ndarray, "time ..."]:
    """The same recurrence in L - 1 steps, which wait for each other; arguments and errors as for `parallel_scan`."""
    factor, term = _pairs(a, b)
    found = term.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for place in range(1, len(found)):
            found[place] += factor[place] * found[place - 1]
    return finite("the recurrence", found, "its factors a are too large")


def _pairs(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    factor, term = numbers("a", a), numbers("b", b)
    require(factor.ndim >= 1, "shape of a", factor.shape, "(time, ...)")
    require(term.shape == factor.shape, "shape of b", term.shape, f"{factor.shape}, as that of a")
    return factor, term


def scan_rounds(
    a: ArrayLike, b: ArrayLike
) -> list[tuple[Float[np.ndarray, "time ..."], Float[np.ndarray, "time ..."]]]:
    """The pairs after each round of `parallel_scan`: after round j a place covers 2^j steps, or all up to it.

    Returns:
        (a, b) before the first round and after each one; the last b is h.
    """
    factor, term = _pairs(a, b)
    rounds, reach = [(factor, term)], 1
    while reach < len(factor):
        with np.errstate(over="ignore", invalid="ignore"):
            # Places before `reach` have taken in all there is.
            term = np.concatenate([term[:reach], factor[reach:] * term[:-reach] + term[reach:]])
            factor = np.concatenate([factor[:reach], factor[reach:] * factor[:-reach]])
        rounds.append((factor, term))
        reach *= 2
    finite("the scan", term, "products of the factors a are too large")
    return rounds


@dataclass(frozen=True, slots=True)
class ScanCost:
    """What a scan of L steps takes: rounds one after another, and pairs joined in all.

    Args:
        length: L.
        depth: rounds; the sequential pass has L - 1.
        work: pairs joined; the sequential pass joins L - 1.
    """

    length: int
    depth: int
    work: int


def scan_cost(length: int) -> ScanCost:
    """Rounds and joined pairs of `parallel_scan` on L steps: ceil(log2 L), and L - 2^j pairs in round j.

    Raises:
        ValueError: for a length below 1.
    """
    length = whole("length", length, 1, 1 << 62)
    depth = (length - 1).bit_length()
    return ScanCost(length, depth, sum(length - (1 << j) for j in range(depth)))
