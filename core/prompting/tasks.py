"""Tasks for a prompt: items that are asked, and a pool from which examples are taken. Needs no torch."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.prompting.items import CAPITALS, GROUPS, OPPOSITES, PLURALS, SENTIMENT, UPPERCASE


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked, and the right answer."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Task:
    """Items that a model is asked, and others that may be shown to it as examples.

    Args:
        name: what the task is called.
        items: what is asked; at least 1.
        pool: what examples are taken from; none of them is asked.
        labels: the answers between which the model chooses; empty for an open task, in which it writes its answer.
        input, output: what an item's text and its answer are, in lower case, for the words of a prompt.
        instruction: what is to be done, as one would tell a person.

    Raises:
        ValueError: for no item, an item without text or answer, an answer of several lines or with spaces at its ends,
            fewer than 2 labels, a label twice, an answer that is no label, or an item that is in the pool as well.
    """

    name: str
    items: tuple[Item, ...]
    pool: tuple[Item, ...] = ()
    labels: tuple[str, ...] = ()
    input: str = "input"
    output: str = "output"
    instruction: str = ""

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("items must hold at least 1 item; got none")
        if len(self.labels) == 1:
            raise ValueError(f"there must be no labels or 2 or more; got {self.labels[0]!r} alone")
        for word, count in Counter(self.labels).items():
            _require_line(word, "a label")
            if count > 1:
                raise ValueError(f"a label must stand once among the labels; got {word!r} {count} times")
        for item in (*self.pool, *self.items):
            self._require(item)
        both = {item.text for item in self.items} & {item.text for item in self.pool}
        if both:
            raise ValueError(f"an item must be asked or be in the pool, not both; got {sorted(both)[0]!r} in both")

    def _require(self, item: Item) -> None:
        if not item.text.strip():
            raise ValueError(f"each item must have a text; the one with the answer {item.answer!r} has none")
        if not item.answer.strip():
            raise ValueError(f"each item must have an answer; {item.text!r} has none")
        _require_line(item.answer, f"the answer to {item.text!r}")
        if self.labels and item.answer not in self.labels:
            raise ValueError(
                f"the answer to {item.text!r} must be one of {', '.join(self.labels)}; got {item.answer!r}"
            )


def _require_line(text: str, name: str) -> None:
    """An answer ends with its line, and is compared without spaces at its ends."""
    if not text or text != text.strip() or len(text.splitlines()) != 1:
        raise ValueError(f"{name} must be one line without spaces at its ends; got {text!r}")


def _items(lines: str) -> tuple[Item, ...]:
    """Items from lines "text: answer"; the last colon parts them."""
    return tuple(Item(*line.rsplit(": ", 1)) for line in lines.strip().splitlines())


def _task(name: str, lines: str, *, pool: int, words: tuple[str, str, str], labels: tuple[str, ...] = ()) -> Task:
    """A built-in task: the first `pool` items are there for examples, the others are asked."""
    items = _items(lines)
    return Task(name, items[pool:], items[:pool], labels, *words)


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            _task(
                "capitals",
                CAPITALS,
                pool=12,
                words=("country", "capital", "Write the capital of the country."),
            ),
            _task("plurals", PLURALS, pool=12, words=("singular", "plural", "Write the plural of the word.")),
            _task("opposites", OPPOSITES, pool=12, words=("word", "opposite", "Write the opposite of the word.")),
            _task("uppercase", UPPERCASE, pool=12, words=("word", "capitals", "Write the word in capital letters.")),
            _task(
                "sentiment",
                SENTIMENT,
                pool=16,
                words=("review", "sentiment", "Decide whether the sentiment of the review is positive or negative."),
                labels=("positive", "negative"),
            ),
            _task(
                "made-up labels",
                GROUPS,
                pool=12,
                words=("word", "group", "Say north for an animal and south for a thing."),
                labels=("north", "south"),
            ),
        )
    }
)
"""The built-in tasks by name: four open ones, sentiment, and labels that mean nothing until examples show it."""
