"""The CLIP page's panel on a visitor's pictures: the model on screen at once, a published CLIP where it can be had."""

from html import escape
from typing import Any

import streamlit as st

from components.markdown import literally
from components.phrases import signed
from core.checks import Check
from core.clip import MAX_CLASSES, REAL, bundled_photographs, class_prompts, clip_loaded, probabilities
from core.models import Hub, is_ready
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.cosines import similarity
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import about_names, read_lines

MAX_PICTURES = 12
TEMPLATE = "a photo of a {}"
COST = {
    "ViT-B-32-laion2b_s34b_b79k": (0.1, 2),
    "ViT-B-32-openai": (0.1, 2),
    "ViT-B-16-laion2b_s34b_b88k": (0.4, 2),
    "MobileCLIP2-S0-dfndr2b": (0.2, 1.4),
    "ViT-L-14-laion2b_s32b_b82k": (2, 4.1),
}
"""Seconds of one core for a picture, and the most memory of the process in 10^9 bytes, measured on this project's
machine with random weights of the same shape."""


def own_pictures(shown: Shown) -> None:
    """A visitor's pictures, or photographs that come with the libraries, against a visitor's labels."""
    page = shown.page
    left, middle, right = st.columns([2, 1.7, 2.3])
    with left:
        model = page.controls.select("real", "Model", [shown.model, *REAL])
        _about(model)
    with middle:
        written = page.controls.text("labels", "Labels, one a line", lines=4)
        labels = read_lines(written)
        if said := about_names(written, labels):
            st.caption(said)
    with right:
        files = st.file_uploader(
            f"PNG or JPEG, up to {MAX_PICTURES}; transparent counts as white",
            type=["png", "jpg", "jpeg"],
            accept_multiple_files=True,
            key="clip_files",
        )
        if len(files) > MAX_PICTURES:
            st.caption(f"The first {MAX_PICTURES} of {len(files)} pictures are taken.")
        wanted = _wanted(model)
    pictures = _readable(_pictures(files))
    try:
        prompts = class_prompts(labels, [TEMPLATE])
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    if not pictures:
        st.info("There is no picture that can be read: upload one.")
    else:
        # What works without a network stands in until the published model is there.
        reader = model if wanted and ensure_clip(model) else shown.model
        if ensure_clip(reader):
            _against_labels(shown, reader, pictures, labels, [texts[0] for texts in prompts])


def _about(model: str) -> None:
    """Size and license of a real CLIP, and who answers until it is there."""
    if model not in REAL:
        st.caption("Comes with the code: trained here on drawn birds, and on nothing else.")
        return
    entry = REAL[model]
    until = "" if _asked_for(model) else " Until you load it the model above answers."
    st.caption(f"Published, not checked here. {entry.licence} license, about {entry.size_mb} MB.{until}")


def _asked_for(model: str) -> bool:
    return clip_loaded(model) or bool(st.session_state.get(f"clip_wanted_{model}"))


def _wanted(model: str) -> bool:
    """Whether the model may be loaded: a large one only when a visitor has asked for it."""
    if model not in REAL or _asked_for(model):
        return True
    (seconds, gigabytes), entry = COST[model], REAL[model]
    hub = next(source for source in entry.sources if isinstance(source, Hub))
    fetched = f"It is fetched from {hub.repo_id} on the Hugging Face hub once; offline you hear so in 5 s."
    where = "It is on this machine." if is_ready(model) else fetched
    st.button(
        f"Load {REAL[model].title}",
        on_click=st.session_state.__setitem__,
        args=(f"clip_wanted_{model}", True),
        type="primary",
        help=f"{where} The license is what its card says. Its size is open_clip’s count of parameters at 4 bytes each. "
        f"From disk it takes a few seconds and up to {gigabytes:g} GB of memory, then about {seconds:g} s for "
        "each picture: measured on one core, with random weights of the same shape.",
    )
    return False


