"""The titles and sentences of the state-space page, each from its numbers."""

import numpy as np

from core.state_space import (
    BANDWIDTH,
    MEMORY,
    PEAK,
    CopyingPair,
    CopyingRecord,
    Costs,
    Gated,
    Memories,
    PruningRun,
    RecallRecord,
    Response,
    ScanCost,
    ScanTimes,
    Writing,
    sequence_bytes,
)
from pages.architecture.state_space.topic import DRAWN, OWN

NOISE = 0.02
"""Two shares of right answers closer than this are called alike: about two standard errors of 512 x 4 answers."""


def small(value: float) -> str:
    """A number of any size, in two or three digits; beyond four places after the point by its power of ten."""
    if value == 0:
        return "0"
    if abs(value) < 1e-4 or abs(value) >= 10_000:
        return f"{value:.0e}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.2g}"


def response_title(apart: float, rounding: float, radius: float, shown: int, asked: int) -> str:
    """What the main figure finds.

    Args:
        apart: the largest difference between the three ways. rounding: what float64 explains of it.
        radius: the size of the largest eigenvalue of Ā.
        shown, asked: samples that are followed, and samples of the signal.
    """
    if not apart <= rounding:
        return f"The three ways differ by {small(apart)}, which rounding does not explain"
    same = "they agree to the last digit" if apart == 0 else f"they differ by {small(apart)} at most"
    if shown < asked and radius <= 1 + 1e-9:
        first = "No eigenvalue is above 1, yet at first the state explodes"
        return f"{first}: only {shown} of {asked} samples are shown. Three ways: {same}"
    if shown < asked:
        return f"The system grows by {radius:.3g} a step: only {shown} of {asked} samples are shown. Three ways: {same}"
    return f"One output, three ways: {same}"


def response_reading(found: Response, moment: int) -> str:
    """The live sentence: the output at one moment as a sum of terms, and how long the system remembers."""
    terms, skip = found.terms(moment), found.system.D * float(found.u[moment])
    largest = int(np.abs(terms).argmax())
    said = (
        f"At sample <b>{moment}</b> y = <b>{found.outputs[0][moment]:.3f}</b>, a sum of <b>{len(terms)}</b> terms "
        f"K<sub>j</sub> u<sub>k−j</sub>, the largest <b>{terms[largest]:.3f}</b> at lag <b>{largest}</b>"
    )
    return (
        said
        + (f", and D u<sub>k</sub> = <b>{skip:.3f}</b>. " if skip else ". ")
        + fading(found.radius, rise=int(np.abs(found.kernel).argmax()), states=found.system.size)
    )


def own_words(*, system: str, signal: str) -> str:
    """Where the visitor's own matrices, text and heights are written."""
    places = []
    if system == OWN:
        places.append("A, B, C and D are written under More.")
    if signal == "text":
        places.append("The text is written under More. Its letters a to z are heights from −1 to 1, all else is 0.")
    if signal == DRAWN:
        places.append("A click on a faint square draws the signal through it.")
    return "".join(f" {place}" for place in places)


def fading(radius: float, *, rise: int = 0, states: int = 1) -> str:
    """What the largest eigenvalue of Ā says of an old input.

    Args:
        radius: its size. rise: the lag at which the kernel is largest: until then the eigenvalue says nothing.
        states: N; where every eigenvalue is 0, so is the power N of Ā.
    """
    size = f"The largest eigenvalue of Ā is <b>{radius:.4f}</b> in size: "
    if radius > 1 + 1e-9:
        return f"{size}above 1, it grows for ever."
    if radius >= 1 - 1e-9:
        return f"{size}at 1 nothing fades."
    if radius < 1e-6:
        return f"{size}nothing is left after <b>{states}</b> step{'s' * (states > 1)}."
    half = np.log(0.5) / np.log(radius)
    said = f"{size}in the long run what is left of an input halves every <b>{half:.3g}</b> steps"
    return f"{said}, but first the kernel rises, up to lag <b>{rise}</b>." if rise > half else f"{said}."


