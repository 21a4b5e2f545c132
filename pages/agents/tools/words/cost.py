"""When a tool is worth its errors."""

from collections.abc import Mapping, Sequence

from core.tools import CHAIN, DIRECT, PROGRAM, Attempt, break_even, break_even_interval, share, tokens_each
from pages.agents.tools.words.answers import NAMES


def cost_title(by_method: Mapping[str, Sequence[Attempt]]) -> str:
    """At which error rate of the tool its use no longer pays, against the better of the two other ways."""
    other = best_other(by_method)
    programs, others = share(by_method[PROGRAM]), share(by_method[other])
    turn = break_even(programs, others)
    if turn is None:
        return f"Programs are not right more often than {NAMES[other]} even where the tool never errs"
    if not programs.apart(others):
        return f"Programs and {NAMES[other]} differ by no more than chance, so no break-even is told"
    if others.right == 0:
        return f"Nothing but programs is ever right in these {others.count} problems: no error rate breaks even"
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
        f"about <b>{took:.1f} s</b> on the busy machine that recorded it; {cost}."
    )


def _turn(by_method: Mapping[str, Sequence[Attempt]]) -> str:
    """The break-even with its interval, where the title tells one."""
    programs, others = share(by_method[PROGRAM]), share(by_method[best_other(by_method)])
    turn = break_even(programs, others)
    if turn is None or not programs.apart(others):
        return ""
    low, high = break_even_interval(programs, others)
    return f" The break-even is {turn:.0%} ({low:.0%} to {high:.0%}, 95 % over {programs.count} problems)."
