"""A visitor's own items: lines of text and answer, or a CSV file, read into a task. Needs no torch."""

from collections import Counter

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
    at least twice; else it is an open one.

    Raises:
        ValueError: where all items have one answer, or a text comes twice.

    Invariant: no item is both asked and in the pool; together they are all items.
    """
    twice = [text for text, count in Counter(item.text for item in items).items() if count > 1]
    if twice:
        raise ValueError(f"a text must come once; {twice[0][:40]!r} comes more often")
    answers = Counter(item.answer for item in items)
    if len(answers) == 1:
        raise ValueError(f"there must be two different answers or more; all items have {items[0].answer!r}")
    labeled = len(answers) <= MOST_LABELS and min(answers.values()) >= 2
    pool = min(MOST_POOL, len(items) // 2)
    return Task("your own", items[pool:], items[:pool], tuple(answers) if labeled else ())
