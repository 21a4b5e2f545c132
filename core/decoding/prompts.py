"""Six prompts of six kinds: how much of the answer already stands in the question decides who wins. Needs no torch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task with the prompt that stands for it.

    Args:
        name: as the page shows it.
        message: what the user says; `as_chat` frames it.
        shares: how much of the answer stands in the prompt, in words.
        tokens: that the model reads, the frame of the chat included.
    """

    name: str
    message: str
    shares: str
    tokens: int


_NOTICE = (
    "The museum opens at nine in the morning and closes at six in the evening. Visitors may bring water but no food. "
    "Large bags must be left at the front desk. The garden behind the museum is free for everyone."
)
_CODE = (
    "def average(numbers):\n    total = 0\n    for number in numbers:\n        total = total + number\n"
    "    return total / len(numbers)\n"
)

KINDS = {
    kind.name: kind
    for kind in (
        Kind("copy", f"Repeat this text word for word, twice:\n\n{_NOTICE}", "all of it", 85),
        Kind("summarize", f"Summarize this notice in two sentences:\n\n{_NOTICE} {_NOTICE}", "many phrases", 129),
        Kind("edit", f"Write this again with library in place of museum:\n\n{_NOTICE}", "most of it", 86),
        Kind("code", f"Add a docstring to this function and return the full code:\n\n{_CODE}", "the lines of code", 76),
        Kind("question", "Why do the leaves of many trees turn red in autumn?", "a few words", 42),
        Kind(
            "chat", "I feel tired today. Can you give me some ideas for a quiet evening at home?", "almost nothing", 48
        ),
    )
}
