"""Measures how a model looks from word to word."""

import re

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.attention import AttentionTrace, trace
from core.checks import Check
from core.language import readable_tokens
from core.models import CausalLM, Encoder
from core.transformer.sight import Sight, sentence_words

TOP = 3


def look_between(lm: CausalLM | Encoder, text: str) -> Sight:
    """How a model looks from word to word of a sentence.

    The maps of a layer's heads are averaged; a word's row is the mean over its tokens, a column the sum over the tokens
    of the word looked at.

    Args:
        lm: a decoder or an encoder.
        text: 2 to 16 words.

    Raises:
        ValueError: for a sentence of another length, or with more tokens than the model takes.

    Invariant: a row and the look at marks together sum to 1; a decoder looks at no later word.
    Source: Clark et al. 2019 (1906.04341), section 4.1, for maps between words.
    """
    words = sentence_words(text)
    seen = trace(lm, text)
    places = word_places(lm, text)
    belongs = (places[None] == np.arange(len(words))[:, None]).astype(np.float64)  # [word token]
    # Layer by layer: in float64 all maps at once would take twice their memory.
    mean = torch.stack([maps.double().mean(dim=0) for maps in seen.weights]).numpy()
    rows = belongs / np.maximum(belongs.sum(axis=1, keepdims=True), 1) @ mean
    maps = rows @ belongs.T
    marks = rows @ (places < 0)
    moved = _moved(lm, seen)
    return Sight(
        model=lm.name,
        text=text,
        words=words,
        causal=seen.causal,
        maps=maps.astype(np.float32),
        guesses=_guesses(lm, seen, places, len(words)),
        moved=moved,
        checks=(sum_check(maps, marks, len(places)), *(causal_checks(maps, moved) if seen.causal else ())),
    )


def word_places(lm: CausalLM | Encoder, text: str) -> np.ndarray:
    """For each token the word that its last character lies in; -1 for marks such as [CLS]."""
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    spans = lm.tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
    return np.array([-1 if first == last else np.searchsorted(starts, last - 1, "right") - 1 for first, last in spans])


def _moved(lm: CausalLM | Encoder, seen: AttentionTrace) -> float:
    """Runs the tokens again with another last one (before the end mark of an encoder)."""
    ids = seen.token_ids.clone()
    last = len(ids) - (1 if seen.causal else 2)
    ids[last] = ids[0] if seen.causal and ids[0] != ids[last] else ids[last - 1]
    with torch.inference_mode():
        maps = lm.model(input_ids=ids[None], output_attentions=True).attentions
    other: Float[Tensor, "layer token token"] = torch.cat(list(maps)).mean(dim=1)
    return float((other - seen.weights.mean(dim=1))[:, :last].abs().max())


def _guesses(
    lm: CausalLM | Encoder, seen: AttentionTrace, places: np.ndarray, words: int
) -> tuple[tuple[tuple[str, float], ...], ...]:
    """The likeliest tokens after the last token of each word."""
    if seen.logits is None:
        return ()
    ends = [int(np.flatnonzero(places == word)[-1]) for word in range(words)]
    shares, ids = seen.logits[ends].softmax(dim=-1).topk(TOP)
    names = [readable_tokens(lm.tokenizer, row) for row in ids.tolist()]
    return tuple(tuple(zip(row, share, strict=True)) for row, share in zip(names, shares.tolist(), strict=True))


def sum_check(maps: Float[np.ndarray, "layer word word"], marks: Float[np.ndarray, "layer word"], tokens: int) -> Check:
    """Whether what falls on words and on marks is all of a look."""
    error = float(np.abs(maps.sum(axis=-1) + marks - 1).max())
    return Check("A word's looks at words and marks sum to 1", error, 2.0**-23 * tokens, "float32 rounding")


def causal_checks(maps: Float[np.ndarray, "layer word word"], moved: float) -> tuple[Check, Check]:
    """Whether the past is all that a decoder sees."""
    later = float(np.triu(maps, 1).max())
    # A row of the map depends on a product over the model's width; another last token may change its rounding.
    return (
        Check("A decoder's word looks at no later word", later, 0.0, "largest weight above the diagonal"),
        Check("Another last token changes no earlier look", moved, 2.0**-23 * 576, "float32 rounding over 576 numbers"),
    )
