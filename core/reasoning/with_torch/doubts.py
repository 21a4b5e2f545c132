"""How undecided a model is while it writes a direct answer."""

from collections.abc import Sequence

import torch

from core.language import tokens
from core.models import CausalLM


@torch.inference_mode()
def entropies(lm: CausalLM, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
    """The entropy of each answer along what was written: sum over its tokens of -sum_v p(v) log p(v), in nats.

    Args:
        lm: a causal language model.
        prompts: one for each answer.
        texts: what was written; an empty one has the entropy 0.

    Invariant: it is at least 0, and at most the number of tokens times the logarithm of the vocabulary's size.
    """
    return [_entropy(lm, prompt, text) for prompt, text in zip(prompts, texts, strict=True)]


def _entropy(lm: CausalLM, prompt: str, text: str) -> float:
    head, written = (tokens(lm, part).ids.tolist() if part else [] for part in (prompt, text))
    if not written:
        return 0.0
    logits = lm.model(torch.tensor([head + written]), logits_to_keep=len(written) + 1).logits[0, :-1]
    log_p = torch.log_softmax(logits.double(), dim=-1)
    return float(-(log_p.exp() * log_p).sum())
