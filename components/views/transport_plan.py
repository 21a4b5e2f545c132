"""Panels on the plan: the way of the mass, its prices, Sinkhorn's numbers, and a cloud that moves away."""

import numpy as np
import streamlit as st

from components import transport_results as results
from components.figures import transport as figures
from components.figures.lines import lines
from components.transport_results import Cloud
from components.views.transport import Shown
from core.transport import CLOUDS, barycentric_map, displacement

FRAMES = 21
WAYS = ("on the way", "barycentric map")


def on_the_way(shown: Shown) -> None:
    """The displacement interpolation with a slider and a play button, or the barycentric map."""
    page, run = shown.page, shown.run
    if run.plan is None or run.source.shape[1] != run.target.shape[1]:
        st.info("There is no way to stand on: the method has no plan, or the two sides share no axes. Choose exact.")
        return
    if not np.isfinite(run.plan).all() or run.mass <= 0:
        st.warning("The plan holds values that are no numbers, so nothing can be moved by it.")
        return
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        way = page.controls.choice("way", "View", list(WAYS))
    if way == "barycentric map":
        moved = barycentric_map(run)
        frames = np.stack([(1 - t) * run.source + t * moved for t in np.linspace(0, 1, FRAMES)])
        masses, title = run.source_weights, "Each source point goes to the mean place of what it sends"
        note = "Where a point splits its mass, the mean lies between the targets: the image shrinks."
    else:
        masses = displacement(run, 0.0)[1]
        frames = np.stack([displacement(run, float(t))[0] for t in np.linspace(0, 1, FRAMES)])
        if frames.shape[1] > 800:
            heavy = np.sort(np.argsort(-masses, kind="stable")[:800])
            frames, masses = frames[:, heavy], masses[heavy]
        title = "Every bit of mass goes straight, at constant speed"
        note = "The cloud at time t is itself the cheapest stop between the two, at t times the distance."
    with right:
        t = page.controls.slider("t", "Time t (%)", 0, 100, step=5)
    labels = [f"{place * 100 // (FRAMES - 1)} %" for place in range(FRAMES)]
    fig = figures.moving(
        frames,
        run.target,
        look=page.look,
        title=f"{title}: t = {t / 100:.2f}",
        start=round(t / 100 * (FRAMES - 1)),
        labels=labels,
        masses=masses,
    )
    page.plot(fig, name="way", alt=f"A cloud on its way from source to target. {title}.")
    st.caption(note)


def prices(shown: Shown) -> None:
    """The dual potentials: what each place would pay."""
    run, page = shown.run, shown.page
    if run.potentials is None or not all(np.isfinite(side).all() for side in run.potentials):
        st.info("Only exact and Sinkhorn have prices here. Choose exact to see them.")
        return
    if run.source.shape[1] != run.target.shape[1]:
        return
    u, v = run.potentials
    value = float(u @ run.source_weights + v @ run.target_weights)
    title = f"Prices times masses give {value:.4g}, the plan costs {run.cost:.4g}"
    fig = figures.prices(run.source, run.target, u, v, look=page.look, title=title)
    page.plot(fig, name="prices", alt=f"Both clouds colored by dual price. {title}.")
    st.markdown(
        "A carrier buys at a source point and sells at a target point: u + v is what it may charge for one unit. "
        "It may never ask more than the cost of moving it yourself. The best prices of the carrier earn exactly "
        "the least cost of moving, which proves that no plan is cheaper. Sinkhorn's are those of the blurred one."
    )