def _at_hand(shown: Shown) -> tuple[str, list[tuple[str, bytes]], list[str]] | None:
    """The model, the pictures and the labels of the chart on screen; None where there is none."""
    value = shown.page.controls.value
    model = value("real") if clip_loaded(value("real")) else shown.model
    kept = [named for named in _pictures(st.session_state.get("clip_files") or []) if _readable_one(*named)]
    labels = read_lines(value("labels"))
    fit = 1 <= len(labels) <= MAX_CLASSES and bool(kept) and clip_loaded(model)
    return (model, kept, labels) if fit else None


def _readable_one(_: str, content: bytes) -> bool:
    try:
        results.small_upload(content)
    except ValueError:
        return False
    return True


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the vectors behind the chart on screen; none where there is none."""
    at_hand = _at_hand(shown)
    if at_hand is None:
        return ()
    model, pictures, labels = at_hand
    texts = tuple(texts[0] for texts in class_prompts(labels, [TEMPLATE]))
    return results.upload_checks(model, tuple(content for _, content in pictures), texts)


def script(shown: Shown) -> str:
    """A script that reads pictures against the labels: those named after it, or the photographs that come along."""
    value = shown.page.controls.value
    model = value("real") if value("real") not in REAL or clip_loaded(value("real")) else shown.model
    return f"""# Name your pictures after it: PYTHONPATH=. python clip_spurious.py mine.png another.jpg
import sys
from pathlib import Path

from core import clip
from core.pictures import read_picture

model = clip.load_clip({model!r})
labels = {read_lines(value("labels"))!r}
files = {{path: Path(path) for path in sys.argv[1:]}} or clip.bundled_photographs()
x = model.encode_image([read_picture(path.read_bytes()) for path in files.values()])
words = model.encode_text([texts[0] for texts in clip.class_prompts(labels, [{TEMPLATE!r}])])
for name, chances in zip(files, clip.probabilities(x @ words.T, model.scale)):
    print(f"{{name}}: {{labels[chances.argmax()]}} {{chances.max():.2f}}")
"""


def _pictures(files: list[Any]) -> list[tuple[str, bytes]]:
    """Name and content of each picture: the uploads, or else the bundled photographs."""
    if files:
        return [(str(file.name), file.getvalue()) for file in files[:MAX_PICTURES]]
    return [(name, path.read_bytes()) for name, path in bundled_photographs().items()]


def _readable(pictures: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The pictures that can be decoded; a plain word for each other one."""
    kept, refused = [], []
    for name, content in pictures:
        try:
            results.small_upload(content)
        except ValueError as error:
            refused.append(f"{literally(name[:60])}: {literally(str(error))}")
        else:
            kept.append((name, content))
    if refused:
        # In one box: twelve of them would push the chart out of sight.
        st.error("  \n".join(refused))
    flat = [literally(name[:60]) for name, content in kept if results.one_color(content)]
    if flat:
        st.caption(f"One color only, so its answer is about nothing in the picture: {', '.join(flat)}.")
    return kept


def _against_labels(
    shown: Shown, model: str, pictures: list[tuple[str, bytes]], labels: list[str], texts: list[str]
) -> None:
    names, contents = [name for name, _ in pictures], tuple(content for _, content in pictures)
    cosines = results.upload_vectors(model, contents) @ results.text_vectors(model, tuple(texts)).T
    chances = probabilities(cosines, results.scale_of(model))
    title = f"By {model}: cosines from {signed(f'{cosines.min():.2f} to {cosines.max():.2f}')}"
    fig = similarity(
        cosines,
        labels,
        [results.small_upload(content) for content in contents],
        look=shown.page.look,
        title=title,
        low=True,
    )
    shown.page.plot(fig, name="real", alt=f"Cosines of the pictures with the labels. {title}.")
    best = chances.argmax(axis=1)
    said = "; ".join(
        f"{place} ({escape(name[:60])}): {escape(labels[k])} <b>{chances[place, k]:.2f}</b>"
        for place, (name, k) in enumerate(zip(names, best, strict=True))
    )
    one = (
        "with one label the answer is always that label" if len(labels) == 1 else "one of them must win, right or wrong"
    )
    shown.page.note(f"By {escape(model)}: {said}. These are shares among the labels given: {one}.")
