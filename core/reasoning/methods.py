"""Ways to ask for an answer: what stands in the examples, how the prompt is put together, how the answer is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np

from core.language import Tokenized, chat
from core.reasoning.arithmetic import value_of
from core.reasoning.extraction import extract_answer
from core.reasoning.word_problems import Problem

Method = Literal[
    "direct",
    "zero-shot direct",
    "zero-shot chain",
    "few-shot chain",
    "wrong results",
    "wrong order",
    "wrong operations",
    "another's chain",
    "program",
]
METHODS: tuple[Method, ...] = get_args(Method)

STEP_BY_STEP = "Let's think step by step."
NUMBER_ONLY = "Answer with a number only."
ASKED: Mapping[str, str] = {"zero-shot direct": NUMBER_ONLY, "zero-shot chain": STEP_BY_STEP}
"""What is added to a problem where there are no examples."""

LONGEST: Mapping[str, int] = {
    "direct": 16, "zero-shot direct": 16, "zero-shot chain": 80, "program": 24,
}  # fmt: skip
LONGEST_CHAIN = 48


@dataclass(frozen=True, slots=True)
class Demo:
    """A solved example: its problem, and what stands there as its answer."""

    problem: str
    answer: str


def demos(method: Method, solved: Sequence[Problem]) -> tuple[Demo, ...]:
    """What a method shows before its problem; nothing for one without examples.

    Args:
        method: see `METHODS`.
        solved: the example problems; another's chain is that of the next of them.
    """
    if method in ASKED:
        return ()
    write = WRITERS[method]
    others = [*solved[1:], *solved[:1]] if method == "another's chain" else list(solved)
    return tuple(Demo(one.text, write(other)) for one, other in zip(solved, others, strict=True))


def prompt_of(lm: Tokenized, problem: str, method: Method, shown: Sequence[Demo]) -> str:
    """The text that the model continues.

    Args:
        lm: the model. Without examples its chat template is used where it has one.
        problem: as it is asked.
        method: see `METHODS`.
        shown: the examples.
    """
    if method not in ASKED:
        return "".join(f"Q: {one.problem}\nA: {one.answer}\n\n" for one in shown) + f"Q: {problem}\nA:"
    if not lm.tokenizer.chat_template:
        return f"Q: {problem}\nA: {ASKED[method]}"
    return chat(lm, [{"role": "user", "content": f"{problem}\n{ASKED[method]}"}])


def stops_of(method: Method) -> tuple[str, ...]:
    """The texts at which an answer ends: a line's end where the examples have one line."""
    return ("Q:",) if method in ASKED else ("\n",)


def longest_of(method: Method) -> int:
    """The most tokens that are written."""
    return LONGEST.get(method, LONGEST_CHAIN)


def read_answer(text: str, method: Method) -> Fraction | None:
    """The answer in what was written: computed for a program, else read by `extract_answer`.

    A chain without examples runs over several paragraphs: there a blank line is no end.
    """
    if method == "program":
        return value_of(text.strip().splitlines()[0].rpartition("=")[2]) if text.strip() else None
    return extract_answer(flowing(text) if method in ASKED else text)


def flowing(text: str) -> str:
    """A text without its blank lines."""
    return re.sub(r"\n\s*\n", "\n", text)


def right_chain(one: Problem) -> str:
    """A chain whose steps are right."""
    return f"{_start(one)} {_sum(one, one.sign, one.truth)} {_last(one.truth)}"


def _wrong_results(one: Problem) -> str:
    """The same with a result by chance, so that there is no pattern to learn from it."""
    chance = np.random.default_rng((one.first, one.second, one.adds))
    wrong = next(int(number) for number in chance.permutation(np.arange(20, 99)) if number != one.truth)
    return f"{_start(one)} {_sum(one, one.sign, wrong)} {_last(wrong)}"


def _wrong_order(one: Problem) -> str:
    return f"{_sum(one, one.sign, one.truth)} {_start(one)} {_last(one.truth)}"


def _wrong_operations(one: Problem) -> str:
    """The other operation, carried out rightly."""
    result = one.first - one.second if one.adds else one.first + one.second
    return f"{_start(one)} {_sum(one, '-' if one.adds else '+', result)} {_last(result)}"


def _start(one: Problem) -> str:
    return f"{one.name} starts with {one.first} {one.thing} and {one.verb} {one.second}."


def _sum(one: Problem, sign: str, result: int) -> str:
    return f"So {one.first} {sign} {one.second} = {result} {one.thing}."


def _last(result: int) -> str:
    return f"The answer is {result}."


WRITERS: Mapping[str, Callable[[Problem], str]] = {
    "direct": lambda one: _last(one.truth),
    "few-shot chain": right_chain,
    "wrong results": _wrong_results,
    "wrong order": _wrong_order,
    "wrong operations": _wrong_operations,
    "another's chain": right_chain,
    "program": lambda one: f"answer = {one.first} {one.sign} {one.second}",
}
"""What each method's examples say."""
