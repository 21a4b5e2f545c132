"""The CLIP page's panels on real pictures: a published CLIP where it can be had, and published numbers."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components.markdown import literally
from core.clip import REAL, bundled_photographs, class_prompts, clip_loaded, probabilities
from core.models import Hub, is_ready
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.cosines import similarity
from pages.prompting.clip_spurious.figures.tables import picture_row
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import about_names, read_lines

MAX_PICTURES = 12
COST = {
    "ViT-B-32-laion2b_s34b_b79k": (0.1, 2),
    "ViT-B-32-openai": (0.1, 2),
    "ViT-B-16-laion2b_s34b_b88k": (0.4, 2),
    "MobileCLIP2-S0-dfndr2b": (0.2, 1.4),
    "ViT-L-14-laion2b_s32b_b82k": (2, 4.1),
}
"""Seconds of one core for a picture, and the most memory of the process in 10^9 bytes, measured on this project's
machine with random weights of the same shape."""

# Only numbers that were read in the source itself.
PUBLISHED = (
    ("Zero-shot, ViT-L/14", "Waterbirds", 89.3, 36.4, "PRISM (ICCV 2025), README"),
    ("Orthogonal projection of the words", "Waterbirds", 86.4, 45.3, "PRISM, README"),
    ("VisualDistiller", "Waterbirds", 90.6, 42.7, "PRISM, README"),
    ("PRISM-mini", "Waterbirds", 92.6, 69.5, "PRISM, README"),
    ("PRISM", "Waterbirds", 93.6, 84.2, "PRISM, README"),
    ("Zero-shot, ViT-L/14", "CelebA", 72.8, 52.9, "PRISM, README"),
    ("Orthogonal projection of the words", "CelebA", 71.1, 41.1, "PRISM, README"),
    ("PRISM-mini", "CelebA", 84.4, 82.6, "PRISM, README"),
    ("PRISM", "CelebA", 86.9, 84.0, "PRISM, README"),
)
NUMBERS = ("average (%)", "worst group (%)")
OURS = ("zero-shot", "projected words", "reject")


def own_pictures(shown: Shown) -> None:
    """A visitor's pictures, or photographs that come with the libraries, against a visitor's labels."""
    page = shown.page
    left, middle, right = st.columns([2, 2, 2])
    with left:
        model = page.controls.select("real", "Model", [*REAL, shown.model])
        _about(model)
    with middle:
        written = page.controls.text("labels", "Labels, one a line", lines=4)
        labels = read_lines(written)
        if said := about_names(written, labels):
            st.caption(said)
    with right:
        files = st.file_uploader(
            f"PNG or JPEG, up to {MAX_PICTURES}",
            type=["png", "jpg", "jpeg"],
            accept_multiple_files=True,
            key="clip_files",
        )
        if len(files) > MAX_PICTURES:
            st.caption(f"The first {MAX_PICTURES} of {len(files)} pictures are taken.")
    pictures = _readable(_pictures(files))
    try:
        prompts = class_prompts(labels, ["a photo of a {}"])
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    if not pictures:
        st.info("There is no picture that can be read: upload one.")
    elif not _wanted(model):
        rows = [(results.small_upload(content), name, name[:20], "") for name, content in pictures]
        st.html(picture_row("", rows, color=page.look.faint))
    elif ensure_clip(model):
        _against_labels(shown, model, pictures, labels, [texts[0] for texts in prompts])


def _about(model: str) -> None:
    """Size and license of a real CLIP, and who says so."""
    if model not in REAL:
        st.caption("Comes with the code: trained here on drawn birds, and on nothing else.")
        return
    entry = REAL[model]
    hub = next(source for source in entry.sources if isinstance(source, Hub))
    st.caption(
        f"Published, not checked here: {entry.licence} license, as the model card of {hub.repo_id} on the Hugging Face "
        f"hub says; about {entry.size_mb} MB, which is open_clip’s count of its parameters at 4 bytes each."
    )


def _wanted(model: str) -> bool:
    """Whether the model may be loaded: a large one only when a visitor has asked for it."""
    asked = f"clip_wanted_{model}"
    if model not in REAL or clip_loaded(model) or st.session_state.get(asked):
        return True
    st.button(f"Load {REAL[model].title}", on_click=st.session_state.__setitem__, args=(asked, True), type="primary")
    where = "It is on this machine." if is_ready(model) else "It is fetched from the hub once, and can be cancelled."
    seconds, gigabytes = COST[model]
    st.caption(
        f"{where} Without a network you hear so within five seconds. From disk it takes a few seconds and up to "
        f"{gigabytes:g} GB of memory, then about {seconds:g} s for each picture: measured on one core, with random "
        "weights of the same shape. The small model works too, but it has only ever seen drawn birds."
    )
    return False


def _pictures(files: list[Any]) -> list[tuple[str, bytes]]:
    """Name and content of each picture: the uploads, or else the bundled photographs."""
    if files:
        return [(str(file.name), file.getvalue()) for file in files[:MAX_PICTURES]]
    return [(name, path.read_bytes()) for name, path in bundled_photographs().items()]


def _readable(pictures: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The pictures that can be decoded; a plain word for each other one."""
    kept = []
    for name, content in pictures:
        try:
            results.small_upload(content)
        except ValueError as error:
            st.error(f"{literally(name[:60])}: {literally(str(error))}")
        else:
            kept.append((name, content))
    return kept


