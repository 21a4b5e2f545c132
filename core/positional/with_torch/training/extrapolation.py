"""Trains small decoders that are alike but for their positions, on short texts, and tests them on long ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.checks import Check
from core.positional.biases import alibi_bias
from core.positional.buckets import t5_buckets
from core.positional.extrapolation import (
    FIXED,
    NOT_ASKED,
    STRETCHES,
    SYMBOLS,
    Extrapolation,
    ExtrapolationParams,
    best_without_order,
    tested_lengths,
    texts,
    unseen_texts,
)
from core.positional.frequencies import RopeFrequencies, rope_frequencies
from core.positional.rotation import rotate
from core.positional.schemes import frequencies_under, scheme_of
from core.positional.sinusoids import sinusoidal
from core.progress import Progress, portion

WIDTH, HEADS, LAYERS, BATCH, RATE = 64, 4, 2, 16, 3e-3
HEAD_DIM, BASE, BUCKETS = WIDTH // HEADS, 10_000.0, 32
REPORTS = 40
"""How often a training tells its loss."""


class Positions(nn.Module):
    """What a scheme adds to the tokens, to the scores, or does to queries and keys.

    Args:
        scheme: one of SCHEMES.
        longest: rows of a learned table. They are as long as sinusoids on average, and rows that no text reaches stay
            as they were drawn.
    """

    def __init__(self, scheme: str, longest: int) -> None:
        super().__init__()
        self.scheme = scheme
        # T5's biases start at 0, where no distance is favored.
        drawn = torch.randn(longest, WIDTH) * math.sqrt(0.5) if scheme == "learned" else torch.zeros(BUCKETS, HEADS)
        self.table = nn.Parameter(drawn if scheme in ("learned", "t5") else drawn[:0])

    def code(self, places: Int[Tensor, "token"]) -> Float[Tensor, "token d"] | float:
        """What is added to the tokens; raises IndexError past the last row of a learned table."""
        if self.scheme == "sinusoidal":
            return torch.from_numpy(sinusoidal(places.numpy(), WIDTH)).float()
        return self.table[places] if self.scheme == "learned" else 0.0

    def bias(self, length: int) -> Float[Tensor, "head query key"] | float:
        """What is added to the scaled scores."""
        if self.scheme == "alibi":
            return torch.from_numpy(alibi_bias(HEADS, length, length)).float()
        if self.scheme == "t5":
            offset = torch.arange(length) - torch.arange(length)[:, None]
            buckets = t5_buckets(offset, bidirectional=False, num_buckets=BUCKETS)
            return self.table[buckets].permute(2, 0, 1)
        return 0.0


class Block(nn.Module):
    """One layer, norms first: causal attention, then a feed-forward part."""

    def __init__(self) -> None:
        super().__init__()
        self.projections, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.ReLU(), nn.Linear(2 * WIDTH, WIDTH))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))

    def forward(
        self,
        x: Float[Tensor, "text token d"],
        bias: Float[Tensor, "#head token token"],
        places: Int[Tensor, "token"],
        turning: RopeFrequencies | None,
    ) -> Float[Tensor, "text token d"]:
        """Adds softmax(q kᵀ / √head_dim + bias) v and what the feed-forward part says; q, k turned where asked for."""
        q, k, v = self.projections(self.norms[0](x)).unflatten(-1, (3, HEADS, HEAD_DIM)).permute(2, 0, 3, 1, 4)
        if turning is not None:
            q, k = (rotate(part, places, turning.inv_freq) * turning.attention_factor for part in (q, k))
        maps = (q @ k.transpose(-1, -2) / math.sqrt(HEAD_DIM) + bias).softmax(dim=-1)  # [text head query key]
        x = x + self.out((maps @ v).transpose(1, 2).flatten(-2))
        after: Tensor = x + self.inner(self.norms[1](x))
        return after


class Model(nn.Module):
    """A decoder of two layers that names a symbol at each place.

    Args:
        scheme: one of SCHEMES.
        longest: the longest text that a learned table has rows for.
    """

    def __init__(self, scheme: str, longest: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(2 * SYMBOLS, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, SYMBOLS)
        self.positions = Positions(scheme, longest)  # drawn last, so that all else is equal for equal seeds

    def forward(
        self, ids: Int[Tensor, "text token"], *, turning: RopeFrequencies | None = None, first: int = 0
    ) -> Float[Tensor, "text token symbol"]:
        """Logits at each place.

        Args:
            ids: the texts.
            turning: RoPE's frequencies in place of the trained ones; other schemes have none.
            first: the position of the first token.
        """
        n = ids.shape[1]
        places = first + torch.arange(n)
        later = torch.full((n, n), -torch.inf).triu(1)
        bias = (self.positions.bias(n) + later).view(-1, n, n)
        if self.positions.scheme == "rope" and turning is None:
            turning = rope_frequencies(HEAD_DIM, base=BASE)
        x = self.embedding(ids) + self.positions.code(places)
        for block in self.blocks:
            x = block(x, bias, places, turning)
        logits: Tensor = self.head(self.last(x))
        return logits


@dataclass(frozen=True, eq=False)
class _Run:
    """One model's results; the curves of a stretched RoPE are missing for other schemes."""

    accuracy: Float[np.ndarray, "length"]
    loss: float
    stretched: Float[np.ndarray, "stretch length"] | None
    fixed: Float[np.ndarray, "stretch length"] | None
    checks: tuple[Check, ...]


