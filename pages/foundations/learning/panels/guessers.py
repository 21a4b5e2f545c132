"""The panel on validation that is fooled: many who guess, and the best of them."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.learning import GuessersParams, Guessing
from pages.foundations.learning import findings
from pages.foundations.learning.figures.guessers import guessers
from pages.foundations.learning.results import guessing_of

ABOVE = 150
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""


def fooled(page: Page) -> None:
    """The best of m guessers on n validation points: the exact expectation, contests, and new points."""
    left, right = st.columns(2)
    with left:
        page.controls.slider("guessers", "log₁₀ of the guessers, m", 0.0, 3.0, step=0.1)
    with right:
        page.controls.slider("judged", "Validation points, n", 5, 500, step=5)
    found = _found(page)
    title = findings.of_the_guessers(found)
    fig = guessers(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="guessers", alt=f"Distribution of the best guesser, and its mean. {title}.", roomy=True)
    margin = 2 * float(found.validation.std(ddof=1)) / len(found.validation) ** 0.5
    page.sentence(
        f"Expected on validation <b>{found.expected:.4f}</b>, drawn <b>{found.validation.mean():.4f}</b> ± "
        f"{margin:.4f} over {len(found.validation)} contests; on {found.params.test_points:,} new points each "
        f"<b>{found.test.mean():.4f}</b>. What the choice adds is luck. A test set that chooses becomes "
        "a validation set."
    )


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
