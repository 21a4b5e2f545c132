"""Best-of-n on real text: recorded answers of a language model, scored by a reward model. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept, manifest

ANSWERS = "rlhf/answers.npz"
"""The recorded answers, below `core/assets`."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Sampled answers to a dozen prompts, and two reward models' opinion of them.

    Args:
        model: the language model that answered.
        manner: what was added to each prompt.
        longest: tokens after which an answer was cut.
        prompts: what was asked.
        texts: the answers, prompt by prompt.
        tokens: length of each answer in tokens, the end included.
        cut: which answers had not ended after `longest` tokens.
        log_probability: of each whole answer under the model at temperature 1, nats.
        relevance: what the raters are meant to judge: cosine between prompt and answer in the encoder.
        biased, fair: rewards of two heads on the encoder, fitted to raters with and without a bias for length.
        bias: the raters' bias: spreads of relevance that one spread of length is worth, both within a prompt.
        accuracy: of the biased and of the fair head on pairs of these answers, labeled by their own raters.
        ceiling: of one who knows what each answer is worth to those raters; their noise keeps it below 1.
    """

    model: str
    manner: str
    longest: int
    prompts: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    tokens: Int[np.ndarray, "prompt sample"]
    cut: Bool[np.ndarray, "prompt sample"]
    log_probability: Float[np.ndarray, "prompt sample"]
    relevance: Float[np.ndarray, "prompt sample"]
    biased: Float[np.ndarray, "prompt sample"]
    fair: Float[np.ndarray, "prompt sample"]
    bias: float
    accuracy: tuple[float, float]
    ceiling: tuple[float, float]

    def atoms(self, prompt: int) -> Int[np.ndarray, "sample"]:
        """Which answers to a prompt are the same text."""
        return np.unique(np.array(self.texts[prompt]), return_inverse=True)[1]


def answers_recorded() -> bool:
    """Whether answers come with the code: they take long to sample, and the page does without where there are none."""
    return ANSWERS in manifest()


@functools.cache
def recorded_answers() -> Answers:
    """Twelve prompts with 64 answers each by SmolLM2, as `sample_answers` and `score_answers` made them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: every array has one row for each prompt.
    Source: `python -m core.assets record rlhf answers`.
    """
    return kept(ANSWERS, Answers)
