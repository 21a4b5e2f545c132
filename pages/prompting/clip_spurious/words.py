"""Words of the CLIP page: its equations, and what a curve, a table or a visitor's lines say."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from components.phrases import signed
from components.scene import Equation
from core.clip import (
    CLASSES,
    GUESSING,
    MAX_INSIGHTS,
    Chance,
    GroupAccuracy,
    Pair,
    chance_of,
    draws_moved,
    fade_shares,
    worst_moves,
)

MAX_LETTERS = 200

EQUATIONS = (
    Equation(
        r"p(c \mid x) = \mathrm{softmax}_c\big(s\,\langle x, t_c\rangle\big)",
        {
            "x": "the picture's unit vector",
            "t_c": "the class's unit vector, from its texts",
            "s": "exp(logit scale), a learned factor: cosines differ by a few hundredths, so without it all "
            "probabilities would be alike",
        },
    ),
    Equation(
        r"x' = \mathrm{norm}\big((I + U U^{\top})(I - Q Q^{\top})\,x\big)",
        {
            "Q": "orthonormal basis of the harmful differences of texts: rejected",
            "U": "orthonormal basis of the helpful ones: increased",
            "x'": "the picture's vector after both; the texts of the classes stay as they are",
        },
    ),
    Equation(
        r"t' = \mathrm{norm}\big((1 - a)\,t + a\,P\,t\big), \quad "
        r"P = (I - B B^{\top})\big(I + \tfrac{\lambda}{n} \textstyle\sum_i d_i d_i^{\top}\big)^{-1}",
        {
            "B": "orthonormal basis of the harmful texts themselves, the strongest directions up to the rank",
            "d_i": "difference of the words for class i before the two backgrounds, one for each of the n classes",
            r"\lambda": "weight of the calibration; with λ = 0 what is left is the orthogonal projection",
            "a": "strength of the edit, from 0 to 1; it scales Q and U above in the same way",
            "t'": "the class's vector after it; the pictures stay as they are",
        },
    ),
    Equation(
        r"\rho_{\mathrm{kept}} = \frac{\lVert (I - Q Q^{\top})(t_1 - t_0)\rVert}{\lVert t_1 - t_0\rVert}",
        {r"\rho_{\mathrm{kept}}": "how much of the class direction the rejection leaves: the failure predictor"},
    ),
)


def finding(bird: str, chances: np.ndarray) -> str:
    """What the fade does to the model's answer, in words."""
    wrong = chances.argmax(axis=1) != CLASSES.index(bird)
    if not wrong.any():
        return f"The {bird} stays a {bird} whatever lies behind it"
    if wrong.all():
        return f"The {bird} is never recognized, whatever lies behind it"
    other = next(name for name in CLASSES if name != bird)
    return f"The same {bird} is called a {other} {_where(wrong)}"


def _where(wrong: np.ndarray) -> str:
    """The shares of water at which an answer is wrong; some are, and some are not."""
    places = np.flatnonzero(wrong)
    first, last = (round(100 * fade_shares()[place], 1) for place in (places[0], places[-1]))
    if len(places) < places[-1] - places[0] + 1:
        return f"at some shares of water from {first:g} to {last:g} %"
    if wrong[-1]:
        return f"from {first:g} % of water on"
    return f"up to {last:g} % of water" if wrong[0] else f"from {first:g} to {last:g} % of water"


def best_in_words(before: GroupAccuracy, edits: Mapping[str, GroupAccuracy], probe: GroupAccuracy) -> str:
    """What the best of some edits does to the worst group; a difference within the noise is none.

    Args:
        probe: what the encoder holds of the class, beyond which there is nothing to repair.
    """
    best = max(edits, key=lambda name: edits[name].worst)
    start, end, average = (f"{share:.0%}" for share in (before.worst, edits[best].worst, edits[best].average))
    if edits[best].average < GUESSING:
        return f"No edit repairs it: the best, “{best}”, is right in {average}, in the worst group in {end}"
    if worst_moves(before, edits[best]) > 0:
        return f"The best edit, “{best}”, lifts the worst group from {start} to {end}"
    if worst_moves(before, probe) <= 0:
        return f"There is nothing to repair: the worst group stands at {start}, with the best edit at {end}"
    return f"No edit lifts the worst group beyond the noise: {start} as it is, at best {end} with “{best}”"


def edit_in_words(kind: str, before: GroupAccuracy, after: GroupAccuracy, control: Chance) -> str:
    """What one edit does to the worst group, and for "reject" what as many random directions do."""
    start, end = f"{before.worst:.0%}", f"{after.worst:.0%}"
    if after.average < GUESSING:
        return f"“{kind}” repairs nothing: {after.average:.0%} are right, in the worst group {end}"
    said = {
        1: f"“{kind}” lifts the worst group from {start} to {end}",
        0: f"“{kind}” makes no difference to see: the worst group stands at {start}, with it at {end}",
        -1: f"“{kind}” lowers the worst group from {start} to {end}",
    }[worst_moves(before, after)]
    return f"{said}; with as many random directions it is {spread_in_words(control)}" if kind == "reject" else said