def run(params: ExtrapolationParams, *, on_progress: Progress | None = None) -> Extrapolation:
    """The trainings that `core.positional.extrapolate` promises."""
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    lengths = tested_lengths(params.trained_length)
    asked = [(scheme, seed) for scheme in params.schemes for seed in params.seeds]
    runs = [
        _one(params, *one, lengths, portion(on_progress, n / len(asked), (n + 1) / len(asked)))
        for n, one in enumerate(asked)
    ]
    shape = (len(params.schemes), len(params.seeds))
    nothing = np.zeros((len(STRETCHES), 0, len(lengths)))
    stretched = [run.stretched for run in runs if run.stretched is not None]
    fixed = [run.fixed for run in runs if run.fixed is not None]
    worst = sorted((check for one in runs for check in one.checks), key=lambda check: check.error)
    return Extrapolation(
        params=params,
        lengths=lengths,
        accuracy=np.stack([one.accuracy for one in runs]).reshape(*shape, -1),
        loss=np.array([one.loss for one in runs]).reshape(shape),
        stretched=np.stack(stretched, axis=1) if stretched else nothing,
        fixed=np.stack(fixed, axis=1) if fixed else nothing,
        unordered=np.array([[best_without_order(params.task, int(n), seed) for n in lengths] for seed in params.seeds]),
        checks=tuple({check.name: check for check in worst}.values()),
    )


def _one(
    params: ExtrapolationParams, scheme: str, seed: int, lengths: Int[np.ndarray, "length"], report: Progress
) -> _Run:
    model, drawn, losses = train(params, scheme, seed, report)

    def measured(factors: Iterator[float] | None = None, kind: str = "") -> Float[np.ndarray, "length"]:
        turnings = [None] * len(lengths) if factors is None else [_turning(params, kind, s) for s in factors]
        return np.array(
            [accuracy(model, params.task, int(n), seed, turning) for n, turning in zip(lengths, turnings, strict=True)]
        )

    rope = scheme == "rope"
    by_length = [max(1.0, n / params.trained_length) for n in lengths]
    last = max(1, params.steps // 10)
    return _Run(
        accuracy=measured(),
        loss=float(np.mean(losses[-last:])),
        stretched=np.stack([measured(iter(by_length), kind) for kind in STRETCHES]) if rope else None,
        fixed=np.stack([measured(iter([FIXED] * len(lengths)), kind) for kind in STRETCHES]) if rope else None,
        checks=tuple(_checks(params, model, drawn, seed)),
    )


def train(
    params: ExtrapolationParams, scheme: str, seed: int, report: Progress
) -> tuple[Model, Float[Tensor, "row column"], list[float]]:
    """The trained model, its table of positions before training, and the loss of each step in nats."""
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Model(scheme, int(tested_lengths(params.trained_length)[-1]))
    drawn = model.positions.table.detach().clone()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=params.steps + 1, pct_start=0.1)
    every, half = max(1, params.steps // REPORTS), params.trained_length // 2
    losses: list[float] = []
    for step in range(1, params.steps + 1):
        length = 2 * int(rng.integers(half // 2, half + 1))
        ids, answers = (torch.from_numpy(part) for part in asking(params.task, length, rng))
        loss = nn.functional.cross_entropy(model(ids).flatten(0, 1), answers.flatten(), ignore_index=NOT_ASKED)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % every == 0:
            told = [float(np.mean(losses[at : at + every])) for at in range(0, step, every)]
            said = f"{scheme}, seed {seed}, step {step} of {params.steps}: loss {told[-1]:.2f} nats"
            report(step / params.steps, said, (every, told))
    return model, drawn, losses


def asking(
    task: str, length: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "text token"], Int[np.ndarray, "text token"]]:
    """A batch of texts as `texts`, drawn again until something is asked: the mean loss over no answer is no number."""
    while True:
        ids, answers = texts(task, BATCH, length, rng)
        if (answers != NOT_ASKED).any():
            return ids, answers


@torch.no_grad()
def accuracy(model: Model, task: str, length: int, seed: int, turning: RopeFrequencies | None = None) -> float:
    """The share of right answers over all places that are asked, in the test texts of a length."""
    ids, answers = (torch.from_numpy(part) for part in unseen_texts(task, length, seed))
    asked = answers != NOT_ASKED
    # Sixteen texts at a time: maps of 256 x 256 of all texts at once would take a hundred megabytes.
    guesses = torch.cat([model(some, turning=turning).argmax(dim=-1) for some in torch.split(ids, 16)])
    return float((guesses == answers)[asked].double().mean())


def _turning(params: ExtrapolationParams, kind: str, factor: float) -> RopeFrequencies:
    scheme = scheme_of(kind, factor, original_context=params.trained_length)
    return frequencies_under(scheme, HEAD_DIM, base=BASE)


@torch.no_grad()
def _checks(
    params: ExtrapolationParams, model: Model, drawn: Float[Tensor, "row column"], seed: int
) -> Iterator[Check]:
    """What must hold of a trained model, whatever it has learned; errors are relative to the largest logit."""
    length, scheme = params.trained_length, model.positions.scheme
    ids = torch.from_numpy(unseen_texts(params.task, 2 * length, seed)[0][:8])
    alone, bound = model(ids[:, :length]), WIDTH * LAYERS * 2.0**-22

    def apart(other: Tensor) -> float:
        return float((other - alone).abs().max() / alone.abs().max())

    yield Check(
        "What comes later changes no answer", apart(model(ids)[:, :length]), bound, "a text, and its half alone"
    )
    if scheme == "rope":
        moved = apart(model(ids[:, :length], first=100))
        yield Check("RoPE: a text moved by 100 places has the same answers", moved, bound, "float32, relative")
    if scheme == "learned":
        still = float((model.positions.table.detach() - drawn)[length:].abs().max())
        yield Check("Learned: rows past the trained length stay as drawn", still, 0.0, "largest change of a number")
