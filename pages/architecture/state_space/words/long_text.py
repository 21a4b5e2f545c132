"""What long texts cost, and what cutting a layer does."""

import numpy as np

from core.state_space import BANDWIDTH, MEMORY, PEAK, PruningRun, Writing, sequence_bytes
from pages.architecture.state_space.words.numbers import NOISE


def budget_title(crossing: int | None, name: str) -> str:
    """From where on the model with a state holds less than Llama; None where all its layers are Llama's."""
    if crossing is None:
        return f"With {name} layers it is Llama 3.1 8B, and holds as much at every length"
    if crossing <= 1:
        return f"With {name} layers it holds no more than Llama 3.1 8B at any length"
    return f"From {crossing:,} tokens on it holds less than Llama 3.1 8B ({name} layers)"


def speed_title(written: list[Writing], at: int) -> str:
    """Which of the models that fit into one GPU writes fastest at a length, under the roof; and which fit no more."""
    fits = [one for one in written if np.interp(at, one.length, one.held) <= MEMORY]
    rates = {one.model.name: float(np.interp(at, one.length, one.tokens_a_second)) for one in fits}
    if not rates:
        return f"At {at:,} tokens none of them fits into one GPU"
    best, least = max(rates, key=lambda name: rates[name]), min(rates, key=lambda name: rates[name])
    if len(rates) == 1:
        return f"At {at:,} tokens only {best} fits into one GPU: at most {rates[best]:,.0f} tokens a second"
    outgrown = [one.model.name for one in written if one.model.name not in rates]
    said = f"At {at:,} tokens "
    if outgrown:
        said += f"{' and '.join(outgrown)} {'do' if len(outgrown) > 1 else 'does'} not fit into one GPU; "
    if rates[best] < 1.05 * rates[least]:
        return f"{said}{'the others' if outgrown else 'all'} write about as fast"
    return f"{said}{best} writes {rates[best] / rates[least]:.1f} times as fast as {least}"


def work_title(written: list[Writing], at: int) -> str:
    """Which model computes most for a token at a length, and which least."""
    work = {one.model.name: float(np.interp(at, one.length, one.work)) for one in written}
    most, least = max(work, key=lambda name: work[name]), min(work, key=lambda name: work[name])
    if work[most] < 1.05 * work[least]:
        return f"At {at:,} tokens all compute about as much for a token"
    return f"At {at:,} tokens {most} computes {work[most] / work[least]:.1f} times as much for a token as {least}"


def work_reading(written: list[Writing], at: int) -> str:
    """Operations for a token at a length, and how much of them the text before it costs."""
    said = []
    for one in written:
        total, start = float(np.interp(at, one.length, one.work)), 2 * one.model.weights_read(1)
        said.append(f"{one.model.name} <b>{total / 1e9:.0f}</b> billion, <b>{1 - start / total:.0%}</b>")
    return (
        f"Operations for the token after <b>{at:,}</b> others, and how much of them is not weights: {'; '.join(said)}. "
        "A layer of attention takes 4 for each number of a key before it, so its work grows with the text; a state "
        "takes 6 for each of its numbers, whatever the length. Weights take 2 each, of Jamba's experts the two that "
        "the token chooses. Counted from the shapes as published, not timed; dotted: with "
        f"<b>{written[0].batch}</b> sequences at once more than one GPU of 80 GB holds."
    )


def budget_reading(written: list[Writing], at: int, published: int | None) -> str:
    """Bytes of one sequence at a length, and what the roof is.

    Args:
        published: the break-even of Nemotron-H with Llama.
    """
    held = ", ".join(
        f"{one.model.name} <b>{float(sequence_bytes(one.model, np.array([at]))[0]) / 1e9:.2f} GB</b>" for one in written
    )
    return (
        f"One sequence of <b>{at:,}</b> tokens holds: {held}. Keys and values in bfloat16 grow with each token, states "
        "in "
        f"float32 do not: below <b>{published:,}</b> tokens Llama's cache is the smaller beside Nemotron-H. Shapes as "
        f"published; speed is the roof of an H100 ({PEAK / 1e12:,.0f} TFLOPS, {BANDWIDTH / 1e9:,.0f} GB/s), batch "
        f"<b>{written[0].batch}</b>, not a measurement; dotted: more than its 80 GB, as Jamba's experts always are: "
        "all are held, and those that the batch chooses are read."
    )


def pruning_reading(runs: tuple[PruningRun, ...]) -> str:
    """What the toy shows beside what was published."""
    saved = [1 - run.milliseconds[1] / run.milliseconds[0] for run in runs]
    sizes = runs[0].parameters
    return (
        f"Three state-space layers on recall of <b>{runs[0].params.pairs}</b> pairs, <b>{len(runs)}</b> seeds (dots); "
        "the "
        f"layer that is missed least goes: <b>{sizes[0]:,}</b> to <b>{sizes[1]:,}</b> parameters, "
        f"<b>{min(saved):.0%}</b> to <b>{max(saved):.0%}</b> less time a reading. Then <b>{runs[0].params.repair}</b> "
        "updates. Published for Nemotron-H, 56 to 47 billion: pruned and distilled, similar accuracy, about 20 % "
        "faster."
    )


def pruning_title(whole: list[float], cut: list[float], distilled: list[float], labels: list[float]) -> str:
    """What cutting a layer costs and what repairs it, over seeds.

    Args:
        whole, cut, distilled, labels: accuracy of the three layers, of the best two of them, and of these two after
            training on the large stack's probabilities or on the right answers, one for each seed.
    """
    mean = [sum(shares) / len(shares) for shares in (whole, cut, distilled, labels)]
    loses = all(after < before for before, after in zip(whole, cut, strict=True))
    said = f"Cut to two layers: {mean[0]:.0%} {'falls to' if loses else 'becomes'} {mean[1]:.0%}"
    said += f"; distilled it reaches {mean[2]:.0%}"
    apart = [one - other for one, other in zip(distilled, labels, strict=True)]
    if min(apart) > NOISE:
        return f"{said}, with labels {mean[3]:.0%}: distillation is ahead on each of {len(apart)} seeds"
    if max(apart) < -NOISE:
        return f"{said}, with labels {mean[3]:.0%}: labels are ahead on each of {len(apart)} seeds"
    return f"{said}, with labels {mean[3]:.0%}: no difference over {len(apart)} seeds"
