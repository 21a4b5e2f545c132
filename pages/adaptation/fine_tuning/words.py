"""The sentences and the mathematics of the fine-tuning page."""

from collections.abc import Mapping
from html import escape

import numpy as np

from components.scene import Equation
from core.tuning import (
    CLASSES,
    NAMES_OF_OTHERS,
    PARTS,
    SMOLLM2_TOKENS,
    WAYS,
    CostRecord,
    LinearTheory,
    MemoryRecord,
    OwnTable,
    PartsRecord,
    TheoryGrid,
    TuningRun,
)
from pages.adaptation.fine_tuning.figures.theory import WAY_NAMES
from pages.adaptation.fine_tuning.topic import NAMES


def percent(share: float) -> str:
    """A share in per cent, with two digits that mean something."""
    return f"{share:.0%}" if share >= 0.995 else f"{100 * share:.2g}%"


def theory_title(grid: TheoryGrid, row: int, mark: int) -> str:
    """Errors on all directions, from the largest, and on how many seeds they come in this order."""
    errors = {way: grid.errors(way, shifted=True, mark=mark)[row] for way in WAYS}
    means = {way: float(found.mean()) for way, found in errors.items()}
    order = sorted(WAYS, key=lambda way: -means[way])
    said = ", ".join(f"{WAY_NAMES[way]} {_error(means[way])}" for way in order)
    columns = np.stack([errors[way] for way in order])
    # Errors that both are nothing but rounding have no order.
    falls = (columns[:-1] > columns[1:]) | (columns[:-1] < 1e-12)
    same = int(falls.all(axis=0).sum())
    seeds = f"each of {grid.seeds} worlds" if same == grid.seeds else f"{same} of {grid.seeds} worlds"
    alike = sum(mean < 1e-12 for mean in means.values()) > 1
    how = "so" if alike else "in this order"
    return f"Error on all directions at ε = {grid.feature_errors[row]:g}: {said}; {how} on {seeds}"


def _error(value: float) -> str:
    return "0" if value < 1e-12 else f"{value:.2g}"


def moves_title(found: LinearTheory) -> str:
    """How far full tuning moved what it saw and what it did not see."""
    seen = float(found.seen_change.max())
    unseen = float(found.unseen_change.max(initial=0.0))
    if found.params.steps == 0:
        return "Before the first step nothing has moved"
    if unseen > 1e-6 * max(seen, 1e-300):
        return f"Moved: seen up to {seen:.2g}, unseen up to {unseen:.1g}"
    return f"Moved: seen up to {seen:.2g}, unseen not at all ({unseen:.0e})"


def theory_reading(found: LinearTheory) -> str:
    """The world in the middle, and what has moved in it."""
    params, change = found.params, found.change
    stopped = "".join(
        f" At rate <b>{params.rate:g}</b> {WAY_NAMES[way]} diverges: it was stopped after <b>{step}</b> steps."
        for way, step in found.stopped.items()
    )
    return (
        f"Middle, world <b>{params.seed}</b>: <b>{params.seen}</b> of {params.d} directions have data; B moves by "
        f"<b>{_error(change['full'])}</b> in full tuning, <b>{_error(change['lp_ft'])}</b> in LP-FT. On seen "
        f"directions full errs by <b>{_error(found.id_error['full'])}</b>, the probe by "
        f"<b>{_error(found.id_error['probe'])}</b>.{stopped} Left: 8 worlds at rate 0.05."
    )


def parts_title(record: PartsRecord, shift: str) -> str:
    """Which part does best alone on a shift, and whether it leads the next one on every seed."""
    found = record.accuracies(shift)
    means = {part: float(found[part].mean()) for part in PARTS}
    best, second = sorted(PARTS, key=lambda part: -means[part])[:2]
    before = float(found["nothing"].mean())
    if not (found[best] > found["nothing"]).all():
        return f"No part gains on every seed: {best} reaches {means[best]:.0%}, with nothing tuned it is {before:.0%}"
    said = f"{best.capitalize()} does best alone: {means[best]:.0%} of the digits right"
    wins = int((found[best] > found[second]).sum())
    if wins < len(found[best]):
        return f"{said}, {second} {means[second]:.0%}; ahead on {wins} of {len(found[best])} seeds"
    return f"{said}, ahead of the next, {second} {means[second]:.0%}, on each of {wins} seeds"


