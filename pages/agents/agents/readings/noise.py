"""What calls that fail do to a chain of them, in words: every title is a function of the numbers."""

from core.agents import Ends
from pages.agents.agents.readings.shares import counted, share_words


def calls_title(p: float, steps: int, retries: int, *, once: float, again: float, vote: float) -> str:
    """How many chains come through, and what retries or a vote make of it.

    Args:
        p: that a call fails. steps: calls of a chain. retries: of each call.
        once, again, vote: the probability that a chain comes through by one try, with retries, by a vote of three.
    """
    chains = f"chains of {counted(steps, 'call')}"
    if p == 0:
        return f"No call fails: all {chains} come through"
    if p == 1:
        return f"Every call fails: no retry and no vote brings {chains} through"
    if retries == 0:
        return f"Of {chains}, {share_words(once)} come through; {_vote(once, vote)}"
    if share_words(once) == share_words(again):
        return (
            f"Of {chains}, {share_words(once)} come through; with {counted(retries, 'retry', 'retries')} no more to see"
        )
    verb = "makes" if retries == 1 else "make"
    return (
        f"Of {chains}, {share_words(once)} come through; {counted(retries, 'retry', 'retries')} {verb} it "
        f"{share_words(again)}, if failures are announced"
    )


def _vote(once: float, vote: float) -> str:
    if share_words(once) == share_words(vote):
        return "a vote of three changes nothing to see"
    return f"a vote of three makes it {share_words(vote)}"


def calls_reading(p: float, steps: int, retries: int, *, once: float, again: float, vote: float, draws: int) -> str:
    """The live sentence: the chain on the slider, with the price of each way."""
    tries = sum(p**number for number in range(retries + 1))
    return (
        f"<b>{counted(steps, 'call')}</b>, each failing with {p:.0%}: one try <b>{share_words(once)}</b>; "
        f"{counted(retries, 'retry', 'retries')} <b>{share_words(again)}</b> where failures are announced, still "
        f"{share_words(once)} where they are silent; a vote of three <b>{share_words(vote)}</b>, announced or not. "
        f"A call then takes 1, {tries:.2f} and 3 tries on average. Dots: {draws:,} drawn chains, with 95 % intervals."
    )


def checker_title(p: float, none: Ends, most: Ends, retries: int) -> str:
    """What retries bring where a checker says which results to try again.

    Args:
        p: that a call fails. none, most: the ends without retries, and with the most. retries: how many those are.
    """
    if none == most:
        return f"Retries change nothing: {share_words(none.right)} of chains end right, {share_words(none.wrong)} wrong"
    gain = f"from {share_words(none.right)} to {share_words(most.right)}"
    if most.wrong == 0:
        return f"Nothing wrong passes the checker: {counted(retries, 'retry', 'retries')} raise what ends right {gain}"
    if most.wrong > most.right:
        return (
            f"With {counted(retries, 'retry', 'retries')} more chains end wrong ({share_words(most.wrong)}) than right "
            f"({share_words(most.right)}), and nobody is told"
        )
    return (
        f"{counted(retries, 'retry', 'retries')} raise what ends right {gain}, and what ends wrong untold from "
        f"{share_words(none.wrong)} to {share_words(most.wrong)}"
    )


def checker_reading(p: float, steps: int, alarms: float, misses: float, most: Ends, retries: int) -> str:
    """The live sentence: the two faults of the checker, and what a result that it lets through is worth."""
    good, bad = (1 - p) * (1 - alarms), p * misses
    worth = "It lets nothing through." if good + bad == 0 else (
        f"A result that it lets through is right with <b>{share_words(good / (good + bad))}</b>, however often it is "
        f"tried again."
    )  # fmt: skip
    return (
        f"{counted(steps, 'call')} failing with {p:.0%}; the checker rejects <b>{alarms:.0%}</b> of right results and "
        f"lets <b>{misses:.0%}</b> of wrong ones through. {worth} With {counted(retries, 'retry', 'retries')}: "
        f"{share_words(most.right)} right, {share_words(most.wrong)} wrong, {share_words(most.stopped)} given up."
    )


def budget_title(p: float, steps: int, calls: int, *, shared: float, equal: float) -> str:
    """Whether a budget of calls is better spent where a call fails than in equal shares."""
    told = f"{counted(calls, 'call')} for a chain of {steps}"
    if calls < steps:
        return f"{told} {'is' if calls == 1 else 'are'} too few: each step needs one"
    if p in (0.0, 1.0):
        return f"{told}: {'no' if p == 0 else 'every'} call fails, so it does not matter how they are spent"
    if share_words(shared) == share_words(equal):
        return f"{told}: {share_words(shared)} come through, spent where a call fails or in equal shares"
    return (
        f"{told}: spent where one fails they bring {share_words(shared)} through, in equal shares {share_words(equal)}"
    )


def budget_reading(steps: int, calls: int, *, shared: float, equal: float, vote: float, votes: tuple[int, int]) -> str:
    """The live sentence: the three ways to spend the calls on the slider.

    Args:
        steps: of the chain. calls: paid for. shared, equal, vote: how often it comes through in each way.
        votes: how many vote at each step, and at how many first steps two more do.
    """
    return (
        f"<b>{counted(calls, 'call')}</b>, {counted(steps, 'step')}. Tried again where one fails, until they are "
        f"spent: <b>{share_words(shared)}</b>. In equal shares, {_shares(steps, calls)}: "
        f"<b>{share_words(equal)}</b>. Where failures are silent only votes are left, {_votes(*votes)}: "
        f"<b>{share_words(vote)}</b>."
    )


def _shares(steps: int, calls: int) -> str:
    """How many tries each step gets, and which get one more."""
    each, more = divmod(calls, steps)
    if each == 0:
        return "not one try for each step"
    return f"{counted(each, 'try', 'tries')} for each step{_first(more, 'one more')}"


def _votes(voters: int, more: int) -> str:
    """How many vote at each step, and where more do."""
    if voters == 1:
        return f"{_three(more)}one try for each other step" if more else "not enough for votes of three, one try each"
    return f"votes of {voters}{_first(more, 'two more votes')}"


def _three(steps: int) -> str:
    return (
        f"votes of three for the first {counted(steps, 'step')}, " if steps > 1 else "a vote of three for the first, "
    )


def _first(steps: int, gets: str) -> str:
    """What the first steps get on top; "" where there are none."""
    return f" and {gets} for the first{f' {steps}' if steps > 1 else ''}" if steps else ""
