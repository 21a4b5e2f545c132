"""A model with one part exchanged, while everybody else keeps using the model as it is."""

import copy

import torch
from torch import Tensor, nn

from core.positional.frequencies import RopeFrequencies


def substitute(model: nn.Module, path: str, replacement: nn.Module) -> nn.Module:
    """A copy of a model in which one submodule is another; all others, and all weights, are shared, not copied.

    The model itself is never touched, so any number of threads may run it and its variants at the same time. Do not ask
    a variant for attentions or hidden states: transformers would then hang hooks on the shared layers once more.

    Args:
        model: any module.
        path: where the part sits, with dots: "embeddings.position_embeddings".
        replacement: what takes its place.

    Raises:
        ValueError: if the model has no such part.

    Invariant: every parameter outside `path` is the same object in both.
    Source: `torch.nn.Module` keeps its parts in `_modules`, which `copy.copy` would share.
    """
    name, _, rest = path.partition(".")
    part = model._modules.get(name)
    if part is None:
        raise ValueError(f"{type(model).__name__} has no part {name!r}; it has {', '.join(model._modules)}.")
    variant = copy.copy(model)
    variant._modules = {**model._modules, name: substitute(part, rest, replacement) if rest else replacement}
    return variant


class FixedRotary(nn.Module):
    """Cosines and sines of given frequencies, computed as the rotary modules of transformers compute them.

    Args:
        frequencies: omega [pair] and the factor of cos and sin.
    """

    def __init__(self, frequencies: RopeFrequencies) -> None:
        super().__init__()
        self.inv_freq = nn.Buffer(torch.tensor(frequencies.inv_freq, dtype=torch.float32), persistent=False)
        self.attention_factor = frequencies.attention_factor

    def forward(self, x: Tensor, position_ids: Tensor) -> tuple[Tensor, Tensor]:
        """cos and sin of p * omega times the attention factor, in the dtype of x, shape [batch token head_dim]."""
        angles = position_ids[..., None].float() * self.inv_freq
        both = torch.cat((angles, angles), dim=-1)
        cos, sin = (turned * self.attention_factor for turned in (both.cos(), both.sin()))
        return cos.to(x.dtype), sin.to(x.dtype)


class NoEmbedding(nn.Module):
    """An embedding that adds nothing.

    Args:
        width: d, the length of the zero vectors.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, ids: Tensor) -> Tensor:
        """Zeros, shape [... d]."""
        return torch.zeros(*ids.shape, self.width)
