"""The texts whose attention is recorded and comes with the code. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from core.assets import asset
from core.attention.record import AttentionRecord, load_record
from core.models import lookup

_RANDOM_WORDS = (
    " candle bridge horse yellow camera coffee music garden green table silver"
    " market forest school mountain window stone butter planet engine bottle paper"
)
_LIGHTHOUSE = (
    "The old lighthouse keeper climbed the stairs every evening, lit the lamp, and watched the ships pass until the"
    " morning came."
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
    """

    key: str
    model: str
    text: str
    layer: int
    head: int
    query: int
    shows: str

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
            "In the second copy each word looks at the word that followed it the first time.",
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
            "bank", "minilm-l6", _BANK, 0, 4, 12,
            "The second bank gives most of its weight to river; the first one much less, and more to loan.",
        ),
        RecordedText(
            "bidirectional", "minilm-l6", _CAT, 1, 8, 3,
            "An encoder looks both ways: this head reads the next token.",
        ),
        RecordedText(
            "causal", "smollm2-135m", _CAT, 16, 0, 3,
            "A decoder sees only what came before: nothing lies above the diagonal.",
        ),
    )
}  # fmt: skip
"""All recorded texts by their key."""


@functools.lru_cache(maxsize=16)
def recorded(key: str) -> AttentionRecord:
    """The recorded attention of one of `RECORDED_TEXTS`; no model is needed, and checks are computed on loading.

    Args:
        key: one of the keys of `RECORDED_TEXTS`.

    Raises:
        ValueError: for an unknown key.
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: `recorded(key).text == RECORDED_TEXTS[key].text`.
    """
    if key not in RECORDED_TEXTS:
        raise ValueError(f"No recorded text is called {key!r}; there are: {', '.join(RECORDED_TEXTS)}.")
    return load_record(asset(RECORDED_TEXTS[key].file))


MEANINGS_WORD = "bank"
MEANINGS_SENTENCES = (
    "He sat on the bank of the river and watched the water.",
    "She paid the money into her account at the bank.",
    "The bank raised the interest on every loan.",
)
"""The word and the sentences whose comparison is recorded: one bank of a river, two of money."""
