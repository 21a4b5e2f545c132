"""The sentences and the mathematics of the page on the model families. Findings are functions of the data."""

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np

from components.scene import Equation
from core.numbers import mean_interval
from core.transformer import (
    LABELS,
    TUNED_DRAWS,
    Cut,
    GatingRun,
    LearnedMerges,
    Masked,
    ReaderRun,
    RecordedSpans,
    Sight,
    best_on_test,
    later_look,
    questions,
)

BOTH_SIDES = "Both sides or the past"
"""The name of the panel of the readers."""

BERT, MASKING, NEXT, VECTOR, SPAN = "BERT's games", "Masking", "Next sentence", "One vector", "Find the answer"
"""The name of the panel of BERT's games, and its views."""

LLAMA, GATE, NORM, MERGES, LANGUAGES = "Llama's parts", "Gate", "Norm", "Learn pieces", "Languages"
"""The name of the panel of Llama's parts, and its views."""

STEPS, GUESSES = "steps", "places asked"
"""What the readers' losses are drawn over."""

NEAR = 0.05
"""Nats above its bound within which a reader is said to have come to it."""


def sight_title(encoder: Sight, decoder: Sight, depth: int) -> str:
    """How much of either model's look falls on later words at this depth, the mean over words."""
    behind, ahead = (later_look(layer_of(sight, depth)) for sight in (encoder, decoder))
    seen = f"{behind:.0%} of an encoder's look falls on later words"
    if ahead == 0:
        return f"{seen}, none of a decoder's"
    return f"{seen}, and {ahead:.1%} of a decoder's, which should be none"


