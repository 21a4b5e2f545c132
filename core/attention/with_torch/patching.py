"""Copying parts of one text's run into another's, layer by layer, at a fraction of the price of as many full passes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.attention.patching import (
    MOST_TOKENS,
    Kind,
    PatchedTexts,
    Patching,
    PatchRun,
    Positions,
    require_gap,
    require_lengths,
    require_map,
    require_texts,
)
from core.attention.with_torch.attribution import attribution_of, require_pair
from core.attention.with_torch.interventions import key_mask
from core.attention.with_torch.stream import Stream, require_causal, rounding, stream
from core.checks import Check
from core.language import attention_layer, encode, final_norm, readable_tokens
from core.models import CausalLM
from core.progress import Progress, portion

# Rows of a matrix product: more at once are no faster, and the attention maps of a batch need the memory.
_BATCH_TOKENS = 1024


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two runs, and the two tokens whose logits are compared."""

    lm: CausalLM
    clean: Stream
    corrupted: Stream
    answer: int
    wrong: int

    @property
    def n_tokens(self) -> int:
        return len(self.clean.token_ids)

    def difference(self, logits: Float[Tensor, "vocab"]) -> float:
        """Logit of the answer less that of the wrong one."""
        return float(logits[self.answer].double() - logits[self.wrong].double())


def patch(
    lm: CausalLM,
    clean: str,
    corrupted: str,
    *,
    answer: int,
    wrong: int,
    kind: Kind = "residual",
    positions: Positions = "all",
    on_progress: Progress | None = None,
) -> Patching:
    """Copies each part of the clean text's run into the corrupted text's, one at a time, and reads the last logits.

    d = logit(answer) - logit(wrong) at the last position; recovered = (d_patched - d_corrupted) / (d_clean -
    d_corrupted). Below the copied part nothing changes, so each run begins at that layer's input; the parts of a layer
    run through the layers above as one batch, and only two logits are read.

    Args:
        lm: a causal language model in float32.
        clean, corrupted: texts with equally many tokens, 1 to 512.
        answer, wrong: token ids, not the same one.
        kind: "residual", the stream after layer l at one token; "mlp", what the MLP of layer l adds at one token;
            "head", one head's output before the output matrix.
        positions: where a head's output is copied: "all" tokens, or the "last" one. A residual or MLP map has a column
            for each token, so that it is the same for both.
        on_progress: told the fraction done and the shares recovered so far, [layer column], NaN for those to come; an
            exception it raises cancels and leaves nothing behind.

    Raises:
        ValueError: for texts of different lengths, empty or too long; tokens out of range or the same one twice; an
            unknown kind or positions; two texts with the same difference; an encoder or an architecture that is not
            taken apart here.

    Invariant: the residual map's last row is 0 but for the last token, where it is 1.
    Source: Meng et al. 2022, "Locating and Editing Factual Associations in GPT", section 2.1; Wang et al. 2022,
        "Interpretability in the Wild", section 3.
    """
    require_causal(lm)
    require_map(kind, positions)
    pair = _pair(lm, clean, corrupted, answer, wrong)
    return _patching(pair, kind, positions, on_progress)


def patched_texts(lm: CausalLM, params: PatchRun, *, on_progress: Progress | None = None) -> PatchedTexts:
    """One map of two texts, and whose work the answer is in either of them.

    Args:
        lm: the model that the params name.
        params: the texts, their answers in words and what is copied.
        on_progress: as of `patch`.

    Raises:
        ValueError: as `patch`, and for an answer that is not one token.

    Invariant: the map is that of `patch`, the attributions those of `attribute`.
    """
    answer, wrong = require_run(lm, params)
    pair = _pair(lm, params.clean, params.corrupted, answer, wrong)
    made = _patching(pair, params.kind, params.positions, on_progress)
    parts = (attribution_of(lm, run, answer, wrong) for run in (pair.clean, pair.corrupted))
    return PatchedTexts((made,), *parts)


