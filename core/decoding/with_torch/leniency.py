"""Typical acceptance at several thresholds, on a loaded model."""

from math import sqrt

import torch

from core.decoding.generation import Generation
from core.decoding.leniency import EPSILONS, LENIENT_NODES, Lenient
from core.decoding.methods import Medusa
from core.decoding.with_torch.generation import generate
from core.language import encode
from core.models import CausalLM


def lenient_texts(lm: CausalLM, prompt: str, *, max_new_tokens: int) -> tuple[Lenient, ...]:
    """The greedy rule first, then the typical rule at each of EPSILONS, all at temperature 0 with one tree.

    Args:
        lm: the target.
        prompt: at least one token.
        max_new_tokens: of each text.

    Invariant: the first text is that of greedy decoding.
    Source: Cai et al. 2024, Medusa (2401.10774), section 2.3.1.
    """
    nodes = LENIENT_NODES
    rules = [Medusa(3, nodes=nodes), *(Medusa(3, "typical", nodes, bound, sqrt(bound)) for bound in EPSILONS)]
    return tuple(read_again(lm, generate(lm, prompt, rule, max_new_tokens=max_new_tokens)) for rule in rules)


@torch.inference_mode()
def read_again(lm: CausalLM, run: Generation) -> Lenient:
    """What the target thinks of each token of a text, read in one pass without a cache.

    Args:
        lm: the target.
        run: of at least one token.
    """
    ids = [*encode(lm, run.prompt, max_tokens=8192).tolist(), *run.token_ids]
    count = len(run.token_ids)
    logits = lm.model(torch.tensor([ids]), use_cache=False, logits_to_keep=count + 1).logits[0, :-1]
    told = torch.log_softmax(logits.double(), -1)
    entropy = -(told.exp() * told).sum(-1)
    chosen = told[torch.arange(count), torch.tensor(run.token_ids)]
    return Lenient(run, chosen.numpy(), told.max(-1).values.numpy(), entropy.numpy())
