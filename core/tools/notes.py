"""A search over the questions of the course's notes, by the words that they share. Needs no torch."""

import ast
import functools
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.assets import kept

NOTES_FILE = "tools/notes.npz"

_WORD = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the notes, its answer, and the page that answers it."""

    question: str
    answer: str
    page: str


@dataclass(frozen=True, eq=False)
class Notes:
    """The questions, as the pages had them when they were recorded."""

    asked: tuple[Asked, ...]

    @functools.cached_property
    def words(self) -> tuple[Counter[str], ...]:
        """The words of each question, twice, and of its answer."""
        return tuple(Counter(words_of(f"{one.question} {one.question} {one.answer}")) for one in self.asked)

    @functools.cached_property
    def rarity(self) -> Mapping[str, float]:
        """ln((1 + n) / (1 + m)) of a word that m of n questions hold; 0 where more than a fifth hold it."""
        held, n = Counter(word for words in self.words for word in words), len(self.asked)
        return {word: math.log((1 + n) / (1 + m)) if 5 * m <= n else 0.0 for word, m in held.items()}


@functools.cache
def recorded_notes() -> Notes:
    """The recorded questions.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(NOTES_FILE, Notes)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without the ending of a plural."""
    return [word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(text.lower())]


def search(query: str, *, most: int = 3) -> list[Asked]:
    """The questions that share the rarest words with a query, the best first; none that shares no word.

    score = Σ over words of min(times in the query, times in the question) · rarity, divided by the root of the number
    of words of the question with its answer.

    Raises:
        ValueError: for an empty query or `most` outside 1 to 10.

    Invariant: a question asked word for word is found first, unless another holds the same words.
    Source: term weighting by Spärck Jones 1972.
    """
    if not query.strip():
        raise ValueError("query must hold at least 1 word; got none")
    if not 1 <= most <= 10:
        raise ValueError(f"most must be from 1 to 10; got {most}")
    notes, asked = recorded_notes(), Counter(words_of(query))
    scores = [
        sum(min(count, words[word]) * notes.rarity.get(word, 0.0) for word, count in asked.items())
        / math.sqrt(sum(words.values()))
        for words in notes.words
    ]
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    return [notes.asked[place] for place in order[:most] if scores[place] > 0]


def questions_in(folder: Path) -> Iterator[Asked]:
    """The questions that the pages below a folder declare, read from the text of their topic.py; nothing is run."""
    for path in sorted(folder.glob("*/*/topic.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Question" and len(node.args) > 1:
                texts = [part.value for part in node.args[:2] if isinstance(part, ast.Constant)]
                if len(texts) == 2:
                    yield Asked(str(texts[0]), str(texts[1]), path.parent.name)
