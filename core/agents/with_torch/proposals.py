"""A language model that proposes plans, many worlds side by side."""

from collections.abc import Sequence

import numpy as np
import torch

from core.agents.proposals import LIMIT, Proposal, plan_prompt
from core.agents.worlds import State, rooms_world
from core.language import score_many
from core.models import CausalLM
from core.progress import Progress


@torch.inference_mode()
def propose_plans(
    lm: CausalLM, seeds: Sequence[int], *, shown: int, limit: int = LIMIT, on_progress: Progress | None = None
) -> tuple[Proposal, ...]:
    """Lets a model write plans for worlds of rooms, each act the likeliest of those that could be done there.

    p(act) = softmax over the acts of log p(act and a line break | prompt), summed over its tokens. What an act leads to
    is the map's own rule; the model sees nothing but the map and the acts so far.

    Args:
        lm: a causal language model. seeds: of the worlds. shown: solved examples in the prompt, 0 to 2.
        limit: acts of a plan at most. on_progress: told the part done; an exception it raises ends the work.

    Raises:
        ValueError: for a value out of range.

    Invariant: each act can be done in its place; a plan shorter than the limit reaches the goal.
    """
    worlds = [rooms_world(seed) for seed in seeds]
    states: list[State] = [world.start for world in worlds]
    acts: list[list[str]] = [[] for _ in worlds]
    shares: list[list[float]] = [[] for _ in worlds]
    for number in range(limit):
        going = [place for place, world in enumerate(worlds) if not world.done(states[place])]
        if not going:
            break
        if on_progress is not None:
            on_progress(number / limit, f"{len(worlds) - len(going)} of {len(worlds)} plans have an end")
        offered = [worlds[place].acts(states[place]) for place in going]
        prompts = [plan_prompt(worlds[place], acts[place], shown=shown) for place in going]
        found = score_many(lm, prompts, [[f"{act}\n" for act in some] for some in offered])
        for place, some, scores in zip(going, offered, found, strict=True):
            best, share = _likeliest(scores.log_probs)
            acts[place].append(some[best])
            shares[place].append(share)
            states[place] = worlds[place].step(states[place], some[best], 1.0)[0]
    return tuple(
        Proposal(seed, shown, tuple(some), tuple(parts)) for seed, some, parts in zip(seeds, acts, shares, strict=True)
    )


def _likeliest(logs: np.ndarray) -> tuple[int, float]:
    """The place of the likeliest, and its share among all."""
    odds = np.exp(logs - logs.max())
    return int(np.argmax(logs)), float(odds.max() / odds.sum())
