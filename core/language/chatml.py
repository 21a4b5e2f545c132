"""The frame in which messages are put before a chat model. Needs no torch."""

from collections.abc import Mapping, Sequence

SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


def as_chat(message: str) -> str:
    """A message in SmolLM2's chat format (ChatML), ready for the answer to be written.

    Args:
        message: what the user says.

    Returns:
        The text whose tokens the model continues. Invariant: it is what the tokenizer's own chat template gives with
        `add_generation_prompt=True`.

    Source: the chat template in the tokenizer's file.
    """
    return as_conversation([{"role": "user", "content": message}])


def as_conversation(messages: Sequence[Mapping[str, str]]) -> str:
    """Messages in SmolLM2's chat format, ready for the next answer, without its tokenizer; see `chat`.

    Args:
        messages: each {"role": "user" or "assistant", "content": its text}, the earliest first; no system message.

    Invariant: it is what the tokenizer's own chat template gives with `add_generation_prompt=True`.
    """
    turns = [{"role": "system", "content": SYSTEM}, *messages]
    said = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in turns)
    return f"{said}<|im_start|>assistant\n"
