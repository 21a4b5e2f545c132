"""The CLIP page's panel about what a model looks at: which places the score hangs on, and the attention."""

import numpy as np
import streamlit as st

from core.checks import Check
from core.clip import (
    BACKGROUNDS,
    bird_mask,
    clip_loaded,
    fade_scenes,
    probabilities,
    recorded_clip,
    repaired,
    repaired_words,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.places import overlay
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown, editing
from pages.prompting.clip_spurious.topic import COVERS, GRAY, OTHER
from pages.prompting.clip_spurious.words import cover_in_words

LAYERS = ("rollout", "layer 1", "layer 2", "layer 3", "layer 4")


def where(shown: Shown) -> None:
    """Occlusion of the class score, before and after the rejection, and the transformer's own attention."""
    left, right = st.columns(2)
    with left:
        cover = shown.page.controls.choice("cover", "Cover a square with", list(COVERS))
    with right:
        layer = shown.page.controls.choice("layer", "Attention of the class token", list(LAYERS))
    maps = st.container()
    # It needs no model, and is in sight while the model of the maps above it is loaded.
    shown.page.note(apart(shown))
    with maps:
        if ensure_clip(shown.model):
            _maps(shown, cover, layer)


def _maps(shown: Shown, cover: str, layer: str) -> None:
    page = shown.page
    found = results.seen_by(shown.model, shown.place, shown.percent, shown.repair, cover)
    attention = found.rollout if layer == "rollout" else found.attention[LAYERS.index(layer) - 1]
    # One scale for both, so that equal colors are equal changes.
    reach = float(max(np.abs(found.occlusion).max(), np.abs(found.repaired).max()))
    maps: dict[str, tuple[np.ndarray | None, float | None]] = {
        "The picture": (None, None),
        "Orange: covering lowers the score": (found.occlusion, reach),
        "The same after reject": (found.repaired, reach),
        f"Attention, {layer}": (attention, None),
    }
    picture = results.picture_of(shown.place, shown.percent)
    for place, (column, (title, (values, most))) in enumerate(zip(st.columns(4), maps.items(), strict=True)):
        with column:
            fig = overlay(picture, values, reach=most, look=page.look, title=title)
            page.plot(fig, name=f"where_{place}", alt=f"{title}, laid over the picture of a {shown.bird}.")
    area = float(bird_mask(fade_scenes()[shown.place]).mean())
    unrepaired = "" if shown.repair.kind == "none" else " Both are without the repair."
    page.note(
        f"<b>{found.on_bird:.0%}</b> of the effect of covering lies on the bird, which fills <b>{area:.0%}</b> of the "
        f"picture; after reject it is <b>{found.repaired_on_bird:.0%}</b>. "
        + cover_in_words(_named(shown, cover), found.cover_chance, found.chance)
        + unrepaired
    )
    st.caption(
        f"A square of 12 pixels shows {_named(shown, cover)} at every place in turn; the color is the mean change of "
        f"the score “{shown.bird}” against the other class, blue where covering raises it. No cover is neutral: what "
        "it is read as itself is a part of the map. Attention says what the class token reads, not what it is used "
        "for: the two pictures need not agree."
    )


def _named(shown: Shown, cover: str) -> str:
    """The cover in words."""
    if cover == GRAY:
        return "plain gray"
    return f"the {BACKGROUNDS[0] if shown.percent >= 50 else BACKGROUNDS[1]} of the same scene"


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the maps on screen; none while the model is not there."""
    if not clip_loaded(shown.model):
        return ()
    cover = shown.page.controls.value("cover")
    return results.seen_by(shown.model, shown.place, shown.percent, shown.repair, cover).checks


def script(shown: Shown) -> str:
    """A script that prints how much of the effect of covering lies on the bird, and what the cover is read as."""
    share = shown.percent / 100
    covers = {
        OTHER: f"clip.render(replace(scene, bird=None), water={0.0 if share >= 0.5 else 1.0})",
        GRAY: "np.full_like(image, 128)",
    }
    rank = shown.repair.rank
    return f"""{editing(shown)}
from dataclasses import replace

scene = clip.fade_scenes()[{shown.place}]
image, mask = clip.render(scene, water={share}), clip.bird_mask(scene)
cover = {covers.get(shown.page.controls.value("cover"), covers[OTHER])}
direction = (classes[1] - classes[0]) * (1 if scene.bird == model.classes[1] else -1)
basis = clip.span(clip.differences(harmful), rank={rank})
for name, score in (("as it is", direction), ("after reject", direction - basis @ (basis.T @ direction))):
    found = clip.pixel_map(clip.occlusion_map(model, image, score, cover=cover), *image.shape[:2])
    print(f"{{name}}: {{clip.share_on_bird(found, mask):.0%}} of the effect lies on the bird")
print(f"the bird fills {{mask.mean():.0%}} of the picture")
chances = clip.probabilities(model.encode_image(np.stack([cover, image])) @ classes.T, model.scale)[:, 1]
print(f"waterbird: the cover alone {{chances[0]:.2f}}, the picture {{chances[1]:.2f}}")
"""


def apart(shown: Shown) -> str:
    """What the model says, after the repair, of the bird without a background and of the backgrounds without it."""
    record, words = recorded_clip(shown.model), shown.words
    alone = np.stack([record.birds[shown.place], *record.backdrops[shown.place]])
    edited, named = repaired(alone, shown.repair, words), repaired_words(shown.repair, words)
    bird, land, water = probabilities(edited @ named.T, shown.scale)[:, 1]
    start = "Probability" if shown.repair.kind == "none" else f"After “{shown.repair.kind}”, probability"
    return (
        f"{start} of “waterbird” for the land without a bird: <b>{land:.2f}</b>; for the water without a bird: "
        f"<b>{water:.2f}</b>; for the {shown.bird} on plain gray: <b>{bird:.2f}</b> (gray never occurred in training, "
        "so read the last number with care)."
    )