def parts_reading(record: PartsRecord, shift: str) -> str:
    """What was done, and how it compares with the textbook."""
    runs, found = record.of(shift), record.accuracies(shift)
    shown = {"negative": "Black and white are exchanged", "noise": "Each pixel has noise on it"}
    where = shown.get(shift, "The pictures stay, the names of the ten digits are exchanged")
    expected = PARTS[-1] if shift == "other names" else PARTS[0]
    best = max(PARTS, key=lambda part: float(found[part].mean()))
    wins = int((found[best] > np.max([found[part] for part in PARTS if part != best], axis=0)).sum())
    seeds = f"on {wins} of {len(runs)} seeds"
    textbook = f"and here it leads {seeds}" if best == expected else f"but here {best} leads {seeds}"
    kind = "output" if shift == "other names" else "input"
    return (
        f"{where}. A small network knows <b>{np.mean([run.pretrained for run in runs]):.0%}</b> of plain digits and "
        f"<b>{found['nothing'].mean():.0%}</b> of these; then one part is tuned on <b>{runs[0].params.labels}</b> of "
        f"them, all else frozen. All parts together reach <b>{found['all'].mean():.0%}</b>. For a shift at the "
        f"{kind} the textbook tunes {'the ' if expected == 'head' else ''}{expected}, {textbook}."
    )


def memory_title(record: CostRecord) -> str:
    """What full tuning holds, and what LoRA and the probe save of it."""
    full, lora, probe = (record.of(method) for method in ("full", "lora", "probe"))
    return (
        f"Full tuning holds {full.memory / 1e9:.2g} GB, LoRA {lora.memory / 1e9:.2g} GB, a probe "
        f"{probe.memory / 1e9:.2g} GB, the weights alone {full.weights / 1e9:.2g} GB"
    )


def seconds_title(record: CostRecord) -> str:
    """How LoRA's backward pass compares with that of full tuning."""
    full, lora = record.of("full"), record.of("lora")
    share = lora.backward / full.backward
    trained = percent(lora.trainable / full.trainable)
    if share > 0.95:
        return f"LoRA trains {trained}, but its backward pass takes as long as that of full tuning"
    return f"LoRA trains {trained}, but its backward pass takes {share:.0%} of that of full tuning"


def costs_reading(record: CostRecord, memory: MemoryRecord, updates: int) -> str:
    """Where the numbers come from, what the system gave beside what is counted, and all updates beside pretraining."""
    full, lora, last = (record.of(method) for method in ("full", "lora", "last"))
    read = updates * record.texts * record.tokens
    return (
        f"One update on <b>{record.texts}</b> texts of <b>{record.tokens}</b> tokens, float32, one thread, counted "
        f"from its tensors: a gradient of 4 bytes and two moments of Adam beside each of <b>{full.trainable:,}</b> "
        f"trained numbers in full tuning, <b>{lora.trainable:,}</b> in LoRA. LoRA keeps "
        f"<b>{lora.activations / full.activations:.0%}</b> of the activations of full tuning, since its gradient goes "
        f"through the frozen weights of all layers; the last 4 layers keep "
        f"<b>{last.activations / full.activations:.0%}</b>, as what lies below is computed once. {asked(memory)} "
        f"<b>{updates}</b> updates as here read <b>{read:,}</b> tokens, one in {SMOLLM2_TOKENS / read:,.0f} of the "
        f"pretraining's {SMOLLM2_TOKENS / 1e12:g} trillion."
    )


def asked(memory: MemoryRecord) -> str:
    """What the system gave beside what is counted: of full tuning and LoRA, and the least and the most of all."""
    methods = dict.fromkeys(found.method for found in memory.memories)
    beyond = {method: memory.beyond(method) for method in methods}
    least, most = (pick(beyond, key=lambda method: beyond[method]) for pick in (min, max))
    full, lora = (float(np.median(memory.totals(method))) / 1e6 for method in ("full", "lora"))
    return (
        f"A stroke is the most memory that the system gave a process of its own: <b>{full:,.0f} MB</b> in full tuning, "
        f"<b>{lora:,.0f} MB</b> in LoRA, beside what is counted {_more(beyond[least])} ({NAMES[least]}) to "
        f"{_more(beyond[most])} ({NAMES[most]}), since what each operation makes on its way is not counted."
    )


def _more(beyond: float) -> str:
    """A share above or below what was expected."""
    return f"{abs(beyond):.0%} {'more' if beyond >= 0 else 'less'}"


def counts_title(numbers: Mapping[str, int], chosen: str) -> str:
    """How many numbers the chosen method trains, beside full tuning."""
    share = numbers[chosen] / numbers[NAMES["full"]]
    if share == 1:
        return f"{chosen} trains all {numbers[chosen]:,} numbers of SmolLM2 and its head"
    return f"{chosen} trains {numbers[chosen]:,} numbers, {percent(share)} of all"


def updated(count: int) -> str:
    """So many updates."""
    return f"{count} update{'s' if count != 1 else ''}"


