"""The small CLIPs' vision tower written out in numpy: a second reader of their weights, which needs no torch."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, UInt8

from core.assets import asset
from core.clip.family import FAMILY

HEADS = 4
BLOCK = "transformer.resblocks."

Rows = Float[np.ndarray, "image token width"]


@dataclass(frozen=True, eq=False)
class Sight:
    """What a vision tower makes of some pictures.

    Args:
        vectors: unit vectors. attention: of each head; token 0 is the class token, the others are patches row by row.
    """

    vectors: Float[np.ndarray, "image d"]
    attention: Float[np.ndarray, "image layer head query key"]

    def from_class_token(self) -> Float[np.ndarray, "image layer token"]:
        """What the class token reads in each layer, mean over heads."""
        return np.asarray(self.attention.mean(axis=2)[:, :, 0])

    def rolled_out(self) -> Float[np.ndarray, "image token"]:
        """The same through all layers, half of each left where it is (Abnar and Zuidema 2020)."""
        row = np.eye(self.attention.shape[-1])[:1]
        for layer in np.moveaxis(self.attention.mean(axis=2), 1, 0)[::-1]:
            row = 0.5 * row + 0.5 * row @ layer
        return np.asarray(row[:, 0])


def seen_in_numpy(name: str, images: UInt8[np.ndarray, "image down across 3"]) -> Sight:
    """Vectors and attention of pictures by a member of the family.

    The tower of CLIP: patches times a matrix, a class token, places, then four times `x <- x + attention(norm(x))`,
    `x <- x + mlp(norm(x))`; the class token, normed and projected, is the vector.

    Args:
        images: of 48 x 48 pixels.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the weights are missing or damaged.

    Invariant: vectors have norm 1 and rows of attention sum to 1; both equal those of open_clip but for rounding.
    Source: Radford et al. 2021, section 2.4; Dosovitskiy et al. 2021, equations 1 to 4.
    """
    weights = weights_of(name)
    x = normed(weights, "ln_pre", tokens_of(weights, images))
    attention = []
    for block in blocks(weights):
        moved, read = attended(weights, block, normed(weights, f"{block}.ln_1", x))
        x = x + moved
        x = x + mixed(weights, block, normed(weights, f"{block}.ln_2", x))
        attention.append(read)
    found = normed(weights, "ln_post", x[:, 0]) @ weights["proj"]
    return Sight(found / np.linalg.norm(found, axis=-1, keepdims=True), np.stack(attention, axis=1))


@cache
def weights_of(name: str) -> dict[str, np.ndarray]:
    """What the tower of a member of the family has learned, by open_clip's names."""
    from safetensors import safe_open

    start = "visual."
    with safe_open(str(asset(f"{FAMILY[name].folder}/open_clip_model.safetensors")), framework="np") as file:
        keys = [key for key in file.keys() if key.startswith(start)]  # noqa: SIM118
        return {key.removeprefix(start): file.get_tensor(key).astype(np.float32) for key in keys}


def blocks(weights: dict[str, np.ndarray]) -> Iterator[str]:
    """The names of the layers, the first one first."""
    return (f"{BLOCK}{number}" for number in range(sum(key.endswith("ln_1.weight") for key in weights)))


def tokens_of(weights: dict[str, np.ndarray], images: UInt8[np.ndarray, "image down across 3"]) -> Rows:
    """The class token and a token a patch, with their places; a pixel v is read as (v / 255 - 0.5) / 0.25."""
    kernel = weights["conv1.weight"]
    side, (count, size) = kernel.shape[-1], images.shape[:2]
    pixels = ((images / np.float32(255) - np.float32(0.5)) / np.float32(0.25)).astype(np.float32)
    patches = pixels.reshape(count, size // side, side, size // side, side, 3).transpose(0, 1, 3, 5, 2, 4)
    tokens = patches.reshape(count, -1, kernel[0].size) @ kernel.reshape(len(kernel), -1).T
    first = np.broadcast_to(weights["class_embedding"], (count, 1, tokens.shape[-1]))
    return np.asarray(np.concatenate([first, tokens], axis=1) + weights["positional_embedding"])


def normed(weights: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    """A layer's norm over the last axis."""
    off = x - x.mean(axis=-1, keepdims=True)
    scaled = off / np.sqrt((off**2).mean(axis=-1, keepdims=True) + np.float32(1e-5))
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])


def attended(weights: dict[str, np.ndarray], block: str, x: Rows) -> tuple[Rows, np.ndarray]:
    """What attention adds to each token, and its weights [image head query key]."""
    query, key, value = by_head(weights, block, x)
    logits = query @ key.swapaxes(-1, -2) / np.sqrt(np.float32(query.shape[-1]))
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    weight /= weight.sum(axis=-1, keepdims=True)
    read = (weight @ value).transpose(0, 2, 1, 3).reshape(x.shape)
    moved = read @ weights[f"{block}.attn.out_proj.weight"].T + weights[f"{block}.attn.out_proj.bias"]
    return np.asarray(moved), np.asarray(weight)


def by_head(weights: dict[str, np.ndarray], block: str, x: Rows) -> Float[np.ndarray, "3 image head token each"]:
    """Query, key and value of each token."""
    joint = x @ weights[f"{block}.attn.in_proj_weight"].T + weights[f"{block}.attn.in_proj_bias"]
    return np.asarray(joint.reshape(*x.shape[:2], 3, HEADS, -1).transpose(2, 0, 3, 1, 4))


def mixed(weights: dict[str, np.ndarray], block: str, x: Rows) -> Rows:
    """What the network after attention adds to each token."""
    hidden = x @ weights[f"{block}.mlp.c_fc.weight"].T + weights[f"{block}.mlp.c_fc.bias"]
    hidden = hidden * (np.float32(0.5) * (1 + error_function(hidden * np.float32(np.sqrt(0.5)))))
    return np.asarray(hidden @ weights[f"{block}.mlp.c_proj.weight"].T + weights[f"{block}.mlp.c_proj.bias"])


def error_function(x: np.ndarray) -> np.ndarray:
    """erf(x), to 2e-7 or to the precision of x; numpy has none.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
    """
    t = 1 / (1 + x.dtype.type(0.3275911) * np.abs(x))
    series = np.zeros_like(t)
    for part in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + x.dtype.type(part)) * t
    return np.asarray(np.copysign(1 - series * np.exp(-x * x), x))
