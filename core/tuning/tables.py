"""Texts of one's own with two labels, to tune on instead of the task. Needs no torch."""

from dataclasses import dataclass

import numpy as np

from core.numbers import whole
from core.pairs import read_pairs
from core.tuning.runs import LONGEST_OWN, TuningParams
from core.tuning.texts import CLASSES, Example, Sets

FEWEST, FEWEST_OF_A_LABEL = 24, 3
"""Texts of a table, and of each label: a third of them is held out, and an update reads 16 of the others."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """Texts with two labels.

    Args:
        rows: texts, each with the place of its label in names.
        names: the two labels, in alphabetical order.
    """

    rows: tuple[Example, ...]
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class TableParams:
    """A run on a table of one's own; `run.train` is not read, the table says how many texts there are."""

    table: OwnTable
    run: TuningParams


def read_reviews(content: str | bytes) -> OwnTable:
    """A table of two columns, text and label; a head is optional.

    Args:
        content: pasted text or a file in UTF-8, as `core.pairs.read_pairs` takes it.

    Raises:
        ValueError: for what is no such table, fewer than FEWEST or more than 200 texts, a text of more than LONGEST_OWN
            letters, one that comes twice, another number of labels than two, or a label with fewer texts than
            FEWEST_OF_A_LABEL.
    """
    pairs = read_pairs(content, fewest=FEWEST)
    for text, _ in pairs:
        whole(f"letters of {text[:20]!r}", len(text), 1, LONGEST_OWN)
    names = sorted({answer for _, answer in pairs})
    if len(names) != len(CLASSES):
        raise ValueError(f"your table must have 2 labels; got {len(names)} ({', '.join(names[:4])}).")
    if len({text for text, _ in pairs}) < len(pairs):
        raise ValueError("a text of your table comes twice; each must stand once.")
    for name in names:
        count = sum(answer == name for _, answer in pairs)
        if count < FEWEST_OF_A_LABEL:
            raise ValueError(
                f"the label {name!r} must have {FEWEST_OF_A_LABEL} texts or more, to learn from and to measure; "
                f"got {count}."
            )
    return OwnTable(tuple(Example(text, names.index(answer)) for text, answer in pairs), (names[0], names[1]))


def own_sets(table: OwnTable, seed: int) -> Sets:
    """The table in two parts: two thirds of each label to learn from, the rest to measure.

    There is no shift and nothing to choose a rate by: the rest stands for all three.

    Raises:
        ValueError: where a label has too few texts to be in both parts.

    Invariant: the parts hold all texts, and no text stands in both.
    """
    rng, train, rest = np.random.default_rng(seed), list[Example](), list[Example]()
    for label, name in enumerate(table.names):
        rows = [row for row in table.rows if row.label == label]
        whole(f"texts of the label {name!r}", len(rows), FEWEST_OF_A_LABEL)
        order, cut = rng.permutation(len(rows)), len(rows) * 2 // 3
        train += [rows[place] for place in order[:cut]]
        rest += [rows[place] for place in order[cut:]]
    held = tuple(rest)
    return Sets(train=tuple(train), validation=held, test=held, shifted=held)
