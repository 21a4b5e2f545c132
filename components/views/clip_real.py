"""The CLIP page's panels on real pictures: a published CLIP where it can be had, and published numbers."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components import clip_results as results
from components.figures import clip as figures
from components.views.clip import Shown
from components.views.clip_loading import ensure_clip
from components.views.clip_words import read_lines
from core.clip import REAL, bundled_photographs, class_prompts, clip_loaded, probabilities, real_ready

MAX_PICTURES = 12

# Only numbers that were read in the source itself.
PUBLISHED = (
    ("Zero-shot, ViT-L/14", "Waterbirds", 89.3, 36.4, "PRISM, ICCV 2025, README of its code"),
    ("Orthogonal projection of the words", "Waterbirds", 86.4, 45.3, "PRISM, README"),
    ("VisualDistiller", "Waterbirds", 90.6, 42.7, "PRISM, README"),
    ("PRISM-mini", "Waterbirds", 92.6, 69.5, "PRISM, README"),
    ("PRISM", "Waterbirds", 93.6, 84.2, "PRISM, README"),
    ("Zero-shot, ViT-L/14", "CelebA", 72.8, 52.9, "PRISM, README"),
    ("Orthogonal projection of the words", "CelebA", 71.1, 41.1, "PRISM, README"),
    ("PRISM-mini", "CelebA", 84.4, 82.6, "PRISM, README"),
    ("PRISM", "CelebA", 86.9, 84.0, "PRISM, README"),
)


def own_pictures(shown: Shown) -> None:
    """A visitor's pictures, or photographs that come with the libraries, against a visitor's labels."""
    page = shown.page
    left, middle, right = st.columns([2, 2, 2])
    with left:
        model = page.controls.select("real", "Model", [*REAL, shown.model])
    with middle:
        labels = read_lines(page.controls.text("labels", "Labels, one a line", lines=4))
    with right:
        files = st.file_uploader(
            f"PNG or JPEG, up to {MAX_PICTURES}",
            type=["png", "jpg", "jpeg"],
            accept_multiple_files=True,
            key="clip_files",
        )
    pictures = _pictures(files)
    if not pictures:
        st.info("There is no picture yet: upload one.")
        return
    if not _wanted(model):
        return
    try:
        prompts = class_prompts(labels, ["a photo of a {}"])
    except ValueError as error:
        st.warning(str(error))
        return
    if ensure_clip(model):
        _against_labels(shown, model, pictures, labels, [texts[0] for texts in prompts])


def _wanted(model: str) -> bool:
    """Whether the model may be loaded: a large one only when a visitor has asked for it."""
    asked = f"clip_wanted_{model}"
    if model not in REAL or clip_loaded(model) or st.session_state.get(asked):
        return True
    entry = REAL[model]
    where = "It is on this machine." if real_ready(model) else f"It is {entry.size_mb} MB, fetched from the hub once."
    st.button(f"Load {entry.title}", on_click=st.session_state.__setitem__, args=(asked, True), type="primary")
    st.caption(
        f"{where} Loading takes about ten seconds from disk, then about a tenth of a second for each picture. Without "
        "a network you hear so within five seconds. The small model works too, but it has only ever seen drawn birds."
    )
    return False


def _pictures(files: list[Any] | None) -> list[tuple[str, bytes]]:
    """Name and content of each picture: the uploads, or else the bundled photographs."""
    if files:
        return [(str(file.name), file.getvalue()) for file in files[:MAX_PICTURES]]
    return [(name, path.read_bytes()) for name, path in bundled_photographs().items()]


def _against_labels(
    shown: Shown, model: str, pictures: list[tuple[str, bytes]], labels: list[str], texts: list[str]
) -> None:
    kept, names = [], []
    for name, content in pictures:
        try:
            results.small_upload(content)
        except ValueError as error:
            st.error(f"{name[:60]}: {error}".replace("$", r"\$").replace("[", r"\["))
            continue
        kept.append(content)
        names.append(name)
    if not kept:
        return
    cosines = results.upload_vectors(model, tuple(kept)) @ results.text_vectors(model, tuple(texts)).T
    chances = probabilities(cosines, results.scale_of(model))
    title = f"The largest cosine is {cosines.max():.2f}, the smallest {cosines.min():.2f}"
    fig = figures.similarity(
        cosines,
        labels,
        [results.small_upload(content) for content in kept],
        look=shown.page.look,
        title=title,
        height=270 + 20 * max(6, len(labels)),
    )
    shown.page.plot(fig, name="real", alt=f"Cosines of the pictures with the labels. {title}.")
    best = chances.argmax(axis=1)
    said = "; ".join(
        f"{escape(name)}: {escape(labels[k])} <b>{chances[place, k]:.2f}</b>"
        for place, (name, k) in enumerate(zip(names, best, strict=True))
    )
    shown.page.note(f"{said}. These are shares among the labels given: one of them must win, right or wrong.")


def published(shown: Shown) -> None:
    """What others have measured on photographs, and ours beside it."""
    found = results.verdict_of(shown.model).accuracy
    ours = [
        (f"{shown.model}, {name}", "this page's drawn birds", 100 * found[key].average, 100 * found[key].worst, "ours")
        for name, key in (("zero-shot", "zero-shot"), ("projected words", "projected words"), ("reject", "reject"))
    ]
    columns = ["method", "data", "average (%)", "worst group (%)", "source"]
    frame = pd.DataFrame([*PUBLISHED, *ours], columns=columns)
    st.dataframe(frame.style.format({columns[2]: "{:.1f}", columns[3]: "{:.1f}"}), hide_index=True, width="stretch")
    st.caption(
        "Published numbers, not ours, above; the last three rows are this page's model on drawn birds and cannot be "
        "compared with photographs digit by digit. In the published rows the average on Waterbirds is usually weighted "
        "like the training set; ours is balanced. On CelebA the projection of the words hurts."
    )
    st.markdown(
        "- RoboShot (ICLR 2024, abstract): worst-group accuracy rises by 15.98 points on average over nine data sets, "
        "with a small loss of average accuracy.\n"
        "- PerceptionCLIP (README): 16.5 points more in the worst group on Waterbirds with ViT-L/14, 3.5 on CelebA.\n"
        "- WaffleCLIP (ICCV 2023): random words and characters gain about as much as a language model's descriptions.\n"
        "- CounterAnimal (NeurIPS 2024): CLIP models rely on backgrounds, and the CLIP objective alone gives no extra "
        "robustness."
    )
