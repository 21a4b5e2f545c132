"""The surprise at each token of a text, without the memory that a softmax of all its logits would take."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

ROWS_AT_ONCE = 64
"""Tokens whose logits are gone through together: a softmax of 512 tokens of 49,152 entries would take 100 MB."""


def next_token_loss(
    logits: Float[Tensor, "token vocab"],
    token_ids: Int[Tensor, "token"],
    *,
    temperature: float = 1.0,
    dtype: torch.dtype | None = None,
) -> Float[Tensor, "token-1"]:
    """The surprise at each next token: -ln softmax(logits[t] / temperature)[token_ids[t + 1]], in nats.

    Args:
        logits: next-token scores at each position, shape [token vocab].
        token_ids: the text, shape [token].
        temperature: of the softmax.
        dtype: in which it is computed; that of the logits where it is None.

    Invariant: never negative; exp of its mean is the text's perplexity; it needs memory for ROWS_AT_ONCE rows only.
    Source: the definition of the cross entropy; torch.logsumexp.
    """
    kind = dtype or logits.dtype
    rows = zip(torch.split(logits[:-1], ROWS_AT_ONCE), torch.split(token_ids[1:], ROWS_AT_ONCE), strict=True)
    return torch.cat([_surprise(heated(some.to(kind), temperature), ids) for some, ids in rows])


def _surprise(logits: Float[Tensor, "row vocab"], ids: Int[Tensor, "row"]) -> Float[Tensor, "row"]:
    # torch's cross_entropy adds the words one after the other: over 49,152 of them it is 1e-5 to 3e-5 too low in
    # float32, where logsumexp, which adds in pairs, is right within 2e-6.
    return (logits.logsumexp(dim=-1) - logits.gather(-1, ids[:, None])[:, 0]).clamp_min(0)


def heated(logits: Float[Tensor, "*batch vocab"], temperature: float) -> Float[Tensor, "*batch vocab"]:
    """Logits at a temperature; at 1 what came in, not a copy."""
    return logits if temperature == 1 else logits / temperature


def largest_change(one: Float[Tensor, "token vocab"], other: Float[Tensor, "token vocab"]) -> float:
    """The largest difference of two tables of logits; NaN where one holds NaN."""
    rows = zip(torch.split(one, ROWS_AT_ONCE), torch.split(other, ROWS_AT_ONCE), strict=True)
    # torch's max, unlike Python's, keeps a NaN.
    return float(torch.stack([(some - others).abs().max() for some, others in rows]).max())
