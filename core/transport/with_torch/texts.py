"""Sentences as vectors of an encoder."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from core.models import Encoder


def sentence_vectors(encoder: Encoder, lines: Sequence[str]) -> Float[np.ndarray, "sentence d"]:
    """The mean over a sentence's tokens of the last layer's states, scaled to length 1.

    Args:
        encoder: with its tokenizer.
        lines: at least one sentence.

    Invariant: every vector has length 1 to float32 rounding.
    Source: mean pooling of sentence-transformers (Reimers and Gurevych 2019, section 3).
    """
    batch = encoder.tokenizer(list(lines), padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = encoder.model(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    vectors: Float[np.ndarray, "sentence d"] = torch.nn.functional.normalize(mean, dim=1).numpy().astype(np.float32)
    return vectors
