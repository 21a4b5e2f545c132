"""A language model as the proposer of prompts: what it reads, and what came of it. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from jaxtyping import Float, Int

from core.prompting.landscape import GRAMMAR, Wording

SHOWN = 5
"""The best prompts so far that the proposer reads, the best last."""

FIRST = 4
"""Prompts that are drawn at random before it proposes."""

META = "Each line is a prompt for a sentiment task, with its accuracy. Write a new prompt with a higher accuracy.\n"

ARMS = ("true scores", "shuffled scores")
"""What the proposer reads beside the prompts: their scores, or the same scores dealt at random."""


def words_of(wording: Wording) -> tuple[str, str, str, str]:
    """The four slots of a prompt as they stand in a line, each with the space before it, as tokens are cut."""
    instruction, place, cue, labels = wording
    return f" {instruction or '(none)'}", f" | {place.format('[text]')}", f" | {cue}", f" | {labels}"


def meta_prompt(tried: Sequence[Wording], scores: Sequence[float]) -> str:
    """What the proposer reads: the best prompts so far with their scores, worst first, and an open line.

    Source: the meta-prompt of Yang et al. 2023 (2309.03409), section 3, made short.
    """
    order = sorted(range(len(tried)), key=lambda place: scores[place])[-SHOWN:]
    lines = [f"accuracy {scores[place]:.0%}:{''.join(words_of(tried[place]))}\n" for place in order]
    return f"{META}{''.join(lines)}accuracy 100%:"


@dataclass(frozen=True, eq=False)
class Proposals:
    """Searches in which SmolLM2 proposes.

    Args:
        tried: places in GRAMMAR, in the order of evaluation [arm seed evaluation]; arms as in ARMS.
        items: reviews that were scored with; seed s deals them, and draws the first prompts.
        seconds: of processor.
    """

    tried: Int[np.ndarray, "2 seed evaluation"]
    items: int
    seconds: float

    def history(self, scores: Float[np.ndarray, "seed 96"]) -> Float[np.ndarray, "2 seed evaluation"]:
        """The best score so far, from the score of each prompt under each seed's deal."""
        each = np.stack([np.take_along_axis(scores, arm, axis=1) for arm in self.tried])
        return np.asarray(np.maximum.accumulate(each, axis=2))

    @property
    def strange(self) -> int:
        """How many evaluations are repeats, or name no prompt of the grammar."""
        rows = self.tried.reshape(-1, self.tried.shape[-1])
        strange = int(((rows < 0) | (rows >= len(GRAMMAR))).sum())
        return strange + sum(len(row) - len(set(row.tolist())) for row in rows)


def expected_best(scores: Float[np.ndarray, "prompt"], most: int) -> Float[np.ndarray, "evaluation"]:
    """The expected best score of k prompts drawn blindly without repeats, for k = 1, ..., most.

    E max = sum_j s_(j) (C(j, k) - C(j-1, k)) / C(n, k) with the scores s_(1) <= ... <= s_(n) in order.

    Args:
        scores: of all n prompts. most: at most n.

    Invariant: it begins with the mean and, at k = n, is the maximum.
    """
    ordered, n = np.sort(scores), len(scores)
    return np.array(
        [sum(float(score) * comb(j, k - 1) for j, score in enumerate(ordered)) / comb(n, k) for k in range(1, most + 1)]
    )
