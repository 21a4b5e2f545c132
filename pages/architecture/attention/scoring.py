"""What the panel of the five scores says, decided by its numbers."""

from collections.abc import Collection, Mapping

import numpy as np

from core.attention import DIMENSIONS, FAINT, SCORES, ScoreTrials, Spreads, multiplications, parameters
from core.numbers import mean_interval, side

WHICH = "Which score?"
"""The panel's name."""

SPREAD, TRAINED, COST = "Spread", "Trained", "Cost"
"""Its views."""

KINDS = tuple(SCORES)
UNDIVIDED = ("dot", "bilinear")
"""Scores that are sums of products, divided by nothing."""

FLAT = 0.1
"""Slope of the logarithms below which a spread counts as not changing with the dimension."""

WIDE = 0.1
"""A gap in right answers from which on it is named, even where the seeds are too few to call it one."""

TOKENS = 256
"""Queries, and keys, that the costs are counted and timed for."""


def exponents(spreads: Spreads) -> dict[str, float]:
    """By which power of the dimension each score's measured spread grows: least squares on logarithms."""
    x = np.log(DIMENSIONS)
    return {kind: float(np.polyfit(x, np.log(row), 1)[0]) for kind, row in zip(KINDS, spreads.deviation, strict=True)}


def spread_title(spreads: Spreads) -> str:
    """Which scores spread more with the dimension, which less."""
    found = exponents(spreads)
    grow = [SCORES[kind] for kind, power in found.items() if power > FLAT]
    fall = [SCORES[kind] for kind, power in found.items() if power < -FLAT]
    parts = [f"more under {_listed(grow)}"] if grow else []
    parts += [f"less under {_listed(fall)}"] if fall else []
    return f"As d grows, scores spread {', '.join(parts)}" if parts else "No score's spread changes with d"


def sharp_title(spreads: Spreads) -> str:
    """What the spread makes of the softmax at the largest dimension."""
    last = dict(zip(KINDS, spreads.largest[:, -1], strict=True))
    return (
        f"At d = {DIMENSIONS[-1]} the best of {spreads.params.n_keys} keys gets "
        f"{_range([last[kind] for kind in UNDIVIDED])} undivided, {last['scaled']:.2f} scaled"
    )


def spread_reading(spreads: Spreads) -> str:
    """What is left for the gradient at the largest dimension."""
    rows = zip(KINDS, spreads.slope[:, -1], strict=True)
    said = ", ".join(f"{SCORES[kind]} <b>{slope:.2g}</b>" for kind, slope in rows)
    faint = dict(zip(KINDS, spreads.faint[:, -1], strict=True))
    undivided = [f"{faint[kind]:.0%}" for kind in UNDIVIDED]
    return (
        f"Weights p move with their scores by diag(p) − p pᵀ, what the softmax lets through; its size in the median "
        f"row at d = {DIMENSIONS[-1]}: {said}. Almost nothing, less than {FAINT:g}, comes through in "
        f"<b>{' and '.join(undivided)}</b> of the rows of {_listed([SCORES[kind] for kind in UNDIVIDED])}, in "
        f"<b>{faint['scaled']:.0%}</b> of the scaled."
    )


def entropy_sentence(spreads: Spreads) -> str:
    """The softmax's entropy at the largest dimension, beside that of equal weights."""
    rows = zip(KINDS, spreads.entropy[:, -1], strict=True)
    n = spreads.params.n_keys
    said = ", ".join(f"{SCORES[kind]} {entropy:.1f}" for kind, entropy in rows)
    return f"Entropy in nats at d = {DIMENSIONS[-1]}: {said}; equal weights over {n} keys have {np.log(n):.1f}."


def gradient_sentence(trials: ScoreTrials) -> str:
    """How large the gradient is that reaches the query matrix before training, beside the scaled product's."""
    width = trials.params.widths[-1]
    rows = dict(zip(KINDS, trials.gradient[:, -1], strict=True))
    said = ", ".join(f"{SCORES[kind]} {_range(row)}" for kind, row in rows.items() if kind != "scaled")
    return (
        "The gradient that reaches the query matrix at the first step of the recorded trainings, as a multiple of the "
        f"scaled product's at d = {width}, over {len(trials.params.seeds)} seeds: {said}. {_root_sentence(rows, width)}"
    )


def _root_sentence(rows: Mapping[str, np.ndarray], width: int) -> str:
    """What the missing √d alone would make of the gradient, and whether so much arrives.

    Args:
        rows: the gradient of each score, seed by seed, as a multiple of the scaled product's.
        width: d.
    """
    root, most = np.sqrt(width), max(float(rows[kind].max()) for kind in UNDIVIDED)
    alone = (
        f"At an equal gradient of the score the dot product would pass √d = {root:.3g} times as much back to its query"
    )
    if most < root:
        return f"{alone}; no undivided score reaches that, since a softmax of wider scores lets less through."
    return f"{alone}; up to {most:.2g} times arrive."


def uneven_sentence(spreads: Spreads, trials: ScoreTrials) -> str:
    """Why a gradient arrives larger through a softmax that lets less through; empty where it does not."""
    faint = dict(zip(KINDS, spreads.faint[:, -1], strict=True))
    rows = dict(zip(KINDS, trials.gradient[:, -1], strict=True))
    if min(faint[kind] for kind in UNDIVIDED) <= faint["scaled"] or min(rows[kind].min() for kind in UNDIVIDED) <= 1:
        return ""
    root = np.sqrt(trials.params.widths[-1])
    return (
        "How the gradient can be larger where the softmax lets less through: the query matrix sums over all rows, and "
        f"what passes an undivided score is multiplied by √d = {root:.3g} beside a scaled one. So it is larger, but "
        "uneven: many rows give almost nothing, the others nearly all."
    )


