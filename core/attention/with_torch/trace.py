"""One forward pass that keeps what the attention page shows: maps, hidden states, logits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.attention.identities import map_checks
from core.checks import Check
from core.language import attention_layer, can_take_apart, encode, readable_tokens
from core.models import CausalLM, Encoder
from core.numbers import require

# Without eager attention transformers only logs a line and computes no maps at all.
_NO_MAPS = "{} returned no attention maps: load it with attn_implementation='eager'."


@dataclass(frozen=True, eq=False)
class AttentionTrace:
    """Everything one forward pass says about a text.

    Args:
        model: the model's name in the catalogue.
        text: the text that was run.
        tokens: its pieces as a person would write them, see `readable_tokens`.
        token_ids: its token ids.
        weights: attention maps A; A[l, h, q, k] is how much token q takes from token k.
        hidden: hidden[l] is the input of layer l; hidden[-1] is the model's last hidden state, which in Llama and GPT
            models lies after the final norm.
        logits: scores of the next token at each position; None for an encoder.
        causal: whether a token sees only itself and earlier tokens.
        checks: identities recomputed for these maps.
    """

    model: str
    text: str
    tokens: list[str]
    token_ids: Int[Tensor, "token"]
    weights: Float[Tensor, "layer head query key"]
    hidden: Float[Tensor, "layer+1 token d"]
    logits: Float[Tensor, "token vocab"] | None
    causal: bool
    checks: tuple[Check, ...]


def trace(lm: CausalLM | Encoder, text: str, *, max_tokens: int = 512) -> AttentionTrace:
    """Runs a text through a model once and keeps its attention maps, hidden states and logits.

    A = softmax(q k^T * scaling + mask), as the model itself computed it (eager attention), in float32.

    Args:
        lm: a causal language model or an encoder, loaded with eager attention.
        text: at least one token; more than `max_tokens` is refused before the model runs.
        max_tokens: the largest number of tokens. The maps take 4 bytes * layers * heads * tokens^2: 283 MB for SmolLM2
            at 512 tokens.

    Raises:
        ValueError: for an empty or too long text, or a model without eager attention or not in float32.

    Invariant: each row of `weights` sums to 1.
    Source: Vaswani et al. 2017, section 3.2.1; `output_attentions` of transformers.
    """
    require(isinstance(lm, CausalLM | Encoder), "lm", lm, "a loaded causal language model or encoder")
    token_ids = torch.from_numpy(encode(lm, text, max_tokens=max_tokens))
    if lm.model.dtype != torch.float32:
        raise ValueError(f"{lm.name} is loaded in {lm.model.dtype}; its maps are traced in torch.float32 only.")
    with torch.inference_mode():
        weights = torch.empty(lm.n_layers, lm.n_heads, len(token_ids), len(token_ids))
        output = _run(lm, token_ids, weights)
        hidden = torch.cat(output.hidden_states)
        causal = isinstance(lm, CausalLM)
        return AttentionTrace(
            model=lm.name,
            text=text,
            tokens=readable_tokens(lm.tokenizer, token_ids.tolist()),
            token_ids=token_ids,
            weights=weights,
            hidden=hidden,
            logits=output.logits[0] if causal else None,
            causal=causal,
            checks=map_checks(weights.numpy(), causal=causal),
        )


def trace_bytes(lm: CausalLM | Encoder, text: str) -> float:
    """Bytes that a text's trace takes at its peak: maps, hidden states twice, logits, all in float32.

    4 n (L H n + 2 (L + 1) d + V) for n tokens; an encoder has no logits. The tokens are counted as the model's
    tokenizer cuts them: a bound by characters would reserve some twenty times as much, and put out what others use.

    Raises:
        ValueError: for an empty or too long text.

    Invariant: at least the bytes of what `trace` returns. Source: the shapes of `AttentionTrace`.
    """
    tokens, config = len(encode(lm, text)), lm.model.config
    hidden = (lm.n_layers + 1) * config.hidden_size
    scores = config.vocab_size if isinstance(lm, CausalLM) else 0
    return float(4 * tokens * (lm.n_layers * lm.n_heads * tokens + 2 * hidden + scores))


def _run(
    lm: CausalLM | Encoder, token_ids: Int[Tensor, "token"], weights: Float[Tensor, "layer head query key"]
) -> Any:
    """Runs the model and writes its maps into `weights`. Returns what the model returned."""
    options = {"use_cache": False} if isinstance(lm, CausalLM) else {}
    if can_take_apart(lm.model):
        # Each layer's maps are copied and freed before the next layer's are made. Kept until the end and then stacked,
        # as below, they take twice the memory and, from 512 tokens on, a quarter more time.
        with maps_seen(lm, lambda layer, maps: weights[layer].copy_(maps)):
            return lm.model(input_ids=token_ids[None], output_hidden_states=True, **options)
    output = lm.model(input_ids=token_ids[None], output_attentions=True, output_hidden_states=True, **options)
    if len(output.attentions or ()) != lm.n_layers:
        raise ValueError(_NO_MAPS.format(lm.name))
    torch.cat(output.attentions, out=weights)
    return output


@contextmanager
def maps_seen(lm: CausalLM | Encoder, see: Callable[[int, Float[Tensor, "head query key"]], object]) -> Iterator[None]:
    """While open, each layer's maps of this thread's runs are shown as they are made, and not kept.

    Args:
        lm: a model that can be taken apart, with eager attention.
        see: called with the layer and its maps, shape [head query key], of the first text of a batch.

    Raises:
        ValueError: during a run, for a model without eager attention.

    Invariant: nothing is left of a layer's maps when the next layer's are made, but what `see` has kept.
    Source: the forward hooks of torch.
    """
    owner = threading.get_ident()

    def shower(layer: int) -> Callable[[nn.Module, Any, tuple[Tensor, Tensor | None]], None]:
        """The hook of one layer's attention module."""

        def show(_: nn.Module, __: Any, result: tuple[Tensor, Tensor | None]) -> None:
            """Shows the maps of this thread's run."""
            # The model is shared between sessions: another thread's run is not ours to see.
            if threading.get_ident() != owner:
                return
            if result[1] is None:
                raise ValueError(_NO_MAPS.format(lm.name))
            see(layer, result[1][0])

        return show

    with ExitStack() as hooks:
        for layer in range(lm.n_layers):
            module = attention_layer(lm.model, layer).module
            hooks.callback(module.register_forward_hook(shower(layer)).remove)
        yield


