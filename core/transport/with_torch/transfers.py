"""First a source, then a few labels of the target: small networks of all seeds trained side by side."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.progress import Progress, portion
from core.transport.datasets import dataset_distance
from core.transport.divergence import mean_discrepancy
from core.transport.problem import cost_matrix
from core.transport.splits import Pictures, Split, compared, split_of
from core.transport.transfers import SOURCES, TransferParams, TransferRun, mark_of

WIDTH = 64
"""Of both hidden layers."""

BATCH, RATE = 100, 3e-3

MEASURING = 0.25
"""What measuring the distances of a source takes, as a part of learning from it."""

Heard = Callable[[int, int], None]
"""Hears a step of a training, and of how many."""

HEARD = 50
"""Steps of a training between two reports of it."""


def run(params: TransferParams, *, on_progress: Progress | None = None) -> TransferRun:
    """For every source and seed: its distances to the target, and what a first training on it is worth.

    A network 64-64-64 with ReLU learns a source by Adam; its head is replaced; then all of it learns a few labels of
    each class of the target. Without the first training body, head and labels are the same, so gains are paired.

    Args:
        params: what is asked. on_progress: hears a dict of the sources so far, none at first: `measured`, the means of
            MEASURES, and `gain`.

    Invariant: the same params give the same run on one machine.
    Source: Alvarez-Melis and Fusi 2020 (OTDD), section 6; Yosinski et al. 2014 for the two trainings.
    """
    report, start = portion(on_progress), time.monotonic()
    told: dict[str, Any] = {"measured": [], "gain": []}
    report(0.0, f"dealing out the digits, {params.seeds} seeds", told)
    splits = [split_of(params, seed) for seed in range(params.seeds)]
    base = _learned_after(_body(params.seeds), splits, params, heard=_heard(report, params, None, told))
    distances, accuracy, gains, marks = [], [], [], []
    for number, name in enumerate(SOURCES):
        report(_done(params, number), f"measuring how far from the target: {name}", told)
        sources = [split.source(name, seed) for seed, split in enumerate(splits)]
        distances.append(
            [_apart(source, split.pool, seed) for seed, (source, split) in enumerate(zip(sources, splits, strict=True))]
        )
        heard = _heard(report, params, number, told)
        body = _trained([*_body(params.seeds), *_head(params.seeds, 0)], sources, params.first_steps, 0, heard)[:4]
        accuracy.append(_learned_after(body, splits, params))
        marks.append(mark_of(name, *np.array(distances[-1]).T, accuracy[-1], base))
        gains.append(float(np.mean(accuracy[-1] - base)))
        told = {"measured": [np.mean(row, axis=0).tolist() for row in distances], "gain": list(gains)}
        report(_done(params, number + 1), f"learned from: {name}", told)
    floor = [_apart(split.half(0), split.half(1), seed) for seed, split in enumerate(splits)]
    distance, features, discrepancy = np.moveaxis(np.array(distances), -1, 0)
    return TransferRun(
        params=params,
        distance=distance,
        features=features,
        discrepancy=discrepancy,
        floor=np.array(floor).T,
        accuracy=np.array(accuracy),
        base=base,
        tested=len(splits[0].test[1]),
        seconds=time.monotonic() - start,
        marks=np.array(marks),
    )


def _done(params: TransferParams, sources: float) -> float:
    """The share of all work that is done after the training without a source and so many sources, counted in steps."""
    each = (1 + MEASURING) * params.first_steps + params.second_steps
    return (params.second_steps + sources * each) / (params.second_steps + len(SOURCES) * each)


def _heard(report: Progress, params: TransferParams, number: int | None, told: dict[str, Any]) -> Heard:
    """Tells how far the training on a source is, or the one without; `told` is what sources before it have given."""
    each = (1 + MEASURING) * params.first_steps + params.second_steps
    what = "the target alone, without a source" if number is None else f"learning from: {SOURCES[number]}"
    before = -params.second_steps / each if number is None else number + MEASURING * params.first_steps / each

    def heard(step: int, steps: int) -> None:
        report(_done(params, before + step / each), f"{what}, step {step} of {steps}", told)

    return heard


def _apart(source: Pictures, target: Pictures, seed: int) -> tuple[float, float, float]:
    """The dataset distance, W2^2 between the points, and MMD^2, between draws from both."""
    (x, y), (z, w) = compared(source, target, seed)
    found = dataset_distance(x, y, z, w)
    width = float(np.sqrt(np.median(cost_matrix(z, z)))) or 1.0
    return found.value, found.feature_only, mean_discrepancy(x, z, bandwidth=width)


def _body(seeds: int) -> list[Tensor]:
    """Two layers of weights and biases, each [seed ...], by Kaiming's rule."""
    return [part for number in range(2) for part in _layer(seeds, WIDTH, WIDTH, number)]


def _head(seeds: int, number: int) -> list[Tensor]:
    """A layer of ten scores."""
    return _layer(seeds, WIDTH, 10, 2 + number)


def _layer(seeds: int, inputs: int, outputs: int, number: int) -> list[Tensor]:
    weights = [
        torch.randn(inputs, outputs, generator=torch.Generator().manual_seed(1000 * seed + number))
        for seed in range(seeds)
    ]
    return [torch.stack(weights) * (2 / inputs) ** 0.5, torch.zeros(seeds, 1, outputs)]


def _scores(parts: list[Tensor], x: Float[Tensor, "seed image 64"]) -> Float[Tensor, "seed image 10"]:
    for weight, bias in zip(parts[:-2:2], parts[1:-2:2], strict=True):
        x = torch.relu(torch.baddbmm(bias, x, weight))
    return torch.baddbmm(parts[-1], x, parts[-2])


def _trained(
    parts: list[Tensor], data: list[Pictures], steps: int, salt: int, heard: Heard | None = None
) -> list[Tensor]:
    """The networks of all seeds after some steps, each on batches of its own pictures."""
    learned = [part.clone().requires_grad_(True) for part in parts]
    adam = torch.optim.Adam(learned, lr=RATE)
    draws = [np.random.default_rng([seed, 13, salt]) for seed in range(len(data))]
    for step in range(steps):
        if heard is not None and step % HEARD == 0:
            heard(step, steps)
        rows = [rng.integers(0, len(y), BATCH) for rng, (_, y) in zip(draws, data, strict=True)]
        x = torch.tensor(
            np.stack([pixels[at] for at, (pixels, _) in zip(rows, data, strict=True)]), dtype=torch.float32
        )
        y = torch.tensor(np.stack([labels[at] for at, (_, labels) in zip(rows, data, strict=True)]))
        loss = torch.nn.functional.cross_entropy(_scores(learned, x).flatten(0, 1), y.flatten()) * len(data)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    return [part.detach() for part in learned]


def _learned_after(
    body: list[Tensor], splits: list[Split], params: TransferParams, heard: Heard | None = None
) -> Float[np.ndarray, "seed"]:
    """The accuracy on the test pictures after a body has learned the few labels with a new head."""
    parts = _trained([*body, *_head(len(splits), 1)], [split.few for split in splits], params.second_steps, 1, heard)
    x = torch.tensor(np.stack([split.test[0] for split in splits]), dtype=torch.float32)
    y = np.stack([split.test[1] for split in splits])
    with torch.inference_mode():
        named = _scores(parts, x).argmax(dim=-1).numpy()
    return np.asarray((named == y).mean(axis=1))
