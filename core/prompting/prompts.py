"""Prompts: which examples are shown, in which order, with which answers, and the text that is sent. Needs no torch."""

import math
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, zip_longest
from typing import Any, Literal, get_args

import numpy as np

from core.language import Tokenized, as_conversation, chat
from core.numbers import whole
from core.prompting.formats import ANSWER, TEMPLATE, Format, asked, require_template
from core.prompting.tasks import Item, Task

Shown = Literal["gold", "shuffled", "random"]
"""Which answers the examples show: their own, those of one another, or any of the pool's or labels."""

WRONG_ANSWERS: tuple[Shown, ...] = ("shuffled", "random")
"""Answers that need not be the examples' own."""

LONGEST_INSTRUCTION = 1000


@dataclass(frozen=True, slots=True)
class PromptParams:
    """How a task is put before a model.

    Args:
        examples: k, how many examples stand before the item, from 0 to the size of the task's pool.
        order_seed: which of the k! orders they stand in, from 0 up; 0 is the order in which they were drawn.
        template: the words around each item; see `formats.require_template`.
        choice_seed: which examples are drawn, from 0 up. A greater k adds to the examples of a smaller one.
        shown: which answers the examples show.
        instruction: what stands before everything, if anything.
        chat: whether items and answers are the turns of a conversation, by the model's own chat template.

    Raises:
        ValueError: for a number that is not whole or below 0, an unknown kind of answers, a template without its
            slots, an instruction of more than 1,000 characters, a text that is none, or a chat that is no boolean.
    """

    examples: int = 4
    order_seed: int = 0
    template: str = TEMPLATE
    choice_seed: int = 0
    shown: Shown = "gold"
    instruction: str = ""
    chat: bool = False

    def __post_init__(self) -> None:
        for name in ("examples", "order_seed", "choice_seed"):
            whole(name, getattr(self, name), 0)
        if self.shown not in get_args(Shown):
            raise ValueError(f"shown must be one of {', '.join(get_args(Shown))}; got {self.shown!r}")
        for name in ("template", "instruction"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a text")  # noqa: TRY004 - a bad value
        if not isinstance(self.chat, bool):
            raise ValueError(f"chat is {self.chat!r}; it must be True or False")  # noqa: TRY004 - a bad value
        require_template(self.template)
        if len(self.instruction) > LONGEST_INSTRUCTION:
            raise ValueError(
                f"instruction must have at most {LONGEST_INSTRUCTION:,} characters; got {len(self.instruction):,}"
            )


def params_in(form: Format, task: Task, **others: Any) -> PromptParams:
    """The params of a prompt in a format: its template, the task's instruction where it has one, and the others."""
    instruction = task.instruction if form.instructed else ""
    return PromptParams(template=form.template, instruction=instruction, chat=form.chat, **others)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every item of a task under some params.

    Args:
        examples: as they are shown, in their order.
        lead: the spaces before the answer, which belong to it.
        end: what ends an answer.
    """

    examples: tuple[Item, ...]
    lead: str
    end: str

    def completion(self, answer: str) -> str:
        """An answer as the text that follows a prompt."""
        return f"{self.lead}{answer}{self.end}"


def examples_of(task: Task, params: PromptParams) -> tuple[Item, ...]:
    """The examples that a prompt shows, in their order.

    They are drawn from the pool without putting back, by `choice_seed`. Where the task has labels these take turns, so
    that k examples have each label equally often, or one more of some.

    Raises:
        ValueError: for more examples than the pool has.

    Invariant: the set of examples, with the answers that they show, does not depend on `order_seed`.
    """
    k, most = params.examples, len(task.pool)
    if k > most:
        raise ValueError(f"examples must be from 0 to {most}, the size of the pool of {task.name!r}; got {k}")
    rng = np.random.default_rng(params.choice_seed)
    drawn = [task.pool[place] for place in rng.permutation(most)]
    if task.labels:
        labels = [task.labels[place] for place in rng.permutation(len(task.labels))]
        turns = zip_longest(*([item for item in drawn if item.answer == label] for label in labels))
        drawn = [item for item in chain.from_iterable(turns) if item is not None]
    shown = _with_answers(task, drawn[:k], params, rng)
    return tuple(shown[place] for place in order_of(k, params.order_seed))


def _with_answers(task: Task, drawn: list[Item], params: PromptParams, rng: np.random.Generator) -> list[Item]:
    """The examples with the answers that they show."""
    if params.shown == "gold":
        return drawn
    if params.shown == "shuffled":
        answers = [drawn[place].answer for place in rng.permutation(len(drawn))]
    else:
        choices = task.labels or tuple(item.answer for item in task.pool)
        answers = [choices[place] for place in rng.integers(len(choices), size=len(drawn))]
    return [replace(item, answer=answer) for item, answer in zip(drawn, answers, strict=True)]


def order_of(count: int, seed: int) -> tuple[int, ...]:
    """The order with this number among the count! orders of some things.

    The number seed * m modulo count! is read in the factorial number system, which lists all orders alphabetically; m
    has no factor in common with count! and lies near 0.618 count!, so that seeds side by side give unlike orders.

    Invariant: the seeds 0 to count! - 1 give every order once; 0 gives 0, 1, 2, ...; seed and seed + count! the same.
    """
    rest, places, order = seed * _step(count) % math.factorial(count), list(range(count)), []
    for left in range(count - 1, -1, -1):
        place, rest = divmod(rest, math.factorial(left))
        order.append(places.pop(place))
    return tuple(order)


@cache
def _step(count: int) -> int:
    """m of `order_of`."""
    orders = math.factorial(count)
    step = max(1, int(0.618 * orders))
    while math.gcd(step, orders) != 1:
        step += 1
    return step


def frame_of(task: Task, params: PromptParams) -> Frame:
    """What is the same for every item."""
    if params.chat:
        return Frame(examples_of(task, params), "", "<|im_end|>")
    before = params.template.removesuffix(ANSWER)
    return Frame(examples_of(task, params), before[len(before.rstrip(" ")) :], "\n")


def prompt_for(lm: Tokenized | None, task: Task, params: PromptParams, frame: Frame, text: str) -> str:
    """The text that is sent to the model to ask about one item: instruction, examples, item, up to the answer.

    Lines end with one line break. A space before the answer is left to the answer, as the tokenizer joins it to the
    word. In a conversation each item is a message of the user and each answer one of the assistant.

    Args:
        lm: a model with its tokenizer, whose chat template is used for a conversation; it is not run. None stands for
            the default model, whose format is known without it.
        task, params, frame: `frame` is that of `frame_of(task, params)`.
        text: the item's.

    Raises:
        ValueError: for a conversation with a model that has no chat template.
    """
    asks = [asked(params.template, task, item.text) for item in (*frame.examples, Item(text, ""))]
    answers = [item.answer for item in frame.examples]
    if params.chat:
        messages = _messages(params.instruction, [ask.strip() for ask in asks], answers)
        return as_conversation(messages) if lm is None else chat(lm, messages)
    lines = [f"{params.instruction}\n"] if params.instruction else []
    lines += [f"{ask}{answer}\n" for ask, answer in zip(asks, answers, strict=False)]
    return "".join([*lines, asks[-1].removesuffix(frame.lead)])


def _messages(instruction: str, asks: list[str], answers: list[str]) -> list[dict[str, str]]:
    """The turns of a conversation; the instruction opens the first."""
    first, *others = asks
    users = [f"{instruction}\n{first}" if instruction else first, *others]
    turns = []
    for place, ask in enumerate(users):
        turns.append({"role": "user", "content": ask})
        if place < len(answers):
            turns.append({"role": "assistant", "content": answers[place]})
    return turns


def prompts_of(lm: Tokenized | None, task: Task, params: PromptParams) -> tuple[str, ...]:
    """The prompt of each item of a task; see `prompt_for`."""
    frame = frame_of(task, params)
    return tuple(prompt_for(lm, task, params, frame, item.text) for item in task.items)


def longest_prompt(lm: Tokenized | None, task: Task, params: PromptParams) -> str:
    """The prompt with the most characters among those of a task's items."""
    return max(prompts_of(lm, task, params), key=len)
