"""Greedy edits of an instruction in free text: its phrases deleted, swapped, replaced or put back. Needs no torch."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.prompting.searches import Search, search

LONGEST = 300
"""Characters of an instruction."""

EDITS = 5
"""Edits of a prompt that are tried, drawn from all that are possible."""

PHRASE = 3
"""Words of a phrase at most; punctuation ends one earlier."""

ANSWERS: dict[str, tuple[str, str]] = {
    "positive / negative": (" positive", " negative"),
    "red / blue": (" red", " blue"),
}
"""Labels for praise and complaint: two that say what they mean, and two that mean nothing."""

SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("review", "text", "opinion", "comment"),
    ("classify", "label", "judge", "decide"),
    ("sentiment", "mood", "feeling", "tone"),
    ("answer", "reply", "respond"),
    ("writer", "author", "customer", "person"),
    ("whether", "if"),
    ("positive", "good", "happy"),
    ("negative", "bad", "unhappy"),
    ("red", "crimson"),
    ("blue", "azure"),
    ("is", "was"),
    ("the", "this", "a"),
    ("and", "or"),
)
"""Words that may stand for one another, in place of a paraphrasing model."""


@dataclass(frozen=True, slots=True)
class EditParams:
    """A search of edits.

    Args:
        instruction: what it begins with, 1 to 300 characters with at least one word.
        labels: a key of ANSWERS.
        budget: evaluations, 2 to 60. items: reviews scored with, 4 to 30.
        seed: of the deal of the reviews and of the edits, 0 to 9999.

    Raises:
        ValueError: for anything else.
    """

    instruction: str = "Decide whether the writer of the review is happy, and answer with one word."
    labels: str = "red / blue"
    budget: int = 8
    items: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        if not re.search(r"\w", self.instruction) or len(self.instruction) > LONGEST:
            raise ValueError(
                f"the instruction has {len(self.instruction)} characters; it must have 1 to {LONGEST}, and a word"
            )
        if self.labels not in ANSWERS:
            raise ValueError(f"labels is {self.labels!r}; it must be one of {', '.join(ANSWERS)}")
        for name, low, high in (("budget", 2, 60), ("items", 4, 30), ("seed", 0, 9999)):
            whole(name, getattr(self, name), low, high)


def phrases(text: str) -> list[str]:
    """A text in phrases of at most three words; a comma, a colon or the end of a sentence ends one."""
    found: list[list[str]] = [[]]
    for word in text.split():
        if len(found[-1]) == PHRASE or (found[-1] and re.search(r"[.,;:!?]$", found[-1][-1])):
            found.append([])
        found[-1].append(word)
    return [" ".join(phrase) for phrase in found if phrase]


def edited(text: str, original: str) -> list[str]:
    """Every text that is one edit away: a phrase deleted, two swapped, a word replaced, a phrase of the original added.

    Args:
        text: what is edited. original: where phrases that were deleted come from.

    Invariants: each once; none is the text itself or without a word.
    """
    parts = phrases(text)
    found = [parts[:at] + parts[at + 1 :] for at in range(len(parts))]
    for one in range(len(parts)):
        for other in range(one + 1, len(parts)):
            swapped = parts.copy()
            swapped[one], swapped[other] = swapped[other], swapped[one]
            found.append(swapped)
    lost = [phrase for phrase in phrases(original) if phrase not in parts]
    found += [[*parts[:at], phrase, *parts[at:]] for phrase in lost for at in range(len(parts) + 1)]
    texts = [" ".join(phrase) for phrase in found] + _replaced(text)
    return [other for other in dict.fromkeys(texts) if other and other != " ".join(parts)]


def _replaced(text: str) -> list[str]:
    words, found = text.split(), []
    for at, word in enumerate(words):
        bare = re.sub(r"\W", "", word)
        for group in SYNONYMS:
            if bare and bare.lower() in group:
                for other in group:
                    new = other.capitalize() if bare[0].isupper() else other
                    found.append(" ".join([*words[:at], word.replace(bare, new), *words[at + 1 :]]))
    return found


def neighbors_of(params: EditParams) -> Callable[[str], list[str]]:
    """From a text to the edits of it that are tried: EDITS of all, drawn by the seed and the text alone."""

    def near(text: str) -> list[str]:
        every = edited(text, params.instruction)
        rng = np.random.default_rng([params.seed, zlib.crc32(text.encode())])
        return [every[place] for place in rng.permutation(len(every))[:EDITS]]

    return near


def search_edits(params: EditParams, score: Callable[[str], float]) -> Search[str]:
    """Greedy edits from the instruction on, with a score of each text.

    Source: Prasad et al. 2022, GrIPS (2203.07281), section 3, with a list of synonyms in place of a paraphrasing model.
    """
    near, start = neighbors_of(params), " ".join(params.instruction.split())
    return search("greedy_edits", score, budget=params.budget, seed=params.seed, neighbours=near, start=start)


@dataclass(frozen=True, eq=False)
class EditRun:
    """What a search of edits found.

    Args:
        params: what was asked.
        tried: texts in the order of evaluation. scores: the share of the scored reviews right [evaluation].
        held_out: the share of held-out reviews that the best text so far gets right [evaluation].
        seconds: of processor.
    """

    params: EditParams
    tried: tuple[str, ...]
    scores: Float[np.ndarray, "evaluation"]
    held_out: Float[np.ndarray, "evaluation"]
    seconds: float

    @property
    def history(self) -> Float[np.ndarray, "evaluation"]:
        """The best score so far."""
        return np.maximum.accumulate(self.scores)

    @property
    def best(self) -> str:
        """The text with the best score, the first on a tie."""
        return self.tried[int(self.scores.argmax())]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The budget; repeats; the search run again on the recorded scores tries the same texts."""
        table = dict(zip(self.tried, self.scores.tolist(), strict=True))
        again = search_edits(self.params, lambda text: table.get(text, float("-inf"))).tried
        other = sum(one != two for one, two in zip(again, self.tried, strict=False)) + abs(len(again) - len(self.tried))
        return (
            Check("Evaluations beyond the budget", float(max(0, len(self.tried) - self.params.budget)), 0.0),
            Check("Texts evaluated twice", float(len(self.tried) - len(table)), 0.0),
            Check("Texts that the search, run again on these scores, tries in another place", float(other), 0.0),
        )
