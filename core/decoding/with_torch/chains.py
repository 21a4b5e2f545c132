"""What a draft proposes from every place of a greedy text, on a loaded model."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from core.decoding.chains import CHAIN_DEPTH, Chains
from core.decoding.methods import DraftModel, EarlyExit
from core.decoding.with_torch.generation import drafter_of
from core.decoding.with_torch.target import Target
from core.language import encode, end_ids
from core.models import CausalLM


@torch.inference_mode()
def chains_along(lm: CausalLM, prompt: str, written: Sequence[int], method: EarlyExit | DraftModel) -> Chains:
    """Drafts `CHAIN_DEPTH` tokens before each token of a greedy text; the draft's own length does not matter.

    Args:
        lm: the target.
        prompt: at least one token.
        written: the greedy text after it.
        method: whose draft.

    Invariant: what stands of a chain is what greedy verification of it would accept.
    """
    target, end = Target(lm), end_ids(lm)
    drafter = drafter_of(lm, replace(method, window=CHAIN_DEPTH), target, 0.0, np.random.default_rng(0), end)
    ids = encode(lm, prompt, max_tokens=8192).tolist()
    tokens = np.full((len(written), CHAIN_DEPTH), -1, np.int64)
    prob = np.full((len(written), CHAIN_DEPTH), np.nan)
    for place, token in enumerate(written):
        proposal = drafter.propose(ids, CHAIN_DEPTH).up_to(end)
        length = len(proposal.tokens)
        tokens[place, :length], prob[place, :length] = proposal.tokens, proposal.prob
        logits = target.read([*ids[target.length :], *proposal.tokens], proposal.parent)
        target.keep((), length)
        drafter.hear(proposal, (), logits)
        ids.append(token)
    return Chains(tuple(written), tokens, prob)
