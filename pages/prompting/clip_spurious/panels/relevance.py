"""The CLIP page's microscope: which patches the score hangs on, by covering, by attention and by gradient."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from components.page import Badge
from core.checks import Check
from core.clip import (
    MAPS,
    bird_mask,
    clip_loaded,
    fade_scenes,
    fade_shares,
    overlap,
    patch_shares,
    probabilities,
    recorded_clip,
    recorded_microscope,
    recorded_random_maps,
    repaired,
    repaired_words,
)
from core.numbers import mean_interval
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.maps import overlaps, split
from pages.prompting.clip_spurious.figures.places import overlay
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.main import Shown, editing
from pages.prompting.clip_spurious.microscope_words import (
    RELEVANCE,
    alike_in_words,
    cover_in_words,
    groups_in_words,
    here_in_words,
    map_in_words,
    maps_in_words,
    nearest_in_words,
    split_in_words,
)
from pages.prompting.clip_spurious.panels.descriptions import described_picture
from pages.prompting.clip_spurious.topic import COVERED_BY, OTHER

MAP_HEIGHT = 222
"""Of the maps: with a title of two lines the sentence still ends within a projector's screen."""

CHANCE_HEIGHT = 124
"""Of the maps by random weights: small enough that the sentence below them ends within the screen."""

BARS = {3: "attention", 4: "relevance"}
"""What the colors of the maps that cover nothing say, by their place."""

SMALL = {1: "Covering", 3: "Rollout", 4: "Gradient"}
"""What a small map is of, by its place: on a phone it stands below others."""

LAYERS = ("rollout", "layer 1", "layer 2", "layer 3", "layer 4")


def where(shown: Shown) -> None:
    """The maps of the class score, their overlap with the bird, the score in two parts, and its descriptions."""
    left, right = st.columns(2)
    with left:
        cover = COVERED_BY.get(shown.page.controls.choice("cover", "A patch shows instead", list(COVERED_BY)))
    with right:
        layer = shown.page.controls.choice("layer", "Attention of the class token", list(LAYERS))
    if not (_recorded(shown) or ensure_clip(shown.model)):
        shown.page.note(apart(shown))
        return
    found = results.seen_by(shown.model, shown.place, shown.percent, shown.repair)
    _maps(shown, found, cover or COVERED_BY[OTHER], layer)
    _by_chance(shown, found, cover or COVERED_BY[OTHER], layer)
    shown.page.note(_said(shown, found, cover or COVERED_BY[OTHER]))
    columns = st.columns([1.15, 1, 1])
    with columns[0]:
        _overlaps(shown, found)
    with columns[1]:
        _split(shown)
    with columns[2]:
        described_picture(shown)
    here = here_in_words(_by_map(found), recorded_random_maps().overlaps_at(shown.place, _at(shown)))
    recorded = recorded_microscope(shown.model)
    shown.page.note(f"{here} {groups_in_words(recorded, cover or COVERED_BY[OTHER])}")
    shown.page.note(f"{alike_in_words(recorded)} {apart(shown)}")
    st.caption(EXPLAINED)


def _recorded(shown: Shown) -> bool:
    return results.maps_recorded(shown.percent, shown.repair)


def badges(shown: Shown) -> tuple[Badge, ...]:
    """Recorded with the standard words; measured where a visitor's own are rejected."""
    return (Badge.RECORDED if _recorded(shown) else Badge.MEASURED), Badge.TOY


