"""Panels on the plan: the way of the mass, its prices, Sinkhorn's numbers, and a cloud that moves away."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.checks import Check
from core.transport import CLOUDS, ShiftReadings, Transport, barycentric_map, displacement, solve
from pages.adaptation.transport import results
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.main import Shown
from pages.adaptation.transport.results import Cloud

FRAMES = 21
WAYS = ("on the way", "barycentric map")
MOST_DRAWN = 800
MOST_CHECKED = 450
"""Bits of moving mass up to which the distance to the source is solved anew at every move of the slider."""


def on_the_way(shown: Shown) -> None:
    """The displacement interpolation with a slider and a play button, or the barycentric map."""
    page, run = shown.page, shown.run
    if run.plan is None or run.source.shape[1] != run.target.shape[1]:
        st.info("There is no way to stand on: the method has no plan, or the two sides share no axes. Choose exact.")
        return
    if not _moves(run):
        st.warning("The plan holds values that are no numbers, so nothing can be moved by it.")
        return
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        way = page.controls.choice("way", "View", list(WAYS))
    with right:
        t = page.controls.slider("t", "Time t (%)", 0, 100, step=5)
    frames, masses, title, note = _to_the_mean(run) if way == "barycentric map" else _straight(run)
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


def way_checks(shown: Shown) -> list[Check]:
    """The identities of the cloud on its way; none where nothing can be moved."""
    value = shown.page.controls.value
    if not _moves(shown.run):
        return []
    if value("way") == "barycentric map":
        return _barycenter_checks(shown.run, barycentric_map(shown.run))
    return _time_checks(shown.run, value("t") / 100)


def _moves(run: Transport) -> bool:
    """Whether there is a plan between equal features that holds numbers, and mass in it."""
    if run.plan is None or run.source.shape[1] != run.target.shape[1]:
        return False
    return bool(np.isfinite(run.plan).all()) and run.mass > 0


def _to_the_mean(run: Transport) -> tuple[np.ndarray, np.ndarray, str, str]:
    """Frames [frame point d], masses, a title and a note for the barycentric map."""
    moved = barycentric_map(run)
    frames = np.stack([(1 - t) * run.source + t * moved for t in np.linspace(0, 1, FRAMES)])
    title = "Each source point goes to the mean place of what it sends"
    note = "Where a point splits its mass, the mean lies between the targets: the image shrinks."
    return frames, run.source_weights, title, note


def _straight(run: Transport) -> tuple[np.ndarray, np.ndarray, str, str]:
    """Frames [frame bit d], masses, a title and a note for every bit of mass on its straight way."""
    masses = displacement(run, 0.0)[1]
    frames = np.stack([displacement(run, float(t))[0] for t in np.linspace(0, 1, FRAMES)])
    title = "Every bit of mass goes straight, at constant speed"
    note = "The cloud at time t is itself the cheapest stop between the two, at t times the distance."
    bits = len(masses)
    if bits > MOST_DRAWN:
        heavy = np.sort(np.argsort(-masses, kind="stable")[:MOST_DRAWN])
        frames, masses = frames[:, heavy], masses[heavy]
        note += f" Of {bits:,} bits of mass the {MOST_DRAWN} heaviest are drawn."
    return frames, masses, title, note


def _time_checks(run: Transport, t: float) -> list[Check]:
    """The cloud at time t carries the mass of the plan; under an exact plan it lies at t times the distance."""
    assert run.plan is not None
    places, masses = displacement(run, t)
    lost = abs(float(masses.sum()) - run.mass)
    left_out = 1e-6 * run.plan.size * float(run.plan.max())
    checks = [Check("The moving cloud carries all mass", lost, left_out, "entries below 1e-6 of the largest stay out")]
    if run.method == "exact" and run.metric == "sqeuclidean" and len(places) <= MOST_CHECKED:
        masses = masses * (run.source_weights.sum() / masses.sum())
        cost = solve(run.source, places, source_weights=run.source_weights, target_weights=masses).cost
        scale = float(run.cost_matrix.max() * run.mass) if run.cost_matrix is not None else 1.0
        checks.append(Check("W₂² from the source is t² of the whole", abs(cost - t**2 * run.cost), 1e-9 * scale))
    return checks


def _barycenter_checks(run: Transport, moved: np.ndarray) -> list[Check]:
    """The images have the mean of what arrives, and lie within the target's range."""
    assert run.plan is not None
    sent, got = run.plan.sum(axis=1), run.plan.sum(axis=0)
    reach = float(np.abs(run.target).max()) or 1.0
    off = np.abs(sent @ moved - got @ run.target).max() / run.mass
    images, target = moved[sent > 0], run.target
    beyond = max(float((target.min(axis=0) - images).max()), float((images - target.max(axis=0)).max()), 0.0)
    return [
        Check("The images have the mean of what arrives", float(off), 1e-9 * reach, "sum of mass times place"),
        Check("No image lies beyond the target", beyond, 1e-9 * reach, "range of each feature"),
    ]


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
    if not _has_sinkhorn(shown):
        st.info("Sinkhorn needs equal masses and equal features on both sides.")
        return
    run, unit = _sinkhorn(shown), _unit(shown)
    best = results.optimum_of(problem)
    sweep = results.sweep_of(problem.exact, shown.domain, shown.max_iter, unit, best)
    left, right = st.columns([3, 2])
    with left:
        wrong = int((~sweep.feasible).sum())
        title = f"{wrong} of {len(sweep.share)} answers are no plans" if wrong else "All answers are plans"
        fig = figures.against_regularization(
            sweep.share, sweep.cost, sweep.feasible, optimum=best, look=page.look, title=title
        )
        page.plot(fig, name="sweep", alt=f"Sinkhorn's cost over the regularization. {title}.")
    with right:
        _history(shown, run)
    _several_numbers(shown, run, best)


