"""The CLIP page's panels about where vectors lie: their map, and what the correlation of the training did to them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.checks import Check
from core.clip import (
    FAMILY,
    Verdict,
    cosine,
    embedding_map,
    evaluation_labels,
    map_check,
    mean_direction,
    recorded_clip,
    repaired,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.directions import scatter_map
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.topic import GROUPS

TREND = {
    round(100 * FAMILY[name].training.corpus.correlation): name
    for name in ("birds-50", "birds-80", "birds-95", "birds-100")
}
"""The models that differ in the correlation alone, by that correlation in percent."""
TREND_SLIDER = "clip_trend"
CURVES = {"zero-shot": "zero-shot", "reject": "reject", "probe": "linear probe"}
"""The curves of the trend, each with its treatment of a verdict."""


def embedding(shown: Shown) -> None:
    """The test pictures on their principal axes, with the directions of class and background."""
    page, words = shown.page, shown.words
    if not shown.repair.harmful:
        st.info("The background's direction is the first harmful insight; there is none.")
        return
    label, background = (values[::2] for values in evaluation_labels())
    images = _images(shown)
    spoken = {"class": words.direction, "background": words.harmful[0, 1] - words.harmful[0, 0]}
    seen = {
        "class": mean_direction(images, label, background),
        "background": mean_direction(images, background, label),
    }
    found = embedding_map(images)
    arrows = {
        "class, in words": (found.turn(spoken["class"][None])[0], page.look.role("key")),
        "background, in words": (found.turn(spoken["background"][None])[0], page.look.role("gold")),
        "class, in pictures": (found.turn(seen["class"][None])[0], page.look.role("kl")),
    }
    between = cosine(spoken["class"], spoken["background"])
    angle, apart = (
        float(np.degrees(np.arccos(np.clip(cosine(pair["class"], pair["background"]), -1, 1))))
        for pair in (spoken, seen)
    )
    title = f"In words, class and background point {angle:.0f}° apart (cosine {between:.2f})"
    fig = scatter_map(
        found.place(images), 2 * label + background, GROUPS, arrows, shares=found.share, look=page.look, title=title
    )
    left, right = st.columns([3, 2])
    with left:
        page.plot(fig, name="map", alt=f"Principal component map of 600 test pictures. {title}.")
    with right:
        st.markdown(_explained(apart))
    page.note(
        f"Class and background point <b>{angle:.0f}°</b> apart in words and <b>{apart:.0f}°</b> apart in pictures. The "
        f"map shows <b>{found.share[:2].sum():.0%}</b> of the variance of 600 test pictures."
    )


def _images(shown: Shown) -> np.ndarray:
    """Every second test picture, after the repair."""
    return np.asarray(repaired(recorded_clip(shown.model).images[::2], shown.repair, shown.words))


def map_checks(shown: Shown) -> list[Check]:
    """The identities of the map on screen."""
    return [map_check(embedding_map(_images(shown)), _images(shown))]


def _explained(apart: float) -> str:
    return (
        "Each sign is a test picture. An arrow is a direction: what tells the classes apart, and what tells the "
        "backgrounds apart.\n\n"
        "**In words** it is the difference of two texts: the two class names, and the first harmful insight. "
        f"**In pictures** it is the difference of means, taken with labels: there the two are {apart:.0f}° apart."
        "\n\nWhere the two point almost the same way in words, taking the background out takes the class along. "
        "Arrows are drawn at one length and only as far as these two axes show them.\n\n"
        "Pictures and words lie in different places of the space (the modality gap), so words are drawn as "
        "directions, not as points."
    )


def correlation(shown: Shown) -> None:
    """What the correlation of the training pictures does to the worst group, over the family of models."""
    verdicts = {name: results.verdict_of(name) for name in FAMILY}
    _trend(shown.page, verdicts, at=_trend_slider(shown))
    worst = {label: verdicts[shown.model].accuracy[key].worst for label, key in CURVES.items()}
    shown.page.note(
        f"In the worst group {shown.model} is right in <b>{worst['zero-shot']:.0%}</b> zero-shot, in "
        f"<b>{worst['reject']:.0%}</b> after the rejection, and a linear probe on its pictures in "
        f"<b>{worst['probe']:.0%}</b>."
    )
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
    colors = {
        "zero-shot": page.look.role("rejected"),
        "reject": page.look.role("source"),
        "probe": page.look.quiet,
    }
    series = {
        label: np.array([verdicts[name].accuracy[key].worst for name in TREND.values()])
        for label, key in CURVES.items()
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
        colors=colors,
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
