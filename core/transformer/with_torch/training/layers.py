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


class SwiGLU(nn.Module):
    """Llama's feed-forward part: W_down (silu(W_gate x) * W_up x), without biases.

    Args:
        inner: numbers inside.
    """

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.gate, self.up = (nn.Linear(WIDTH, inner, bias=False) for _ in range(2))
        self.down = nn.Linear(inner, WIDTH, bias=False)

    def forward(self, x: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch d"]:
        """What the gate lets through, folded back to the width."""
        folded: Tensor = self.down(nn.functional.silu(self.gate(x)) * self.up(x))
        return folded


class Block(nn.Module):
    """One layer, norms first: attention to its own side, for a decoder to the source, then feed-forward.

    Args:
        crosses: whether it looks at a source.
        inner: its feed-forward part; two layers with ReLU and biases without it.
    """

    def __init__(self, *, crosses: bool, inner: nn.Module | None = None) -> None:
        super().__init__()
        self.own = Attention()
        self.cross = Attention() if crosses else None
        self.inner = inner or nn.Sequential(nn.Linear(WIDTH, INNER), nn.ReLU(), nn.Linear(INNER, WIDTH))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3 if crosses else 2))

    def forward(self, x: Tensor, own: Tensor, memory: Tensor | None = None, seen: Tensor | None = None) -> Tensor:
        """Adds what each part says to the stream."""
        y = self.norms[0](x)
        x = x + self.own(y, y, own)
        if self.cross is not None:
            x = x + self.cross(self.norms[-1](x), memory, seen)
        after: Tensor = x + self.inner(self.norms[1](x))
        return after