def cost_title(costs: Costs) -> str:
    """How the time of each way grows with the length."""
    slopes = {way: costs.slope(way) for way in ("direct", "recurrence", "FFT")}
    powers = ", ".join(f"{way} as L^{slope:.1f}" for way, slope in slopes.items())
    return f"On long inputs the time grows: {powers}"


def memory_words(costs: Costs) -> str:
    """Whether the transform's time is explained by its operations, or also by numbers that have to be fetched."""
    counted, measured = costs.log_linear, costs.slope("FFT")
    said = f"L log L alone grows as L<sup>{counted:.1f}</sup> over these lengths"
    if measured > counted + 0.1:
        return f"{said}; the FFT's line is steeper where its arrays leave the processor's cache."
    return f"{said}, as the FFT does." if measured > counted - 0.1 else f"{said}; short runs hide some of it."


def circle_title(share: float, *, pad: bool) -> str:
    """What leaving out the zeros does to the signal on screen."""
    if pad:
        return "With zeros behind the signal the FFT gives the direct sums"
    if share < 1e-9:
        return "Without padding: no harm here, because nothing that comes around the circle weighs anything"
    return f"Without padding the circle bites its tail: wrong by up to {share:.0%} of the largest output"


def memory_title(found: Memories) -> str:
    """What the two memories of one matrix give back, and the wrong reading."""
    errors, n = found.errors, len(found.even)
    even, best, warped, wrong = (
        errors[name] for name in ("with 1/t", "best possible", "fixed, warped basis", "fixed, plain basis")
    )
    first = f"{n} number{'s' * (n > 1)}: with 1/t the error is {small(even)}"
    first += ", as small as any polynomial's" if even <= 1.01 * best else f", at best {small(best)}"
    if wrong > 1.05 * warped:
        return f"{first}; the fixed system errs by {warped:.2f}, read wrongly by {wrong:.2f}"
    alike = "no worse" if wrong >= warped / 1.05 else "closer by chance"
    return f"{first}; the fixed system errs by {warped:.2f}, and its wrong reading, {wrong:.2f}, is {alike} here"


def warped_words(recent: float, old: float) -> str:
    """Where the fixed system is sharp: its errors on the last tenth and on the first half."""
    if old > 1.5 * recent:
        return "recent past sharp, far past blurred"
    if recent > 1.5 * old:
        return "here the far past comes out better than the recent one"
    return "here about alike"


def parts_words(recent: float, old: float) -> str:
    """The fixed system's errors on two parts of the past; where the signal is 0 there is none to be named.

    Args:
        recent, old: the relative errors on the last tenth and on the first half, infinite where the signal is 0.
    """
    parts = ((recent, "the last tenth"), (old, "the first half"))
    named = [f"<b>{error:.3f}</b> on {part}" for error, part in parts if np.isfinite(error)]
    if len(named) == len(parts):
        return f"errs by {' and '.join(named)}: {warped_words(recent, old)}"
    silent = " and ".join(part for error, part in parts if not np.isfinite(error))
    said = f"errs by {named[0]}; " if named else "has nothing to be measured against: "
    return f"{said}on {silent} the signal is 0"


def powers_title(radius: float, left: float, legs: float) -> str:
    """What a plain recurrence keeps of an input of 100 steps ago, beside LegS.

    Args:
        radius: the size of the largest eigenvalue.
        left, legs: the size of the state after 100 steps, from 1, in the plain recurrence and in LegS with 1/t.
    """
    after = f"λ = {radius:g}: after 100 steps a state of 1 is"
    if radius > 1:
        return f"{after} {small(left)}, {'and grows for ever' if left > 1 else 'which grows from there on'}"
    if radius == 1:
        return f"{after} still {small(left)}, and never fades"
    end = "less than" if left < legs else "more than" if left > legs else "as much as"
    return f"{after} {small(left)}, {end} LegS with 1/t keeps, {small(legs)}"


