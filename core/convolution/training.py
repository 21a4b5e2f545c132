"""The training of the network on digits: its parameters, its data, its history. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.convolution.digits_net import DigitsWeights
from core.convolution.halves import digit_labels, digit_pictures
from core.numbers import whole

LABELS = ("true", "shuffled")


@dataclass(frozen=True)
class DigitsTraining:
    """A training run.

    Args:
        labels: “true”, or “shuffled”: the same labels, dealt out anew among the training pictures.
        train: training pictures, 50 to 1200 of the 1,797; all others are the test.
        steps: updates, 50 to 4000.
        batch: pictures in a batch, 8 to 256.
        learning_rate: of Adam, above 0 and at most 0.1.
        seed: of the split, of the shuffle, of the first weights and of the batches, 0 or more.
        n_checkpoints: times the run is measured, 2 to 50, the first and the last step among them.
    """

    labels: str = "true"
    train: int = 600
    steps: int = 2000
    batch: int = 64
    learning_rate: float = 0.004
    seed: int = 0
    n_checkpoints: int = 11

    def __post_init__(self) -> None:
        if self.labels not in LABELS:
            raise ValueError(f"labels is {self.labels!r}; it must be one of {', '.join(LABELS)}")
        ranges = {"train": (50, 1200), "steps": (50, 4000), "batch": (8, 256), "n_checkpoints": (2, 50)}
        for name, (low, high) in ranges.items():
            whole(name, getattr(self, name), low, high)
        whole("seed", self.seed, 0)
        rate: object = self.learning_rate
        if not isinstance(rate, int | float) or not 0 < rate <= 0.1:
            raise ValueError(f"learning_rate is {rate!r}; it must be above 0 and at most 0.1")

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The steps at which the run is measured: closer together at the start, where most happens."""
        places = self.steps * np.linspace(0, 1, self.n_checkpoints) ** 2
        return tuple(sorted({int(place) for place in np.ceil(places)}))


@dataclass(frozen=True, eq=False)
class DigitsData:
    """The pictures of a run, and the labels that it was taught."""

    train: Float[np.ndarray, "train 8 8"]
    taught: Int[np.ndarray, "train"]
    test: Float[np.ndarray, "test 8 8"]
    test_labels: Int[np.ndarray, "test"]


def digits_data(params: DigitsTraining) -> DigitsData:
    """The split of a run by its seed. Invariant: no picture is on both sides; shuffled labels are the same labels."""
    images, labels = digit_pictures(), digit_labels()
    rng = np.random.default_rng(params.seed)
    order = rng.permutation(len(images))
    train, test = order[: params.train], order[params.train :]
    taught = labels[train] if params.labels == "true" else rng.permutation(labels[train])
    return DigitsData(images[train], taught, images[test], labels[test])


@dataclass(frozen=True, eq=False)
class DigitsCurves:
    """What a run has measured so far, at each of its checkpoints.

    Args:
        steps: updates done.
        loss: mean cross-entropy over the training pictures, in nats.
        train: share of the taught labels that come out. test: share of the true labels of the test pictures.
        filters: the kernels of the first convolution at the last of these steps.
    """

    steps: Int[np.ndarray, "checkpoint"]
    loss: Float[np.ndarray, "checkpoint"]
    train: Float[np.ndarray, "checkpoint"]
    test: Float[np.ndarray, "checkpoint"]
    filters: Float[np.ndarray, "8 1 3 3"]


@dataclass(frozen=True, eq=False)
class DigitsRun:
    """A finished run.

    Args:
        params: its parameters. curves: what was measured.
        weights: at each checkpoint.
        ascent: for each filter of the first and then of the second convolution, a picture in [0, 1] that excites one
            of its middle cells, found by following the gradient with the last weights.
        ascended: the filter's answer there.
        seconds: of one processor that the training took, without the ascent.
    """

    params: DigitsTraining
    curves: DigitsCurves
    weights: tuple[DigitsWeights, ...]
    ascent: Float[np.ndarray, "24 8 8"]
    ascended: Float[np.ndarray, "24"]
    seconds: float


@dataclass(frozen=True, eq=False)
class DigitsSpread:
    """The last accuracies of several runs that differ in their seed alone: [labels seed], labels as in LABELS."""

    seeds: tuple[int, ...]
    train: Float[np.ndarray, "2 seed"]
    test: Float[np.ndarray, "2 seed"]
