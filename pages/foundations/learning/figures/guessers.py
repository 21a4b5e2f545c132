"""The figure of many guessers: how good the best of them looks, and over how many."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from core.learning import Guessing, best_of_guessers, best_of_guessers_distribution
from pages.foundations.learning.figures.pairs import curve, names, pair

NUMBERS = np.unique(np.round(np.logspace(0, 3, 31)).astype(int))
"""Guessers over which the exact expectation is drawn."""

UNSEEN = 1e-4
"""Numbers of right answers that are less likely are drawn only where a contest had them."""


def guessers(found: Guessing, *, look: Look, title: str, height: int) -> go.Figure:
    """The distribution of the best at this number of guessers, exact and drawn, and its mean over their number."""
    m, n = found.params.guessers, found.params.points
    inks = {"validation": look.role("target"), "new points": look.role("kl")}
    expected = np.array([best_of_guessers(int(count), n) for count in NUMBERS])
    ends = 0.45, min(float(expected.max()) + 0.06, 1.02)
    exact = [
        curve(NUMBERS, expected, "validation", inks["validation"], mode="lines"),
        curve(NUMBERS, np.full(len(NUMBERS), 0.5), "new points", inks["new points"], mode="lines"),
    ]
    return pair(
        _distribution(found, inks["validation"]),
        [*exact, *_drawn(found, inks)],
        look=look,
        title=title,
        height=height,
        headings=(
            f"best of {m:,}: exact, and {len(found.validation)} contests",
            "best of m: exact, and this m as drawn",
        ),
        axes=(
            {"title": {"text": "share of right answers"}, "range": [0.35, 1.02], "tickformat": ".0%"},
            {"title": {"text": "share of contests"}, "tickformat": ".0%", "rangemode": "tozero"},
            # A little wider than the curve, so that its first number keeps clear of the lowest share.
            {"title": {"text": "guessers m"}, "type": "log", "dtick": 1, "range": [-0.12, 3.08]},
            {"title": {"text": "right answers"}, "range": list(ends), "tickformat": ".0%"},
        ),
        notes=names({"validation": float(expected[-1]), "new points": 0.5}, inks, look, ends=ends, height=height),
    )


def _distribution(found: Guessing, color: str) -> list[go.Bar | go.Scatter]:
    n = found.params.points
    share = np.bincount(np.round(found.validation * n).astype(int), minlength=n + 1) / len(found.validation)
    exact = best_of_guessers_distribution(found.params.guessers, n)
    x = np.arange(n + 1) / n
    kept = (exact > UNSEEN) | (share > 0)
    tip = "%{x:.1%} right<br>%{y:.1%} of the contests<extra></extra>"
    bars = go.Bar(
        x=x[kept], y=share[kept], marker={"color": color, "opacity": 0.55}, name="contests", hovertemplate=tip
    )
    return [bars, curve(x[kept], exact[kept], "exact", color)]


def _drawn(found: Guessing, inks: dict[str, str]) -> list[go.Scatter]:
    """What was drawn at this number of guessers, with two standard errors."""
    marks = []
    for values, (side, color) in zip((found.validation, found.test), inks.items(), strict=True):
        name, error = f"{side}, drawn", 2 * float(values.std(ddof=1)) / len(values) ** 0.5
        marks.append(
            go.Scatter(
                x=[found.params.guessers],
                y=[float(values.mean())],
                mode="markers",
                name=name,
                marker={"size": 11, "color": color},
                error_y={"array": [error], "color": color},
                hovertemplate=f"{name}<br>%{{x}} guessers: %{{y:.4f}}<extra></extra>",
            )
        )
    return marks