def spread_in_words(chance: Chance) -> str:
    """The median worst group of a control, and its range where it was drawn more than once."""
    low, high = chance.worst_range
    return f"{chance.median.worst:.0%}" + (f" ({low:.0%} to {high:.0%})" if len(chance.draws) > 1 else "")


def descriptions_in_words(
    named: GroupAccuracy,
    described: GroupAccuracy,
    random: Chance,
    *,
    given: Sequence[bool] = (True, True),
    words: bool = True,
) -> str:
    """What descriptions do to the worst group, beside random words in their place.

    Args:
        given: whether each class has a description; one without goes by its bare name. words: whether any random word
            is given, without which the bare names stand there too.
    """
    start, end = f"{named.worst:.0%}", f"{described.worst:.0%}"
    what = f"Descriptions of {CLASSES[given.index(True)]} alone" if any(given) and not all(given) else "Descriptions"
    said = {
        1: f"{what} lift the worst group from {start} to {end}",
        0: f"{what} make no difference to see: worst group {start} by the name, {end} with them",
        -1: f"{what} lower the worst group from {start} to {end}",
    }[worst_moves(named, described)]
    if not any(given):
        said = f"Without a description the bare names are read: worst group {end}, in templates {start}"
    beside = "random words" if words else "no random word, so the bare names"
    return f"{said}; {beside}: {spread_in_words(random)}"


def picture_in_words(bird: str, means: Sequence[float], given: Sequence[bool] = (True, True)) -> str:
    """How one picture scores by the descriptions of its own class and of the other.

    Args:
        given: whether each class has a description; one without goes by its bare name.
    """
    truth = CLASSES.index(bird)
    own, other = means[truth], means[1 - truth]
    right = "right" if int(np.argmax(means)) == truth else "wrong"
    by = "descriptions" if all(given) else "bare names"
    sides = signed(f"mean cosine {own:.2f} by its own, {other:.2f} by the other’s")
    if any(given) and not all(given):
        by, name = "what is given", CLASSES[given.index(False)]
        sides = f"{sides}; “{name}” has only its name"
    return f"This {bird} is read {right} by {by}: {sides}"


def lead_of(cosines: np.ndarray) -> tuple[float, float]:
    """How far the mean of the true pairs lies above that of all others, and twice its standard error by chance.

    By chance the diagonal would be so many cells drawn from the others.
    """
    count = len(cosines)
    others = cosines[~np.eye(count, dtype=bool)]
    return float(np.trace(cosines) / count - others.mean()), float(2 * others.std() / count**0.5)


def step_in_words(step: int, cosines: np.ndarray) -> str:
    """Whether the diagonal stands out after so many steps."""
    lead, noise = lead_of(cosines)
    if abs(lead) <= noise:
        return f"Step {step}: true pairs do not stand out yet"
    return f"Step {step}: true pairs lie {abs(lead):.2f} {'above' if lead > 0 else 'below'} the others"


def leads_in_words(within: float, across: float) -> str:
    """How far true pairs lie above wrong ones of their own class, and above those of the other class."""
    return (
        f"True pairs lie {_apart(within)} wrong ones of their own class and {_apart(across)} those of the other class."
    )


def _apart(lead: float) -> str:
    """A lead in words, to the hundredths that a sentence shows."""
    if round(lead, 2) == 0:
        return "level with"
    return f"<b>{abs(lead):.2f}</b> {'above' if lead > 0 else 'below'}"


def trend_in_words(first: Sequence[GroupAccuracy], last: Sequence[GroupAccuracy]) -> str:
    """What the correlation does to the worst group, zero-shot, over the runs at its lowest and its highest."""
    start, end = (_worst_of(runs) for runs in (first, last))
    moves = {worst_moves(one, other) for one in first for other in last}
    runs = f"({len(first)} and {len(last)} runs)"
    said = {-1: "falls", 1: "rises"}.get(moves.pop() if len(moves) == 1 else 0)
    if said is None:
        return f"Zero-shot, the worst group shows no difference beyond the noise: {start} and {end} {runs}"
    return f"Zero-shot, the worst group {said} from {start} without correlation to {end} at 100 % {runs}"


def rejected_in_words(runs: Sequence[Mapping[str, GroupAccuracy]]) -> str:
    """In how many runs the rejection moves the worst group beyond the noise, and which way."""
    moves = [worst_moves(run["zero-shot"], run["reject"]) for run in runs]
    return (
        f"Over all {len(runs)} runs of the chart the rejection lifts the worst group in <b>{moves.count(1)}</b>, "
        f"lowers it in <b>{moves.count(-1)}</b>, and makes no difference to see in <b>{moves.count(0)}</b>."
    )


def _worst_of(runs: Sequence[GroupAccuracy]) -> str:
    """The worst groups of some runs: one, or the lowest and the highest."""
    worst = sorted(f"{100 * run.worst:3.0f}" for run in runs)
    low, high = worst[0].strip(), worst[-1].strip()
    return f"{high} %" if low == high else f"{low} to {high} %"


