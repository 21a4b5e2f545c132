"""What the convolution page computes, shared between visitors: keyed by names, numbers and a picture's bytes."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from components.results import shared
from core.assets import AssetError
from core.convolution import (
    KERNELS,
    Activity,
    Cell,
    DigitsData,
    DigitsRun,
    DigitsTraining,
    DigitsWeights,
    Exciting,
    Kernel,
    Padding,
    Picture,
    accuracy,
    activity,
    cell,
    channels_of,
    convolve,
    digits_data,
    exciting,
    named_kernel,
    picture,
    read_kernel,
    recorded_run,
    shifted,
    train_digits,
    turned,
    unmoved,
    uploaded_picture,
)
from core.jobs import find

YOUR_PICTURE = "your picture"
YOUR_KERNEL = "your own"
LEARNED = tuple(f"learned filter {number}" for number in range(1, 9))
"""The kernels of the first convolution of the recorded network."""

SMALL = 16
"""A picture with a shorter side moves on a black ground, or it would be gone at once."""


@lru_cache(maxsize=8)
def picture_of(content: bytes) -> Picture:
    """A visitor's picture, small. Raises ValueError in words for one that cannot be read."""
    return uploaded_picture(content)


def weights_of(kernel: str, written: str, side: int) -> np.ndarray:
    """A kernel's weights, [row column]: as they are written, learned, or named. Raises ValueError in words."""
    if kernel == YOUR_KERNEL:
        return read_kernel(written)
    if kernel in LEARNED:
        return np.asarray(recorded_run().weights[-1].first[LEARNED.index(kernel), 0].astype(np.float64))
    return named_kernel(kernel, side)


@dataclass(frozen=True)
class Setting:
    """A convolution as the page's controls describe it.

    Args:
        picture: a name, or “your picture” with its bytes. kernel: a name, or “your own” with its written weights.
    """

    picture: str
    channels: str
    kernel: str
    written: str
    side: int
    stride: int
    padding: Padding
    dilation: int
    flip: bool
    bias: float
    content: bytes = b""

    @cached_property
    def image(self) -> Picture:
        """The channels that are convolved. Raises ValueError for a picture that cannot be read."""
        whole = picture_of(self.content) if self.picture == YOUR_PICTURE else picture(self.picture)
        return channels_of(whole, self.channels)

    @cached_property
    def weights(self) -> np.ndarray:
        """The kernel's weights, [row column]. Raises ValueError for weights that cannot be read."""
        return weights_of(self.kernel, self.written, self.side)

    @cached_property
    def kernels(self) -> Kernel:
        """The same weights for every channel, as `convolve` takes them."""
        return np.repeat(self.weights[None, None], len(self.image), axis=1)

    @property
    def learned(self) -> int | None:
        """The number of the learned filter that is laid on, from 0; None for another kernel."""
        return LEARNED.index(self.kernel) if self.kernel in LEARNED else None

    @property
    def options(self) -> dict[str, Any]:
        """How the kernel is laid on, as `convolve` takes it."""
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation, "flip": self.flip}

    @cached_property
    def map(self) -> np.ndarray:
        """The map, [row column]. Raises ValueError where the kernel does not fit."""
        return map_of(self)

    def cell(self, row: int, column: int, *, flip: bool | None = None) -> Cell:
        """The products behind a cell."""
        options = self.options if flip is None else self.options | {"flip": flip}
        return cell(self.image, self.kernels, row, column, bias=self.bias, **options)

    def flipped(self) -> "Setting":
        """The same with the kernel turned the other way."""
        return replace(self, flip=not self.flip)


@shared(megabytes=10, size=lambda found: found.nbytes + 500)
def map_of(setting: Setting) -> np.ndarray:
    """The map of a setting. Raises ValueError where the kernel does not fit."""
    return np.asarray(convolve(setting.image, setting.kernels, bias=setting.bias, **setting.options)[0])


