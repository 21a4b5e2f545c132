"""The sentences and the mathematics of the page on the transformer's parts. Findings are functions of the data."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from components.scene import Equation
from core.transformer import (
    LANGUAGES,
    WHOLE_MODEL,
    Absence,
    Absences,
    Example,
    ParameterTable,
    ReaderRun,
    TokenPath,
    TranslatorRun,
    digits_behind,
    name_of,
)

INSIDE = "Inside a block"
"""The name of the panel that a click on a block opens."""

THREE_WORDS, KNOWN_LANGUAGE = "Three words", "A known language"
"""The views of the panel Cross entropy."""

WHOLE, ONE_VECTOR, NO_MASK = "whole", "one vector", "no mask"
"""The parts that a translator has; the keys of `core.transformer.VARIANTS`."""

LOOKS, LEARNING, LENGTH = "Where it looks", "Learning", "Length"
"""The views of the panel Translate."""


def path_title(path: TokenPath) -> str:
    """Which depth first reads the answer for good, and which part says most for it."""
    settled = settles_at(path)
    strongest = int(np.argmax(path.parts))
    where = "from the embedding on" if settled == 0 else f"from depth {settled} of {len(path.attention)} on"
    return f"“{path.answer}” leads {where}; {part_name(strongest)} says most for it, {path.parts[strongest]:+.1f}"


def settles_at(path: TokenPath) -> int:
    """The first depth from which on the answer is the likeliest token at every depth."""
    leads = [top[0] == path.answer for top in path.top]
    return next(depth for depth in range(len(leads)) if all(leads[depth:]))


def part_name(place: int) -> str:
    """The name of a part of the logit by its place: the embedding, attention and feed-forward of each layer in turn."""
    if place == 0:
        return "the embedding"
    kind = "attention" if place % 2 else "feed-forward"
    return f"{kind} {(place - 1) // 2}"


def looks_title(runs: Sequence[TranslatorRun]) -> str:
    """Where the target looks, over the seeds; an even look is called one."""
    run = runs[0]
    if not run.params.cross_attention:
        return "Without cross-attention there is one column: the mean of the source"
    there, even = fmean(run.expected[0] for run in runs), fmean(run.expected[1] for run in runs)
    if np.isnan(there):
        return _numbers_title(runs)
    spread = f"{min(run.expected[0] for run in runs):.2f} to {max(run.expected[0] for run in runs):.2f}"
    if there < 1.2 * even:
        return (
            f"No place stands out: {there:.2f} of a look falls where the symbol comes from, an even look has {even:.2f}"
        )
    place = "a place that holds its letter" if run.params.task == "sort" else "the place its letter comes from"
    seeds = f" (seeds: {spread})" if len(runs) > 1 else ""
    return f"{there:.2f} of a look falls on {place}{seeds}; an even look has {even:.2f}"


def _numbers_title(runs: Sequence[TranslatorRun]) -> str:
    """How much of a word's look falls on the digits that it comes from, over the examples of all seeds."""
    rows = [row for run in runs for example in run.examples for row in _on_its_digits(example)]
    if not rows:
        return "No number is written rightly, so its looks say nothing"
    there, even = (fmean(values) for values in zip(*rows, strict=True))
    numbers = f"{there:.2f} of a word's look falls on the digits it comes from, an even look has {even:.2f}"
    if there < 1.2 * even:
        return f"No digit stands out: {numbers}"
    return f"{numbers} ({sum(len(run.examples) for run in runs)} numbers)"


def _on_its_digits(example: Example) -> list[tuple[float, float]]:
    """For each word of a number that was written rightly: the look on its digits, and what an even look has there."""
    if example.written != example.target:
        return []
    known = LANGUAGES["numbers"].source
    behind = digits_behind(np.array([known.index(digit) for digit in example.source]))
    return [
        (float(look[sorted(places)].sum()), len(places) / len(example.source))
        for look, places in zip(example.cross_attention, behind, strict=False)
    ]


