"""The CLIP page's panel about what a model looks at: which places the score hangs on, and the attention."""

import numpy as np
import streamlit as st

from core.checks import Check
from core.clip import bird_mask, clip_loaded, fade_scenes, probabilities, recorded_clip, repaired
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.places import overlay
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown

LAYERS = ("rollout", "layer 1", "layer 2", "layer 3", "layer 4")


def where(shown: Shown) -> None:
    """Occlusion of the class score, before and after the rejection, and the transformer's own attention."""
    layer = shown.page.controls.choice("layer", "Attention of the class token", list(LAYERS))
    maps = st.container()
    # It needs no model, and is in sight while the model of the maps above it is loaded.
    shown.page.note(_apart(shown))
    with maps:
        if ensure_clip(shown.model):
            _maps(shown, layer)


def _maps(shown: Shown, layer: str) -> None:
    page = shown.page
    found = results.seen_by(shown.model, shown.place, shown.percent, shown.repair)
    attention = found.rollout if layer == "rollout" else found.attention[LAYERS.index(layer) - 1]
    maps = {
        "The picture": (None, False),
        "Orange: covering lowers the score": (found.occlusion, True),
        "The same after reject": (found.repaired, True),
        f"Attention, {layer}": (attention, False),
    }
    picture = results.picture_of(shown.place, shown.percent)
    for place, (column, (title, (values, signed))) in enumerate(zip(st.columns(4), maps.items(), strict=True)):
        with column:
            fig = overlay(picture, values, signed=signed, look=page.look, title=title)
            page.plot(fig, name=f"where_{place}", alt=f"{title}, laid over the picture of a {shown.bird}.")
    area = float(bird_mask(fade_scenes()[shown.place]).mean())
    page.note(
        f"<b>{found.on_bird:.0%}</b> of the occlusion effect lies on the bird, which fills <b>{area:.0%}</b> of the "
        f"picture; after reject it is <b>{found.repaired_on_bird:.0%}</b>."
    )
    st.caption(
        f"A gray square of 12 pixels covers every place in turn; the color is the mean change of the score "
        f"“{shown.bird}” against the other class, blue where covering raises it. Attention says what the class token "
        "reads, not what it is used for: the two pictures need not agree."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the maps on screen; none while the model is not there."""
    if not clip_loaded(shown.model):
        return ()
    return results.seen_by(shown.model, shown.place, shown.percent, shown.repair).checks


def _apart(shown: Shown) -> str:
    """What the model says of the bird without a background and of the backgrounds without the bird."""
    record, words = recorded_clip(shown.model), shown.words
    alone = np.stack([record.birds[shown.place], *record.backdrops[shown.place]])
    edited = repaired(alone, shown.repair, words)
    bird, land, water = probabilities(edited @ words.classes.T, shown.scale)[:, 1]
    return (
        f"Probability of “waterbird” for the land without a bird: <b>{land:.2f}</b>; for the water without a bird: "
        f"<b>{water:.2f}</b>; for the {shown.bird} on plain gray: <b>{bird:.2f}</b> (gray never occurred in training, "
        "so read the last number with care)."
    )
