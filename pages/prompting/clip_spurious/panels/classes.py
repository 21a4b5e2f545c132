"""The CLIP page's panels about words: zero-shot classification, descriptions, and random words."""

from html import escape

import numpy as np
import streamlit as st

from components.markdown import literally
from core.clip import (
    CLASSES,
    class_prompts,
    class_vectors,
    descriptive_prompts,
    evaluation_labels,
    fade_scenes,
    fade_shares,
    group_accuracy,
    predict,
    probabilities,
    prompt_means,
    recorded_clip,
    swapped,
    waffle_prompts,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures import scores as figures
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.panels.loading import ensure_clip

MAX_LETTERS = 200


def read_lines(text: str) -> list[str]:
    """The lines that hold something, without repetitions."""
    return list(dict.fromkeys(line.strip()[:MAX_LETTERS] for line in text.splitlines() if line.strip()))


def about_names(written: str, names: list[str]) -> str:
    """A plain word where names were given more than once, or cut; otherwise nothing."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    said = []
    if len(lines) > len(names):
        said.append(f"{len(lines)} lines, {len(names)} different ones: a name that is repeated counts once.")
    if any(len(line) > MAX_LETTERS for line in lines):
        said.append(f"Names are cut after {MAX_LETTERS} letters.")
    return " ".join(said)


def zero_shot(shown: Shown) -> None:
    """Pictures against prompts: cosines, and the softmax of one picture."""
    page = shown.page
    left, middle, right = st.columns(3)
    with left:
        written = page.controls.text("names", "Class names, one a line", lines=4)
        names = read_lines(written)
        if said := about_names(written, names):
            st.caption(said)
    with middle:
        templates = read_lines(page.controls.text("templates", "Templates; {} is the name", lines=4))
    with right:
        place = page.controls.slider("picture", "Picture", 0, 11)
        percent = page.controls.slider("scale", "Logit scale, % of the learned one", 1, 200)
    try:
        prompts = class_prompts(names, templates)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    texts = tuple(text for group in prompts for text in group)
    if results.needs_model(shown.model, texts) and not ensure_clip(shown.model):
        return
    words = results.text_vectors(shown.model, texts)
    sizes = [len(group) for group in prompts]
    pictures, images = _gallery(shown.model)
    rows, labels = (words, list(texts)) if len(texts) <= 12 else (class_vectors(words, sizes), names)
    cosines = images @ rows.T
    title = f"Cosines lie between {cosines.min():.2f} and {cosines.max():.2f}: only differences count"
    fig = figures.similarity(cosines, labels, pictures, look=page.look, title=title)
    page.plot(fig, name="similarity", alt=f"Cosines of twelve pictures with the prompts. {title}.", roomy=True)
    st.caption(
        "The loss asks a true pair only to lie above the other pairs of its batch, not near 1. For CLIPs trained on "
        "pictures of the web, users report cosines of 0.2 to 0.3 even for good matches. So no cosine is high by "
        "itself; differences of hundredths decide, and the learned logit scale turns them into odds."
    )
    _softmax_line(shown, images[place] @ class_vectors(words, sizes).T, names, place, percent)


def _softmax_line(shown: Shown, cosines: np.ndarray, names: list[str], place: int, percent: int) -> None:
    scale = shown.scale * percent / 100
    chances = probabilities(cosines, scale)
    best = np.argsort(-chances, kind="stable")[:4]
    parts = ", ".join(f"{escape(names[k])} <b>{chances[k]:.2f}</b> (cosine {cosines[k]:.3f})" for k in best)
    alone = " With one class the answer is always that class." if len(names) == 1 else ""
    shown.page.note(
        f"Picture {place} with the logit scale at {scale:.1f}: {parts}.{alone} The learned scale is {shown.scale:.1f}; "
        f"without any, the largest of these probabilities would be {probabilities(cosines, 1.0).max():.2f}."
    )


def _gallery(model: str) -> tuple[list[str], np.ndarray]:
    """Twelve pictures, each bird on both backgrounds in turn, and their embeddings."""
    record, scenes = recorded_clip(model), fade_scenes()
    last = len(fade_shares()) - 1
    pictures, rows = [], []
    for place, scene in enumerate(scenes):
        on_water = place % 2 == 1
        at_home = (scene.background == "water") == on_water
        pictures.append(results.small_picture(scene if at_home else swapped(scene)))
        rows.append(record.fades[place, last if on_water else 0])
    return pictures, np.stack(rows)


def descriptions(shown: Shown) -> None:
    """What describing the classes does, and what random words do in their place."""
    page = shown.page
    columns = st.columns(3)
    typed = []
    for column, name in zip(columns, CLASSES, strict=False):
        with column:
            typed.append(read_lines(page.controls.text(f"describe_{name}", f"A {name} has …, one a line", lines=5)))
    with columns[2]:
        words = read_lines(page.controls.text("random", "Random words, the control", lines=5))
    kinds = {
        "name in templates": class_prompts(CLASSES),
        "descriptions": descriptive_prompts(CLASSES, typed),
        "random words": waffle_prompts(CLASSES, words),
    }
    texts = tuple(text for prompts in kinds.values() for group in prompts for text in group)
    if results.needs_model(shown.model, texts) and not ensure_clip(shown.model):
        return
    label, background = evaluation_labels()
    found = {}
    for kind, prompts in kinds.items():
        flat = tuple(text for group in prompts for text in group)
        means = prompt_means(results.text_vectors(shown.model, flat), [len(group) for group in prompts])
        found[kind] = group_accuracy(predict(recorded_clip(shown.model).images, means), label, background)
    rows = {kind: (f.average, f.worst, f.worst_interval) for kind, f in found.items()}
    title = ", ".join(f"{kind} {row[1]:.0%}" for kind, row in rows.items())
    fig = figures.treatments(rows, look=page.look, title=f"Worst group: {title}", height=300)
    page.plot(fig, name="descriptions", alt=f"Average and worst group with each kind of prompt: {title}.")
    st.caption(
        "Each prompt reads “a waterbird, which has webbed feet”; a class scores the mean of its cosines. Random words "
        "tell nothing about birds. What they reach too, meaning cannot be the reason for (WaffleCLIP, ICCV 2023)."
    )
