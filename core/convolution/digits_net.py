"""The network on digits, torch-free: its weights, what it does with one picture, and what it looks at."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from core.convolution.volumes import activated, halved
from core.digits import SIDE
from core.numbers import whole

Digit = Float[np.ndarray, "8 8"]
Digits = Float[np.ndarray, "picture 8 8"]

FILTERS = (8, 16)
"""Kernels of the first and of the second convolution."""

PLACES = {1: (3, 1, 1), 2: (8, 2, 3)}
"""Layer -> side of what one of its cells sees, pixels from one cell to the next, and pixels of it in the border."""


@dataclass(frozen=True, eq=False)
class DigitsWeights:
    """All weights, as torch shapes them; a dense layer is [unit input]."""

    first: Float[np.ndarray, "8 1 3 3"]
    first_bias: Float[np.ndarray, "8"]
    second: Float[np.ndarray, "16 8 3 3"]
    second_bias: Float[np.ndarray, "16"]
    hidden: Float[np.ndarray, "64 64"]
    hidden_bias: Float[np.ndarray, "64"]
    out: Float[np.ndarray, "10 64"]
    out_bias: Float[np.ndarray, "10"]


@dataclass(frozen=True, eq=False)
class Activity:
    """What the network makes of pictures, layer by layer.

    Args:
        first, second: the maps behind the two convolutions and their ReLU.
        pools: both, each behind its pooling.
        logits: a score for each digit.
    """

    pictures: Digits
    first: Float[np.ndarray, "picture 8 8 8"]
    second: Float[np.ndarray, "picture 16 4 4"]
    pools: tuple[Float[np.ndarray, "picture 8 4 4"], Float[np.ndarray, "picture 16 2 2"]]
    logits: Float[np.ndarray, "picture 10"]

    @property
    def probs(self) -> Float[np.ndarray, "picture 10"]:
        """softmax(logits): the probability of each digit."""
        weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    @property
    def said(self) -> Int[np.ndarray, "picture"]:
        """The likeliest digit of each picture."""
        return np.asarray(self.logits.argmax(axis=1))


def activity(weights: DigitsWeights, pictures: ArrayLike) -> Activity:
    """Pictures through the network: twice convolution, ReLU and pooling of 2 x 2, then two dense layers.

    Args:
        weights: of a trained network. pictures: [picture row column], 0 to 1.

    Raises:
        ValueError: for pictures of another shape.

    Invariant: the maps are those of `convolve`, and the logits those of torch's network with the same weights, within
    float32's rounding.
    """
    images = np.asarray(pictures, dtype=np.float64)
    if images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"pictures have the shape {images.shape}; it must be [picture {SIDE} {SIDE}]")
    first = activated(images[:, None], weights.first, weights.first_bias)
    small = halved(first)
    second = activated(small, weights.second, weights.second_bias)
    smaller = halved(second)
    hidden = np.maximum(smaller.reshape(len(images), -1) @ weights.hidden.T.astype(np.float64) + weights.hidden_bias, 0)
    logits = hidden @ weights.out.T.astype(np.float64) + weights.out_bias
    return Activity(images, first, second, (small, smaller), logits)


def accuracy(weights: DigitsWeights, pictures: Digits, labels: Int[np.ndarray, "picture"]) -> float:
    """The share of the pictures whose likeliest digit is their label."""
    return float(np.mean(activity(weights, pictures).said == labels))


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How the probability of a digit falls when a part of the picture is covered.

    Args:
        label: the digit. side: of the square that covers. whole: its probability in the whole picture.
        covered: its probability with the square centered on each pixel.
    """

    label: int
    side: int
    whole: float
    covered: Float[np.ndarray, "8 8"]

    @property
    def fall(self) -> Float[np.ndarray, "8 8"]:
        """What the probability loses, below 0 where it gains."""
        return self.whole - self.covered


def occlusion(weights: DigitsWeights, picture: Digit, label: int, *, side: int = 3) -> Occlusion:
    """Covers every place of a picture in turn by a black square, which is the color of its ground.

    Args:
        label: the digit whose probability is read, 0 to 9. side: of the square, 1, 3 or 5.

    Raises:
        ValueError: for a label or a side out of range.

    Invariant: where the square covers nothing but ground, the fall is 0.
    Source: Zeiler and Fergus 2014, section 4.2.
    """
    if side not in (1, 3, 5):
        raise ValueError(f"side is {side}; it must be 1, 3 or 5")
    if whole("label", label, 0) > 9:
        raise ValueError(f"label is {label}; it must be 0 to 9")
    reach, parts = side // 2, np.tile(np.asarray(picture, dtype=np.float64), (SIDE * SIDE + 1, 1, 1))
    for place, (row, column) in enumerate(np.ndindex(SIDE, SIDE)):
        parts[place, max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1] = 0.0
    probs = activity(weights, parts).probs[:, label]
    return Occlusion(label, side, float(probs[-1]), probs[:-1].reshape(SIDE, SIDE))


@dataclass(frozen=True, eq=False)
class Exciting:
    """The patches that excite a filter most, each from another picture.

    Args:
        patches: what the filter sees there, with zeros where it looks beyond the border.
        values: the filter's answers, the largest first. pictures: where each patch comes from.
    """

    patches: Float[np.ndarray, "patch row column"]
    values: Float[np.ndarray, "patch"]
    pictures: Int[np.ndarray, "patch"]


def exciting(weights: DigitsWeights, pictures: Digits, layer: int, number: int, *, count: int = 6) -> Exciting:
    """The patches to which a filter answers most, among all places of all pictures, one a picture.

    Args:
        layer: 1 or 2. number: of the filter. count: how many patches.

    Raises:
        ValueError: for a layer or a filter that there is not.

    Invariant: the answers fall from the first to the last.
    Source: Zeiler and Fergus 2014; Girshick et al. 2014, section 3.1.
    """
    if layer not in PLACES:
        raise ValueError(f"layer is {layer}; it must be 1 or 2")
    if not 0 <= number < FILTERS[layer - 1]:
        raise ValueError(f"number is {number}; it must be 0 to {FILTERS[layer - 1] - 1}")
    seen = activity(weights, pictures)
    maps = (seen.first if layer == 1 else seen.second)[:, number]
    answers = maps.reshape(len(pictures), -1)
    best = np.argsort(-answers.max(axis=1), kind="stable")[:count]
    side, step, border = PLACES[layer]
    patches = []
    for one in best:
        row, column = divmod(int(answers[one].argmax()), maps.shape[2])
        around = np.pad(np.asarray(pictures[one], dtype=np.float64), border)
        patches.append(around[row * step : row * step + side, column * step : column * step + side])
    return Exciting(np.stack(patches), answers[best].max(axis=1), best)
