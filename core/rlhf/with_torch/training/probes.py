"""Asks the reward models of the recorded runs about repeated words and about length."""

import numpy as np

from core.rlhf.probes import ProbeTable, repeated, seen_in, texts_by_length
from core.rlhf.records import PAIRS, SEEDS, usual
from core.rlhf.runs import RunParams
from core.rlhf.with_torch.training.runs import reward_model
from core.rlhf.world import PLACES, WORDS


def probed() -> ProbeTable:
    """The table of `core.rlhf.recorded_probes`."""
    found = [[_of(usual(pairs=pairs, seed=seed)) for seed in SEEDS] for pairs in PAIRS]
    return ProbeTable(*(np.array([[model[place] for model in row] for row in found]) for place in range(4)))


def _of(params: RunParams) -> tuple[np.ndarray, ...]:
    """What one reward model says, and what its pairs hold."""
    model, _, preferences = reward_model(params)
    words = np.stack([model(repeated(word)) for word in range(1, len(WORDS))])
    texts = texts_by_length()
    by_length = model(texts.reshape(-1, PLACES)).reshape(texts.shape[:2]).mean(1)
    seen = seen_in(np.concatenate([preferences.first, preferences.second]))
    return words.astype(np.float32), by_length.astype(np.float32), *seen
