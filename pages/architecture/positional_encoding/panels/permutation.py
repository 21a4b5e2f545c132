"""The permutation test: without positions attention sees a set."""

import streamlit as st

from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.positional import PermutationTest
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly


def panel(page: Page) -> Panel:
    """The outputs of two runs in the place of the figure."""
    return Panel(
        "Permutation test",
        lambda: draw(page),
        stands="instead",
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@plainly
def draw(page: Page) -> None:
    """A sentence and its shuffled words, on MiniLM without and with its positions."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        text = page.controls.text("sentence", "Sentence")
    with right:
        seed = page.controls.number("order_seed", "Order, by seed", 0, 999)
    runs = results.recorded_permutation(text, seed)
    page.badges(Badge.RECORDED if runs else Badge.MEASURED)
    if not runs:
        if not ensure_loaded(results.ENCODER):
            return
        runs = results.permutations_of(text, seed)
    bag, ordered = runs
    title = (
        f"Without positions no output moves by more than {bag.max_difference:.0e}; with them up to "
        f"{ordered.max_difference:.1f}"
    )
    names = ("without positions", "with positions")
    colors = dict(zip(names, (page.look.role("accepted"), page.look.role("rejected")), strict=True))
    fig = figures.changes(
        bag.tokens,
        dict(zip(names, (bag.difference, ordered.difference), strict=True)),
        colors=colors,
        look=page.look,
        title=title,
    )
    page.plot(fig, name="permutation", alt=f"Change of each token's output when the words are shuffled. {title}.")
    shuffled = " ".join(token_chip(bag.tokens[place], page.look.ink) for place in bag.order)
    page.note(
        f"Shuffled: {shuffled}. The two sentence vectors have the cosine <b>{bag.cosine:.6f}</b> without positions and "
        f"<b>{ordered.cosine:.3f}</b> with them."
    )
    st.caption(
        "Each word's output is compared with its own before the shuffle. Without positions attention sees a set: the "
        "outputs move along with their words, up to rounding."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """That outputs without positions are the same up to order, for the runs on screen."""
    return tuple(check for run in _runs(page) for check in run.checks)


def _runs(page: Page) -> tuple[PermutationTest, ...]:
    text, seed = page.controls.value("sentence"), page.controls.value("order_seed")
    recorded = results.recorded_permutation(text, seed)
    if recorded:
        return recorded
    try:
        return results.permutations_of(text, seed) if results.is_loaded(results.ENCODER) else ()
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that runs the test with `core` alone."""
    text, seed = page.controls.value("sentence"), page.controls.value("order_seed")
    return f"""from core.models import load_encoder
from core.positional import permutation_test

encoder = load_encoder({results.ENCODER!r})
for positions in (False, True):
    run = permutation_test(encoder, {text!r}, seed={seed}, positions=positions)
    print(run.max_difference, run.cosine)
"""
