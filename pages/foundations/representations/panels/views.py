"""The panel on the views of contrast: what is called the same decides what is learned."""

from collections.abc import Sequence

import streamlit as st

from components.figures.heights import room
from components.theme import figure
from core.checks import Check
from core.convolution import COUNTS, RAW, VIEWS, chance_check, recorded_views, whole_items_check
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.curves import differences_of
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import Shown

ABOVE = 90


def two_views(shown: Shown) -> None:
    """Random views of one digit for each way to make them, and the probe behind each, against raw pixels."""
    kept, look = recorded_views(), shown.page.look
    height = room(look, ABOVE)
    left, right = st.columns([1, 1])
    with left:
        title = "Four ways to make views of one digit, at random"
        rows = {way: Strip(pictures) for way, pictures in zip(VIEWS, kept.pictures, strict=True)}
        fig = strips(rows, look=look, title=title, height=height)
        shown.page.plot(fig, name="views", roomy=True, alt=f"Eight views of a digit in each row. {title}.")
    with right:
        title = findings.of_views(kept.trials, shown.count)
        traces = [
            trace
            for way in VIEWS
            for trace in differences_of(kept.trials, way, RAW, shown.count, look, strong=way == list(VIEWS)[2])
        ]
        fig = figure(
            look,
            title=title,
            height=height,
            traces=traces,
            showlegend=False,
            xaxis={"title": {"text": f"points above raw pixels, {shown.count} per class"}, "zeroline": True,
                   "zerolinecolor": look.quiet},
            yaxis={"autorange": "reversed", "showgrid": False},
        )  # fmt: skip
        shown.page.plot(fig, name="view_gains", alt=f"Difference of contrast to raw pixels for four views. {title}.")
    means = ", ".join(f"{way} <b>{kept.trials.of(way, shown.count).mean():.1%}</b>" for way in kept.trials.arms)
    shown.page.note(f"Right with {findings.per_class(shown.count)}: {means}. Dots are draws, bars 95 % intervals.")


def checks(shown: Shown) -> Sequence[Check]:
    """Accuracies count whole digits, and shuffled labels fall to chance, for all four ways together.

    All ways are probed on the same dealt labels, so it is the draws that are independent, not the ways.
    """
    trials, labels = recorded_views().trials, results.held_out_digits()[1]
    at = COUNTS.index(shown.count)
    return (
        whole_items_check(trials.accuracy[:, :, at], shown.count, labels),
        chance_check(trials.shuffled[:, at].mean(axis=0), shown.count, labels),
    )


def script(shown: Shown) -> str:
    """A script that reproduces the differences on screen from the recorded probes."""
    return f"""from core.convolution import RAW, VIEWS, difference, recorded_views

trials = recorded_views().trials
for way in VIEWS:
    found = difference(trials.of(way, {shown.count}), trials.of(RAW, {shown.count}))
    print(way, 100 * found.mean, 100 * found.low, 100 * found.high)
"""
