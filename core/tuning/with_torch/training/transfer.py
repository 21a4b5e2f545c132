"""Trains LoRA on questions in words, within a random subspace where it is asked for, and tests it on others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import get_linear_schedule_with_warmup

from core.language import encode
from core.models import CausalLM
from core.tuning.runs import TuningParams
from core.tuning.tasks import TASKS, Asked, draw_asked
from core.tuning.transfer import BATCH, TransferParams, TransferRun
from core.tuning.with_torch.methods import Tuned, frozen_change, prepare
from core.tuning.with_torch.states import ids_of

ROOM = 24
"""Questions that are read side by side where no gradient is kept."""

Logits = Float[Tensor, "question vocab"]


def run_transfer(lm: CausalLM, params: TransferParams) -> TransferRun:
    """A run on a copy of a model; the given one stays as it is."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(params.seed)
            return _run(lm, params)
    finally:
        torch.set_num_threads(before)


def _run(lm: CausalLM, params: TransferParams) -> TransferRun:
    tuned = prepare(lm, TuningParams("lora", seed=params.seed))
    asked = {task: draw_asked(task, params.seed, each=params.each) for task in {*params.tasks, *params.asked}}
    weights = Weights([part for part in tuned.adapters.parameters() if part.requires_grad], params.dimension)
    losses = list(learned(tuned, weights, [asked[task][0] for task in params.tasks], params)) if params.tasks else []
    return TransferRun(
        params=params,
        right={task: right_answers(tuned, asked[task][1]) for task in params.asked},
        loss=np.array(losses),
        trained=sum(part.numel() for part in weights.moved) if params.tasks else 0,
        frozen_change=frozen_change(tuned, lm),
        apart=weights.apart,
    )


def learned(
    tuned: Tuned, weights: "Weights", pools: Sequence[Sequence[Asked]], params: TransferParams
) -> Iterator[float]:
    """Moves what is to be moved, and yields the loss of each update's questions, in nats.

    Args:
        pools: of each task the questions that it may learn from.
    """
    optimizer = torch.optim.AdamW(weights.moved, lr=params.rate, weight_decay=0.0)
    schedule = get_linear_schedule_with_warmup(optimizer, params.steps // 10, params.steps)
    for batch in _batches(pools, params):
        loss = _update(tuned, batch, weights)
        optimizer.step()
        schedule.step()
        weights.put()
        yield loss


@dataclass(eq=False)
class Weights:
    """LoRA's numbers, and what moves them: they themselves, or z with theta = theta_0 + P z."""

    parts: list[nn.Parameter]
    dimension: int
    moved: list[nn.Parameter] = field(init=False)

    def __post_init__(self) -> None:
        self.moved = self.parts
        if self.dimension:
            self._start = nn.utils.parameters_to_vector(self.parts).detach()
            self._columns = torch.linalg.qr(torch.randn(len(self._start), self.dimension))[0]
            self.moved = [nn.Parameter(torch.zeros(self.dimension))]

    def pull(self) -> None:
        """Takes the slopes over from LoRA's numbers, cut to length 1 together."""
        if self.dimension:
            slope = torch.cat([part.grad.flatten() for part in self.parts if part.grad is not None])
            self.moved[0].grad = self._columns.T @ slope
        else:
            nn.utils.clip_grad_norm_(self.parts, 1.0)

    @torch.no_grad()
    def put(self) -> None:
        """Moves LoRA's numbers to where z says."""
        if self.dimension:
            nn.utils.vector_to_parameters(self._start + self._columns @ self.moved[0], self.parts)

    @property
    def apart(self) -> float:
        """The largest entry of |P^T P - 1|."""
        if not self.dimension:
            return 0.0
        return float((self._columns.T @ self._columns - torch.eye(self.dimension)).abs().max())


def _batches(pools: Sequence[Sequence[Asked]], params: TransferParams) -> list[list[Asked]]:
    """Questions of each update: of every task as many, but for one, in a random order."""
    rng = np.random.default_rng(params.seed)
    found = []
    for step in range(params.steps):
        turns = [pools[(step * BATCH + place) % len(pools)] for place in range(BATCH)]
        found.append([pool[int(rng.integers(len(pool)))] for pool in turns])
    return found


def _update(tuned: Tuned, batch: Sequence[Asked], weights: Weights) -> float:
    """The loss of a batch, and its slopes."""
    right = torch.tensor([answer_ids(tuned.lm, one.task)[one.right] for one in batch])
    with torch.autocast("cpu", torch.bfloat16):
        logits = _logits(tuned, batch)
    loss = nn.functional.cross_entropy(logits, right)
    for part in weights.parts:
        part.grad = None
    loss.backward()  # type: ignore[no-untyped-call]
    weights.pull()
    return loss.item()


def _logits(tuned: Tuned, asked: Sequence[Asked]) -> Logits:
    """What the model says comes behind each question."""
    states = tuned.states(ids_of(tuned.lm, [one.text for one in asked]))
    found: Logits = tuned.lm.model.lm_head(states).float()
    return found


def answer_ids(lm: CausalLM, task: str) -> Int[np.ndarray, "answer"]:
    """The tokens of a task's two answers, with the space in front; of longer ones the first.

    Raises:
        ValueError: where both begin with the same token.
    """
    first, second = (int(encode(lm, f" {answer}")[0]) for answer in TASKS[task].answers)
    if first == second:
        raise ValueError(f"the answers {TASKS[task].answers} begin with the same token.")
    return np.array([first, second])


def right_answers(tuned: Tuned, asked: Sequence[Asked]) -> int:
    """How many questions of one task are answered rightly: the likelier of the two answers."""
    pair = answer_ids(tuned.lm, asked[0].task)
    hits = 0
    for at in range(0, len(asked), ROOM):
        some = asked[at : at + ROOM]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            both = _logits(tuned, some)[:, pair]
        hits += int((both.argmax(1) == torch.tensor([one.right for one in some])).sum())
    return hits
