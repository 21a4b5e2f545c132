"""What a CLIP looks at: covering parts of a picture, and the attention of the vision transformer itself."""

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8

from core.checks import Check
from core.clip.with_torch.model import Clip, Picture


@dataclass(frozen=True, eq=False)
class Occlusion:
    """A picture with a square of another picture at every place of a grid.

    Args:
        drop: how much the score `<x, direction>` falls when the square lies there; negative where it rises.
        corners: upper left corners of the squares, [place, (row, column)].
        side: of the square, in pixels.
        score: of the whole picture.
    """

    drop: Float[np.ndarray, "row column"]
    corners: np.ndarray
    side: int
    score: float


def occlusion_map(
    clip: Clip,
    image: UInt8[np.ndarray, "row column 3"],
    direction: Float[np.ndarray, "d"],
    *,
    cover: UInt8[np.ndarray, "row column 3"],
    side: int = 12,
    stride: int = 4,
) -> Occlusion:
    """How much each part of a picture carries the score of a direction (Zeiler and Fergus 2014, section 2.1).

    Args:
        image: the picture.
        direction: in the embedding space, such as the difference of two class vectors.
        cover: the picture that each square shows a part of. None is neutral for every model: a plain color is read as
            something too, so the reading of the cover alone belongs beside the map.
        side, stride: of the square and between its places, in pixels, at least 1; `side` at most the picture's.

    Raises:
        ValueError: if `side` or `stride` is out of range.

    Invariant: `score - drop[i, j]` is the score of the picture covered there.
    """
    whole, covered, corners = covered_vectors(clip, image, cover=cover, side=side, stride=stride)
    return Occlusion(whole @ direction - covered @ direction, corners, side, float(whole @ direction))


def covered_vectors(
    clip: Clip,
    image: UInt8[np.ndarray, "row column 3"],
    *,
    cover: UInt8[np.ndarray, "row column 3"],
    side: int,
    stride: int,
) -> tuple[Float[np.ndarray, "d"], Float[np.ndarray, "down across d"], Int[np.ndarray, "place 2"]]:
    """Unit vectors of the picture as it is and covered at each place, and the places; see `occlusion_map`."""
    height, width = image.shape[:2]
    if not 1 <= side <= min(height, width) or stride < 1:
        raise ValueError(f"side = {side} must lie in 1 to {min(height, width)}, stride = {stride} must be at least 1.")
    rows, columns = (range(0, length - side + 1, stride) for length in (height, width))
    corners = np.array([(row, column) for row in rows for column in columns])
    covered = np.repeat(image[None], len(corners), axis=0)
    for picture, (row, column) in zip(covered, corners, strict=True):
        picture[row : row + side, column : column + side] = cover[row : row + side, column : column + side]
    vectors = clip.encode_image(covered).reshape(len(rows), len(columns), -1)
    return clip.encode_image(image[None])[0], vectors, corners


@dataclass(frozen=True, eq=False)
class VisionAttention:
    """Attention inside the vision transformer for one picture.

    Args:
        weights: [layer, head, query, key]; token 0 is the class token, the others are patches row by row.
        checks: rows sum to 1; the hooks leave the embedding as it is.
    """

    weights: Float[np.ndarray, "layer head query key"]
    checks: tuple[Check, ...]

    @property
    def grid(self) -> int:
        """Patches along one side of the picture."""
        return math.isqrt(self.weights.shape[-1] - 1)

    def from_class_token(self) -> Float[np.ndarray, "layer head row column"]:
        """What the class token reads, patch by patch, without what it reads of itself."""
        layers, heads = self.weights.shape[:2]
        return self.weights[:, :, 0, 1:].reshape(layers, heads, self.grid, self.grid)

    def rolled_out(self) -> Float[np.ndarray, "row column"]:
        """Attention rollout to the class token (Abnar and Zuidema 2020): layers multiplied, with residuals."""
        return self.rolled_out_row()[1:].reshape(self.grid, self.grid)

    def rolled_out_row(self) -> Float[np.ndarray, "token"]:
        """The same with the class token itself, which comes first; it sums to 1."""
        tokens = self.weights.shape[-1]
        product = np.eye(tokens)
        for layer in self.weights.mean(axis=1):
            product = (0.5 * layer + 0.5 * np.eye(tokens)) @ product
        return np.asarray(product[0])


@dataclass
class Listener:
    """Asks each attention block for its weights, which open_clip never does, and keeps them.

    The model is shared, so what other threads encode meanwhile passes untouched.
    """

    kept: list[torch.Tensor] = field(default_factory=list)
    thread: int = field(default_factory=threading.get_ident)

    def mine(self) -> bool:
        """Whether this is a pass of the thread that listens."""
        return threading.get_ident() == self.thread

    def ask(self, _: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]] | None:
        if not self.mine():
            return None
        return args, {**kwargs, "need_weights": True, "average_attn_weights": False}

    def keep(self, _: Any, __: Any, output: Any) -> None:
        if self.mine():
            self.kept.append(output[1].detach())

    @contextmanager
    def on(self, blocks: Sequence[Any]) -> Iterator[None]:
        """Listens to the blocks; the hooks are gone afterwards, whatever happens."""
        hooks = [block.attn.register_forward_pre_hook(self.ask, with_kwargs=True) for block in blocks]
        hooks += [block.attn.register_forward_hook(self.keep) for block in blocks]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


def vision_blocks(clip: Clip) -> Sequence[Any]:
    """The blocks of a vision transformer, the first one first.

    Raises:
        ValueError: if the vision tower is no transformer of open_clip.
    """
    blocks = list(getattr(getattr(clip.model.visual, "transformer", None), "resblocks", ()))
    if not blocks:
        raise ValueError(f"{clip.name} has no vision transformer whose attention could be read.")
    return blocks


def vision_attention(clip: Clip, image: Picture) -> VisionAttention:
    """The attention weights of every layer and head of a vision transformer for one picture.

    Hooks on open_clip's own blocks; the model is not copied, and the hooks are gone afterwards.

    Raises:
        ValueError: if the vision tower is no transformer of open_clip.

    Invariant: every row sums to 1, and the embedding is the one without hooks.
    """
    blocks = vision_blocks(clip)
    plain, listener = clip.encode_image([image]), Listener()
    with listener.on(blocks):
        watched = clip.encode_image([image])
    weights = np.stack([kept[0].numpy() for kept in listener.kept])
    rows = float(np.abs(weights.sum(-1) - 1).max())
    return VisionAttention(
        weights,
        (
            Check("Attention rows sum to 1", rows, 1e-5, "largest deviation over layers, heads and tokens"),
            Check("Watching changes nothing", float(np.abs(watched - plain).max()), 1e-5, "largest difference"),
        ),
    )
