"""When a tool is worth its errors."""

from collections.abc import Mapping, Sequence

from core.tools import CHAIN, DIRECT, PROGRAM, Attempt, break_even, break_even_interval, share, tokens_each
from pages.agents.tools.words.answers import NAMES


def cost_title(by_method: Mapping[str, Sequence[Attempt]]) -> str:
    """At which error rate of the tool its use no longer pays, against the better of the two other ways."""
    other, turn = best_other(by_method), break_even(by_method[PROGRAM], by_method[best_other(by_method)])
    if turn is None:
        return f"Programs are not right more often than {NAMES[other]} even where the tool never errs"
    if not share(by_method[PROGRAM]).apart(share(by_method[other])):
        return f"Programs and {NAMES[other]} differ by no more than chance, so no break-even is told"
    return f"Programs beat {NAMES[other]} until the tool errs in {turn:.0%} of its calls"


def best_other(by_method: Mapping[str, Sequence[Attempt]]) -> str:
    """The better of the ways that ask no tool, chains on a tie."""
    return max((CHAIN, DIRECT), key=lambda method: share(by_method[method]).right)


def cost_reading(by_method: Mapping[str, Sequence[Attempt]], rate: float, seconds: tuple[float, float]) -> str:
    """What is left of the programs' share at this rate, how sure the break-even is, and what a call takes.

    Args:
        by_method: answers to the same problems.
        rate: the tool's error rate on screen.
        seconds: for each token read and for each written.
    """
    some = by_method[PROGRAM]
    found, each = share(some), tokens_each(some)
    tokens = sum(one.read for one in some) / len(some), sum(one.wrote for one in some) / len(some)
    took = tokens[0] * seconds[0] + tokens[1] * seconds[1]
    cost = "no program is right" if each == float("inf") else f"<b>{each:,.0f}</b> tokens for each right answer"
    return (
        f"With {rate:.0%} errors programs keep <b>{found.value * (1 - rate):.0%}</b> of {found.value:.0%}."
        f"{_turn(by_method)} One reads {tokens[0]:.0f} and writes {tokens[1]:.0f} tokens, "
        f"about <b>{took:.1f} s</b> on the busy machine that recorded it; {cost}. "
        "The formula is of a tool that lies without a word."
    )


def _turn(by_method: Mapping[str, Sequence[Attempt]]) -> str:
    """The break-even with its interval, where the title tells one."""
    some, others = by_method[PROGRAM], by_method[best_other(by_method)]
    turn = break_even(some, others)
    if turn is None or not share(some).apart(share(others)):
        return ""
    low, high = break_even_interval(some, others)
    return f" The break-even is {turn:.0%} ({low:.0%} to {high:.0%}, 95 % over {len(some)} problems)."