def against_scaled(trials: ScoreTrials, width: int, rate: float) -> dict[str, int]:
    """Whether each other score ends above (1), below (-1) or within the noise (0) of the scaled product, by seeds."""
    ends = ends_of(trials, rate)[:, trials.params.widths.index(width)]
    scaled = ends[KINDS.index("scaled")]
    others = [kind for kind in KINDS if kind != "scaled"]
    if len(trials.params.seeds) < 2:
        return dict.fromkeys(others, 0)  # one seed decides nothing
    return {kind: side(mean_interval(ends[KINDS.index(kind)] - scaled, among=len(others))) for kind in others}


def ends_of(trials: ScoreTrials, rate: float) -> np.ndarray:
    """Right answers at the end of training at a rate, [score width seed]."""
    return trials.accuracy[:, :, trials.params.rates.index(rate), :, -1]


def learning_title(trials: ScoreTrials, width: int, rate: float) -> str:
    """Which scores learn the look-up worse or better than the scaled product, at a dimension and a rate."""
    signs = against_scaled(trials, width, rate)
    parts = [
        f"{_listed([SCORES[kind] for kind, sign in signs.items() if sign == wanted])} {word}"
        for wanted, word in ((1, "above"), (-1, "below"))
        if wanted in signs.values()
    ]
    if not parts:
        return f"d = {width}: {_undecided(trials, width, rate)}"
    return f"d = {width}: {', '.join(parts)} the scaled product, beyond the noise of {len(trials.params.seeds)} seeds"


def _undecided(trials: ScoreTrials, width: int, rate: float) -> str:
    """That no score is told from the scaled product; where one lies far from it, that the seeds are too few."""
    seeds, ends = len(trials.params.seeds), ends_of(trials, rate)[:, trials.params.widths.index(width)].mean(axis=-1)
    means = dict(zip(KINDS, ends, strict=True))
    far = max(means, key=lambda kind: abs(means[kind] - means["scaled"]))
    if abs(means[far] - means["scaled"]) >= WIDE:
        count = f"{seeds} seeds" if seeds > 1 else "one seed"
        return f"{count} cannot part them: {SCORES[far]} {means[far]:.0%}, scaled {means['scaled']:.0%}"
    noise = f"the noise of {seeds} seeds" if seeds > 1 else "doubt, as there is one seed"
    return f"no score ends apart from scaled beyond {noise}"


def width_title(trials: ScoreTrials, rate: float) -> str:
    """Which scores end apart from the scaled product, dimension by dimension, as `learning_title` says of one."""
    signs = {width: against_scaled(trials, width, rate) for width in trials.params.widths}
    parts = []
    for wanted, word in ((1, "above"), (-1, "below")):
        found = [f"{SCORES[kind]} (d = {width})" for width, row in signs.items() for kind in row if row[kind] == wanted]
        parts += [f"{word} scaled: {', '.join(found)}"] if found else []
    return (
        f"Rate {rate:g}, {'; '.join(parts) or f'{len(trials.params.seeds)} seeds part no score from scaled at any d'}"
    )


def every_run_sentence(trials: ScoreTrials, rate: float) -> str:
    """Which scores had 95 % right in each single run; a count of runs, no comparison."""
    ends = ends_of(trials, rate)
    hold = [SCORES[kind] for kind, runs in zip(KINDS, ends, strict=True) if runs.min() >= 0.95]
    named = _listed(hold) if hold else "no score"
    return f"95 % or more right in each of the {ends[0].size} runs at this rate: {named}."


def cost_title(trials: ScoreTrials, width: int) -> str:
    """How much longer the slowest score takes than the scaled product."""
    seconds = dict(zip(KINDS, trials.seconds[:, trials.params.widths.index(width)], strict=True))
    slowest = max(seconds, key=seconds.__getitem__)
    times = float(f"{seconds[slowest] / seconds['scaled']:.1g}")
    return f"d = {width}: {SCORES[slowest]} takes about {times:.0f} times as long as scaled"


def tanh_megabytes(width: int) -> float:
    """What an additive score of TOKENS queries and keys held at once when it was timed: n² d numbers of 4 bytes."""
    return TOKENS**2 * width * 4 / 1e6


def cost_rows(trials: ScoreTrials, width: int) -> list[dict[str, object]]:
    """A row for each score: what it needs, and how long it took."""
    place = trials.params.widths.index(width)
    return [
        {
            "score": SCORES[kind],
            "formula": FORMULAS[kind],
            "parameters": f"{parameters(kind, width):,}",
            "multiplications": f"{multiplications(kind, width, TOKENS) / 1e6:,.1f} million",
            "gradient / scaled": _range(trials.gradient[number, place]),
        }
        for number, kind in enumerate(KINDS)
    ]


FORMULAS = {
    "dot": "q · k",
    "scaled": "q · k / √d",
    "bilinear": "qᵀ W k",
    "additive": "v · tanh(A q + B k)",
    "cosine": "f q · k / (|q| |k|)",
}


def formulas_sentence() -> str:
    """Each score by its formula."""
    said = ", ".join(f"{SCORES[kind]} {formula}" for kind, formula in FORMULAS.items())
    return f"A query q and a key k of d numbers give one score: {said}; W, A, B, v and f are learned."


def _range(values: Collection[float] | np.ndarray) -> str:
    """The smallest and the largest value with two digits, or one where they read the same."""
    low, high = f"{min(values):.2g}", f"{max(values):.2g}"
    return low if low == high else f"{low} to {high}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
