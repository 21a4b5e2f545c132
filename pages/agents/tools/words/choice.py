"""Which tool is chosen, and by what."""

from collections.abc import Callable, Mapping, Sequence

from core.numbers import paired_difference
from core.tools import CALCULATOR, INJECTED, LABELS, SEARCH, Choice, chosen_right, confusion, evaluate, majority


def choice_title(by_telling: Mapping[str, Sequence[Choice]], telling: str, plain: str) -> str:
    """How many questions get the right tool, and whether that is more or less than with plain descriptions.

    Of the injected order: for how many questions it is followed. Both are compared on the same questions.
    """
    if telling == INJECTED:
        return _obeyed(by_telling[telling], by_telling[plain])
    right, count, interval = chosen_right(by_telling[telling])
    told = f"With {telling.removeprefix('with ')} {right} of {count} questions get the right tool"
    if telling == plain:
        chance = count / len(LABELS)
        beyond = interval[0] * count > chance
        return (
            f"{told}; chance gives {chance:.0f}" if beyond else f"{told}: no more than chance, which gives {chance:.0f}"
        )
    before = chosen_right(by_telling[plain])[0]
    low, high = _change(by_telling[telling], by_telling[plain], lambda one: one.chosen == one.truth)
    if low > 0:
        return f"{told}, more than the {before} with plain ones"
    if high < 0:
        return f"{told}, fewer than the {before} with plain ones"
    return f"{told}; with plain ones {before}, no difference beyond chance"


def _change(after: Sequence[Choice], before: Sequence[Choice], holds: Callable[[Choice], bool]) -> tuple[float, float]:
    """The 95 % interval of the change of a share of the questions, each taken over all orders of the tools."""
    first = {question: holds(one) for question, one in majority(before).items()}
    second = {question: holds(one) for question, one in majority(after).items()}
    gained = sum(second[question] and not first[question] for question in first)
    lost = sum(first[question] and not second[question] for question in first)
    return paired_difference(gained, lost, len(first))


def _obeyed(injected: Sequence[Choice], plain: Sequence[Choice]) -> str:
    """Whether the tool that the order names is chosen more often than without the order."""
    after, before = (sum(one.chosen == SEARCH for one in majority(some).values()) for some in (injected, plain))
    told = f"{SEARCH} for {after} of {len(majority(plain))} questions, {before} without the order"
    low, high = _change(injected, plain, lambda one: one.chosen == SEARCH)
    if low <= 0 <= high:
        return f"The injected order makes no difference beyond chance: {told}"
    return f"The injected order is {'followed' if low > 0 else 'shunned'}: {told}"


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
    if not calls:
        return "it gets none"
    return f"it gets {len(calls)}, valid by the grammar, of which <b>{computed}</b> can be computed"


def computes(expression: str) -> bool:
    """Whether the calculator gives a value."""
    try:
        evaluate(expression)
    except ValueError:
        return False
    return True
