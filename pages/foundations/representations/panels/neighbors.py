"""The panel on nearest neighbors: of a held-out digit, of one that the visitor draws, or of a visitor's picture."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.refusals import NothingYetError, told
from components.theme import figure
from core.checks import Check
from core.convolution import (
    RAW,
    SUPERVISED,
    UNTRAINED,
    clicked,
    digit_of,
    nearest,
    nearest_check,
    read_drawing,
)
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.palette import color_of
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import Shown

ABOVE, UPLOADER = 170, 44
"""Pixels of the main figure's room that the controls and the sentence take, and a place for a picture besides."""

SHOWN = 8
"""Neighbors in sight."""

HELD_OUT, DRAWN, UPLOADED = "a held-out digit", "your drawing", "your picture"
WHOSE = (HELD_OUT, DRAWN, UPLOADED)
UPLOAD = "representations_upload"


def neighbors(shown: Shown) -> None:
    """The nearest digits by pixels, by the random network and by what the pretext learned."""
    page = shown.page
    places = st.columns([3, 2, 2], vertical_alignment="bottom")
    with places[0]:
        whose = page.controls.choice("whose", "Neighbors of", list(WHOSE), wrap=True)
    with places[1]:
        if whose == HELD_OUT:
            page.controls.number("digit", "Number of the digit", 0, len(results.held_out_digits()[1]) - 1)
        elif whose == UPLOADED:
            st.file_uploader("PNG or JPEG of one digit", type=["png", "jpg", "jpeg"], key=UPLOAD, max_upload_size=5)
        else:
            st.button(
                "Clear the cells", on_click=page.controls.set, args=({"drawing": EMPTY},), key="representations_clear"
            )
    with places[2]:
        k = page.controls.slider("k", "Neighbors counted", 1, 20)
    try:
        query, place = query_of(shown)
    except ValueError as error:
        told(error)
        if not isinstance(error, NothingYetError):
            _offer_example(shown)
        return
    widths = [1.1, 3, 2.2] if whose == DRAWN else [3.6, 2.2]
    columns = st.columns(widths)
    if whose == DRAWN:
        with columns[0]:
            _grid(shown, query)
    with columns[-2]:
        _strips(shown, query, place)
    with columns[-1]:
        _shares(shown, k)
    page.note(_reading(shown, query, place, k))


EMPTY = "/".join(["0" * 8] * 8)


def query_of(shown: Shown) -> tuple[np.ndarray, int | None]:
    """The picture [8 8] whose neighbors are asked for, and its place among the held-out digits, if it is one.

    Raises:
        NothingYetError: where there is no picture yet. ValueError: where it cannot be used.
    """
    value = shown.page.controls.value
    if value("whose") == HELD_OUT:
        pictures = results.held_out_digits()[0]
        place = min(max(int(value("digit")), 0), len(pictures) - 1)
        return pictures[place], place
    if value("whose") == UPLOADED:
        file = st.session_state.get(UPLOAD)
        if file is None:
            raise NothingYetError("Upload a picture of one digit. It is brought to 8 × 8 cells, as the others are.")
        return digit_of(bytes(file.getvalue())), None
    pixels = read_drawing(value("drawing"))
    if not pixels.any():
        raise _EmptyError("The drawing is empty. Click cells to fill them.")
    return pixels, None


class _EmptyError(ValueError):
    """A drawing without ink."""


def _height(shown: Shown) -> int:
    more = UPLOADER if shown.page.controls.value("whose") == UPLOADED else 0
    return room(shown.page.look, ABOVE + more)


def arms_of(shown: Shown) -> tuple[str, ...]:
    """By what neighbors are looked for, in the order of the rows."""
    return (RAW, UNTRAINED, shown.pretext)


def neighbors_of(arm: str, query: np.ndarray, place: int | None, count: int) -> np.ndarray:
    """The places of the held-out digits nearest to a picture by an arm's features."""
    return nearest(results.features_of(arm), _point(arm, query), count=count, without=place)


def _point(arm: str, query: np.ndarray) -> np.ndarray:
    return results.features_of_picture(arm, query.astype(np.float64).tobytes())


def _strips(shown: Shown, query: np.ndarray, place: int | None) -> None:
    page, look = shown.page, shown.page.look
    pictures, labels = results.held_out_digits()
    rows: dict[str, Strip] = {}
    values: list[list[Any]] = []
    own = None if place is None else int(labels[place])
    for arm in arms_of(shown):
        found = neighbors_of(arm, query, place, SHOWN)
        frames = ["" if own is None else look.role("accepted" if labels[one] == own else "rejected") for one in found]
        notes = ["asked" if own is None else f"this {own}", *(str(labels[one]) for one in found)]
        rows[arm] = Strip(np.concatenate([query[None], pictures[found]]), notes, ["", *frames])
        values += [[-1 if place is None else place, "the one asked for"]]
        values += [[int(one), f"{findings.named(labels[one])}, number {one}: click for its neighbors"] for one in found]
    title = findings.of_rows({arm: labels[neighbors_of(arm, query, place, SHOWN)] for arm in rows}, own)
    fig = strips(rows, look=look, title=title, height=_height(shown), values=values)
    page.plot(fig, name="neighbors", alt=f"The nearest digits in three rows. {title}.", on_click=_chosen, roomy=True)


