"""Where bare sums fail."""

from collections.abc import Mapping, Sequence

from core.tools import Share, Sum, wrong_places
from pages.agents.tools.words.answers import digits_of, percent


def sums_title(by_digits: Mapping[int, Sequence[Sum]], shown: str) -> str:
    """From which number of digits on fewer than half of the sums are right, beyond the interval, and none is."""
    shares = {digits: Share(sum(one.correct for one in some), len(some)) for digits, some in by_digits.items()}
    low = _from({digits: found.interval[1] < 0.5 for digits, found in shares.items()})
    none = _from({digits: found.right == 0 for digits, found in shares.items()})
    if low is None:
        return f"With {shown} about half of the longest sums or more are right"
    if none == low:
        return f"With {shown} no sum is right from {digits_of(low)} on"
    tail = f", and none from {digits_of(none)} on" if none is not None else ""
    return f"With {shown} fewer than half of the sums are right from {digits_of(low)} on{tail}"


def _from(holds: Mapping[int, bool]) -> int | None:
    """The smallest number of digits from which on it holds for every one; None where it does not for the largest."""
    found = None
    for digits in sorted(holds, reverse=True):
        if not holds[digits]:
            break
        found = digits
    return found


def sums_reading(sums: Sequence[Sum]) -> str:
    """Where the wrong sums of one length go wrong first, and whether a carry makes a difference."""
    wrong = [one for one in sums if not one.correct]
    if not wrong:
        return f"All {len(sums)} sums are right."
    places = wrong_places(sums)
    at = max(range(len(places)), key=lambda place: places[place])
    where = "behind the last digit" if at == len(places) - 1 else f"at digit {at + 1} of the answer"
    return (
        f"{len(wrong)} of {len(sums)} are wrong, {places[at]} of them first {where}. {_carried(sums)} "
        "Every number is cut into single digits, so the cutting alone does not explain it."
    )


def _carried(sums: Sequence[Sum]) -> str:
    groups = {"with a carry": [one for one in sums if one.carries], "without": [one for one in sums if not one.carries]}
    shares = {name: Share(sum(one.correct for one in some), len(some)) for name, some in groups.items() if some}
    told = ", ".join(f"{name} {percent(found)}" for name, found in shares.items())
    if len(shares) < 2:
        return f"Right {told}."
    if not any(found.right for found in shares.values()):
        return f"Right {told}: where none is right, nothing is said of carries."
    differ = next(iter(shares.values())).apart(list(shares.values())[1])
    return f"Right {told}: {'a difference' if differ else 'no difference beyond chance'}."
