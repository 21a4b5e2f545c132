"""Ways to ask for an answer: what stands in the examples, how the prompt is put together, how the answer is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np

from core.language import Tokenized, chat
from core.reasoning.arithmetic import value_of
from core.reasoning.extraction import extract_answer, find_word
from core.reasoning.problem_sets import Kind, Problem, examples
from core.reasoning.word_problems import Sum

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

WARM = 0.7
"""The temperature of several samples, as in Wang et al. 2022 (2203.11171), section 3.1."""


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

    Raises:
        ValueError: for a damaged sum or a program of a problem that has no sum.
    """
    if method in ASKED:
        return ()
    others = [*solved[1:], *solved[:1]] if method == "another's chain" else list(solved)
    return tuple(Demo(one.text, _written(method, other)) for one, other in zip(solved, others, strict=True))


def methods_for(kind: Kind) -> tuple[Method, ...]:
    """The methods that a kind of problem allows: only a sum can be damaged or computed, only a number asked for."""
    shown = examples(kind, 0)
    sums = all(isinstance(one, Sum) for one in shown)
    numbers = all(isinstance(one.truth, int) for one in shown)
    return tuple(
        method
        for method in METHODS
        if (sums or method not in OF_SUMS) and (numbers or ASKED.get(method) != NUMBER_ONLY)
    )


def _written(method: Method, one: Problem) -> str:
    """What an example says as its answer."""
    if method in OF_SUMS:
        if not isinstance(one, Sum):
            raise ValueError(f"method must be none of {', '.join(OF_SUMS)} for a problem without a sum; got {method!r}")
        return OF_SUMS[method](one)
    return one.direct if method == "direct" else one.chain


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
    """The number in what was written: computed for a program, else read by `extract_answer`.

    A chain without examples runs over several paragraphs: there a blank line is no end.
    """
    if method == "program":
        return value_of(text.strip().splitlines()[0].rpartition("=")[2]) if text.strip() else None
    return extract_answer(flowing(text) if method in ASKED else text)


def read_reply(text: str, method: Method, offered: Sequence[str]) -> Fraction | str | None:
    """The answer in what was written: one of the words that are offered, read by `find_word`, or without them a number.

    Args:
        text: what was written. method: see `METHODS`.
        offered: the words that may be the answer; empty where it is a number.
    """
    if not offered:
        return read_answer(text, method)
    found = find_word(flowing(text) if method in ASKED else text, offered)
    return None if found is None else found.value


def flowing(text: str) -> str:
    """A text without its blank lines."""
    return re.sub(r"\n\s*\n", "\n", text)


def _wrong_results(one: Sum) -> str:
    """A right chain with a result by chance, so that there is no pattern to learn from it."""
    chance = np.random.default_rng((one.first, one.second, one.adds))
    wrong = next(int(number) for number in chance.permutation(np.arange(20, 99)) if number != one.truth)
    return _steps(one, result=wrong)


def _wrong_order(one: Sum) -> str:
    words = one.wording
    return " ".join(one.filled(part) for part in (words.step, words.start, words.last))


def _wrong_operations(one: Sum) -> str:
    """The other operation, carried out rightly."""
    result = one.first - one.second if one.adds else one.first + one.second
    return _steps(one, sign="-" if one.adds else "+", result=result)


def _steps(one: Sum, *, result: int, sign: str | None = None) -> str:
    words = one.wording
    return " ".join(one.filled(part, sign=sign, result=result) for part in (words.start, words.step, words.last))


OF_SUMS: Mapping[str, Callable[[Sum], str]] = {
    "wrong results": _wrong_results,
    "wrong order": _wrong_order,
    "wrong operations": _wrong_operations,
    "program": lambda one: f"answer = {one.first} {one.sign} {one.second}",
}
"""What the examples of those methods say that need a sum."""