def step_told(example: Example, written: int) -> str:
    """What has been written after some symbols, and where the decoder looks for the next one."""
    symbols = [*example.written, "end"]
    before = " ".join(["start", *example.written[:written]])
    look = example.cross_attention[min(written, len(symbols) - 1)]
    place = int(look.argmax())
    where = f"“{example.source[place]}” at place {place + 1}" if len(look) == len(example.source) else "the mean alone"
    return f"After “{before}” it writes “{symbols[min(written, len(symbols) - 1)]}” and looks most at {where}"


def learning_title(runs: Sequence[TranslatorRun]) -> str:
    """What the last step gives: right symbols with the true ones given, and with its own; over the seeds."""
    forced, free = (fmean(float(getattr(run, name)[-1]) for run in runs) for name in ("forced", "free"))
    if forced - free > 0.05:
        return f"With the true symbols given {forced:.0%} are right, with its own {free:.0%}"
    if free > 0.95:
        return f"It writes by itself as well as with help: {free:.0%} of the symbols are right"
    return f"{free:.0%} of the symbols are right, with help or without"


def length_title(whole: Sequence[TranslatorRun], other: Sequence[TranslatorRun], name: str) -> str:
    """How both do at the longest source of training; a difference within the seeds' spread is called none."""
    longest = whole[0].params.length - 1
    first, second = ([float(run.by_length[longest]) for run in runs] for runs in (whole, other))
    words = f"at length {longest + 1} the whole model gets {fmean(first):.0%}"
    if name == WHOLE:
        return f"Sources longer than trained fail: {words}" if _beyond_fails(whole) else words.capitalize()
    if min(first) > max(second):
        return f"{words.capitalize()} wholly right, with {_told(name)} {fmean(second):.0%}"
    return f"No difference beyond the seeds: {words} wholly right, with {_told(name)} {fmean(second):.0%}"


def _told(name: str) -> str:
    return {ONE_VECTOR: "one vector alone", NO_MASK: "no mask"}[name]


def _beyond_fails(runs: Sequence[TranslatorRun]) -> bool:
    """Whether there are sources longer than in training, none of which is written right."""
    beyond = [run.by_length[run.params.length :] for run in runs]
    return all(len(rest) > 0 and float(rest.max()) < 0.05 for rest in beyond)


def entropy_title(loss: float, entropy: float, divergence: float) -> str:
    """Cross entropy and its two parts; infinite and equal are said."""
    if np.isinf(loss):
        return "The model excludes a word that comes: its loss has no limit"
    if divergence < 5e-4:
        return f"The model is the data: it pays the entropy {entropy:.2f} and nothing more"
    return f"Of a loss of {loss:.2f} nats, {entropy:.2f} is the data's own and {divergence:.2f} the model's fault"


def language_title(runs: Sequence[ReaderRun]) -> str:
    """How far above the best possible loss a decoder ends, over the seeds; what cannot be told from 0 is said to be."""
    above = [float(run.excess.mean()) for run in runs]
    over = f"over {len(runs)} seeds" if len(runs) > 1 else f"seed {runs[0].params.seed}"
    told = f"{fmean(above):.3f} nats, {over}"
    if any(value < -3 * run.standard_error for value, run in zip(above, runs, strict=True)):
        return f"The loss ends below the least that is possible, which cannot be: by {told}"
    if all(value < 3 * run.standard_error for value, run in zip(above, runs, strict=True)):
        return f"The loss comes down to the least that is possible: what is left, {told}, is within the noise"
    return f"The loss stays above the least that is possible, by {told}"


def parameters_title(table: ParameterTable) -> str:
    """The part that holds most of a model's parameters."""
    groups = grouped(table)
    largest = max(groups, key=lambda name: groups[name])
    return f"{table.shape.name}: {count(table.total)} parameters, {groups[largest] / table.total:.0%} of them {largest}"


def grouped(table: ParameterTable) -> dict[str, int]:
    """The parameters by what they are for, in the order of the figure."""
    groups = {"embedding and output": 0, "attention": 0, "feed-forward": 0, "norms and others": 0}
    for part in table.parts:
        if part.name in ("token embedding", "positions", "segments", "output"):
            groups["embedding and output"] += part.total
        elif part.name in ("query", "key and value", "attention's output"):
            groups["attention"] += part.total
        elif part.name.startswith("feed-forward"):
            groups["feed-forward"] += part.total
        else:
            groups["norms and others"] += part.total
    return groups