EXPLAINED = """Covering: the color is how much the score, the cosine with the own class less that with the other, falls
when one patch of 8 pixels shows something else: orange and above 0 where it falls, blue and below 0 where it rises.
“Without harmful words” is the same for the rest of the score, without its part along the harmful insights, the pairs
of texts that differ in the background, whatever repair is chosen above: what the repair “reject” leaves, before it is
a unit vector again. No cover is neutral. “Another bird” is one of the other class in the same place, so all patches
that it changes lie near the bird whatever a model has learned: the overlap of random weights shows how much of a map
is made by the cover. Attention says what the class token reads, not what it is used for; rollout multiplies that of
all layers, each averaged with the identity. Gradient × attention relevance adds over the layers what attention passes
on, where it raises the score (Chefer, Gur and Wolf, ICCV 2021). Overlap: of as many pixels as the bird has, where the
map is strongest, the share that lies on it; a score that rises counts like one that falls. Dotted is the bird’s area
and dashed the most that patches reach: dark, as the diamonds, in the picture on screen, and pale on average over the
48 pictures. The bars are Student’s 95 % intervals over 48 pictures that no training saw; the control, small below the
maps for the scene on screen, has other random weights for each picture, and is compared with the model picture by
picture, at 95 % for all maps together."""


def _maps(shown: Shown, found: results.Seen, cover: str, layer: str) -> None:
    page = shown.page
    attention = found.maps["rollout"] if layer == "rollout" else found.attention[LAYERS.index(layer) - 1]
    # One scale for both, so that equal colors are equal changes.
    reach = float(max(np.abs(found.maps[cover]).max(), np.abs(found.repaired[cover]).max())) or 1.0
    maps: dict[str, tuple[np.ndarray | None, float | None]] = {
        "The picture": (None, None),
        f"By {cover}": (found.maps[cover], reach),
        "Without harmful words": (found.repaired[cover], reach),
        f"Attention, {layer}": (attention, None),
        RELEVANCE.capitalize(): (found.maps["relevance"], None),
    }
    picture = results.picture_of(shown.place, shown.percent)
    # A long title breaks into two lines: the pictures stay level.
    columns = st.columns(5, vertical_alignment="bottom")
    for place, (column, (title, (values, most))) in enumerate(zip(columns, maps.items(), strict=True)):
        with column:
            bar = BARS.get(place, "the score falls by")
            fig = overlay(picture, values, reach=most, look=page.look, title=title, height=MAP_HEIGHT, bar=bar)
            page.plot(fig, name=f"where_{place}", alt=f"{title}, laid over the picture of a {shown.bird}.")


def _by_chance(shown: Shown, found: results.Seen, cover: str, layer: str) -> None:
    """The same maps by random weights, each below the one by the model; no single layer of theirs."""
    page, recorded, share = shown.page, recorded_random_maps(), _at(shown)
    maps, on_bird = recorded.at(shown.place, share), recorded.overlaps_at(shown.place, share)
    picture = results.picture_of(shown.place, shown.percent)
    reach = float(np.abs(maps[cover]).max()) or 1.0
    columns = st.columns(5, vertical_alignment="center")
    with columns[0]:
        st.caption("Share of a map’s strongest places on the bird: the model’s vs random weights’, whose map is drawn")
    for place, name, most in ((1, cover, reach), (3, "rollout", None), (4, "relevance", None)):
        if name == "rollout" != layer:
            columns[place].caption("Of random weights only the rollout of all layers is recorded.")
            continue
        with columns[place]:
            share, chance = found.overlap[MAPS.index(name)], on_bird[name]
            title = f"{SMALL[place]}: {share:.0%} vs {chance:.0%}"
            fig = overlay(picture, maps[name], reach=most, look=page.look, title=title, height=CHANCE_HEIGHT)
            alt = f"The map by {map_in_words(name)}, by random weights. {title} on the bird."
            page.plot(fig, name=f"chance_{place}", alt=alt)


def _overlaps(shown: Shown, found: results.Seen) -> None:
    """The overlap of every map with the bird, over the recorded pictures and in the one on screen."""
    recorded, page = recorded_microscope(shown.model), shown.page
    title = maps_in_words(recorded)
    mask, grid = bird_mask(fade_scenes()[shown.place]), found.maps["rollout"].shape
    fig = overlaps(
        [map_in_words(name) for name in MAPS],
        _with_intervals(recorded.trained),
        _with_intervals(recorded.random),
        found.overlap,
        bounds=(float(recorded.area.mean()), float(recorded.best.mean())),
        bounds_here=(float(mask.mean()), overlap(patch_shares(mask, *grid), mask)),
        look=page.look,
        title=title,
    )
    page.plot(fig, name="overlaps", alt=f"Overlap of five maps with the bird, by the model and by chance. {title}.")