def shift_check(lm: CausalLM | Encoder, trace: AttentionTrace, *, shift: int = 100) -> Check | None:
    """Moves the whole text `shift` positions to the right and compares the maps: RoPE sees distances alone.

    The score of query q at position m and key k at position n is <R_m q, R_n k> = <q, R_(n-m) k>, so adding a constant
    to every position changes nothing but rounding.

    Args:
        lm: the model that made the trace.
        trace: a trace of `lm`, shape [layer head query key].
        shift: positions added to every token, at least 1; shift + tokens must fit the model's positions.

    Returns:
        The check with the largest change of a weight, or None for a model with learned positions, where shifting the
        text does change it.

    Raises:
        ValueError: for a RoPE model, if `shift` is below 1 or the shifted text would run past the last position.

    Invariant: passes for every RoPE model; stretching the positions instead of shifting them fails.
    Source: Su et al. 2021 (RoFormer), section 3.2.
    """
    n_tokens, last = len(trace.token_ids), int(lm.model.config.max_position_embeddings)
    if not hasattr(lm.model.base_model, "rotary_emb"):
        return None
    if not 1 <= shift <= last - n_tokens:
        raise ValueError(f"shift = {shift} must lie in 1 to {last - n_tokens} for {n_tokens} tokens.")
    error = max(_changes(lm, trace, torch.arange(n_tokens) + shift))
    # In units of float32 rounding, 2**-24: another rounding of scores up to 64 adds 64 in each layer, and an angle of p
    # radians is off by p, which enters a weight through a quarter (softmax) of a score's derivative, up to 32.
    bound = 2.0**-24 * (64 * lm.n_layers + 8 * (shift + n_tokens))
    detail = f"largest change of a weight with every position moved by {shift}; the bound is float32 rounding"
    return Check("Only distances matter", error, bound, detail)


def _changes(lm: CausalLM | Encoder, trace: AttentionTrace, positions: Int[Tensor, "token"]) -> list[float]:
    """The largest change of a weight in each layer with the tokens at other positions."""
    if not can_take_apart(lm.model):
        moved = maps_at(lm, trace.token_ids, positions)
        return [float((new[0] - old).abs().max()) for new, old in zip(moved, trace.weights, strict=True)]
    changes: list[float] = []
    # Layer by layer, and without the head of the vocabulary: all maps and logits of 512 tokens would take 380 MB.
    with (
        torch.inference_mode(),
        maps_seen(lm, lambda layer, maps: changes.append(float((maps - trace.weights[layer]).abs().max()))),
    ):
        lm.model.base_model(**_placed(trace.token_ids, positions), use_cache=False)
    return changes


def _placed(token_ids: Int[Tensor, "token"], positions: Int[Tensor, "token"]) -> dict[str, Tensor]:
    """The inputs of a model for tokens at positions of one's choice.

    Without a mask transformers reads positions that are not consecutive as several packed texts and cuts the attention
    between them (masking_utils.find_packed_sequence_indices).
    """
    mask = torch.ones_like(token_ids)[None]
    return {"input_ids": token_ids[None], "attention_mask": mask, "position_ids": positions[None]}


def maps_at(
    lm: CausalLM | Encoder, token_ids: Int[Tensor, "token"], positions: Int[Tensor, "token"]
) -> tuple[Float[Tensor, "1 head query key"], ...]:
    """The attention maps of a text, one for each layer, with its tokens at positions of one's choice.

    Args:
        lm: a model with eager attention.
        token_ids: shape [token].
        positions: the position of each token, shape [token].

    Invariant: with positions 0, 1, 2, ... these are the maps of `trace`.
    Source: `position_ids` of transformers.
    """
    with torch.inference_mode():
        output = lm.model(**_placed(token_ids, positions), output_attentions=True)
    attentions: tuple[Tensor, ...] = output.attentions
    return attentions
