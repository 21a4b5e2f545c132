"""The model without one of its parts: what is lost, and what it then writes."""

from functools import partial

import numpy as np
import streamlit as st

from components.jobs import job_panel
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.jobs import find, promise
from core.transformer import (
    COMPARED,
    KINDS,
    PROMPT,
    WHOLE_MODEL,
    Absence,
    Absences,
    Kind,
    OwnText,
    measure_absences,
    name_of,
    recorded_absences,
)
from pages.architecture.transformer.figures.absence import absence_figure
from pages.architecture.transformer.words import absence_title, perplexity_told

TAKES = {True: 18.0, False: 70.0}
"""Seconds of processor for some twenty tokens in a fresh process: of what is taken everywhere, and of layers."""


def panel(page: Page) -> Panel:
    """The altered models in the place of the path."""
    return Panel(
        "Without it",
        lambda: draw(page),
        stands="instead",
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


def own_text(page: Page) -> OwnText | None:
    """The visitor's text with the kind on screen; None without one. Raises ValueError for a text that is too long."""
    text = page.controls.value("lost_text")
    return OwnText(text, page.controls.value("missing")) if text.strip() else None


def found_for(page: Page) -> Absences:
    """What is on screen: measured on the visitor's text once it is there, else recorded."""
    try:
        own = own_text(page)
    except ValueError:
        return recorded_absences()
    job = find(measure_absences, own) if own else None
    return job.result() if job is not None and job.state == "finished" else recorded_absences()


def chosen(page: Page) -> Absence:
    """What is left out on screen; the layer is held within what the kind has."""
    kind = page.controls.value("missing")
    last = len(recorded_absences().by_kind[kind]) - 1
    return Absence(kind, min(page.controls.value("missing_layer"), last))


def draw(page: Page) -> None:
    """Perplexity by layer of one kind, and what the chosen one writes."""
    first, second, third = st.columns([2, 2.4, 3], vertical_alignment="bottom")
    with first:
        kind = page.controls.select("missing", "Leave out", list(KINDS))
    with second:
        page.controls.slider("missing_layer", "Layer", 0, len(recorded_absences().by_kind[kind]) - 1)
    with third:
        page.controls.text(
            "lost_text", "Your text, 2 to 64 tokens", placeholder="Empty: the recorded one", max_chars=400
        )
    _measure(page)
    found, absence = found_for(page), chosen(page)
    page.badges(Badge.RECORDED if found is recorded_absences() else Badge.MEASURED)
    _show(page, found, absence)


def _measure(page: Page) -> None:
    """Offers to measure the visitor's text, follows it, and draws the layers so far."""
    try:
        own = own_text(page)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    if own is not None:
        cost = f"It takes {promise(TAKES[own.kind in WHOLE_MODEL])} of one core, once. Below: the recorded text."
        job_panel(measure_absences, own, start="Measure my text", cost=cost, draw_partial=partial(_live, page))


def _live(page: Page, so_far: tuple[str, float, np.ndarray]) -> None:
    """The layers measured so far."""
    kind, whole, losses = so_far
    title = f"{kind}: {len(losses)} measured, whole {perplexity_told(whole)}"
    fig = absence_figure({kind: losses}, whole, chosen=None, look=page.look, title=title)
    page.plot(fig, name="absence_live", alt=f"Line that grows: perplexity by layer. {title}.")


def _show(page: Page, found: Absences, absence: Absence) -> None:
    kind = absence.kind
    compared: tuple[Kind, ...] = COMPARED if kind in WHOLE_MODEL else (kind,)
    series: dict[str, np.ndarray] = {name: found.losses(name) for name in compared}
    title = absence_title(found, absence)
    marked = absence.layer if kind not in WHOLE_MODEL else None
    fig = absence_figure(series, found.whole.loss, chosen=marked, look=page.look, title=title)
    page.plot(fig, name="absence", alt=f"Line: perplexity without a part, by layer. {title}.")
    outcome = found.by_kind[kind][absence.layer]
    same = outcome.written == found.whole.written
    altered = token_chip(_readable(outcome.written), page.look.role("accepted" if same else "rejected"))
    whole = token_chip(_readable(found.whole.written), page.look.role("accepted"))
    recorded = found is recorded_absences()
    prompt = token_chip(
        PROMPT if recorded else f"{found.text[:40]}{'…' if len(found.text) > 40 else ''}", page.look.ink
    )
    page.note(
        f"With {name_of(absence)} {prompt} goes on as {altered}; whole it goes on as {whole}. The perplexity of "
        f"{'a text of five sentences' if recorded else 'your text'} goes from "
        f"<b>{perplexity_told(found.whole.loss)}</b> (dotted) to <b>{perplexity_told(outcome.loss)}</b>."
    )


def _readable(text: str) -> str:
    return text.replace("\n", "⏎")


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of what is on screen."""
    return found_for(page).checks


def script(page: Page) -> str:
    """A script that measures the altered model on screen."""
    absence, found = chosen(page), found_for(page)
    recorded = found is recorded_absences()
    text, prompt = ("recorded_absences().text", "PROMPT") if recorded else (repr(found.text), repr(found.text))
    return f"""from core.models import load_causal_lm
from core.transformer import PROMPT, Absence, loss_without, recorded_absences, write_without

lm, missing = load_causal_lm(), {absence!r}
print(loss_without(lm, {text}, missing).mean())
print(write_without(lm, {prompt}, missing))
"""
