"""From shards of the model's own text to what heads, exits and a draft learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from core.decoding.with_torch.training.text import Shard

HELD_OUT = 0.1
"""The share of texts, the last ones, on which accuracy is measured and nothing learned."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Places at which the model wrote, all texts one after the other.

    Args:
        hidden: by layer, the state from which the next token is predicted.
        label: the place in the small vocabulary of the model's first choice there and for the tokens ahead; -1 for a
            token outside of the vocabulary or after the end.
    """

    hidden: dict[int, Float[Tensor, "place d"]]
    label: Int[Tensor, "place ahead"]

    def __len__(self) -> int:
        return len(self.label)


def frequent_tokens(parts: Sequence[Shard], *, size: int) -> Int[Tensor, "known"]:
    """The tokens met most often in the shards, sorted by id: a head over them costs a fraction of the whole one.

    Source: Zhao et al. 2025, FR-Spec (2502.14856).
    """
    counts = torch.bincount(torch.cat([part.token_ids[part.real] for part in parts]))
    known: Tensor = counts.topk(min(size, int((counts > 0).sum()))).indices.sort().values
    return known


def examples(
    parts: Sequence[Shard], vocabulary: Int[Tensor, "known"], *, layers: Sequence[int], ahead: int
) -> tuple[Examples, Examples]:
    """What is learned from, and what is held out.

    Args:
        parts: the shards.
        vocabulary: the tokens that may be predicted.
        layers: whose states are taken.
        ahead: how many tokens after the next one have labels too.

    Invariant: the two share no text.
    """
    place_of = torch.full((int(max(part.choice.max() for part in parts)) + 1,), -1)
    within = vocabulary[vocabulary < len(place_of)]
    place_of[within] = torch.arange(len(within))
    learned: list[Examples] = []
    held: list[Examples] = []
    for part in parts:
        cut = round(len(part.token_ids) * (1 - HELD_OUT))
        for texts, into in ((slice(0, cut), learned), (slice(cut, None), held)):
            into.append(_of_shard(part, texts, place_of, layers, ahead))
    return _joined(learned), _joined(held)


def _of_shard(part: Shard, texts: slice, place_of: Int[Tensor, "token"], layers: Sequence[int], ahead: int) -> Examples:
    width = part.token_ids.shape[1] - part.hidden[layers[0]].shape[1]
    written = part.written[texts, width:]
    choice = part.choice[texts, width - 1 : -1]
    label = torch.where(written, place_of[choice.clamp(min=0)], -1)
    shifted = [torch.nn.functional.pad(label[:, step:], (0, step), value=-1) for step in range(ahead + 1)]
    return Examples({layer: part.hidden[layer][texts][written] for layer in layers}, torch.stack(shifted, -1)[written])


def _joined(parts: Sequence[Examples]) -> Examples:
    hidden = {layer: torch.cat([part.hidden[layer] for part in parts]) for layer in parts[0].hidden}
    return Examples(hidden, torch.cat([part.label for part in parts]))


def causal_inputs(
    part: Shard, rows: slice
) -> tuple[Int[Tensor, "text place"], Float[Tensor, "text 1 place place"], Bool[Tensor, "text place"]]:
    """Tokens, additive causal mask and the real places of some texts, for a model that reads them at once."""
    real = part.real[rows]
    size = real.shape[1]
    allowed = torch.ones(size, size).tril().bool()[None] & real[:, None, :]
    allowed |= torch.eye(size, dtype=torch.bool)  # padding sees itself, so that its softmax is defined
    mask = torch.zeros(allowed.shape).masked_fill_(~allowed, torch.finfo(torch.float32).min)
    return part.token_ids[rows], mask[:, None], real
