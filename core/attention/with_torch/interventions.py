"""Switching heads and tokens off, and seeing what the model says then."""

import math
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from core.attention.interventions import Ablation, Intervention, NextToken, require_ablation, require_temperature
from core.attention.with_torch.record import top_next
from core.attention.with_torch.trace import AttentionTrace, maps_seen
from core.checks import Check
from core.language import attention_layer, encode, heated, largest_change, next_token_loss, readable_tokens
from core.models import CausalLM
from core.numbers import require, whole


def intervene(
    lm: CausalLM,
    text: str,
    *,
    ablate_heads: Iterable[Any] = (),
    mask_keys: Iterable[Any] = (),
    temperature: float = 1.0,
    ablation: Ablation = "zero",
    untouched: AttentionTrace | None = None,
) -> Intervention:
    """Runs a text with some heads and some keys switched off, and compares the next-token probabilities and losses.

    before = softmax(logits); after = softmax(logits' / temperature), logits' from the changed run. The changed run is
    one forward pass; the untouched one is another, unless its trace is handed over.

    Args:
        lm: a causal language model.
        text: at least one token, at most 512.
        ablate_heads: (layer, head) pairs; the head's output is replaced before the output projection merges the heads.
            All heads may be named.
        mask_keys: token positions that every other query, in every layer and head, is forbidden to look at. A token
            still sees itself, so that no row is left without a key: masking token 0, the only key of the first query,
            leaves that query as it is.
        temperature: of the next-token softmax, at least 1e-30. It belongs to the intervention: it changes `after` and
            `loss_after`, never the attention maps.
        ablation: what replaces a head's output: "zero", or "mean", its mean over all tokens of this text in the
            changed run. The mean keeps what the head adds to every token alike, and lets earlier tokens have a share
            of later ones.
        untouched: the trace of this text by this model, if it is known already.

    Raises:
        ValueError: for a text, a layer, a head, a position, a temperature or a kind of ablation out of range, or a
            trace of another text or model.

    Invariant: with the default options `after` equals `before`.
    Source: Michel et al. 2019, "Are Sixteen Heads Really Better than One?" (zero); Wang et al. 2022,
        "Interpretability in the Wild", section 2 (mean).
    """
    require_temperature(temperature)
    require_ablation(ablation)
    ids = torch.from_numpy(encode(lm, text))
    require(isinstance(lm, CausalLM), "lm", lm.name, "a causal language model: an encoder predicts no next token")
    mask_keys = _places(mask_keys, len(ids))
    mask = key_mask(len(ids), mask_keys)
    by_layer = _by_layer(lm, ablate_heads)
    with torch.inference_mode():
        before = _untouched_logits(lm, text, ids, untouched)
        if not by_layer and not mask_keys:
            return _compare(lm, ids, before, before, temperature, ())
        leaks: list[float] = []
        hidden = mask[0, 0] < 0
        watched = (
            maps_seen(lm, lambda _, maps: leaks.append(float(maps[:, hidden].abs().sum())))
            if mask_keys
            else nullcontext()
        )
        with ablated(lm, by_layer, ablation), watched:
            changed = lm.model(input_ids=ids[None], attention_mask=mask, use_cache=False).logits[0]
        checks = (_mask_check(leaks, hidden),) if mask_keys else ()
        return _compare(lm, ids, before, changed, temperature, checks)


def nothing_check(lm: CausalLM, untouched: AttentionTrace) -> Check:
    """Runs a text with the ablation in place in every layer but with no head to replace, and compares all logits.

    Args:
        lm: the model that made the trace.
        untouched: a trace of `lm`; `logits` has the shape [token vocab].

    Raises:
        ValueError: for a trace without logits.

    Invariant: the error is 0 exactly: the same operations on the same numbers.
    Source: the two sides are `trace` and the changed run of `intervene`.
    """
    ids = untouched.token_ids
    with torch.inference_mode(), ablated(lm, {layer: [] for layer in range(lm.n_layers)}, "zero"):
        logits = lm.model(input_ids=ids[None], attention_mask=key_mask(len(ids), ()), use_cache=False).logits[0]
        error = largest_change(logits, _untouched_logits(lm, untouched.text, ids, untouched))
    return Check("Ablating nothing changes nothing", error, 0.0, "largest change of a logit, all positions")


