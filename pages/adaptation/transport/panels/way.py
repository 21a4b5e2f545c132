"""The panel on the way of the mass: the cloud between source and target, or the mean place of what a point sends."""

import numpy as np
import streamlit as st

from core.checks import Check
from core.transport import Transport, barycentric_map, displacement, fair_sample, solve
from pages.adaptation.transport import findings
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.main import Shown

FRAMES = 21
POWERS = {
    "sqeuclidean": (2, "W₂² from the source is t² of the whole"),
    "euclidean": (1, "W₁ from the source is t of the whole"),
}
"""Metrics under which the straight way is the shortest: the power of t in the cost from the source, and its check."""

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
    frames, masses, title, note = _to_the_mean(run) if way == "barycentric map" else _straight(run, shown.optimum)
    labels = [f"{place * 100 // (FRAMES - 1)} %" for place in range(FRAMES)]
    fig = figures.moving(
        frames,
        run.target,
        look=page.look,
        title=f"{title}: t = {t / 100:.2f}",
        start=round(t / 100 * (FRAMES - 1)),
        labels=labels,
        names=("source", "target"),
        masses=masses,
    )
    place, beside = st.columns([3, 2], vertical_alignment="center")
    with place:
        page.plot(fig, name="way", alt=f"A cloud on its way from source to target. {title}.")
    with beside:
        st.markdown(note)


def checks(shown: Shown) -> list[Check]:
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
    return frames, run.source_weights, title, findings.of_the_images(run, moved)


def _straight(run: Transport, optimum: float | None) -> tuple[np.ndarray, np.ndarray, str, str]:
    """Frames [frame bit d], masses, a title and a note for every bit of mass on its straight way."""
    chosen = fair_sample(displacement(run, 0.0)[1], MOST_DRAWN)
    frames = np.stack([displacement(run, float(t))[0][chosen.places] for t in np.linspace(0, 1, FRAMES)])
    title = "Every bit of mass goes straight, at constant speed"
    note = f"{findings.of_the_way(run, optimum)} {findings.what_is_drawn(chosen, 'bits of mass')}"
    return frames, chosen.marks, title, note


def _time_checks(run: Transport, t: float) -> list[Check]:
    """The cloud at time t carries the mass of the plan; under an exact plan it lies at t times the distance."""
    assert run.plan is not None
    places, masses = displacement(run, t)
    lost = abs(float(masses.sum()) - run.mass)
    left_out = 1e-6 * run.plan.size * float(run.plan.max())
    checks = [Check("The moving cloud carries all mass", lost, left_out, "entries below 1e-6 of the largest stay out")]
    if run.method == "exact" and run.metric in POWERS and len(places) <= MOST_CHECKED:
        checks.append(_shortest_check(run, places, masses, t))
    return checks


def _shortest_check(run: Transport, places: np.ndarray, masses: np.ndarray, t: float) -> Check:
    """The cost from the source to the cloud at time t, solved anew."""
    power, name = POWERS[run.metric]
    masses = masses * (run.source_weights.sum() / masses.sum())
    cost = solve(run.source, places, source_weights=run.source_weights, target_weights=masses, metric=run.metric).cost
    scale = float(run.cost_matrix.max() * run.mass) if run.cost_matrix is not None else 1.0
    return Check(name, abs(cost - t**power * run.cost), 1e-9 * scale, "solved anew for the cloud on its way")


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
