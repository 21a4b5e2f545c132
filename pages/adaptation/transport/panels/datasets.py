"""The panel on labeled datasets: how far apart two of them are, with the clouds behind their labels and without."""

from html import escape

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.transport import DIGIT_SETS, INNERS, DatasetDistance, UnequalFeaturesError
from pages.adaptation.transport import findings, results
from pages.adaptation.transport.figures import datasets as figures
from pages.adaptation.transport.panels.files import LIMITS, upload, uploaded
from pages.adaptation.transport.results import MOST_COMPARED, SENTENCES_HALVES, YOUR_FILE, DatasetPair
from pages.adaptation.transport.topic import CROSSED

PAIRS = (CROSSED, *(f"digits: {name}" for name in DIGIT_SETS), SENTENCES_HALVES, YOUR_FILE)
FILES = {"first": "transport_data_first", "second": "transport_data_second"}
"""The two datasets of a visitor, and the keys of their uploads."""

DIGITS = "digits: "
FLOOR = "The noise floor"
ABOVE = 130
"""Pixels of the main figure's room that the controls and the way back take."""


def datasets(page: Page) -> None:
    """Two labeled datasets: their classes as clouds, label-to-label distances, the coupling, the full distance."""
    places = st.columns([2.1, 1.9, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("data", "Datasets", list(PAIRS))
    with places[1]:
        page.controls.choice("inner", "Between two labels", list(INNERS))
    with places[2]:
        page.controls.slider("label_weight", "Weight of the labels", 0.0, 3.0, step=0.1)
    with places[3]:
        page.controls.slider("samples", "Samples on each side", 20, 600, step=20)
    if name == YOUR_FILE:
        _uploads()
    pair = _pair(page)
    if pair is None:
        st.caption("Both files are needed.")
        return
    try:
        found = _distance(page, pair)
        planes = results.planes_of(pair)
    except UnequalFeaturesError as error:
        told(error)
        apart = results.shapes_apart(pair)
        page.note(
            "Gromov-Wasserstein compares distances within each side, and needs no common features. By it the points "
            f"alone differ by GW ≤ <b>{apart.cost:.4g}</b>. {findings.of_the_starts(apart)} At most {MOST_COMPARED} "
            "rows of each file are compared, and labels are not used."
        )
        return
    except ValueError as error:
        told(error)
        return
    _draw(page, pair, found, planes)


def checks(page: Page) -> list[Check]:
    """The identities of the distance on screen; none where there is no distance."""
    pair = _pair(page)
    if pair is None:
        return []
    try:
        found = _distance(page, pair)
    except ValueError:
        return []
    return [*found.checks, *results.identities_of(pair, found)]


def script(page: Page) -> str:
    """A script that computes the distance on screen with `core` alone."""
    name, count = page.controls.value("data"), page.controls.value("samples")
    inner, weight = page.controls.value("inner"), page.controls.value("label_weight")
    tables = 'read_table(open("{}.csv", "rb").read(), masses="")'
    what, how = {
        CROSSED: ("crossed", f"one, other = crossed({count - count % 4})"),
        SENTENCES_HALVES: ("sentences", 'one, other = sentences("even"), sentences("odd")'),
        YOUR_FILE: ("read_table", f"one, other = {tables.format('first')}, {tables.format('second')}"),
    }.get(name, ("digits", f"one, other = digits({name.removeprefix('digits: ')!r}, {count})"))
    x, y = ("points", "labels") if name == YOUR_FILE else ("x", "y")
    return f"""from core.transport import {", ".join(sorted(["dataset_distance", what]))}

{how}
found = dataset_distance(one.{x}, one.{y}, other.{x}, other.{y}, inner={inner!r}, label_weight={weight})
print(found.feature_only, found.value)
print(found.label_distances)
for check in found.checks:
    print(check.name, check.error, check.bound)
"""


def _uploads() -> None:
    for place, (which, key) in zip(st.columns(2), FILES.items(), strict=True):
        with place:
            upload(f"CSV of the {which} dataset: numbers, and a column called label; {LIMITS}", key)


def _pair(page: Page) -> DatasetPair | None:
    """The datasets that are asked for; None before both files are there."""
    name, count = page.controls.value("data"), page.controls.value("samples")
    if name != YOUR_FILE:
        return DatasetPair(name, count)
    first, second = (uploaded(key) for key in FILES.values())
    return None if first is None or second is None else DatasetPair(name, count, (first, second))


def _distance(page: Page, pair: DatasetPair) -> DatasetDistance:
    return results.distance_of(pair, page.controls.value("inner"), page.controls.value("label_weight"))


def _draw(page: Page, pair: DatasetPair, found: DatasetDistance, planes: tuple[np.ndarray, np.ndarray]) -> None:
    classes = found.source_classes, found.target_classes
    # The sliders choose the cell of the tables, so they stand above these; the clouds above them show the choice too.
    clouds, sides = st.container(), st.columns(2)
    with sides[0]:
        row = page.controls.slider("row", "Label of the first dataset, by its place", 0, len(classes[0]) - 1)
    with sides[1]:
        column = page.controls.slider("column", "Label of the second dataset, by its place", 0, len(classes[1]) - 1)
    with clouds:
        _draw_clouds(page, pair, found, planes, (row, column))
    _draw_tables(page, found, (row, column))
    st.markdown(
        "A label has no place in space. It is replaced by the points that carry it, "
        "the class-conditional distribution P(x | y), and two labels are as far apart as these two clouds. "
        f"A pair of points then costs |x − x'|² + {found.label_weight:.1f} · W₂²(P(x | y), P(x' | y'))."
    )


def _draw_clouds(
    page: Page,
    pair: DatasetPair,
    found: DatasetDistance,
    planes: tuple[np.ndarray, np.ndarray],
    chosen: tuple[int, int],
) -> None:
    """Both datasets in a plane, and what is read of the chosen labels."""
    classes, floor = (found.source_classes, found.target_classes), _floor(page, pair)
    title = f"W₂² is {found.feature_only:.3g} by points alone; with their labels {found.value:.3g}"
    labels, height = (found.source_y, found.target_y), room(page.look, ABOVE)
    fig = figures.datasets(planes, labels, classes, look=page.look, title=title, chosen=chosen, height=height)
    places = st.columns([3.4, 1]) if floor is not None else [st.container()]
    with places[0]:
        page.plot(fig, name="classes", roomy=True, alt=f"Both datasets in a plane, colored by class. {title}.")
    if floor is not None:
        values = found.feature_only, found.value
        with places[1]:
            fig = figures.floor(values, floor, look=page.look, title=FLOOR, height=height)
            page.plot(fig, name="floor", alt=f"{FLOOR}. {findings.against_the_floor(found, floor)}")
    page.note(
        f"{escape(_said(pair, found, floor))} {escape(_two(found, chosen))} are W₂² = "
        f"<b>{found.label_distances[chosen]:.3g}</b> apart and share <b>{found.class_coupling[chosen]:.1%}</b> of the "
        "mass."
    )


def _floor(page: Page, pair: DatasetPair) -> np.ndarray | None:
    """The distances of unchanged halves, for digits whose images or labels were changed."""
    if not pair.name.startswith(DIGITS):
        return None
    return results.floor_of(pair.count, page.controls.value("inner"), page.controls.value("label_weight"))


def _said(pair: DatasetPair, found: DatasetDistance, floor: np.ndarray | None) -> str:
    """What this pair shows, as far as its numbers say it."""
    if floor is not None:
        return findings.against_the_floor(found, floor)
    if pair.name == CROSSED:
        return "Both have the same points, so any distance of x alone is 0. Only who carries which label differs."
    at_home, shared = findings.at_home(found)
    return f"{at_home} of {shared} shared labels are nearest to themselves on the other side." if shared else ""


def _two(found: DatasetDistance, chosen: tuple[int, int]) -> str:
    return f"“{found.source_classes[chosen[0]]}” and “{found.target_classes[chosen[1]]}”"


def _draw_tables(page: Page, found: DatasetDistance, chosen: tuple[int, int]) -> None:
    """A number for every two labels: how far apart they are, and the mass that goes from one to the other."""
    two = _two(found, chosen)
    apart = f"{two} are W₂² = {found.label_distances[chosen]:.3g} apart"
    shared = f"{two} share {found.class_coupling[chosen]:.1%} of the mass"
    tables = (
        ("labels", found.label_distances, "W₂²", apart, "The distance between every two labels"),
        ("coupling", found.class_coupling, "mass", shared, "The mass that goes from label to label"),
    )
    classes = found.source_classes, found.target_classes
    for place, (name, matrix, label, title, alt) in zip(st.columns(2), tables, strict=True):
        fig = figures.class_table(matrix, classes, label=label, look=page.look, title=title, chosen=chosen)
        with place:
            page.plot(
                fig,
                name=name,
                alt=f"{alt}. {title}.",
                on_click=lambda cell: {"row": int(cell[0]), "column": int(cell[1])},
            )
    st.caption(
        "First: how far apart two labels are, as clouds. Then: where the mass of each label goes."
        + alive(" Click a cell.")
    )
