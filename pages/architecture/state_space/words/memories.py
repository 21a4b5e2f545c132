"""What the two memories of one matrix keep."""

import numpy as np

from core.state_space import Memories
from pages.architecture.state_space.words.numbers import small


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
