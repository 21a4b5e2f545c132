"""A score's gradient by the attention of the small CLIPs, in numpy: the map of relevance by another hand."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from core.clip.vision import attended, blocks, by_head, error_function, mixed, normed, tokens_of, weights_of

Weights = dict[str, np.ndarray]
Rows = Float[np.ndarray, "token width"]


@dataclass(frozen=True, eq=False)
class Pull:
    """What a score hangs on inside the vision tower, for one picture.

    Args:
        attention: A, the weights of each head; token 0 is the class token, the others are patches row by row.
        gradient: `ds/dA` of the score s, each weight moved by itself.
    """

    attention: Float[np.ndarray, "layer head query key"]
    gradient: Float[np.ndarray, "layer head query key"]

    def relevance(self) -> Float[np.ndarray, "row column"]:
        """The class token's row of the product over the layers of `1 + C`, C the mean over heads of `max(0, A ds/dA)`.

        Source: Chefer, Gur and Wolf, ICCV 2021, equations 5 and 6.
        """
        row = np.eye(self.attention.shape[-1])[0]
        for flow in np.maximum(0, self.attention * self.gradient).mean(axis=1)[::-1]:
            row = row + row @ flow
        side = math.isqrt(len(row))
        return np.asarray(row[1:].reshape(side, side))


def pull_in_numpy(name: str, image: UInt8[np.ndarray, "down across 3"], direction: Float[np.ndarray, "d"]) -> Pull:
    """How the score `s = <x, direction>` of a picture's unit vector x moves with each weight of attention.

    The chain rule through each layer of `seen_in_numpy`, the last one first, in single precision as that.

    Args:
        name: of a member of the family.
        image: of 48 x 48 pixels.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the weights are missing or damaged.

    Invariant: `(s(A + e D) - s(A - e D)) / 2e` tends to `<ds/dA, D>` for any D, as e goes to 0.
    """
    weights = weights_of(name)
    x, given = normed(weights, "ln_pre", tokens_of(weights, image[None])), []
    for block in blocks(weights):
        given.append(x)
        x = x + attended(weights, block, normed(weights, f"{block}.ln_1", x))[0]
        x = x + mixed(weights, block, normed(weights, f"{block}.ln_2", x))
    back, found = _from_score(weights, x[0], np.asarray(direction, np.float32)), []
    for block, rows in zip(reversed(list(blocks(weights))), reversed(given), strict=True):
        back, layer = _through_block(weights, block, rows, back)
        found.append(layer)
    attention, gradient = (np.stack(one[::-1]) for one in zip(*found, strict=True))
    return Pull(attention, gradient)


def _from_score(weights: Weights, x: Rows, direction: np.ndarray) -> Rows:
    """`ds/dx` of what the last layer gives: only the class token reaches the score."""
    vector = normed(weights, "ln_post", x[0]) @ weights["proj"]
    length = np.linalg.norm(vector)
    unit = vector / length
    back = np.zeros_like(x)
    back[0] = _through_norm(
        weights, "ln_post", x[0], weights["proj"] @ (direction - unit * (unit @ direction)) / length
    )
    return back


def _through_block(
    weights: Weights, block: str, x: Float[np.ndarray, "1 token width"], back: Rows
) -> tuple[Rows, tuple[np.ndarray, np.ndarray]]:
    """`ds/dx` before a layer from the one behind it; its attention, and the gradient of that."""
    inside = normed(weights, f"{block}.ln_1", x)
    moved, attention = attended(weights, block, inside)
    between = (x + moved)[0]
    back = back + _through_norm(weights, f"{block}.ln_2", between, _through_network(weights, block, between, back))
    query, key, value = by_head(weights, block, inside)[:, 0]
    weight = attention[0]
    read = (back @ weights[f"{block}.attn.out_proj.weight"]).reshape(len(back), len(weight), -1).swapaxes(0, 1)
    gradient = read @ value.swapaxes(-1, -2)
    # Through the softmax, whose weights sum to 1, to the products of query and key.
    logits = weight * (gradient - (weight * gradient).sum(axis=-1, keepdims=True)) / math.sqrt(query.shape[-1])
    joint = np.stack([logits @ key, logits.swapaxes(-1, -2) @ query, weight.swapaxes(-1, -2) @ read])
    rows = joint.transpose(2, 0, 1, 3).reshape(len(back), -1) @ weights[f"{block}.attn.in_proj_weight"]
    return back + _through_norm(weights, f"{block}.ln_1", x[0], rows), (weight, gradient)


def _through_network(weights: Weights, block: str, x: Rows, back: Rows) -> Rows:
    """The gradient before two matrices and the GELU between them: `u Phi(u)`, whose slope is `Phi(u) + u phi(u)`."""
    u = normed(weights, f"{block}.ln_2", x) @ weights[f"{block}.mlp.c_fc.weight"].T + weights[f"{block}.mlp.c_fc.bias"]
    slope = (1 + error_function(u * math.sqrt(0.5))) / 2 + u * np.exp(-(u**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray((back @ weights[f"{block}.mlp.c_proj.weight"] * slope) @ weights[f"{block}.mlp.c_fc.weight"])


def _through_norm(weights: Weights, name: str, x: np.ndarray, back: np.ndarray) -> np.ndarray:
    """The gradient before a layer's norm: without its mean and its part along the normed row, over the deviation."""
    off = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((off**2).mean(axis=-1, keepdims=True) + 1e-5)
    row, back = off / deviation, back * weights[f"{name}.weight"]
    along = (back * row).mean(axis=-1, keepdims=True)
    return np.asarray((back - back.mean(axis=-1, keepdims=True) - row * along) / deviation)
