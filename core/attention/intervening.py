"""Switching heads and tokens off, and seeing what the model says then."""

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.attention.layers import attention_layer
from core.attention.recording import next_token_loss
from core.attention.tokens import encode
from core.checks import Check
from core.models.loading import CausalLM


@dataclass(frozen=True, eq=False)
class Intervention:
    """A model's next-token probabilities with and without an intervention.

    Args:
        before: of the untouched model at temperature 1, after the text's last token.
        after: of the model with heads ablated, keys masked and the temperature applied.
        perplexity_before: exp of the mean next-token loss over the text, untouched; NaN for a text of one token.
        perplexity_after: the same with the whole intervention.
        checks: identities of these numbers.
    """

    before: Float[Tensor, "vocab"]
    after: Float[Tensor, "vocab"]
    perplexity_before: float
    perplexity_after: float
    checks: tuple[Check, ...]


def intervene(
    lm: CausalLM,
    text: str,
    *,
    ablate_heads: Sequence[tuple[int, int]] = (),
    mask_keys: Sequence[int] = (),
    temperature: float = 1.0,
) -> Intervention:
    """Runs a text with some heads and some keys switched off, and compares the next-token probabilities.

    before = softmax(logits); after = softmax(logits' / temperature), logits' from the changed run.

    Args:
        lm: a causal language model.
        text: at least one token, at most 512.
        ablate_heads: (layer, head) pairs; the head's output is set to 0 before the output projection merges the heads.
        mask_keys: token positions that every other query, in every layer and head, is forbidden to look at. A token
            still sees itself, so that no row is left without a key.
        temperature: of the next-token softmax, above 0. It belongs to the intervention: it changes `after` and
            `perplexity_after`, never the attention maps.

    Raises:
        ValueError: for a text, a layer, a head, a position or a temperature out of range.

    Invariant: with the default options `after` equals `before`.
    Source: Michel et al. 2019, "Are Sixteen Heads Really Better than One?" (ablation by zeroing).
    """
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature = {temperature} must be a finite number above 0.")
    ids = torch.from_numpy(encode(lm, text))
    mask = key_mask(len(ids), mask_keys)
    with torch.inference_mode():
        before = lm.model(input_ids=ids[None], use_cache=False).logits[0]
        if not ablate_heads and not mask_keys:
            return _compare(ids, before, before / temperature, ())
        with _ablated(lm, ablate_heads):
            changed = lm.model(input_ids=ids[None], attention_mask=mask, output_attentions=True, use_cache=False)
        # Outside the diagonal a masked key must have received exactly nothing, in every layer and head.
        hidden = mask[0, 0] < 0
        leaked = max(float(maps[0][:, hidden].abs().sum()) for maps in changed.attentions) if hidden.any() else 0.0
        masked = Check("Masked keys get no attention", leaked, 0.0, "largest sum over a layer, future keys included")
        return _compare(ids, before, changed.logits[0] / temperature, (masked,))


def _compare(
    ids: Int[Tensor, "token"],
    before: Float[Tensor, "token vocab"],
    after: Float[Tensor, "token vocab"],
    checks: tuple[Check, ...],
) -> Intervention:
    # In float64: 49,152 float32 terms would sum to 1 only within 1e-5.
    first, second = (logits[-1].double().softmax(dim=-1).float() for logits in (before, after))
    worst = max(abs(float(shares.double().sum()) - 1) for shares in (first, second))
    return Intervention(
        before=first,
        after=second,
        perplexity_before=_perplexity(before, ids),
        perplexity_after=_perplexity(after, ids),
        checks=(Check("Probabilities sum to 1", worst, 1e-6, "before and after"), *checks),
    )


def key_mask(n_tokens: int, mask_keys: Sequence[int]) -> Float[Tensor, "1 1 query key"]:
    """The causal mask with some keys hidden from every query but themselves, to be added to the scores.

    Args:
        n_tokens: length of the text.
        mask_keys: positions to hide, each 0 to n_tokens - 1.

    Raises:
        ValueError: for a position out of range.

    Invariant: the diagonal is 0, so every row keeps at least one key.
    Source: the additive 4-D mask of transformers, with the smallest finite float32 in place of -inf.
    """
    for key in mask_keys:
        if not 0 <= key < n_tokens:
            raise ValueError(f"mask_keys holds {key}; positions must lie in 0 to {n_tokens - 1}.")
    hidden = torch.ones(n_tokens, n_tokens, dtype=torch.bool).triu(1)
    hidden[:, list(mask_keys)] = True
    hidden.fill_diagonal_(fill_value=False)
    return torch.zeros(hidden.shape).masked_fill(hidden, torch.finfo(torch.float32).min)[None, None]


@contextmanager
def _ablated(lm: CausalLM, heads: Sequence[tuple[int, int]]) -> Iterator[None]:
    """While open, this thread's runs of the model have these heads' outputs set to 0."""
    for layer, head in heads:
        if not (0 <= layer < lm.n_layers and 0 <= head < lm.n_heads):
            raise ValueError(
                f"ablate_heads holds {(layer, head)}; layers lie in 0 to {lm.n_layers - 1}, "
                f"heads in 0 to {lm.n_heads - 1}."
            )
    owner = threading.get_ident()
    with ExitStack() as stack:
        for layer in {layer for layer, _ in heads}:
            chosen = [head for other, head in heads if other == layer]

            def silence(_: nn.Module, inputs: tuple[Any, ...], chosen: list[int] = chosen) -> tuple[Any, ...] | None:
                # The model is shared between sessions, and a hook is not: another thread's run passes untouched.
                if threading.get_ident() != owner:
                    return None
                merged = inputs[0].clone()  # [batch token head*head_dim]
                merged.view(*merged.shape[:-1], lm.n_heads, -1)[..., chosen, :] = 0
                return (merged, *inputs[1:])

            stack.callback(attention_layer(lm.model, layer).output.register_forward_pre_hook(silence).remove)
        yield


def _perplexity(logits: Float[Tensor, "token vocab"], ids: Tensor) -> float:
    return math.exp(float(next_token_loss(logits, ids).mean())) if len(ids) > 1 else math.nan
