"""A visitor's own items: lines of text and answer, or a CSV file, read into a task. Needs no torch."""

from collections import Counter
from itertools import chain, zip_longest

from core.pairs import read_pairs
from core.prompting.tasks import Item, Task

MOST_LABELS = 6
MOST_POOL = 8


def read_items(content: str | bytes) -> tuple[Item, ...]:
    """Items from a CSV of two columns, text and answer; see `core.pairs.read_pairs`, which raises ValueError."""
    return tuple(Item(text, answer) for text, answer in read_pairs(content))


def own_task(items: tuple[Item, ...]) -> Task:
    """A task from a visitor's items: a part of them is the pool of examples, the others are asked.

    The pool is the first half, at most 8. The task has labels where there are 2 to 6 different answers and each comes
    at least twice; else it is an open one. Labels take turns in the pool, each with at most half of its items, rounded
    up: a list that is sorted by label has examples of each, and asks for each.

    Raises:
        ValueError: for no items, where all have one answer, or where a text comes twice.

    Invariant: no item is both asked and in the pool; together they are all items; each label is in both.
    """
    if not items:
        raise ValueError("there must be two different answers or more; got no items")
    twice = [text for text, count in Counter(item.text for item in items).items() if count > 1]
    if twice:
        raise ValueError(f"a text must come once; {twice[0][:40]!r} comes more often")
    answers = Counter(item.answer for item in items)
    if len(answers) == 1:
        raise ValueError(f"there must be two different answers or more; all items have {items[0].answer!r}")
    labeled = len(answers) <= MOST_LABELS and min(answers.values()) >= 2
    pool = _in_turns(items, answers) if labeled else items
    pool = pool[: min(MOST_POOL, len(items) // 2)]
    asked = tuple(item for item in items if item not in pool)
    return Task("your own", asked, pool, tuple(answers) if labeled else ())


def _in_turns(items: tuple[Item, ...], answers: Counter[str]) -> tuple[Item, ...]:
    """The first half of the items of each label, rounded up, one label after the other."""
    halves = [[item for item in items if item.answer == label][: -(-count // 2)] for label, count in answers.items()]
    return tuple(item for item in chain.from_iterable(zip_longest(*halves)) if item is not None)
