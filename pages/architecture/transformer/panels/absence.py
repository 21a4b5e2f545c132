"""The model without one of its parts: what is lost, and what it then writes."""

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel, token_chip
from core.transformer import KINDS, PROMPT, WHOLE_MODEL, Absence, Kind, name_of, recorded_absences
from pages.architecture.transformer.figures.absence import absence_figure
from pages.architecture.transformer.words import absence_title, perplexity_told


def panel(page: Page) -> Panel:
    """The altered models in the place of the path."""
    return Panel(
        "Without it",
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: recorded_absences().checks,
        script=lambda: script(page),
    )


def chosen(page: Page) -> Absence:
    """What is left out on screen; the layer is held within what the kind has."""
    kind = page.controls.value("missing")
    last = len(recorded_absences().by_kind[kind]) - 1
    return Absence(kind, min(page.controls.value("missing_layer"), last))


def draw(page: Page) -> None:
    """Perplexity by layer of one kind, and what the chosen one writes."""
    first, second = st.columns([2, 3], vertical_alignment="bottom")
    with first:
        kind = page.controls.select("missing", "Leave out", list(KINDS))
    found = recorded_absences()
    with second:
        page.controls.slider("missing_layer", "Layer", 0, len(found.by_kind[kind]) - 1)
    absence = chosen(page)
    compared: list[Kind] = [kind] if kind not in WHOLE_MODEL else ["attention", "feed-forward"]
    series: dict[str, np.ndarray] = {name: found.losses(name) for name in compared}
    title = absence_title(found, absence)
    marked = absence.layer if kind not in WHOLE_MODEL else None
    fig = absence_figure(series, found.whole.loss, chosen=marked, look=page.look, title=title)
    page.plot(fig, name="absence", alt=f"Line: perplexity without a part, by layer. {title}.")
    outcome = found.by_kind[kind][absence.layer]
    same = outcome.written == found.whole.written
    altered = token_chip(_readable(outcome.written), page.look.role("accepted" if same else "rejected"))
    whole = token_chip(_readable(found.whole.written), page.look.role("accepted"))
    page.note(
        f"With {name_of(absence)} “{PROMPT}” goes on as {altered}; whole it goes on as {whole}. The perplexity of a "
        f"text of five sentences goes from <b>{perplexity_told(found.whole.loss)}</b> (dotted) to "
        f"<b>{perplexity_told(outcome.loss)}</b>."
    )


def _readable(text: str) -> str:
    return text.replace("\n", "⏎")


def script(page: Page) -> str:
    """A script that measures the altered model on screen."""
    absence = chosen(page)
    return f"""from core.models import load_causal_lm
from core.transformer import PROMPT, Absence, loss_without, recorded_absences, write_without

lm, missing = load_causal_lm(), {absence!r}
print(loss_without(lm, recorded_absences().text, missing).mean())
print(write_without(lm, PROMPT, missing))
"""
