"""The CLIP page's panels about words: zero-shot classification, descriptions, and random words."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import streamlit as st

from components.markdown import literally
from components.page import Badge, Page
from core.checks import Check
from core.clip import (
    CLASSES,
    GroupAccuracy,
    class_prompts,
    class_vectors,
    descriptive_prompts,
    evaluation_labels,
    fade_scenes,
    fade_shares,
    group_accuracy,
    means_check,
    norm_check,
    predict,
    probabilities,
    prompt_means,
    recorded_clip,
    swapped,
    waffle_prompts,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.cosines import similarity
from pages.prompting.clip_spurious.figures.groups import treatments
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import about_names, read_lines


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
    if not _encoded(shown, texts):
        return
    words = results.text_vectors(shown.model, texts)
    sizes = [len(group) for group in prompts]
    drawn, images = _gallery(shown.model)
    rows, labels = (words, list(texts)) if len(texts) <= 12 else (class_vectors(words, sizes), names)
    cosines = images @ rows.T
    title = f"Cosines lie between {cosines.min():.2f} and {cosines.max():.2f}: only differences count"
    fig = similarity(cosines, labels, drawn, look=page.look, title=title, low=True)
    page.plot(fig, name="similarity", alt=f"Cosines of twelve pictures with the prompts. {title}.", roomy=True)
    page.note(_softmax_line(shown, images[place] @ class_vectors(words, sizes).T, names, place, percent))
    st.caption(
        "The loss asks a true pair only to lie above the other pairs of its batch, not near 1. For CLIPs trained on "
        "pictures of the web, users report cosines of 0.2 to 0.3 even for good matches. So no cosine is high by "
        "itself; differences of hundredths decide, and the learned logit scale turns them into odds."
    )


def zero_shot_checks(shown: Shown) -> list[Check]:
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


def _encoded(shown: Shown, texts: Sequence[str]) -> bool:
    """Whether these texts have vectors, recorded or by the model, which is loaded where they ask for it."""
    shown.page.badges(Badge.RECORDED if results.texts_recorded(shown.model, texts) else Badge.MEASURED, Badge.TOY)
    return not results.needs_model(shown.model, texts) or ensure_clip(shown.model)


def _softmax_line(shown: Shown, cosines: np.ndarray, names: Sequence[str], place: int, percent: int) -> str:
    scale = shown.scale * percent / 100
    chances = probabilities(cosines, scale)
    best = np.argsort(-chances, kind="stable")[:4]
    parts = ", ".join(f"{escape(names[k])} <b>{chances[k]:.2f}</b> (cosine {cosines[k]:.3f})" for k in best)
    alone = " With one class the answer is always that class." if len(names) == 1 else ""
    return (
        f"Picture {place} with the logit scale at {scale:.1f}: {parts}.{alone} The learned scale is {shown.scale:.1f}; "
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


def descriptions(shown: Shown) -> None:
    """What describing the classes does, and what random words do in their place."""
    page = shown.page
    columns = st.columns(3)
    for column, name in zip(columns, CLASSES, strict=False):
        with column:
            page.controls.text(f"describe_{name}", f"A {name} has …, one a line", lines=3)
    with columns[2]:
        page.controls.text("random", "Random words, the control", lines=3)
    kinds = _kinds(page)
    if not _encoded(shown, _texts(kinds)):
        return
    found = {kind: _groups_by(shown.model, prompts) for kind, prompts in kinds.items()}
    rows = {kind: (groups.average, groups.worst, groups.worst_interval) for kind, groups in found.items()}
    title = ", ".join(f"{kind} {row[1]:.0%}" for kind, row in rows.items())
    fig = treatments(rows, look=page.look, title=f"Worst group: {title}", height=280)
    page.plot(fig, name="descriptions", alt=f"Average and worst group with each kind of prompt: {title}.")
    page.note(_by_kind(found))
    st.caption(
        "Each prompt reads “a waterbird, which has webbed feet”; a class scores the mean of its cosines. Random words "
        "tell nothing about birds. What they reach too, meaning cannot be the reason for (WaffleCLIP, ICCV 2023)."
    )


def _kinds(page: Page) -> dict[str, list[list[str]]]:
    """The prompts of both classes, by the kind of prompt."""
    typed = [read_lines(page.controls.value(f"describe_{name}")) for name in CLASSES]
    return {
        "name in templates": class_prompts(CLASSES),
        "descriptions": descriptive_prompts(CLASSES, typed),
        "random words": waffle_prompts(CLASSES, read_lines(page.controls.value("random"))),
    }


def _texts(kinds: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    return [text for prompts in kinds.values() for group in prompts for text in group]


def description_checks(shown: Shown) -> list[Check]:
    """The identities of the prompts on screen; none while their vectors are not there."""
    kinds = _kinds(shown.page)
    if results.needs_model(shown.model, _texts(kinds)):
        return []
    images, prompts = recorded_clip(shown.model).images, kinds["descriptions"]
    flat = tuple(text for group in prompts for text in group)
    words = results.text_vectors(shown.model, flat)
    return [norm_check(images), means_check(images, words, [len(group) for group in prompts])]


def _groups_by(model: str, prompts: Sequence[Sequence[str]]) -> GroupAccuracy:
    """The group table of the test pictures, with the means of these prompts as the classes."""
    flat = tuple(text for group in prompts for text in group)
    means = prompt_means(results.text_vectors(model, flat), [len(group) for group in prompts])
    label, background = evaluation_labels()
    return group_accuracy(predict(recorded_clip(model).images, means), label, background)


def _by_kind(found: Mapping[str, GroupAccuracy]) -> str:
    """What each kind of prompt reads right, on average and in its worst group."""
    named, described, random = found.values()
    return (
        f"Of 1200 test pictures {named.average:.0%} are read right by the name, <b>{described.average:.0%}</b> with "
        f"descriptions and <b>{random.average:.0%}</b> with random words; in the worst group {named.worst:.0%}, "
        f"<b>{described.worst:.0%}</b> and <b>{random.worst:.0%}</b>."
    )