def copying_title(record: CopyingRecord, *, scattered: bool) -> str:
    """Which arm copies, over the recorded seeds; a difference within noise is called none."""
    selective, fixed = (
        [float(run.accuracy[-1]) for run in record.arm(arm, scattered=scattered)] for arm in (True, False)
    )
    steps, seeds = record.arm(True, scattered=scattered)[0].params.steps, len(selective)
    if min(selective) > max(fixed) + NOISE:
        return (
            f"A step read from the token copies {_range(selective)} after {steps} updates; one fixed step, in this "
            f"budget, {_range(fixed)} ({seeds} seeds)"
        )
    if min(fixed) > max(selective) + NOISE:
        return f"Here the fixed step is ahead: {_range(fixed)} against {_range(selective)} ({seeds} seeds)"
    return (
        f"Both copy: {_range(selective)} with the step read from the token, {_range(fixed)} with a fixed one; over "
        f"{seeds} seeds that is no difference"
    )


def _range(shares: list[float]) -> str:
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def copying_reading(pair: CopyingPair) -> str:
    """The task, what both arms have reached, and when."""
    found = []
    for name, run in (("read from the token", pair.selective), ("one number", pair.fixed)):
        solved = run.solved_at()
        when = f", above 99 % from update <b>{solved}</b> on" if solved is not None else ""
        found.append(f"step {name}: <b>{run.accuracy[-1]:.1%}</b> right{when}")
    params = pair.fixed.params
    return (
        f"4 data tokens among 28 of noise, then 4 queries that ask for them in order. Seed <b>{params.seed}</b>, "
        f"<b>{pair.fixed.steps[-1]}</b> updates, <b>{pair.fixed.parameters:,}</b> parameters each; {'; '.join(found)}. "
        "A fixed step counts noise too, so what is asked for lies at another distance each time."
        if params.scattered
        else f"4 data tokens, 28 of noise, 4 queries. Seed <b>{params.seed}</b>, <b>{pair.fixed.steps[-1]}</b> "
        "updates, "
        f"<b>{pair.fixed.parameters:,}</b> parameters each; {'; '.join(found)}. The distance is always 32: one kernel "
        "does."
    )


def gates_title(gates: dict[str, float]) -> str:
    """What the learned steps say, by kind of token."""
    noise, data, query = gates["noise"], gates["data"], gates["query"]
    if noise < 0.2 * min(data, query):
        return f"It has learned to skip noise: Δ = {noise:.2f} there, {data:.2f} on data, {query:.2f} on queries"
    if max(gates.values()) - min(gates.values()) < 0.05:
        return f"One step for all tokens: Δ = {data:.2f}"
    return f"The steps: Δ = {noise:.2f} on noise, {data:.2f} on data, {query:.2f} on queries"


def scan_title(cost: ScanCost, at: int) -> str:
    """How far the tree has come, and what it takes in all."""
    covered = min(1 << at, cost.length)
    done = f"After round {at} of {cost.depth} a place covers up to {covered} step{'s' * (covered > 1)}"
    joins = f"{cost.work} pair{'s' * (cost.work > 1)} in {cost.depth} round{'s' * (cost.depth > 1)}"
    return f"{done}; the tree joins {joins}, a pass {cost.length - 1} one after another"


def scan_reading(times: ScanTimes, cost: ScanCost) -> str:
    """Depth and work at a real length, and what this processor makes of them."""
    ratio = times.tree / times.sequential
    said = "takes about as long as the pass"
    if ratio >= 1.1:
        said = (
            f"takes <b>{ratio:.1f}</b> times as long as the pass: depth pays only where many pairs are joined at once"
        )
    elif ratio <= 1 / 1.1:
        said = f"is <b>{1 / ratio:.1f}</b> times as fast as the pass: many pairs are joined at once"
    return (
        f"At <b>{times.length:,}</b> steps of <b>{times.width}</b> numbers the depth falls from "
        f"<b>{times.length - 1:,}</b> to <b>{cost.depth}</b> rounds and the work grows from "
        f"<b>{times.length - 1:,}</b> "
        f"to <b>{cost.work:,}</b> joined pairs. On this processor the tree {said}."
    )