def _untouched_logits(
    lm: CausalLM, text: str, ids: Int[Tensor, "token"], untouched: AttentionTrace | None
) -> Float[Tensor, "token vocab"]:
    if untouched is None:
        logits: Tensor = lm.model(input_ids=ids[None], use_cache=False).logits[0]
        return logits
    require(isinstance(untouched, AttentionTrace), "untouched", untouched, "an AttentionTrace")
    if untouched.logits is None or (untouched.model, untouched.text) != (lm.name, text):
        raise ValueError(
            f"untouched is a trace of {untouched.text[:20]!r} by {untouched.model}; it must be one of {text[:20]!r} by "
            f"{lm.name}, with logits."
        )
    return untouched.logits


def _mask_check(leaks: Sequence[float], hidden: Bool[Tensor, "query key"]) -> Check:
    """Outside the diagonal a masked key must have received exactly nothing, in every layer and head.

    Args:
        leaks: of each layer the sum of the weights on hidden keys.
        hidden: which keys no query may look at.
    """
    alone = int((~hidden).sum(dim=1).eq(1).sum())
    detail = f"largest sum over a layer, future keys included; rows left with nothing but their own token: {alone}"
    return Check("Masked keys get no attention", max(leaks), 0.0, detail)


def _compare(
    lm: CausalLM,
    ids: Int[Tensor, "token"],
    before: Float[Tensor, "token vocab"],
    switched: Float[Tensor, "token vocab"],
    temperature: float,
    checks: tuple[Check, ...],
) -> Intervention:
    """Both runs compared; `switched` are the logits of the changed run, at temperature 1."""
    # In float64: 49,152 float32 terms would sum to 1 only within 1e-5.
    last = heated(switched[-1], temperature)
    first, second = (logits.double().softmax(dim=-1).float() for logits in (before[-1], last))
    losses = [
        next_token_loss(before, ids),
        next_token_loss(switched, ids, temperature=temperature),
        next_token_loss(switched, ids),
    ]
    perplexities = [float(loss.mean(dtype=torch.float64).exp()) if len(loss) else math.nan for loss in losses[:2]]
    return Intervention(
        before=first,
        after=second,
        top_before=top_next(lm, before[-1]),
        top_after=top_next(lm, last),
        likely=_likely(lm, first, second),
        loss_before=losses[0],
        loss_after=losses[1],
        loss_switched=losses[2],
        loss_heated=next_token_loss(before, ids, temperature=temperature),
        perplexity_before=perplexities[0],
        perplexity_after=perplexities[1],
        checks=(*loss_checks(switched, ids, losses[1], temperature=temperature), *checks),
    )


def _likely(
    lm: CausalLM, before: Float[Tensor, "vocab"], after: Float[Tensor, "vocab"], *, k: int = 5
) -> tuple[NextToken, ...]:
    """The k likeliest tokens of either side, with their probabilities on both."""
    likeliest = [shares.topk(min(k, len(shares))).indices.tolist() for shares in (before, after)]
    # By their ids: two tokens may read alike.
    return tuple(
        NextToken(readable_tokens(lm.tokenizer, [token])[0], float(before[token]), float(after[token]))
        for token in dict.fromkeys([*likeliest[0], *likeliest[1]])
    )


def loss_checks(
    logits: Float[Tensor, "token vocab"],
    ids: Int[Tensor, "token"],
    loss: Float[Tensor, "predicted"],
    *,
    temperature: float = 1.0,
) -> tuple[Check, ...]:
    """The largest loss of a text once more, from its own row of logits, in double precision and in numpy.

    loss[t] = ln sum_v exp(z[t, v]) - z[t, token[t + 1]]; nothing for a text of one token.

    Args:
        logits: what becomes z once divided by the temperature, shape [token vocab].
        ids: the text, shape [token].
        loss: what is shown, shape [token - 1].
        temperature: of the softmax.

    Invariant: passes for `next_token_loss` of the same logits; a loss of another token or temperature fails.
    Source: the definition of the cross entropy.
    """
    if not len(loss):
        return ()
    place = int(loss.argmax())
    row = heated(logits[place], temperature).double().numpy()
    again = float(np.log(np.exp(row - row.max()).sum()) + row.max() - row[int(ids[place + 1])])
    # In float32 a sum of n terms is off by about sqrt(n) 2**-24 of itself, and its logarithm by as much; the logits
    # themselves are rounded by 2**-24 of their size, when they are divided, shifted, and subtracted.
    bound = 2.0**-24 * (len(row) ** 0.5 + 4 * float(np.abs(row).max()))
    name = "The largest loss again, in double precision"
    return (Check(name, abs(float(loss[place]) - again), bound, f"token {place + 1}, difference in nats"),)


