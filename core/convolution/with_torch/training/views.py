"""What is done to a batch of digits before a network sees it: holes, turns, and random views. With torch."""

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from core.convolution.pretext import PretrainParams
from core.convolution.with_torch.volumes import as_batch
from core.digits import SIDE

Pictures = Float[Tensor, "image 1 8 8"]


def holes(count: int, side: int, rng: torch.Generator) -> Bool[Tensor, "image 1 8 8"]:
    """A square hole of `side` pixels at a random place in each picture: True inside."""
    corner = torch.randint(0, SIDE - side + 1, (count, 2, 1), generator=rng)
    places = torch.arange(SIDE)
    inside = (places >= corner) & (places < corner + side)  # image axis place
    return (inside[:, 0, :, None] & inside[:, 1, None, :])[:, None]


def turned(pictures: Pictures, quarters: Int[Tensor, "image"]) -> Pictures:
    """Each picture turned counterclockwise by its number of quarter turns."""
    ways = torch.stack([torch.rot90(pictures, k, (2, 3)) for k in range(4)])
    return ways[quarters % 4, torch.arange(len(pictures))]


def view(pictures: Pictures, params: PretrainParams, rng: torch.Generator) -> Pictures:
    """A random view of each picture: turned, scaled and moved about, then noise is added.

    Each is drawn evenly up to the most that `params` allow, either way; what lies outside the picture is empty.
    """
    count = len(pictures)
    angle, size, *move = (2 * torch.rand(4, count, generator=rng) - 1).unbind()
    angle, size = torch.deg2rad(angle * params.turn), 1 / (1 + size * params.scale)
    cos, sin = size * torch.cos(angle), size * torch.sin(angle)
    x, y = (params.shift * 2 / SIDE * part for part in move)
    maps = torch.stack([torch.stack([cos, -sin, x], -1), torch.stack([sin, cos, y], -1)], 1)
    grid = affine_grid(maps, list(pictures.shape), align_corners=False)
    moved = grid_sample(pictures, grid, align_corners=False)
    return moved + params.noise * torch.randn(moved.shape, generator=rng)


def views_of(picture: Float[np.ndarray, "8 8"], params: PretrainParams, *, count: int) -> Float[np.ndarray, "view 8 8"]:
    """Random views of one picture, clipped to [0, 1] to be looked at."""
    rng = torch.Generator().manual_seed(params.seed)
    pictures = as_batch(picture[None]).expand(count, 1, SIDE, SIDE)
    return np.asarray(view(pictures, params, rng).clip(0, 1)[:, 0].numpy())
