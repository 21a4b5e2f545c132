"""What a state recalls beside attention."""

from core.state_space import RecallRecord
from pages.architecture.state_space.words.numbers import NOISE


def recall_title(record: RecallRecord, states: int, pairs: int) -> str:
    """How a state space of one size recalls beside attention and the hybrid, over the recorded seeds."""
    own, attention, hybrid = (
        record.spread(stack, size, pairs) for stack, size in (("state space", states), ("attention", 2), ("hybrid", 2))
    )
    said = f"{pairs} pairs: a state of N = {states} recalls {own.mean:.0%}, attention {attention.mean:.0%}"
    if own.high + NOISE < attention.low:
        end = f", a hybrid {hybrid.mean:.0%}"
    elif own.low > attention.high + NOISE:
        end = ": here the state is ahead"
    else:
        end = f": over {own.seeds} seeds no difference"
    return said + end


def pairs_title(record: RecallRecord, states: int) -> str:
    """How the accuracy of one size of state goes with the number of pairs, over the recorded seeds."""
    counts = sorted({run.params.pairs for run in record.runs})
    few, many = (record.spread("state space", states, pairs) for pairs in (counts[0], counts[-1]))
    if few.low > many.high + NOISE:
        return f"N = {states}: {few.mean:.0%} of {counts[0]} pairs, {many.mean:.0%} of {counts[-1]}: a state fills up"
    if many.low > few.high + NOISE:
        return f"N = {states}: {few.mean:.0%} of {counts[0]} pairs, and more, {many.mean:.0%}, of {counts[-1]}"
    said = f"N = {states}: {few.mean:.0%} of {counts[0]} pairs and {many.mean:.0%} of {counts[-1]}"
    return f"{said}: over {few.seeds} seeds no clear difference"
