"""The transport problem on screen: its controls, its main figure, and whether the answer may be believed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.course import FIGURE, PANEL
from components.figures.heights import room
from components.page import Page
from components.refusals import NothingYetError
from core.checks import Check
from core.transport import CLOUDS, DOMAINS, Transport, against_optimum, bures_identity
from pages.adaptation.transport import findings, points, results
from pages.adaptation.transport.figures.matching import drawn_moves, matching
from pages.adaptation.transport.panels import drawing, files
from pages.adaptation.transport.results import YOUR_FILE, YOUR_POINTS, Cloud, Problem

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "exact": "exact",
    "Sinkhorn": "sinkhorn",
    "unbalanced": "unbalanced",
    "partial": "partial",
    "sliced": "sliced",
    "Gaussian": "gaussian",
    "Gromov": "gromov",
}
METRICS = {"squared Euclidean": "sqeuclidean", "Euclidean": "euclidean", "cosine": "cosine"}
SLOW = {"gromov": 400, "unbalanced": 400}
"""Rows of a file that a method takes which would need several seconds for more."""

STARTS, FEW_STARTS, MOST_TRIED = 10, 3, 150
"""Starts of Gromov-Wasserstein, and how many where a side of the plan has more points than the last of these."""

WORK = {"log": 25_000_000, "plain": 400_000_000, "stabilized": 400_000_000, "auto": 400_000_000}
"""Cells of the plan times iterations that Sinkhorn may spend, about one second in each domain."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the problem, its solution, and the exact optimum where it may be compared."""

    page: Page
    problem: Problem
    run: Transport
    domain: str
    max_iter: int
    share: float

    @cached_property
    def optimum(self) -> float | None:
        """The exact cost; None for Gromov-Wasserstein and for unequal masses."""
        return None if self.problem.method == "gromov" else results.optimum_of(self.problem)

    @property
    def lies(self) -> bool:
        """Whether the method promised a plan and did not return one."""
        return self.run.feasible is False