@dataclass(frozen=True, eq=False)
class Moves:
    """What happens to a map when the picture moves by 0, 1, 2, ... pixels; not-a-number where nothing can be said.

    Args:
        by: the shifts. plain, strided: the error of the map that should have moved along, at stride 1 and at `stride`.
        cells, pools: how much the map changes where it stands, by cell and by pools.
        edge: whether the picture was laid on a black ground first.
    """

    by: np.ndarray
    stride: int
    plain: np.ndarray
    strided: np.ndarray
    cells: np.ndarray
    pools: np.ndarray
    edge: bool


def grounded(setting: Setting) -> Picture:
    """The picture, on a black ground of twice its size where it is small."""
    image = setting.image
    if min(image.shape[1:]) >= SMALL:
        return image
    half = max(SMALL - min(image.shape[1:]), 8) // 2
    return np.pad(image, ((0, 0), (half, half), (half, half)))


FARTHEST = 6


@shared(megabytes=2, size=lambda found: 2000)
def moves_of(setting: Setting, stride: int) -> Moves:
    """A picture that moves to the right, up to FARTHEST pixels. Raises ValueError where the kernel does not fit."""
    image, kernel = grounded(setting), setting.kernels
    farthest = min(FARTHEST, image.shape[2] - 1)
    still = [_still(image, kernel, by) for by in range(farthest + 1)]
    return Moves(
        np.arange(farthest + 1),
        stride,
        np.array([shifted(image, kernel, by).error for by in range(farthest + 1)]),
        np.array([shifted(image, kernel, by, stride=stride).error for by in range(farthest + 1)]),
        np.array([found[0] for found in still]),
        np.array([found[1] for found in still]),
        image is not setting.image,
    )


def _still(image: Picture, kernel: Kernel, by: int) -> tuple[float, float]:
    try:
        found = unmoved(image, kernel, by)
    except ValueError:
        return float("nan"), float("nan")
    return found.plain, found.pooled


@shared(megabytes=1, size=lambda found: 1000)
def turns_of(setting: Setting) -> dict[str, float]:
    """The error of the map of the turned picture with the kernel on screen and each named one, at its size."""
    image, laid = grounded(setting), {setting.kernel: setting.kernels}
    for name in KERNELS:
        laid.setdefault(name, np.repeat(named_kernel(name, setting.side)[None, None], len(image), axis=1))
    return {name: turned(image, kernel)[2] for name, kernel in laid.items()}


@shared(megabytes=8, size=lambda data: data.train.nbytes + data.test.nbytes)
def data_of(params: DigitsTraining) -> DigitsData:
    """The pictures of a run."""
    return digits_data(params)


def run_of(params: DigitsTraining) -> DigitsRun | None:
    """The run with these parameters: the recorded one, or that of a finished job; None before there is one."""
    if params == DigitsTraining(labels=params.labels):
        try:
            return recorded_run(params.labels)
        except AssetError:
            pass
    job = find(train_digits, params)
    return job.result() if job is not None and job.state == "finished" else None


def weights_at(run: DigitsRun, checkpoint: int) -> DigitsWeights:
    """The weights of a run at one of its checkpoints; the last one for a number beyond."""
    return run.weights[min(checkpoint, len(run.weights) - 1)]


def _found(params: DigitsTraining) -> DigitsRun:
    run = run_of(params)
    if run is None:
        raise LookupError(f"there is no run of {params}")
    return run


@shared(megabytes=2, size=lambda found: found.patches.nbytes + 500)
def exciting_of(params: DigitsTraining, checkpoint: int, layer: int, number: int) -> Exciting:
    """The patches of the training pictures that excite a filter most. Raises LookupError where there is no run."""
    return exciting(weights_at(_found(params), checkpoint), data_of(params).train, layer, number)


@shared(megabytes=1, size=lambda found: 100)
def accuracy_of(params: DigitsTraining) -> float:
    """The accuracy of the last weights on the test pictures, computed anew without torch.

    Raises LookupError where there is no run.
    """
    data = data_of(params)
    return accuracy(_found(params).weights[-1], data.test, data.test_labels)


def seen(weights: DigitsWeights, digit: np.ndarray) -> Activity:
    """What a network makes of one digit."""
    return activity(weights, digit[None])