def absence_title(found: Absences, absence: Absence) -> str:
    """Which layer's absence costs most and which least; of what is taken everywhere, what that does."""
    name = name_of(absence)
    if absence.kind in WHOLE_MODEL:
        outcome = found.by_kind[absence.kind][0]
        whole = perplexity_told(found.whole.loss)
        return f"With {name} the perplexity is {perplexity_told(outcome.loss)}, whole it is {whole}"
    losses = np.nan_to_num(found.losses(absence.kind), nan=np.inf)
    most, least = int(losses.argmax()), int(losses.argmin())
    return (
        f"Worst is layer {most}, perplexity {perplexity_told(float(losses[most]))}; least matters layer {least}, "
        f"{perplexity_told(float(losses[least]))}"
    )


def perplexity_told(loss: float) -> str:
    """The perplexity of a mean loss: its size alone from a billion on, or that the model's numbers overflow."""
    if not np.isfinite(loss):
        return "beyond all numbers"
    if loss >= np.log(1e9):
        return f"about 10^{loss / np.log(10):.0f}"
    return f"{np.exp(loss):,.3g}" if loss < 6.9 else f"{np.exp(loss):,.0f}"


def count(number: float) -> str:
    """A count with three significant digits: 135 M, 8.03 B."""
    for size, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f}"


EQUATIONS = (
    Equation(
        r"h = e + \sum_{l} (a_l + f_l), \qquad "
        r"z_v = \frac{w_v \cdot (\gamma \odot h)}{\sqrt{\tfrac1d \lVert h\rVert^2}}",
        {
            "h": "the residual stream after the last layer, at one position",
            "e": "the token's embedding",
            "a_l, f_l": "what attention and the feed-forward part of layer l add",
            "z_v": "the logit of token v; with the root held fixed, each part p gives w_v · (γ ⊙ p) over the root",
            "w_v": "the vector of token v in the output",
            r"\gamma": "the final norm's trained scale",
            "d": "the width of the stream, 576 in SmolLM2",
        },
    ),
    Equation(
        r"f = W_{\text{down}}\,\bigl(\text{silu}(W_{\text{gate}}\,y) \odot W_{\text{up}}\,y\bigr)",
        {
            "y": "the stream after the second norm",
            r"W_{\text{gate}}, W_{\text{up}}, W_{\text{down}}": "the three matrices of SwiGLU",
            r"\text{silu}(x)": "x times the logistic function of x",
        },
    ),
    Equation(
        r"c_t = \sum_{s} \alpha_{ts} W_V m_s, \qquad "
        r"\alpha_{ts} = \frac{e^{(W_Q y_t) \cdot (W_K m_s) / \sqrt{k}}}"
        r"{\sum_{r} e^{(W_Q y_t) \cdot (W_K m_r) / \sqrt{k}}}",
        {
            "c_t": "what cross-attention brings to target place t, in one head",
            r"\alpha_{ts}": "the look of target t at source s: a row of the map, which sums to 1",
            "m_s": "the encoder's vector of source symbol s; with one vector there is a single one, the mean of all",
            "y_t": "the decoder's vector at target place t, which saw the symbols before",
            "W_Q, W_K, W_V": "the trained matrices of the head",
            "k": "the numbers of a head, 16 here",
        },
    ),
    Equation(
        r"H(p, q) = -\sum_x p(x)\ln q(x) = H(p) + \mathrm{KL}(p\,\Vert\,q), \qquad \text{perplexity} = e^{H(p, q)}",
        {
            "p(x)": "how often x comes in the data",
            "q(x)": "the probability that the model gives to x",
            "H(p)": "the data's own entropy, in nats: one nat is 1.44 bits",
            r"\mathrm{KL}(p\,\Vert\,q)": "the divergence: 0 only where q is p",
        },
    ),
)