READERS = (FIGURE, "By hand", "On the way", "Prices", "When Sinkhorn lies")
"""The views that read the problem of the main figure."""


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values.

    A visitor's own points may be refused, so what chooses them stays in sight.
    """
    value = page.controls.value
    own = {value("source"), value("target")} & {YOUR_FILE, YOUR_POINTS}
    return value(PANEL) not in READERS and not own


def controls(page: Page) -> tuple[Problem, str, int, float]:
    """Draws the controls. Returns the problem, Sinkhorn's domain and iterations, and reg as a share of the mean cost.

    Raises ValueError where a file is chosen but not there or not readable.
    """
    places = st.columns([2.2, 2.2, 2.2, 4, 1.6], vertical_alignment="bottom")
    names = [*CLOUDS, YOUR_FILE, YOUR_POINTS]
    with places[0]:
        source = page.controls.select("source", "Source", names)
    with places[1]:
        target = page.controls.select("target", "Target", names)
    with places[2]:
        method = METHODS[page.controls.select("method", "Method", list(METHODS))]
    with places[4]:
        more = page.more()
    with more:
        count = page.controls.slider("points", "Points on each side", 2, 400)
        metric = METRICS[page.controls.select("metric", "Cost of a move", list(METRICS))]
        weights = page.controls.select("weights", "Masses", list(results.WEIGHTS))
        shift = [page.controls.slider(f"shift_{axis}", f"Move the target along {axis}", -8.0, 8.0) for axis in "xy"]
        seed = page.controls.number("seed", "Seed", 0, 999)
        domain = page.controls.select("domain", "Sinkhorn keeps its numbers", list(DOMAINS))
        drawing.texts(page)
    own = [page.controls.value(f"{side}_points") for side in ("source", "target")]
    moved, most = (float(shift[0]), float(shift[1])), SLOW.get(method, 1000)
    clouds = Cloud(source, count, seed, text=own[0]), Cloud(target, count, seed + 1, moved, text=own[1])
    left, right = _sides(page, *clouds, most)
    with more:
        cells = max(1, len(left.masses()) * len(right.masses()))
        allowed = min(5000, WORK[domain] // cells // 10 * 10)
        max_iter = page.controls.slider("iterations", "Sinkhorn's iterations, at most", 10, allowed, step=10)
    with places[3]:
        options, share = _strength(page, Problem(left, right, weights, metric, method), domain, max_iter)
    return Problem(left, right, weights, metric, method, options), domain, max_iter, share


def _sides(page: Page, source: Cloud, target: Cloud, most: int) -> tuple[Cloud, Cloud]:
    """Both clouds, with `most` rows of a file at most where one is chosen. Raises ValueError where there is none."""
    sides = {"source": source, "target": target}
    given: dict[str, tuple[bytes, str | None] | None] = {}
    refused: list[ValueError] = []
    for side in (side for side, one in sides.items() if one.name == YOUR_FILE):
        # Both uploads are drawn before either is refused: one out of sight would lose its file.
        try:
            given[side] = files.cloud_file(page, side, most)
        except ValueError as error:
            refused.append(error)
    if refused:
        raise refused[0]
    for side, file in given.items():
        if file is None:
            raise NothingYetError(
                f"Upload a CSV of the {side}, with one point a row. A column called weight or mass may hold masses."
            )
        sides[side] = replace(sides[side], content=file[0], mass_column=file[1], most=most)
    return sides["source"], sides["target"]


def _strength(page: Page, problem: Problem, domain: str, max_iter: int) -> tuple[tuple[tuple[str, object], ...], float]:
    """The one slider that belongs to the method, as options of `solve`, and reg as a share of the mean cost."""
    share = 0.05
    if problem.method == "sinkhorn":
        share = 10 ** page.controls.slider("reg", "log₁₀ of regularization / mean cost", -3.0, 0.0, step=0.1)
        reg = share * results.mean_cost_of(problem.source, problem.target, problem.metric)
        return (("reg", reg), ("domain", domain), ("max_iter", max_iter)), share
    if problem.method == "unbalanced":
        price = page.controls.slider("price", "log₁₀ of the price of a wrong marginal", -2.0, 2.0, step=0.1)
        unit = results.mean_cost_of(problem.source, problem.target, problem.metric)
        return (("unbalanced", 10**price * unit),), share
    if problem.method == "partial":
        part = page.controls.slider("mass", "Mass to move (% of the lighter side)", 5, 100)
        lighter = min(float(side.sum()) for side in problem.masses())
        return (("mass", part / 100 * lighter),), share
    if problem.method == "sliced":
        return (("n_projections", page.controls.slider("lines", "Random lines", 1, 500)),), share
    if problem.method == "gromov":
        few = len(problem.source.masses()) * len(problem.target.masses()) > MOST_TRIED**2
        starts = FEW_STARTS if few else STARTS
        st.caption(f"The best of {starts} starts is shown.")
        return (("starts", starts),), share
    st.caption("Solved without a parameter.")
    return (), share


def main_figure(shown: Shown) -> None:
    """Both clouds with what moves between them, and the plan."""
    run, page = shown.run, shown.page
    side = drawing.bar(page, shown.problem)
    away = drawing.apart(run.method, run.source, run.target, board=bool(side))
    board = drawing.board(shown.problem, side, away)
    sides, bars = _right_half(shown)
    fig = matching(
        run.source,
        run.target,
        run.plan,
        look=page.look,
        title=title(shown),
        sides=sides,
        bars=bars,
        apart=away,
        board=board,
        height=room(page.look, drawing.BAR) if board else None,
        weights=(run.source_weights, run.target_weights),
    )
    page.plot(
        fig,
        name="matching",
        roomy=True,
        alt=f"Two clouds of points, lines between them, and the plan. {title(shown)}.",
        on_click=drawing.clicked(page, board) if board else None,
    )


def _right_half(shown: Shown) -> tuple[tuple[str, str], tuple[list[str] | list[float], np.ndarray] | None]:
    run = shown.run
    if run.method == "gaussian":
        apart = _mean(run.source, run.source_weights) - _mean(run.target, run.target_weights)
        means = float((apart**2).sum() * run.source_weights.sum())
        return ("", "part of the cost"), (["means apart", "spreads differ"], np.array([means, run.cost - means]))
    if run.method == "sliced":
        counts, edges = np.histogram(run.history, bins=min(30, max(5, len(run.history) // 4)))
        return ("cost along a line", "number of lines"), (
            ((edges[:-1] + edges[1:]) / 2).tolist(),
            counts.astype(np.float64),
        )
    return ("", ""), None


def _mean(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    mean: np.ndarray = weights @ points / weights.sum()
    return mean


def title(shown: Shown) -> str:
    """The finding in words."""
    source, target = shown.problem.source.name, shown.problem.target.name
    return findings.title(f"{source[0].upper()}{source[1:]} to {target}", shown.run, shown.optimum)


def reading(shown: Shown) -> str:
    """The live sentence: the cost, and whether a plan stands behind it."""
    run = shown.run
    if run.plan is None:
        exact = f" The exact cost is <b>{findings.amount(shown.optimum)}</b>." if shown.optimum is not None else ""
        none = "This method has no plan, so there is no marginal to check."
        cost = f"The cost is <b>{findings.amount(run.cost)}</b>{findings.on_average(run)}{findings.as_distance(run)}."
        return f"{cost} {none}{exact}"
    role = "rejected" if shown.lies else "accepted"
    verdict = {"partial": "within both masses", "unbalanced": "free marginals"}.get(run.method, "feasible")
    verdict = "infeasible" if shown.lies else verdict
    parts = [
        f"{'GW ≤' if run.method == 'gromov' else '⟨P, M⟩ ='} <b>{findings.amount(run.cost)}</b>",
        findings.of_the_marginals(run),
        f"mass moved <b>{findings.amount(run.mass, 3)}</b>",
    ]
    color = shown.page.look.role(role)
    note = f' <span style="color:{color}">●</span> <b>{verdict}</b>.'
    best = shown.optimum
    if best is not None and run.method == "sinkhorn" and run.cost < best * (1 - 1e-9):
        note += f" The exact optimum is <b>{findings.amount(best)}</b>: no plan can cost less, so this is none."
    if run.message and not shown.lies:
        note += f" {escape(run.message[0].upper() + run.message[1:])}."
    said = (
        findings.what_the_plan_does(run),
        f"{', '.join(parts)}.{note}",
        findings.what_is_drawn(drawn_moves(run.plan)[2]),
    )
    return " ".join(words for words in said if words)


def checks(shown: Shown) -> list[Check]:
    """The identities of the result, and on which side of the exact optimum its method must stay."""
    run, best = shown.run, shown.optimum
    if run.method == "exact":
        return [*run.checks, *results.metric_checks_of(run)]
    if best is None or run.method == "gromov" or (run.method == "sinkhorn" and not np.isfinite(run.cost)):
        return list(run.checks)
    return [*run.checks, against_optimum(run, best), *([bures_identity(run)] if run.method == "gaussian" else [])]


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The plan as a table, one line for each move; for methods without a plan the points."""
    import pandas as pd

    run = shown.run
    if run.plan is None or run.cost_matrix is None:
        sides = [(name, row) for name, side in (("source", run.source), ("target", run.target)) for row in side]
        return pd.DataFrame([{"side": name, **{f"x{k}": v for k, v in enumerate(row)}} for name, row in sides])
    i, j = np.nonzero(np.nan_to_num(run.plan))
    return pd.DataFrame({"source": i, "target": j, "mass": run.plan[i, j], "cost": run.cost_matrix[i, j]})


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.transport import dataset_distance, line_transport, sinkhorn_divergence, solve, solve_by_hand

    return [solve, solve_by_hand, line_transport, sinkhorn_divergence, dataset_distance]


