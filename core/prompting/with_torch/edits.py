"""Scores edited instructions by SmolLM2."""

import time

import numpy as np

from core.language import score_many
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.edits import ANSWERS, EditParams, EditRun, search_edits
from core.prompting.landscape import REVIEWS, TRUTH, deal_reviews


def accuracy_of(lm: CausalLM, instruction: str, labels: str, items: np.ndarray) -> float:
    """The share of reviews that get the true label as the likelier one, after an instruction.

    Args:
        lm: the model. instruction: on the first line. labels: a key of ANSWERS. items: places in REVIEWS.
    """
    prompts = [f"{instruction}\nReview: {REVIEWS[item]}\nSentiment:" for item in items]
    found = score_many(lm, prompts, ANSWERS[labels])
    return float(np.mean([(scores.best == 0) == TRUTH[item] for scores, item in zip(found, items, strict=True)]))


def run_edits(lm: CausalLM, params: EditParams, *, on_progress: Progress | None = None) -> EditRun:
    """The search that `core.prompting.edit_prompt` promises, by a model that is loaded."""
    began, report, dealt = time.process_time(), portion(on_progress), deal_reviews(params.items, params.seed)
    tried: list[str] = []
    scores: list[float] = []
    held: list[float] = []

    def ask(text: str) -> float:
        """The share of scored reviews that an instruction gets right; a better one is tried on held-out ones too."""
        found = accuracy_of(lm, text, params.labels, dealt.scored)
        better = not scores or found > max(scores)
        tried.append(text)
        scores.append(found)
        held.append(accuracy_of(lm, text, params.labels, dealt.held_out) if better else held[-1])
        words = f"{len(tried)} of {params.budget} evaluated, best {max(scores):.0%}, held out {held[-1]:.0%}"
        report(len(tried) / params.budget, words, so_far())
        return found

    def so_far() -> EditRun:
        return EditRun(params, tuple(tried), np.array(scores), np.array(held), time.process_time() - began)

    search_edits(params, ask)
    return so_far()
