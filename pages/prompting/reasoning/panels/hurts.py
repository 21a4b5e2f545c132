"""The panel on where a chain hurts: its gain by kind of problem, and a label bias that a chain seems to cure."""

import re

from components.figures.heights import room
from components.page import Badge, Panel
from core.checks import Check
from core.reasoning import (
    GAINS,
    GAINS_SOURCE,
    Difference,
    Kind,
    Method,
    Outcome,
    beats_a_guess,
    best_prompt,
    calibrated,
    difference,
    extract_answer,
    is_recorded,
    leaning,
    outcome,
    recorded_answers,
    recorded_kinds,
    recorded_leanings,
    said_positive,
    thought_of,
    truths,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.budget import color_of
from pages.prompting.reasoning.figures.shares import Bar, apart, two_columns
from pages.prompting.reasoning.main import Shown

KINDS, REVIEWS = "by kind of problem", "a label bias"
VIEWS = (KINDS, REVIEWS)
WAYS: tuple[Method, Method] = ("direct", "few-shot chain")
ABOVE = 112


def panel(shown: Shown) -> Panel:
    """The panel."""
    view = shown.page.controls.value("hurts")
    return Panel(
        "Where it hurts",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=bias_checks if view == REVIEWS else kinds_checks,
        script=bias_script if view == REVIEWS else kinds_script,
    )


def draw(shown: Shown) -> None:
    """The view on screen."""
    view = shown.page.controls.choice("hurts", "What to see", list(VIEWS), label_visibility="collapsed")
    {KINDS: kinds, REVIEWS: bias}[view](shown)


def gains() -> dict[Kind, Difference]:
    """Kind -> what a chain gains over the direct answer by pairs, the largest first; languages are told elsewhere."""
    every = [kind for kind in recorded_kinds() if not kind.startswith("in ")]
    found = {kind: difference(*(outcome(kind, way) for way in WAYS)) for kind in every}
    return dict(sorted(found.items(), key=lambda pair: -pair[1].mean))


def kinds(shown: Shown) -> None:
    """The gain on each kind of problem, beside what was published for kinds of tasks."""
    page, look = shown.page, shown.page.look
    found = gains()
    title = findings.of_the_kinds(found, on_the_floor())
    inks = {1: look.role("accepted"), -1: look.role("rejected"), 0: look.role("mass")}
    measured = [
        Bar(kind, one.mean, *one.interval, color=inks[0 if kind in on_the_floor() else one.side])
        for kind, one in found.items()
    ]
    told = [Bar(name, gain / 100, gain / 100, gain / 100, color=look.role("draft")) for name, gain in GAINS.items()]
    fig = apart(
        measured,
        told,
        look=look,
        title=title,
        headings=("SmolLM2, measured", "published, means"),
        axis="chain minus direct",
        height=room(look, ABOVE),
    )
    page.plot(fig, name="kinds", alt=f"What a chain gains by kind of problem, with intervals. {title}.", roomy=True)
    best, worst = next(iter(found)), next(reversed(found))
    page.sentence(
        f"Four examples, with their chains or with the answer alone, on the same problems: <b>{best}</b> "
        f"{findings.percent(outcome(best, 'direct').accuracy)} → "
        f"<b>{findings.percent(outcome(best, 'few-shot chain').accuracy)}</b>, <b>{worst}</b> "
        f"{findings.percent(outcome(worst, 'direct').accuracy)} → "
        f"<b>{findings.percent(outcome(worst, 'few-shot chain').accuracy)}</b>. Lines span 95 % by pairs.{unused()} "
        f"Not measured here, at the right: {GAINS_SOURCE}."
    )


def on_the_floor() -> list[str]:
    """The kinds on which neither way is seen to beat a guess."""
    return [kind for kind in gains() if not any(beats_a_guess(outcome(kind, way), kind) for way in WAYS)]


def unused() -> str:
    """How many chains that copy a number list wrong digits and still give the right one, in words."""
    if not is_recorded("copying", "few-shot chain"):
        return ""
    pairs = [
        (text, str(truth))
        for one, known in zip(recorded_answers("copying", "few-shot chain").by_set, truths("copying"), strict=True)
        for (text,), truth in zip(one.texts, known, strict=True)
    ]
    wrong = [(text, truth) for text, truth in pairs if "".join(re.findall("[0-9]", thought_of(text))) != truth]
    kept = sum(extract_answer(text) == int(truth) for text, truth in wrong)
    return f" On copying {len(wrong)} of {len(pairs)} chains list wrong digits, and {kept} of these answer right."


def answers() -> list[Outcome]:
    """Ways to say whether a review praises."""
    return [
        outcome("sentiment", "direct"),
        leaning(calibrate=True),
        outcome("sentiment", "few-shot chain"),
        outcome("sentiment", "another's chain"),
        best_prompt(),
    ]


def bias(shown: Shown) -> None:
    """A direct answer that leans to one word, the same calibrated, a chain, a foreign one, and a good direct prompt."""
    page, look = shown.page, shown.page.look
    every = answers()
    direct, even, chain, other, best = every
    title = findings.of_the_bias(direct, chain, even)
    names = {one.name: one.name for one in every} | {chain.name: "chain"}
    inks = {one.name: color_of(look, one.name) for one in every} | {best.name: look.role("accepted")}
    left = [Bar(names[one.name], one.accuracy, *one.interval, color=inks[one.name], marks=one.by_set) for one in every]
    gaps = {one.name: difference(direct, one) for one in every[1:]}
    right = [Bar(names[name], gap.mean, *gap.interval, color=inks[name]) for name, gap in gaps.items()]
    fig = two_columns(
        left,
        right,
        look=look,
        title=title,
        headings=("share right, small marks: each set", "minus the direct answer, same reviews"),
        height=room(look, ABOVE),
    )
    page.plot(fig, name="bias", alt=f"Accuracy on reviews by way, with intervals. {title}.", roomy=True)
    page.sentence(
        f"Of {direct.count} reviews, half praise. The direct answer says “positive” in "
        f"<b>{findings.percent(said_positive('direct'))}</b>, the chain in "
        f"<b>{findings.percent(said_positive('few-shot chain'))}</b>, for {direct.tokens:.0f} and {chain.tokens:.0f} "
        f"tokens. Examples with the chain of another review: {findings.percent(other.accuracy)}, against the right "
        f"ones {findings.of_the_gain(chain, other)}. Calibrated: the same prompt, each log-odds minus the mean of its "
        "set. The best of 96 prompts without examples, chosen on the other sets: "
        f"<b>{findings.percent(best.accuracy)}</b>, directly."
    )


def kinds_checks() -> tuple[Check, ...]:
    """A difference by pairs must be the difference of the accuracies."""
    errors = [
        abs(one.mean - (outcome(kind, "few-shot chain").accuracy - outcome(kind, "direct").accuracy))
        for kind, one in gains().items()
    ]
    return (Check("Gains are the difference of the shares", max(errors), 4 * 2.0**-52, "rounding of two means"),)


def bias_checks() -> tuple[Check, ...]:
    """Calibration takes the mean of each set away; what was written is the likelier word."""
    log_odds = recorded_leanings().log_odds
    rest = float(abs(calibrated(log_odds).mean(axis=1)).max())
    bound = float(abs(log_odds).max()) * log_odds.shape[1] * 2.0**-52
    wrote, likelier = outcome("sentiment", "direct").hits, leaning(calibrate=False).hits
    return (
        Check("Calibrated log-odds have the mean 0 in each set", rest, bound, "rounding of a mean"),
        Check("The likelier word is the one that was written", float((wrote != likelier).sum()), 0.0, "reviews"),
    )


def kinds_script() -> str:
    """A script that counts the gains on screen."""
    return f"""from core.reasoning import difference, outcome

for kind in {list(gains())!r}:
    direct, chain = outcome(kind, "direct"), outcome(kind, "few-shot chain")
    apart = difference(direct, chain)
    print(kind, direct.accuracy, chain.accuracy, apart.mean, apart.interval)
"""


def bias_script() -> str:
    """A script that calibrates the direct answer on screen."""
    return """from core.reasoning import best_prompt, leaning, outcome, said_positive

for one in (outcome("sentiment", "direct"), leaning(calibrate=True), outcome("sentiment", "few-shot chain")):
    print(one.name, one.accuracy, one.interval)
print(best_prompt().accuracy, said_positive("direct"), said_positive("few-shot chain"))
"""
