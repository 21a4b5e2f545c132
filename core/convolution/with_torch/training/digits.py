"""The training of the network on digits, and the pictures that excite its filters."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.convolution.digits_net import FILTERS, DigitsWeights
from core.convolution.training import DigitsCurves, DigitsRun, DigitsTraining, digits_data
from core.convolution.with_torch.volumes import as_batch
from core.digits import SIDE
from core.progress import Progress, portion

ASCENT_STEPS, ASCENT_RATE = 150, 0.05
NAMES = {
    "0.weight": "first",
    "0.bias": "first_bias",
    "3.weight": "second",
    "3.bias": "second_bias",
    "7.weight": "hidden",
    "7.bias": "hidden_bias",
    "9.weight": "out",
    "9.bias": "out_bias",
}


def digits_net(seed: int) -> nn.Sequential:
    """The network of `core.convolution.DIGITS_NET` with torch's first weights by a seed."""
    first, second = FILTERS
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, first, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(first, second, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(second * 4, 64),
            nn.ReLU(),
            nn.Linear(64, 10),
        )


def train(params: DigitsTraining, *, on_progress: Progress | None = None) -> DigitsRun:
    """Trains by Adam on batches drawn with replacement, and follows the gradient to each filter's picture at the end.

    Args:
        on_progress: called at each checkpoint with the curves so far; what it raises ends the training.

    Returns:
        The run. Invariant: the same parameters give the same run on the same machine with one thread.
    """
    data, start = digits_data(params), time.process_time()
    net, report = digits_net(params.seed), portion(on_progress, 0.0, 0.9)
    pictures, taught = as_batch(data.train), torch.from_numpy(data.taught)
    test, labels = as_batch(data.test), torch.from_numpy(data.test_labels)
    measured: list[tuple[float, float, float]] = []
    kept: list[DigitsWeights] = []
    for step in _steps(net, pictures, taught, params):
        if step in params.checkpoints:
            with torch.no_grad():
                logits, right = net(pictures), net(test).argmax(1) == labels
            loss = float(nn.functional.cross_entropy(logits, taught))
            found = (logits.argmax(1) == taught).double().mean(), right.double().mean()
            measured.append((loss, float(found[0]), float(found[1])))
            kept.append(weights_of(net))
            words = f"Step {step}: {found[0]:.0%} of its labels, {found[1]:.0%} of the test"
            report(step / params.steps, words, _curves(params, measured, kept))
    seconds = time.process_time() - start
    curves = _curves(params, measured, kept)
    portion(on_progress, 0.9)(0.0, "Following the gradient to each filter's picture", curves)
    found_pictures, values = ascent(net)
    return DigitsRun(params, curves, tuple(kept), found_pictures, values, seconds)


def _steps(net: nn.Module, pictures: Tensor, taught: Tensor, params: DigitsTraining) -> Iterator[int]:
    """Yields the number of updates done, from 0 on, and makes the next one when it is asked again."""
    optimizer = torch.optim.Adam(net.parameters(), lr=params.learning_rate)
    draw = torch.Generator().manual_seed(params.seed)
    for step in range(params.steps):
        yield step
        chosen = torch.randint(len(pictures), (params.batch,), generator=draw)
        loss = nn.functional.cross_entropy(net(pictures[chosen]), taught[chosen])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    yield params.steps


def _curves(
    params: DigitsTraining, measured: list[tuple[float, float, float]], kept: list[DigitsWeights]
) -> DigitsCurves:
    loss, train_share, test_share = np.array(measured).T.copy()
    return DigitsCurves(np.array(params.checkpoints[: len(measured)]), loss, train_share, test_share, kept[-1].first)


def weights_of(net: nn.Module) -> DigitsWeights:
    """A copy of the network's weights."""
    return DigitsWeights(**{NAMES[name]: part.detach().numpy().copy() for name, part in net.named_parameters()})


def ascent(net: nn.Sequential) -> tuple[Float[np.ndarray, "filter 8 8"], Float[np.ndarray, "filter"]]:
    """For each filter of both convolutions a picture in [0, 1] that excites a middle cell of its map.

    x <- clip(x + rate * g / max|g|, 0, 1), from medium gray, where g is the gradient of the cell before the ReLU. A
    picture that no step moves stays gray.

    Returns:
        The pictures, and the cell's value behind the ReLU.

    Source: Erhan et al. 2009, “Visualizing higher-layer features of a deep network”.
    """
    found = [_ascended(net[:1], number, SIDE // 2) for number in range(FILTERS[0])]
    found += [_ascended(net[:4], number, SIDE // 4) for number in range(FILTERS[1])]
    pictures, values = zip(*found, strict=True)
    return np.stack(pictures), np.maximum(np.array(values), 0)


def _ascended(part: nn.Sequential, number: int, place: int) -> tuple[Float[np.ndarray, "8 8"], float]:
    picture = torch.full((1, 1, SIDE, SIDE), 0.5)
    for _ in range(ASCENT_STEPS):
        picture.requires_grad_()
        (gradient,) = torch.autograd.grad(part(picture)[0, number, place, place], picture)
        largest = gradient.abs().max().clamp_min(1e-12)
        picture = (picture.detach() + ASCENT_RATE * gradient / largest).clamp(0, 1)
    with torch.no_grad():
        value = float(part(picture)[0, number, place, place])
    return picture[0, 0].numpy().copy(), value
