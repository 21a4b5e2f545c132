"""Trains stacks of attention and of selective state spaces on recall, and stacks from which a layer was taken."""

import math
import statistics
import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.progress import Progress, portion
from core.state_space.recalls import (
    REPAIRS,
    STACKS,
    SYMBOLS,
    PruningParams,
    PruningRun,
    RecallParams,
    RecallRun,
    recall_sequences,
)
from core.state_space.with_torch.threads import one_thread

WIDTH = 32
BATCH, TESTED = 64, 256
RATE = 1e-2
TEST_EVERY = 25
TEST_SEED = 99_991
TIMED = 30


class Mixing(nn.Module):
    """One layer: each token beside the one before it, then attention or a selective state space, added to the input.

    Attention: softmax(q k / sqrt d). State space: exp(-(S_t - S_s)) (C_t B_s) Δ_s with S the running sum of
    Δ = softplus(w·x + b), the matrix of h_t = exp(-Δ_t) h_{t-1} + Δ_t B_t u_t, y_t = C_t h_t, with N x width states.
    """

    def __init__(self, kind: str, states: int) -> None:
        super().__init__()
        self.kind = kind
        inner = WIDTH if kind == "attention" else states
        self.norm = nn.LayerNorm(WIDTH)
        self.beside = nn.Parameter(torch.full((2, WIDTH), 0.5))
        self.asks, self.offers = (nn.Linear(WIDTH, inner, bias=False) for _ in range(2))
        self.carries, self.returns = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(2))
        if kind != "attention":
            self.step = nn.Linear(WIDTH, 1)
            nn.init.constant_(self.step.bias, -2.0)

    def forward(self, x: Float[Tensor, "sequence token width"]) -> Float[Tensor, "sequence token width"]:
        """The tokens' vectors after this layer."""
        z = self.norm(x)
        before = nn.functional.pad(z, (0, 0, 1, 0))[:, :-1]
        z = z * self.beside[0] + before * self.beside[1]
        scores = self.asks(z) @ self.offers(z).transpose(1, 2)  # [sequence token token]
        past = torch.ones(z.shape[1], z.shape[1]).tril().bool()
        if self.kind == "attention":
            weights = (scores / math.sqrt(WIDTH)).masked_fill(~past, -math.inf).softmax(-1)
        else:
            step = nn.functional.softplus(self.step(z))[..., 0]
            clock = step.cumsum(1)
            gaps = (clock[:, :, None] - clock[:, None, :]).clamp(min=0)
            weights = scores * torch.exp(-gaps) * past * step[:, None, :]
        mixed: Float[Tensor, "sequence token width"] = x + self.returns(weights @ self.carries(z))
        return mixed


class Stack(nn.Module):
    """Tokens to vectors, layers, and the logits of the values at the last tokens."""

    def __init__(self, kinds: Sequence[str], states: int) -> None:
        super().__init__()
        self.kinds, self.states = tuple(kinds), states
        self.embedding = nn.Embedding(2 * SYMBOLS, WIDTH)
        self.layers = nn.ModuleList(Mixing(kind, states) for kind in kinds)
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, SYMBOLS)

    def forward(self, tokens: Int[Tensor, "sequence token"], pairs: int) -> Float[Tensor, "sequence pair value"]:
        """The logits at the last `pairs` tokens."""
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x)
        logits: Float[Tensor, "sequence pair value"] = self.head(self.norm(x[:, -pairs:]))
        return logits


@one_thread()
def run(params: RecallParams, *, on_progress: Progress | None = None) -> RecallRun:
    """The run that `core.state_space.train_recall` promises."""
    report, began = portion(on_progress), time.process_time()
    stack = _new(STACKS[params.stack], params.states, params.seed)
    tested: list[tuple[int, float]] = []
    for step in _trained(stack, params.pairs, params.steps, params.seed):
        tested.append((step, _accuracy(stack, params.pairs)))
        so_far = _so_far(params, stack, tested, time.process_time() - began)
        report(step / params.steps, f"{tested[-1][1]:.0%} right after {step} updates", so_far)
    return _so_far(params, stack, tested, time.process_time() - began)


