"""Mass may vanish and appear, at a price: Newton's method on the dual problem, which proves how near it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp  # type: ignore[import-untyped]

from core.transport.problem import Costs, SourceMass, TargetMass, Weights, cost_of

GAP = 1e-9
"""The excess of the objective over a proven bound, relative to it, at which a plan counts as optimal."""

SHRINK = 0.1
"""By which factor mass times slack falls from step to step of the interior point method."""


RIDGE = 1e-14
"""Keeps the equations solvable where rho is so large that one constant, moved from v to u, changes no digit of them."""

ENOUGH = 10.0
"""The price of a start, in units of rho: it leaves e^(-10) of a point's mass to move, and a higher one no digits."""


@dataclass(frozen=True, eq=False)
class Priced:
    """A plan, the prices that go with it, its objective, and what that exceeds the optimum by, at most.

    Args:
        done: whether the excess is proven to be negligible.
    """

    plan: Costs
    prices: tuple[SourceMass, TargetMass]
    objective: float
    gap: float
    done: bool

    @property
    def bound(self) -> float:
        """What no plan can undercut."""
        return self.objective - self.gap


@dataclass(frozen=True, eq=False)
class Priceable:
    """min <P, M> + rho KL(P 1 | a) + rho KL(P^T 1 | b) + reg KL(P | a b^T): masses without zeros, costs, rho, reg."""

    a: SourceMass
    b: TargetMass
    costs: Costs
    rho: float
    reg: float = 0.0

    @cached_property
    def negligible(self) -> float:
        """What rounding leaves where the optimum is 0: the objective of leaving all mass where it is, times epsilon."""
        unit = float(self.costs.mean()) or self.rho
        return float(np.finfo(np.float64).eps) * min(unit, self.rho) * float(self.a.sum() + self.b.sum())

    def wanted(self, f: Weights, g: Weights) -> tuple[SourceMass, TargetMass]:
        """The marginals that go with prices at the optimum: a e^(-f / rho) and b e^(-g / rho)."""
        return self.a * np.exp(-f / self.rho), self.b * np.exp(-g / self.rho)

    def leveled(self, f: Weights, g: Weights) -> tuple[SourceMass, TargetMass]:
        """Prices moved by a constant from one side to the other, so that both want the same total mass."""
        left, right = self.wanted(f, g)
        shift = self.rho / 2 * float(np.log(left.sum()) - np.log(right.sum()))
        return f + shift, g - shift

    def judged(self, plan: Costs, f: Weights, g: Weights) -> Priced:
        """The objective of a plan against the dual value of prices, which no plan can undercut.

        rho a.(1 - e^(-f / rho)) + rho b.(1 - e^(-g / rho)), and with reg: + reg sum_ij (a_i b_j - P_ij), where
        P = a b^T e^((f + g - M) / reg); without it the prices must satisfy f_i + g_j <= M_ij.
        """
        rows, columns = plan.sum(axis=1), plan.sum(axis=0)
        objective = cost_of(plan, self.costs) + self.rho * (divergence(rows, self.a) + divergence(columns, self.b))
        bound = -self.rho * float(self.a @ np.expm1(-f / self.rho) + self.b @ np.expm1(-g / self.rho))
        if self.reg:
            blurred = self.reg * float(self.a.sum() * self.b.sum() - rows.sum())
            bound += blurred
            objective += float(rows @ f + columns @ g) - cost_of(plan, self.costs) + blurred
        gap = max(objective - bound, 0.0)
        return Priced(plan, (f, g), objective, gap, gap <= max(GAP * objective, self.negligible))


