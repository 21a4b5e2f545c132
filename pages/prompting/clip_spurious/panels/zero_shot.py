"""The CLIP page's panel on zero-shot classification: pictures against prompts."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from components.markdown import literally
from components.page import Page
from components.phrases import signed
from core.checks import Check
from core.clip import (
    BACKGROUNDS,
    class_prompts,
    class_vectors,
    fade_scenes,
    fade_shares,
    norm_check,
    probabilities,
    recorded_clip,
    swapped,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.encoding import texts_encoded
from pages.prompting.clip_spurious.figures.cosines import similarity
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import (
    about_names,
    read_lines,
)


def zero_shot(shown: Shown) -> None:
    """Pictures against prompts: cosines, and the softmax of one picture."""
    page = shown.page
    names, templates, place, percent = _asked(page)
    try:
        prompts = class_prompts(names, templates)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    texts = tuple(text for group in prompts for text in group)
    if not texts_encoded(shown, texts):
        return
    words = results.text_vectors(shown.model, texts)
    sizes = [len(group) for group in prompts]
    drawn, images = _gallery(shown.model)
    rows, labels = (words, list(texts)) if len(texts) <= 12 else (class_vectors(words, sizes), names)
    cosines = images @ rows.T
    title = signed(f"Cosines lie between {cosines.min():.2f} and {cosines.max():.2f}: only differences count")
    page.finding(title)
    _draw_halves(page, cosines, labels, drawn)
    page.note(softmax_line(shown, images[place] @ class_vectors(words, sizes).T, names, place, percent))
    st.caption(
        "The loss asks a true pair only to lie above the other pairs of its batch, not near 1. For CLIPs trained on "
        "pictures of the web, users report cosines of 0.2 to 0.3 even for good matches. So no cosine is high by "
        "itself; differences of hundredths decide, and the learned logit scale turns them into odds."
    )


def _draw_halves(page: Page, cosines: np.ndarray, labels: Sequence[str], drawn: Sequence[str]) -> None:
    """The cosines in two charts, side by side at a desk and one below the other on a phone, in the same colors."""
    limits, half = (float(cosines.min()), float(cosines.max())), len(drawn) // 2
    for place, first in zip(st.columns(2), (0, half), strict=True):
        part, last = slice(first, first + half), first + half - 1
        fig = similarity(
            cosines[part], labels, drawn[part], look=page.look, title="", low=True, first=first, limits=limits
        )
        low, high = cosines[part].min(), cosines[part].max()
        alt = f"Cosines of pictures {first} to {last} with the prompts: they lie between {low:.2f} and {high:.2f}."
        with place:
            page.plot(fig, name=f"similarity_from_{first}", alt=alt)


def script(shown: Shown) -> str:
    """A script that prints the answer for the chosen picture."""
    value = shown.page.controls.value
    place, names = value("picture"), read_lines(value("names"))
    return f"""from core import clip

model = clip.load_clip({shown.model!r})
names = {names!r}
prompts = clip.class_prompts(names, {read_lines(value("templates"))!r})
words = clip.class_vectors(model.encode_text(sum(prompts, [])), [len(group) for group in prompts])
x = model.encode_image(clip.render_fade(clip.fade_scenes()[{place}], [{float(place % 2)}]))
cosines = (x @ words.T)[0]
chances = clip.probabilities(cosines, model.scale * {value("scale") / 100})
for name, cosine, chance in zip(names, cosines, chances):
    print(f"{{name}} {{chance:.2f}} (cosine {{cosine:.3f}})")
"""


def checks(shown: Shown) -> list[Check]:
    """Whether the pictures of the panel have vectors whose products are cosines."""
    return [norm_check(_gallery(shown.model)[1])]


def _asked(page: Page) -> tuple[list[str], list[str], int, int]:
    """Class names, templates, the number of a picture, and percents of the learned logit scale."""
    columns = st.columns([3, 3, 2, 3])
    with columns[0]:
        written = page.controls.text("names", "Class names, one a line", lines=2)
        names = read_lines(written)
        if said := about_names(written, names):
            st.caption(said)
    with columns[1]:
        templates = read_lines(page.controls.text("templates", "Templates; {} is the name", lines=2))
    with columns[2]:
        place = page.controls.slider("picture", "Picture", 0, 11)
    with columns[3]:
        percent = page.controls.slider("scale", "Logit scale, % of the learned one", 1, 200)
    return names, templates, place, percent


def softmax_line(shown: Shown, cosines: np.ndarray, names: Sequence[str], place: int, percent: int) -> str:
    """The answer for one picture of the matrix, beside what that picture shows."""
    scale = shown.scale * percent / 100
    chances = probabilities(cosines, scale)
    best = np.argsort(-chances, kind="stable")[:4]
    parts = ", ".join(
        f"{escape(names[k])} <b>{chances[k]:.2f}</b> ({signed(f'cosine {cosines[k]:.3f}')})" for k in best
    )
    alone = " With one class the answer is always that class." if len(names) == 1 else ""
    return (
        f"Picture {place} (bird {place + 1}, a {fade_scenes()[place].bird} on {BACKGROUNDS[place % 2]}) with the logit "
        f"scale at {scale:.1f}: {parts}.{alone} The learned scale is {shown.scale:.1f}; "
        f"without any, the largest of these probabilities would be {probabilities(cosines, 1.0).max():.2f}."
    )


def _gallery(model: str) -> tuple[list[str], np.ndarray]:
    """Twelve pictures, each bird on both backgrounds in turn, and their embeddings."""
    record, scenes = recorded_clip(model), fade_scenes()
    last = len(fade_shares()) - 1
    drawn, rows = [], []
    for place, scene in enumerate(scenes):
        on_water = place % 2 == 1
        at_home = (scene.background == "water") == on_water
        drawn.append(results.small_picture(scene if at_home else swapped(scene)))
        rows.append(record.fades[place, last if on_water else 0])
    return drawn, np.stack(rows)
