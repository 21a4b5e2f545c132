"""Notes as vectors of an encoder."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from core.models import Encoder
from core.transformer import sentence_vectors

MOST_TOKENS = 256
"""Of a note; all-MiniLM-L6-v2 was trained on no longer texts, and what lies beyond is not read."""


def sentence_array(encoder: Encoder, texts: Sequence[str]) -> Float[np.ndarray, "text d"]:
    """The mean of the encoder's last states over each text's tokens, scaled to length 1.

    Args:
        encoder: with its tokenizer.
        texts: one or more; of a long one the first 256 tokens are read.

    Raises:
        ValueError: for no texts, or one that is empty.

    Invariant: every vector has length 1 to float32 rounding.
    Source: `core.transformer.sentence_vectors`.
    """
    cut = tuple(_cut(encoder, text) for text in texts)
    with torch.inference_mode():
        return np.asarray(sentence_vectors(encoder, cut)[1].numpy(), np.float32)


def _cut(encoder: Encoder, text: str) -> str:
    """The text, or its beginning where it has more tokens than are read."""
    if not text.strip():
        raise ValueError("a text is empty; each must hold at least one word")
    ends = encoder.tokenizer(text, return_offsets_mapping=True, add_special_tokens=False)["offset_mapping"]
    return text if len(ends) <= MOST_TOKENS else text[: ends[MOST_TOKENS - 1][1]]
