"""A language model as an actor, which can write nothing but acts that can be done."""

from collections.abc import Sequence

import numpy as np

from core.agents.acting import MOST_EXAMPLES, act_prompt
from core.agents.episodes import Actor, Decision, Step
from core.agents.worlds import State, World
from core.language import score
from core.models import CausalLM
from core.numbers import whole


def language_actor(lm: CausalLM, *, examples: int) -> Actor:
    """An actor that does the likeliest of the acts that can be done.

    p(act) = softmax over the acts of log p(act and a line break | prompt), summed over its tokens. Every other
    continuation has no say.

    Args:
        lm: a causal language model.
        examples: solved tasks in the prompt, 0 to 2.

    Raises:
        ValueError: for another number of examples.

    Invariant: the act is one of the world's; the probabilities sum to 1 up to rounding.
    Source: constrained decoding as in Willard and Louf 2023 (2307.09702).
    """
    count = whole("examples", examples, 0, MOST_EXAMPLES)

    def decide(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision:
        acts = world.acts(state)
        logs = score(lm, act_prompt(world, steps, examples=count), [f"{act}\n" for act in acts]).log_probs
        odds = np.exp(logs - logs.max())
        shares = (odds / odds.sum()).tolist()
        return Decision(acts[int(np.argmax(logs))], dict(zip(acts, shares, strict=True)))

    return decide
