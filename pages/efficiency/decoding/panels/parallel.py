"""The decoding page's panel about writing at once: what independent draws lose, and guesses that are checked."""

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.decoding import KINDS, PHRASES, sample_phrases, unfold, valid_share
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.memory import guess_grid, phrase_figure
from pages.efficiency.decoding.main import Shown

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
        f"The first text decoded reads “{first}”. Every marginal is perfect; tokens drawn at once still disagree: "
        f"<b>{sampled.valid:.1%}</b> of {SAMPLES:,} texts are valid."
    )
    _guesses(page, _kind(shown))


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
    title = f"Jacobi decoding loses nothing: on “{kind}” {places} tokens stand after {calls - 1} calls"
    fig = guess_grid(unfolding, run.pieces, look=page.look, title=title)
    page.plot(fig, name="guesses", alt=title, roomy=True)
    page.note(
        "The lossless way to write at once is to guess and to check. Each call reads eight guesses and corrects them "
        "all. A guess stands when all before it stand and the target agrees with it. Gray stands, green will stand, "
        "orange is still wrong. A right guess behind a wrong one can be corrected away."
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
    run, raced = results.kept_guesses(_kind(shown)), results.kept_race(_kind(shown), "float32")
    if run is None or raced is None:
        return [valid]
    greedy = raced.reference.token_ids[: len(run.token_ids)]
    differing = sum(one != other for one, other in zip(run.token_ids, greedy, strict=True))
    detail = f"tokens that differ, of {len(greedy)}; float32"
    return [valid, Check("The guesses end in the greedy text", float(differing), 0.0, detail)]
