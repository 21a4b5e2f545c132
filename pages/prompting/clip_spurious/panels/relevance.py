"""The CLIP page's panels about what a model looks at, where its vectors lie, and what the correlation does."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    FAMILY,
    Verdict,
    bird_mask,
    cosine,
    embedding_map,
    evaluation_labels,
    fade_scenes,
    mean_direction,
    probabilities,
    recorded_clip,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures import scores as figures
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.panels.loading import ensure_clip

LAYERS = ("rollout", "layer 1", "layer 2", "layer 3", "layer 4")
TREND = {
    round(100 * FAMILY[name].training.corpus.correlation): name
    for name in ("birds-50", "birds-80", "birds-95", "birds-100")
}
"""The models that differ in the correlation alone, by that correlation in percent."""
TREND_SLIDER = "clip_trend"


def where(shown: Shown) -> None:
    """Occlusion of the class score, before and after the rejection, and the transformer's own attention."""
    page = shown.page
    page.note(_apart(shown))
    layer = page.controls.choice("layer", "Attention of the class token", list(LAYERS))
    if not ensure_clip(shown.model):
        return
    found = results.looks_of(shown.model, shown.place, shown.percent, shown.repair)
    attention = found.rollout if layer == "rollout" else found.attention[LAYERS.index(layer) - 1]
    maps = {
        "The picture": (None, False),
        "Orange: covering lowers the score": (found.occlusion, True),
        "The same after reject": (found.repaired, True),
        f"Attention, {layer}": (attention, False),
    }
    area = float(bird_mask(fade_scenes()[shown.place]).mean())
    page.note(
        f"<b>{found.on_bird:.0%}</b> of the occlusion effect lies on the bird, which fills <b>{area:.0%}</b> of the "
        f"picture; after reject it is <b>{found.repaired_on_bird:.0%}</b>."
    )
    picture = results.picture_of(shown.place, shown.percent)
    for place, (column, (title, (values, signed))) in enumerate(zip(st.columns(4), maps.items(), strict=True)):
        with column:
            fig = figures.overlay(picture, values, signed=signed, look=page.look, title=title)
            page.plot(fig, name=f"where_{place}", alt=f"{title}, laid over the picture of a {shown.bird}.")
    st.caption(
        f"A gray square of 12 pixels covers every place in turn; the color is the mean change of the score "
        f"“{shown.bird}” against the other class, blue where covering raises it. Attention says what the class token "
        "reads, not what it is used for: the two pictures need not agree."
    )
    page.checks_of_panel(found.checks)


def _apart(shown: Shown) -> str:
    """What the model says of the bird without a background and of the backgrounds without the bird."""
    record, words = recorded_clip(shown.model), results.classes_of(shown.model)
    alone = np.stack([record.birds[shown.place], *record.backdrops[shown.place]])
    edited = results.repaired(shown.model, alone, shown.repair)
    bird, land, water = probabilities(edited @ words.T, shown.scale)[:, 1]
    return (
        f"Probability of “waterbird” for the land without a bird: <b>{land:.2f}</b>; for the water without a bird: "
        f"<b>{water:.2f}</b>; for the {shown.bird} on plain gray: <b>{bird:.2f}</b> (gray never occurred in training, "
        "so read the last number with care)."
    )


