"""Formats: the words around an item and its answer, by a template with slots. Needs no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.prompting.tasks import Task

TEXT, ANSWER = "{text}", "{answer}"
"""The slots that each template has: what is asked, and the answer."""

TEMPLATE = "Input: {text}\nOutput: {answer}"
"""The default template: its words do not say what the task is, the examples do."""

NAMED = "{Input}: {text}\n{Output}: {answer}"
"""Item and answer named by the task's own words."""

LONGEST_TEMPLATE = 500

_SLOT = re.compile(r"\{(text|input|output|Input|Output)\}")


@dataclass(frozen=True, slots=True)
class Format:
    """A way to put items before a model.

    Args:
        kind: which family of formats it is of.
        template: see `require_template`.
        instructed: whether the task's instruction stands before everything.
        chat: whether items and answers are the turns of a conversation.
    """

    kind: str
    template: str
    instructed: bool = False
    chat: bool = False


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "input, output": Format("prefix", TEMPLATE),
        "named": Format("prefix", NAMED),
        "arrow": Format("prefix", "{text} => {answer}"),
        "question": Format("prefix", "Q: What is the {output} of “{text}”?\nA: {answer}"),
        "blank": Format("fill-in-the-blank", "The {output} of “{text}” is {answer}"),
        "missing word": Format("fill-in-the-blank", "{text} ____ Missing {output}: {answer}"),
        "instruction": Format("instruction", NAMED, instructed=True),
        "chat": Format("chat", NAMED, instructed=True, chat=True),
    }
)
"""The formats by name, in the order in which they stand on the page."""


def require_template(template: str) -> None:
    """Refuses what is no template: it has the slot {text} once or more, and ends with its only {answer}.

    What follows the answer must be the end of the line, so that it can be scored to its end. {input} and {output} stand
    for the task's words, {Input} and {Output} for the same with a capital. Other braces stand for themselves.

    Raises:
        ValueError: for a template without a slot, with something behind {answer}, or longer than 500 characters.
    """
    if len(template) > LONGEST_TEMPLATE:
        raise ValueError(f"a template must have at most {LONGEST_TEMPLATE} characters; got {len(template):,}")
    if TEXT not in template:
        raise ValueError(f"a template must have the slot {TEXT}; got {template!r}")
    if template.count(ANSWER) != 1 or not template.endswith(ANSWER):
        raise ValueError(f"a template must end with its only slot {ANSWER}; got {template!r}")


def asked(template: str, task: Task, text: str) -> str:
    """The template up to its answer, with the item's text and the task's words in it.

    Slots within the text stay as they stand.
    """
    words = {
        "text": text,
        "input": task.input,
        "output": task.output,
        "Input": task.input.capitalize(),
        "Output": task.output.capitalize(),
    }
    return _SLOT.sub(lambda slot: words[slot[1]], template.removesuffix(ANSWER))
