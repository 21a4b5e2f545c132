"""One word in several sentences: how its meaning moves with its context."""

import re
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from core.attention.similarity import WordSimilarity
from core.language import encode
from core.models import CausalLM, Encoder


def word_similarity(lm: CausalLM | Encoder, sentences: Sequence[str], word: str) -> WordSimilarity:
    """Compares the hidden states of one word between sentences, layer by layer.

    cosine[l, i, j] = <h_i, h_j> / (|h_i| |h_j|), where h_i is the mean hidden state over the tokens of the word's first
    occurrence in sentence i (whole word, upper or lower case). The embedding already holds the position in BERT
    models, not in Llama models. In a causal model the word must not be the first token, whose state is the attention
    sink's whatever it says.

    Args:
        lm: a causal language model or an encoder.
        sentences: at least two.
        word: what to look for.

    Raises:
        ValueError: for fewer than two sentences, or naming the first sentence that lacks the word.

    Invariant: symmetric, with 1 on the diagonal, values in [-1, 1].
    Source: Ethayarajh 2019, "How Contextual are Contextualized Word Representations?", section 3.
    """
    if len(sentences) < 2:
        raise ValueError(f"{len(sentences)} sentence is too few to compare: give at least 2.")
    positions = [_positions(lm, sentence, word) for sentence in sentences]
    states = torch.stack([_word_states(lm, *pair) for pair in zip(sentences, positions, strict=True)])
    unit = torch.nn.functional.normalize(states, dim=-1)  # [sentence depth d]
    cosine = torch.einsum("ild,jld->lij", unit, unit).clamp(-1, 1)
    return WordSimilarity(word, tuple(sentences), tuple(positions), cosine.numpy())


def _positions(lm: CausalLM | Encoder, sentence: str, word: str) -> tuple[int, ...]:
    """The tokens that overlap the first occurrence of the word."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence, re.IGNORECASE)
    if not word or found is None:
        raise ValueError(f"The word {word!r} is missing in the sentence {sentence!r}.")
    offsets = lm.tokenizer(sentence, return_offsets_mapping=True)["offset_mapping"]
    return tuple(n for n, (start, stop) in enumerate(offsets) if start < found.end() and stop > found.start())


def _word_states(lm: CausalLM | Encoder, sentence: str, positions: tuple[int, ...]) -> Float[Tensor, "depth d"]:
    ids = torch.from_numpy(encode(lm, sentence))
    with torch.inference_mode():
        hidden = lm.model.base_model(input_ids=ids[None], output_hidden_states=True).hidden_states
        states: Tensor = torch.cat(hidden)[:, list(positions)].mean(dim=1)
        return states
