"""Panels on whole datasets: the distance between labeled data, and particles that flow down a distance."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from core.transport import CLOUDS, DIGIT_SETS, INNERS, LOSSES, DatasetDistance, UnequalFeaturesError
from pages.adaptation.transport import results
from pages.adaptation.transport.figures import datasets as figures
from pages.adaptation.transport.figures import moves
from pages.adaptation.transport.main import Shown
from pages.adaptation.transport.panels.files import LIMITS, upload, warn
from pages.adaptation.transport.results import CROSSED, MOST_COMPARED, SENTENCES_HALVES, YOUR_FILE, Cloud, DatasetPair

PAIRS = (CROSSED, *(f"digits: {name}" for name in DIGIT_SETS), SENTENCES_HALVES, YOUR_FILE)

WORDS = {
    CROSSED: "Both have the same points, so any distance of x alone is 0. Only who carries which label differs.",
    "digits: the same half": "A dataset against itself: both distances are 0.",
    "digits: the other half": "Two halves of one dataset: not 0, since samples differ. This is the noise floor.",
    "digits: relabeled": "Letters for digits: names do not matter, the distance stays as it was.",
    "digits: shuffled labels": "Each label now holds every digit: x alone sees no change, the full distance does.",
    SENTENCES_HALVES: "Sixty sentences on six subjects, split in two: each subject finds itself on the other side.",
}


def datasets(shown: Shown) -> None:
    """Two labeled datasets: their classes as clouds, label-to-label distances, the coupling, the full distance."""
    page = shown.page
    places = st.columns([2.4, 1.6, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("data", "Datasets", list(PAIRS))
    with places[1]:
        inner = page.controls.choice("inner", "Between two labels", list(INNERS))
    with places[2]:
        weight = page.controls.slider("label_weight", "Weight of the labels", 0.0, 3.0, step=0.1)
    with places[3]:
        count = page.controls.slider("samples", "Samples on each side", 20, 600, step=20)
    contents = _uploads() if name == YOUR_FILE else (b"", b"")
    if contents is None:
        return
    pair = DatasetPair(name, count, contents)
    try:
        found = results.distance_of(pair, inner, weight)
        planes = results.planes_of(pair)
    except UnequalFeaturesError as error:
        warn(error)
        page.note(
            "Gromov-Wasserstein compares distances within each side, and needs no common features. By it the points "
            f"alone are <b>{results.shapes_apart(pair):.4g}</b> apart (at most {MOST_COMPARED} rows of each file, "
            "labels unused)."
        )
        return
    except ValueError as error:
        warn(error)
        return
    _draw(shown, pair, found, planes)
    page.checks_of_panel([*found.checks, *results.identities_of(pair, found)])


def _uploads() -> tuple[bytes, bytes] | None:
    places = st.columns(2)
    files = []
    for place, which in zip(places, ("first", "second"), strict=True):
        with place:
            label = f"CSV of the {which} dataset: numbers, and a column called label; {LIMITS}"
            files.append(upload(label, f"transport_data_{which}"))
    if not all(files):
        st.caption("Both files are needed.")
        return None
    return files[0], files[1]


def _draw(shown: Shown, pair: DatasetPair, found: DatasetDistance, planes: tuple[np.ndarray, np.ndarray]) -> None:
    page = shown.page
    classes = found.source_classes, found.target_classes
    sides = st.columns(2)
    with sides[0]:
        row = page.controls.slider("row", "Label of the first dataset, by its place", 0, len(classes[0]) - 1)
    with sides[1]:
        column = page.controls.slider("column", "Label of the second dataset, by its place", 0, len(classes[1]) - 1)
    chosen = (row, column)
    title = f"By points alone {found.feature_only:.3g} apart; with their labels {found.value:.3g}"
    fig = figures.datasets(
        planes, (found.source_y, found.target_y), classes, look=page.look, title=title, chosen=chosen
    )
    page.plot(fig, name="classes", alt=f"Both datasets in a plane, colored by class. {title}.")
    pair_words = f"“{classes[0][row]}” and “{classes[1][column]}”"
    apart = f"{pair_words} are W₂² = {found.label_distances[chosen]:.3g} apart"
    shared = f"{pair_words} share {found.class_coupling[chosen]:.1%} of the mass"
    tables = (
        ("labels", found.label_distances, "W₂²", apart, "The distance between every two labels"),
        ("coupling", found.class_coupling, "mass", shared, "The mass that goes from label to label"),
    )
    for place, (name, matrix, label, title, alt) in zip(st.columns(2), tables, strict=True):
        fig = figures.class_table(matrix, classes, label=label, look=page.look, title=title, chosen=chosen)
        with place:
            page.plot(
                fig,
                name=name,
                alt=f"{alt}. {title}.",
                on_click=lambda cell: {"row": int(cell[0]), "column": int(cell[1])},
            )
    st.caption("First: how far apart two labels are, as clouds. Then: where the mass of each label goes. Click a cell.")
    st.markdown(
        f"{WORDS.get(pair.name, '')} A label has no place in space. It is replaced by the points that carry it, "
        "the class-conditional distribution P(x | y), and two labels are as far apart as these two clouds. "
        f"A pair of points then costs |x − x'|² + {found.label_weight:.1f} · W₂²(P(x | y), P(x' | y'))."
    )


def flow(shown: Shown) -> None:
    """Particles down the slope of a distance, with a slider over the steps and a play button."""
    page = shown.page
    places = st.columns([1.3, 1.3, 2.4, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        source = page.controls.select("flow_source", "Particles", list(CLOUDS))
    with places[1]:
        target = page.controls.select("flow_target", "Target cloud", list(CLOUDS))
    with places[2]:
        loss = page.controls.choice("loss", "Distance", list(LOSSES))
    with places[3]:
        size = page.controls.slider("step_size", "Step size (%)", 5, 100, step=5)
    with places[4]:
        step = page.controls.slider("flow_step", "Step", 0, 30)
    if source == target == "spiral in 3-D" or "3-D" in source + target:
        st.info("The flow is drawn in the plane: choose clouds of two features.")
        return
    run = results.flow_of(Cloud(source, 70, 0), Cloud(target, 70, 1), loss, size / 100)
    left, right = st.columns([3, 2])
    with left:
        title = f"After {step} steps the distance is {run.values[step]:.3g}, from {run.values[0]:.3g}"
        fig = moves.moving(
            run.positions,
            Cloud(target, 70, 1).points(),
            look=page.look,
            title=title,
            start=step,
            labels=[str(place) for place in range(len(run.positions))],
            arrows=-run.gradients * len(run.positions[0]) / 2,
        )
        page.plot(fig, name="flow", alt=f"Particles that move towards a target cloud. {title}.")
    with right:
        fig = lines(
            {loss: run.values},
            look=page.look,
            title="The distance falls",
            x_label="step",
            y_label="distance",
            height=430,
        )
        page.plot(fig, name="flow_values", alt="The distance over the steps.")
    page.checks_of_panel(run.checks)
    st.caption(
        "The gray lines are the slope at the start: W₂ pulls each particle to its partner, the Sinkhorn divergence to "
        "a mean of partners minus a pull among the particles, the sliced distance to its rank along random lines."
    )