@one_thread()
def prune(params: PruningParams, *, on_progress: Progress | None = None) -> PruningRun:
    """The cut that `core.state_space.prune_and_distill` promises."""
    report = portion(on_progress)
    large = _new(("state space",) * 3, params.states, params.seed)
    for step in _trained(large, params.pairs, params.steps, params.seed):
        report(0.4 * step / params.steps, f"Training three layers, update {step}")
    cut = np.array([_accuracy(_without(large, place), params.pairs) for place in range(3)])
    best, repaired = int(cut.argmax()), []
    small = _without(large, best)
    for place, way in enumerate(REPAIRS):
        fresh = way == "from scratch"
        small = _new(("state space",) * 2, params.states, params.seed + 1) if fresh else _without(large, best)
        teacher = large if way == "distilled" else None
        for step in _trained(small, params.pairs, params.repair, params.seed + 2, teacher=teacher):
            report(0.4 + 0.2 * (place + step / params.repair), f"Two layers {way}, update {step}")
        repaired.append(_accuracy(small, params.pairs))
    return PruningRun(
        params=params,
        whole=_accuracy(large, params.pairs),
        cut=cut,
        repaired=np.array(repaired),
        parameters=(_size(large), _size(small)),
        milliseconds=(_milliseconds(large, params.pairs), _milliseconds(small, params.pairs)),
    )


def _new(kinds: Sequence[str], states: int, seed: int) -> Stack:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Stack(kinds, states)


def _without(stack: Stack, place: int) -> Stack:
    """A copy of a stack that lacks one of its layers."""
    kept = [number for number in range(len(stack.kinds)) if number != place]
    cut = _new([stack.kinds[number] for number in kept], stack.states, 0)
    for name in ("embedding", "norm", "head"):
        getattr(cut, name).load_state_dict(getattr(stack, name).state_dict())
    for mine, number in zip(cut.layers, kept, strict=True):
        mine.load_state_dict(stack.layers[number].state_dict())
    return cut


def _trained(stack: Stack, pairs: int, steps: int, seed: int, *, teacher: Stack | None = None) -> Iterator[int]:
    """Trains on the right values, or on a teacher's probabilities; yields where it is to be tested."""
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(stack.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=steps, pct_start=0.15)
    for step in range(1, steps + 1):
        tokens, answers = map(torch.from_numpy, recall_sequences(BATCH, pairs, rng))
        target = answers.flatten()
        if teacher is not None:
            with torch.no_grad():
                target = teacher(tokens, pairs).softmax(-1).flatten(0, 1)
        loss = nn.functional.cross_entropy(stack(tokens, pairs).flatten(0, 1), target)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % TEST_EVERY == 0 or step == steps:
            yield step


@torch.no_grad()
def _accuracy(stack: Stack, pairs: int) -> float:
    tokens, answers = map(torch.from_numpy, recall_sequences(TESTED, pairs, np.random.default_rng(TEST_SEED)))
    return float((stack(tokens, pairs).argmax(-1) == answers).float().mean())


@torch.no_grad()
def _milliseconds(stack: Stack, pairs: int) -> float:
    tokens = torch.from_numpy(recall_sequences(TESTED, pairs, np.random.default_rng(TEST_SEED))[0])
    spent = []
    for _ in range(TIMED):
        began = time.perf_counter()
        stack(tokens, pairs)
        spent.append(time.perf_counter() - began)
    return 1e3 * statistics.median(spent)


def _size(stack: Stack) -> int:
    return sum(weights.numel() for weights in stack.parameters())


def _so_far(params: RecallParams, stack: Stack, tested: list[tuple[int, float]], spent: float) -> RecallRun:
    return RecallRun(
        params=params,
        steps=np.array([step for step, _ in tested]),
        accuracy=np.array([share for _, share in tested]),
        parameters=_size(stack),
        seconds=spent,
    )