def script(shown: Shown) -> str:
    """A script that solves the problem on screen with `core` alone."""
    problem = shown.problem
    lines = ["import numpy as np", "", "from core.transport import cloud, read_table, solve", ""]
    for side, mass, which in (("source", "a", problem.source), ("target", "b", problem.target)):
        if which.name == YOUR_FILE:
            lines.append(f'{side}_table = read_table(open("{side}.csv", "rb").read(), masses={which.mass_column!r})')
            count = f"len({side}_table.points)"
            lines.append(f"{side}_rows = np.linspace(0, {count} - 1, min({count}, {which.most})).round().astype(int)")
            lines.append(f"{side} = {side}_table.points[{side}_rows]")
        elif which.name == YOUR_POINTS:
            lines.append(f"{side} = np.array({points.read(which.text).tolist()})")
        else:
            lines.append(f"{side} = cloud({which.name!r}, {which.count}, seed={which.seed})")
        equal = f"np.full(len({side}), 1 / len({side}))"
        lines.append(f"{mass} = {f'{side}_table.weights[{side}_rows]' if which.weighs else equal}")
        lines += [f"{side}[:, {axis}] += {by}" for axis, by in enumerate(which.shift) if by]
    lines += {
        "scaled to 1": ["a, b = a / a.sum(), b / b.sum()"],
        "heavier to the right": [
            "tilted = a * np.exp(source[:, 0] - source[:, 0].max())",
            "a = tilted * (a.sum() / tilted.sum())",
        ],
        "source weighs twice": ["a = 2 * a"],
    }.get(problem.weights, [])
    options = "".join(f", {name}={value!r}" for name, value in problem.options)
    lines += [
        "run = solve(",
        "    source, target, source_weights=a, target_weights=b,",
        f"    metric={problem.metric!r}, method={problem.method!r}{options},",
        ")",
        "print(run.cost, run.feasible, run.row_error, run.column_error)",
        "for check in run.checks:",
        "    print(check.name, check.error, check.bound)",
    ]
    return "\n".join(lines) + "\n"
