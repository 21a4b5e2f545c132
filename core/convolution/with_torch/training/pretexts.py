"""The trainings: one encoder, and for each pretext a head and a loss. With torch."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from core.checks import Check
from core.convolution.encoder import Encoder, encode
from core.convolution.halves import CLASSES, digit_labels, digit_pictures, held_out, unlabeled
from core.convolution.pretext import SUPERVISED, UNTRAINED, Example, Pretrained, PretrainParams
from core.convolution.with_torch.training.views import Pictures, holes, turned, view
from core.convolution.with_torch.volumes import as_batch
from core.digits import SIDE
from core.progress import Progress, portion

BATCH = 100
RATE = 2e-3
SHOWN = 10
"""Held-out digits that are shown."""

HEAD = 128
PROJECTION = 32


class Network(nn.Module):
    """The encoder, as `core.convolution.encoder` runs it in numpy, and a head for the pretext."""

    def __init__(self, width: int, head: nn.Module) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.dense = nn.Linear(256, width)
        self.head = head

    def features(self, pictures: Pictures) -> Float[Tensor, "image width"]:
        """What the probe gets: the head is thrown away."""
        out: Tensor = self.dense(self.convolutions(pictures).flatten(1))
        return out

    def forward(self, pictures: Pictures) -> Float[Tensor, "image *out"]:
        """What the pretext gets."""
        out: Tensor = self.head(self.features(pictures))
        return out

    def encoder(self) -> Encoder:
        """The weights, without the head."""
        layers = [layer for layer in [*self.convolutions, self.dense] if isinstance(layer, nn.Conv2d | nn.Linear)]
        parts = [part for layer in layers for part in (layer.weight, layer.bias) if part is not None]
        return Encoder(*(part.detach().numpy().copy() for part in parts))


@dataclass(frozen=True, eq=False)
class Task:
    """A pretext: the head it needs, its loss on a batch, and how it is judged on held-out digits.

    Args:
        head: width -> the module behind the features.
        loss: (network, pictures, labels, rng) -> the loss of a batch.
        judge: the same -> score, baseline and what is shown of it.
    """

    head: Callable[[int], nn.Module]
    loss: Callable[[Network, Pictures, Int[Tensor, "image"], torch.Generator], Float[Tensor, ""]]
    judge: Callable[[Network, Pictures, Int[Tensor, "image"], torch.Generator], tuple[float, float, Example]]


def run(params: PretrainParams, *, on_progress: Progress | None = None) -> Pretrained:
    """Trains the encoder of `params` and takes the features of all digits. See `core.convolution.pretrain`."""
    started, report = time.perf_counter(), portion(on_progress)
    torch.set_num_threads(1)
    rng = torch.Generator().manual_seed(params.seed)
    task = task_of(params)
    with torch.random.fork_rng(devices=[]):
        # The encoder is drawn before the head: networks of one seed start from the same weights, whatever the pretext.
        torch.manual_seed(params.seed)
        network = Network(params.width, nn.Identity())
        network.head = task.head(params.width)
    losses = _fit(network, task, params, rng, report) if params.pretext != UNTRAINED else []
    score, baseline, example = _judged(network, task, params)
    encoder = network.encoder()
    features = encode(encoder, digit_pictures())
    return Pretrained(
        params=params,
        encoder=encoder,
        losses=np.array(losses, dtype=np.float64),
        features=features,
        score=score,
        baseline=baseline,
        example=example,
        seconds=time.perf_counter() - started,
        checks=(_same_features(network, features),),
    )


def _fit(network: Network, task: Task, params: PretrainParams, rng: torch.Generator, report: Progress) -> list[float]:
    pictures, labels = _seen(params)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    losses: list[float] = []
    for epoch in range(1, params.epochs + 1):
        order, total = torch.randperm(len(pictures), generator=rng), 0.0
        for batch in torch.split(order, BATCH):
            loss = task.loss(network, pictures[batch], labels[batch], rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(batch)
        losses.append(total / len(pictures))
        report(epoch / params.epochs, f"pass {epoch} of {params.epochs} over {len(pictures)} digits", tuple(losses))
    return losses


def _seen(params: PretrainParams) -> tuple[Pictures, Int[Tensor, "image"]]:
    """The digits of the training. Labels are handed to every loss; only that of the supervised network reads them."""
    places = unlabeled(params.images)
    return as_batch(digit_pictures()[places]), torch.from_numpy(digit_labels()[places].astype(np.int64))


def _judged(network: Network, task: Task, params: PretrainParams) -> tuple[float, float, Example]:
    places = held_out()
    labels = torch.from_numpy(digit_labels()[places].astype(np.int64))
    with torch.inference_mode():
        rng = torch.Generator().manual_seed(10_000 + params.seed)
        return task.judge(network, as_batch(digit_pictures()[places]), labels, rng)


def _same_features(network: Network, features: Float[np.ndarray, "image width"]) -> Check:
    with torch.inference_mode():
        peer = network.features(as_batch(digit_pictures())).numpy()
    # The longest sum has 288 terms, and four layers follow one another.
    bound = 4 * 288 * float(np.finfo(np.float32).eps) * max(1.0, float(np.abs(features).max()))
    return Check(
        "Features in numpy equal those of torch", float(np.abs(features - peer).max()), bound, "float32 against float64"
    )


def task_of(params: PretrainParams) -> Task:
    """The task of a pretext, with the settings of `params`."""
    makers: dict[str, Callable[[PretrainParams], Task]] = {
        "inpainting": _inpainting,
        "autoencoder": _autoencoder,
        "rotation": _rotation,
        "contrast": _contrast,
        SUPERVISED: _supervised,
        UNTRAINED: _untrained,
    }
    return makers[params.pretext](params)


def _decoder(width: int) -> nn.Module:
    """Features to the 64 pixels of a picture."""
    return nn.Sequential(
        nn.Linear(width, HEAD), nn.ReLU(), nn.Linear(HEAD, SIDE * SIDE), nn.Unflatten(1, (1, SIDE, SIDE))
    )


def _mean_picture(params: PretrainParams) -> Pictures:
    return _seen(params)[0].mean(dim=0, keepdim=True)


def _example(given: Tensor, wanted: Tensor, found: Tensor, right: Tensor) -> Example:
    def kept(part: Tensor) -> np.ndarray:
        return part[:SHOWN].reshape(-1, SIDE, SIDE).numpy().astype(np.float32)

    return Example(kept(given), kept(wanted), kept(found), right[:SHOWN].numpy().astype(np.float32))


def _inpainting(params: PretrainParams) -> Task:
    """A square of pixels is set to 0, and the network says what stood there: mean squared error inside the hole."""

    def loss(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> Tensor:
        hole = holes(len(pictures), params.hole, rng)
        apart: Tensor = (network(pictures * ~hole) - pictures)[hole]
        return (apart**2).mean()

    def judge(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> tuple[float, float, Example]:
        """Squared error in the hole, that of the mean picture, and the pictures before and after."""
        hole = holes(len(pictures), params.hole, rng)
        given = pictures * ~hole
        found = torch.where(hole, network(given), pictures)
        score = float(((found - pictures)[hole] ** 2).mean())
        baseline = float(((_mean_picture(params) - pictures)[hole] ** 2).mean())
        shown = torch.where(hole, torch.nan, pictures)
        return score, baseline, _example(shown, pictures, found.clip(0, 1), torch.full((len(pictures),), torch.nan))

    return Task(_decoder, loss, judge)


def _autoencoder(params: PretrainParams) -> Task:
    """The picture goes in and has to come out again: mean squared error of all pixels."""

    def loss(network: Network, pictures: Pictures, _: Tensor, __: torch.Generator) -> Tensor:
        apart: Tensor = network(pictures) - pictures
        return (apart**2).mean()

    def judge(network: Network, pictures: Pictures, _: Tensor, __: torch.Generator) -> tuple[float, float, Example]:
        """Squared error of what comes out, that of the mean picture, and the pictures before and after."""
        found = network(pictures)
        score, baseline = (float(((one - pictures) ** 2).mean()) for one in (found, _mean_picture(params)))
        return (
            score,
            baseline,
            _example(pictures, pictures, found.clip(0, 1), torch.full((len(pictures),), torch.nan)),
        )

    return Task(_decoder, loss, judge)


def _rotation(params: PretrainParams) -> Task:
    """The picture is turned by 0 to 3 quarters, and the network says by how many: cross entropy of four answers."""

    def loss(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> Tensor:
        quarters = torch.randint(0, 4, (len(pictures),), generator=rng)
        return cross_entropy(network(turned(pictures, quarters)), quarters)

    def judge(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> tuple[float, float, Example]:
        """The share of turns named rightly, chance, and the pictures turned back as the network says."""
        quarters = torch.randint(0, 4, (len(pictures),), generator=rng)
        given = turned(pictures, quarters)
        said = network(given).argmax(dim=1)
        right = (said == quarters).float()
        return float(right.mean()), 0.25, _example(given, pictures, turned(given, -said), right)

    return Task(lambda width: nn.Sequential(nn.ReLU(), nn.Linear(width, 4)), loss, judge)


def _contrast(params: PretrainParams) -> Task:
    """Two random views of each digit: of all views in the batch, the other of the same digit has to be the nearest.

    Source: Chen et al. 2020, A Simple Framework for Contrastive Learning (SimCLR), NT-Xent.
    """

    def loss(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> Tensor:
        views = torch.cat([view(pictures, params, rng), view(pictures, params, rng)])
        points = normalize(network(views))
        scores = (points @ points.T / params.temperature).masked_fill(torch.eye(len(views), dtype=torch.bool), -1e9)
        partner = torch.arange(len(views)).roll(len(pictures))
        return cross_entropy(scores, partner)

    def judge(network: Network, pictures: Pictures, _: Tensor, rng: torch.Generator) -> tuple[float, float, Example]:
        """How often the other view is the nearest, by the network and by pixels, and what was found."""
        one, other = view(pictures, params, rng), view(pictures, params, rng)
        nearest = (normalize(network(one)) @ normalize(network(other)).T).argmax(dim=1)
        by_pixels = (normalize(one.flatten(1)) @ normalize(other.flatten(1)).T).argmax(dim=1)
        places = torch.arange(len(pictures))
        right = (nearest == places).float()
        given, wanted, found = (part.clip(0, 1) for part in (one, other, other[nearest]))
        example = _example(given, wanted, found, right)
        return float(right.mean()), float((by_pixels == places).float().mean()), example

    return Task(
        lambda width: nn.Sequential(nn.ReLU(), nn.Linear(width, HEAD), nn.ReLU(), nn.Linear(HEAD, PROJECTION)),
        loss,
        judge,
    )


def _supervised(params: PretrainParams) -> Task:
    """The label itself is asked for: cross entropy of ten answers. No pretext, but the ceiling of all of them."""

    def loss(network: Network, pictures: Pictures, labels: Tensor, __: torch.Generator) -> Tensor:
        return cross_entropy(network(pictures), labels)

    def judge(
        network: Network, pictures: Pictures, labels: Tensor, __: torch.Generator
    ) -> tuple[float, float, Example]:
        right = (network(pictures).argmax(dim=1) == labels).float()
        most = float(labels.bincount(minlength=CLASSES).max() / len(labels))
        return float(right.mean()), most, _example(pictures, pictures, pictures, right)

    return Task(lambda width: nn.Sequential(nn.ReLU(), nn.Linear(width, CLASSES)), loss, judge)


def _untrained(params: PretrainParams) -> Task:
    """No task: the weights stay as they were drawn."""

    def judge(_: Network, pictures: Pictures, __: Tensor, ___: torch.Generator) -> tuple[float, float, Example]:
        nothing = pictures[:0]
        return float("nan"), float("nan"), _example(nothing, nothing, nothing, nothing[:, 0, 0, 0])

    def loss(*_: object) -> Tensor:
        raise ValueError(f"the {UNTRAINED} has no loss")

    return Task(lambda _: nn.Identity(), loss, judge)