def require_run(lm: CausalLM, params: PatchRun) -> tuple[int, int]:
    """The token ids of the two answers of a run that can be made.

    Raises:
        ValueError: for texts of different lengths, equal, empty or of more than MOST_TOKENS tokens, and for answers
            that are not one token each or the same one.
    """
    require_texts(params)
    answer, wrong = require_pair(lm, *(token_of(lm, word) for word in (params.answer, params.wrong)))
    require_lengths(*(len(encode(lm, text, max_tokens=MOST_TOKENS)) for text in (params.clean, params.corrupted)))
    return answer, wrong


def token_of(lm: CausalLM, word: str) -> int:
    """The token id of a word as it continues a text: with one space before it.

    Raises:
        ValueError: for a word that is not one token.
    """
    ids = lm.tokenizer(f" {word.strip()}", add_special_tokens=False)["input_ids"] if word.strip() else []
    if len(ids) != 1:
        pieces = " ".join(readable_tokens(lm.tokenizer, ids)) or "nothing"
        raise ValueError(f"The answer {word[:30]!r} must be one token with a space before it; it is {pieces}.")
    return int(ids[0])


def _pair(lm: CausalLM, clean: str, corrupted: str, answer: object, wrong: object) -> _Pair:
    runs = stream(lm, clean), stream(lm, corrupted)
    first, second = require_pair(lm, answer, wrong)
    require_lengths(*(len(run.token_ids) for run in runs))
    pair = _Pair(lm, *runs, first, second)
    require_gap(pair.difference(runs[0].logits), pair.difference(runs[1].logits), rounding(lm))
    return pair


