"""What is found in the answers to the problems."""

from collections import Counter
from collections.abc import Mapping, Sequence

from components.phrases import listed
from core.tools import CHAIN, DIRECT, METHODS, PROGRAM, Attempt, Share, share

Case = Mapping[int, Mapping[str, Sequence[Attempt]]]
"""By digits and method, answers."""

NAMES = {DIRECT: "direct answers", CHAIN: "chains", PROGRAM: "programs"}
"""What several answers by a method are called."""


def percent(found: Share) -> str:
    """A share with its interval: "38 of 40 (83 to 99 %)"."""
    low, high = found.interval
    return f"{found.right} of {found.count} ({100 * low:.0f} to {100 * high:.0f} %)"


def answers_title(case: Case) -> str:
    """At which sizes chains are ahead of programs, or programs of chains, and direct answers behind, beyond chance."""
    shares = {digits: {method: share(by[method]) for method in METHODS} for digits, by in case.items()}

    def sizes(one: str, other: str) -> list[int]:
        return [digits for digits, found in shares.items() if beats(found[one], found[other])]

    chains, programs = sizes(CHAIN, PROGRAM), sizes(PROGRAM, CHAIN)
    told = [
        f"{first} are ahead of {second} at {_sizes(found, len(case))}"
        for first, second, found in (("chains", "programs", chains), ("programs", "chains", programs))
        if found
    ]
    lead = ", ".join(told) or "chains and programs differ by no more than chance at any size"
    behind = [digits for digits in shares if digits in {*sizes(CHAIN, DIRECT), *sizes(PROGRAM, DIRECT)}]
    tail = f"; direct answers are behind at {_sizes(behind, len(case))}" if behind else ""
    return f"{lead[:1].upper()}{lead[1:]}{tail}"


def beats(one: Share, other: Share) -> bool:
    """Whether one share is higher, and the intervals do not meet."""
    return one.right * other.count > other.right * one.count and one.apart(other)


def _sizes(digits: Sequence[int], every: int) -> str:
    if len(digits) == every:
        return "every size"
    return listed(digits) + (" digit" if digits == [1] else " digits") if digits else "no size"


def answers_reading(case: Case, digits: int) -> str:
    """The three shares at the chosen size, and what became of the programs that were stopped."""
    by_method = case[digits]
    told = ", ".join(f"{method} <b>{percent(share(by_method[method]))}</b>" for method in reversed(METHODS))
    stopped = [one for one in by_method[PROGRAM] if one.error]
    mended = sum(one.right_in_the_end for one in stopped)
    after = (
        f" {len(stopped)} program{'s' if len(stopped) > 1 else ''} stopped; shown the error, {mended} became right."
        if stopped
        else " No program stopped with an error."
    )
    return f"Right with {digits_of(digits)}: {told}.{after}"


def digits_of(count: int) -> str:
    return f"{count} digit{'s' if count > 1 else ''}"


def returned(attempt: Attempt) -> str:
    """How an answer came out, in words."""
    if attempt.error and attempt.second is not None:
        again = attempt.second
        came = f"stopped again: {again.error}" if again.error else f"returned {again.answer}{_judged(again)}"
        return f"stopped: {attempt.error}. Shown the error, the model wrote again; it {came}"
    if attempt.error:
        return f"stopped: {attempt.error}"
    return f"{attempt.answer or 'no number'}{_judged(attempt)}"


def _judged(attempt: Attempt) -> str:
    if attempt.truth is None:
        return ""
    return ", which is right" if attempt.right else f", but {attempt.truth} is right"


def programs_title(case: Case) -> str:
    """Of all programs: how many ran, how many were right, and how many of the stopped ones were mended."""
    every = [one for by_method in case.values() for one in by_method[PROGRAM]]
    stopped = [one for one in every if one.error]
    right = sum(one.right for one in every)
    if not stopped:
        return f"All {len(every)} programs ran, and {right} gave the right number"
    mended = sum(one.right_in_the_end for one in stopped)
    what = "none" if not mended else str(mended)
    return f"{right} of {len(every)} programs are right, {len(stopped)} stopped; the error mended {what} of these"


def outcome_counts(attempts: Sequence[Attempt]) -> dict[str, int]:
    """What became of programs: right, a wrong number, stopped and then mended, stopped for good."""
    stopped = [one for one in attempts if one.error]
    mended = sum(one.right_in_the_end for one in stopped)
    return {
        "right": sum(one.right for one in attempts),
        "wrong number": sum(not one.error and not one.right for one in attempts),
        "stopped, then right": mended,
        "stopped": len(stopped) - mended,
    }


FAULTS = {
    "is not known": "an unknown name",
    "still running": "an endless loop",
    "division by zero": "a division by zero",
}
"""What an error's message holds, and what it is called."""


def faults_reading(case: Case) -> str:
    """At what the model's programs stopped, the most frequent first; "" where none did."""
    errors = [one.error for by_method in case.values() for one in by_method[PROGRAM] if one.error]
    names = [next((name for sign, name in FAULTS.items() if sign in error), "a line that is none") for error in errors]
    if not names:
        return ""
    told = listed([f"{count} at {name}" for name, count in Counter(names).most_common()])
    return f"{len(names)} of the model's programs stopped: {told}."
