"""Every head of a model ablated in turn, at about the price of half as many forward passes."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.attention.interventions import Ablation
from core.attention.ranking import HeadEffects, HeadRanking
from core.attention.with_torch.interventions import intervene, key_mask, stand_in
from core.attention.with_torch.record import top_next
from core.attention.with_torch.trace import AttentionTrace
from core.checks import Check
from core.language import attention_layer, final_norm, next_token_loss, readable_tokens
from core.models import CausalLM
from core.progress import Progress, portion

_TOP = 5
# Rows of a matrix product: more at once are no faster, and the attention maps of a batch need the memory.
_BATCH_TOKENS = 1024

_Reading = tuple[np.ndarray, ...]


def head_effects(
    lm: CausalLM, untouched: AttentionTrace, *, ablation: Ablation = "zero", on_progress: Progress | None = None
) -> HeadEffects:
    """Ablates each head of a model in turn on a text, and measures the losses and the next token.

    Below the ablated layer nothing changes, so each run begins at that layer's input, which the trace holds; the heads
    of a layer share its attention and run through the layers above as one batch.

    Args:
        lm: the model that made the trace.
        untouched: a trace of at least two tokens; `hidden[l]` has the shape [token d].
        ablation: "zero" or "mean", see `intervene`.
        on_progress: told the fraction done and the ranking so far (see `rank_heads`), layer by layer; an exception it
            raises cancels and leaves nothing behind.

    Raises:
        ValueError: for a text of one token, an encoder's trace, or an architecture that is not taken apart here.

    Invariant: head by head the same as `intervene(lm, text, ablate_heads=[(layer, head)])`, to float32 rounding.
    Source: Michel et al. 2019, "Are Sixteen Heads Really Better than One?", section 3.
    """
    params = HeadRanking(lm.name, untouched.text, ablation)
    _require_rankable(untouched)
    tell = portion(on_progress)
    plan = _plan(lm, len(untouched.token_ids))
    # The layers above, and the language-model head with its softmax, which costs about as much as ten layers.
    work = np.cumsum([0, *((lm.n_layers - layer + 10) * len(heads) for layer, heads in plan)])
    readings: list[_Reading] = []
    with torch.inference_mode():
        loss_before = next_token_loss(_logits(untouched), untouched.token_ids)
        for (layer, heads), done in zip(plan, work, strict=False):
            message = f"Heads of layer {layer + 1} of {lm.n_layers}"
            tell(0.99 * done / work[-1], message, _change_so_far(lm, readings, loss_before))
            readings.extend(_read(lm, untouched, _without(lm, untouched, layer, heads, ablation)))
    shape = (lm.n_layers, lm.n_heads, -1)
    loss, kl, ids, shares, untouched_shares, before_after = (
        np.stack(arrays).reshape(shape) for arrays in zip(*readings, strict=True)
    )
    tell(0.99, "Checking one head by a full pass", _change_so_far(lm, readings, loss_before))
    before_ids = _before_ids(untouched)
    known = sorted({int(token) for token in (*before_ids, *ids.flat)})
    effects = HeadEffects(
        params=params,
        tokens=tuple(untouched.tokens),
        loss_before=loss_before.numpy(),
        loss_after=loss,
        kl=kl[..., 0],
        top_before=top_next(lm, _logits(untouched)[-1], k=_TOP),
        before_ids=before_ids,
        before_after=before_after,
        top_ids=ids,
        top_shares=shares,
        top_untouched=untouched_shares,
        pieces={token: readable_tokens(lm.tokenizer, [token])[0] for token in known},
        checks=(),
    )
    return dataclasses.replace(effects, checks=(ranking_check(lm, untouched, effects),))


def ranking_check(lm: CausalLM, untouched: AttentionTrace, effects: HeadEffects) -> Check:
    """Ablates the head with the largest effect once more, by a full forward pass of `intervene`.

    Args:
        lm: the model that made the trace.
        untouched: the trace that the effects start from.
        effects: what `head_effects` found; `loss_after` has the shape [layer head target].

    Invariant: passes for the model and text of the effects; effects moved to other heads fail.
    Source: the two sides are the model's own forward pass and the run from the ablated layer on.
    """
    layer, head = divmod(int(np.abs(effects.loss_change).argmax()), lm.n_heads)
    whole = intervene(
        lm, effects.params.text, ablate_heads=[(layer, head)], ablation=effects.params.ablation, untouched=untouched
    )
    error = float(np.abs(whole.loss_after.numpy() - effects.loss_after[layer, head]).max())
    # Both sides do the same operations; only the order of sums differs with the size of a batch. A product of n terms
    # rounds by about sqrt(n) 2**-24 of its size, n up to a few thousand, in each of two parts of each layer; a factor
    # of 8 is left for what later layers make of it.
    bound = 8 * 2 * lm.n_layers * 2.0**-24 * float(lm.model.config.hidden_size) ** 0.5
    detail = f"layer {layer}, head {head}: largest difference of a token's loss in nats"
    return Check("One head again by a full pass", error, bound, detail)


def _require_rankable(untouched: AttentionTrace) -> None:
    if len(untouched.token_ids) < 2:
        raise ValueError(f"The text {untouched.text!r} has 1 token; a loss needs at least 2.")
    if untouched.logits is None:
        raise ValueError(f"{untouched.model} predicts no next token; heads are ranked in causal language models only.")


def _change_so_far(
    lm: CausalLM, readings: list[_Reading], loss_before: Float[Tensor, "predicted"]
) -> Float[np.ndarray, "layer head"]:
    """The change of the mean loss for each head that has been ablated; NaN for those still to come."""
    change = np.full(lm.n_layers * lm.n_heads, np.nan, np.float32)
    change[: len(readings)] = [loss.mean() for loss, *_ in readings]
    return (change - float(loss_before.mean())).reshape(lm.n_layers, lm.n_heads)


def _plan(lm: CausalLM, n_tokens: int) -> list[tuple[int, range]]:
    """The batches: a layer, and some of its heads."""
    step = max(1, _BATCH_TOKENS // n_tokens)
    starts = [(layer, first) for layer in range(lm.n_layers) for first in range(0, lm.n_heads, step)]
    return [(layer, range(first, min(first + step, lm.n_heads))) for layer, first in starts]


def _without(
    lm: CausalLM, untouched: AttentionTrace, layer: int, heads: range, ablation: Ablation
) -> Float[Tensor, "head token d"]:
    """The last hidden states, after the final norm, with each of these heads of a layer ablated on its own."""
    mask = key_mask(len(untouched.token_ids), ())
    with _one_by_one(lm, layer, heads, ablation):
        hidden = attention_layer(lm.model, layer).block(untouched.hidden[layer][None], mask)
    for above in range(layer + 1, lm.n_layers):
        hidden = attention_layer(lm.model, above).block(hidden, mask)
    return final_norm(lm.model, hidden)


@contextmanager
def _one_by_one(lm: CausalLM, layer: int, heads: range, ablation: Ablation) -> Iterator[None]:
    """While open, this thread's one-text runs of a layer become a batch with one entry for each head, ablated there."""
    owner = threading.get_ident()

    def spread(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """A hook on the output projection's input: one entry for each head, ablated there."""
        # The model is shared between sessions, and a hook is not: another thread's run passes untouched.
        if threading.get_ident() != owner:
            return None
        merged = inputs[0].repeat(len(heads), 1, 1)  # [1 token head*head_dim] -> [batch token head*head_dim]
        outputs = merged.view(*merged.shape[:-1], lm.n_heads, -1)
        for entry, head in enumerate(heads):
            outputs[entry, :, head] = stand_in(outputs[entry : entry + 1, :, head], ablation)[0]
        return (merged, *inputs[1:])

    handle = attention_layer(lm.model, layer).output.register_forward_pre_hook(spread)
    try:
        yield
    finally:
        handle.remove()


def _read(lm: CausalLM, untouched: AttentionTrace, hidden: Float[Tensor, "head token d"]) -> Iterator[_Reading]:
    """For each entry of a batch: the losses, the KL divergence at the last position, the likeliest ids, their shares,
    their shares untouched, and the shares of those that are likeliest untouched.

    One entry after the other: the logits of a whole batch would take gigabytes for a long text.
    """
    before = _logits(untouched)[-1].double().log_softmax(dim=-1)
    before_ids = _before_ids(untouched)
    readout = lm.model.get_output_embeddings()
    for states in hidden:
        logits = readout(states)
        after = logits[-1].double().log_softmax(dim=-1)
        # The divergence is never negative; rounding is.
        kl = (before.exp() * (before - after)).sum().clamp(min=0)
        shares, ids = after.exp().topk(min(_TOP, len(after)))
        loss = next_token_loss(logits, untouched.token_ids)
        others = (shares, before[ids].exp(), after[before_ids].exp())
        yield loss.numpy(), kl.float()[None].numpy(), ids.numpy(), *(part.float().numpy() for part in others)


def _before_ids(untouched: AttentionTrace) -> np.ndarray:
    """The ids of the likeliest next tokens, untouched, in the order of `top_next`."""
    shares = _logits(untouched)[-1].double().softmax(dim=-1)
    return np.asarray(shares.topk(min(_TOP, len(shares))).indices.numpy())


def _logits(untouched: AttentionTrace) -> Float[Tensor, "token vocab"]:
    assert untouched.logits is not None  # _require_rankable has seen to it
    return untouched.logits
