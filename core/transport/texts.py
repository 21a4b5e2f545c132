"""Sixty short sentences of this project on six subjects, and their embeddings by MiniLM, recorded."""

import functools

import numpy as np

from core.assets import kept
from core.transport.labeled import Labeled

EMBEDDINGS = "transport/sentences.npz"

SENTENCES: dict[str, tuple[str, ...]] = {
    "weather": (
        "Rain falls on the hills all morning.",
        "A cold wind comes from the north.",
        "The fog lifts before noon.",
        "Snow covers the road to the pass.",
        "Tomorrow will be dry and warm.",
        "Thunder rolls over the valley.",
        "The air is damp after the storm.",
        "Clouds gather above the coast.",
        "Frost lies on the grass at dawn.",
        "It has not rained for three weeks.",
    ),
    "cooking": (
        "Chop the onion and fry it in butter.",
        "The soup needs a little more salt.",
        "Let the dough rise for an hour.",
        "Boil the potatoes until they are soft.",
        "She bakes bread with rye flour.",
        "Whisk the eggs with the sugar.",
        "The sauce thickens over a low flame.",
        "Add garlic and thyme to the beans.",
        "Roast the carrots with olive oil.",
        "The cake cools on the kitchen table.",
    ),
    "football": (
        "The striker scores in the last minute.",
        "The keeper saves the penalty.",
        "Both teams drew without a goal.",
        "The coach changes two defenders.",
        "Fans sing in the packed stadium.",
        "The referee shows a red card.",
        "The ball hits the post and goes wide.",
        "They win the cup after extra time.",
        "A long pass opens the defense.",
        "The captain plays with a sore knee.",
    ),
    "money": (
        "The bank raises its interest rate.",
        "Shares fall at the opening of the market.",
        "She pays the loan back every month.",
        "The company reports a higher profit.",
        "Prices rise faster than wages.",
        "He keeps his savings in bonds.",
        "The budget leaves no room for tax cuts.",
        "Investors sell when they are afraid.",
        "The invoice is due on Friday.",
        "The euro loses against the dollar.",
    ),
    "space": (
        "The probe sends pictures of Saturn.",
        "A comet passes close to the sun.",
        "Astronauts repair the station's arm.",
        "The telescope sees galaxies far away.",
        "The moon hides behind the Earth.",
        "The rocket leaves the launch pad.",
        "Mars has two small moons.",
        "A star ends as a white dwarf.",
        "The rover drills into red rock.",
        "Light from there takes eight years to reach us.",
    ),
    "music": (
        "The violin plays the theme alone.",
        "She tunes the guitar by ear.",
        "The choir rehearses on Monday.",
        "The drummer keeps a steady beat.",
        "The song ends on a minor chord.",
        "He writes a melody for the flute.",
        "The orchestra waits for the conductor.",
        "The piano needs new strings.",
        "They record the album in one week.",
        "The second movement is slow and quiet.",
    ),
}
"""Subject -> sentences, written for this project."""


@functools.cache
def sentences(part: str = "all") -> Labeled:
    """The sentences as MiniLM embeds them, recorded, with their subjects.

    Args:
        part: "all", or "even" or "odd" for every other sentence of each subject.

    Raises:
        ValueError: for another part.
        AssetError: if the recording is missing or damaged.

    Invariant: unit vectors of 384 numbers, in the order of SENTENCES.
    Source: `python -m core.assets record transport sentences`; the model is
        sentence-transformers/all-MiniLM-L6-v2, mean pooling.
    """
    picks = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}
    if part not in picks:
        raise ValueError(f"part is {part!r}; it must be one of {', '.join(picks)}")
    vectors = kept(EMBEDDINGS, np.ndarray).astype(np.float64)[picks[part]]
    vectors.flags.writeable = False
    subjects = [subject for subject, lines in SENTENCES.items() for _ in lines][picks[part]]
    return Labeled(vectors, tuple(subjects))
