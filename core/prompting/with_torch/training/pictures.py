"""Trains the network that does with a new picture what was done in a pair of pictures."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from core.progress import Progress, portion
from core.prompting.picture_network import CELLS, CHANNELS, CODE, DENSE, PRODUCTS, ROUTES, PictureNetwork
from core.prompting.pictures import COLORS, OPERATIONS, SIDE, draw_pictures

BATCH, STEPS, RATE = 64, 1650, 3e-3
POOL = 6000
"""Pictures from which pairs and queries are drawn."""

NAMING = 0.3
"""The first weight of the loss that names the operation; it falls to 0."""

PLANES = COLORS - 1
READ = CHANNELS + DENSE + PRODUCTS


class PictureSolver(nn.Module):
    """The layers that `PictureNetwork` describes, and one more that names the operation, for training alone."""

    def __init__(self) -> None:
        super().__init__()
        self.pair = nn.Conv2d(2 * PLANES, CHANNELS, 3, padding=1)
        self.dense = nn.Linear(2 * PLANES * CELLS, DENSE)
        self.u = nn.Linear(PLANES * CELLS, PRODUCTS, bias=False)
        self.v = nn.Linear(PLANES * CELLS, PRODUCTS, bias=False)
        self.code = nn.Linear(READ, CODE)
        self.nothing = nn.Parameter(torch.zeros(CODE))
        channels = (PLANES, CHANNELS, CHANNELS, CHANNELS)
        self.convolutions = nn.ModuleList(nn.Conv2d(before, CHANNELS, 3, padding=1) for before in channels)
        self.films = nn.ModuleList(nn.Linear(CODE, 2 * CHANNELS) for _ in channels)
        self.routes = nn.Parameter(0.02 * torch.randn(ROUTES, CELLS, CELLS))
        self.gate = nn.Linear(CODE, ROUTES)
        self.last = nn.Conv2d(CHANNELS, COLORS, 1)
        self.named = nn.Linear(CODE, len(OPERATIONS))

    def codes(
        self, before: Float[Tensor, "task pair plane row column"], after: Float[Tensor, "task pair plane row column"]
    ) -> Float[Tensor, "task code"]:
        """The code of each task: the mean over its pairs, or the learned vector without any."""
        if before.shape[1] == 0:
            return self.nothing.expand(len(before), -1)
        first, second = before.flatten(0, 1), after.flatten(0, 1)
        both = torch.cat([first, second], dim=1)
        averaged = functional.relu(self.pair(both)).mean(dim=(2, 3))
        dense = functional.relu(self.dense(both.flatten(1)))
        products = self.u(first.flatten(1)) * self.v(second.flatten(1))
        read = torch.cat([averaged, dense, functional.layer_norm(products, (PRODUCTS,))], dim=1)
        code: Float[Tensor, "task code"] = self.code(read).view(*before.shape[:2], CODE).mean(dim=1)
        return code

    def forward(
        self, z: Float[Tensor, "task code"], query: Float[Tensor, "task plane row column"]
    ) -> Float[Tensor, "task color row column"]:
        """The logits of the colors of each cell."""
        maps = query
        for layer in (0, 1):
            maps = self._filmed(layer, maps, z)
        shares = self.gate(z).softmax(dim=-1)
        routes = torch.einsum("tr,roi->toi", shares, self.routes.softmax(dim=-1))
        maps = torch.bmm(maps.flatten(2), routes.transpose(1, 2)).unflatten(2, (SIDE, SIDE))
        for layer in (2, 3):
            maps = self._filmed(layer, maps, z)
        logits: Float[Tensor, "task color row column"] = self.last(maps)
        return logits

    def _filmed(
        self, layer: int, maps: Float[Tensor, "task channel row column"], z: Float[Tensor, "task code"]
    ) -> Float[Tensor, "task out row column"]:
        scale, shift = self.films[layer](z)[:, :, None, None].chunk(2, dim=1)
        found: Float[Tensor, "task out row column"] = functional.relu(
            (1 + scale) * self.convolutions[layer](maps) + shift
        )
        return found

    def weights(self) -> PictureNetwork:
        """The weights as numpy holds them."""

        def stacked(layers: nn.ModuleList, name: str) -> np.ndarray:
            return np.stack([getattr(layer, name).detach().numpy() for layer in layers])

        def array(weights: Tensor | None) -> np.ndarray:
            assert weights is not None
            return weights.detach().numpy().copy()

        kernels = {f"kernel_{place + 1}": array(layer.weight) for place, layer in enumerate(self.convolutions)}  # type: ignore[arg-type]
        return PictureNetwork(
            array(self.pair.weight), array(self.pair.bias), array(self.dense.weight), array(self.dense.bias),
            array(self.u.weight), array(self.v.weight), array(self.code.weight), array(self.code.bias),
            array(self.nothing), **kernels, biases=stacked(self.convolutions, "bias"),
            films=stacked(self.films, "weight"), film_biases=stacked(self.films, "bias"), routes=array(self.routes),
            gate=array(self.gate.weight), gate_bias=array(self.gate.bias), last=array(self.last.weight)[:, :, 0, 0],
            last_bias=array(self.last.bias),
        )  # fmt: skip


def as_planes(pictures: Int[np.ndarray, "*any 12 12"]) -> Float[Tensor, "*any 3 12 12"]:
    """One plane for each color but the background, in float32."""
    colors = torch.arange(1, COLORS).view(PLANES, 1, 1)
    return (torch.from_numpy(pictures)[..., None, :, :] == colors).float()


@dataclass(frozen=True, eq=False)
class Pool:
    """Pictures, each after every operation, and which of them each operation changes."""

    before: Int[np.ndarray, "picture 12 12"]
    after: Int[np.ndarray, "operation picture 12 12"]
    changed: tuple[Int[np.ndarray, "_"], ...]

    @classmethod
    def drawn(cls, seed: int, count: int = POOL) -> "Pool":
        """A pool of pictures."""
        before = draw_pictures(count, np.random.default_rng([seed, 1]))
        after = np.stack([operation(before) for operation in OPERATIONS.values()])
        return cls(before, after, tuple(np.flatnonzero((one != before).any(axis=(1, 2))) for one in after))


def train_pictures(
    *, seed: int = 0, steps: int = STEPS, pool: int = POOL, on_progress: Progress | None = None
) -> tuple[PictureSolver, list[float], float]:
    """Trains on tasks of one operation each, with one or two pairs in turn, and none in every twentieth batch.

    Args:
        seed: of weights, pictures and batches. steps: updates of 64 tasks. pool: pictures that are drawn.
        on_progress: told the part done every 25 updates; an exception it raises ends the training.

    Returns:
        The network, its loss every 25 updates, and seconds of processor.
    """
    began, rng, drawn = time.process_time(), np.random.default_rng([seed, 2]), Pool.drawn(seed, pool)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        solver = PictureSolver()
    rest = [weights for name, weights in solver.named_parameters() if name != "routes"]
    groups: list[dict[str, Any]] = [{"params": rest}, {"params": [solver.routes], "lr": 4 * RATE}]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    losses, report = [], portion(on_progress)
    for step in range(steps):
        loss = _loss(solver, drawn, rng, step, NAMING * (1 - step / steps))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 25 == 0:
            losses.append(float(loss.detach()))
            report(step / steps, f"{step} of {steps} updates, loss {losses[-1]:.3f}")
    return solver.eval(), losses, time.process_time() - began


def _loss(solver: PictureSolver, pool: Pool, rng: np.random.Generator, step: int, naming: float) -> Float[Tensor, ""]:
    """The loss of one batch: cross entropy of the cells, and of the operation's name, in nats."""
    pairs = 0 if step % 20 == 19 else 1 + step % 2
    operation = rng.integers(len(OPERATIONS), size=BATCH)
    chosen = np.stack([rng.choice(pool.changed[name], pairs + 1) for name in operation])
    before, after = pool.before[chosen], pool.after[operation[:, None], chosen]
    z = solver.codes(as_planes(before[:, 1:]), as_planes(after[:, 1:]))
    loss = functional.cross_entropy(solver(z, as_planes(before[:, 0])), torch.from_numpy(after[:, 0]))
    if pairs:
        loss = loss + naming * functional.cross_entropy(solver.named(z), torch.from_numpy(operation))
    return loss