def sinkhorn_checks(shown: Shown) -> list[Check]:
    """The identities of Sinkhorn's answer and of the debiased divergence; none where Sinkhorn has no answer."""
    if not _has_sinkhorn(shown):
        return []
    run = _sinkhorn(shown)
    checks = [] if run is shown.run else list(run.checks)
    if not _has_divergence(shown):
        return checks
    problem, reg = shown.problem.exact, shown.share * _unit(shown)
    found = results.divergence_of(problem, reg)
    own = results.divergence_of(replace(problem, target=problem.source), reg)
    scale = max(abs(found.self_source), 1e-12)
    return [
        *checks,
        Check("The divergence of the source to itself is 0", abs(own.value), 1e-9 * scale, "S(x, x)"),
        Check("The divergence is not negative", max(-found.value, 0.0), 1e-6 * scale, "to the tolerance of Sinkhorn"),
    ]


def _has_sinkhorn(shown: Shown) -> bool:
    return shown.problem.balanced and shown.run.source.shape[1] == shown.run.target.shape[1]


def _has_divergence(shown: Shown) -> bool:
    """Whether the debiased divergence is shown: for squared costs, where the regularization lets it come soon."""
    return shown.problem.metric == "sqeuclidean" and shown.share >= 0.009


def _unit(shown: Shown) -> float:
    return results.mean_cost_of(shown.problem.source, shown.problem.target, shown.problem.metric)


def _sinkhorn(shown: Shown) -> Transport:
    """Sinkhorn's answer to the problem on screen, whatever its method."""
    options = (("reg", shown.share * _unit(shown)), ("domain", shown.domain), ("max_iter", shown.max_iter))
    return results.solution_of(replace(shown.problem, method="sinkhorn", options=options))


def _history(shown: Shown, run: Transport) -> None:
    """Sinkhorn's marginal error against the iteration, where it came so far as to measure one."""
    if not run.history.size:
        st.info("Sinkhorn broke off in its first iteration: there is no error to follow.")
        return
    errors = np.log10(np.maximum(np.nan_to_num(run.history, nan=1e3, posinf=1e3), 1e-16))
    title = f"Marginal error {10 ** errors[-1]:.0e} after {len(errors) * run.history_every} iterations"
    fig = lines(
        {"marginal": errors},
        look=shown.page.look,
        title=title,
        x_label="iteration",
        y_label="log₁₀ of the marginal error",
        x=np.arange(len(errors)) * run.history_every,
        height=380,
    )
    shown.page.plot(fig, name="history", alt=f"Marginal error of Sinkhorn against the iteration. {title}.")