def layer_of(sight: Sight, depth: int) -> np.ndarray:
    """The map at a depth that is counted in sixths of the model, 1 to 6."""
    layer: np.ndarray = sight.maps[depth * len(sight.maps) // 6 - 1]
    return layer


def readers_title(by_name: Mapping[str, Sequence[ReaderRun]]) -> str:
    """Which readers end at their bound in every run, and the one that is farthest from its own."""
    above = {name: [float(run.excess.mean()) for run in runs] for name, runs in by_name.items()}
    near = [name for name, values in above.items() if max(values) < NEAR]
    far = max(above, key=lambda name: fmean(above[name]))
    if len(near) == len(above):
        return f"All readers come within {NEAR:.2f} nats of the best loss that is possible"
    least = min(above, key=lambda name: fmean(above[name]))
    return (
        f"“{least}” ends {fmean(above[least]):.3f} nats above its bound, “{far}” {fmean(above[far]):.3f}"
        if max(above[least]) < min(above[far])
        else f"No reader is nearer to its bound than another in every run: all end up to {max(above[far]):.2f} nats off"
    )


def reader_reading(runs: Sequence[ReaderRun]) -> str:
    """Where the chosen reader ends: its loss, its bound, and the distance over runs and texts."""
    run = runs[0]
    ends = ", ".join(f"{one.loss[-1]:.2f}" for one in runs)
    bounds = ", ".join(f"{one.bound:.2f}" for one in runs)
    above = ", ".join(f"{one.excess.mean():.3f} ± {one.standard_error:.3f}" for one in runs)
    seeds = f"seed{'s' * (len(runs) > 1)} {', '.join(str(one.params.seed) for one in runs)}"
    asked = f"{run.guesses[-1] / run.steps[-1]:,.0f}"
    return (
        f"The {run.params.reader} of {seeds} is asked {asked} places a step. It ends at <b>{ends}</b> nats; the "
        f"best possible reader of the same test texts pays <b>{bounds}</b> (dashed). Between them: <b>{above}</b>."
    )


def masking_title(masked: Masked) -> str:
    """How many pieces of these draws are asked for, and how many of them the model still sees."""
    chosen, kept = int(masked.chosen.sum()), int((masked.kinds == "keep").sum())
    if not chosen:
        return f"None of {masked.chosen.size} pieces is chosen: there is nothing to learn from"
    left = {0: "none of them is left as it was", 1: "one of them is left as it was"}
    asked = f"{chosen} of {masked.chosen.size} pieces {'is' if chosen == 1 else 'are'} asked for"
    return f"{asked}, and {left.get(kept, f'{kept} of them are left as they were')}"


def pairs_title(pairs: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Whether topics alone tell the next sentence as well as the whole vector, and whether anyone tells the order."""
    follows, order = pairs["next sentence"], pairs["order"]
    topics, whole = follows["topics alone"], follows["MiniLM"]
    low, high = np.quantile(whole - topics, [0.1, 0.9])
    than = "as well as" if low <= 0 <= high else "worse than" if low > 0 else "better than"
    best = max(order, key=lambda name: float(order[name].mean()))
    told = "is told" if np.quantile(order[best], 0.1) > 0.5 else "is not surely told"
    return (
        f"Topics alone tell the next sentence {than} the whole vector ({topics.mean():.0%}, {whole.mean():.0%}); the "
        f"order {told} beyond chance ({order[best].mean():.0%})"
    )


def probes_title(probes: Mapping[str, np.ndarray], tuned: np.ndarray) -> str:
    """Which vector tells more with the most labels, and whether tuning the whole encoder tells more than its mean.

    Args:
        probes: share right of a probe of each vector, by labels and draws.
        tuned: the same of the encoder tuned whole, on the first of these draws.
    """
    first, mean, whole = probes["[CLS]"][-1], probes["mean of tokens"][-1], tuned[-1]
    low, high = np.quantile(mean - first, [0.1, 0.9])
    vectors = "the mean of tokens and [CLS] differ by no more than the draws"
    if not low <= 0 <= high:
        better, other = ("the mean of tokens", "[CLS]") if low > 0 else ("[CLS]", "the mean of tokens")
        vectors = f"{better} tells more than {other}"
    numbers = f"{LABELS[-1]} labels, mean {mean.mean():.0%}, [CLS] {first.mean():.0%}"
    gained = whole - mean[: len(whole)]
    least, most = mean_interval(gained)
    told = f"{100 * abs(float(gained.mean())):.0f} points"
    if least <= 0 <= most:
        return f"{vectors[0].upper()}{vectors[1:]}; tuned whole is not surely apart from the mean ({numbers})"
    way = f"{told} more" if least > 0 else f"{told} less"
    return f"{vectors[0].upper()}{vectors[1:]}; tuned whole gets {way} right than the mean ({numbers})"


def tuned_reading(probes: Mapping[str, np.ndarray], tuned: np.ndarray) -> str:
    """What tuning the whole encoder gains over the frozen mean, by labels, on the same draws, with its interval."""
    mean = probes["mean of tokens"][:, : tuned.shape[1]]
    rows = []
    for count, before, after in zip(LABELS, mean, tuned, strict=True):
        low, high = mean_interval(after - before)
        gained = 100 * float((after - before).mean())
        rows.append(f"{count} labels <b>{gained:+.0f}</b> ({100 * low:+.0f} to {100 * high:+.0f})")
    return (
        f"Tuned whole against the frozen mean, in points on the same {TUNED_DRAWS} draws, with 95 % intervals: "
        f"{', '.join(rows)}."
    )


def exact_shares(found: RecordedSpans) -> dict[str, tuple[float, float, float]]:
    """Of each way the share of exact answers with its 95 % interval over the passages."""
    return {way: (float(found.by_passage(way).mean()), *mean_interval(found.by_passage(way))) for way in found.exact}


def spans_title(found: RecordedSpans) -> str:
    """Whether tuning the whole encoder finds more answers than training the heads alone, over the passages."""
    frozen, whole = (found.by_passage(way) for way in found.exact)
    low, high = mean_interval(whole - frozen)
    numbers = f"{whole.mean():.0%} of unseen answers exactly, with the heads alone {frozen.mean():.0%}"
    if low <= 0 <= high:
        return f"Tuned whole it is not surely better: {numbers}"
    return f"Tuned whole it finds {'more' if low > 0 else 'less'}: {numbers}"


def spans_reading(found: RecordedSpans) -> str:
    """The shares with their intervals, by chance, and what tells whether the question is read."""
    shares = ", ".join(
        f"{way} <b>{mean:.0%}</b> ({low:.0%} to {high:.0%})" for way, (mean, low, high) in exact_shares(found).items()
    )
    seeds, count = next(iter(found.exact.values())).shape
    way = list(found.exact)[-1]
    other, learned = float(found.other_asked[way].mean()), float(found.learned[way].mean())
    alike = begin_alike()
    right = found.exact[way].mean(axis=0)
    return (
        f"Exact on unseen passages, {count} questions × {seeds} seeds, 95 % over passages: {shares}; by chance "
        f"{found.chance.mean():.1%}. Tuned whole and asked another question about the passage, it still gives the "
        f"first answer in <b>{other:.0%}</b>. It is right in <b>{right[alike].mean():.0%}</b> where two questions of a "
        f"passage begin with one word, in {right[~alike].mean():.0%} elsewhere; in {learned:.0%} on what it learned."
    )


def begin_alike() -> np.ndarray:
    """For each question whether another one about its passage begins with the same word."""
    first = [(place, question.split()[0]) for place, question, _ in questions()]
    return np.array([first.count(one) > 1 for one in first])


def gating_title(by_kind: Mapping[str, Sequence[GatingRun]]) -> str:
    """Which part ends nearer to the best possible loss in every run; else no difference is claimed."""
    plain, gated = (
        [float(run.loss[-1]) - best_on_test(run.params.seed) for run in by_kind[kind]] for kind in ("ReLU", "SwiGLU")
    )
    numbers = f"{fmean(gated):.4f} nats above the best with it, {fmean(plain):.4f} without, over {len(plain)} seeds"
    if max(gated) < min(plain):
        return f"At equal weights the gate ends lower in every run: {numbers}"
    if max(plain) < min(gated):
        return f"At equal weights the gate ends higher in every run: {numbers}"
    return f"At equal weights the gate makes no difference beyond the seeds: {numbers}"


def norms_title(rows: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """How much each norm's answer changes with the vector's scale and shift, at most in one number."""
    moved = {name: float(np.abs(changed - same).max()) for name, (same, changed) in rows.items()}
    still = [name for name, most in moved.items() if most < 5e-4]
    if len(still) == len(moved):
        return "Neither norm notices the change"
    if not still:
        return "Both norms notice the change: " + ", ".join(f"{name} {most:.2f}" for name, most in moved.items())
    other = next(name for name in moved if name not in still)
    return f"{still[0]} does not notice the change, {other} moves a number by {moved[other]:.2f}"


def merges_title(learned: LearnedMerges, count: int) -> str:
    """How many pieces are left after some merges, of how many characters."""
    before, now = learned.lengths[0], learned.lengths[count]
    entries = len(learned.alphabet) + count
    if count == 0:
        return f"Before the first merge: {before} characters, {entries} entries"
    end = "; no pair is left to join" if count == len(learned.merges) else ""
    return f"{entries} entries cut the text into {now} pieces instead of {before}{end}"


def languages_title(cuts: Mapping[str, Mapping[str, Cut]]) -> str:
    """Which language pays most and which least for a word, over both vocabularies."""
    paid = {
        language: fmean(by_language[language].tokens / by_language[language].words for by_language in cuts.values())
        for language in next(iter(cuts.values()))
    }
    most, least = max(paid, key=lambda name: paid[name]), min(paid, key=lambda name: paid[name])
    if paid[most] < 1.05 * paid[least]:
        return f"All languages pay alike: {paid[least]:.1f} tokens per word"
    return f"A word costs {paid[least]:.1f} tokens in {least} and {paid[most]:.1f} in {most}, the mean of both"


EQUATIONS = (
    Equation(
        r"\text{decoder: } -\frac1n\sum_{t=1}^{n} \ln p(x_t \mid x_{<t}), \qquad "
        r"\text{encoder: } -\frac1{|M|}\sum_{t \in M} \ln p(x_t \mid \tilde x)",
        {
            "x_t": "the word at place t of n",
            "x_{<t}": "the words before it",
            "M": "the places that were chosen, 15 of 100 in BERT",
            r"\tilde x": "the text in which most of them are hidden",
        },
    ),
    Equation(
        r"H(x_t) \;\ge\; H(x_t \mid x_{<t}) \;\ge\; H(x_t \mid x_{<t}, x_{>t})",
        {
            "H(x_t)": "the entropy of a word alone, in nats",
            r"H(x_t \mid x_{<t})": "what is left when the past is known: a decoder's bound",
            r"H(x_t \mid x_{<t}, x_{>t})": "what is left when all other words are known; where more of them are "
            "hidden, an encoder's bound is another",
        },
    ),
    Equation(
        r"p(a, b) = p_{\text{start}}(a)\, p_{\text{end}}(b), \qquad "
        r"\mathcal{L} = -\ln p_{\text{start}}(a^*) - \ln p_{\text{end}}(b^*), \qquad "
        r"p_{\text{start}}(a) = \frac{e^{u \cdot h_a}}{\sum_{k} e^{u \cdot h_k}}",
        {
            "p(a, b)": "how likely the answer is the span from piece a to piece b of the passage, at most 10 pieces",
            r"p_{\text{start}}, p_{\text{end}}": "the chances of a piece to begin and to end it; the end has its own u",
            "h_k": "the encoder's last vector of piece k, where question and passage are read together",
            "u": "the start head, 384 trained numbers and an offset",
            r"\mathcal{L}": "the loss of a question whose true answer runs from a* to b*",
        },
    ),
    Equation(
        r"\mathrm{LayerNorm}(x) = \frac{x - \bar x}{\sqrt{\tfrac1d \sum_i (x_i - \bar x)^2}}, \qquad "
        r"\mathrm{RMSNorm}(x) = \frac{x}{\sqrt{\tfrac1d \sum_i x_i^2}}",
        {"x": "a vector of d numbers", r"\bar x": "their mean; trained scales are left out here"},
    ),
    Equation(
        r"\mathrm{SwiGLU}(x) = W_{\text{down}}\,\bigl(\text{silu}(W_{\text{gate}}\,x) \odot W_{\text{up}}\,x\bigr)",
        {
            r"W_{\text{gate}}, W_{\text{up}}, W_{\text{down}}": "three matrices, where ReLU has two",
            r"\text{silu}(x)": "x times the logistic function of x",
        },
    ),
)
