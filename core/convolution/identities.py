"""What must hold for features and probes, recomputed for the ones on screen."""

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.convolution.encoder import Encoder, encode
from core.convolution.maps import Plane
from core.convolution.neighbors import squared_distances
from core.convolution.pretext import Example
from core.convolution.probes import LinearProbe


def features_check(
    encoder: Encoder, pictures: Float[np.ndarray, "image 8 8"], peer: Float[np.ndarray, "image width"]
) -> Check:
    """The features that numpy computes now from the kept weights, against those of torch when they were kept.

    The longest sum of a layer has 288 terms, and four layers follow one another; float32 rounds each.
    """
    now = encode(encoder, pictures)
    bound = 4 * 288 * float(np.finfo(np.float32).eps) * max(1.0, float(np.abs(now).max()))
    error = float(np.abs(now - peer).max()) if now.shape == peer.shape else float("nan")
    return Check("Features from the kept weights equal torch's", error, bound, "numpy in float64, torch in float32")


def whole_items_check(accuracy: Float[np.ndarray, "*any"], per_class: int, labels: Int[np.ndarray, "item"]) -> Check:
    """Each accuracy times the number of items that were not drawn is a whole number."""
    rest = len(labels) - per_class * len(np.unique(labels))
    right = np.asarray(accuracy) * rest
    inside = bool(((right > -0.5) & (right < rest + 0.5)).all())
    error = float(np.abs(right - np.rint(right)).max()) if inside else float("nan")
    bound = 2 * rest * float(np.finfo(np.float64).eps)
    return Check(f"Accuracies count whole digits of the {rest} not drawn", error, bound, "rounding of one division")


def chance_check(accuracy: Float[np.ndarray, "draw"], per_class: int, labels: Int[np.ndarray, "item"]) -> Check:
    """With the labels dealt out anew, the mean accuracy over the draws lies at chance.

    Whatever a probe says of an item, it is right with at most the share of the most frequent class and at least that of
    the rarest. By Hoeffding's inequality, which also holds where labels are dealt without putting back, the mean over D
    draws of n items strays from there by more than sqrt(log(2 / p) / 2 D n) with a probability of at most p = 1e-4.
    """
    shares, reach = chance_band(per_class, labels, draws=len(accuracy))
    mean = float(np.mean(accuracy))
    error = max(shares[0] - mean, mean - shares[1], 0.0)
    return Check(
        "Shuffled labels: distance from chance",
        error,
        reach,
        f"mean {mean:.3f} over {len(accuracy)} draws; Hoeffding's inequality, one case in 10,000",
    )


def chance_band(
    per_class: int, labels: Int[np.ndarray, "item"], *, draws: int = 1
) -> tuple[tuple[float, float], float]:
    """The least and the largest share of a class among the items not drawn, and how far chance strays from there."""
    counts = np.unique(labels, return_counts=True)[1] - per_class
    rest = int(counts.sum())
    reach = float(np.sqrt(np.log(2 / 1e-4) / (2 * draws * rest)))
    return (float(counts.min() / rest), float(counts.max() / rest)), reach


def optimum_check(probe: LinearProbe) -> Check:
    """The slope of the regression's own loss is 0 at its weights, within what the solver was asked for."""
    return Check(
        "The probe is at its optimum: slope of its loss", probe.slope, probe.tolerance, "the solver's tolerance"
    )


def recorded_check(now: float, recorded: float, rest: int) -> Check:
    """An accuracy measured now and the recorded one of the same draw differ by at most one digit.

    The loss is strictly convex, so both have one optimum; only a digit that lies on the border may fall either way.
    """
    return Check(
        "Digits named otherwise than when recorded", abs(now - recorded) * rest, 1 + 1e-9, "a tie at the border"
    )


def plane_check(plane: Plane, features: Float[np.ndarray, "item feature"]) -> Check:
    """The variance in the plane, against the two largest eigenvalues of the covariance matrix."""
    values = np.linalg.eigvalsh(np.cov(features.T))
    bound = 8 * features.shape[1] * float(np.finfo(np.float64).eps) * float(values[-1])
    apart = abs(float(plane.points.var(axis=0, ddof=1).sum()) - float(values[-2:].sum()))
    return Check("Variance in the plane = two largest eigenvalues", apart, bound, "two ways to the same sum")


def nearest_check(
    features: Float[np.ndarray, "item feature"], point: Float[np.ndarray, "feature"], found: Int[np.ndarray, "neighbor"]
) -> Check:
    """No item that was left out lies nearer than the last that was taken, by distances from differences."""
    apart = np.sqrt(((features - point) ** 2).sum(axis=1))
    rest = np.delete(apart, found)
    over = float(apart[found].max() - rest.min()) if len(rest) else 0.0
    size = float(np.abs(squared_distances(point[None], features)).max())
    bound = float(np.sqrt(8 * features.shape[1] * np.finfo(np.float64).eps * max(size, 1e-300)))
    return Check("No digit left out is nearer", max(over, 0.0), bound, "distances by differences against by products")


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
