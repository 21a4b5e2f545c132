"""Words of the CLIP page: its equations, and what a curve, a table or a visitor's lines say."""

from collections.abc import Sequence

import numpy as np

from components.scene import Equation
from core.clip import CLASSES, MAX_INSIGHTS, Pair, fade_shares

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
    says = chances.argmax(axis=1)
    wrong = says != CLASSES.index(bird)
    shares = 100 * fade_shares()
    if not wrong.any():
        return f"The {bird} stays a {bird} whatever lies behind it"
    if wrong.all():
        return f"The {bird} is never recognized, whatever lies behind it"
    if bird == "landbird":
        return f"The same landbird is called a waterbird from {shares[wrong.argmax()]:.0f} % of water on"
    return f"The same waterbird is called a landbird up to {shares[wrong][-1]:.0f} % of water"


def verdict_in_words(best: str, start: float, worst: float, average: float) -> str:
    """What the best edit does to the worst group; an average near one half is guessing, not a repair."""
    if average < 0.6:
        return f"No edit repairs it: the best, “{best}”, is right in {average:.0%}, in the worst group in {worst:.0%}"
    if worst > start + 0.01:
        return f"The best edit, “{best}”, lifts the worst group from {start:.0%} to {worst:.0%}"
    return f"There is nothing to repair: the worst group stands at {start:.0%}, with the best edit at {worst:.0%}"


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
