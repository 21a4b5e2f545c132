"""Which tool is chosen, and by what."""

from collections.abc import Mapping, Sequence

from core.tools import CALCULATOR, INJECTED, LABELS, SEARCH, Choice, Share, chosen_right, confusion, evaluate, majority


def choice_title(by_telling: Mapping[str, Sequence[Choice]], telling: str, plain: str) -> str:
    """How many questions get the right tool, and whether that is more or less than with plain descriptions.

    Of the injected order: for how many questions it is followed.
    """
    if telling == INJECTED:
        return _obeyed(by_telling[telling], by_telling[plain])
    right, count, interval = chosen_right(by_telling[telling])
    told = f"With {telling} {right} of {count} questions get the right tool"
    if telling == plain:
        chance = count / len(LABELS)
        beyond = interval[0] * count > chance
        return (
            f"{told}; chance gives {chance:.0f}" if beyond else f"{told}: no more than chance, which gives {chance:.0f}"
        )
    before, _, low = chosen_right(by_telling[plain])
    if interval[0] > low[1]:
        return f"{told}, more than the {before} with plain ones"
    if interval[1] < low[0]:
        return f"{told}, fewer than the {before} with plain ones"
    return f"{told}; with plain ones {before}, no difference beyond chance"


def _obeyed(injected: Sequence[Choice], plain: Sequence[Choice]) -> str:
    """Whether the tool that the order names is chosen more often than without the order."""
    after, before = (
        Share(sum(one.chosen == SEARCH for one in some.values()), len(some))
        for some in map(majority, (injected, plain))
    )
    told = f"{SEARCH} for {after.right} of {after.count} questions, {before.right} without the order"
    if not after.apart(before):
        return f"The injected order makes no difference beyond chance: {told}"
    return f"The injected order is {'followed' if after.right > before.right else 'shunned'}: {told}"


def choice_reading(choices: Sequence[Choice], made: Sequence[Choice]) -> str:
    """What is chosen most, how the calculator's own questions fare, and how many of its calls can be computed.

    Args:
        choices: every question under every order of the tools.
        made: for every question the choice over all orders, with the argument of its call.
    """
    table = confusion(choices)
    most = int(table.sum(axis=0).argmax())
    own = LABELS.index(CALCULATOR)
    orders = len({one.order for one in choices})
    over = f"In {orders} orders of the list" if orders > 1 else "With the tools in one order"
    return (
        f"{over} <b>{LABELS[most]}</b> is chosen for {table[:, most].sum()} of {table.sum()}; "
        f"questions for the calculator reach it in <b>{table[own, own]} of {table[own].sum()}</b>. "
        f"Averaged over the orders {_made(made)}."
    )


def _made(made: Sequence[Choice]) -> str:
    """How many calls the calculator gets, and how many of them mean anything to it."""
    calls = [one for one in made if one.chosen == CALCULATOR]
    computed = sum(computes(one.argument) for one in calls)
    return f"it gets {len(calls)} calls, valid by the grammar, of which <b>{computed}</b> can be computed"


def computes(expression: str) -> bool:
    """Whether the calculator gives a value."""
    try:
        evaluate(expression)
    except ValueError:
        return False
    return True
