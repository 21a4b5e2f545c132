"""The frame in which a message is put before a chat model. Needs no torch."""

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
    return f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{message}<|im_end|>\n<|im_start|>assistant\n"
