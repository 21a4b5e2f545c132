"""Scores every prompt of the grammar on every review."""

import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from core.language import score_many, tokens
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.landscape import GRAMMAR, LABELS, REVIEWS, Landscape, Wording, answers_of, prompt_text


def wording_log_probs(
    lm: CausalLM, wording: Wording, reviews: Sequence[str] = REVIEWS, *, on_progress: Progress | None = None
) -> Float[np.ndarray, "item 2"]:
    """log p(label | prompt with the review) for one prompt of the grammar, in nats, the praising label first.

    Args:
        lm: a causal language model.
        wording: a prompt of the grammar. reviews: at least one.
        on_progress: as for `core.language.score_many`.

    Invariant: each row is what `core.language.score` gives for its prompt alone, up to rounding.
    """
    prompts = [prompt_text(wording, review) for review in reviews]
    found = score_many(lm, prompts, answers_of(wording), on_progress=on_progress)
    return np.array([scores.log_probs for scores in found], dtype=np.float64)


def measure_landscape(lm: CausalLM, *, on_progress: Progress | None = None) -> Landscape:
    """Every prompt of the grammar on every review.

    Args:
        lm: a causal language model.
        on_progress: told the part done before each prompt; an exception it raises ends the work.
    """
    began, report, found = time.process_time(), portion(on_progress), []
    # Prompts that differ in their labels alone are one text, which is read once for both.
    texts = list(dict.fromkeys(wording[:-1] for wording in GRAMMAR))
    for place, text in enumerate(texts):
        report(place / len(texts), f"{place} of {len(texts)} texts scored")
        prompts = [prompt_text((*text, LABELS[0]), review) for review in REVIEWS]
        answers = [answer for labels in LABELS for answer in answers_of((*text, labels))]
        scored = np.array([scores.log_probs for scores in score_many(lm, prompts, answers)])
        found += list(scored.reshape(len(REVIEWS), len(LABELS), 2).transpose(1, 0, 2))
    pieces = tuple(tuple(tokens(lm, prompt_text(wording, REVIEWS[0])).pieces) for wording in GRAMMAR)
    return Landscape(np.stack(found).astype(np.float32), pieces, lm.name, time.process_time() - began)
