"""The panel that lays features on a plane, with the pictures on hover and the neighbors of a clicked one."""

from typing import Any

import numpy as np
import streamlit as st

from components.figures.heights import room
from core.checks import Check
from core.convolution import ARMS, PERPLEXITIES, agreement, nearest_check, plane_check, recorded_maps
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.maps import scattered
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import Shown
from pages.foundations.representations.panels.neighbors import neighbors_of

ABOVE = 40
TSNE, PCA = "t-SNE", "PCA"
NEAR = 5


def embedding_map(shown: Shown) -> None:
    """The 597 digits on a plane; at the right the digit that was clicked, and its nearest in the features."""
    page = shown.page
    side, left, right = st.columns([1.25, 3, 1.5])
    with side:
        arm = page.controls.select("mapped", "Features", list(ARMS))
        method = page.controls.choice("method", "Onto the plane by", [TSNE, PCA])
        if method == TSNE:
            page.controls.choice("perplexity", "Perplexity", list(PERPLEXITIES))
    points = points_of(shown)
    pictures, labels = results.held_out_digits()
    digit = digit_of_link(shown)
    height = room(page.look, ABOVE)
    with left:
        title = title_of(shown)
        axes = ("first direction", "second direction") if method == PCA else ("only nearness counts here", "no unit")
        fig = scattered(points, labels, pictures, look=page.look, title=title, axes=axes, height=height, picked=digit)
        words = f"The held-out digits on a plane, colored by their label. {title}."
        page.plot(fig, name="map", alt=words, on_click=_picked)
    with right:
        _clicked(shown, arm, digit, height)
    page.note(_reading(shown, arm, method))


def digit_of_link(shown: Shown) -> int:
    """The digit that is picked out; a link may name one that there is not."""
    return min(max(int(shown.page.controls.value("digit")), 0), len(results.held_out_digits()[1]) - 1)


def points_of(shown: Shown) -> np.ndarray:
    """The places on the map on screen, [digit 2]."""
    value = shown.page.controls.value
    if value("method") == PCA:
        return results.plane_of(value("mapped")).points
    kept = recorded_maps().points[ARMS.index(value("mapped")), PERPLEXITIES.index(int(value("perplexity")))]
    return np.asarray(kept, dtype=np.float64)


def title_of(shown: Shown) -> str:
    """What the map on screen shows, in numbers."""
    value = shown.page.controls.value
    same = float(agreement(points_of(shown), results.held_out_digits()[1], most=1)[0])
    if value("method") == PCA:
        return findings.of_plane(value("mapped"), results.plane_of(value("mapped")).kept, same)
    return findings.of_map(value("mapped"), same)


def _picked(carried: list[Any]) -> dict[str, Any]:
    return {"digit": int(carried[0])}


def _clicked(shown: Shown, arm: str, digit: int, height: int) -> None:
    """The digit and its nearest in the features, two in a row."""
    pictures, labels = results.held_out_digits()
    found = neighbors_of(arm, pictures[digit], digit, NEAR)
    look = shown.page.look
    frames = ["", *(look.role("accepted" if labels[one] == labels[digit] else "rejected") for one in found)]
    notes = [f"this {labels[digit]}", *(str(labels[one]) for one in found)]
    places = np.append(digit, found)
    rows = {
        " " * start: Strip(pictures[places[start : start + 2]], notes[start : start + 2], frames[start : start + 2])
        for start in range(0, len(places), 2)
    }
    same = int((labels[found] == labels[digit]).sum())
    title = f"{same} of the {NEAR} nearest to digit {digit} share its label"
    fig = strips(rows, look=look, title=title, height=height)
    shown.page.plot(fig, name="clicked", alt=f"The digit that was clicked and its nearest. {title}.")


def _reading(shown: Shown, arm: str, method: str) -> str:
    labels = results.held_out_digits()[1]
    whole = float(agreement(results.features_of(arm), labels, most=1)[0])
    on_map = float(agreement(points_of(shown), labels, most=1)[0])
    trust = (
        "PCA keeps the two widest directions and drops the rest."
        if method == PCA
        else "t-SNE keeps neighbors together; how far apart two groups lie, and how large they are, means nothing."
    )
    return (
        f"The nearest digit shares the label in <b>{whole:.1%}</b> by all features of {arm}, and in "
        f"<b>{on_map:.1%}</b> on the map. {trust}"
    )


def checks(shown: Shown) -> list[Check]:
    """The plane holds the variance of the two largest eigenvalues; neighbors are the nearest there are."""
    value = shown.page.controls.value
    features = results.features_of(value("mapped"))
    pictures = results.held_out_digits()[0]
    digit = digit_of_link(shown)
    found = np.append(neighbors_of(value("mapped"), pictures[digit], digit, NEAR), digit)
    own = [nearest_check(features, features[digit], found)]
    if value("method") == PCA:
        own.append(plane_check(results.plane_of(value("mapped")), features))
    return own


def script(shown: Shown) -> str:
    """A script that computes the map on screen with `core` alone."""
    value = shown.page.controls.value
    features = (
        "features = pictures.reshape(len(pictures), -1)"
        if value("mapped") == "raw pixels"
        else f"network = recorded_encoders().networks[LEARNERS.index({value('mapped')!r})]\n"
        "features = encode(network, pictures)"
    )
    points = (
        "points = principal_plane(features).points"
        if value("method") == PCA
        else f"points = recorded_maps().points[ARMS.index({value('mapped')!r}), "
        f"PERPLEXITIES.index({int(value('perplexity'))})].astype(float)"
    )
    return f"""from core.convolution import (
    ARMS, LEARNERS, PERPLEXITIES, agreement, digit_labels, digit_pictures, encode, held_out, principal_plane,
    recorded_encoders, recorded_maps
)

pictures, labels = digit_pictures()[held_out()], digit_labels()[held_out()]
{features}
{points}
print(agreement(features, labels, most=1)[0], agreement(points, labels, most=1)[0])
"""