def _several_numbers(shown: Shown, run: Transport, best: float | None) -> None:
    rows = [
        ("exact optimum", "min ⟨P, M⟩", best, "the distance itself"),
        ("linear cost of Sinkhorn's plan", "⟨P_reg, M⟩", run.cost, "at least the optimum, if the plan is one"),
        ("regularized objective", "⟨P_reg, M⟩ + reg KL(P | abᵀ)", run.objective, "what Sinkhorn minimizes"),
    ]
    if _has_divergence(shown):
        found = results.divergence_of(shown.problem.exact, shown.share * _unit(shown))
        rows += [
            ("objective of the source to itself", "OT_reg(x, x)", found.self_source, "not 0: this is the bias"),
            (
                "debiased divergence",
                "OT_reg(x, y) − ½OT_reg(x, x) − ½OT_reg(y, y)",
                found.value,
                "0 only for equal clouds",
            ),
        ]
    table = "| called “the distance” | formula | value |\n|---|---|---|\n"
    for name, formula, value, words in rows:
        number = "none" if value is None else f"**{value:.4f}**"
        table += f"| {name}: {words} | {formula.replace('|', '∣')} | {number} |\n"
    st.markdown(table)


def move_a_cloud(page: Page) -> None:
    """W2, KL and MMD of a cloud against itself, moved away."""
    places = st.columns(3, vertical_alignment="bottom")
    with places[0]:
        page.controls.select("moved", "Cloud", list(CLOUDS))
    with places[1]:
        at = page.controls.slider("distance", "Distance moved", 0.0, 8.0, step=0.25)
    with places[2]:
        page.controls.slider("cells", "Cells of the histogram on each axis", 1, 20)
    read = _shifts(page)
    place = int(np.argmin(np.abs(read.shifts - at)))
    look = page.look
    series = [
        ("W₂²", read.wasserstein, look.role("source")),
        ("KL of histograms", read.divergence, look.role("kl")),
        ("MMD², Gaussian kernel", read.discrepancy, look.role("value")),
    ]
    for column, (measure, values, color) in zip(st.columns(3), series, strict=True):
        value = f"{values[place]:.2f}" if np.isfinite(values[place]) else "infinite"
        title = f"{at:.2f} away: {measure.split(',')[0]} is {value}"
        fig = figures.shift_measure(read.shifts, values, name=measure, color=color, at=at, look=look, title=title)
        with column:
            page.plot(fig, name=f"shift_{measure[:2]}", alt=f"{measure} against the distance moved. {title}.")
    st.markdown(
        "The cloud is compared with itself, moved to the right. KL compares masses in the same cell: once a cell has "
        "been left empty, it is infinite, and its slope tells nothing. MMD stays finite but levels off. W₂² of "
        "a moved cloud is the square of the way, so its slope always points home."
    )


def shift_checks(page: Page) -> list[Check]:
    """The identities of a cloud that moves away from itself."""
    read = _shifts(page)
    square = float(np.abs(read.wasserstein - read.shifts**2).max())
    low = max(0.0, -float(read.discrepancy.min()), float(read.discrepancy.max()) - 2)
    start = float(abs(read.divergence[0]) + abs(read.discrepancy[0]))
    return [
        Check("W₂² of a moved cloud is the square of the way", square, 1e-9 * 8**2, "at every distance drawn"),
        Check("KL and MMD² of a cloud to itself are 0", start, 1e-12),
        Check("MMD² stays within 0 and 2", low, 1e-12, "a Gaussian kernel is at most 1"),
    ]


def _shifts(page: Page) -> ShiftReadings:
    return results.shifts_of(Cloud(page.controls.value("moved"), 100, 0), page.controls.value("cells"))
