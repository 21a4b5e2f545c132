"""Two documents in one sequence of a real model, with and without a mask between them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from core.attention.documents import EncodedDocuments, MaskKind, PackedDocuments, visible
from core.attention.identities import map_checks
from core.attention.record import CompactProjections, compact_projections
from core.attention.with_torch.projections import project_hidden
from core.attention.with_torch.record import top_next
from core.attention.with_torch.trace import maps_at, maps_seen
from core.checks import Check
from core.language import encode, readable_tokens
from core.models import CausalLM, Encoder
from core.numbers import place


def packed_documents(lm: CausalLM, first: str, second: str, *, layer: int = 0) -> PackedDocuments:
    """Runs two documents in one sequence under three settings, and compares every logit with each document alone.

    1. The causal mask, positions 0, 1, 2, ...: the second document looks at the first.
    2. The document mask, the same positions.
    3. The document mask, positions that restart at 0 with the second document: how packed texts are trained on.

    Args:
        lm: a causal language model with eager attention.
        first: a document of at least one token.
        second: another one; both together at most 512 tokens.
        layer: the layer whose maps to keep, 0 to layers - 1.

    Raises:
        ValueError: for an empty document, too many tokens, or a layer out of range.

    Invariant: in setting 3 every logit is that of the document alone, to float32 rounding.
    Source: Llama Team 2024, "The Llama 3 Herd of Models", section 3.2; Krell et al. 2021, "Efficient Sequence Packing
        without Cross-contamination".
    """
    layer = place("layer", layer, lm.n_layers)
    documents = [torch.from_numpy(encode(lm, text)) for text in (first, second)]
    lengths = (len(documents[0]), len(documents[1]))
    _require_room(sum(lengths))
    packed = torch.cat(documents)
    onward, restarted = torch.arange(len(packed)), torch.cat([torch.arange(length) for length in lengths])
    with torch.inference_mode():
        alone = torch.cat([lm.model(input_ids=ids[None], use_cache=False).logits[0] for ids in documents])
        # One run after the other, each let go: three of 512 tokens together would take a gigabyte.
        causal = _run(lm, packed, additive("causal", lengths), onward, alone, lengths, layer)
        masked = _run(lm, packed, additive("document", lengths), onward, alone, lengths, layer)
        document = _run(lm, packed, additive("document", lengths), restarted, alone, lengths, layer)
        return PackedDocuments(
            model=lm.name,
            tokens=tuple(readable_tokens(lm.tokenizer, packed.tolist())),
            lengths=lengths,
            layer=layer,
            causal_maps=causal.maps.numpy(),
            document_maps=document.maps.numpy(),
            causal_projections=_projections(lm, causal.hidden, layer),
            document_projections=_projections(lm, document.hidden, layer, restarts=lengths[:1]),
            causal_difference=causal.difference.numpy(),
            mask_difference=masked.difference.numpy(),
            document_difference=document.difference.numpy(),
            top_alone=top_next(lm, alone[-1]),
            top_causal=top_next(lm, causal.last),
            top_document=top_next(lm, document.last),
            checks=_checks(document, alone, lm.n_layers),
        )


def encoded_documents(encoder: Encoder, first: str, second: str, *, layer: int = 0) -> EncodedDocuments:
    """Runs two documents in one sequence of an encoder: [CLS] first second [SEP], without a mask.

    Args:
        encoder: an encoder with eager attention whose tokenizer puts one special token on each side of a text.
        first: a document of at least one token.
        second: another one; both together and the special tokens at most 512 tokens.
        layer: the layer whose maps to keep, 0 to layers - 1.

    Raises:
        ValueError: for an empty document, too many tokens, or a layer out of range.

    Invariant: for an encoder that splits texts at spaces, the maps are those of `trace(encoder, f"{first} {second}")`.
    Source: Devlin et al. 2018, "BERT" (attention in both directions).
    """
    layer = place("layer", layer, encoder.n_layers)
    ids = [torch.from_numpy(encode(encoder, text)) for text in (first, second)]
    packed = torch.cat([ids[0][:-1], ids[1][1:]])
    _require_room(len(packed))
    maps = torch.cat(maps_at(encoder, packed, torch.arange(len(packed)))).numpy()
    with torch.inference_mode():
        hidden = encoder.model(input_ids=packed[None], output_hidden_states=True).hidden_states[layer][0]
    middle = len(ids[0]) - 1
    return EncodedDocuments(
        model=encoder.name,
        tokens=tuple(readable_tokens(encoder.tokenizer, packed.tolist())),
        spans=((1, middle), (middle, len(packed) - 1)),
        layer=layer,
        maps=maps[layer],
        projections=compact_projections(project_hidden(encoder, hidden, layer, causal=False)),
        checks=tuple(
            replace(check, name=f"{check.name} in {encoder.name}") for check in map_checks(maps, causal=False)
        ),
    )


def _require_room(n_tokens: int) -> None:
    if n_tokens > 512:
        raise ValueError(f"The documents have {n_tokens} tokens together; at most 512 are allowed. Shorten them.")


def additive(kind: MaskKind, lengths: tuple[int, ...]) -> Float[Tensor, "1 1 query key"]:
    """The mask of `visible` as a tensor to be added to the scores: 0 where a key is seen.

    Args:
        kind: see `visible`.
        lengths: tokens of each document.

    Raises:
        ValueError: for another kind, or a document without a token.

    Invariant: the diagonal is 0.
    Source: the additive 4-D mask of transformers, with the smallest finite float32 in place of -inf.
    """
    hidden = torch.from_numpy(~visible(kind, lengths))
    return torch.zeros(hidden.shape).masked_fill(hidden, torch.finfo(torch.float32).min)[None, None]


class _Run(NamedTuple):
    """What is kept of one run of both documents.

    Args:
        maps: of one layer, shape [head query key].
        across: of each layer the sum of the weights that look across documents or ahead.
        difference: the largest difference of a logit from those of the document alone, shape [token].
        last: the logits of the last token, shape [vocab].
        hidden: the input of the layer, shape [token d].
    """

    maps: Float[Tensor, "head query key"]
    across: list[float]
    difference: Float[Tensor, "token"]
    last: Float[Tensor, "vocab"]
    hidden: Float[Tensor, "token d"]


def _run(
    lm: CausalLM,
    ids: Int[Tensor, "token"],
    mask: Float[Tensor, "1 1 query key"],
    positions: Int[Tensor, "token"],
    alone: Float[Tensor, "token vocab"],
    lengths: tuple[int, int],
    layer: int,
) -> _Run:
    hidden = torch.from_numpy(~visible("document", lengths))
    kept: list[Tensor] = []
    across: list[float] = []

    def see(at: int, maps: Tensor) -> None:
        """Keeps the maps of one layer, and of all of them what looks where a document mask hides."""
        across.append(float(maps[:, hidden].abs().sum()))
        if at == layer:
            kept.append(maps.clone())

    # The mask is given in full: without one, transformers would read positions that restart as packed documents and
    # put in a mask of its own (masking_utils.find_packed_sequence_indices).
    with maps_seen(lm, see):
        output = lm.model(
            input_ids=ids[None],
            attention_mask=mask,
            position_ids=positions[None],
            use_cache=False,
            output_hidden_states=True,
        )
    logits, hidden = output.logits[0], output.hidden_states[layer][0].clone()
    return _Run(kept[0], across, (logits - alone).abs().amax(dim=-1), logits[-1].clone(), hidden)


def _projections(
    lm: CausalLM, hidden: Float[Tensor, "token d"], layer: int, *, restarts: Sequence[int] = ()
) -> CompactProjections:
    """Queries, keys and values of a layer from its input, as they are kept."""
    return compact_projections(project_hidden(lm, hidden, layer, causal=True, restarts=restarts))


def _checks(document: _Run, alone: Float[Tensor, "token vocab"], layers: int) -> tuple[Check, ...]:
    # Both sides do the same operations; rows of another length are summed in another order. A sum of n float32 terms is
    # off by about sqrt(n) 2**-24 of their size, n up to 2048 in these models; two of them in each layer add up.
    bound = math.sqrt(2 * layers) * math.sqrt(2048) * 2.0**-24 * float(alone.abs().max())
    error = float(document.difference.max())
    detail = "largest difference of a logit at any token; the bound is float32 rounding"
    return (
        Check("Each document's logits are those of the document alone", error, bound, detail),
        Check(
            "Nothing looks across documents",
            max(document.across),
            0.0,
            "largest sum over a layer, future keys included",
        ),
    )
