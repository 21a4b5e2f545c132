"""The simplest selective model: a gate that lets a sample in or keeps what it holds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from core.checks import Check
from core.numbers import require, whole
from core.state_space.arguments import numbers
from core.state_space.selection import selective_scan

MOST_SURE = 20.0
"""The largest |z| of the example: beyond it the gate is open or shut to the last digit that a figure shows."""

EVERY = 8
"""Samples from one that counts to the next."""


def gated_mean(gate: ArrayLike, u: ArrayLike) -> Float[np.ndarray, "time"]:
    """The simplest selective model, a gate: h_t = (1 - g_t) h_{t-1} + g_t u_t, from 0.

    Args:
        gate: g [time], within [0, 1].
        u: [time].

    Invariant: equal to `selective_scan` with A = -1, B = C = 1, "zoh" and Δ = log(1 + e^z) where g = σ(z), since
        exp(-Δ) = 1 - σ(z).

    Raises:
        ValueError: for lengths that differ, numbers that are not finite, or a gate outside [0, 1].

    Source: Gu and Dao 2023 (2312.00752), theorem 1.
    """
    shares, samples = numbers("gate", gate), numbers("u", u)
    require(samples.ndim == 1 and samples.size > 0, "shape of u", samples.shape, "(time,), not empty")
    require(shares.shape == samples.shape, "shape of gate", shares.shape, f"{samples.shape}, as that of u")
    require(
        bool(((shares >= 0) & (shares <= 1)).all()), "gate", [float(shares.min()), float(shares.max())], "in [0, 1]"
    )
    found, h = np.empty(len(samples)), 0.0
    for place, (share, sample) in enumerate(zip(shares, samples, strict=True)):
        h = (1 - share) * h + share * sample
        found[place] = h
    return found


@dataclass(frozen=True, eq=False)
class Gated:
    """A signal with few samples that count, read by a gate and by a selective scan.

    Args:
        u: the signal [time].
        counts: where a sample is data; elsewhere it is noise [time].
        z: what opens the gate: above 0 on data, below on noise [time].
        by_gate, by_scan: h of `gated_mean` with g = σ(z), and y of `selective_scan` with Δ = log(1 + e^z) [time].
    """

    u: Float[np.ndarray, "time"]
    counts: Bool[np.ndarray, "time"]
    z: Float[np.ndarray, "time"]
    by_gate: Float[np.ndarray, "time"]
    by_scan: Float[np.ndarray, "time"]

    @property
    def delta(self) -> Float[np.ndarray, "time"]:
        """The step Δ = log(1 + e^z) of each sample."""
        return np.asarray(np.logaddexp(0, self.z))

    @property
    def shares(self) -> Float[np.ndarray, "time"]:
        """g = σ(z): the share of the new sample."""
        return np.asarray(1 / (1 + np.exp(-self.z)))

    @property
    def wanted(self) -> Float[np.ndarray, "time"]:
        """The last sample that counts, held until the next one."""
        last = np.maximum.accumulate(np.where(self.counts, np.arange(len(self.u)), 0))
        return np.asarray(self.u[last])

    @property
    def astray(self) -> float:
        """How far the state lies from the last sample that counts, in the root of the mean square."""
        return float(np.sqrt(np.mean((self.by_gate - self.wanted) ** 2)))

    @property
    def apart(self) -> float:
        """The largest difference between gate and scan."""
        return float(np.abs(self.by_gate - self.by_scan).max())

    @property
    def checks(self) -> tuple[Check, ...]:
        """The gate is the scan."""
        bound = 4 * len(self.u) * float(np.finfo(float).eps) * float(np.abs(self.u).max())
        return (
            Check(
                "The gate h = (1 − g) h + g u is a selective scan",
                self.apart,
                bound,
                "A = −1, B = C = 1, zoh; 4 L ε |u|",
            ),
        )


def gate(sure: float, *, length: int = 64, seed: int = 0) -> Gated:
    """Every eighth sample is data, the others are noise, and the gate is told by z = sure on data and -sure on noise.

    Args:
        sure: 0 to 20; at 0 every gate is half open.
        length: L, 1 to 4096.
        seed: of the samples.

    Raises:
        ValueError: for a value out of range.

    Invariant: `by_gate` is `by_scan` up to rounding.
    Source: Gu and Dao 2023 (2312.00752), theorem 1.
    """
    require(bool(0 <= sure <= MOST_SURE), "sure", sure, f"0 to {MOST_SURE:g}")
    count, rng = whole("length", length, 1, 4096), np.random.default_rng(whole("seed", seed, 0, 1 << 31))
    counts = np.arange(count) % EVERY == 0
    u = np.where(counts, rng.choice([-1.0, -0.5, 0.5, 1.0], count), rng.normal(scale=0.5, size=count))
    z, ones = np.where(counts, sure, -sure), np.ones((count, 1))
    scanned = selective_scan(u[:, None], np.logaddexp(0, z)[:, None], [[-1.0]], ones, ones, method="zoh")[:, 0]
    return Gated(u, counts, z, gated_mean(1 / (1 + np.exp(-z)), u), scanned)
