"""Problems and examples of a visitor's own, as text: read, checked, and what the model wrote to them."""

import re
from dataclasses import dataclass
from fractions import Fraction

from core.reasoning.extraction import extract_answer
from core.reasoning.methods import ASKED, METHODS, Demo, Method, demos
from core.reasoning.problem_sets import examples

MOST_PROBLEMS = 6
MOST_SAMPLES = 8
MOST_SIGNS = 400
"""Of a problem, or of an example's question or answer."""

MOST_EXAMPLES = 8
WORD = re.compile(r"[^\W\d_](?:[\w’' -]{0,38}\w)?")
"""A word that may be an answer: it begins with a letter."""

EXAMPLE = re.compile(r"Q:(?P<question>.*?)\nA:(?P<answer>[^\n]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AskParams:
    """What a model is asked.

    Args:
        problems: one to six texts.
        method: see `METHODS`.
        shown: the examples of a few-shot method.
        samples: answers to each, from 1 to 8; several are drawn.
        temperature: of the draws; 0 for a single greedy answer.
        seed: of the draws.
    """

    problems: tuple[str, ...]
    method: Method
    shown: tuple[Demo, ...] = ()
    samples: int = 1
    temperature: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.problems) <= MOST_PROBLEMS:
            raise ValueError(f"there must be 1 to {MOST_PROBLEMS} problems; got {len(self.problems)}")
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}; got {self.method!r}")
        if not 1 <= self.samples <= MOST_SAMPLES:
            raise ValueError(f"samples must be from 1 to {MOST_SAMPLES}; got {self.samples}")
        if not 0 <= self.temperature <= 2 or (self.samples > 1 and self.temperature == 0):
            raise ValueError(
                f"temperature must be from 0 to 2, and above 0 for several samples; got {self.temperature}"
            )
        if self.method not in ASKED and not self.shown:
            raise ValueError(f"{self.method} needs at least 1 example; got none")


@dataclass(frozen=True, eq=False)
class Asked:
    """What a model answered.

    Args:
        params: what it was asked.
        texts: by problem, its samples.
        tokens: by problem, those generated for all its samples.
    """

    params: AskParams
    texts: tuple[tuple[str, ...], ...]
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OwnProblem:
    """A problem of a visitor's.

    Args:
        text: as it is asked.
        truth: the right answer where it was given: a number or a word.
        offered: the words among which an answer is read; empty where it is a number.
    """

    text: str
    truth: Fraction | str | None
    offered: tuple[str, ...] = ()


def read_problems(text: str) -> tuple[OwnProblem, ...]:
    """Problems from a text: one a line, and behind a bar its right answer: "Two and two? | 4".

    An answer in words stands before the other words that it is read among: "Up or down? | up / down".

    Raises:
        ValueError: for no problem, more than six, one that is too long, or an answer that is neither.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_PROBLEMS:
        raise ValueError(f"there must be 1 to {MOST_PROBLEMS} problems, one a line; got {len(lines)}")
    return tuple(_own(line) for line in lines)


def _own(line: str) -> OwnProblem:
    asked, bar, answer = line.partition("|")
    if not 1 <= len(asked.strip()) <= MOST_SIGNS:
        raise ValueError(f"a problem must have 1 to {MOST_SIGNS} signs; got {len(asked.strip())}")
    if not bar:
        return OwnProblem(asked.strip(), None)
    words = tuple(word.strip() for word in answer.split("/"))
    if len({word.lower() for word in words}) == len(words) > 1 and all(WORD.fullmatch(word) for word in words):
        return OwnProblem(asked.strip(), words[0], words)
    truth = extract_answer(answer)
    if truth is None:
        raise ValueError(
            "behind | there must be a number, the right answer, or words with the right one first, as in “up / down”; "
            f"got {answer.strip()[:20]!r}"
        )
    return OwnProblem(asked.strip(), truth)


def read_examples(text: str) -> tuple[Demo, ...]:
    """Examples from a text: "Q: ..." and on the next line "A: ...", one after another.

    Raises:
        ValueError: for no example, more than eight, an empty one or one that is too long.

    Invariant: `examples_as_text` of the result reads back to it.
    """
    found = tuple(
        Demo(" ".join(match["question"].split()), match["answer"].strip()) for match in EXAMPLE.finditer(text)
    )
    if not 1 <= len(found) <= MOST_EXAMPLES:
        raise ValueError(
            f"there must be 1 to {MOST_EXAMPLES} examples, Q: and A: on lines of their own; got {len(found)}"
        )
    for one in found:
        for part in (one.problem, one.answer):
            if not 1 <= len(part) <= MOST_SIGNS:
                raise ValueError(f"a question and its answer must have 1 to {MOST_SIGNS} signs each; got {len(part)}")
    return found


def examples_as_text(shown: tuple[Demo, ...]) -> str:
    """Examples as `read_examples` reads them."""
    return "\n".join(f"Q: {one.problem}\nA: {one.answer}" for one in shown)


def usual_examples(method: Method) -> str:
    """The examples of the first recorded set as text; empty for a method without examples."""
    return examples_as_text(demos(method, examples("small numbers", 0)))
