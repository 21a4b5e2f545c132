"""Trains one layer of a state space on copying, with a step that is fixed or read from the token."""

import math
import time
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.progress import Progress, portion
from core.state_space.copying import DATA, VALUES, CopyingPair, CopyingParams, CopyingRun, copying_sequences
from core.state_space.with_torch.threads import one_thread

WIDTH, STATES = 64, 32
BATCH, TESTED = 64, 512
RATE = 1e-2
TEST_EVERY = 25
TEST_SEED = 99_991


class CopyingLayer(nn.Module):
    """Tokens to vectors, one diagonal complex state space, and a small network that names the value.

    y_q = Re sum_s C exp((S_q - S_s) A) Δ_s u_s + D u_q with S the running sum of the steps Δ = 2 σ(w·x + b): the
    recurrence h_t = exp(Δ_t A) h_{t-1} + Δ_t u_t written out, and read at the queries alone.
    """

    def __init__(self, *, selective: bool) -> None:
        super().__init__()
        self.selective = selective
        self.embedding = nn.Embedding(VALUES + 2, WIDTH)
        self.log_decay = nn.Parameter(torch.full((STATES,), math.log(0.05)))
        self.turn = nn.Parameter(math.pi * torch.arange(STATES) / STATES)
        self.C = nn.Parameter(torch.randn(WIDTH, STATES, 2) / math.sqrt(STATES))
        self.D = nn.Parameter(torch.ones(WIDTH))
        self.gate = nn.Linear(WIDTH, 1)
        # From zero weights both arms start as the same fixed system with Δ = 1.
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)
        self.named = nn.Sequential(nn.Linear(WIDTH, 64), nn.GELU(), nn.Linear(64, VALUES))

    def step_of(self, x: Float[Tensor, "... width"]) -> Float[Tensor, "..."]:
        """Δ of each vector, from 0 to 2; the fixed arm reads the mean vector in its place."""
        read = x if self.selective else self.embedding.weight.mean(0).expand_as(x)
        return 2 * torch.sigmoid(self.gate(read))[..., 0]

    def forward(self, tokens: Int[Tensor, "sequence token"]) -> Float[Tensor, "sequence data value"]:
        """The logits of the values at the queries, which are the last tokens."""
        u = self.embedding(tokens)
        step = self.step_of(u)
        clock, drive = step.cumsum(1), step[..., None] * u
        start, asked = clock[:, -DATA - 1, None], slice(-DATA, None)
        # What came before the queries is one state, C h as two real parts; each query lets it move on.
        real, imaginary = self._powers(start - clock[:, :-DATA])  # [sequence token state]
        h_real, h_imaginary = (torch.einsum("bsn,bsc->bnc", part, drive[:, :-DATA]) for part in (real, imaginary))
        read, turned = self.C[..., 0].T, self.C[..., 1].T  # [state width]
        on_real, on_imaginary = self._powers(clock[:, asked] - start)  # [sequence query state]
        y = on_real @ (read * h_real - turned * h_imaginary) - on_imaginary @ (read * h_imaginary + turned * h_real)
        answer: Float[Tensor, "sequence data value"] = self.named(
            y + self._among_queries(clock[:, asked], drive[:, asked]) + self.D * u[:, asked]
        )
        return answer

    def _powers(self, gaps: Float[Tensor, "..."]) -> tuple[Float[Tensor, "... state"], Float[Tensor, "... state"]]:
        """The real and the imaginary part of exp(gap A)."""
        size, angle = torch.exp(-gaps[..., None] * self.log_decay.exp()), gaps[..., None] * self.turn
        return size * torch.cos(angle), size * torch.sin(angle)

    def _among_queries(
        self, clock: Float[Tensor, "sequence query"], drive: Float[Tensor, "sequence query width"]
    ) -> Float[Tensor, "sequence query width"]:
        """What the queries themselves have put into the state."""
        seen = drive.new_ones(DATA, DATA).tril()
        real, imaginary = self._powers((clock[:, :, None] - clock[:, None, :]).clamp(min=0))
        kernels = [
            torch.einsum("bqsn,cn->bqsc", part, self.C[..., place]) for place, part in enumerate((real, imaginary))
        ]
        heard: Float[Tensor, "sequence query width"] = torch.einsum(
            "bqsc,bsc,qs->bqc", kernels[0] - kernels[1], drive, seen
        )
        return heard


@one_thread()
def run(params: CopyingParams, *, on_progress: Progress | None = None) -> CopyingRun:
    """The run that `core.state_space.train_copying` promises."""
    report, last = portion(on_progress), None
    for last in _training(params):
        report(last.steps[-1] / params.steps, f"{last.accuracy[-1]:.0%} right after {last.steps[-1]} updates", last)
    assert last is not None
    return last


@one_thread()
def run_both(params: CopyingParams, *, on_progress: Progress | None = None) -> CopyingPair:
    """The pair that `core.state_space.train_both_arms` promises: both arms take their updates in turn."""
    report, pair = portion(on_progress), None
    arms = (_training(CopyingParams(arm, params.scattered, params.steps, params.seed)) for arm in (True, False))
    for selective, fixed in zip(*arms, strict=True):
        pair = CopyingPair(selective, fixed)
        words = f"{selective.accuracy[-1]:.0%} and {fixed.accuracy[-1]:.0%} right after {fixed.steps[-1]} updates"
        report(fixed.steps[-1] / params.steps, words, pair)
    assert pair is not None
    return pair


def _training(params: CopyingParams) -> Iterator[CopyingRun]:
    """Trains, and yields the run so far after each test."""
    began, rng = time.process_time(), np.random.default_rng(params.seed)
    with torch.random.fork_rng():
        torch.manual_seed(params.seed)
        layer = CopyingLayer(selective=params.selective)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=params.steps, pct_start=0.15)
    tested: list[tuple[int, float]] = []
    spent = time.process_time() - began
    for step in range(1, params.steps + 1):
        began = time.process_time()
        tokens, answers = _batch(BATCH, rng, params)
        loss = nn.functional.cross_entropy(layer(tokens).flatten(0, 1), answers.flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % TEST_EVERY == 0 or step == params.steps:
            tested.append((step, _accuracy(layer, params)))
            spent += time.process_time() - began
            yield _so_far(params, layer, tested, spent)
        else:
            spent += time.process_time() - began


def _batch(
    count: int, rng: np.random.Generator, params: CopyingParams
) -> tuple[Int[Tensor, "sequence token"], Int[Tensor, "sequence data"]]:
    tokens, answers = copying_sequences(count, rng, scattered=params.scattered)
    return torch.from_numpy(tokens), torch.from_numpy(answers)


@torch.no_grad()
def _accuracy(layer: CopyingLayer, params: CopyingParams) -> float:
    tokens, answers = _batch(TESTED, np.random.default_rng(TEST_SEED), params)
    return float((layer(tokens).argmax(-1) == answers).float().mean())


@torch.no_grad()
def _so_far(params: CopyingParams, layer: CopyingLayer, tested: list[tuple[int, float]], spent: float) -> CopyingRun:
    return CopyingRun(
        params=params,
        steps=np.array([step for step, _ in tested]),
        accuracy=np.array([share for _, share in tested]),
        token_steps=layer.step_of(layer.embedding.weight).double().numpy(),
        parameters=sum(weights.numel() for weights in layer.parameters()),
        seconds=spent,
    )
