"""What is said of a policy that refuses everything: which knob does it, and from which value on."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from components.phrases import listed, signed
from core.rlhf import (
    ALL,
    KNOBS,
    REFUSING,
    USUAL_ABSTAIN,
    RefusalTable,
    best_refusals,
    break_even,
    difference,
    knob_runs,
)

TURNED = {
    "abstain": "“I don't know” earns {}",
    "wrong": "an error earns {}",
    "misjudged": "{} of verdicts are wrong",
    "hard": "{} of the training questions are hard",
    "blur": "it feels what it knows with an error of {} logits",
    "beta": "β is {}",
    "steps": "it is trained for {} updates",
}
"""What a knob at a value is, as the end of a sentence."""

SHORTLY = {
    "abstain": "silence at {}",
    "wrong": "errors at {}",
    "misjudged": "{} misjudged",
    "hard": "{} hard",
    "blur": "error {}",
}
"""The same where many are listed."""

AXES = {
    "abstain": "“I don't know” earns",
    "wrong": "wrong earns",
    "misjudged": "verdicts that are wrong",
    "hard": "hard questions in training",
    "blur": "error in what it feels (logits)",
    "beta": "β, KL penalty (points a nat)",
    "steps": "updates",
}
"""How the axis of a knob is called."""

ALIKE = 0.05
"""The share within which two curves are drawn over each other: twice the width of a line, in a chart so low."""

SHARES = ("misjudged", "hard")
"""Knobs that are shares, written in percent."""


def at(knob: str, value: float, *, shortly: bool = False) -> str:
    """A knob at a value, as the end of a sentence, or in a word or two."""
    written = f"{value:.0%}" if knob in SHARES else signed(f"{value:g}")
    return (SHORTLY if shortly else TURNED)[knob].format(written)


def asked_share(knob: str, value: float) -> float:
    """The share of the sure questions that the rewards ask to refuse, with a knob at a value; mean over the seeds."""
    return float(best_refusals(knob)[KNOBS[knob].index(value)].mean())


def refusals_title(table: RefusalTable) -> str:
    """Which knobs alone make every seed refuse everything, from where on, and whether that is mostly what pays."""
    found = {knob: table.everything_from(knob) for knob in KNOBS}
    starts = {knob: value for knob, value in found.items() if value is not None}
    told = [at(knob, value) for knob, value in starts.items()]
    if not told:
        return "No knob alone makes it refuse everything"
    *first, last = told
    pays = all(asked_share(knob, value) > 0.5 for knob, value in starts.items())
    which = ", or ".join([", ".join(first)] * bool(first) + [last])
    return f"It refuses everything once {which}{': mostly, that pays' if pays else ''}"


def pay_words(table: RefusalTable) -> str:
    """How much of what is refused does not pay an answer where it refuses everything; where it all does; in HTML."""
    told, beyond = [], []
    for knob, values in KNOBS.items():
        start = table.everything_from(knob)
        if start is not None:
            told.append(f"<b>{asked_share(knob, start):.0%}</b> with {at(knob, start, shortly=True)}")
        elif knob not in ("steps", "beta") and asked_share(knob, values[-1]) == 0:
            beyond.append(f"<b>{table.sure[knob][-1].mean():.0%}</b> with {at(knob, values[-1], shortly=True)}")
    asked = f"Sure questions where an answer does not pay: {listed(told)}. " if told else ""
    return asked + (f"Refused though all pay: {listed(beyond)}." if beyond else "")


def break_even_words(table: RefusalTable) -> str:
    """From which P(correct) on an answer pays where it refuses everything; empty where it never does."""
    told = []
    for knob, values in KNOBS.items():
        start = table.everything_from(knob)
        if start is not None:
            limit = break_even(knob_runs(knob)[values.index(start)])
            pays = "never" if limit >= 1 else f"above P(correct) {limit:.2f}"
            told.append(f"{pays} with {at(knob, start, shortly=True)}")
    return f"An answer pays {listed(told)}." if told else ""


def usual_amount_words(table: RefusalTable) -> str:
    """Whether training longer refuses more at the usual rewards."""
    usual = table.sure["steps"][KNOBS["steps"].index(USUAL_ABSTAIN.steps)]
    gap = difference(table.sure["steps"][-1], usual)
    more = f"{KNOBS['steps'][-1] / USUAL_ABSTAIN.steps:g} times as many updates"
    if not gap.clear:
        return f"As usual, {more} refuse neither more nor less, within the spread."
    way = "more" if gap.mean > 0 else "no more, but less"
    return f"As usual, {more} refuse {way} ({abs(gap.mean):.1%} of the sure questions)."


def late_words(table: RefusalTable) -> str:
    """Where much is refused: how far refusals come with the updates, in HTML; empty where they do not."""
    rising = {at(knob, REFUSING[knob], shortly=True): late for knob, late in table.late.items() if rises(late)}
    if not rising:
        return ""
    where = "Where one knob more is turned" if len(rising) == len(table.late) else f"With {listed(list(rising))}"
    first, last = KNOBS["steps"][0], KNOBS["steps"][-1]
    return (
        f"{where} (dotted), refusals come with the updates: {_ends(rising, 0)} of the sure questions after {first}, "
        f"<b>{_ends(rising, -1)}</b> after {last}."
    )


def _ends(curves: Mapping[str, np.ndarray], place: int) -> str:
    """Mean shares at a value of the knob, from the least to the largest of the curves, [value seed]."""
    shares = [of[place].mean() for of in curves.values()]
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def together_words(knob: str, curves: Mapping[str, np.ndarray]) -> str:
    """Which curves of the chart of a knob lie on each other; empty where none do.

    Args:
        curves: [value seed], by name.
    """
    means = {name: shares.mean(1) for name, shares in curves.items()}
    for size in range(len(means), 1, -1):
        for names in combinations(means, size):
            gap = float(np.ptp([means[name] for name in names], axis=0).max())
            if gap <= ALIKE:
                which = f"the first {size}" if names == tuple(means)[:size] else listed(names)
                return f"On “{AXES[knob]}”, {which} lie on each other, within {100 * gap:.1f} points."
    return ""


def rises(shares: np.ndarray) -> bool:
    """Whether a share clearly rises from the first value of a knob to the last, paired by seed.

    Args:
        shares: [value seed].
    """
    gap = difference(shares[-1], shares[0])
    return gap.clear and gap.mean > 0


def leash_words(table: RefusalTable) -> str:
    """What the least and the largest KL penalty do to refusals where much is refused, and where none goes, in HTML."""
    least, most = KNOBS["beta"][1], KNOBS["beta"][-1]
    usual = "with nothing else turned"
    ends = {usual: table.sure["beta"]}
    ends |= {f"with {at(knob, REFUSING[knob], shortly=True)}": shares for knob, shares in table.leashed.items()}
    held = {where: shares for where, shares in ends.items() if rises(shares[::-1])}
    told = (
        f"A KL penalty holds them back: {_ends(held, 0)} without it, {_ends(held, 1)} with β {least:g}, "
        f"<b>{_ends(held, -1)}</b> with β {most:g}."
        if held
        else ""
    )
    vain = [
        f"{where} ({shares[0].mean():.0%} without it, {shares[-1].mean():.0%} with it)"
        for where, shares in ends.items()
        if where not in held
    ]
    unmoved = f"β {most:g} takes none of the sure ones away {listed(vain)}" if vain else ""
    if usual not in held and rises(table.silent["beta"][::-1]):
        none, full = (table.silent["beta"][place].mean() for place in (0, -1))
        unmoved += f"; of all questions, it takes refusals there from {none:.0%} to {full:.0%}"
    return " ".join(filter(None, (told, unmoved and f"{unmoved}.")))


EVERYTHING = f"“Everything” is {ALL:.0%} of the sure questions or more, in every seed."
