"""The final norm and the language-model head, applied to the stream after every layer."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from core.attention.lens import LogitLens
from core.attention.with_torch.interventions import key_mask
from core.attention.with_torch.trace import AttentionTrace
from core.checks import Check
from core.language import attention_layer, final_norm, readable_tokens
from core.models import CausalLM
from core.numbers import as_real, place, require


def logit_lens(lm: CausalLM, trace: AttentionTrace, position: int, *, k: int = 10) -> LogitLens:
    """The next token after a position, as each depth of the model would predict it.

    p_l = softmax(W_U norm(h_l)), h_l the stream after l layers, norm the final norm, W_U the language-model head. The
    head was trained to read the last layer only: early depths are read in a basis that need not be theirs.

    Args:
        lm: the model that made the trace.
        trace: a trace of `lm`; `hidden` has the shape [layer+1 token d].
        position: 0 to tokens - 1.
        k: how many of the likeliest tokens to keep at each depth, at least 1.

    Raises:
        ValueError: for a position or k out of range, an encoder's trace, or an unknown architecture.

    Invariant: the last depth is the model's own prediction; there the answer has rank 1.
    Source: nostalgebraist 2020, "interpreting GPT: the logit lens".
    """
    position = place("position", position, len(trace.token_ids))
    require(as_real(k) >= 1, "k", k, "at least 1")
    if trace.logits is None:
        raise ValueError(f"{trace.model} predicts no next token; the lens reads causal language models only.")
    with torch.inference_mode():
        logits = _read(lm, trace, position)
        logs = logits.double().log_softmax(dim=-1)  # [depth vocab]
        shares, ids = logs.exp().topk(min(k, logs.shape[-1]), dim=-1)
        answer = int(trace.logits[position].argmax())
        # Ties count in the answer's favor, so that a depth that cannot tell tokens apart gives it the first rank.
        rank = 1 + (logits > logits[:, answer, None]).sum(dim=-1)
        return LogitLens(
            model=trace.model,
            text=trace.text,
            tokens=tuple(trace.tokens),
            position=position,
            answer_id=answer,
            answer=readable_tokens(lm.tokenizer, [answer])[0],
            likeliest=tuple(tuple(readable_tokens(lm.tokenizer, [token])[0] for token in row) for row in ids.tolist()),
            shares=shares.float().numpy(),
            answer_rank=rank.numpy(),
            answer_share=logs[:, answer].exp().float().numpy(),
            entropy=-torch.special.xlogy(logs.exp(), logs.exp()).sum(dim=-1).float().numpy(),
            checks=(_last_check(logits[-1], trace.logits[position], d=trace.hidden.shape[-1]),),
        )


def _read(lm: CausalLM, trace: AttentionTrace, position: int) -> Float[Tensor, "depth vocab"]:
    """The logits at every depth, all read in the same way."""
    # The trace holds the last depth after the final norm; here it is needed before, as the others are.
    last = attention_layer(lm.model, lm.n_layers - 1)
    output = last.block(trace.hidden[-2][None], key_mask(len(trace.token_ids), ()))
    stream = torch.cat([trace.hidden[:-1, position], output[:, position]])
    logits: Tensor = lm.model.get_output_embeddings()(final_norm(lm.model, stream))
    return logits


def _last_check(ours: Float[Tensor, "vocab"], model: Float[Tensor, "vocab"], *, d: int) -> Check:
    error = float((ours - model).abs().max())
    # A dot product of d float32 terms is off by about sqrt(d) 2**-24 of its size; 8 of them for the layer, the norm
    # and the head.
    bound = 8 * math.sqrt(d) * 2.0**-24 * float(model.abs().max())
    return Check("The last depth is the model's own output", error, bound, "largest difference of a logit")
