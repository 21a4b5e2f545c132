"""Text generated token by token: each step, and a recorded run. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check

GENERATION_PROMPT = "The old lighthouse keeper climbed the stairs every evening. One night, he saw"
GENERATION_TOKENS = 30
GENERATION_FILE = "attention/generation.npz"


@dataclass(frozen=True, eq=False)
class GenerationStep:
    """One generated token, and what the model looked at when it chose it.

    Args:
        token_id: the id of the token.
        token: how it reads.
        probability: of this token in the distribution that it was chosen from: softmax(logits / temperature), and
            softmax(logits) at temperature 0.
        top: the five likeliest tokens there, readable, with their probabilities.
        attention: the weights of the last token before this one, the query that predicts it, on all tokens so far.
        cache_tokens: tokens whose keys and values were in the cache then, the query's own included.
        cache_bytes: what these keys and values take.
    """

    token_id: int
    token: str
    probability: float
    top: tuple[tuple[str, float], ...]
    attention: Float[np.ndarray, "layer head key"]
    cache_tokens: int
    cache_bytes: int


@dataclass(frozen=True, eq=False)
class GenerationRecord:
    """A whole generation, as a page shows it.

    Args:
        model: the model's name in the catalogue.
        prompt: what was typed.
        prompt_tokens: its pieces, readable.
        temperature: 0 for the likeliest token at each step.
        seed: of the draws; it plays no part at temperature 0.
        steps: the generated tokens; their attention is kept in float16, so that rows sum to 1 within 1e-3 only.
        text: prompt and generated tokens as one string.
        ended: whether the last token ends the text, so that nothing could follow.
        checks: identities of these numbers, measured before the attention was shortened to float16.
    """

    model: str
    prompt: str
    prompt_tokens: tuple[str, ...]
    temperature: float
    seed: int
    steps: tuple[GenerationStep, ...]
    text: str
    ended: bool
    checks: tuple[Check, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The pieces of prompt and generated text."""
        return (*self.prompt_tokens, *(step.token for step in self.steps))


@functools.cache
def recorded_generation() -> GenerationRecord:
    """The recorded greedy continuation of `GENERATION_PROMPT` by SmolLM2; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: equal to the steps of `generate_steps`, but for the float16 attention.
    """
    return kept(GENERATION_FILE, GenerationRecord)
