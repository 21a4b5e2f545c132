"""The network that sees pairs of pictures and a new one, run in numpy. Needs no torch."""

from dataclasses import dataclass, fields, replace

import numpy as np
from jaxtyping import Float, Int

from core.prompting.pictures import COLORS, SIDE

CELLS = SIDE * SIDE
CODE, CHANNELS, ROUTES, PRODUCTS, DENSE = 32, 24, 8, 256, 48
"""Numbers of a code; channels of a convolution; learned routes; products of a pair; dense features of a pair."""

Array = Float[np.ndarray, "..."]


@dataclass(frozen=True, eq=False)
class PictureNetwork:
    """The weights, as torch lays them out.

    A pair becomes a code z of 32 numbers: averages of a convolution, dense features, and normalized products
    (U before) (V after), which see what moved where; then one dense layer. The code of several pairs is their mean;
    without any it is a learned vector. The query passes through two convolutions whose channels the code scales and
    shifts (FiLM), a mixture of 8 learned routes between cells, which the code chooses, and two such convolutions more.

    Args:
        pair_kernel, pair_bias: of the convolution over both pictures. dense, dense_bias: of the dense features.
        u, v: [256 432], of the products. code, code_bias: [32 328]. nothing: [32], the code without a pair.
        kernels, biases: of the four convolutions. films, film_biases: [4 48 32], scale and shift of their channels.
        routes: [8 144 144], logits of where each cell looks. gate, gate_bias: [8 32], which routes.
        last, last_bias: [4 24], to the colors.
    """

    pair_kernel: Array
    pair_bias: Array
    dense: Array
    dense_bias: Array
    u: Array
    v: Array
    code: Array
    code_bias: Array
    nothing: Array
    kernel_1: Array
    kernel_2: Array
    kernel_3: Array
    kernel_4: Array
    biases: Array
    films: Array
    film_biases: Array
    routes: Array
    gate: Array
    gate_bias: Array
    last: Array
    last_bias: Array

    @property
    def parameters(self) -> int:
        """How many weights and biases it has."""
        return sum(getattr(self, field.name).size for field in fields(self))

    def halved(self) -> "PictureNetwork":
        """The same network in half precision, as it is kept in a file."""
        return replace(self, **{field.name: getattr(self, field.name).astype(np.float16) for field in fields(self)})

    def doubled(self) -> "PictureNetwork":
        """The same weights in float64, in which `solve` computes."""
        return replace(self, **{field.name: getattr(self, field.name).astype(np.float64) for field in fields(self)})


@dataclass(frozen=True, eq=False)
class Solved:
    """What the network makes of queries.

    Args:
        colors: the likeliest color of each cell, [task 12 12].
        probs: the probability of each color, [task 4 12 12].
        gates: the share of each route, [task 8].
    """

    colors: Int[np.ndarray, "task 12 12"]
    probs: Float[np.ndarray, "task 4 12 12"]
    gates: Float[np.ndarray, "task 8"]


def solve(
    network: PictureNetwork,
    before: Int[np.ndarray, "task pair 12 12"],
    after: Int[np.ndarray, "task pair 12 12"],
    query: Int[np.ndarray, "task 12 12"],
) -> Solved:
    """What the network answers, in float64.

    Args:
        network: its weights, in any precision.
        before, after: the pairs of each task, 0 or more. query: the new picture of each. Colors are 0 to 3.

    Raises:
        ValueError: for a color out of range.

    Invariant: the order of the pairs does not matter.
    Source: the same layers in torch, `core.prompting.with_torch.training.pictures`, which a test compares.
    """
    for pictures in (before, after, query):
        if pictures.size and not (pictures.min() >= 0 and pictures.max() < COLORS):
            raise ValueError(f"a color is {pictures.min()} or {pictures.max()}; each must be 0 to {COLORS - 1}")
    w = network.doubled()
    tasks, pairs = before.shape[:2]
    z = np.tile(w.nothing, (tasks, 1))
    if pairs:
        z = _codes(w, planes(before.reshape(-1, SIDE, SIDE)), planes(after.reshape(-1, SIDE, SIDE)))
        z = z.reshape(tasks, pairs, CODE).mean(axis=1)
    film = (np.einsum("lok,tk->lto", w.films, z) + w.film_biases[:, None]).reshape(4, tasks, 2, CHANNELS)
    gates = _softmax(z @ w.gate.T + w.gate_bias, axis=-1)
    maps = planes(query)
    for layer in (0, 1):
        maps = _filmed(w, layer, maps, film[layer])
    routes = np.einsum("tr,roi->toi", gates, _softmax(w.routes, axis=-1))
    maps = np.einsum("toi,tci->tco", routes, maps.reshape(tasks, CHANNELS, CELLS)).reshape(maps.shape)
    for layer in (2, 3):
        maps = _filmed(w, layer, maps, film[layer])
    logits = np.einsum("ck,tkrs->tcrs", w.last, maps) + w.last_bias[:, None, None]
    probs = _softmax(logits, axis=1)
    return Solved(probs.argmax(axis=1), probs, gates)


def planes(pictures: Int[np.ndarray, "picture 12 12"]) -> Float[np.ndarray, "picture 3 12 12"]:
    """One plane for each color but the background: 1 where it is."""
    return np.stack([(pictures == color).astype(np.float64) for color in range(1, COLORS)], axis=1)


def _codes(w: PictureNetwork, before: Array, after: Array) -> Float[np.ndarray, "pair 32"]:
    both = np.concatenate([before, after], axis=1)
    averaged = np.maximum(_convolved(both, w.pair_kernel) + w.pair_bias[:, None, None], 0).mean(axis=(2, 3))
    dense = np.maximum(both.reshape(len(both), -1) @ w.dense.T + w.dense_bias, 0)
    products = (before.reshape(len(before), -1) @ w.u.T) * (after.reshape(len(after), -1) @ w.v.T)
    found = np.concatenate([averaged, dense, normalized(products)], axis=1) @ w.code.T + w.code_bias
    return np.asarray(found)


def normalized(x: Array) -> Array:
    """Each row with mean 0 and variance 1, as torch's layer norm without weights."""
    centered = x - x.mean(axis=-1, keepdims=True)
    return np.asarray(centered / np.sqrt((centered**2).mean(axis=-1, keepdims=True) + 1e-5))


def _filmed(w: PictureNetwork, layer: int, maps: Array, film: Float[np.ndarray, "task 2 24"]) -> Array:
    found = _convolved(maps, getattr(w, f"kernel_{layer + 1}")) + w.biases[layer, :, None, None]
    scale, shift = film[:, 0, :, None, None], film[:, 1, :, None, None]
    return np.asarray(np.maximum((1 + scale) * found + shift, 0))


def _convolved(maps: Array, kernel: Array) -> Array:
    """Convolutions of side 3 that keep the size, as torch's Conv2d with a padding of 1."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(maps, ((0, 0), (0, 0), (1, 1), (1, 1))), (3, 3), (2, 3))
    return np.asarray(np.einsum("tcrsij,ocij->tors", windows, kernel, optimize=True))


def _softmax(x: Array, *, axis: int) -> Array:
    raised = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(raised / raised.sum(axis=axis, keepdims=True))
