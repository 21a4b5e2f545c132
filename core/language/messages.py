"""A conversation as the text that a chat model continues. Needs no torch."""

from collections.abc import Mapping, Sequence

from core.language.pieces import Tokenized

ROLES = ("system", "user", "assistant", "tool")


def chat(lm: Tokenized, messages: Sequence[Mapping[str, str]], *, answer: bool = True) -> str:
    """The text that the model's own chat template makes of some messages. The model is not run.

    The template decides what is added: SmolLM2's puts a system message of its own in front ("You are a helpful AI
    assistant named SmolLM, trained by Hugging Face") unless the first message is one.

    Args:
        lm: a model whose tokenizer has a chat template.
        messages: at least one, each {"role": one of `ROLES`, "content": its text}, the earliest first.
        answer: add what opens the assistant's next message, so that the text is ready to be continued.

    Raises:
        ValueError: for a model without a template, no message, a message without role or content, an unknown role,
            or messages that the template refuses.

    Invariant: with `answer` the text starts with the text without it.
    Source: `tokenizer.apply_chat_template(messages, tokenize=False)` of transformers.
    """
    from jinja2 import TemplateError

    if not lm.tokenizer.chat_template:
        name = getattr(lm, "name", "This model")
        raise ValueError(f"{name} has no chat template: it was not trained on conversations. Give it a plain text.")
    if not messages:
        raise ValueError("messages must hold at least 1 message; got none")
    for place, message in enumerate(messages):
        _require_message(place, message)
    try:
        text: str = lm.tokenizer.apply_chat_template(
            [dict(message) for message in messages], tokenize=False, add_generation_prompt=answer
        )
    except TemplateError as error:
        raise ValueError(f"the model's chat template refuses these messages: {error}") from error
    return text


def _require_message(place: int, message: Mapping[str, str]) -> None:
    if message.get("role") not in ROLES:
        raise ValueError(f"messages[{place}]['role'] must be one of {', '.join(ROLES)}; got {message.get('role')!r}")
    if not isinstance(message.get("content"), str):
        raise ValueError(f"messages[{place}]['content'] must be a text; got {message.get('content')!r}")  # noqa: TRY004 - it may be missing
