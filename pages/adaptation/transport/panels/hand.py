"""The panel that solves a small transport problem by hand: a table to edit, and the network simplex in steps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.grid import grid
from components.numbers import as_text, numbers, table, table_as_text
from components.page import Page
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.transport import (
    MAX_ENUMERATED,
    MAX_SIDE,
    ByHand,
    SimplexStep,
    UnequalMassesError,
    cost_matrix,
    cost_of,
    exact,
    solve_by_hand,
)
from pages.adaptation.transport import results
from pages.adaptation.transport.figures import steps
from pages.adaptation.transport.panels.files import offer
from pages.adaptation.transport.results import Problem

if TYPE_CHECKING:
    import pandas as pd

PARAMETERS = ("costs", "supply", "demand")
MASS = "mass"


@dataclass(frozen=True, eq=False)
class Small:
    """Costs [source target] and the masses of both sides."""

    costs: np.ndarray
    supply: np.ndarray
    demand: np.ndarray

    def values(self) -> dict[str, str]:
        """The problem as the texts that stand in the URL."""
        return {"costs": table_as_text(self.costs), "supply": as_text(self.supply), "demand": as_text(self.demand)}


def small_problem(page: Page) -> Small:
    """The problem that the parameters describe. Raises ValueError for a text that is no table, or of another size."""
    costs = table(page.controls.value("costs"), "costs")
    supply = numbers(page.controls.value("supply"), "sources")
    demand = numbers(page.controls.value("demand"), "targets")
    if costs.shape != (len(supply), len(demand)):
        raise ValueError(
            f"costs: {costs.shape[0]} rows and {costs.shape[1]} columns, but masses for {len(supply)} sources and "
            f"{len(demand)} targets"
        )
    return Small(costs, supply, demand)


def by_hand(page: Page, problem: Problem) -> None:
    """A small problem with masses and costs of the visitor's own, solved step by step.

    Args:
        problem: that of the main figure, which is offered where it is small enough.
    """
    left, right = st.columns([1.5, 2.3])
    try:
        with left:
            found = _solved(_edited(page))
    except ValueError as error:
        with right:
            told(error)
            offer(page, _ways_out(page, error))
        return
    with left:
        number = page.controls.slider("step", "Step", 0, len(found.steps) - 1)
        _offer_points(page, problem)
    step = found.steps[number]
    with right:
        _draw(page, found, step, number)
    page.note(_explained(step, number))
    if max(found.costs.shape) <= MAX_ENUMERATED:
        _draw_vertices(page, found, step.cost)
    else:
        st.caption(f"Up to {MAX_ENUMERATED} × {MAX_ENUMERATED} the panel also lists every vertex there is.")


def checks(page: Page) -> list[Check]:
    """The identities of the step on screen; none for a table that cannot be solved."""
    try:
        found = _solved(small_problem(page))
    except ValueError:
        return []
    own = [*found.checks(page.controls.value("step")), _peer(found)]
    return [*own, _no_cheaper_vertex(found)] if max(found.costs.shape) <= MAX_ENUMERATED else own


def export_frame(page: Page) -> "pd.DataFrame":
    """The step on screen as a table, a line for each cell; no line for a table that cannot be solved."""
    import pandas as pd

    columns = ["source", "target", "cost", "mass", "reduced_cost"]
    try:
        found = _solved(small_problem(page))
    except ValueError:
        return pd.DataFrame(columns=columns)
    step = found.steps[page.controls.value("step")]
    i, j = np.indices(found.costs.shape).reshape(2, -1)
    cells = (values[i, j] for values in (found.costs, step.plan, step.reduced_cost))
    return pd.DataFrame(dict(zip(columns, (i + 1, j + 1, *cells), strict=True)))


def script(page: Page) -> str:
    """A script that solves the table on screen with `core` alone."""
    costs, supply, demand = (page.controls.value(name) for name in PARAMETERS)
    return f"""import numpy as np

from core.transport import solve_by_hand


def numbers(text):
    return np.array(text.replace(",", " ").split(), dtype=float)


