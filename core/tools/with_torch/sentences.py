"""Calls that a model proposes for a sentence, and what each is worth."""

import numpy as np
import torch
from jaxtyping import Float

from core.language import complete_many, readable_tokens
from core.models import CausalLM
from core.progress import Progress, portion
from core.tools.gains import CallLosses
from core.tools.sentences import ANNOTATED, MOST_CALLS, Candidate, Proposal, call_of, result_of
from core.tools.with_torch.gains import call_losses

LONGEST_CALL = 20
MOST_TOKENS = 60
"""Tokens of a sentence: each costs a look at its whole beginning."""


def propose(lm: CausalLM, text: str, *, on_progress: Progress | None = None) -> Proposal:
    """Lets a model propose calls of a calculator within a sentence, and measures what each is worth.

    At each place: how likely is " [" after the examples and the text so far? At the likeliest places the model writes
    a call on, the calculator computes it, and the losses with and without it are measured.

    Args:
        lm: a causal language model.
        text: 2 to 60 tokens.
        on_progress: told how far it is; an exception it raises ends the work.

    Raises:
        ValueError: for a sentence of fewer or more tokens.

    Invariant: at most `MOST_CALLS` calls, at places of their own, in the order of the places.
    Source: Schick et al. 2023 (2302.04761), section 2, with the likeliest places instead of a threshold on them.
    """
    ids: list[int] = lm.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
    if not 2 <= len(ids) <= MOST_TOKENS:
        raise ValueError(f"the sentence must have 2 to {MOST_TOKENS} tokens; got {len(ids)}")
    openings = _openings(lm, text, ids)
    places = sorted(int(place) + 1 for place in np.argsort(-openings)[:MOST_CALLS])
    begun = [f"{ANNOTATED.format(text=text)} {lm.tokenizer.decode(ids[:place])} [Calculator(" for place in places]
    report = portion(on_progress, 0.1, 0.7)
    calls = complete_many(lm, begun, max_new_tokens=LONGEST_CALL, stop=[")]", ") ]", "]", "\n"], on_progress=report)
    tell = portion(on_progress, 0.7, 1.0)
    candidates: list[Candidate] = []
    for place, (call,) in zip(places, calls, strict=True):
        known = next((one.losses for one in candidates if one.losses is not None), None)
        candidates.append(_measured(lm, text, place, call.text.strip(), known))
        tell(len(candidates) / len(places), f"{len(candidates)} of {len(places)} calls measured")
    return Proposal(text, tuple(readable_tokens(lm.tokenizer, ids)), openings, tuple(candidates))


def _measured(lm: CausalLM, text: str, place: int, expression: str, known: CallLosses | None) -> Candidate:
    """A call with its losses; that of the text alone is the same for every call, and read once."""
    try:
        result = result_of(expression)
    except ValueError as error:
        return Candidate(place, expression, str(error), None)
    alone = None if known is None else known.log_probs[0]
    return Candidate(place, expression, "", call_losses(lm, text, call_of(expression), result, alone=alone))


@torch.inference_mode()
def _openings(lm: CausalLM, text: str, ids: list[int]) -> Float[np.ndarray, "later_token"]:
    """By token but the first, the probability that a call opens before it."""
    before: list[int] = lm.tokenizer(f"{ANNOTATED.format(text=text)} ", add_special_tokens=False)["input_ids"]
    logits = lm.model(torch.tensor([[*before, *ids]])).logits[0, len(before) : -1].double()
    opens = [lm.tokenizer(sign, add_special_tokens=False)["input_ids"][0] for sign in ("[", " [")]
    return np.asarray(logits.softmax(-1)[:, sorted(set(opens))].sum(-1).numpy())
