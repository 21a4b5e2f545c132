"""What a recorded trace would take on another machine, by its roof alone. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from jaxtyping import Float, Int

from core.decoding.costs import BYTES, Costs
from core.decoding.generation import Generation
from core.decoding.identities import roof_shares
from core.decoding.memory import Shape, kv_bytes
from core.decoding.methods import Calm, DraftModel, EarlyExit, Greedy, Medusa, Method
from core.decoding.parts import DRAFT_LAYERS, EXIT_LAYERS, HEADS, KNOWN

BLOCKS = 2
"""Blocks of an exit's adapter and of a Medusa head, each with d x d weights."""
ADAPTER = BLOCKS * Shape().d ** 2
MOST_BATCH = 4096
MOST_CONTEXT = 131_072


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as a roof: what it reads and what it computes at best.

    Args:
        name: as the page shows it.
        bandwidth: bytes a second from memory, above 0.
        peak: operations a second in products of matrices, above 0; a multiplication and an addition are two.
        bytes_per_number: of weights and cache, 1 to 8: 4 for float32, 2 for bfloat16.
        overhead: seconds of each call that are neither reading nor arithmetic, 0 or more.
        draft_cost: the time of a draft over what its weights and operations call for, 0 or more; 0 drafts for free.
        context: tokens in the cache before the text begins, 0 to 131,072.
        shares: (rows, the share of the roof that a call of so many rows reaches, above 0), rows rising; linear between
            them and constant outside. Empty where every call reaches the roof.
        source: where bandwidth and peak come from.
        memory: bytes that it holds, above 0; None where that is not known.

    Raises:
        ValueError: for a value out of range.
    """

    name: str
    bandwidth: float
    peak: float
    bytes_per_number: int = 2
    overhead: float = 0.0
    draft_cost: float = 1.0
    context: int = 128
    shares: tuple[tuple[int, float], ...] = ()
    source: str = ""
    memory: float | None = None

    def __post_init__(self) -> None:
        for name in ("bandwidth", "peak"):
            if not (isfinite(value := getattr(self, name)) and value > 0):
                raise ValueError(f"{name} must be a finite number above 0; got {value}")
        for name in ("overhead", "draft_cost"):
            if not (isfinite(value := getattr(self, name)) and value >= 0):
                raise ValueError(f"{name} must be a finite number of 0 or more; got {value}")
        if self.memory is not None and not self.memory > 0:
            raise ValueError(f"memory must be above 0; got {self.memory}")
        if not 1 <= self.bytes_per_number <= 8:
            raise ValueError(f"bytes_per_number must be from 1 to 8; got {self.bytes_per_number}")
        if not isinstance(self.context, int | np.integer) or not 0 <= self.context <= MOST_CONTEXT:
            raise ValueError(f"context must be a whole number from 0 to {MOST_CONTEXT:,}; got {self.context!r:.40}")
        rows = [row for row, _ in self.shares]
        if sorted(set(rows)) != rows or any(not share > 0 for _, share in self.shares):
            raise ValueError(f"shares must have rising rows and shares above 0; got {self.shares}")

    @property
    def ridge(self) -> float:
        """Operations for each byte above which arithmetic is the limit: peak / bandwidth."""
        return self.peak / self.bandwidth

    def holds(self, batch: int, tokens: int) -> bool:
        """Whether weights and caches of so many texts of so many tokens fit, where the memory is known."""
        return self.memory is None or self.needed(batch, tokens) <= self.memory

    def needed(self, batch: int, tokens: int) -> int:
        """Bytes of the weights and of the caches of `batch` texts, each with `tokens` after the context."""
        shape, number = Shape(), self.bytes_per_number
        return shape.weights * number + batch * kv_bytes(shape, self.context + tokens, bytes_per_number=number)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a trace should take on a machine.

    Args:
        calls: of the target, as the trace has them.
        tokens: of all texts together.
        seconds: of drafts and calls.
        draft_seconds: of drafts alone.
        roof_seconds: what the bytes and operations of the target's calls take at least, without the calls of a draft,
            even where its layers or all of it draft.
    """

    calls: int
    tokens: int
    seconds: float
    draft_seconds: float
    roof_seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Of all texts together; 0 for an empty trace."""
        return self.tokens / self.seconds if self.tokens else 0.0

    @property
    def roof_share(self) -> float:
        """The share of the time in which calls that verify or write hold the machine at its roof, 0 to 1."""
        return self.roof_seconds / self.seconds if self.seconds > 0 else 0.0


def forecast(trace: Generation, machine: Machine, *, batch: int = 1) -> Forecast:
    """The time of a recorded trace on a machine, call by call.

    A call with W weights, b bytes a number, r new rows in each of B texts, and n tokens before them takes

        overhead + max(bytes / bandwidth, operations / peak) / share(B r),
        bytes = W b + B cache(n + r),  operations = B (2 W r + 4 layers heads d_head pairs).

    Drafts are calls as well: of an exit's layers, of the draft model, of the Medusa heads, each token of a chain after
    the other and with those before it in the cache. Searching the text for a draft is free. An exit's layers serve the
    verification, which reads the rest.

    Args:
        trace: what was drafted and accepted; the prompt counts as read. `once_read` leaves out the call that read it.
        machine: its roof, and the tokens before the text.
        batch: texts written side by side, 1 to 4096, each with a trace like this one: a mean over many such texts.

    Raises:
        ValueError: for a batch out of range.

    Drafts accepted in one text are accepted in all. Of CALM's texts each leaves where it likes: a call reads as deep as
    the deepest of them, in the mean over texts whose depths are drawn from those of the trace.

    Invariant: calls and tokens are the trace's own, tokens `batch` times; seconds never fall with the overhead, and
        never rise with bandwidth or peak. On a machine without shares they never fall with the batch or the context
        either; with shares a wider call may come nearer to the roof.
    Source: Williams, Waterman and Patterson 2009, "Roofline", for the roof; Pope et al. 2022 (2211.05102), section 2,
        for what a call reads.
    """
    return forecasts(trace, machine, (batch,))[0]


def forecasts(trace: Generation, machine: Machine, batches: Sequence[int]) -> tuple[Forecast, ...]:
    """The forecast for each of several batches, in one go.

    Raises:
        ValueError: for a batch out of range.

    Invariant: each is `forecast` with that batch.
    """
    wrong = [batch for batch in batches if not isinstance(batch, int | np.integer) or not 1 <= batch <= MOST_BATCH]
    if wrong:
        raise ValueError(f"batch must be a whole number from 1 to {MOST_BATCH:,}; got {wrong[0]!r:.40}")
    batch = np.array(batches, np.int64)[:, None]
    rows = np.array([1 + len(step.draft) for step in trace.steps], np.int64)
    gained = np.array([len(step.added) for step in trace.steps], np.int64)
    past = machine.context + np.cumsum(gained) - gained
    if isinstance(trace.method, Greedy) and not trace.method.cache:
        rows, past = past + 1, np.zeros_like(past)
    layers, weights = _verifying(trace)
    roof = _roof(
        machine,
        weights,
        layers,
        rows,
        past,
        batch,
        read=_deepest(trace, weights, batch),
        silent=rows - 1 - np.array([len(step.draft) for step in trace.steps], np.int64),
    )
    roof = roof + _halfway(machine, trace.method, past, batch)
    calls = machine.overhead + roof / _share(machine, rows * batch)
    drafts = machine.draft_cost * _drafting(machine, trace.method, rows, past, batch)
    return tuple(
        Forecast(len(rows), size * int(gained.sum()), float(call + draft), float(draft), float(least))
        for size, call, draft, least in zip(batches, calls.sum(1), drafts.sum(1), roof.sum(1), strict=True)
    )


def once_read(trace: Generation) -> Generation:
    """The trace without its first call, which reads the prompt: what is left is writing alone."""
    first, *later = trace.steps or (None,)
    read = len(first.added) if first else 0
    return replace(
        trace,
        steps=tuple(later),
        token_ids=trace.token_ids[read:],
        seconds=sum(step.seconds for step in later),
    )


def measured_machine(costs: Costs, *, roof_alone: bool = False) -> Machine:
    """The machine on which costs were measured, with the share of its roof that calls of each width reach.

    Args:
        costs: measured.
        roof_alone: leave the shares out, as one must where only a data sheet is known.
    """
    shares = zip(costs.widths, roof_shares(costs).tolist(), strict=True)
    return Machine(
        "this machine",
        costs.bandwidth,
        costs.peak,
        BYTES[costs.params.dtype],
        context=costs.params.past,
        shares=() if roof_alone else tuple(shares),
        source="measured with the recorded costs",
    )


Calls = Int[np.ndarray, "call"]
Batches = Int[np.ndarray, "batch 1"]
Seconds = Float[np.ndarray, "batch call"]


def _verifying(trace: Generation) -> tuple[Calls, Calls]:
    """The layers that each call runs, and the weights that it reads for them and for its head."""
    shape, method = Shape(), trace.method
    layers = np.full(len(trace.steps), shape.layers, np.int64)
    weights = np.full(len(trace.steps), shape.weights, np.int64)
    if isinstance(method, Calm):
        layers = np.array([step.depth for step in trace.steps], np.int64)
        weights = np.array([_calm_weights(shape, int(depth)) for depth in layers], np.int64)
    if isinstance(method, EarlyExit):
        return layers - method.layer, weights - method.layer * _layer_weights(shape)
    return layers, weights


def _deepest(trace: Generation, weights: Calls, batch: Batches) -> Seconds:
    """The weights that a batch reads in each call: for CALM those of its deepest text, in the mean.

    The other texts leave each where one of the trace's calls left, drawn independently.
    """
    if not isinstance(trace.method, Calm):
        return np.broadcast_to(weights.astype(np.float64), (len(batch), len(weights)))
    sizes, counts = np.unique(weights, return_counts=True)
    below = (np.cumsum(counts) / len(weights)) ** (batch - 1)
    chance = np.diff(below, axis=1, prepend=0.0)
    mean: Seconds = (chance[:, :, None] * np.maximum(sizes[:, None], weights)).sum(1)
    return mean


def _roof(
    machine: Machine,
    weights: Calls,
    layers: Calls,
    rows: Calls,
    past: Calls,
    batch: Batches,
    *,
    read: Seconds | Calls | None = None,
    silent: Calls | int = 0,
) -> Seconds:
    """The least seconds of each call: all its bytes at the bandwidth, or all its operations at the peak.

    Args:
        read: weights that are read; the weights of one text unless it is given.
        silent: rows that the model's head is not asked about.
    """
    shape = Shape()
    pairs = rows * past + rows * (rows + 1) // 2
    spoken = weights * rows - silent * shape.vocabulary * shape.d
    work = batch * (2.0 * spoken + 4.0 * layers * shape.heads * shape.head_dim * pairs)
    cache = 2.0 * layers * shape.kv_heads * shape.head_dim * (past + rows)
    moved = machine.bytes_per_number * ((weights if read is None else read) + batch * cache)
    roof: Seconds = np.maximum(moved / machine.bandwidth, work / machine.peak)
    return roof


def _share(machine: Machine, rows: Int[np.ndarray, "batch call"]) -> Seconds:
    if not machine.shares:
        return np.ones(rows.shape)
    widths, shares = zip(*machine.shares, strict=True)
    reached: Seconds = np.interp(rows, widths, shares)
    return reached


def _single(machine: Machine, weights: int, layers: int, past: Calls, batch: Batches) -> Seconds:
    """Calls of one row a text through a part of a model."""
    one = np.ones_like(past)
    roof = _roof(machine, weights * one, layers * one, one, past, batch)
    seconds: Seconds = machine.overhead + roof / _share(machine, batch * one)
    return seconds


def _drafting(machine: Machine, method: Method, rows: Calls, past: Calls, batch: Batches) -> Seconds:
    """The seconds of each call's draft: a call of its part for each token of a chain, one call for Medusa's heads."""
    shape = Shape()
    if isinstance(method, Medusa):
        heads = _single(machine, HEADS * ADAPTER + KNOWN * shape.d, 0, past, batch)
        asked: Seconds = np.where(rows > 1, heads, 0.0)
        return asked
    if isinstance(method, DraftModel):
        layers, head = (shape.layers, shape.vocabulary) if method.perfect else (DRAFT_LAYERS, KNOWN)
        weights = layers * _layer_weights(shape) + head * shape.d
    elif isinstance(method, EarlyExit):
        layers, head = method.layer, KNOWN if method.trained else shape.vocabulary
        weights = layers * _layer_weights(shape) + head * shape.d + (ADAPTER if method.trained else 0)
    else:
        return np.zeros((len(batch), len(rows)))
    return _chain(machine, weights, layers, rows - 1, past, batch)


def _chain(machine: Machine, weights: int, layers: int, guesses: Calls, past: Calls, batch: Batches) -> Seconds:
    """The seconds of each call's guesses, one after the other: each has those before it in the cache."""
    call = np.repeat(np.arange(len(guesses)), guesses)
    nth = np.arange(len(call)) - np.repeat(np.cumsum(guesses) - guesses, guesses)
    each = _single(machine, weights, layers, past[call] + nth, batch)
    seconds: Seconds = each @ (call[:, None] == np.arange(len(guesses))).astype(np.float64)
    return seconds


def _halfway(machine: Machine, method: Method, past: Calls, batch: Batches) -> Seconds:
    """The roof's seconds of an exit's layers for the row that no draft took through them, in the same call."""
    if not isinstance(method, EarlyExit):
        return np.zeros((len(batch), len(past)))
    one = np.ones_like(past)
    weights = method.layer * _layer_weights(Shape()) * one
    return _roof(machine, weights, method.layer * one, one, past, batch)


def _layer_weights(shape: Shape) -> int:
    return (shape.weights - shape.vocabulary * shape.d) // shape.layers


def _calm_weights(shape: Shape, depth: int) -> int:
    """Weights of the layers that ran, the exits that were asked, the head or exit that spoke, and the skipped keys."""
    asked = sum(layer <= depth for layer in EXIT_LAYERS if layer < shape.layers)
    exits = asked * (ADAPTER + KNOWN * shape.d)
    head = shape.vocabulary * shape.d if depth == shape.layers else 0
    skipped = (shape.layers - depth) * 2 * shape.d * shape.kv_heads * shape.head_dim
    return depth * _layer_weights(shape) + exits + head + skipped