def _chosen(carried: list[Any]) -> dict[str, Any]:
    return {"whose": HELD_OUT, "digit": int(carried[0])} if int(carried[0]) >= 0 else {}


def _shares(shown: Shown, k: int) -> None:
    look, trials = shown.page.look, shown.trials
    arms = (RAW, UNTRAINED, shown.pretext, SUPERVISED)
    series = {arm: trials.agreement[trials.arms.index(arm)].mean(axis=0) for arm in arms}
    title = findings.of_neighbors(trials, shown.pretext, RAW, k)
    fig = lines(
        series,
        look=look,
        title=title,
        x_label="nearest neighbors k",
        y_label="share with the same label",
        x=np.arange(1, 21),
        colors={arm: color_of(arm, look) for arm in arms},
        height=_height(shown),
    )
    fig.add_vline(x=k, line={"color": look.quiet, "width": 1, "dash": "dot"})
    fig.update_yaxes(tickformat=".0%")
    shown.page.plot(fig, name="shares", alt=f"Share of neighbors with the same label against k. {title}.")


def _grid(shown: Shown, pixels: np.ndarray) -> None:
    """Eight by eight cells to click."""
    look = shown.page.look
    row, column = np.indices(pixels.shape).reshape(2, -1)
    cells = go.Scatter(
        x=column,
        y=row,
        mode="markers",
        marker={"size": 22, "opacity": 0.0, "symbol": "square"},
        customdata=np.column_stack([row, column]).tolist(),
        unselected={"marker": {"opacity": 0.0}},
        selected={"marker": {"opacity": 0.0}},
        hovertemplate="row %{y}, column %{x}<extra></extra>",
    )
    ink = go.Heatmap(z=pixels.astype(np.float32), zmin=0, zmax=1, colorscale=[[0, look.faint], [1, look.ink]],
                     showscale=False, hoverinfo="skip", xgap=1, ygap=1)  # fmt: skip
    fig = figure(
        look,
        title="Click the cells",
        height=_height(shown),
        traces=[ink, cells],
        showlegend=False,
        xaxis={"visible": False, "range": [-0.5, 7.5], "constrain": "domain"},
        yaxis={"visible": False, "range": [7.5, -0.5], "scaleanchor": "x", "constrain": "domain"},
    )
    text = shown.page.controls.value("drawing")
    shown.page.plot(
        fig,
        name="drawing",
        alt="Eight by eight cells of a drawing; a click fills, halves or empties one.",
        on_click=lambda carried: {"drawing": clicked(text, int(carried[0]), int(carried[1]))},
    )


def _offer_example(shown: Shown) -> None:
    """Buttons out of a drawing that cannot be used."""
    start = shown.page.controls.defaults["drawing"]
    st.button(
        "Take the example", on_click=shown.page.controls.set, args=({"drawing": start},), key="representations_example"
    )
    if shown.page.controls.value("drawing") == EMPTY and shown.page.controls.value("whose") == DRAWN:
        _grid(shown, np.zeros((8, 8)))


def _reading(shown: Shown, query: np.ndarray, place: int | None, k: int) -> str:
    labels = results.held_out_digits()[1]
    found = {arm: labels[neighbors_of(arm, query, place, k)] for arm in arms_of(shown)}
    if place is None:
        said = ", ".join(f"{arm} <b>{findings.most_common(values)}</b>" for arm, values in found.items())
        return f"The most frequent label among the {k} nearest: {said}. It is what a vote of the neighbors would say."
    own = int(labels[place])
    said = ", ".join(f"<b>{int((values == own).sum())}</b> by {arm}" for arm, values in found.items())
    return (
        f"Digit {place} is {findings.named(own)}. Of its {k} nearest, so many are {findings.named(own)} too: {said}. "
        f"The curves are over all 597 digits and five seeds; the rows show the networks of the first seed."
    )


def checks(shown: Shown) -> list[Check]:
    """No digit that is left out lies nearer than the last in each row; none without a picture."""
    try:
        query, place = query_of(shown)
    except ValueError:
        return []
    own = []
    for arm in arms_of(shown):
        features = results.features_of(arm)
        found = neighbors_of(arm, query, place, SHOWN)
        taken = found if place is None else np.append(found, place)
        check = nearest_check(features, _point(arm, query), taken)
        own.append(Check(f"{check.name}, by {arm}", check.error, check.bound, check.detail))
    return own


def script(shown: Shown) -> str:
    """A script that finds the neighbors on screen with `core` alone."""
    value = shown.page.controls.value
    if value("whose") == HELD_OUT:
        query, without = f"pictures[{value('digit')}]", f"{value('digit')}"
    elif value("whose") == DRAWN:
        query, without = f"read_drawing({value('drawing')!r})", "None"
    else:
        query, without = 'digit_of(open("digit.png", "rb").read())', "None"
    return f"""from core.convolution import (
    LEARNERS, digit_labels, digit_of, digit_pictures, encode, held_out, nearest, read_drawing, recorded_encoders
)

pictures, labels = digit_pictures()[held_out()], digit_labels()[held_out()]
query, without = {query}, {without}
network = recorded_encoders().networks[LEARNERS.index({shown.pretext!r})]
found = nearest(encode(network, pictures), encode(network, query[None])[0], count={SHOWN}, without=without)
by_pixels = nearest(pictures.reshape(-1, 64), query.ravel(), count={SHOWN}, without=without)
print(labels[found], labels[by_pixels])
"""
