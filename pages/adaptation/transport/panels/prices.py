"""The panel on prices: what a carrier may ask at each place, and what these fees prove."""

import numpy as np
import streamlit as st

from core.checks import Check
from core.transport import TOLERANCE, Transport
from pages.adaptation.transport import findings
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.main import Shown

STORY = (
    "A carrier asks a fee u for picking up one unit at a source point, and a fee v for delivering it at a target. "
    "Only their sum counts: what all pick-up fees lose, all delivery fees may gain, so a single fee may be below 0. "
)
EXACT = (
    "Together they never exceed the cost of moving the unit yourself. The best such fees earn exactly the least cost: "
    "so no plan is cheaper."
)


def prices(shown: Shown) -> None:
    """The dual potentials: what each place would pay."""
    run, page = shown.run, shown.page
    if not _has_prices(run):
        st.info("Only exact and Sinkhorn have prices here. Choose exact to see them.")
        return
    assert run.potentials is not None
    u, v = run.potentials
    title = findings.of_the_prices(run, findings.earned(run))
    fig = figures.prices(run.source, run.target, u, v, look=page.look, title=title)
    # Beside the figure: on axes of one scale it fills no more than three fifths of a desk's width.
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        page.plot(fig, name="prices", alt=f"Both clouds colored by dual price. {title}.")
    with right:
        st.markdown(STORY + (_of_sinkhorn(run) if run.method == "sinkhorn" else EXACT))


def checks(shown: Shown) -> list[Check]:
    """For Sinkhorn whether its prices earn its objective; those of an exact plan stand with the main figure."""
    run = shown.run
    if run.method != "sinkhorn" or not _has_prices(run):
        return []
    assert run.potentials is not None
    off = abs(findings.earned(run) - run.objective)
    reach = max(float(np.abs(price[mass > 0]).max()) for price, mass in zip(run.potentials, _masses(run), strict=True))
    bound = 2 * TOLERANCE * max(reach, run.reg or 0.0) * float(run.source_weights.sum())
    return [Check("Prices times masses give Sinkhorn's objective", off, bound, "to the tolerance of a feasible plan")]


def _masses(run: Transport) -> tuple[np.ndarray, np.ndarray]:
    return run.source_weights, run.target_weights


def _has_prices(run: Transport) -> bool:
    """Whether there are prices, all of them numbers where there is mass, between sides of equal features."""
    if run.potentials is None or run.source.shape[1] != run.target.shape[1]:
        return False
    return all(np.isfinite(price[mass > 0]).all() for price, mass in zip(run.potentials, _masses(run), strict=True))


def _of_sinkhorn(run: Transport) -> str:
    assert run.potentials is not None and run.cost_matrix is not None
    u, v = run.potentials
    over = float((u[:, None] + v - run.cost_matrix).max())
    most = f"here by {over:.2g} at most" if over > 0 else "though here they do not"
    return (
        f"Sinkhorn's fees may exceed the cost of a move, {most}: what moves is P = a b exp((u + v − M) / reg). They "
        "earn the objective ⟨P, M⟩ + reg KL(P | abᵀ), which is not the cost of the plan."
    )
