"""From a trace to the record that a page shows."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from core.attention.record import AttentionRecord, record_checks
from core.attention.with_torch.projections import project
from core.attention.with_torch.trace import AttentionTrace
from core.language import next_token_loss, readable_tokens
from core.models import CausalLM, Encoder


def to_record(lm: CausalLM | Encoder, trace: AttentionTrace, *, layers: Sequence[int] = ()) -> AttentionRecord:
    """What a page needs of a trace, in numpy: maps, losses, likely next tokens, and some layers' q, k and v.

    loss[t] = -ln softmax(logits[t])[token[t + 1]], in nats.

    Args:
        lm: the model that made the trace.
        trace: a trace of `lm`.
        layers: the layers whose queries, keys and values to keep, each 0 to layers - 1.

    Raises:
        ValueError: for a layer out of range, or an architecture whose layers are not taken apart here.

    Invariant: the maps are the trace's own memory, not a copy.
    """
    projections = {layer: project(lm, trace, layer) for layer in layers}
    weights = trace.weights.numpy()
    with torch.inference_mode():
        loss = None if trace.logits is None else next_token_loss(trace.logits, trace.token_ids).numpy()
        likeliest = () if trace.logits is None else top_next(lm, trace.logits[-1])
    return AttentionRecord(
        model=trace.model,
        text=trace.text,
        causal=trace.causal,
        tokens=tuple(trace.tokens),
        token_ids=trace.token_ids.numpy(),
        weights=weights,
        loss=loss,
        top_next=likeliest,
        checks=record_checks(weights, projections, causal=trace.causal),
        projections=projections,
    )


def top_next(lm: CausalLM | Encoder, logits: Float[Tensor, "vocab"], *, k: int = 10) -> tuple[tuple[str, float], ...]:
    """The k likeliest next tokens, readable, with their probabilities softmax(logits), likeliest first.

    Args:
        lm: the model that made the logits.
        logits: scores of the next token, shape [vocab].
        k: how many; fewer where the vocabulary is smaller.

    Invariant: probabilities do not rise along the list.
    """
    shares, ids = logits.double().softmax(dim=-1).topk(min(k, logits.shape[-1]))
    # One by one, so that a token that is part of a character is not joined with its neighbor in the list.
    pieces = [readable_tokens(lm.tokenizer, [token])[0] for token in ids.tolist()]
    return tuple(zip(pieces, shares.tolist(), strict=True))
