"""The greedy text without a key/value cache: what the model writes when it reads all of the text anew."""

from collections.abc import Sequence

import torch

from core.language import encode, end_ids
from core.models import CausalLM


@torch.inference_mode()
def plain_text(lm: CausalLM, prompt: str, guess: Sequence[int], most: int) -> tuple[int, ...]:
    """The greedy text after a prompt, from passes without a cache.

    A pass over the prompt and a guess names the likeliest token at every place. The first token of the guess that
    differs is replaced, what follows is read anew, and so on: with a right guess one pass is enough, and whatever the
    guess, each token is the likeliest one after those before it.

    Args:
        prompt: at least one token.
        guess: what the text might be.
        most: tokens to write, unless the text ends before.

    Raises:
        ValueError: for an empty or too long prompt.

    Invariant: the result does not depend on the guess, up to ties within rounding.
    """
    positions, end = int(lm.model.config.max_position_embeddings), end_ids(lm)
    ids = encode(lm, prompt, max_tokens=positions - most).tolist()
    text, known = list(guess[:most]), 0
    while known < most:
        read = torch.tensor([[*ids, *text]])
        # Only rows that name a token: those of a long prompt would take a gigabyte.
        logits = lm.model(read, use_cache=False, logits_to_keep=len(text) + 1).logits
        likeliest = logits[0].argmax(-1).tolist()
        wrong = next((place for place in range(known, len(text)) if text[place] != likeliest[place]), len(text))
        text[wrong : wrong + 1] = [likeliest[wrong]]
        known = wrong + 1
        stop = next((place for place in range(known) if text[place] in end), None)
        if stop is not None:
            return tuple(text[: stop + 1])
    return tuple(text[:most])