def _patching(pair: _Pair, kind: Kind, positions: Positions, on_progress: Progress | None) -> Patching:
    lm, tell = pair.lm, portion(on_progress)
    columns = lm.n_heads if kind == "head" else pair.n_tokens
    clean, corrupted = pair.difference(pair.clean.logits), pair.difference(pair.corrupted.logits)
    patched = np.full((lm.n_layers, columns), np.nan)
    work = np.cumsum(np.arange(lm.n_layers, 0, -1)) / (lm.n_layers * (lm.n_layers + 1) / 2)
    step = max(1, _BATCH_TOKENS // pair.n_tokens)
    with torch.inference_mode():
        for layer in range(lm.n_layers):
            for first in range(0, columns, step):
                chosen = range(first, min(first + step, columns))
                patched[layer, chosen] = _differences(pair, kind, positions, layer, chosen)
            so_far = (patched - corrupted) / (clean - corrupted)
            tell(0.98 * work[layer], f"Layer {layer + 1} of {lm.n_layers}", so_far)
        tell(0.98, "Checking one part by a full pass", so_far)
        checks = _checks(pair, kind, positions, patched)
    tokens, others = (
        tuple(readable_tokens(lm.tokenizer, run.token_ids.tolist())) for run in (pair.clean, pair.corrupted)
    )
    answers = readable_tokens(lm.tokenizer, [pair.answer]) + readable_tokens(lm.tokenizer, [pair.wrong])
    return Patching(kind, positions, tokens, others, answers[0], answers[1], patched, clean, corrupted, checks)


def _differences(pair: _Pair, kind: Kind, positions: Positions, layer: int, columns: range) -> Float[np.ndarray, "n"]:
    """The difference of the two logits with each of these parts of a layer copied on its own."""
    lm, start = pair.lm, pair.corrupted.states[layer][None]
    with replaced(lm, pair.clean, kind, positions, layer, columns):
        hidden = attention_layer(lm.model, layer).block(start, key_mask(pair.n_tokens, ()))
    return _read(pair, hidden, layer + 1)


def _read(pair: _Pair, hidden: Float[Tensor, "n token d"], layer: int) -> Float[np.ndarray, "n"]:
    """The difference of the two logits after the layers from this one up."""
    model, mask = pair.lm.model, key_mask(pair.n_tokens, ())
    for above in range(layer, pair.lm.n_layers):
        hidden = attention_layer(model, above).block(hidden, mask)
    readout = model.get_output_embeddings()
    two = [pair.answer, pair.wrong]
    logits = final_norm(model, hidden[:, -1]).double() @ readout.weight[two].double().T
    if readout.bias is not None:
        logits = logits + readout.bias[two].double()
    return np.asarray((logits[:, 0] - logits[:, 1]).numpy())


@contextmanager
def replaced(
    lm: CausalLM, clean: Stream, kind: Kind, positions: Positions, layer: int, columns: range
) -> Iterator[None]:
    """While open, this thread's one-text runs of a layer become a batch: one entry for each part copied from `clean`.

    Args:
        lm: the model. clean: the run copied from.
        kind, positions, layer: what is copied. columns: the tokens, or the heads.
    """
    owner = threading.get_ident()
    parts = attention_layer(lm.model, layer)

    def spread_heads(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Before the output matrix: one copy of the heads' outputs for each head that is copied."""
        # The model is shared between sessions, and a hook is not: another thread's run passes untouched.
        if threading.get_ident() != owner:
            return None
        merged = inputs[0].repeat(len(columns), 1, 1)  # [1 token head*head_dim] -> [batch token head*head_dim]
        outputs = merged.view(*merged.shape[:-1], lm.n_heads, -1)
        own = clean.heads[layer].view(outputs.shape[1:])
        tokens = slice(None) if positions == "all" else slice(-1, None)
        for entry, head in enumerate(columns):
            outputs[entry, tokens, head] = own[tokens, head]
        return (merged, *inputs[1:])

    def spread_tokens(_: nn.Module, __: Any, output: Tensor) -> Tensor | None:
        """After a layer or its MLP: one copy of the output for each token that is copied."""
        if threading.get_ident() != owner:
            return None
        copies = output.repeat(len(columns), 1, 1)  # [1 token d] -> [batch token d]
        own = clean.states[layer + 1] if kind == "residual" else clean.mlps[layer]
        for entry, token in enumerate(columns):
            copies[entry, token] = own[token]
        return copies

    if kind == "head":
        handle = parts.output.register_forward_pre_hook(spread_heads)
    else:
        handle = (parts.layer if kind == "residual" else parts.mlp).register_forward_hook(spread_tokens)
    try:
        yield
    finally:
        handle.remove()


def _checks(
    pair: _Pair, kind: Kind, positions: Positions, patched: Float[np.ndarray, "layer column"]
) -> tuple[Check, ...]:
    """Everything copied, nothing copied, and one part once more by the model's own full pass."""
    lm, middle = pair.lm, pair.lm.n_layers // 2
    clean, corrupted = pair.difference(pair.clean.logits), pair.difference(pair.corrupted.logits)
    everything = float(_read(pair, pair.clean.states[middle + 1][None], middle + 1)[0])
    itself = _Pair(lm, pair.corrupted, pair.corrupted, pair.answer, pair.wrong)
    nothing = float(_differences(itself, kind, positions, middle, range(1))[0])
    recovered = (patched - corrupted) / (clean - corrupted)
    # Where half of the answer comes back neither run alone could give the number.
    layer, column = divmod(int(np.abs(recovered - 0.5).argmin()), patched.shape[1])
    with replaced(lm, pair.clean, kind, positions, layer, range(column, column + 1)):
        logits = lm.model(input_ids=pair.corrupted.token_ids[None], use_cache=False, logits_to_keep=1).logits[0, -1]
    again = abs(pair.difference(logits) - float(patched[layer, column]))
    bound = rounding(lm, float(logits[[pair.answer, pair.wrong]].abs().max()))
    what = f"head {column}" if kind == "head" else f"token {column}"
    unit = "difference of logits"
    return (
        Check("Everything copied: the clean answer", abs(everything - clean), bound, f"after layer {middle}, {unit}"),
        Check("Nothing copied: the corrupted answer", abs(nothing - corrupted), bound, f"layer {middle}, {unit}"),
        Check("One part again by a full pass", again, bound, f"layer {layer}, {what}, {unit}"),
    )
