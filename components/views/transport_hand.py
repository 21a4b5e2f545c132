"""Panels that do transport by hand: a small table in steps, and mass along a line."""

import numpy as np
import streamlit as st

from components.figures import transport_steps as figures
from components.views.transport import Shown
from core.transport import SimplexStep, line_transport, solve, solve_by_hand, vertex_costs


def numbers(text: str, what: str) -> np.ndarray:
    """Numbers from a text, separated by spaces or commas. Raises ValueError with the word that is none."""
    values = []
    for word in text.replace(",", " ").split():
        try:
            values.append(float(word))
        except ValueError as error:
            raise ValueError(f"{what}: {word[:20]!r} is no number") from error
    if not 1 <= len(values) <= 60:
        raise ValueError(f"{what}: {len(values)} numbers; there must be 1 to 60")
    return np.array(values)


def table(text: str) -> np.ndarray:
    """A matrix from a text, one row a line or between slashes. Raises ValueError for rows of unequal length."""
    rows = [numbers(line, "costs") for line in text.replace("/", "\n").splitlines() if line.strip()]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("costs: every line needs the same number of values")
    return np.stack(rows)


def by_hand(shown: Shown) -> None:
    """A small problem with masses and costs of the visitor's own, solved step by step."""
    page = shown.page
    left, right = st.columns([1, 2.6])
    with left:
        text = page.controls.text("costs", "Costs, a source a line, or between slashes", lines=4)
        supply = page.controls.text("supply", "Masses of the sources")
        demand = page.controls.text("demand", "Masses of the targets")
    try:
        costs, a, b = table(text), numbers(supply, "sources"), numbers(demand, "targets")
        found = solve_by_hand(costs, a, b)
    except ValueError as error:
        with right:
            st.warning(str(error))
        return
    with left:
        number = page.controls.slider("step", "Step", 0, len(found.steps) - 1)
    step = found.steps[number]
    with right:
        title = _finding(step, number)
        fig = figures.small_plan(
            step.plan,
            costs,
            (step.source_price, step.target_price),
            (a, b),
            basis=step.basis,
            entering=step.entering,
            change=step.change,
            reduced=step.reduced_cost,
            look=page.look,
            title=title,
        )
        page.plot(fig, name="hand", alt=f"A table of masses and costs. {title}.")
    st.markdown(_explained(step, number))
    _all_vertices(shown, costs, a, b, step.cost)


def _finding(step: SimplexStep, number: int) -> str:
    if step.entering is None:
        return f"Step {number}: cost {step.cost:.4g}, and no move saves anything: this is the optimum"
    i, j = step.entering
    saved = -step.reduced_cost[i, j]
    moved = f"moving {step.amount:.3g}" if step.amount else "an empty move"
    return f"Step {number}: cost {step.cost:.4g}; source {i + 1} to target {j + 1} saves {saved:.3g} a unit, {moved}"


def _explained(step: SimplexStep, number: int) -> str:
    outlined = "The outlined cells form a tree: prices are set so that u + v equals the cost on each of them. "
    if number == 0:
        outlined = "The first plan fills the table from its upper left corner, blind to the costs. " + outlined
    if step.entering is None:
        return outlined + (
            "Everywhere else u + v is at most the cost. Masses times prices then add up to the cost of this plan, and "
            "no plan can cost less than that."
        )
    i, j = step.entering
    return outlined + (
        f"For source {i + 1} and target {j + 1} the prices exceed the cost: one unit moved there (+) frees a unit in "
        "each cell marked − and fills each marked +. The loop moves as much as its emptiest − cell holds."
    )


def _all_vertices(shown: Shown, costs: np.ndarray, a: np.ndarray, b: np.ndarray, at: float) -> None:
    if max(costs.shape) > 4:
        st.caption("Up to 4 × 4 the panel also lists every vertex there is.")
        return
    every = vertex_costs(costs, a, b)
    title = f"There are {len(every)} vertices; the cheapest costs {every[0]:.4g}"
    fig = figures.vertices(every, at=at, look=shown.page.look, title=title)
    shown.page.plot(fig, name="vertices", alt=f"The cost of every vertex, sorted. {title}.")


def one_dimension(shown: Shown) -> None:
    """Two samples on a line: sorted matching, quantile functions, and the same number from POT."""
    page = shown.page
    places = st.columns([3, 3, 1.4], vertical_alignment="bottom")
    with places[0]:
        first = page.controls.text("line_source", "Source on a line")
    with places[1]:
        second = page.controls.text("line_target", "Target on a line")
    with places[2]:
        p = int(page.controls.choice("power", "Power p", ["1", "2", "3"]))
    try:
        x, y = numbers(first, "source"), numbers(second, "target")
        along = line_transport(x, y, p=p)
    except ValueError as error:
        st.warning(str(error))
        return
    shape = "the area between the curves" if p == 1 else f"the integral of the gap to the power {p}"
    name = {1: "W₁", 2: "W₂²", 3: "W₃³"}[p]
    title = f"{name} = {along.cost:.4f}: {shape}"
    fig = figures.along_line(
        along.levels, along.source_quantile, along.target_quantile, points=(x, y), look=page.look, title=title
    )
    page.plot(fig, name="line", alt=f"Two samples on a line and their quantile functions. {title}.")
    peer = _by_simplex(x, y, p)
    page.note(
        f"By sorting: <b>{along.cost:.6f}</b>. By POT's network simplex: <b>{peer:.6f}</b>, a difference of "
        f"<b>{abs(along.cost - peer):.0e}</b>. The smallest goes to the smallest: two paths that cross can only get "
        "longer. With different numbers of points a point is split, and the plan is a staircase."
    )


def _by_simplex(x: np.ndarray, y: np.ndarray, p: int) -> float:
    """The same cost by the solver for any dimension; for p = 3 its cost matrix is built here."""
    from core.transport.methods import exact

    if p < 3:
        return solve(x, y, metric="euclidean" if p == 1 else "sqeuclidean").cost
    costs = np.abs(x[:, None] - y) ** p
    plan = exact(np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y)), costs).plan
    return float(np.vdot(plan, costs))
