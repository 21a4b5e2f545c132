"""Runs a Llama model without one of its parts. The model stays as it is: hooks act in the asking thread alone."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.checks import Check
from core.language import backbone, next_token_loss
from core.models import CausalLM, load_causal_lm
from core.progress import Progress, portion
from core.transformer.absence import (
    COMPARED,
    KINDS,
    MOST_OWN,
    PROMPT,
    TEXT,
    WHOLE_MODEL,
    WRITTEN,
    Absence,
    Absences,
    Kind,
    Outcome,
    OwnText,
)

Act = Callable[[nn.Module, tuple[Any, ...], dict[str, Any], Any], Any]
"""A forward hook: module, inputs, named inputs, output -> another output."""


@contextmanager
def without(lm: CausalLM, absence: Absence | None) -> Iterator[None]:
    """Within it, this thread's runs of the model lack a part; None leaves all.

    Args:
        lm: a causal model of the Llama architecture.
        absence: what is missing.

    Raises:
        ValueError: for another architecture, or a layer that the model has not.

    Invariant: afterwards the model computes what it did before, bit for bit.
    """
    stack = backbone(lm.model)
    if absence is None:
        yield
        return
    last = len(stack.layers) - (2 if absence.kind == "layer and next swapped" else 1)
    if absence.layer > last:
        raise ValueError(f"layer = {absence.layer} must lie in 0 to {last} for {absence.kind}.")
    owner = threading.get_ident()
    inside = [False]
    with ExitStack() as hooks:
        for part, act in _acts(stack, absence):
            hooks.callback(part.register_forward_hook(_only_for(owner, inside, act), with_kwargs=True).remove)
        yield


def _only_for(owner: int, inside: list[bool], act: Act) -> Act:
    def hook(module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Any) -> Any:
        """What the part gives instead; None, which keeps its output, for another thread or within an act."""
        # A part that an act runs itself is not altered once more.
        if threading.get_ident() != owner or inside[0]:
            return None
        inside[0] = True
        try:
            return act(module, inputs, named, output)
        finally:
            inside[0] = False

    return hook


def _acts(stack: Any, absence: Absence) -> list[tuple[nn.Module, Act]]:
    layers, at = stack.layers, absence.layer
    if absence.kind == "layer":
        return [(layers[at], lambda module, inputs, named, output: inputs[0])]
    if absence.kind == "attention":
        return [(layers[at].self_attn.o_proj, _nothing)]
    if absence.kind == "feed-forward":
        return [(layers[at].mlp, _nothing)]
    if absence.kind == "feed-forward from here on":
        return [(layer.mlp, _nothing) for layer in layers[at:]]
    if absence.kind == "layer twice":
        return [(layers[at], lambda module, inputs, named, output: module(output, **named))]
    if absence.kind == "layer and next swapped":
        first, second = layers[at], layers[at + 1]
        return [(first, _instead(second)), (second, _instead(first))]
    if absence.kind == "norms":
        norms = [norm for layer in layers for norm in (layer.input_layernorm, layer.post_attention_layernorm)]
        return [(norm, lambda module, inputs, named, output: inputs[0] * module.weight) for norm in norms]
    return [(stack.rotary_emb, _unturned)]


def _unturned(module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: tuple[Tensor, Tensor]) -> Any:
    """Cosines of 1 and sines of 0: RoPE turns nothing."""
    cos, sin = output
    return torch.ones_like(cos), torch.zeros_like(sin)


def _nothing(module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> Tensor:
    return torch.zeros_like(output)


def _instead(other: nn.Module) -> Act:
    def act(module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Any) -> Any:
        return other(*inputs, **named)

    return act


def loss_without(lm: CausalLM, text: str, absence: Absence | None) -> Float[np.ndarray, "guessed"]:
    """The loss of every token but the first, given those before it, in nats, without a part of the model.

    Args:
        lm: a causal model of the Llama architecture.
        text: 2 to 512 tokens.
        absence: what is missing; None for nothing.

    Raises:
        ValueError: for a text out of range, or as `without`.
    """
    ids = lm.tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
    if not 2 <= ids.shape[1] <= 512:
        raise ValueError(f"The text has {ids.shape[1]} tokens; it must have 2 to 512.")
    with torch.inference_mode(), without(lm, absence):
        logits = lm.model(input_ids=ids, use_cache=False).logits[0]
    return np.asarray(next_token_loss(logits, ids[0], dtype=torch.float64).numpy())


def write_without(lm: CausalLM, prompt: str, absence: Absence | None, *, tokens: int = WRITTEN) -> str:
    """How a model continues a prompt without a part, the likeliest token each time.

    Every token is one pass over all before it: the cache would keep what whole layers have made.

    Raises:
        ValueError: as `without`, or for a prompt without a token.
    """
    ids = lm.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
    if ids.shape[1] < 1:
        raise ValueError("The prompt has no token; it must have at least one.")
    start = ids.shape[1]
    with torch.inference_mode(), without(lm, absence):
        for _ in range(tokens):
            following = lm.model(input_ids=ids.long(), use_cache=False, logits_to_keep=1).logits[0, -1].argmax()
            ids = torch.cat([ids.long(), following.view(1, 1)], dim=1)
    written: str = lm.tokenizer.decode(ids[0, start:], skip_special_tokens=False)
    return written


def absences(
    lm: CausalLM,
    *,
    text: str = TEXT,
    prompt: str = PROMPT,
    kinds: Sequence[Kind] = KINDS,
    silent: Sequence[Kind] = (),
    on_progress: Progress | None = None,
) -> Absences:
    """Every part left out in turn: the loss on a text, and how a prompt goes on.

    Args:
        lm: a causal model of the Llama architecture.
        text: 2 to 512 tokens; the project's own without it.
        prompt: 1 token or more; the project's own without it.
        kinds: what is left out.
        silent: of these, those that write nothing, which takes a twelfth of the time.
        on_progress: told the fraction done, and as a small result the kind that is under way with its losses so far;
            raising from it stops the work.

    Raises:
        ValueError: for another architecture, or a text or prompt out of range.
    """
    report = portion(on_progress)
    count = len(backbone(lm.model).layers)
    layers = {kind: 1 if kind in WHOLE_MODEL else count - (kind == "layer and next swapped") for kind in kinds}
    asked = [(kind, Absence(kind, layer)) for kind in kinds for layer in range(layers[kind])]
    whole = loss_without(lm, text, None)
    outcome = Outcome(float(whole.mean()), write_without(lm, prompt, None))
    by_kind: dict[str, tuple[Outcome, ...]] = dict.fromkeys(kinds, ())
    for done, (kind, absence) in enumerate(asked, 1):
        written = "" if kind in silent else write_without(lm, prompt, absence)
        by_kind[kind] += (Outcome(float(loss_without(lm, text, absence).mean()), written),)
        so_far = np.array([one.loss for one in by_kind[kind]])
        report(done / len(asked), f"{kind}: {done} of {len(asked)}", (kind, outcome.loss, so_far))
    return Absences(lm.name, text, outcome, by_kind, absence_checks(lm, text, whole))


def absences_on(own: OwnText, *, on_progress: Progress | None = None) -> Absences:
    """The parts of one kind left out on a visitor's text, by the default decoder, which also continues that text.

    Raises:
        ValueError: for a text out of range.
    """
    torch.set_num_threads(1)
    lm = load_causal_lm()
    count = len(lm.tokenizer(own.text, add_special_tokens=False)["input_ids"])
    if not 2 <= count <= MOST_OWN:
        raise ValueError(f"The text has {count} tokens; it must have 2 to {MOST_OWN}.")
    beside = COMPARED if own.kind in WHOLE_MODEL else ()
    return absences(
        lm, text=own.text, prompt=own.text, kinds=(own.kind, *beside), silent=beside, on_progress=on_progress
    )


def absence_checks(lm: CausalLM, text: str, whole: Float[np.ndarray, "guessed"]) -> tuple[Check, ...]:
    """The model is untouched after all, and a layer left out is attention and feed-forward both silent.

    Args:
        lm: the model.
        text: on which the losses were measured.
        whole: the losses of the untouched model, measured before anything was left out.
    """
    after = loss_without(lm, text, None)
    untouched = float(np.abs(after - whole).max())
    middle = len(backbone(lm.model).layers) // 2
    left_out = loss_without(lm, text, Absence("layer", middle))
    with without(lm, Absence("attention", middle)):
        both = loss_without(lm, text, Absence("feed-forward", middle))
    error = float(np.abs(left_out - both).max())
    return (
        Check("Afterwards the model is as before", untouched, 0.0, "largest difference of a loss, in nats"),
        Check("A layer left out = both of its parts silent", error, 0.0, f"layer {middle}, largest, in nats"),
    )
