"""Does the distance predict transfer? Changed digits to learn from first, and what learning from them is worth."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check
from core.digits import SIDE
from core.numbers import whole
from core.transport.labeled import PIXEL_CHANGES
from core.transport.problem import Points

PerSource = Float[np.ndarray, "source _"]
Names = Int[np.ndarray, "_"]

TARGETS = ("digits", "digits 5 to 9", "turned digits")
"""What is to be learned from few labels: the digits as they are, five of the ten classes, all turned by 90 degrees."""

MEASURES = ("with labels", "points alone", "MMD²")
"""The dataset distance, the squared Wasserstein distance between the points, and the discrepancy of their means."""


def _turned(times: int) -> Callable[[Points], Points]:
    return lambda pixels: np.rot90(pixels.reshape(-1, SIDE, SIDE), times, axes=(1, 2)).reshape(len(pixels), -1)


def _mixed(pixels: Points) -> Points:
    return np.asarray(pixels[:, np.random.default_rng(0).permutation(SIDE * SIDE)])


def _noisy(pixels: Points) -> Points:
    noise = np.random.default_rng(1).normal(0, 0.4, pixels.shape)
    return np.asarray(np.clip(pixels + noise, 0, 1))


def _static(pixels: Points) -> Points:
    return np.random.default_rng(2).random(pixels.shape)


PIXELS: dict[str, Callable[[Points], Points]] = {
    "as they are": lambda pixels: pixels,
    "turned 90°": _turned(1),
    "turned 180°": _turned(2),
    "turned 270°": _turned(3),
    "mirrored": lambda pixels: np.flip(pixels.reshape(-1, SIDE, SIDE), axis=2).reshape(len(pixels), -1),
    "shifted": PIXEL_CHANGES["shifted"],
    "blurred": PIXEL_CHANGES["blurred"],
    "noisy": _noisy,
    "darker": lambda pixels: pixels * 0.4,
    "black and white": lambda pixels: (pixels > 0.5).astype(np.float64),
    "inverted": lambda pixels: 1.0 - pixels,
    "inverted, turned": lambda pixels: 1.0 - _turned(1)(pixels),
    "blurred, turned": lambda pixels: _turned(1)(PIXEL_CHANGES["blurred"](pixels)),
    "pixels mixed": _mixed,
    "static": _static,
}
"""Sources that change the pixels; static has nothing of the digits left."""

LABELS: dict[str, Callable[[Names, np.random.Generator], Names]] = {
    "half the labels dealt anew": lambda y, rng: _dealt(y, rng, 0.5),
    "labels dealt anew": lambda y, rng: _dealt(y, rng, 1.0),
    "odd or even": lambda y, _: y % 2,
    "below five or not": lambda y, _: (y >= 5).astype(np.int64),
    "round or not": lambda y, _: np.isin(y, (0, 6, 8, 9)).astype(np.int64),
}
"""Sources that change the labels alone."""

CLASSES: dict[str, tuple[int, ...]] = {
    "only 0 to 4": (0, 1, 2, 3, 4),
    "only 5 to 9": (5, 6, 7, 8, 9),
    "only 1 and 7": (1, 7),
    "only 0, 3, 6, 9": (0, 3, 6, 9),
}
"""Sources that have some of the classes."""

SOURCES = (*PIXELS, *LABELS, *CLASSES)

SAME_POINTS = ("as they are", *LABELS)
"""Sources with the very same points, which differ in their labels alone."""


def _dealt(y: Names, rng: np.random.Generator, share: float) -> Names:
    """Labels of which a share is dealt out anew among those who carry them."""
    dealt = y.copy()
    chosen = np.flatnonzero(rng.random(len(y)) < share)
    dealt[chosen] = y[rng.permutation(chosen)]
    return dealt


def source_of(name: str, pixels: Points, y: Names, rng: np.random.Generator) -> tuple[Points, Names]:
    """A source by name, made of digits: their pixels or their labels changed, or some of the classes alone.

    Args:
        name: one of SOURCES. pixels: [image 64]. y: [image], 0 to 9. rng: deals out labels.

    Raises:
        ValueError: for another name.

    Invariant: under one of SAME_POINTS the pixels stay.
    """
    if name in CLASSES:
        kept_rows = np.isin(y, CLASSES[name])
        return np.asarray(pixels[kept_rows]), np.asarray(y[kept_rows])
    if name in LABELS:
        return pixels, LABELS[name](y, rng)
    if name not in PIXELS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(SOURCES)}")
    return np.asarray(PIXELS[name](pixels)), y


def target_of(name: str, pixels: Points, y: Names) -> tuple[Points, Names]:
    """A target by name, made of digits. Raises ValueError for a name that is none of TARGETS."""
    if name not in TARGETS:
        raise ValueError(f"target is {name!r}; it must be one of {', '.join(TARGETS)}")
    if name == "digits 5 to 9":
        return np.asarray(pixels[y >= 5]), np.asarray(y[y >= 5] - 5)
    return np.asarray(PIXELS["turned 90°" if name == "turned digits" else "as they are"](pixels)), y


@dataclass(frozen=True, slots=True)
class TransferParams:
    """One experiment: every source of SOURCES, for one target.

    Args:
        target: one of TARGETS.
        labels: of each class of the target, that the second training sees, 1 to 20.
        seeds: how many, 2 to 20; each draws its own halves, labels and weights.
        first_steps, second_steps: of the first training, on a source, and of the second, on the target's few labels; 10
            to 1,000 each.
    """

    target: str = TARGETS[0]
    labels: int = 2
    seeds: int = 10
    first_steps: int = 300
    second_steps: int = 60

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ValueError(f"target is {self.target!r}; it must be one of {', '.join(TARGETS)}")
        whole("labels", self.labels, 1, 20)
        whole("seeds", self.seeds, 2, 20)
        whole("first_steps", self.first_steps, 10, 1000)
        whole("second_steps", self.second_steps, 10, 1000)


@dataclass(frozen=True, eq=False)
class TransferRun:
    """What came out, in the order of SOURCES.

    Args:
        params: what was asked.
        distance, features, discrepancy: [source seed], the dataset distance, W2^2 between the points alone, and MMD^2,
            between draws of a source and of the target.
        floor: [measure seed], the same three between two draws of the target itself, which share no picture.
        accuracy: [source seed], the share of the target's test pictures named rightly after both trainings.
        base: [seed], the same without the first training.
        tested: how many pictures the test has.
        seconds: how long it took.
        marks: [source], `mark_of` each source, made when it was measured: they tie its gains to its distances.
    """

    params: TransferParams
    distance: Float[np.ndarray, "source seed"]
    features: Float[np.ndarray, "source seed"]
    discrepancy: Float[np.ndarray, "source seed"]
    floor: Float[np.ndarray, "measure seed"]
    accuracy: Float[np.ndarray, "source seed"]
    base: Float[np.ndarray, "seed"]
    tested: int
    seconds: float
    marks: Int[np.ndarray, "source"]

    @property
    def gain(self) -> Float[np.ndarray, "source seed"]:
        """What the first training is worth: accuracy with it less accuracy without, with the same labels and head."""
        return np.asarray(self.accuracy - self.base)

    def measured(self, name: str) -> Float[np.ndarray, "source seed"]:
        """One of MEASURES."""
        return {"with labels": self.distance, "points alone": self.features, "MMD²": self.discrepancy}[name]


def mark_of(name: str, *parts: Float[np.ndarray, "seed"]) -> int:
    """Seven bytes of SHA-256 over the name of a source and all that was measured of it, as one number.

    Args:
        name: of the source. parts: [seed] each: its three measures in the order of MEASURES, its accuracy and the base.

    Invariant: another name or another bit in a part gives another number, but for one chance in 2^56.
    """
    found = hashlib.sha256(name.encode())
    for part in parts:
        found.update(np.ascontiguousarray(part, dtype="<f8").tobytes())
    return int.from_bytes(found.digest()[:7], "big")


def recording(params: TransferParams) -> str:
    """The name of the recorded run of a target."""
    return f"transport/transfer_{params.target.replace(' ', '_')}.npz"


@functools.cache
def recorded_transfer(target: str) -> TransferRun:
    """The recorded run of a target with its default parameters.

    Raises:
        ValueError: for another target.
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record transport transfers`.
    """
    return kept(recording(TransferParams(target=target)), TransferRun)


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's r_s over sources, and a band of its bootstrap: the middle 95 percent, or more for many comparisons."""

    value: float
    low: float
    high: float


def rank_correlation(
    distance: PerSource, gain: PerSource, *, draws: int = 2000, comparisons: int = 1
) -> RankCorrelation:
    """Spearman's rank correlation of mean distance and mean gain, over sources drawn anew with replacement.

    r_s = Pearson's correlation of the ranks, ties sharing their mean rank.

    Args:
        distance, gain: [source seed]; their means over seeds are ranked. draws: of the bootstrap, seeded.
        comparisons: of how many this is one: the band holds 1 - 0.05 / comparisons.

    Raises:
        ValueError: for fewer than four sources.

    Invariant: -1 <= low <= high <= 1; unchanged by any rising function of either side.
    Source: Spearman 1904; Efron and Tibshirani 1993, section 13.3, for the band.
    """
    x, y = distance.mean(axis=1), gain.mean(axis=1)
    if len(x) < 4:
        raise ValueError(f"there are {len(x)} sources; a rank correlation needs four or more")
    drawn = np.random.default_rng(0).integers(0, len(x), (draws, len(x)))
    found = _rank_correlations(np.stack([x, *x[drawn]]), np.stack([y, *y[drawn]]))
    out = 0.025 / comparisons
    low, high = np.nanquantile(found[1:], (out, 1 - out))
    return RankCorrelation(float(found[0]), float(low), float(high))


def difference_of_correlations(
    one: PerSource,
    other: PerSource,
    gain: PerSource,
    *,
    draws: int = 2000,
    comparisons: int = 1,
) -> RankCorrelation:
    """r_s(one, gain) - r_s(other, gain), each draw of sources used for both.

    Args:
        one, other, gain: [source seed]. comparisons: of how many this is one: the band holds 1 - 0.05 / comparisons.

    Source: as for `rank_correlation`, paired.
    """
    drawn = np.random.default_rng(0).integers(0, len(gain), (draws, len(gain)))
    y = gain.mean(axis=1)
    y = np.stack([y, *y[drawn]])
    sides = [side.mean(axis=1) for side in (one, other)]
    first, second = (_rank_correlations(np.stack([side, *side[drawn]]), y) for side in sides)
    apart, out = first - second, 0.025 / comparisons
    low, high = np.nanquantile(apart[1:], (out, 1 - out))
    return RankCorrelation(float(apart[0]), float(low), float(high))


def order_of_labels(run: TransferRun) -> tuple[float, float]:
    """r_s of the distance with labels and the gain among SAME_POINTS, and how often another order does as well.

    Returns:
        r_s of the means over seeds, and the share of all orders of the gains with |r_s| as large or larger.

    Source: the exact permutation test of Spearman's correlation, two-sided; 720 orders of six sources.
    """
    places = [SOURCES.index(name) for name in SAME_POINTS]
    x, y = (side[places].mean(axis=1) for side in (run.distance, run.gain))
    orders = np.array(list(permutations(y)))
    found = float(_rank_correlations(x[None], y[None])[0])
    others = _rank_correlations(np.broadcast_to(x, orders.shape), orders)
    return found, float((np.abs(others) >= abs(found) - 1e-9).mean())


def _rank_correlations(
    x: Float[np.ndarray, "draw source"], y: Float[np.ndarray, "draw source"]
) -> Float[np.ndarray, "draw"]:
    """Spearman's r_s of each draw; NaN where a side is all ties."""
    from scipy.stats import rankdata  # type: ignore[import-untyped]

    sides = [rankdata(side, axis=1) for side in (x, y)]
    one, other = (side - side.mean(axis=1, keepdims=True) for side in sides)
    with np.errstate(invalid="ignore"):
        return np.asarray((one * other).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1)))


def transfer_identities(run: TransferRun) -> tuple[Check, ...]:
    """What a run must fulfil.

    Labels add to a distance and take nothing away; where only labels differ, the points are as far apart as they were;
    each accuracy is a whole number of pictures; each source has the distances and gains that were measured of it.

    Invariant: a run with an entry that was changed fails, and so does one whose sources were exchanged in any table.
    """
    size = float(run.distance.max())
    same = run.features[[SOURCES.index(name) for name in SAME_POINTS]]
    counts = np.concatenate([run.accuracy.ravel(), run.base]) * run.tested
    return (
        Check(
            "Labels take nothing from a distance",
            max(0.0, float((run.features - run.distance).max())),
            1e-9 * size,
            "points alone, above the distance with labels",
        ),
        Check(
            "Points alone do not see labels",
            float(np.ptp(same, axis=0).max()),
            1e-9 * size,
            "spread over sources that differ in labels",
        ),
        Check(
            "Accuracies are whole numbers of pictures",
            float(np.abs(counts - counts.round()).max()),
            1e-6 * run.tested,
            f"off a multiple of 1/{run.tested}",
        ),
        Check(
            "Gains stand beside the distances of their source",
            float(sum(mark != told for mark, told in zip(_marks(run), run.marks.tolist(), strict=True))),
            0.0,
            f"sources of {len(run.marks)} whose numbers are not those that were measured together",
        ),
    )


def _marks(run: TransferRun) -> list[int]:
    """`mark_of` each source from the tables of a run."""
    tables = [*(run.measured(name) for name in MEASURES), run.accuracy]
    return [mark_of(name, *rows, run.base) for name, *rows in zip(SOURCES, *tables, strict=True)]