def live_title(run: TuningRun, table: OwnTable | None = None) -> str:
    """What was trained now, on the task or on a table of the visitor's own."""
    if run.stopped:
        return f"Stopped after {updated(len(run.loss))}: the loss diverges at this learning rate"
    if table is not None:
        return f"{NAMES[run.params.method]}: {run.id_accuracy:.0%} of your held-out texts"
    lost = run.id_accuracy - run.ood_accuracy
    said = f"{NAMES[run.params.method]}: {run.id_accuracy:.0%} of meals, {run.ood_accuracy:.0%} of stories"
    return f"{said}, {abs(lost):.0%} {'less' if lost >= 0 else 'more'}"


def own_reading(run: TuningRun | None, table: OwnTable | None = None, recorded: TuningRun | None = None) -> str:
    """What a run has trained and forgotten, and what it says of a visitor's own texts; before it, what it will do.

    Args:
        recorded: the recorded run of the same params, where there is one.
    """
    if run is None and table is not None:
        first, second = (escape(name) for name in table.names)
        return (
            f"Your table has <b>{len(table.rows)}</b> texts, labeled “{first}” and “{second}”: two thirds of each to "
            "learn from, the rest to measure. One seed decides nothing: train another."
        )
    if run is None:
        return (
            "It learns from 160 reviews of meals; then it judges 150 others, 150 of stories, and yours: does the main "
            "clause praise? One seed decides nothing: train another."
        )
    names = CLASSES if table is None else table.names
    said = "; ".join(
        f"“{escape(text)}” <b>{escape(names[int(share > 0.5)])}</b> ({max(share, 1 - share):.0%})"
        for text, share in zip(run.params.own, run.own, strict=True)
    )
    kept = ", ".join(
        f"{name} <b>{before:.1f}</b> before, <b>{after:.1f}</b> after"
        for name, before, after in zip(NAMES_OF_OTHERS, run.before, run.perplexity, strict=True)
    )
    return (
        f"<b>{run.trainable:,}</b> trained numbers, <b>{run.seconds:.0f}</b> s of one core, seed "
        f"<b>{run.params.seed}</b>, learning rate <b>{run.params.rate:g}</b>. Perplexity of texts about something "
        f"else: {kept}." + (f" Your own: {said}." if said else "") + _beside(recorded)
    )


def _beside(recorded: TuningRun | None) -> str:
    """What the recorded run of the same params reached."""
    if recorded is None:
        return ""
    inside, outside = recorded.id_accuracy, recorded.ood_accuracy
    return f" The recorded run of this seed: meals <b>{inside:.0%}</b>, stories <b>{outside:.0%}</b>."


EQUATIONS = (
    Equation(
        r"f(x) = v^\top B\,x, \qquad L(v, B) = \frac{1}{2n}\sum_{i=1}^{n}\big(v^\top B x_i - w_\star^\top x_i\big)^2",
        {
            "B": "the features, k × d; B₀ are the pretrained ones",
            "v": "the head",
            r"w_\star": "the true function, B*ᵀ v* with true features and a true head",
            "x_i, n": "the training inputs and their number; they have data in only some directions",
        },
    ),
    Equation(
        r"\nabla_B L = v\,\frac1n\sum_i \big(f(x_i) - w_\star^\top x_i\big)\,x_i^\top, \qquad "
        r"\nabla_B L\;u = 0 \;\text{ where all } x_i^\top u = 0",
        {"u": "a direction without data: B u keeps the value B₀ u, whatever the head does"},
    ),
    Equation(
        r"W' = W + \frac{\alpha}{r}\,B A, \qquad B \in \mathbb R^{m \times r},\; A \in \mathbb R^{r \times n}",
        {
            "W": "a frozen matrix of the model, m × n",
            "B, A": "LoRA's two trained matrices; B is 0 at the start, so that nothing changes",
            "r, α": "the rank, and the factor of what is added",
        },
    ),
    Equation(
        r"\text{bytes} = 4N + 4T + 8T + \text{activations}",
        {
            "N": "all numbers of the model, in float32",
            "T": "the trained numbers: a gradient each, and Adam's two moments",
            r"\text{activations}": "what the forward pass keeps for the backward pass",
        },
    ),
    Equation(
        r"\text{perplexity} = \exp\Big(-\frac{1}{t}\sum_{j=1}^{t} \log p(w_j \mid w_{<j})\Big)",
        {"w_j, t": "the tokens of a text after its first one, and their number", "p": "the model's probability"},
    ),
    Equation(
        r"|\bar p - \bar q| > 1.96\,\sqrt{\frac{\bar p(1-\bar p) + \bar q(1-\bar q)}{n}}",
        {
            r"\bar p, \bar q": "two shares of right answers, means over the seeds. Their difference is beyond noise "
            "where this holds and the seeds agree: each seed of one method is above each of the other, or each seed "
            "moves the same way",
            "n": "the different questions behind each share: the 150 texts of a domain, which all seeds have in "
            "common, or for other tasks those of all seeds",
        },
    ),
)
