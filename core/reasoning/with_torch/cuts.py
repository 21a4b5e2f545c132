"""A model that is asked for its answer before it has thought to the end."""

from collections.abc import Sequence

import numpy as np
import torch

from core.language import complete_many, tokens
from core.models import CausalLM
from core.reasoning.answers import Written
from core.reasoning.budgets import CUE, thought_of
from core.reasoning.methods import Demo, prompt_of

LONGEST = 8
"""The most tokens of an answer."""


@torch.inference_mode()
def write_cut(
    lm: CausalLM,
    problems: Sequence[str],
    shown: Sequence[Demo],
    chains: Written,
    budget: int,
    *,
    room: int | None = None,
) -> Written:
    """What a model answers where each of its chains is cut after some tokens, and the cue for the answer follows.

    Args:
        lm: a causal language model.
        problems: as they are asked. shown: the examples.
        chains: what it wrote to these problems, one sample each.
        budget: the most tokens of a thought, from 0 up; a shorter thought is left whole.
        room: see `core.language.complete_many`.

    Raises:
        ValueError: for a budget below 0.

    Invariant: `.texts` begin with the first `budget` tokens of the thought; `.tokens` counts these and the answer's.
    Source: Muennighoff et al. 2025 (2501.19393), section 3, budget forcing.
    """
    if budget < 0:
        raise ValueError(f"budget must be at least 0; got {budget}")
    thoughts = [tokens(lm, thought_of(some[0])).ids[:budget].tolist() for some in chains.texts]
    begun = [f"{lm.tokenizer.decode(thought)}{CUE}" for thought in thoughts]
    prompts = [prompt_of(lm, problem, chains.method, shown) + one for problem, one in zip(problems, begun, strict=True)]
    found = [some[0] for some in complete_many(lm, prompts, max_new_tokens=LONGEST, stop=(".", "\n"), room=room)]
    return Written(
        chains.method,
        np.array([len(tokens(lm, prompt).ids) for prompt in prompts]),
        tuple((start + one.text,) for start, one in zip(begun, found, strict=True)),
        np.array([[len(thought) + len(one.token_ids)] for thought, one in zip(thoughts, found, strict=True)]),
        np.array([[float(one.log_probs.sum())] for one in found]),
    )
