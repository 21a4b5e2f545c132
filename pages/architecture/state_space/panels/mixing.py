"""One matrix: a fixed system, a selective one and attention over the same words."""

import streamlit as st

from components.figures.heights import room
from components.markdown import literally
from components.page import Page
from core.checks import Check
from core.state_space import Mixing
from pages.architecture.state_space import results
from pages.architecture.state_space.figures.trees import matrices
from pages.architecture.state_space.words.selection import mixing_title

ABOVE = 165


def _found(page: Page) -> Mixing:
    """The matrices of the text on screen; raises ValueError where it has too few or too many words."""
    value = page.controls.value
    return results.mixing_of(value("mix_text"), value("mix_skip"), value("mix_seed"))


def draw(page: Page) -> None:
    """The three matrices, and what they have in common."""
    first, second, third = st.columns([4, 2, 1], vertical_alignment="bottom")
    with first:
        page.controls.text("mix_text", "Words (2 to 40)", max_chars=400)
    with second:
        page.controls.text("mix_skip", "Words with Δ = 0", max_chars=100)
    with third:
        page.controls.number("mix_seed", "Seed", 0, 999)
    try:
        found = _found(page)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    skipped = int((found.delta == 0).sum())
    words = mixing_title(found.words, skipped)
    fig = matrices(found, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="matrices", roomy=True, alt=f"Three lower triangles over the same words. {words}.")
    idle = f" The <b>{skipped}</b> words with Δ = 0 add nothing: their columns are 0." if skipped else ""
    page.note(
        f"Each layer is a matrix times the input: <b>{len(found.words)}</b> words, untrained layers, one channel. "
        f"The selective layer's steps run from <b>{found.delta.min():.2f}</b> to <b>{found.delta.max():.2f}</b>.{idle} "
        "Orange is positive and blue negative, each field on its own scale; attention alone has no negative entries."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """Each matrix times the input is its layer's output."""
    try:
        return _found(page).checks
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that computes the matrices on screen with `core` alone."""
    value = page.controls.value
    return f"""from core.state_space import mix

found = mix({value("mix_text")!r}, skipped={tuple(value("mix_skip").split())!r}, seed={value("mix_seed")})
print("steps", found.delta.round(2))
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