def mixing_title(words: tuple[str, ...], skipped: int) -> str:
    """What the three matrices show."""
    said = "Fixed: one number a diagonal. Selective: it knows the word. Attention: rows that sum to 1"
    return f"{said}; {skipped} of {len(words)} words are skipped" if skipped else said


def recall_title(record: RecallRecord, states: int, pairs: int) -> str:
    """How a state space of one size recalls beside attention and the hybrid, over the recorded seeds."""
    own, attention, hybrid = (
        record.spread(stack, size, pairs) for stack, size in (("state space", states), ("attention", 2), ("hybrid", 2))
    )
    said = f"{pairs} pairs: a state of N = {states} recalls {own.mean:.0%}, attention {attention.mean:.0%}"
    if own.high + NOISE < attention.low:
        end = f", a hybrid {hybrid.mean:.0%}"
    elif own.low > attention.high + NOISE:
        end = ": here the state is ahead"
    else:
        end = f": over {own.seeds} seeds no difference"
    return said + end


def pairs_title(record: RecallRecord, states: int) -> str:
    """How the accuracy of one size of state goes with the number of pairs, over the recorded seeds."""
    counts = sorted({run.params.pairs for run in record.runs})
    few, many = (record.spread("state space", states, pairs) for pairs in (counts[0], counts[-1]))
    if few.low > many.high + NOISE:
        return f"N = {states}: {few.mean:.0%} of {counts[0]} pairs, {many.mean:.0%} of {counts[-1]}: a state fills up"
    if many.low > few.high + NOISE:
        return f"N = {states}: {few.mean:.0%} of {counts[0]} pairs, and more, {many.mean:.0%}, of {counts[-1]}"
    said = f"N = {states}: {few.mean:.0%} of {counts[0]} pairs and {many.mean:.0%} of {counts[-1]}"
    return f"{said}: over {few.seeds} seeds no clear difference"


def gate_title(found: Gated) -> str:
    """Whether gate and scan are one, and how well the gate holds what counts."""
    apart = found.apart
    if not apart <= found.checks[0].bound:
        return f"The gate and the scan differ by {small(apart)}, which rounding does not explain"
    same = "to the last digit" if apart == 0 else f"up to {small(apart)}"
    return f"A gate is a selective scan, {same}; it is off what it should hold by {small(found.astray)}"


def gate_reading(found: Gated) -> str:
    """The steps on data and noise, and what they mean."""
    steps, shares = (
        [float(side[found.counts == kind][0]) for kind in (True, False)] for side in (found.delta, found.shares)
    )
    return (
        "h = (1 − g) h + g u with g = σ(z) is the scan with A = −1, B = C = 1, zoh and Δ = log(1 + e<sup>z</sup>). "
        f"On data z = <b>{found.z[found.counts][0]:g}</b>, g = <b>{shares[0]:.3f}</b> and Δ = <b>{steps[0]:.3f}</b>; "
        f"on noise z is its negative, g = <b>{shares[1]:.3f}</b> and Δ = <b>{steps[1]:.3f}</b>. A small Δ keeps, a "
        "large one takes in, as the steps that are learned under Select. Off: the root mean square of h minus the last "
        "data sample."
    )


def live_title(pair: CopyingPair) -> str:
    """What two arms that are trained now have reached; a difference within noise is called none."""
    selective, fixed = (float(run.accuracy[-1]) for run in (pair.selective, pair.fixed))
    said = (
        f"Seed {pair.fixed.params.seed}, after {pair.fixed.steps[-1]} updates: {selective:.0%} right with the step read"
    )
    said += f" from the token, {fixed:.0%} with one for all"
    return said if abs(selective - fixed) > NOISE else f"{said}: no difference"


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