def when_sinkhorn_lies(shown: Shown) -> None:
    """Error against iteration, cost against regularization, and the several numbers called the distance."""
    page, problem = shown.page, shown.problem
    if problem.weights == "source weighs twice" or problem.source.points().shape[1] != problem.target.points().shape[1]:
        st.info("Sinkhorn needs equal masses and equal features on both sides.")
        return
    reg = shown.share * results.mean_cost_of(problem)
    options = (("reg", reg), ("domain", shown.domain), ("max_iter", shown.max_iter))
    run = results.solution_of(
        results.Problem(problem.source, problem.target, problem.weights, problem.metric, "sinkhorn", options)
    )
    best = results.optimum_of(problem)
    sweep = results.sweep_of(
        results.Problem(problem.source, problem.target, problem.weights, problem.metric, "exact"),
        shown.domain,
        shown.max_iter,
    )
    left, right = st.columns([3, 2])
    with left:
        wrong = int((~sweep.feasible).sum())
        title = f"{wrong} of {len(sweep.share)} answers are no plans" if wrong else "All answers are plans"
        fig = figures.against_regularization(
            sweep.share, sweep.cost, sweep.feasible, optimum=best, look=page.look, title=title
        )
        page.plot(fig, name="sweep", alt=f"Sinkhorn's cost over the regularization. {title}.")
    with right:
        errors = np.log10(np.maximum(np.nan_to_num(run.history, nan=1e3, posinf=1e3), 1e-16))
        last = f"{10 ** errors[-1]:.0e}" if len(errors) else "unknown"
        fig = lines(
            {"marginal": errors},
            look=page.look,
            title=f"Marginal error {last} after {len(errors) * run.history_every} iterations",
            x_label="iteration",
            y_label="log₁₀ of the marginal error",
            x=np.arange(len(errors)) * run.history_every,
            height=380,
        )
        page.plot(fig, name="history", alt="Marginal error of Sinkhorn against the iteration.")
    _several_numbers(shown, run.cost, run.objective, best, reg)


def _several_numbers(shown: Shown, linear: float, objective: float, best: float | None, reg: float) -> None:
    rows = [
        ("exact optimum", "min ⟨P, M⟩", best, "the distance itself"),
        ("linear cost of Sinkhorn's plan", "⟨P_reg, M⟩", linear, "at least the optimum, if the plan is one"),
        ("regularized objective", "⟨P_reg, M⟩ + reg KL(P | abᵀ)", objective, "what Sinkhorn minimizes"),
    ]
    if shown.problem.metric == "sqeuclidean" and shown.problem.weights == "equal" and shown.share >= 0.009:
        found = results.divergence_of(shown.problem.source, shown.problem.target, reg)
        rows += [
            ("objective of the source to itself", "OT_reg(x, x)", found.self_source, "not 0: this is the bias"),
            (
                "debiased divergence",
                "OT_reg(x, y) − ½OT_reg(x, x) − ½OT_reg(y, y)",
                found.value,
                "0 only for equal clouds",
            ),
        ]
    table = "| called “the distance” | formula | value | |\n|---|---|---|---|\n"
    for name, formula, value, words in rows:
        number = "none" if value is None else f"**{value:.4f}**"
        table += f"| {name} | {formula.replace('|', '∣')} | {number} | {words} |\n"
    st.markdown(table)


def move_a_cloud(shown: Shown) -> None:
    """W2, KL and MMD of a cloud against itself, moved away."""
    page = shown.page
    places = st.columns(3, vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("moved", "Cloud", list(CLOUDS))
    with places[1]:
        at = page.controls.slider("distance", "Distance moved", 0.0, 8.0, step=0.25)
    with places[2]:
        cells = page.controls.slider("cells", "Cells of the histogram on each axis", 1, 20)
    read = results.shifts_of(Cloud(name, 100, 0), cells)
    place = int(np.argmin(np.abs(read.shifts - at)))
    kl = read.divergence[place]
    measured = f"KL is {kl:.2f}" if np.isfinite(kl) else "KL is infinite"
    title = f"{at:.2f} away: W₂² is {read.wasserstein[place]:.2f}, {measured}, MMD² is {read.discrepancy[place]:.2f}"
    look = page.look
    series = [
        ("W₂²", read.wasserstein, look.role("source")),
        ("KL of histograms", read.divergence, look.role("kl")),
        ("MMD², Gaussian kernel", read.discrepancy, look.role("value")),
    ]
    fig = figures.shift_measures(read.shifts, series, at=at, look=look, title=title)
    page.plot(fig, name="shift", alt=f"Three measures against the distance moved. {title}.")
    st.markdown(
        "The cloud is compared with itself, moved to the right. KL compares masses in the same cell: once a cell has "
        "been left empty, it is infinite, and its slope tells nothing. MMD stays finite but levels off. W₂² of "
        "a moved cloud is the square of the way, so its slope always points home."
    )
