"""A direct answer that leans to one of two words: its log-odds on reviews, calibrated, and beside a good prompt."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.assets import kept, manifest
from core.prompting import REVIEWS, recorded_landscape
from core.reasoning.methods import Method
from core.reasoning.opinions import LABELS
from core.reasoning.problem_sets import COUNT, problems, sets_of
from core.reasoning.records import Outcome, outcome, recorded_answers

LEANINGS_FILE = "reasoning/leanings.npz"


@dataclass(frozen=True, eq=False)
class Leanings:
    """Which of two words a model prefers as the direct answer.

    Args:
        log_odds: log p(positive) - log p(negative), in nats.
    """

    log_odds: Float[np.ndarray, "set problem"]


@functools.cache
def recorded_leanings() -> Leanings:
    """The recorded log-odds.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(LEANINGS_FILE, Leanings)


def is_leaning_recorded() -> bool:
    """Whether the log-odds come with the code."""
    return LEANINGS_FILE in manifest()


def calibrated(log_odds: Float[np.ndarray, "set problem"]) -> Float[np.ndarray, "set problem"]:
    """Log-odds without the leaning of their prompt: minus their mean over the problems of the set.

    No answer is needed for it, but problems of both sorts in equal numbers are.

    Invariant: the mean of each set is 0, and the order within a set stays.
    Source: Zhou et al. 2023 (2309.17249), batch calibration, for two labels.
    """
    return np.asarray(log_odds - log_odds.mean(axis=1, keepdims=True))


def praised() -> Bool[np.ndarray, "set problem"]:
    """Whether each review praises."""
    return np.array([[one.truth == LABELS[0] for one in problems("sentiment", seed)] for seed in sets_of("sentiment")])


def leaning(*, calibrate: bool) -> Outcome:
    """How often the likelier of the two words is right after the direct examples, with or without calibration."""
    log_odds = recorded_leanings().log_odds
    said = (calibrated(log_odds) if calibrate else log_odds) > 0
    direct = outcome("sentiment", "direct")
    return Outcome(
        "direct, calibrated" if calibrate else "likelier word", (said == praised()) * 1.0, direct.tokens, direct.read
    )


def said_positive(method: Method) -> float:
    """The share of "positive" among a method's answers to the reviews; an answer with neither word counts as none."""
    replies = [one.read(LABELS) for one in recorded_answers("sentiment", method).by_set]
    return float(np.mean([reply == LABELS[0] for some in replies for (reply,) in some]))


@functools.cache
def best_prompt() -> Outcome:
    """A good direct prompt: for each set the best of the 96 of `core.prompting` on the other sets, ties shared alike.

    Invariant: no review helps to choose the prompt that it is asked with.
    """
    right = recorded_landscape().right.astype(float)
    hits = []
    for seed in sets_of("sentiment"):
        inside = np.zeros(len(REVIEWS), bool)
        inside[COUNT * seed : COUNT * (seed + 1)] = True
        scores = right[:, ~inside].mean(axis=1)
        hits.append(right[scores == scores.max()][:, inside].mean(axis=0))
    return Outcome("the best prompt", np.array(hits), 1.0, float("nan"))
