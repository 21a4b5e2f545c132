"""What a model would say if it stopped after each layer: the result, and its recorded runs. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.attention.presets import RECORDED_TEXTS
from core.checks import Check


@dataclass(frozen=True, eq=False)
class LogitLens:
    """The next token as each depth of a model would predict it.

    Args:
        model: the model's name in the catalogue.
        text: the text that was run.
        tokens: its pieces, readable.
        position: the token after which the prediction is read.
        answer_id: the id of the model's own likeliest next token there.
        answer: how it reads.
        likeliest: at each depth, the likeliest next tokens, readable; depth 0 is the embedding, depth l the output of
            layer l - 1, the last one the model's own prediction.
        shares: their probabilities.
        answer_rank: the rank of the answer at each depth, 1 for the likeliest.
        answer_share: its probability.
        entropy: of the whole distribution, in nats.
        checks: identities of these numbers.
    """

    model: str
    text: str
    tokens: tuple[str, ...]
    position: int
    answer_id: int
    answer: str
    likeliest: tuple[tuple[str, ...], ...]
    shares: Float[np.ndarray, "depth top"]
    answer_rank: Int[np.ndarray, "depth"]
    answer_share: Float[np.ndarray, "depth"]
    entropy: Float[np.ndarray, "depth"]
    checks: tuple[Check, ...]


def lens_file(key: str, position: int) -> str:
    """The asset with the logit lens of a recorded text at a position."""
    return f"attention/lens_{key}_{position}.npz"


@functools.lru_cache(maxsize=16)
def recorded_lens(key: str, position: int) -> LogitLens:
    """The recorded logit lens of one of the causal `RECORDED_TEXTS`; no model is needed.

    Args:
        key: the key of a text of a causal model.
        position: the text's last position, or the query of its preset.

    Raises:
        ValueError: for an unknown key or a text of an encoder.
        core.assets.AssetError: if that position was not recorded, or the file is missing or damaged.

    Invariant: `recorded_lens(key, position).text == RECORDED_TEXTS[key].text`.
    """
    if key not in RECORDED_TEXTS or not RECORDED_TEXTS[key].causal:
        known = ", ".join(key for key, recorded_text in RECORDED_TEXTS.items() if recorded_text.causal)
        raise ValueError(f"No logit lens is recorded for {key!r}; there are: {known}.")
    return kept(lens_file(key, position), LogitLens)
