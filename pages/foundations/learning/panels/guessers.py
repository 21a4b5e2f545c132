"""The panel on validation that is fooled: many who guess, and the best of them."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.learning import GuessersParams, Guessing, best_of_guessers, best_of_guessers_distribution
from pages.foundations.learning import findings
from pages.foundations.learning.figures.pairs import curve, names, pair
from pages.foundations.learning.results import guessing_of

NUMBERS = np.unique(np.round(np.logspace(0, 3, 31)).astype(int))
"""Guessers over which the exact expectation is drawn."""


def fooled(page: Page) -> None:
    """The best of m guessers on n validation points: the exact expectation, contests, and new points."""
    left, right = st.columns(2)
    with left:
        page.controls.slider("guessers", "log₁₀ of the guessers, m", 0.0, 3.0, step=0.1)
    with right:
        page.controls.slider("judged", "Validation points, n", 5, 500, step=5)
    found, look = _found(page), page.look
    n, m = found.params.points, found.params.guessers
    title = findings.of_the_guessers(found)
    seen, new = look.role("target"), look.role("kl")
    expected = np.array([best_of_guessers(int(count), n) for count in NUMBERS])
    bars, ends = _bars(found, seen), (0.45, min(float(expected.max()) + 0.06, 1.02))
    inks = {"validation": seen, "new points": new}
    fig = pair(
        bars,
        [
            curve(NUMBERS, expected, "validation", seen, mode="lines"),
            curve(NUMBERS, np.full(len(NUMBERS), 0.5), "new points", new, mode="lines"),
            *_measured(found, seen, new),
        ],
        look=look,
        title=title,
        height=room(look, 150),
        headings=(
            f"the best of {m:,} on {n} points: exact, and bars of {len(found.validation)} contests",
            "right answers of the best: exact, and this m as drawn",
        ),
        axes=(
            {"title": {"text": "share of right answers"}, "range": [0.35, 1.02], "tickformat": ".0%"},
            {"title": {"text": "share of contests"}, "tickformat": ".0%", "rangemode": "tozero"},
            {"title": {"text": "guessers m"}, "type": "log", "dtick": 1},
            {"title": {"text": "right answers"}, "range": list(ends), "tickformat": ".0%"},
        ),
        notes=names({"validation": float(expected[-1]), "new points": 0.5}, inks, look, ends=ends),
    )
    page.plot(fig, name="guessers", alt=f"Distribution of the best guesser, and its mean. {title}.", roomy=True)
    margin = 2 * float(found.validation.std(ddof=1)) / len(found.validation) ** 0.5
    page.sentence(
        f"Expected on validation <b>{found.expected:.4f}</b>, drawn <b>{found.validation.mean():.4f}</b> ± "
        f"{margin:.4f} over {len(found.validation)} contests; on {found.params.test_points:,} new points each "
        f"<b>{found.test.mean():.4f}</b>. What the choice adds is luck. A test set that chooses becomes "
        "a validation set."
    )


def _bars(found: Guessing, color: str) -> list[go.Bar | go.Scatter]:
    n = found.params.points
    share = np.bincount(np.round(found.validation * n).astype(int), minlength=n + 1) / len(found.validation)
    exact = best_of_guessers_distribution(found.params.guessers, n)
    x = np.arange(n + 1) / n
    kept = (exact > 1e-4) | (share > 0)
    return [
        go.Bar(x=x[kept], y=share[kept], marker={"color": color, "opacity": 0.55}, name="contests",
               hovertemplate="%{x:.1%} right<br>%{y:.1%} of the contests<extra></extra>"),
        curve(x[kept], exact[kept], "exact", color),
    ]  # fmt: skip


def _measured(found: Guessing, seen: str, new: str) -> list[go.Scatter]:
    """What was drawn at this m, with two standard errors."""
    marks = []
    for values, color, name in ((found.validation, seen, "validation, drawn"), (found.test, new, "new points, drawn")):
        error = 2 * float(values.std(ddof=1)) / len(values) ** 0.5
        marks.append(
            go.Scatter(
                x=[found.params.guessers], y=[float(values.mean())], mode="markers", name=name,
                marker={"size": 11, "color": color}, error_y={"array": [error], "color": color},
                hovertemplate=f"{name}<br>%{{x}} guessers: %{{y:.4f}}<extra></extra>",
            )
        )  # fmt: skip
    return marks


def _found(page: Page) -> Guessing:
    values = page.controls.values()
    return guessing_of(GuessersParams(round(10 ** values["guessers"]), values["judged"], seed=values["seed"]))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the contests on screen."""
    return _found(page).checks


def script(page: Page) -> str:
    """A script that computes the expectation on screen, and draws the same contests."""
    params = _found(page).params
    return f"""from core.learning import GuessersParams, best_of_guessers, guessing

print("expected", best_of_guessers({params.guessers}, {params.points}))
found = guessing(GuessersParams({params.guessers}, {params.points}, seed={params.seed}))
print("drawn", found.validation.mean(), "on new points", found.test.mean())
"""
