"""Particles that follow the slope of a distance to a target cloud."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.transport.divergence import gradient, sinkhorn_divergence
from core.transport.problem import ArrayLike, Points, as_number, as_points, cost_matrix
from core.transport.slices import directions, line_transport
from core.transport.solution import solve
from core.transport.units import unit_of

LOSSES = ("wasserstein", "sinkhorn", "sliced")
"""W2^2, the debiased Sinkhorn divergence, the sliced W2^2."""

NUDGE = 1e-3
"""How far all particles together move, as one vector, to measure a slope: so little that hardly any changes partner.

In units of the root of the mean cost at the start, rounded to a power of two.
"""


@dataclass(frozen=True, eq=False)
class Flow:
    """Particles on their way down a distance.

    Args:
        positions: [step + 1, particle, d], from the start.
        values: [step + 1], the distance before each step and after the last.
        gradients: [particle d], of the first step.
        loss: one of LOSSES.
        checks: the identities of this flow.
    """

    positions: Float[np.ndarray, "frame particle d"]
    values: Float[np.ndarray, "frame"]
    gradients: Points
    loss: str
    checks: tuple[Check, ...]


def gradient_flow(
    source: ArrayLike,
    target: ArrayLike,
    *,
    loss: str = "wasserstein",
    steps: int = 40,
    step_size: float | int = 0.1,
    reg: float | int | None = None,
    n_projections: int = 50,
    seed: int = 0,
) -> Flow:
    """Gradient descent on the particles: x_i <- x_i - step_size (n / 2) dF/dx_i, all masses equal.

    Args:
        source: [particle d], the start. target: [target d].
        loss: F, one of LOSSES. For sliced the step is multiplied by d, so that a pure shift moves alike under all.
        steps: 1 to 500.
        step_size: in (0, 1]; 1 jumps to the barycenter of what the plan assigns.
        reg: of the Sinkhorn divergence, in units of the cost; 5 % of the mean cost at the start without it.
        n_projections, seed: the lines of the sliced distance, the same ones at every step.

    Raises:
        ValueError: for values out of range, or points as in `solve`.

    Invariant: under wasserstein with as many targets as particles, every step lowers F by the factor (1 - step_size)^2.
    Source: Peyre and Cuturi 2019, section 9.3; Feydy et al. 2019, section 4; Bonneel et al. 2015.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss is {loss!r}; it must be one of {', '.join(LOSSES)}")
    steps = whole("steps", steps, 1, 500)
    if not 0 < as_number("step_size", step_size) <= 1:
        raise ValueError(f"step_size is {step_size}; it must be larger than 0 and at most 1")
    x, y = as_points("source", source), as_points("target", target)
    reg = 0.05 * float(cost_matrix(x, y).mean()) or 1.0 if reg is None else reg
    lines = directions(x.shape[1], n_projections=n_projections, seed=seed)
    scale = step_size * len(x) / 2 * (x.shape[1] if loss == "sliced" else 1)
    positions, values, slopes = [x], [], []
    for _ in range(steps):
        value, slope = value_and_gradient(positions[-1], y, loss=loss, reg=reg, lines=lines)
        slopes.append(slope)
        values.append(value)
        positions.append(positions[-1] - scale * slope)
    values.append(value_and_gradient(positions[-1], y, loss=loss, reg=reg, lines=lines)[0])
    checks = [_slope_check(x, y, slopes[0], loss=loss, reg=reg, lines=lines)]
    if loss == "wasserstein" and len(x) == len(y):
        off = np.abs(np.array(values[1:]) - (1 - step_size) ** 2 * np.array(values[:-1])).max()
        checks.append(Check("Each step lowers W₂² by the known factor", float(off), 1e-9 * values[0], "(1 - step)²"))
    return Flow(np.stack(positions), np.array(values), slopes[0], loss, tuple(checks))


def _slope_check(
    x: Points, y: Points, slope: Points, *, loss: str, reg: float | int, lines: Float[np.ndarray, "projection d"]
) -> Check:
    """|slope| against the rise of F along it, by a central difference over a nudge on either side."""
    size, nudge = float(np.linalg.norm(slope)), NUDGE * unit_of(float(np.sqrt(cost_matrix(x, y).mean())))
    ahead = slope / (size or 1.0) * nudge
    rise = [value_and_gradient(x + sign * ahead, y, loss=loss, reg=reg, lines=lines)[0] for sign in (1, -1)]
    error = abs((rise[0] - rise[1]) / (2 * nudge) - size)
    return Check("The slope is that of the distance", error, 1e-3 * max(size, nudge), "against a central difference")


def value_and_gradient(
    x: Points, y: Points, *, loss: str, reg: float | int, lines: Float[np.ndarray, "projection d"]
) -> tuple[float, Points]:
    """F(x) and dF/dx at equal masses, with the plans held fixed, which is exact where they are optimal.

    Args:
        x: [particle d]. y: [target d]. loss: one of LOSSES. reg: of sinkhorn. lines: of sliced, unit vectors.

    Invariant: the gradients of all particles sum to n times the pull on their mean.
    Source: the envelope theorem; see `core.transport.divergence.gradient`.
    """
    if loss == "wasserstein":
        found = solve(x, y)
        return found.cost, gradient(found)
    if loss == "sinkhorn":
        divergence = sinkhorn_divergence(x, y, reg=reg, max_iter=300, tolerance=1e-6)
        return divergence.value, divergence.gradient
    value, slope = 0.0, np.zeros_like(x)
    for line in lines:
        along = line_transport(x @ line, y @ line, p=2)
        pull = 2 * along.mass * (along.source_quantile - along.target_quantile)
        value += along.cost / len(lines)
        slope += np.outer(np.bincount(along.source_index, pull, minlength=len(x)), line) / len(lines)
    return value, slope