def _with_intervals(values: np.ndarray) -> np.ndarray:
    """Mean and both ends of its interval for each column, [column 3]."""
    return np.array([[column.mean(), *mean_interval(column)] for column in values.T])


def _split(shown: Shown) -> None:
    page, found = shown.page, results.split_of(shown.model, shown.place, shown.repair)
    title = split_in_words(*(float(values[_at(shown)]) for values in (found.whole, found.inside, found.rest)))
    fig = split(fade_shares(), found, at=shown.percent / 100, look=page.look, title=title)
    page.plot(fig, name="split", alt=f"The score over the water, with its part along the harmful words. {title}.")


def _at(shown: Shown) -> int:
    return int(np.abs(100 * fade_shares() - shown.percent).argmin())


def _said(shown: Shown, found: results.Seen, cover: str) -> str:
    """The sentence: what the map on screen lies on, before and after the rejection, and what its cover is read as."""
    area = float(bird_mask(fade_scenes()[shown.place]).mean())
    unrepaired = "" if shown.repair.kind == "none" else " All of it is without the repair."
    return (
        f"Of the strongest places of the map by {cover} <b>{found.overlap[MAPS.index(cover)]:.0%}</b> lie on the bird, "
        f"which fills <b>{area:.0%}</b> of the picture; without harmful words "
        f"<b>{found.repaired_overlap[cover]:.0%}</b>. "
        + cover_in_words(_named(shown, cover), found.cover_chance[cover], found.chance)
        + unrepaired
        + nearest_in_words(shown.percent)
    )


def _by_map(found: results.Seen) -> dict[str, float]:
    """The overlap of each map on screen with the bird, by the names of MAPS."""
    return dict(zip(MAPS, found.overlap.tolist(), strict=True))


def _named(shown: Shown, cover: str) -> str:
    """The cover in words."""
    other = "land" if shown.percent >= 50 else "water"
    named: Mapping[str, str] = {
        "other background": f"the other background, {other},",
        "another bird": "the other bird in its place",
    }
    return named.get(cover, cover)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the maps and the split on screen; those of the maps where these are recorded or can be made."""
    split = results.split_of(shown.model, shown.place, shown.repair).check()
    if not (_recorded(shown) or clip_loaded(shown.model)):
        return (split,)
    return (*results.seen_by(shown.model, shown.place, shown.percent, shown.repair).checks, split)


def script(shown: Shown) -> str:
    """A script that prints the overlaps of the maps, the parts of the score, and what the cover is read as."""
    share, rank = shown.percent / 100, shown.repair.rank
    cover = COVERED_BY.get(shown.page.controls.value("cover"), COVERED_BY[OTHER])
    return f"""{editing(shown)}
scene = clip.fade_scenes()[{shown.place}]
image, mask = clip.render(scene, water={share}), clip.bird_mask(scene)
direction = (classes[1] - classes[0]) * (1 if scene.bird == model.classes[1] else -1)
basis = clip.span(clip.differences(harmful), rank={rank})
cover = clip.covers(scene, water={share})[{cover!r}]
maps = clip.score_maps(model, scene, direction, water={share})
maps["by {cover}, after reject"] = clip.patch_map(model, image, direction - basis @ (basis.T @ direction), cover)
for name, values in maps.items():
    print(f"{{name}}: {{clip.overlap(values, mask):.0%}} of its strongest places lie on the bird")
print(f"the bird fills {{mask.mean():.0%}} of the picture")
parts = clip.split_score(model.encode_image(image[None]), direction, basis)
for name in ("whole", "inside", "rest"):
    print(f"score, {{name}}: {{getattr(parts, name)[0]:+.2f}}")
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