def embedding(shown: Shown) -> None:
    """The test pictures on their principal axes, with the directions of class and background."""
    page = shown.page
    record = recorded_clip(shown.model)
    label, background = (values[::2] for values in evaluation_labels())
    vectors = results.repaired(shown.model, record.images[::2], shown.repair)
    if not shown.repair.harmful:
        st.info("The background's direction is the first harmful insight; there is none.")
        return
    words = results.classes_of(shown.model)
    pair = results.pair_vectors(shown.model, shown.repair.harmful[:1])[0]
    spoken = {"class": words[1] - words[0], "background": pair[1] - pair[0]}
    shown_by = {
        "class": mean_direction(vectors, label, background),
        "background": mean_direction(vectors, background, label),
    }
    found = embedding_map(vectors)
    arrows = {
        "class, in words": (found.turn(spoken["class"][None])[0], page.look.role("key")),
        "background, in words": (found.turn(spoken["background"][None])[0], page.look.role("gold")),
        "class, in pictures": (found.turn(shown_by["class"][None])[0], page.look.role("kl")),
    }
    between = cosine(spoken["class"], spoken["background"])
    angle = np.degrees(np.arccos(np.clip(between, -1, 1)))
    title = f"In words, class and background point {angle:.0f}° apart (cosine {between:.2f})"
    seen = np.degrees(np.arccos(cosine(shown_by["class"], shown_by["background"])))
    names = [f"{bird} on {ground}" for bird in CLASSES for ground in BACKGROUNDS]
    fig = figures.scatter_map(
        found.place(vectors), 2 * label + background, names, arrows, shares=found.share, look=page.look, title=title
    )
    left, right = st.columns([3, 2])
    with left:
        page.plot(fig, name="map", alt=f"Principal component map of 600 test pictures. {title}.")
    with right:
        st.markdown(
            "Each sign is a test picture. An arrow is a direction: what tells the classes apart, and what tells the "
            "backgrounds apart.\n\n"
            "**In words** it is the difference of two texts: the two class names, and the first harmful insight. "
            f"**In pictures** it is the difference of means, taken with labels: there the two are {seen:.0f}° apart."
            "\n\nWhere the two point almost the same way in words, taking the background out takes the class along. "
            "Arrows are drawn at one length and only as far as these two axes show them.\n\n"
            "Pictures and words lie in different places of the space (the modality gap), so words are drawn as "
            "directions, not as points."
        )


def correlation(shown: Shown) -> None:
    """What the correlation of the training pictures does to the worst group, over the family of models."""
    verdicts = {name: results.verdict_of(name) for name in FAMILY}
    _trend(shown.page, verdicts, at=_trend_slider(shown))
    _family_table(verdicts)
    st.caption(
        "One training run for each point; birds-100-b is the recipe of birds-100 from another seed, and their "
        "difference is the noise to read the others against. In birds-shortcut no caption ever described a bird: "
        "its encoder has little of the class to keep, and no edit of its vectors repairs it."
    )


def _trend_slider(shown: Shown) -> int:
    """The slider that moves through the models of the trend; gives the correlation of the one on screen in percent."""
    percent = round(100 * FAMILY[shown.model].training.corpus.correlation)
    st.session_state[TREND_SLIDER] = percent
    st.select_slider(
        "Class-named pictures on the usual background (%): the model above",
        list(TREND),
        key=TREND_SLIDER,
        on_change=lambda: shown.page.controls.set({"model": TREND[st.session_state[TREND_SLIDER]]}),
    )
    return percent


def _trend(page: Page, verdicts: Mapping[str, Verdict], *, at: int) -> None:
    """The worst group of each model of the trend, with a line at the one on screen."""
    curves = {
        "zero-shot": ("zero-shot", page.look.role("rejected")),
        "reject": ("reject", page.look.role("source")),
        "probe": ("linear probe", page.look.quiet),
    }
    series = {
        label: np.array([verdicts[name].accuracy[key].worst for name in TREND.values()])
        for label, (key, _) in curves.items()
    }
    worst = series["zero-shot"]
    title = f"Zero-shot, the worst group goes from {worst[0]:.0%} without correlation to {worst[-1]:.0%} at 100 %"
    fig = lines(
        series,
        look=page.look,
        title=title,
        x_label="class-named pictures on the usual background (%)",
        y_label="worst group",
        x=np.array(list(TREND)),
        colors={label: color for label, (_, color) in curves.items()},
    )
    fig.add_vline(at, line={"color": page.look.quiet, "dash": "dot", "width": 1})
    page.plot(fig, name="correlation", alt=f"Worst-group accuracy over the correlation. {title}.")


def _family_table(verdicts: Mapping[str, Verdict]) -> None:
    rows = {
        name: {
            "average": found.accuracy["zero-shot"].average,
            "worst group": found.accuracy["zero-shot"].worst,
            "after reject": found.accuracy["reject"].worst,
            "after both": found.accuracy["reject and increase"].worst,
            "linear probe": found.accuracy["linear probe"].worst,
            "class · background, in words": found.cosine,
            "class kept by reject": found.kept,
        }
        for name, found in verdicts.items()
    }
    st.dataframe(pd.DataFrame(rows).T.style.format("{:.2f}"), width="stretch")
