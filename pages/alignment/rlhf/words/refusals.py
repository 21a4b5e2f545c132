"""What is said of a policy that refuses everything: which knob does it, and from which value on."""

from components.phrases import listed
from core.rlhf import ALL, KNOBS, USUAL_ABSTAIN, RefusalTable, difference

TURNED = {
    "abstain": "“I don't know” earns {}",
    "wrong": "a wrong answer earns {}",
    "misjudged": "{} of the verdicts are wrong",
    "hard": "{} of the training questions are hard",
    "blur": "it feels what it knows with an error of {} logits",
    "beta": "β is {}",
    "steps": "it is trained for {} updates",
}
"""What a knob at a value is, as the end of a sentence."""

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

SHARES = ("misjudged", "hard")
"""Knobs that are shares, written in percent."""


def at(knob: str, value: float) -> str:
    """A knob at a value, as the end of a sentence."""
    written = f"{value:.0%}" if knob in SHARES else f"{value:g}".replace("-", "−")
    return TURNED[knob].format(written)


def refusals_title(table: RefusalTable) -> str:
    """Which knobs alone make every seed refuse everything, and from where on."""
    found = {knob: table.everything_from(knob) for knob in KNOBS}
    told = [at(knob, value) for knob, value in found.items() if value is not None]
    if not told:
        return "No knob alone makes it refuse everything"
    *first, last = told
    return f"It refuses everything once {', or '.join([', '.join(first)] * bool(first) + [last])}"


def amount_words(table: RefusalTable) -> str:
    """Whether training longer refuses more, and how far the other knobs get, in HTML."""
    usual = table.sure["steps"][KNOBS["steps"].index(USUAL_ABSTAIN.steps)]
    gap = difference(table.sure["steps"][-1], usual)
    factor = KNOBS["steps"][-1] / USUAL_ABSTAIN.steps
    more = f"{factor:g} times as many updates"
    amount = (
        f"{more} refuse {'more' if gap.mean > 0 else 'no more, but less'} ({abs(gap.mean):.1%} of the sure questions)"
        if gap.clear
        else f"{more} refuse neither more nor less, within the spread"
    )
    short = [knob for knob in KNOBS if knob not in ("steps", "beta") and table.everything_from(knob) is None]
    far = listed([f"<b>{table.sure[knob][-1].mean():.0%}</b> where {at(knob, KNOBS[knob][-1])}" for knob in short])
    return f"Not the amount does it: {amount}. Short of everything: {far}." if far else f"Not the amount: {amount}."


def leash_words(table: RefusalTable) -> str:
    """Whether the KL penalty takes refusals away, where it helps most, in HTML."""
    none, places = table.sure["beta"][0], range(1, len(KNOBS["beta"]))
    gaps = {place: difference(table.sure["beta"][place], none) for place in places}
    best = min(gaps, key=lambda place: gaps[place].mean)
    if not (gaps[best].clear and gaps[best].mean < 0):
        return "No β of these clearly takes refusals away."
    return (
        f"A penalty on the KL to the start, which answers seven in eight, holds it back: <b>{none.mean():.0%}</b> of "
        f"the sure questions refused without, <b>{table.sure['beta'][best].mean():.0%}</b> at β "
        f"{KNOBS['beta'][best]:g}."
    )


EVERYTHING = f"“Everything” is {ALL:.0%} of the sure questions or more, in every seed."