def angles_in_words(spoken: float, seen: float, *, mark: str = "{}") -> str:
    """The angles between class and background in words and in pictures, in degrees; NaN where a direction is none.

    Args:
        mark: what stands around a number.
    """
    shown = [mark.format(f"{angle:.0f}°") for angle in (spoken, seen)]
    if np.isnan(spoken):
        return f"In words, class or background has no direction; in pictures they point {shown[1]} apart"
    return f"In words, class and background point {shown[0]} apart, in pictures {shown[1]}"


def labels_in_words(per_group: int, few: Chance, name: str, edited: Sequence[GroupAccuracy], *, guesses: bool) -> str:
    """What so many labels of each group do for the worst group, beside an edit that needs none.

    Args:
        few: the draws of the retrained layer, and `edited` the edit on the pictures that each of them leaves, in the
            order of the draws' seeds.
        name: of the edit.
        guesses: see `FewLabels.guesses`.
    """
    if per_group == 0:
        return f"Without labels nothing is retrained: zero-shot, the worst group stands at {few.median.worst:.0%}"
    pictures = f"{per_group} labeled picture{'' if per_group == 1 else 's'}"
    if guesses:
        beside = f"{few.average:.0%} of all are right"
    else:
        beside = f"“{name}” without labels {chance_of(edited).median.worst:.0%}"
    return f"{pictures} of each group: worst group {spread_in_words(few)}; {beside}"


def against_in_words(
    draws: Sequence[GroupAccuracy], name: str, edited: Sequence[GroupAccuracy], *, per_group: int, guesses: bool
) -> str:
    """How the retrained layer, or zero-shot without labels, stands to an edit.

    Args:
        draws: of the retrained layer, and `edited` the edit on the pictures that each of them leaves.
        name: of the edit.
        guesses: see `FewLabels.guesses`.
    """
    if per_group and guesses:
        return "Nothing is repaired: the average is hardly above guessing"
    way = draws_moved(edited, draws)
    if way:
        return f"The worst group lies {'above' if way > 0 else 'below'} “{name}”, with intervals apart"
    if not per_group:
        return f"Intervals overlap with “{name}”"
    higher = sum(one.worst > other.worst for one, other in zip(draws, edited, strict=True))
    return f"Intervals overlap with “{name}”; the worst group is higher in {higher} of {len(draws)} draws"


def needed_in_words(needed: Mapping[str, int | None], most: int, *, guesses: Callable[[int], bool]) -> str:
    """From how many labels on the retrained layer lies above zero-shot and an edit: one sentence if both alike.

    Args:
        needed: by what it lies above.
        guesses: whether so many labels leave it at guessing, see `FewLabels.guesses`: where one fewer does, and is a
            label, this sets the number.
    """
    alike = {least: [what for what, other in needed.items() if other == least] for least in needed.values()}
    return " ".join(_needed(least, whats, most, guesses) for least, whats in alike.items())


def _needed(needed: int | None, whats: Sequence[str], most: int, guesses: Callable[[int], bool]) -> str:
    if needed is None:
        return f"With up to {most} of each group it never stays above {' or '.join(whats)} with intervals apart."
    above = f"above {' and '.join(whats)} with intervals apart"
    if needed > 1 and guesses(needed - 1):
        return (
            f"Only from <b>{needed}</b> of each group on do {GUESSING:.0%} or more stay right on average, which is "
            f"above guessing, and the worst group {above}."
        )
    return f"From <b>{needed}</b> of each group on it stays {above}."


def counted(directions: int) -> str:
    """So many directions in words."""
    return f"{directions} direction{'' if directions == 1 else 's'}"


def about_lines(text: str, pairs: Sequence[Pair], directions: int) -> str:
    """What became of a visitor's insights, where not every line is a direction of its own; otherwise nothing."""
    lines = [line for line in text.splitlines() if line.strip()]
    halves = [line.partition("|") for line in lines]
    useless = sum(not (bar and left.strip() and right.strip()) for left, bar, right in halves)
    said = []
    if not pairs:
        said.append("There is no pair, so there is nothing to do.")
    if useless:
        said.append(f"Left out, because a pair is two texts with “|” between them: {useless} of {len(lines)} lines.")
    if len(lines) - useless > directions:
        said.append(
            f"{len(lines) - useless} pairs, but only {counted(directions)}: a pair that repeats another, also in "
            "reverse, or whose two texts are one, adds none."
        )
    if len(set(lines)) - useless > MAX_INSIGHTS:
        said.append(f"The first {MAX_INSIGHTS} pairs are taken.")
    return " ".join(said)


def read_lines(text: str) -> list[str]:
    """The lines that hold something, without repetitions."""
    return list(dict.fromkeys(line.strip()[:MAX_LETTERS] for line in text.splitlines() if line.strip()))


def about_names(written: str, names: Sequence[str]) -> str:
    """A plain word where names were given more than once, or cut; otherwise nothing."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    said = []
    if len(lines) > len(names):
        said.append(f"{len(lines)} lines, {len(names)} different ones: a name that is repeated counts once.")
    if any(len(line) > MAX_LETTERS for line in lines):
        said.append(f"Names are cut after {MAX_LETTERS} letters.")
    return " ".join(said)
