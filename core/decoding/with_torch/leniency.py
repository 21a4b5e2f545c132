"""Typical acceptance at several thresholds, on a loaded model."""

from collections.abc import Sequence
from math import sqrt

import torch

from core.decoding.generation import Generation
from core.decoding.leniency import THRESHOLDS, Lenient
from core.decoding.methods import Medusa
from core.decoding.with_torch.generation import generate
from core.language import encode
from core.models import CausalLM


def lenient_texts(lm: CausalLM, prompt: str, *, nodes: int, max_new_tokens: int) -> tuple[Lenient, ...]:
    """The greedy tree first, then the typical rule at each of THRESHOLDS, all at temperature 0.

    Args:
        nodes: guesses of the tree, 1 to 32.
        max_new_tokens: of each text.
    """
    rules = [Medusa(3, nodes=nodes), *(Medusa(3, "typical", nodes, bound, sqrt(bound)) for bound in THRESHOLDS)]
    runs = [generate(lm, prompt, rule, max_new_tokens=max_new_tokens) for rule in rules]
    return tuple(Lenient(run, nats_of(lm, run)) for run in runs)


@torch.inference_mode()
def nats_of(lm: CausalLM, run: Generation) -> float:
    """The mean of -ln p over a text's tokens, read in one pass without a cache."""
    return _mean_nats(lm, encode(lm, run.prompt, max_tokens=8192).tolist(), run.token_ids)


def _mean_nats(lm: CausalLM, ids: Sequence[int], written: Sequence[int]) -> float:
    read = torch.tensor([[*ids, *written]])
    logits = lm.model(read, use_cache=False, logits_to_keep=len(written) + 1).logits[0, :-1]
    told = torch.log_softmax(logits.double(), -1)[range(len(written)), list(written)]
    return float(-told.mean())
