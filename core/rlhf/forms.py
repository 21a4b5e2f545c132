"""The two functional forms of over-optimization, fitted to measured curves, with what they leave unexplained."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

BIN = 0.25
"""Width of a bin of sqrt(KL), in square roots of nats."""


def binned(
    kl: Float[np.ndarray, "point"], gain: Float[np.ndarray, "point"]
) -> tuple[Float[np.ndarray, "bin"], Float[np.ndarray, "bin"]]:
    """Mean KL and mean gain of the points in each bin of sqrt(KL), so that each stretch of the curve counts alike.

    A run spends most of its steps far from the start; a fit to its steps is a fit to its end.

    Returns:
        KL and gain of the bins that hold a point, in growing order. KL is the square of the mean of sqrt(KL).
    """
    d = np.sqrt(np.maximum(np.asarray(kl, dtype=float), 0))
    _, places = np.unique(np.floor(d / BIN), return_inverse=True)
    count = np.bincount(places)
    return (np.bincount(places, weights=d) / count) ** 2, np.bincount(places, weights=np.asarray(gain, float)) / count


@dataclass(frozen=True, eq=False)
class FormFit:
    """A fitted form.

    Args:
        form: "best_of_n" for R = d (a - b d), "rl" for R = d (a - b log d); d = sqrt(KL).
        a, b: the coefficients.
        fitted: R at the measured d.
        residual: root mean square of measured minus fitted, in points.
        explained: share of the variance that the form explains; can be below 0.
    """

    form: str
    a: float
    b: float
    fitted: Float[np.ndarray, "point"]
    residual: float
    explained: float

    @property
    def peak(self) -> float:
        """The largest fitted R at a measured d."""
        return float(self.fitted.max())


def fit_form(kl: Float[np.ndarray, "point"], gain: Float[np.ndarray, "point"], form: str) -> FormFit:
    """Least squares for a and b; both forms are linear in them and pass through R(0) = 0.

    Args:
        kl: divergence from the start, nats, at least two values above 0.
        gain: gold reward minus that of the start, points.
        form: which one.

    Raises:
        ValueError: for an unknown form, shapes that differ, or fewer than two points with KL above 0.

    Invariant: residuals are orthogonal to both columns of the design.
    Source: Gao, Schulman and Hilton 2210.10760, section 3.1.
    """
    if form not in ("best_of_n", "rl"):
        raise ValueError(f"form = {form!r} must be 'best_of_n' or 'rl'.")
    if kl.shape != gain.shape or (kl > 1e-9).sum() < 2:
        raise ValueError(f"kl {kl.shape} and gain {gain.shape} must match, with at least 2 values of KL above 0.")
    d = np.sqrt(np.maximum(kl.astype(float), 0))
    bend = d**2 if form == "best_of_n" else d * np.log(np.maximum(d, 1e-9))
    design = np.stack([d, -bend], axis=1)
    a, b = np.linalg.lstsq(design, gain.astype(float), rcond=None)[0]
    fitted = design @ np.array([a, b])
    error = gain - fitted
    total = float(np.sum((gain - gain.mean()) ** 2))
    explained = 1 - float(np.sum(error**2)) / total if total > 0 else float("nan")
    return FormFit(form, float(a), float(b), fitted, float(np.sqrt(np.mean(error**2))), explained)
