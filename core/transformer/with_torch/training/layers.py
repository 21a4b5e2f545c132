"""The parts of the small transformers that are trained here."""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

WIDTH, HEADS, INNER = 32, 2, 64
"""Dimensions of the stream, heads of an attention, and dimensions inside a feed-forward part."""


class Attention(nn.Module):
    """Scaled dot-product attention of a few heads; keeps its last map for those who look."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.map: Tensor | None = None

    def forward(
        self,
        x: Float[Tensor, "batch query d"],
        over: Float[Tensor, "batch key d"],
        seen: Bool[Tensor, "#batch #query key"],
    ) -> Float[Tensor, "batch query d"]:
        """Softmax(Q Kᵀ / √head_dim) V over the keys that a query may see."""
        q, k, v = (
            part(y).unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for part, y in ((self.query, x), (self.key, over), (self.value, over))
        )
        scores = (q @ k.transpose(-1, -2) / math.sqrt(WIDTH // HEADS)).masked_fill(~seen[:, None], -torch.inf)
        maps = scores.softmax(dim=-1)  # [batch head query key]
        self.map = maps.detach()
        read: Tensor = self.out((maps @ v).transpose(1, 2).flatten(-2))
        return read


class Block(nn.Module):
    """One layer, norms first: attention to its own side, for a decoder to the source, then feed-forward."""

    def __init__(self, *, crosses: bool) -> None:
        super().__init__()
        self.own = Attention()
        self.cross = Attention() if crosses else None
        self.inner = nn.Sequential(nn.Linear(WIDTH, INNER), nn.ReLU(), nn.Linear(INNER, WIDTH))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3 if crosses else 2))

    def forward(self, x: Tensor, own: Tensor, memory: Tensor | None = None, seen: Tensor | None = None) -> Tensor:
        """Adds what each part says to the stream."""
        y = self.norms[0](x)
        x = x + self.own(y, y, own)
        if self.cross is not None:
            x = x + self.cross(self.norms[-1](x), memory, seen)
        after: Tensor = x + self.inner(self.norms[1](x))
        return after
