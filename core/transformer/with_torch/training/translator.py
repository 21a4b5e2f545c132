"""A small encoder-decoder transformer, trained on a task that the project makes."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.checks import Check
from core.progress import Progress, portion
from core.transformer.translation import (
    END,
    LANGUAGES,
    LONGEST_NUMBER,
    PAD,
    START,
    Example,
    Task,
    TranslatorParams,
    TranslatorRun,
    translate,
)
from core.transformer.with_torch.training.layers import WIDTH, Block

BATCH, RATE = 64, 5e-3
POINTS = 20
TESTED = 200
MOST_PLACES = 24
"""Learned positions of each side: the longest source and the longest target with their marks."""


class Translator(nn.Module):
    """Encoder and decoder of one layer each.

    Args:
        params: what it is for.
    """

    def __init__(self, params: TranslatorParams) -> None:
        super().__init__()
        language = LANGUAGES[params.task]
        self.params = params
        self.source = nn.Embedding(len(language.source), WIDTH)
        self.target = nn.Embedding(len(language.target), WIDTH)
        self.source_place, self.target_place = nn.Embedding(MOST_PLACES, WIDTH), nn.Embedding(MOST_PLACES, WIDTH)
        self.encoder, self.decoder = Block(crosses=False), Block(crosses=True)
        self.read, self.last = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(language.target))

    def encode(self, source: Int[Tensor, "batch source"]) -> tuple[Tensor, Tensor]:
        """What the decoder may look at, and which of it is no padding; without cross-attention the mean alone."""
        there = source != PAD
        x = self.source(source) + self.source_place.weight[: source.shape[1]]
        memory = self.read(self.encoder(x, there[:, None]))
        if self.params.cross_attention:
            return memory, there[:, None]
        mean = (memory * there[..., None]).sum(1, keepdim=True) / there.sum(1)[:, None, None]
        return mean, torch.ones(len(source), 1, 1, dtype=torch.bool)

    def decode(
        self, written: Int[Tensor, "batch target"], memory: Tensor, seen: Tensor
    ) -> Float[Tensor, "batch target vocab"]:
        """Logits of the symbol after each written one."""
        places = written.shape[1]
        own = torch.ones(places, places, dtype=torch.bool)
        if self.params.causal:
            own = own.tril()
        x = self.target(written) + self.target_place.weight[:places]
        logits: Tensor = self.head(self.last(self.decoder(x, own[None], memory, seen)))
        return logits

    def forward(self, source: Int[Tensor, "batch source"], written: Int[Tensor, "batch target"]) -> Tensor:
        """Logits for each place of a target whose true symbols are given."""
        return self.decode(written, *self.encode(source))

    @torch.no_grad()
    def write(self, source: Int[Tensor, "batch source"], *, longest: int) -> Int[Tensor, "batch target"]:
        """What the model writes by itself, the likeliest symbol each time, to the end mark; padded behind it."""
        memory, seen = self.encode(source)
        written = torch.full((len(source), 1), START)
        over = torch.zeros(len(source), dtype=torch.bool)
        for _ in range(longest):
            following = self.decode(written, memory, seen)[:, -1].argmax(-1).masked_fill(over, PAD)
            written = torch.cat([written, following[:, None]], dim=1)
            over |= following == END
            if bool(over.all()):
                break
        return written[:, 1:]


def run(params: TranslatorParams, *, on_progress: Progress | None = None) -> TranslatorRun:
    """The run that `core.transformer.train_translator` promises."""
    return trained(params, on_progress=on_progress)[1]


def trained(params: TranslatorParams, *, on_progress: Progress | None = None) -> tuple[Translator, TranslatorRun]:
    """The model after its run, and the run."""
    # A second thread beside another process costs such small products many times their time.
    torch.set_num_threads(1)
    report, rng = portion(on_progress), np.random.default_rng(params.seed)
    torch_rng = torch.random.fork_rng(devices=[])
    with torch_rng:
        torch.manual_seed(params.seed)
        model = Translator(params)
    test = batch(params.task, rng, TESTED, params.length)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=params.steps + 1, pct_start=0.1)
    points = sorted({round(step) for step in np.linspace(1, params.steps, min(POINTS, params.steps))})
    rows: list[tuple[float, ...]] = []
    for step in range(1, params.steps + 1):
        loss = loss_of(model, *batch(params.task, rng, BATCH, params.length))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        if step in points:
            rows.append((loss.item(), *measured(model, *test)))
            done = np.array(rows).T
            report(
                step / params.steps,
                f"Step {step} of {params.steps}: {rows[-1][-1]:.0%} wholly right",
                (points[: len(rows)], done),
            )
    return model, _run_of(model, np.array(points), np.array(rows).T, test, rng)


def batch(
    task: Task, rng: np.random.Generator, count: int, length: int, *, shortest: int = 1
) -> tuple[Int[Tensor, "batch source"], Int[Tensor, "batch target"]]:
    """Sources of random lengths and their targets, padded; a target begins with START and ends with END."""
    symbols = len(LANGUAGES[task].source)
    sources = [rng.integers(END + 1, symbols, size=rng.integers(shortest, length + 1)) for _ in range(count)]
    if task == "numbers":  # a number does not begin with 0
        sources = [_without_leading_zeros(source) for source in sources]
    targets = [(START, *translate(task, source), END) for source in sources]
    return _padded(sources), _padded(targets)


def _without_leading_zeros(source: Int[np.ndarray, "source"]) -> Int[np.ndarray, "kept"]:
    zero = END + 1
    first = next((place for place, digit in enumerate(source) if digit != zero), len(source) - 1)
    return source[first:]


def _padded(rows: Sequence[object]) -> Int[Tensor, "batch place"]:
    return nn.utils.rnn.pad_sequence(
        [torch.as_tensor(np.asarray(row)) for row in rows], batch_first=True, padding_value=PAD
    )


def loss_of(
    model: Translator, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
) -> Float[Tensor, ""]:
    """Mean cross entropy of a target's symbols, each given the true ones before it, in nats."""
    logits = model(source, target[:, :-1])
    return nn.functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PAD)