rows = {costs!r}.replace("/", "\\n").splitlines()
costs = np.stack([numbers(row) for row in rows if row.strip()])
found = solve_by_hand(costs, numbers({supply!r}), numbers({demand!r}))
step = found.steps[{page.controls.value("step")}]
print(step.cost)
print(step.plan)
"""


def of_points(problem: Problem) -> Small | None:
    """The costs, to three digits, and the masses of a problem of few points; None for one that is not for the hand."""
    x, y, (a, b) = problem.source.points(), problem.target.points(), problem.masses()
    if max(len(x), len(y)) > MAX_SIDE or x.shape[1] != y.shape[1] or not problem.balanced:
        return None
    costs = cost_matrix(x, y, metric=problem.metric)
    return Small(np.array([[float(f"{cost:.3g}") for cost in row] for row in costs]), a, b)


def _offer_points(page: Page, problem: Problem) -> None:
    """A button that puts the points of the main figure into the table, where they are few."""
    small = of_points(problem)
    if small is None:
        return
    values = small.values()
    if all(page.controls.value(name) == text for name, text in values.items()):
        st.caption("These are the points of the main figure, their costs to three digits.")
        return
    offer(
        page, {f"Take the {len(small.supply)} and {len(small.demand)} points of the main figure": values | {"step": 0}}
    )


def _solved(small: Small) -> ByHand:
    return solve_by_hand(small.costs, small.supply, small.demand)


def _edited(page: Page) -> Small:
    """The problem as a table to edit, and as texts to paste. Raises ValueError where the texts are no table."""
    try:
        small = small_problem(page)
        grid(page, "hand", _frame(small), lambda frame: _small(frame).values())
        st.caption("From each source to each target: what one unit costs." + alive(" Click a cell to change it."))
    finally:
        with st.popover("As text", icon=":material/text_fields:"):
            page.controls.text("costs", "Costs, a source a line, or between slashes", lines=4)
            page.controls.text("supply", "Masses of the sources")
            page.controls.text("demand", "Masses of the targets")
    return small


def _frame(small: Small) -> "pd.DataFrame":
    """Costs with the masses at their right and below, as on a blackboard; the corner is empty."""
    import pandas as pd

    cells = np.vstack(
        [np.column_stack([small.costs, small.supply]), np.append(small.demand, np.nan)],
    )
    rows = [f"from {place}" for place in range(1, len(small.supply) + 1)]
    columns = [f"to {place}" for place in range(1, len(small.demand) + 1)]
    return pd.DataFrame(cells, index=[*rows, MASS], columns=[*columns, MASS])


def _small(frame: "pd.DataFrame") -> Small:
    cells = frame.to_numpy(dtype=float)
    return Small(cells[:-1, :-1], cells[:-1, -1], cells[-1, :-1])


def _ways_out(page: Page, error: ValueError) -> dict[str, dict[str, Any]]:
    """What a visitor may do about a problem that cannot be solved: label -> values of parameters."""
    back = {"Back to the example": {name: page.controls.defaults[name] for name in PARAMETERS}}
    try:
        small = small_problem(page)
    except ValueError:
        return back
    costs, a, b = small.costs, small.supply, small.demand
    if isinstance(error, UnequalMassesError):
        scaled = {"demand": as_text(b * (a.sum() / b.sum()))}
        ways = {f"Scale the targets to {a.sum():g}": scaled}
        if max(costs.shape) < MAX_SIDE:
            ways["Unbalanced: let the surplus stay, at cost 0"] = _with_surplus(small).values()
        return ways | back
    if not np.isfinite(costs).all():
        return {"Put 0 into empty cells": {"costs": Small(np.nan_to_num(costs), a, b).values()["costs"]}} | back
    even = {"supply": as_text(np.ones(len(a))), "demand": as_text(np.full(len(b), len(a) / len(b)))}
    return {"Equal masses": even} | back


def _with_surplus(small: Small) -> Small:
    """One more place on the lighter side, which takes what is left over and costs nothing."""
    costs, a, b = small.costs, small.supply, small.demand
    surplus = float(a.sum() - b.sum())
    if surplus > 0:
        return Small(np.column_stack([costs, np.zeros(len(a))]), a, np.append(b, surplus))
    return Small(np.vstack([costs, np.zeros(len(b))]), np.append(a, -surplus), b)


def _draw(page: Page, found: ByHand, step: SimplexStep, number: int) -> None:
    title = _finding(step, number)
    fig = steps.small_plan(
        step.plan,
        found.costs,
        (step.source_price, step.target_price),
        (found.source_mass, found.target_mass),
        basis=step.basis,
        entering=step.entering,
        change=step.change,
        reduced=step.reduced_cost,
        look=page.look,
        title=title,
    )
    page.plot(fig, name="hand", alt=f"A table of masses and costs. {title}.")


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


def _peer(found: ByHand) -> Check:
    """The last step against POT's network simplex."""
    best = cost_of(exact(found.source_mass, found.target_mass, found.costs).plan, found.costs)
    scale = float(np.abs(found.costs).max() * found.source_mass.sum()) or 1.0
    gap = abs(found.steps[-1].cost - best)
    return Check("The last step costs what POT's network simplex finds", gap, 1e-9 * scale, "ot.emd")


def _vertices(found: ByHand) -> np.ndarray:
    costs = tuple(map(tuple, found.costs.tolist()))
    return results.vertices_of(costs, tuple(found.source_mass.tolist()), tuple(found.target_mass.tolist()))


def _draw_vertices(page: Page, found: ByHand, at: float) -> None:
    every = _vertices(found)
    title = f"There are {len(every)} vertices; the cheapest costs {every[0]:.4g}"
    fig = steps.vertices(every, at=at, look=page.look, title=title)
    page.plot(fig, name="vertices", alt=f"The cost of every vertex, sorted. {title}.")


def _no_cheaper_vertex(found: ByHand) -> Check:
    """Whether the cheapest of all vertices is where the simplex ended."""
    every = _vertices(found)
    scale = float(np.abs(found.costs).max() * found.source_mass.sum()) or 1.0
    gap = abs(float(every[0]) - found.steps[-1].cost)
    return Check("No vertex is cheaper than the last step", gap, 1e-9 * scale, f"all {len(every)} vertices")