def without_blur(problem: Priceable, *, max_iter: int) -> Priced:
    """The optimum for reg = 0, by a primal-dual interior point method.

    At the optimum P 1 = a e^(-f / rho), P^T 1 = b e^(-g / rho) and P_ij (M_ij - f_i - g_j) = 0; on the way the last is
    mu > 0, and falls. `ot.unbalanced.mm_unbalanced` multiplies instead, and after k steps is about rho / k too high.

    Args:
        max_iter: Newton steps.

    Invariant: no entry of the plan is negative, and f_i + g_j <= M_ij, so `gap` bounds the excess.
    Source: Boyd and Vandenberghe 2004, section 11.7; Sejourne et al. 2022, Faster unbalanced optimal transport.
    """
    costs, rho = problem.costs, problem.rho
    aside = min(float(costs.mean()) or rho, rho) / 2
    highest = np.minimum(costs.min(axis=1) / 2, ENOUGH * rho), np.minimum(costs.min(axis=0) / 2, ENOUGH * rho)
    f, g = problem.leveled(highest[0] - aside, highest[1] - aside)
    slack = costs - f[:, None] - g
    plan = float(problem.wanted(f, g)[0].sum()) * aside / slack.size / slack
    found = problem.judged(plan, f, g)
    for _ in range(max_iter):
        if found.done:
            break
        aim = SHRINK * cost_of(plan, slack) / plan.size / slack
        wanted = problem.wanted(f, g)
        lacks = wanted[0] - aim.sum(axis=1), wanted[1] - aim.sum(axis=0)
        df, dg = newton_step(plan / slack, wanted[0] / rho, wanted[1] / rho, *lacks)
        closer = df[:, None] + dg
        change = aim - plan + plan / slack * closer
        longest = rho / max(float(np.abs(df).max()), float(np.abs(dg).max()), rho)
        step = min(longest, _room(slack, closer), _room(plan, -change))
        f, g = problem.leveled(f + step * df, g + step * dg)
        plan = plan + step * change
        slack = slack - step * closer
        judged = problem.judged(plan, f, g)
        if not np.isfinite(judged.gap):
            break
        found = judged
    return found


def with_blur(problem: Priceable, *, max_iter: int) -> Priced:
    """The optimum for reg > 0, by scaling in logarithms, and a Newton step wherever it climbs higher.

    f <- -rho / (rho + reg) reg log sum_j b_j e^((g_j - M_ij) / reg), and g alike: each is the best price of its side
    for the other's. The plan is a b^T e^((f + g - M) / reg). It sets out from the prices without blur.

    Args:
        max_iter: scalings of both sides.

    Source: Chizat et al. 2018, Scaling algorithms for unbalanced transport problems; Newton: Brauer et al. 2017.
    """
    a, b, costs, rho, reg = problem.a, problem.b, problem.costs, problem.rho, problem.reg
    share = rho / (rho + reg)
    found = without_blur(Priceable(a, b, costs, rho), max_iter=max_iter)
    g = found.prices[1]
    for _ in range(max_iter):
        f = -share * reg * logsumexp((g - costs) / reg, axis=1, b=b)
        g = -share * reg * logsumexp((f[:, None] - costs) / reg, axis=0, b=a[:, None])
        found = _blurred(problem, f, g)
        if found.done:
            break
        better = next((trial for trial in _ahead(problem, found) if trial.bound > found.bound), found)
        if better.done:
            return better
        g = better.prices[1]
    return found


def _ahead(problem: Priceable, found: Priced) -> Iterator[Priced]:
    """A Newton step from a blurred plan and a quarter of it; none where its sums are too small to divide by."""
    (f, g), rho = found.prices, problem.rho
    left, right = problem.wanted(f, g)
    lacks = left - found.plan.sum(axis=1), right - found.plan.sum(axis=0)
    try:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            df, dg = newton_step(found.plan / problem.reg, left / rho, right / rho, *lacks)
    except np.linalg.LinAlgError:
        return
    for step in (1.0, 0.25):
        yield _blurred(problem, f + step * df, g + step * dg)


def newton_step(
    weight: Costs, left: SourceMass, right: TargetMass, first: SourceMass, second: TargetMass
) -> tuple[SourceMass, TargetMass]:
    """Solves (diag(left + weight 1) , weight; weight^T, diag(right + weight^T 1)) (df, dg) = (first, second).

    Args:
        weight: [source target], at least 0. left, first: [source]. right, second: [target]. left, right: positive.

    Invariant: the matrix is positive definite; df is eliminated, since its block is diagonal.
    """
    rows, columns = left + weight.sum(axis=1), right + weight.sum(axis=0)
    shared = weight / rows[:, None]
    dg: TargetMass = np.linalg.solve(np.diag(columns * (1 + RIDGE)) - weight.T @ shared, second - first @ shared)
    return first / rows - shared @ dg, dg


def divergence(p: Weights, q: Weights) -> float:
    """KL(p | q) = sum q ((1 + x) log(1 + x) - x) with x = p / q - 1, which keeps its digits where p is near q > 0."""
    x = p / q - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(x > -1, (1 + x) * np.log1p(x) - x, 1.0)
    return float(q @ parts)


def _blurred(problem: Priceable, f: Weights, g: Weights) -> Priced:
    with np.errstate(over="ignore", invalid="ignore"):
        plan = problem.a[:, None] * problem.b * np.exp((f[:, None] + g - problem.costs) / problem.reg)
        return problem.judged(plan, f, g)


def _room(values: Costs, falls: Costs) -> float:
    """The longest step, up to 1, along which values that fall keep a hundredth of themselves."""
    return 0.99 / max(float((falls / values).max()), 0.99)
