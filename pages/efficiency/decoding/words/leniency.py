"""What is said of typical acceptance: what a threshold gains, and what it costs the text."""

from itertools import pairwise

import numpy as np

from components.phrases import listed
from core.decoding import EPSILONS, LenientTable


def lenient_title(table: LenientTable, rule: int) -> str:
    """What a rule gains over the greedy one, and how far its texts depart, means over the prompts.

    Args:
        rule: 0 for the greedy one, then the place in EPSILONS plus 1.
    """
    calls, departing = table.tokens_per_call.mean(1), table.departing[rule].mean()
    if rule == 0:
        return f"The greedy rule: {calls[0]:.2f} tokens a call, and every token is the target's choice"
    gain = f"{calls[rule]:.2f} tokens a call, {calls[0]:.2f} by the greedy rule"
    texts = len(table.departing[rule])
    told = f"of the tokens of {texts} prompts {departing:.0%} are not the target's choice"
    return f"ε = {EPSILONS[rule - 1]:g}: {gain}; {told}"


def pay_words(table: LenientTable) -> str:
    """Which thresholds gain tokens a call on every prompt, and whether their texts are less likely, in HTML."""
    calls, nats, count = table.tokens_per_call, table.nats, len(table.kinds)
    faster = [rule for rule in range(1, len(calls)) if (calls[rule] > calls[0]).all()]
    if not faster:
        return f"No threshold gains tokens a call on all {count} prompts: a looser rule does not clearly pay."
    free = [rule for rule in faster if not (nats[rule] > nats[0]).all()]
    gain = max(float((calls[rule] / calls[0]).mean()) for rule in faster)
    told = (
        f"More tokens a call on all {count} prompts at ε = {_named(faster)}, up to <b>{gain:.2f}</b> times on average"
    )
    if not free:
        priced = "and each time the text is less likely on every prompt"
        return f"{told}, {priced}: a looser rule buys tokens a call with text."
    return f"{told}; at ε = {_named(free)} the text is not less likely on every prompt."


def length_words(table: LenientTable, rule: int) -> str:
    """On how many prompts a rule gains tokens a call, and on how many the whole text takes more calls, in HTML.

    Args:
        rule: 0 for the greedy one, of which nothing is said, then the place in EPSILONS plus 1.
    """
    if rule == 0:
        return ""
    count = len(table.kinds)
    more = int((table.tokens_per_call[rule] > table.tokens_per_call[0]).sum())
    longer = int((table.calls[rule] > table.calls[0]).sum())
    fewer = int((table.calls[rule] < table.calls[0]).sum())
    tokens = table.tokens_per_call * table.calls
    length = "as long" if np.allclose(tokens[rule], tokens[0]) else "of another length"
    return (
        f" At ε = {EPSILONS[rule - 1]:g} a call gives more tokens on <b>{more}</b> of {count} prompts. The texts are "
        f"{length}: the calls in all rise on <b>{longer}</b> and fall on <b>{fewer}</b>."
    )


def turn_words(table: LenientTable) -> str:
    """Between which thresholds the path turns back, the stricter one gaining more tokens a call; empty where none."""
    calls = table.tokens_per_call.mean(1)
    turns = [
        f"from {loose:g} to {strict:g}"
        for (loose, strict), (more, fewer) in zip(pairwise(EPSILONS), pairwise(calls[1:]), strict=True)
        if more < fewer
    ]
    if not turns:
        return ""
    return (
        f"; it turns back {listed(turns)}, where the stricter one gains more: {len(table.kinds)} short texts are too "
        "few to order these"
    )


def _named(rules: list[int]) -> str:
    return ", ".join(f"{EPSILONS[rule - 1]:g}" for rule in rules)
