"""How undecided a model is while it writes a direct answer."""

from collections.abc import Sequence

import torch

from core.language import tokens
from core.models import CausalLM


@torch.inference_mode()
def entropies(lm: CausalLM, prompts: Sequence[str], texts: Sequence[str], counts: Sequence[int]) -> list[float]:
    """The entropy of each answer along what was written: sum over its tokens of -sum_v p(v) log p(v), in nats.

    Args:
        lm: a causal language model.
        prompts: one for each answer.
        texts: what was written.
        counts: the tokens that were kept of each: those of its text, and one more where a token ended it.

    Invariant: it is at least -log p of an answer that was written greedily, since no token is likelier than the
    likeliest; and at most the number of tokens times the logarithm of the vocabulary's size.
    Source: Malinin and Gales 2021 (2002.07650), the estimate of an answer's entropy by the chain rule; here along the
    likeliest one.
    """
    return [_entropy(lm, *one) for one in zip(prompts, texts, counts, strict=True)]


def _entropy(lm: CausalLM, prompt: str, text: str, count: int) -> float:
    head, written = (tokens(lm, part).ids.tolist() if part else [] for part in (prompt, text))
    logits = lm.model(torch.tensor([head + written]), logits_to_keep=len(written) + 1).logits[0, :count]
    log_p = torch.log_softmax(logits.double(), dim=-1)
    return float(-(log_p.exp() * log_p).sum())