@torch.no_grad()
def measured(
    model: Translator, source: Int[Tensor, "batch source"], target: Int[Tensor, "batch target"]
) -> tuple[float, float, float, float]:
    """Loss, share of right symbols given the true ones and given its own, and share of targets wholly right."""
    asked = target[:, 1:]
    there = asked != PAD
    forced = model(source, target[:, :-1]).argmax(-1)
    written = nn.functional.pad(model.write(source, longest=asked.shape[1]), (0, asked.shape[1]), value=PAD)[
        :, : asked.shape[1]
    ]
    right = (written == asked) | ~there
    given, own = (float(((guess == asked) & there).sum() / there.sum()) for guess in (forced, written))
    return float(loss_of(model, source, target)), given, own, float(right.all(1).double().mean())


@torch.no_grad()
def _run_of(
    model: Translator,
    points: Int[np.ndarray, "point"],
    rows: Float[np.ndarray, "row point"],
    test: tuple[Tensor, Tensor],
    rng: np.random.Generator,
) -> TranslatorRun:
    params = model.params
    full = batch(params.task, rng, TESTED, params.length, shortest=params.length)
    attention, expected = _looks(model, *full)
    loss, test_loss, forced, free, matches = rows
    return TranslatorRun(
        params=params,
        steps=points,
        loss=loss,
        test_loss=test_loss,
        forced=forced,
        free=free,
        matches=matches,
        cross_attention=attention,
        expected=expected,
        by_length=_by_length(model, rng),
        parameters=_parameters(model),
        leak=_leak(model, *test),
        weights={name: weight.numpy().copy() for name, weight in model.state_dict().items()},
        examples=tuple(example(model, row[row != PAD].numpy()) for row in full[0][:6]),
        checks=_checks(model, *test),
    )


def _looks(
    model: Translator, source: Tensor, target: Tensor
) -> tuple[Float[np.ndarray, "target source"], tuple[float, float]]:
    """The mean map over sources, and how much of it lies where the symbol comes from."""
    model(source, target[:, :-1])
    assert model.decoder.cross is not None and model.decoder.cross.map is not None
    maps = model.decoder.cross.map.mean(1).double().numpy()  # [batch target source]
    mean: np.ndarray = maps.mean(0)[: source.shape[1]] if model.params.task != "numbers" else maps.mean(0)
    length = source.shape[1]
    if model.params.task == "numbers" or not model.params.cross_attention:
        return mean, (math.nan, math.nan)
    places = {"copy": np.arange(length), "reverse": np.arange(length)[::-1]}.get(model.params.task)
    if places is None:  # sorted: the place of each symbol differs from source to source; of equal ones any will do
        same = source.numpy()[:, None, :] == target.numpy()[:, 1 : length + 1, None]
        share = (maps[:, :length] * same).sum(-1).mean()
        return mean, (float(share), float(same.mean(-1).mean()))
    return mean, (float(maps[:, np.arange(length), places].mean()), 1 / length)