def key_mask(n_tokens: int, mask_keys: Iterable[Any]) -> Float[Tensor, "1 1 query key"]:
    """The causal mask with some keys hidden from every query but themselves, to be added to the scores.

    Args:
        n_tokens: length of the text.
        mask_keys: positions to hide, each 0 to n_tokens - 1.

    Raises:
        ValueError: for a position out of range.

    Invariant: the diagonal is 0, so every row keeps at least one key.
    Source: the additive 4-D mask of transformers, with the smallest finite float32 in place of -inf.
    """
    hidden = torch.ones(n_tokens, n_tokens, dtype=torch.bool).triu(1)
    hidden[:, _places(mask_keys, n_tokens)] = True
    hidden.fill_diagonal_(fill_value=False)
    return torch.zeros(hidden.shape).masked_fill(hidden, torch.finfo(torch.float32).min)[None, None]


def stand_in(outputs: Float[Tensor, "batch token *rest"], ablation: Ablation) -> Float[Tensor, "batch 1 *rest"]:
    """What replaces the output of ablated heads at every token: 0, or its mean over the tokens.

    Args:
        outputs: the outputs of the heads to replace, shape [batch token ...].
        ablation: "zero" or "mean".

    Invariant: a head whose output is the same at every token is left as it is by "mean".
    """
    return outputs.mean(dim=1, keepdim=True) if ablation == "mean" else torch.zeros_like(outputs[:, :1])


def _places(keys: Iterable[Any], n_tokens: int) -> list[int]:
    """The positions to hide; raises ValueError for one out of range, and for what is no list of whole numbers."""
    allowed = f"positions must lie in 0 to {n_tokens - 1}."
    require(isinstance(keys, Iterable) and not isinstance(keys, str), "mask_keys", keys, f"a list; {allowed[:-1]}")
    places = []
    for key in keys:
        try:
            places.append(whole("key", key, 0, n_tokens - 1))
        except ValueError as error:
            raise ValueError(f"mask_keys holds {key!r}; {allowed}") from error
    return places


def _by_layer(lm: CausalLM, heads: Iterable[Any]) -> dict[int, list[int]]:
    """The heads to ablate in each layer that has some; raises ValueError for what is no list of pairs in range."""
    by_layer: dict[int, list[int]] = {}
    allowed = f"layers lie in 0 to {lm.n_layers - 1}, heads in 0 to {lm.n_heads - 1}."
    listed = isinstance(heads, Iterable) and not isinstance(heads, str)
    require(listed, "ablate_heads", heads, f"a list of pairs; {allowed[:-1]}")
    for pair in heads:
        try:
            layer, head = pair
            layer, head = whole("layer", layer, 0, lm.n_layers - 1), whole("head", head, 0, lm.n_heads - 1)
        except (TypeError, ValueError) as error:
            raise ValueError(f"ablate_heads holds {pair!r}; {allowed}") from error
        by_layer.setdefault(layer, []).append(head)
    return by_layer


@contextmanager
def ablated(lm: CausalLM, by_layer: Mapping[int, list[int]], ablation: Ablation) -> Iterator[None]:
    """While open, this thread's runs of the model have these heads' outputs replaced."""
    owner = threading.get_ident()
    with ExitStack() as stack:
        for layer, heads in by_layer.items():

            def replace(_: nn.Module, inputs: tuple[Any, ...], heads: list[int] = heads) -> tuple[Any, ...] | None:
                """A hook on the output projection's input: the chosen heads' outputs replaced."""
                # The model is shared between sessions, and a hook is not: another thread's run passes untouched.
                if threading.get_ident() != owner:
                    return None
                merged = inputs[0].clone()  # [batch token head*head_dim]
                outputs = merged.view(*merged.shape[:-1], lm.n_heads, -1)
                outputs[..., heads, :] = stand_in(outputs[..., heads, :], ablation)
                return (merged, *inputs[1:])

            stack.callback(attention_layer(lm.model, layer).output.register_forward_pre_hook(replace).remove)
        yield