def _against_labels(
    shown: Shown, model: str, pictures: list[tuple[str, bytes]], labels: list[str], texts: list[str]
) -> None:
    names, contents = [name for name, _ in pictures], tuple(content for _, content in pictures)
    cosines = results.upload_vectors(model, contents) @ results.text_vectors(model, tuple(texts)).T
    chances = probabilities(cosines, results.scale_of(model))
    title = f"The largest cosine is {cosines.max():.2f}, the smallest {cosines.min():.2f}"
    fig = similarity(
        cosines,
        labels,
        [results.small_upload(content) for content in contents],
        look=shown.page.look,
        title=title,
        names=names,
        low=True,
    )
    shown.page.plot(fig, name="real", alt=f"Cosines of the pictures with the labels. {title}.")
    best = chances.argmax(axis=1)
    said = "; ".join(
        f"{escape(name[:60])}: {escape(labels[k])} <b>{chances[place, k]:.2f}</b>"
        for place, (name, k) in enumerate(zip(names, best, strict=True))
    )
    one = (
        "with one label the answer is always that label" if len(labels) == 1 else "one of them must win, right or wrong"
    )
    shown.page.note(f"{said}. These are shares among the labels given: {one}.")


def published(shown: Shown) -> None:
    """What others have measured on photographs, and ours beside it."""
    frame = published_frame(shown)
    ours = frame[frame["whose"] == "ours"]
    st.markdown("**Published by others on photographs, and ours on drawn birds**")
    numbers = frame.style.format(dict.fromkeys(NUMBERS, "{:.1f}"))
    st.dataframe(numbers, hide_index=True, width="stretch", height="content", row_height=28)
    worst = ", ".join(f"{name} <b>{share:.1f} %</b>" for name, share in zip(OURS, ours[NUMBERS[1]], strict=True))
    shown.page.note(f"Right in the worst group of {shown.model}, on its own drawn birds: {worst}.")
    st.caption(
        "Only the last three rows are ours: this page’s model on its own drawn birds, which cannot be compared with "
        "photographs digit by digit. In the published rows the average on Waterbirds is usually weighted like the "
        "training set; ours is balanced. On CelebA the projection of the words hurts."
    )
    st.markdown(
        "- RoboShot (ICLR 2024, abstract): worst-group accuracy rises by 15.98 points on average over nine data sets, "
        "with a small loss of average accuracy.\n"
        "- PerceptionCLIP (README): 16.5 points more in the worst group on Waterbirds with ViT-L/14, 3.5 on CelebA.\n"
        "- WaffleCLIP (ICCV 2023): random words and characters gain about as much as a language model's descriptions.\n"
        "- CounterAnimal (NeurIPS 2024): CLIP models rely on backgrounds, and the CLIP objective alone gives no extra "
        "robustness."
    )


def published_frame(shown: Shown) -> pd.DataFrame:
    """Published numbers and ours as one table."""
    found = results.verdict_of(shown.model).accuracy
    ours = [
        (
            "ours",
            f"{shown.model}, {name}",
            "drawn birds",
            100 * found[name].average,
            100 * found[name].worst,
            "this page",
        )
        for name in OURS
    ]
    rows = [*(("published", *row) for row in PUBLISHED), *ours]
    return pd.DataFrame(rows, columns=["whose", "method", "data", *NUMBERS, "source"])
