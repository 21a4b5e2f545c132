"""Gradient descent on a quadratic, where it can be followed in closed form: up to 2/L it converges, beyond it not."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check

LARGEST = 1e100
"""A coordinate beyond it ends the run: squares of it still are numbers."""


@dataclass(frozen=True, eq=False)
class Descent:
    """The path of gradient descent on f(w) = 1/2 sum_i λ_i w_i².

    Args:
        curvatures: λ, [d], each at least 0.
        learning_rate: η.
        path: [step+1 d], from the start on; it ends early where a coordinate leaves ±1e100.
    """

    curvatures: Float[np.ndarray, " d"]
    learning_rate: float
    path: Float[np.ndarray, "step d"]

    @property
    def values(self) -> Float[np.ndarray, " step"]:
        """f along the path."""
        return np.asarray(0.5 * (self.path**2 @ self.curvatures))

    @property
    def threshold(self) -> float:
        """2 / L with L the largest curvature; infinite where all are 0."""
        largest = float(self.curvatures.max())
        return 2 / largest if largest > 0 else float("inf")

    @property
    def factors(self) -> Float[np.ndarray, " d"]:
        """1 - η λ_i: what each step multiplies coordinate i by."""
        return np.asarray(1 - self.learning_rate * self.curvatures)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Step by step the same as in closed form, w_t = (1 - ηλ)^t w_0, within rounding of t multiplications."""
        steps = np.arange(len(self.path))[:, None]
        with np.errstate(over="ignore"):
            closed = self.factors**steps * self.path[0]
        size = np.maximum(np.abs(closed), np.abs(self.path))
        scale = np.finfo(float).eps * 4 * (steps + 1) * np.maximum(1.0, self._stretch)
        gap = np.abs(closed - self.path) / np.where(size > 0, size, 1.0)
        return (
            Check(
                "Steps agree with (1 − ηλ)ᵗ w₀",
                float((gap / scale).max()),
                1.0,
                "in units of the rounding of as many steps",
            ),
        )

    @property
    def _stretch(self) -> Float[np.ndarray, " d"]:
        """How much larger the parts of 1 - ηλ are than the difference, which rounding is relative to."""
        return np.asarray((1 + self.learning_rate * self.curvatures) / np.maximum(np.abs(self.factors), 1e-300))


def descend(curvatures: np.ndarray, start: np.ndarray, *, learning_rate: float, steps: int) -> Descent:
    """Gradient descent w <- w - η λ w on f(w) = 1/2 sum λ_i w_i².

    Args:
        curvatures: λ, [d], finite and at least 0.
        start: [d], finite, within ±1e100.
        learning_rate: η, finite and at least 0.
        steps: at least 0.

    Raises:
        ValueError: for values outside of these ranges.

    Invariant: with 0 < η < 2/L and all λ > 0, f falls at each step; with η > 2/L the coordinate of L grows from any
        start but 0; at η = 2/L it changes sign forever.
    """
    bend, at = np.asarray(curvatures, dtype=float), np.asarray(start, dtype=float)
    if bend.ndim != 1 or len(bend) == 0 or bend.shape != at.shape:
        raise ValueError(f"curvatures {bend.shape} and start {at.shape} must be two lists of the same length.")
    if not (np.isfinite(bend).all() and (bend >= 0).all()):
        raise ValueError(f"curvatures = {bend} must be finite and at least 0.")
    if not (np.abs(at) <= LARGEST).all():
        raise ValueError(f"start = {at} must lie within ±{LARGEST:g}.")
    if not (np.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"learning_rate = {learning_rate} must be finite and at least 0.")
    if steps < 0:
        raise ValueError(f"steps = {steps} must be at least 0.")
    path = [at]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            after = path[-1] - learning_rate * (bend * path[-1])
            if not (np.abs(after) <= LARGEST).all():
                break
            path.append(after)
    return Descent(bend, float(learning_rate), np.stack(path))
