"""Counts the bytes of one update, asks the system for them, and takes its time."""

import statistics
import threading
import time
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from core.memory import give_back, held_bytes
from core.models import CausalLM, bytes_of
from core.tuning.costs import MOMENTS, StepCost, StepMemory
from core.tuning.runs import TuningParams
from core.tuning.with_torch.methods import Tuned, prepare
from core.tuning.with_torch.states import Hidden, Ids

ROUNDS = 3
"""Updates that are timed, after one that is counted; and those whose memory is asked of the system."""

PAUSE = 1e-3
"""Seconds between two looks at what the process holds."""


def measure_step(lm: CausalLM, params: TuningParams, *, texts: int, tokens: int) -> StepCost:
    """One update of a method on random texts of equal length, in float32.

    Args:
        lm: of the Llama architecture.
        params: the method, its options and the seed.
        texts: of an update, at least 1.
        tokens: of each text, at least 1.

    Invariant: what counts as kept for the backward pass are the storages that autograd saves, each once, without those
    of weights (`torch.autograd.graph.saved_tensors_hooks`).
    """
    tuned, ids = _ready(lm, params, texts, tokens)
    optimizer = torch.optim.AdamW(tuned.trained, lr=params.rate)
    below = tuned.below(ids) if tuned.start else None
    saved = _Saved(tuned)
    with torch.autograd.graph.saved_tensors_hooks(saved.pack, _same):
        _, gradients = _update(tuned, ids, below, optimizer)
    times = [_update(tuned, ids, below, optimizer)[0] for _ in range(ROUNDS)]
    forward, backward, update = (statistics.median(column) for column in zip(*times, strict=True))
    return StepCost(
        method=params.method,
        trainable=tuned.trainable,
        weights=bytes_of(tuned.lm.model) + bytes_of(tuned.head),
        gradients=gradients,
        moments=_moments(optimizer),
        activations=sum(saved.bytes.values()),
        forward=forward,
        backward=backward,
        update=update,
    )


def measure_memory(lm: CausalLM, params: TuningParams, *, texts: int, tokens: int) -> StepMemory:
    """What the same updates ask of the system, for a process that does nothing else; Linux alone tells.

    Args:
        lm: as in `measure_step`; what was asked for it is not counted, but for the copy that is tuned.
        params, texts, tokens: as in `measure_step`.

    Invariant: anonymous memory that was touched (RssAnon), read each PAUSE; a shorter peak may be missed. Files, as the
    libraries and the stored weights, are no part of it.
    """
    # What is imported for a method comes with its first copy, which is let go.
    _ready(lm, params, texts, tokens)
    give_back()
    bare = held_bytes("RssAnon")
    tuned, ids = _ready(lm, params, texts, tokens)
    give_back()
    held = held_bytes("RssAnon")
    optimizer = torch.optim.AdamW(tuned.trained, lr=params.rate)
    below = tuned.below(ids) if tuned.start else None
    with _Highest() as highest:
        for _ in range(ROUNDS):
            _update(tuned, ids, below, optimizer)
    tensors = len([*tuned.lm.model.parameters()]) + (1 + MOMENTS) * len(tuned.trained)
    return StepMemory(params.method, held - bare, max(0, highest.bytes - held), tensors)


def _ready(lm: CausalLM, params: TuningParams, texts: int, tokens: int) -> tuple[Tuned, list[Ids]]:
    """A model in which the parts of a method may move, and random texts."""
    with torch.random.fork_rng():
        torch.manual_seed(params.seed)
        tuned = prepare(lm, params)
        return tuned, [torch.randint(lm.model.config.vocab_size, (tokens,)) for _ in range(texts)]


class _Highest:
    """Watches, from a thread of its own, the most anonymous memory that the process holds."""

    def __init__(self) -> None:
        self.bytes = held_bytes("RssAnon")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(PAUSE):
            self.bytes = max(self.bytes, held_bytes("RssAnon"))

    def __enter__(self) -> "_Highest":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.bytes = max(self.bytes, held_bytes("RssAnon"))


def _update(
    tuned: Tuned, ids: Sequence[Ids], below: Hidden | None, optimizer: torch.optim.Optimizer
) -> tuple[tuple[float, float, float], int]:
    """One update: seconds of its forward pass, its backward pass and the optimizer, and the bytes of its gradients."""
    began = time.process_time()
    logits = tuned.head(tuned.states(ids, below))
    loss = nn.functional.cross_entropy(logits, torch.arange(len(ids)) % logits.shape[1])
    turned = time.process_time()
    loss.backward()  # type: ignore[no-untyped-call]
    back = time.process_time()
    gradients = sum(part.grad.nbytes for part in tuned.trained if part.grad is not None)
    optimizer.step()
    done = time.process_time()
    optimizer.zero_grad()
    return (turned - began, back - turned, done - back), gradients


def _same(value: Any) -> Any:
    return value


def _moments(optimizer: torch.optim.Optimizer) -> int:
    """Bytes of what the optimizer keeps for each weight; its counters of steps are left out."""
    kept = (value for state in optimizer.state.values() for name, value in state.items() if name != "step")
    return sum(value.nbytes for value in kept)


class _Saved:
    """The storages that autograd keeps, by their place in memory, without those of weights."""

    def __init__(self, tuned: Tuned) -> None:
        parts = [*tuned.lm.model.parameters(), *tuned.lm.model.buffers(), *tuned.head.parameters()]
        self._weights = {part.untyped_storage().data_ptr() for part in parts}
        self.bytes: dict[int, int] = {}

    def pack(self, value: Tensor) -> Tensor:
        """Notes a tensor that is kept, and keeps it."""
        storage = value.untyped_storage()
        if storage.data_ptr() not in self._weights:
            self.bytes[storage.data_ptr()] = storage.nbytes()
        return value
