"""The texts whose attention is recorded and comes with the code. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from core.assets import kept
from core.attention.record import AttentionRecord, CompactRecord, expand, recipe_of
from core.models import lookup

_RANDOM_WORDS = (
    " candle bridge horse yellow camera coffee music garden green table silver"
    " market forest school mountain window stone butter planet engine bottle paper"
)
_LIGHTHOUSE = (
    "The old lighthouse keeper climbed the stairs every evening, lit the lamp, and watched the ships pass until the"
    " morning came."
)
_KEEPER_TWICE = (
    "The old lighthouse keeper climbed the stairs every evening, lit the lamp, and the old lighthouse keeper watched"
    " the ships pass."
)
_BANK = "The bank approved my loan while we were fishing from the bank of the river."
_CAT = "The cat that the dog chased across the garden ran up a tree and would not come down."


@dataclass(frozen=True)
class RecordedText:
    """A text that was run once and kept, with the head and the token that show its point.

    Args:
        key: its name, and that of its file.
        model: the model's name in the catalogue.
        text: what was run. The leading space of the induction text matters: without it the first word would be
            another token than the same word later on.
        layer: the layer to show.
        head: the head to show.
        query: the position of the token to select.
        shows: what to look at, in one sentence.
        further: other layers whose queries, keys and values are kept, since maps of them are shown.
    """

    key: str
    model: str
    text: str
    layer: int
    head: int
    query: int
    shows: str
    further: tuple[int, ...] = ()

    @property
    def file(self) -> str:
        """The name of its file among the assets."""
        return f"attention/{self.key}.npz"

    @property
    def causal(self) -> bool:
        """Whether its model predicts the next token."""
        return lookup(self.model).kind == "causal_lm"


RECORDED_TEXTS: Mapping[str, RecordedText] = {
    recorded_text.key: recorded_text
    for recorded_text in (
        RecordedText(
            "induction", "smollm2-135m", 2 * _RANDOM_WORDS, 18, 6, 36,
            "In the second copy each word looks at the word that followed it the first time.", (17,),
        ),
        RecordedText(
            "previous_token", "smollm2-135m", _LIGHTHOUSE, 16, 0, 3,
            "Each token looks at the one before it, whatever it says.",
        ),
        RecordedText(
            "sink", "smollm2-135m", _LIGHTHOUSE, 18, 6, 12,
            "With nothing to copy, the induction head rests on the first token.",
        ),
        RecordedText(
            "bank", "minilm-l6", _BANK, 2, 3, 12,
            "Each bank looks at the word of its own meaning: the first gives more to loan, the second more to river.",
        ),
        RecordedText(
            "bidirectional", "minilm-l6", _CAT, 1, 8, 3,
            "An encoder looks both ways: this head reads the next token.", (5,),
        ),
        RecordedText(
            "causal", "smollm2-135m", _CAT, 16, 0, 3,
            "A decoder sees only what came before: nothing lies above the diagonal.",
        ),
    )
}  # fmt: skip
"""All recorded texts by their key."""

COMPARED_TEXTS: Mapping[str, RecordedText] = {
    recorded_text.key: recorded_text
    for recorded_text in (
        RecordedText(
            "other_words", "smollm2-135m", _RANDOM_WORDS.replace("camera", "rabbit") + _RANDOM_WORDS, 18, 6, 26,
            "The second half says camera for the first time, so that there the head has nothing to copy.", (17,),
        ),
        RecordedText(
            "other_keeper", "smollm2-135m", _KEEPER_TWICE, 18, 6, 17,
            "Where the keeper is named again, the induction head has something to copy.", (16,),
        ),
    )
}  # fmt: skip
"""Recorded texts that some of `RECORDED_TEXTS` are compared with, by their key."""

_PARTNERS = {
    "induction": "other_words",
    "previous_token": "other_keeper",
    "sink": "other_keeper",
    "causal": "bidirectional",
}


def partner_of(key: str) -> RecordedText:
    """The recorded text, and the model, that a text of the default decoder is best compared with.

    Args:
        key: the key of one of the causal `RECORDED_TEXTS`.

    Raises:
        ValueError: for another key.

    Invariant: it is recorded, so that no model is needed.
    """
    if key not in _PARTNERS:
        raise ValueError(f"No text is compared with {key!r}; there are: {', '.join(_PARTNERS)}.")
    return {**RECORDED_TEXTS, **COMPARED_TEXTS}[_PARTNERS[key]]


@functools.lru_cache(maxsize=16)
def recorded(key: str) -> AttentionRecord:
    """The recorded attention of one of these texts; no model is needed, and checks are computed on loading.

    Args:
        key: one of the keys of `RECORDED_TEXTS` or `COMPARED_TEXTS`.

    Raises:
        ValueError: for an unknown key.
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: `recorded(key).text` is the text of that key.
    """
    texts = {**RECORDED_TEXTS, **COMPARED_TEXTS}
    if key not in texts:
        raise ValueError(f"No recorded text is called {key!r}; there are: {', '.join(texts)}.")
    file = texts[key].file
    return expand(kept(file, CompactRecord), recipe_of(file))


MEANINGS_WORD = "bank"
MEANINGS_SENTENCES = (
    "He sat on the bank of the river and watched the water.",
    "She paid the money into her account at the bank.",
    "The bank raised the interest on every loan.",
)
"""The word and the sentences whose comparison is recorded: one bank of a river, two of money."""
