"""The permutation test: attention without positions and without a mask sees a set; a causal mask tells the order."""

import streamlit as st

from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.positional import CausalOrderTest, PermutationTest
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.words import MASKED, UNMASKED, masked_title, set_title

TEST = "Permutation test"
"""The panel's name."""

NAMES = ("without positions", "with positions")

Runs = tuple[PermutationTest, ...] | tuple[CausalOrderTest, ...]


def panel(page: Page) -> Panel:
    """The outputs of two runs in the place of the figure."""
    return Panel(
        TEST,
        lambda: draw(page),
        stands="instead",
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@plainly
def draw(page: Page) -> None:
    """A sentence and its shuffled words, without and with positions: in an encoder, or behind a decoder's mask."""
    left, middle, right = st.columns([4, 2.4, 1.2])
    with left:
        page.controls.text("sentence", "Sentence")
    with middle:
        page.controls.choice("order_mask", "Mask", [UNMASKED, MASKED])
    with right:
        page.controls.number("order_seed", "Order, by seed", 0, 999)
    runs = _recorded(page)
    page.badges(Badge.RECORDED if runs else Badge.MEASURED)
    if not runs:
        if not ensure_loaded(_model(page)):
            return
        runs = _measured(page)
    bag, ordered = runs
    if isinstance(bag, CausalOrderTest) and isinstance(ordered, CausalOrderTest):
        _behind_a_mask(page, bag, ordered)
    elif isinstance(bag, PermutationTest) and isinstance(ordered, PermutationTest):
        _as_a_set(page, bag, ordered)


def _as_a_set(page: Page, bag: PermutationTest, ordered: PermutationTest) -> None:
    _drawn(page, (bag, ordered), set_title(bag.max_difference, ordered.max_difference))
    page.note(
        f"Shuffled: {_shuffled(page, bag)}. The two sentence vectors have the cosine <b>{bag.cosine:.6f}</b> without "
        f"positions and <b>{ordered.cosine:.3f}</b> with them."
    )
    st.caption(
        "Each word's output is compared with its own before the shuffle. An encoder has no mask: without positions its "
        "attention sees a set, and the outputs move along with their words, up to rounding."
    )


def _behind_a_mask(page: Page, bag: CausalOrderTest, ordered: CausalOrderTest) -> None:
    _drawn(page, (bag, ordered), masked_title(bag.total_variation, ordered.total_variation))
    page.note(
        f"Shuffled: {_shuffled(page, bag)}. The first and the last token stay. Without positions the last token's "
        f"output of the first layer changes by <b>{bag.first_layer:.0e}</b> of its length, and the next token's "
        f"probabilities by <b>{bag.total_variation:.3f}</b> in total variation."
    )
    st.caption(
        "Without positions the last token sees the same set in the first layer. But each token before it has another "
        "set of earlier ones, so from the second layer on it sees changed vectors: the mask tells the order. SmolLM2 "
        "was trained with RoPE; without it the model predicts badly, but it is not blind to order."
    )


def _drawn(page: Page, runs: Runs, title: str) -> None:
    """The change of each token's output in both runs."""
    colors = dict(zip(NAMES, (page.look.role("accepted"), page.look.role("rejected")), strict=True))
    series = dict(zip(NAMES, (runs[0].difference, runs[1].difference), strict=True))
    fig = figures.changes(runs[0].tokens, series, colors=colors, look=page.look, title=title)
    page.plot(fig, name="permutation", alt=f"Change of each token's output when the words are shuffled. {title}.")


def _shuffled(page: Page, run: PermutationTest | CausalOrderTest) -> str:
    return " ".join(token_chip(run.tokens[place], page.look.ink) for place in run.order)


def checks(page: Page) -> tuple[Check, ...]:
    """What stays the same without positions, for the runs on screen."""
    try:
        runs = _recorded(page) or (_measured(page) if results.is_loaded(_model(page)) else ())
    except ValueError:
        return ()
    return tuple(check for run in runs for check in run.checks)


def _asked(page: Page) -> tuple[str, int]:
    return page.controls.value("sentence"), page.controls.value("order_seed")


def _masked(page: Page) -> bool:
    return bool(page.controls.value("order_mask") == MASKED)


def _model(page: Page) -> str:
    return results.DECODER if _masked(page) else results.ENCODER


def _recorded(page: Page) -> Runs:
    return results.recorded_order(*_asked(page)) if _masked(page) else results.recorded_permutation(*_asked(page))


def _measured(page: Page) -> Runs:
    return results.orders_of(*_asked(page)) if _masked(page) else results.permutations_of(*_asked(page))


def script(page: Page) -> str:
    """A script that runs the test with `core` alone."""
    text, seed = _asked(page)
    load, test, shown = (
        ("load_causal_lm", "causal_order_test", "run.total_variation, run.first_layer")
        if _masked(page)
        else ("load_encoder", "permutation_test", "run.max_difference, run.cosine")
    )
    return f"""from core.models import {load}
from core.positional import {test}

model = {load}({_model(page)!r})
for positions in (False, True):
    run = {test}(model, {text!r}, seed={seed}, positions=positions)
    print({shown})
"""