def _by_length(model: Translator, rng: np.random.Generator) -> Float[np.ndarray, "length"]:
    """Exact match by length of the source, up to four beyond training where the task has longer ones."""
    params = model.params
    longest = LONGEST_NUMBER if params.task == "numbers" else params.length + 4
    pairs = [batch(params.task, rng, TESTED, length, shortest=length) for length in range(1, longest + 1)]
    return np.array([measured(model, *pair)[-1] for pair in pairs])


def _parameters(model: Translator) -> dict[str, int]:
    def count(*parts: nn.Module | None) -> int:
        return sum(weight.numel() for part in parts if part is not None for weight in part.parameters())

    crossing = count(model.decoder.cross, model.decoder.norms[-1])
    encoder = count(model.source, model.source_place, model.encoder, model.read)
    return {"encoder": encoder, "decoder": count(model) - encoder - crossing, "cross-attention": crossing}


@torch.no_grad()
def example(model: Translator, source: Int[np.ndarray, "source"]) -> Example:
    """One source written by the model itself, with where it looked.

    Raises:
        ValueError: for a source longer than the model has places, or none.
    """
    longest = MOST_PLACES - 1
    if not 1 <= len(source) <= longest:
        raise ValueError(f"The source has {len(source)} symbols; it must have 1 to {longest}.")
    language = LANGUAGES[model.params.task]
    asked = torch.as_tensor(source)[None]
    ids = model.write(asked, longest=longest)[0].tolist()
    written = ids[: ids.index(END)] if END in ids else ids
    model(asked, torch.tensor([[START, *written]]))
    assert model.decoder.cross is not None and model.decoder.cross.map is not None
    return Example(
        source=tuple(language.source[i] for i in source),
        target=tuple(language.target[i] for i in translate(model.params.task, source)),
        written=tuple(language.target[i] for i in written),
        cross_attention=model.decoder.cross.map[0].mean(0).double().numpy(),
    )


@torch.no_grad()
def _leak(model: Translator, source: Tensor, target: Tensor) -> float:
    """How much a logit changes, at most, when the last symbol of the targets is another: 0 behind a causal mask."""
    given = target[:, :-1]
    last = given.shape[1] - 1
    changed = given.clone()
    changed[:, last] = torch.where(given[:, last] == END + 1, END + 2, END + 1)
    return float((model(source, changed)[:, :last] - model(source, given)[:, :last]).abs().max())


@torch.no_grad()
def _checks(model: Translator, source: Tensor, target: Tensor) -> tuple[Check, ...]:
    """What must hold of the trained model, on the test sources."""
    leak = _leak(model, source, target)
    maps = model.decoder.cross.map if model.decoder.cross is not None else None
    assert maps is not None
    rows = float((maps.double().sum(-1) - 1).abs().max())
    sums = Check("Each target symbol's look sums to 1", rows, 2.0**-23 * maps.shape[-1], "float32 rounding")
    if not model.params.causal:
        return (sums,)
    return Check("A changed target symbol changes no logit before it", leak, 0.0, "largest difference of a logit"), sums


def rebuilt(run: TranslatorRun) -> Translator:
    """The trained model of a run that keeps its weights.

    Raises:
        ValueError: for a run without weights.
    """
    if not run.weights:
        raise ValueError("This run keeps no weights; the first of each variant does.")
    with torch.random.fork_rng(devices=[]):
        model = Translator(run.params)
    model.load_state_dict({name: torch.tensor(weight) for name, weight in run.weights.items()})
    return model


def write(run: TranslatorRun, source: Int[np.ndarray, "source"]) -> Example:
    """What the trained model of a run writes for one source, and where it looks.

    Args:
        run: one that keeps its weights.
        source: ids, 1 to 23 of them.

    Raises:
        ValueError: for a run without weights, or a source of another length.

    Invariant: the same as in the process that trained it.
    """
    return example(rebuilt(run), source)
