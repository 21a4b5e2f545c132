"""Pretrains a small network on digits, and tunes one part of it at a time on a shift."""

import copy

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.digits import SIDE, digit_images
from core.tuning.parts import PARTS, RENAMED, TUNED, PartsParams, PartsRun

PRETRAINED_ON, TESTED = 900, 400
EPOCHS, BATCH = 8, 50
RATE, TUNING_RATE = 3e-3, 3e-3
NOISE = 0.5
"""The standard deviation of the noise, where white is 1 and black 0."""

Images = Float[Tensor, "image 1 row column"]
Labels = Int[Tensor, "image"]


def network() -> nn.Sequential:
    """Two convolutions, a dense layer and the head: the four parts, from the pixels on."""
    first = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU())
    second = nn.Sequential(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    third = nn.Sequential(nn.Linear(32 * (SIDE // 2) ** 2, 64), nn.ReLU())
    return nn.Sequential(first, second, third, nn.Linear(64, 10))


def run_parts(params: PartsParams) -> PartsRun:
    """The run that `core.tuning.tune_parts` promises."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(params.seed)
            return _run(params)
    finally:
        torch.set_num_threads(before)


def _run(params: PartsParams) -> PartsRun:
    pixels, names = digit_images()
    order = np.random.default_rng(params.seed).permutation(len(pixels))
    images = torch.from_numpy(pixels[order].astype(np.float32)).reshape(-1, 1, SIDE, SIDE)
    labels = torch.from_numpy(names[order].astype(np.int64))
    source, test = slice(PRETRAINED_ON), slice(-TESTED, None)
    few = slice(PRETRAINED_ON, PRETRAINED_ON + params.labels)
    base = network()
    _fit(base, [*base.parameters()], images[source], labels[source], EPOCHS * PRETRAINED_ON // BATCH, RATE, BATCH)
    turned, renamed = shifted(images, labels, params.shift)
    accuracy, trainable, change = {}, {}, 0.0
    for tuned in TUNED:
        net = copy.deepcopy(base)
        chosen = net if tuned == "all" else net[PARTS.index(tuned)]
        moving = [*chosen.parameters()]
        _fit(net, moving, turned[few], renamed[few], params.steps, TUNING_RATE, params.labels)
        accuracy[tuned], trainable[tuned] = _accuracy(net, turned[test], renamed[test]), sum(p.numel() for p in moving)
        change = max(change, _change(net, base, moving))
    return PartsRun(
        params=params,
        pretrained=_accuracy(base, images[test], labels[test]),
        before=_accuracy(base, turned[test], renamed[test]),
        accuracy=accuracy,
        trainable=trainable,
        frozen_change=change,
    )


def shifted(images: Images, labels: Labels, shift: str) -> tuple[Images, Labels]:
    """Pictures and names after the shift."""
    if shift == "negative":
        return 1 - images, labels
    if shift == "noise":
        return images + NOISE * torch.randn_like(images), labels
    return images, torch.tensor(RENAMED)[labels]


def _fit(
    net: nn.Module, moving: list[nn.Parameter], images: Images, labels: Labels, steps: int, rate: float, batch: int
) -> None:
    """Updates of the moving weights, with a new order of the pictures each time all were seen."""
    optimizer = torch.optim.Adam(moving, lr=rate)
    order = torch.zeros(0, dtype=torch.long)
    for _ in range(steps):
        order = order if len(order) >= batch else torch.randperm(len(images))
        chosen, order = order[:batch], order[batch:]
        loss = nn.functional.cross_entropy(net(images[chosen]), labels[chosen])
        net.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


@torch.no_grad()
def _accuracy(net: nn.Module, images: Images, labels: Labels) -> float:
    return float((net(images).argmax(-1) == labels).double().mean())


def _change(net: nn.Module, base: nn.Module, moving: list[nn.Parameter]) -> float:
    """The largest change of a weight that was not to move."""
    moved = {id(weight) for weight in moving}
    pairs = zip(net.parameters(), base.parameters(), strict=True)
    return max((float((now - old).detach().abs().max()) for now, old in pairs if id(now) not in moved), default=0.0)
