"""Lets a language model propose the next prompt of the grammar, slot by slot."""

import time

import numpy as np
from jaxtyping import Float

from core.language import score
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.landscape import GRAMMAR, SLOTS, Landscape, Wording, deal_reviews
from core.prompting.proposals import ARMS, FIRST, Proposals, meta_prompt, words_of


def propose(lm: CausalLM, tried: list[Wording], scores: list[float], rng: np.random.Generator) -> Wording:
    """The model's next prompt, drawn slot by slot with the probabilities that it gives to the wordings of each slot.

    Only wordings that lead to an untried prompt may be drawn, so that each proposal is one.

    Args:
        lm: the proposer. tried: prompts, at least one, not all. scores: what it reads of each. rng: of the draw.
    """
    open_prompts = [wording for wording in GRAMMAR if wording not in set(tried)]
    text = meta_prompt(tried, scores)
    chosen: tuple[str, ...] = ()
    for slot in range(len(SLOTS)):
        left = [wording for wording in open_prompts if wording[:slot] == chosen]
        options = list(dict.fromkeys(wording[slot] for wording in left))
        example = {option: next(wording for wording in left if wording[slot] == option) for option in options}
        lines = [words_of(example[option])[slot] for option in options]
        place = 0 if len(lines) == 1 else int(rng.choice(len(lines), p=_shares(score(lm, text, lines).log_probs)))
        chosen, text = (*chosen, options[place]), text + lines[place]
    return chosen  # type: ignore[return-value]


def _shares(log_probs: Float[np.ndarray, "option"]) -> Float[np.ndarray, "option"]:
    raised = np.exp(log_probs - log_probs.max())
    return np.asarray(raised / raised.sum())


def measure_proposals(
    lm: CausalLM,
    landscape: Landscape,
    *,
    seeds: int,
    budget: int,
    items: int,
    on_progress: Progress | None = None,
) -> Proposals:
    """Searches in which the model proposes, with the true scores in sight and with the same scores dealt at random.

    Args:
        lm: the proposer. landscape: what each prompt scores.
        seeds: how many searches of each arm. budget: evaluations of each, the first of them random.
        items: reviews that are scored with.
        on_progress: told the part done before each search; an exception it raises ends the work.
    """
    began, report, found = time.process_time(), portion(on_progress), []
    for arm, name in enumerate(ARMS):
        for seed in range(seeds):
            report((arm * seeds + seed) / (2 * seeds), f"{name}, seed {seed}")
            found.append(_one(lm, landscape.scores(deal_reviews(items, seed).scored), budget, seed, shuffled=arm == 1))
    tried = np.array([[GRAMMAR.index(wording) for wording in run] for run in found])
    return Proposals(tried.reshape(len(ARMS), seeds, budget), items, time.process_time() - began)


def _one(lm: CausalLM, table: dict[Wording, float], budget: int, seed: int, *, shuffled: bool) -> list[Wording]:
    rng = np.random.default_rng([seed, 5])
    tried = [GRAMMAR[place] for place in rng.choice(len(GRAMMAR), FIRST, replace=False)]
    while len(tried) < budget:
        scores = np.array([table[wording] for wording in tried])
        tried.append(propose(lm, tried, list(rng.permutation(scores) if shuffled else scores), rng))
    return tried
