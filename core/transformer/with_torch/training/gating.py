"""Trains a small decoder on sums modulo 11, with a gate in its feed-forward parts or without."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.progress import Progress, portion
from core.transformer.gating import LENGTH, NUMBERS, GatingParams, GatingRun, equal_inner, sums, unseen_texts
from core.transformer.with_torch.training.layers import WIDTH, Block, SwiGLU

BATCH, RATE, LAYERS = 64, 4e-3, 2
POINTS = 20
INNER = 64
"""Numbers inside SwiGLU; the part without a gate has 96."""


class Model(nn.Module):
    """A decoder of two layers with learned positions.

    Args:
        gated: whether its feed-forward parts have a gate.
    """

    def __init__(self, *, gated: bool) -> None:
        super().__init__()
        self.embedding, self.place = nn.Embedding(NUMBERS, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.ModuleList(Block(crosses=False, inner=feed_forward(gated=gated)) for _ in range(LAYERS))
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, NUMBERS)

    def forward(self, ids: Int[Tensor, "text token"]) -> Float[Tensor, "text token symbol"]:
        """Logits of the symbol after each place."""
        places = ids.shape[1]
        seen = torch.ones(places, places, dtype=torch.bool).tril()
        x = self.embedding(ids) + self.place.weight[:places]
        for block in self.blocks:
            x = block(x, seen[None])
        logits: Tensor = self.head(self.last(x))
        return logits


def feed_forward(*, gated: bool) -> nn.Module:
    """A part with a gate, or one of as many weights with ReLU."""
    if gated:
        return SwiGLU(INNER)
    wide = equal_inner(WIDTH, INNER)
    return nn.Sequential(nn.Linear(WIDTH, wide, bias=False), nn.ReLU(), nn.Linear(wide, WIDTH, bias=False))


def run(params: GatingParams, *, on_progress: Progress | None = None) -> GatingRun:
    """The run that `core.transformer.train_gating` promises."""
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    report, rng = portion(on_progress), np.random.default_rng(params.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(params.seed)
        model = Model(gated=params.gated)
    test = torch.from_numpy(unseen_texts(params.seed))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=params.steps + 1, pct_start=0.1)
    points = sorted({round(step) for step in np.geomspace(1, params.steps, min(POINTS, params.steps))})
    losses: list[float] = []
    for step in range(1, params.steps + 1):
        optimizer.zero_grad()
        torch.autograd.backward(_loss(model, torch.from_numpy(sums(BATCH, LENGTH + 1, rng))))
        optimizer.step()
        schedule.step()
        if step in points:
            with torch.no_grad():
                losses.append(float(_loss(model, test)))
            report(step / params.steps, f"Step {step} of {params.steps}: loss {losses[-1]:.2f} nats", losses[:])
    return GatingRun(
        params=params,
        steps=np.array(points),
        loss=np.array(losses),
        inner=INNER if params.gated else equal_inner(WIDTH, INNER),
        parameters=sum(weight.numel() for weight in feed_forward(gated=params.gated).parameters()),
    )


def _loss(model: Model, texts: Int[Tensor, "text token"]) -> Tensor:
    """The mean of -ln p over places with two symbols before them."""
    logits = model(texts[:, :-1])[:, 1:]
    return nn.functional.cross_entropy(logits.flatten(0, 1), texts[:, 2:].flatten())
