"""The decoding page's panel about writing at once: what independent draws lose, and guesses that are checked."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.decoding import KINDS, PHRASES, RIGHT, Generation, differing, remasked_share, unfold, valid_share
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.memory import guess_grid, phrase_figure
from pages.efficiency.decoding.figures.parallel import validity_figure
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.words.drafts import guesses_title, savings_words
from pages.efficiency.decoding.words.parallel import remasking_title, texts_title, tie_words

PLACES = 12
SAMPLES = 6_000
ABOVE = 166
"""Pixels of the room of the main figure that stand around the chart of valid texts."""


def at_once(shown: Shown) -> None:
    """A language of two phrases, unmasked in few parallel steps, and the way that loses nothing."""
    page = shown.page
    with page.panel_controls():
        first, second, third = st.columns(3)
    with first:
        tokens = page.controls.slider("tokens", "Tokens n", 2, 8)
    with second:
        steps = page.controls.slider("parallel", "Parallel steps k", 1, tokens)
    with third:
        remask = page.controls.switch("remask", "Mask the least certain again")
    plain, remasked = (results.diffused_by_steps(tokens, again, SAMPLES) for again in (False, True))
    chosen = (remasked if remask else plain)[steps - 1]
    expected = None if remask else valid_share(tokens, steps)
    left, right = st.columns([1.5, 1])
    with left:
        title = texts_title(tokens, steps, chosen, expected)
        fig = phrase_figure(chosen.choice[:16], PHRASES, look=page.look, title=title)
        page.plot(fig, name="phrases", alt=title, roomy=True)
    with right:
        title = remasking_title(plain, remasked)
        fig = validity_figure(plain, remasked, chosen, look=page.look, title=title, height=room(page.look, ABOVE))
        page.plot(fig, name="validity", alt=f"Valid texts against calls of the model. {title}.")
    page.note(
        "As in a diffusion language model all places begin masked; each step draws them and shows some. "
        f"{_of_the_draws(tokens, steps, remask)} "
        f"<b>{chosen.valid:.1%}</b> of {SAMPLES:,} texts are valid."
    )
    st.caption(
        f"The language has two phrases, “{' '.join(PHRASES[0][:tokens])}”, in blue, and "
        f"“{' '.join(PHRASES[1][:tokens])}”, in orange. "
        "Taken alone, each place has the right chances. "
        "Asking how certain each token is, given all others, is a call as well, so k steps with remasking are 2k − 1 "
        "calls. Where shown tokens disagree, the model follows the majority. Bars are two standard errors."
        f"{tie_words(tokens)} Of Prompt, Method and Precision, the prompt alone matters here, for the guesses below."
    )
    with page.beyond_controls():
        _guesses(page, _kind(shown))


def _of_the_draws(tokens: int, steps: int, remask: bool) -> str:
    together = -(-tokens // steps)
    if steps == 1:
        return "All are drawn at once and need not agree:"
    if remask:
        best = "the one that agrees best with the rest is" if together == 1 else f"the {together} that agree best are"
        return f"Of all drawn, {best} shown first:"
    if steps == tokens:
        return "Each token knows all before it, so none disagree:"
    return f"The first {together} tokens are drawn at once and need not agree; the others follow what is shown:"


def _kind(shown: Shown) -> str:
    """The prompt on which the real model guesses."""
    return shown.kind if shown.kind in KINDS else results.USUAL


def _guesses(page: Page, kind: str) -> None:
    """Jacobi decoding on the real model: guesses that are corrected until they stand."""
    run = results.kept_guesses(kind)
    if run is None:
        return
    unfolding = unfold(run, places=PLACES)
    calls, places = unfolding.token.shape
    wrong = _differing(kind, run)
    title = guesses_title(kind, places, calls - 1, kept=None if wrong is None else wrong == 0)
    fig = guess_grid(unfolding, run.pieces, look=page.look, title=title)
    page.plot(fig, name="guesses", alt=title, roomy=True)
    page.note(
        "To write at once without a loss is to guess and to check. Each call reads eight guesses and corrects them "
        "all. A guess stands when all before it stand and the target agrees with it. "
        f"{_of_the_colors(bool((unfolding.state == RIGHT).any()))} {savings_words(results.all_guesses())}"
    )


def _of_the_colors(right: bool) -> str:
    """What the cells of the grid mean.

    Args:
        right: whether a guess is right before it stands.
    """
    if not right:
        return "Gray stands, orange is a wrong guess; none here is right before it stands."
    return "Gray stands, green is right, orange is wrong. A right guess behind a wrong one can be corrected away."


def checks(shown: Shown) -> list[Check]:
    """The identities of the texts and of the guesses on screen."""
    tokens, steps = (int(shown.page.controls.value(name)) for name in ("tokens", "parallel"))
    valid = _sampled("Sampling agrees with 2^(1 − ⌈n/k⌉)", tokens, steps, remask=False)
    again = _sampled("With remasking it agrees with the exact share", tokens, steps, remask=True)
    kind = _kind(shown)
    run = results.kept_guesses(kind)
    wrong = None if run is None else _differing(kind, run)
    if run is None or wrong is None:
        return [valid, again]
    detail = f"tokens that differ from a pass without a cache, of {len(run.token_ids)}; float32"
    return [valid, again, Check("The guesses end in the greedy text", float(wrong), 0.0, detail)]


def _sampled(name: str, tokens: int, steps: int, *, remask: bool) -> Check:
    """The share of valid texts in so many steps against the exact one."""
    found = results.diffused_by_steps(tokens, remask, SAMPLES)[steps - 1]
    exact = remasked_share(tokens, steps) if remask else valid_share(tokens, steps)
    spread = 4 * float(np.sqrt(exact * max(1 - exact, 0.0) / SAMPLES))
    return Check(
        name, abs(found.valid - exact), max(spread, 1e-12), f"4 standard deviations; n = {tokens}, k = {steps}"
    )


def script(shown: Shown) -> str:
    """A script for the texts and the guesses on screen."""
    tokens, steps = (int(shown.page.controls.value(name)) for name in ("tokens", "parallel"))
    remask = bool(shown.page.controls.value("remask"))
    return scripts.at_once(tokens, steps, remask, SAMPLES, results.kept_guesses(_kind(shown)), PLACES)


def _differing(kind: str, run: Generation) -> int | None:
    """How many tokens differ from the start of the greedy text without a cache; None where that is not recorded."""
    raced = results.kept_race(kind, "float32")
    if raced is None or raced.plain is None:
        return None
    return differing(run.token_ids, raced.plain[: len(run.token_ids)])
