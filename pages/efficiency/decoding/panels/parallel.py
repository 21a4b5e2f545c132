"""The decoding page's panel about writing at once: what independent draws lose, and guesses that are checked."""

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.decoding import KINDS, PHRASES, Generation, differing, sample_phrases, unfold, valid_share
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.memory import guess_grid, phrase_figure
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.words.drafts import guesses_title

PLACES = 12
SAMPLES = 20_000


def at_once(shown: Shown) -> None:
    """A language of two phrases, decoded in few parallel steps, and the way that loses nothing."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        tokens = page.controls.slider("tokens", "Tokens n", 2, 8)
    with right:
        steps = page.controls.slider("parallel", "Parallel steps k", 1, tokens)
    sampled = sample_phrases(tokens, steps, samples=SAMPLES, seed=0)
    share = f"{sampled.valid:.1%} of the texts are valid, {sampled.expected:.1%} in closed form"
    title = f"{tokens} tokens in {steps} steps: {share}"
    fig = phrase_figure(sampled.choice[:16], PHRASES, look=page.look, title=title)
    page.plot(fig, name="phrases", alt=title, roomy=True)
    first = " ".join(PHRASES[int(place)][at] for at, place in enumerate(sampled.choice[0]))
    page.note(
        f"The language has two phrases, “{' '.join(PHRASES[0][:tokens])}” and “{' '.join(PHRASES[1][:tokens])}”. "
        f"The first text decoded reads “{first}”. Every marginal is perfect. {_of_the_draws(tokens, steps)} "
        f"<b>{sampled.valid:.1%}</b> of {SAMPLES:,} texts are valid."
    )
    _guesses(page, _kind(shown))


def _of_the_draws(tokens: int, steps: int) -> str:
    if steps == tokens:
        return "Each token knows all before it, so none disagree:"
    together = -(-tokens // steps)
    rest = "; those after them follow the last one that stands" if together < tokens else ""
    return f"The first {together} tokens are drawn at once and need not agree{rest}:"


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
        "all. A guess stands when all before it stand and the target agrees with it. Gray stands, green is right, "
        "orange is wrong. A right guess behind a wrong one can be corrected away."
    )


def checks(shown: Shown) -> list[Check]:
    """The identities of the texts and of the guesses on screen."""
    tokens, steps = (int(shown.page.controls.value(name)) for name in ("tokens", "parallel"))
    sampled = sample_phrases(tokens, steps, samples=SAMPLES, seed=0)
    expected = valid_share(tokens, steps)
    spread = 4 * float(np.sqrt(expected * (1 - expected) / SAMPLES))
    valid = Check(
        "Sampling agrees with 2^(1 − ⌈n/k⌉)",
        abs(sampled.valid - sampled.expected),
        max(spread, 1e-12),
        "4 standard deviations",
    )
    kind = _kind(shown)
    run = results.kept_guesses(kind)
    wrong = None if run is None else _differing(kind, run)
    if run is None or wrong is None:
        return [valid]
    detail = f"tokens that differ from a pass without a cache, of {len(run.token_ids)}; float32"
    return [valid, Check("The guesses end in the greedy text", float(wrong), 0.0, detail)]


def script(shown: Shown) -> str:
    """A script for the texts and the guesses on screen."""
    tokens, steps = (int(shown.page.controls.value(name)) for name in ("tokens", "parallel"))
    return scripts.at_once(tokens, steps, SAMPLES, results.kept_guesses(_kind(shown)), PLACES)


def _differing(kind: str, run: Generation) -> int | None:
    """How many tokens differ from the start of the greedy text without a cache; None where that is not recorded."""
    raced = results.kept_race(kind, "float32")
    if raced is None or raced.plain is None:
        return None
    return differing(run.token_ids, raced.plain[: len(run.token_ids)])
