"""The figure of the double descent."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.learning import COUNTS, DoubleDescent
from pages.foundations.learning.figures.pairs import band, curve, names

LOWEST = 1e-3
"""Smaller errors are drawn below the axis: a perfect fit has one of 10⁻²⁸."""


def descent(runs: Sequence[DoubleDescent], *, floor: float, look: Look, title: str, height: int) -> go.Figure:
    """The errors of several seeds over the number of features: medians, and a band from the least to the largest."""
    x = np.array(COUNTS)
    inks = {"test": look.role("kl"), "training": look.role("source"), "noise": look.quiet}
    errors = {"test": [run.test_error for run in runs], "training": [run.train_error for run in runs]}
    traces, ends = [], {}
    for name, values in errors.items():
        middle = np.clip(np.median(values, axis=0), LOWEST / 100, None)
        low, high = (np.clip(edge(values, axis=0), LOWEST / 100, None) for edge in (np.min, np.max))
        traces += [band(x, low, high, inks[name]), curve(x, middle, name, inks[name])]
        ends[name] = float(np.log10(max(middle[-1], LOWEST)))
    top = float(np.log10(np.max(errors["test"]))) + 0.1
    shapes = [
        {"type": "line", "x0": 100, "x1": 100, "yref": "paper", "y0": 0, "y1": 1,
         "line": {"color": look.quiet, "width": 1.5, "dash": "dot"}},
    ]  # fmt: skip
    if floor:
        shapes.append(
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": floor, "y1": floor,
             "line": {"color": look.quiet, "width": 1.5, "dash": "dash"}}
        )  # fmt: skip
        ends["noise"] = float(np.clip(np.log10(floor), np.log10(LOWEST), top))
    note = {"text": "features = points", "x": 2, "xanchor": "left", "xshift": 6, "y": 1, "yref": "paper",
            "yanchor": "top", "showarrow": False, "font": {"color": look.quiet, "size": look.size}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"r": 90 if not look.presenter else 120},
        xaxis={"title": {"text": "random features p"}, "type": "log", "showgrid": False,
               "tickvals": [5, 10, 20, 50, 100, 200, 500, 1000]},
        yaxis={"title": {"text": "mean squared error"}, "type": "log", "dtick": 1, "exponentformat": "power",
               "range": [float(np.log10(LOWEST)), top]},
        shapes=shapes,
        annotations=[note, *names(ends, inks, look, ends=(float(np.log10(LOWEST)), top), height=height, axis="")],
    )  # fmt: skip
