"""What the page on representations computes, shared between visitors: keyed by names and numbers."""

from dataclasses import dataclass

import numpy as np

from components.results import shared
from core.convolution import (
    LEARNERS,
    RAW,
    LinearProbe,
    Plane,
    digit_labels,
    digit_pictures,
    encode,
    fitted,
    held_out,
    labeled_draw,
    principal_plane,
    recorded_encoders,
)


@shared(megabytes=4, size=lambda parts: sum(part.nbytes for part in parts))
def held_out_digits() -> tuple[np.ndarray, np.ndarray]:
    """The pictures [digit 8 8] and labels [digit] of the 597 digits that no training saw."""
    return digit_pictures()[held_out()], digit_labels()[held_out()]


def features_of_pictures(arm: str, pictures: np.ndarray) -> np.ndarray:
    """Features of pictures [image 8 8] by an arm: their pixels, or those of the first seed's recorded network."""
    if arm == RAW:
        return pictures.reshape(len(pictures), -1)
    return encode(recorded_encoders().networks[LEARNERS.index(arm)], pictures)


@shared(megabytes=1, size=lambda features: features.nbytes)
def features_of_picture(arm: str, pixels: bytes) -> np.ndarray:
    """Features of one picture by an arm, from its 64 pixels in float64: rows, sentence and checks ask for them."""
    features: np.ndarray = features_of_pictures(arm, np.frombuffer(pixels).reshape(1, 8, 8))[0]
    return features


@shared(megabytes=8, size=lambda features: features.nbytes)
def features_of(arm: str) -> np.ndarray:
    """Features of the held-out digits by an arm."""
    return features_of_pictures(arm, held_out_digits()[0])


@shared(megabytes=2, size=lambda plane: plane.points.nbytes)
def plane_of(arm: str) -> Plane:
    """The plane of largest variance of an arm's features."""
    return principal_plane(features_of(arm))


@dataclass(frozen=True)
class Draw:
    """One probe: whose features, how many labels per class, which draw, and whether the labels are dealt out anew."""

    arm: str
    count: int
    seed: int
    shuffled: bool


@dataclass(frozen=True, eq=False)
class Probed:
    """A fitted probe: the labels that it was told [digit], which digits it was given [digit], and the regression."""

    labels: np.ndarray
    drawn: np.ndarray
    fit: LinearProbe


def dealt(labels: np.ndarray, seed: int) -> np.ndarray:
    """The labels of all digits dealt out anew, as the recorded probes on shuffled labels did."""
    return np.random.default_rng(100 + seed).permutation(labels)


@shared(megabytes=10, size=lambda found: found.fit.predictions.nbytes + 20_000)
def probe_of(draw: Draw) -> Probed:
    """Fits the probe of a draw."""
    labels = held_out_digits()[1]
    if draw.shuffled:
        labels = dealt(labels, draw.seed)
    drawn = labeled_draw(labels, per_class=draw.count, seed=draw.seed)
    return Probed(labels, drawn, fitted(features_of(draw.arm), labels, drawn))
