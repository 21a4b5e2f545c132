"""The panel on a single probe: the labels that it was given, true or shuffled, and what it says of the others."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.theme import figure, mixed
from core.checks import Check
from core.convolution import ARMS, COUNTS, DRAWS, chance_band, optimum_check, recorded_check
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import Shown
from pages.foundations.representations.results import Draw, Probed

ABOVE = 170
ROWS = 4
"""Digits of each class in sight."""


def one_probe(shown: Shown) -> None:
    """The drawn digits with the labels that the probe was told, and the table of true and said labels."""
    places = st.columns([2, 2, 2], vertical_alignment="bottom")
    with places[0]:
        shown.page.controls.select("probed", "Features", list(ARMS))
    with places[1]:
        shown.page.controls.number("draw", "Draw of the labels", 0, 999)
    with places[2]:
        shown.page.controls.switch("shuffled", "Shuffle all labels first")
    draw = draw_of(shown)
    found = results.probe_of(draw)
    left, right = st.columns([1, 1])
    height = room(shown.page.look, ABOVE)
    with left:
        _given(shown, found, height)
    with right:
        _said(shown, draw, found, height)
    rest = ~found.drawn
    wrong = int((found.fit.predictions[rest] != found.labels[rest]).sum())
    shown.page.note(
        f"The probe saw <b>{int(found.drawn.sum())}</b> labels and was asked for the other <b>{int(rest.sum())}</b>: "
        f"<b>{wrong}</b> wrong, accuracy <b>{accuracy_of(found):.4f}</b>."
    )


def draw_of(shown: Shown) -> Draw:
    """The probe that is asked for."""
    value = shown.page.controls.value
    return Draw(value("probed"), shown.count, int(value("draw")), bool(value("shuffled")))


def accuracy_of(found: Probed) -> float:
    """The share of the digits that were not drawn that are named as told."""
    rest = ~found.drawn
    return float((found.fit.predictions[rest] == found.labels[rest]).mean())


def _given(shown: Shown, found: Probed, height: int) -> None:
    """The drawn digits, those of one told label in a column, which is named below its first."""
    pictures, look = results.held_out_digits()[0], shown.page.look
    mine = [pictures[found.drawn & (found.labels == label)][:ROWS] for label in found.fit.classes]
    named = [f"“{label}”" for label in found.fit.classes]
    firsts = np.stack([column[0] for column in mine])
    if shown.count == 1:
        rows = {"told": Strip(firsts[:5], named[:5]), " ": Strip(firsts[5:], named[5:])}
    else:
        rows = {
            "told" if place == 0 else " " * place: Strip(np.stack([column[place] for column in mine]), named)
            for place in range(len(mine[0]))
        }
    more = f" ({ROWS} of {shown.count} in sight)" if shown.count > ROWS else ""
    title = f"What the probe was given: {findings.per_class(shown.count)}{more}"
    fig = strips(rows, look=look, title=title, height=height)
    words = f"The digits whose labels the probe was given. {title}."
    shown.page.plot(fig, name="given", alt=words, roomy=True)


def _said(shown: Shown, draw: Draw, found: Probed, height: int) -> None:
    rest, look = ~found.drawn, shown.page.look
    table = np.zeros((10, 10))
    np.add.at(table, (found.labels[rest], found.fit.predictions[rest]), 1)
    (low, high), reach = chance_band(draw.count, found.labels)
    title = findings.of_draw(
        draw.arm, accuracy_of(found), draw.count, shuffled=draw.shuffled, low=max(low - reach, 0.0), high=high + reach
    )
    # On dark paper less bright at its end: the browser's gray for numbers in bright cells is near to them there.
    most = mixed(look.role("draft"), look.paper, 0.6) if look.dark else look.role("draft")
    fig = figure(
        look,
        title=title,
        height=height,
        traces=[
            {
                "type": "heatmap",
                "z": table.astype(np.float32),
                "colorscale": [[0, look.paper], [1, most]],
                "showscale": False,
                "texttemplate": "%{z:.0f}",
                "hovertemplate": "true %{y}, said %{x}: %{z:.0f} digits<extra></extra>",
            }
        ],
        xaxis={"title": {"text": "label that the probe says"}, "dtick": 1, "showgrid": False, "constrain": "domain"},
        yaxis={"title": {"text": "label that it was to say"}, "dtick": 1, "showgrid": False, "autorange": "reversed",
               "scaleanchor": "x", "constrain": "domain"},
    )  # fmt: skip
    shown.page.plot(fig, name="said", alt=f"Table of true labels and those that the probe says. {title}.")


def checks(shown: Shown) -> list[Check]:
    """The regression is at its optimum; where this very draw is recorded, it says the same."""
    draw = draw_of(shown)
    found = results.probe_of(draw)
    own = [optimum_check(found.fit)]
    if draw.seed < DRAWS:
        place, at = ARMS.index(draw.arm), COUNTS.index(draw.count)
        kept = shown.trials.shuffled[place, at] if draw.shuffled else shown.trials.accuracy[place, 0, at]
        own.append(recorded_check(accuracy_of(found), float(kept[draw.seed]), int((~found.drawn).sum())))
    return own


def script(shown: Shown) -> str:
    """A script that fits the probe on screen with `core` alone."""
    draw = draw_of(shown)
    deal = f"labels = np.random.default_rng({100 + draw.seed}).permutation(labels)\n" if draw.shuffled else ""
    features = (
        "features = pictures.reshape(len(pictures), -1)"
        if draw.arm == "raw pixels"
        else f"network = recorded_encoders().networks[LEARNERS.index({draw.arm!r})]\n"
        "features = encode(network, pictures)"
    )
    return f"""import numpy as np

from core.convolution import LEARNERS, digit_labels, digit_pictures, encode, held_out, probe, recorded_encoders

pictures, labels = digit_pictures()[held_out()], digit_labels()[held_out()]
{features}
{deal}print(probe(features, labels, per_class={draw.count}, seed={draw.seed}))
"""
