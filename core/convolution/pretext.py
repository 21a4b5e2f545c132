"""Pretraining: what a network is asked to do with digits whose labels it does not see, and what comes out."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.convolution.encoder import Encoder
from core.convolution.halves import MOST_UNLABELED
from core.numbers import whole

PRETEXTS = ("inpainting", "rotation", "autoencoder", "contrast")
"""Fill in a hole; tell by how many quarters a picture is turned; give the picture back; find the other view of it."""

UNTRAINED, SUPERVISED = "random network", "supervised"
LEARNERS = (UNTRAINED, *PRETEXTS, SUPERVISED)
"""With two that are no pretexts: the same network before any training, and trained with all labels."""

LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 9999),
    "epochs": (1, 120),
    "images": (100, MOST_UNLABELED),
    "width": (2, 64),
    "hole": (1, 7),
    "turn": (0, 90),
    "scale": (0, 0.5),
    "shift": (0, 4),
    "noise": (0, 1),
    "temperature": (0.02, 2),
}
"""The allowed range of each number in `PretrainParams`."""


WHOLE = ("seed", "epochs", "images", "width", "hole")
"""Those that are whole numbers."""


@dataclass(frozen=True, slots=True)
class PretrainParams:
    """One training.

    Args:
        pretext: one of LEARNERS.
        seed: of the first weights, the batches, and what is done to the pictures.
        epochs: passes over the images, 1 to 120.
        images: how many digits are seen, 100 to 1,200.
        width: how many features the network gives, 2 to 64.
        hole: the side of the square that inpainting hides, in pixels, 1 to 7.
        turn: the most that a view is turned, either way, in degrees, 0 to 90.
        scale: the most that a view is enlarged or reduced, as a share, 0 to 0.5.
        shift: the most that a view is moved along each side, in pixels, 0 to 4.
        noise: the standard deviation of what is added to each pixel of a view, 0 to 1.
        temperature: by which contrast divides cosines, 0.02 to 2.

    Raises:
        ValueError: for another pretext, or a number out of its range.
    """

    pretext: str = "contrast"
    seed: int = 0
    epochs: int = 40
    images: int = MOST_UNLABELED
    width: int = 64
    hole: int = 4
    turn: float = 14.0
    scale: float = 0.15
    shift: float = 1.0
    noise: float = 0.1
    temperature: float = 0.2

    def __post_init__(self) -> None:
        if self.pretext not in LEARNERS:
            raise ValueError(f"pretext is {self.pretext!r}; it must be one of {', '.join(LEARNERS)}")
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if name in WHOLE:
                whole(name, value, int(low), int(high))
            elif not isinstance(value, Real) or not low <= float(value) <= high:
                raise ValueError(f"{name} is {value!r}; it must be {low:g} to {high:g}")


@dataclass(frozen=True, eq=False)
class Example:
    """What the pretext did with held-out digits, to be looked at; empty arrays for networks without a pretext.

    Args:
        given: [example 8 8], what the network saw.
        wanted: [example 8 8], what it was to find.
        found: [example 8 8], what it found: the completed or rebuilt picture, the picture turned back by the angle
            that it named, the digit whose other view it took for the nearest.
        right: [example], whether it was right, where that can be told.
    """

    given: Float[np.ndarray, "example 8 8"]
    wanted: Float[np.ndarray, "example 8 8"]
    found: Float[np.ndarray, "example 8 8"]
    right: Float[np.ndarray, "example"]


@dataclass(frozen=True, eq=False)
class Pretrained:
    """A trained network.

    Args:
        params: what was asked.
        encoder: its weights.
        losses: [epoch], the mean loss of its own task over each pass.
        features: [image width], of all 1,797 digits in scikit-learn's order.
        score: how well it does its own task on held-out digits; see `SCORES`. NaN for a network without a task.
        baseline: the score of who learns nothing, on the same digits.
        example: what it did with a few of them.
        seconds: how long it took.
        checks: the identities of the run.
    """

    params: PretrainParams
    encoder: Encoder
    losses: Float[np.ndarray, "epoch"]
    features: Float[np.ndarray, "image width"]
    score: float
    baseline: float
    example: Example
    seconds: float
    checks: tuple[Check, ...]


SCORES: dict[str, str] = {
    "inpainting": "mean squared error inside the hole",
    "autoencoder": "mean squared error of a pixel",
    "rotation": "share of turns named rightly",
    "contrast": "share of digits whose other view is the nearest of all",
    SUPERVISED: "share of digits named rightly",
}
"""What `Pretrained.score` is. Of the first two less is better."""


def example_check(pretext: str, example: Example, held: Float[np.ndarray, "image 8 8"]) -> tuple[Check, ...]:
    """What a pretext shows is what it says: digits held out, and for inpainting every pixel outside the hole kept.

    A turned digit holds the pixels of its original in another order; views of contrast are drawn at random, so only
    the others can be compared with the digits.
    """
    first = held[: len(example.wanted)]
    found = []
    if pretext in ("inpainting", "autoencoder", "rotation"):
        error = float(np.abs(example.wanted - first).max())
        found.append(Check("The digits shown are held-out ones", error, 2.0**-24, "float32 against float64"))
    if pretext == "rotation":
        sums = np.abs(example.given.sum(axis=(1, 2)) - example.wanted.sum(axis=(1, 2)))
        bound = 64 * 64 * float(np.finfo(np.float32).eps)
        found.append(Check("A turn moves ink and makes none", float(sums.max()), bound, "sums of 64 pixels"))
    if pretext == "inpainting":
        seen = ~np.isnan(example.given)
        error = float(np.abs(np.where(seen, example.found - example.wanted, 0)).max())
        found.append(Check("Pixels outside the hole stay", error, 0.0, "they are handed through"))
    if pretext == "autoencoder":
        error = float(np.abs(example.given - example.wanted).max())
        found.append(Check("What it sees is what it has to rebuild", error, 0.0, "the same pixels"))
    if pretext == "contrast":
        same = np.array([np.array_equal(one, two) for one, two in zip(example.found, example.wanted, strict=True)])
        error = float(np.abs(same - example.right).max())
        found.append(Check("Framed green exactly where the nearest is the own view", error, 0.0, "pixel by pixel"))
    return tuple(found)
