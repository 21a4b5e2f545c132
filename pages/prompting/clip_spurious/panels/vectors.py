"""The CLIP page's panel about where vectors lie: the map of the test pictures, with directions."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.checks import Check
from core.clip import (
    EmbeddingMap,
    cosine,
    embedding_map,
    evaluation_labels,
    map_check,
    mean_direction,
    recorded_clip,
    repaired,
    repaired_words,
)
from pages.prompting.clip_spurious.figures.directions import scatter_map
from pages.prompting.clip_spurious.main import Shown, editing
from pages.prompting.clip_spurious.topic import GROUPS
from pages.prompting.clip_spurious.words import angles_in_words

STYLES = {
    "class, in words": ("key", "solid"),
    "background, in words": ("gold", "solid"),
    "class, in pictures": ("key", "dash"),
    "background, in pictures": ("gold", "dash"),
}
"""The directions of the map, each with the role of its color and its dash."""


@dataclass(frozen=True, eq=False)
class Directions:
    """The map on screen and the directions in it, by the names of STYLES."""

    found: EmbeddingMap
    images: np.ndarray
    named: dict[str, np.ndarray]

    def angle(self, where: str) -> float:
        """Degrees between class and background, "in words" or "in pictures"."""
        pair = self.named[f"class, {where}"], self.named[f"background, {where}"]
        return float(np.degrees(np.arccos(np.clip(cosine(*pair), -1, 1))))


def directions_of(shown: Shown) -> Directions:
    """The map of every second test picture after the repair, and the directions after it; it has a harmful insight."""
    label, background = (values[::2] for values in evaluation_labels())
    images = np.asarray(repaired(recorded_clip(shown.model).images[::2], shown.repair, shown.words))
    classes = repaired_words(shown.repair, shown.words)
    insight = shown.words.harmful[0]
    named = (
        classes[1] - classes[0],
        insight[1] - insight[0],
        mean_direction(images, label, background),
        mean_direction(images, background, label),
    )
    return Directions(embedding_map(images), images, dict(zip(STYLES, named, strict=True)))


def embedding(shown: Shown) -> None:
    """The test pictures on their principal axes, with the directions of class and background."""
    page = shown.page
    if not shown.repair.harmful:
        st.info("The background's direction is the first harmful insight; there is none.")
        return
    label, background = (values[::2] for values in evaluation_labels())
    drawn = directions_of(shown)
    found, spoken, seen = drawn.found, drawn.angle("in words"), drawn.angle("in pictures")
    arrows = {name: (found.within(drawn.named[name]), page.look.role(r), d) for name, (r, d) in STYLES.items()}
    title = angles_in_words(spoken, seen)
    places, groups = found.place(drawn.images), 2 * label + background
    fig = scatter_map(places, groups, GROUPS, arrows, shares=found.share, look=page.look, title=title)
    left, right = st.columns([3, 2])
    with left:
        page.plot(fig, name="map", alt=f"Principal component map of 600 test pictures. {title}.")
    with right:
        st.markdown(EXPLAINED)
    page.note(
        f"{angles_in_words(spoken, seen, mark='<b>{}</b>')}. The map shows <b>{found.share[:2].sum():.0%}</b> of the "
        "variance of 600 test pictures."
    )


EXPLAINED = """Each sign is a test picture. An arrow is a direction: what tells the classes apart, and what tells the
backgrounds apart.

**In words** (solid) it is the difference of two texts: the two class names, and the first harmful insight.
**In pictures** (dashed) it is the difference of means, taken with labels.

An arrow is as long as the part of its direction that lies in this plane, which its name gives; one that lies wholly in
it would reach the dotted circle. Angles are taken in all 64 dimensions.

Where the two point almost the same way in words, taking the background out takes the class along.

Pictures and words lie in different places of the space (the modality gap), so words are drawn as directions, not as
points."""


def map_checks(shown: Shown) -> list[Check]:
    """The identities of the map on screen; none where there is no map."""
    if not shown.repair.harmful:
        return []
    drawn = directions_of(shown)
    return [map_check(drawn.found, drawn.images)]


def map_script(shown: Shown) -> str:
    """A script that prints the angles, the parts that the map shows, and its share of the variance."""
    return f"""{editing(shown)}
label, background = (values[::2] for values in clip.evaluation_labels())
x = edit(model.encode_image(clip.render_all(clip.evaluation_scenes()[::2])))
found = clip.embedding_map(x)
names = reword(classes)
for where, one, other in (
    ("in words", names[1] - names[0], harmful[0, 1] - harmful[0, 0]),
    ("in pictures", clip.mean_direction(x, label, background), clip.mean_direction(x, background, label)),
):
    angle = np.degrees(np.arccos(np.clip(clip.cosine(one, other), -1, 1)))
    seen = [np.linalg.norm(found.within(direction)) for direction in (one, other)]
    print(f"{{where}}: {{angle:.0f}} degrees apart")
    print(f"in the plane: {{seen[0]:.0%}} of class, {{seen[1]:.0%}} of background")
print(f"The map shows {{found.share.sum():.0%}} of the variance")
"""
