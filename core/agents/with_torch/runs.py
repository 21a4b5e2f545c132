"""Records a language model's episodes in many worlds."""

from collections.abc import Sequence

import numpy as np

from core.agents.episodes import Episode, run_together
from core.agents.runs import Runs, Setting, mark
from core.agents.with_torch.acting import Deciding, spent
from core.models import CausalLM

MOST_CHOICES = 12
BLOCK = 50
"""Worlds that are run side by side."""


def run_many(lm: CausalLM, deciding: Deciding, setting: Setting, worlds: int) -> Runs:
    """The model's episodes in the first worlds of a setting.

    Args:
        lm: a causal language model. deciding: how it decides; it knows again what it was asked before.
        setting: where it acts. worlds: how many.

    Invariant: replayed, each episode leads through the states whose checksum is kept.
    """
    episodes: list[Episode] = []
    for start in range(0, worlds, BLOCK):
        numbers = range(start, min(start + BLOCK, worlds))
        some = [setting.world(number) for number in numbers]
        episodes += run_together(deciding, some, limit=setting.limit, seeds=numbers)
    return _kept(lm, setting, episodes)


def _kept(lm: CausalLM, setting: Setting, episodes: Sequence[Episode]) -> Runs:
    shape = (len(episodes), setting.limit)
    acts, read, wrote = (np.full(shape, fill, np.int16) for fill in (-1, 0, 0))
    probabilities = np.full((*shape, MOST_CHOICES), np.nan, np.float32)
    for number, episode in enumerate(episodes):
        counts = spent(lm, setting.world(number), episode.steps, examples=setting.examples, style=setting.style)
        for place, step in enumerate(episode.steps):
            names = list(step.decision.probabilities)
            acts[number, place] = names.index(step.decision.act)
            probabilities[number, place, : len(names)] = list(step.decision.probabilities.values())
            read[number, place], wrote[number, place] = counts[place]
    return Runs(
        model=lm.name,
        dtype=str(lm.model.dtype).removeprefix("torch."),
        setting=setting,
        acts=acts,
        probabilities=probabilities,
        thoughts=tuple(tuple(step.decision.thought for step in episode.steps) for episode in episodes),
        success=np.array([episode.success for episode in episodes]),
        marks=np.array([mark(one, setting.world(number)) for number, one in enumerate(episodes)], np.int64),
        read=read,
        wrote=wrote,
    )
