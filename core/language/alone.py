"""A model's tokenizer without its model: how many tokens a text has, before any weight is loaded. Needs no torch."""

import functools
from pathlib import Path
from typing import Any

from core.models import tokenizer_file


def count_tokens(name: str, text: str, *, special: bool = True) -> int | None:
    """How many tokens a model of the catalogue cuts a text into.

    Args:
        name: see `core.models.lookup`.
        text: of any length.
        special: count the special tokens that the tokenizer adds around a text.

    Returns:
        The number, or None where the tokenizer is not on this machine.

    Raises:
        UnknownModelError: if the name may not be loaded.

    Invariant: the length of `encode` for the loaded model, whatever limit that has.
    Source: the library tokenizers, which transformers uses as well.
    """
    file = tokenizer_file(name)
    if file is None:
        return None
    return len(_tokenizer(file, file.stat().st_mtime_ns).encode(text, add_special_tokens=special).ids)


@functools.lru_cache(maxsize=2)
def _tokenizer(file: Path, changed: int) -> Any:
    """The tokenizer in a file, which is read again where it has changed."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    # A sentence encoder's file cuts and fills every text to one length.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
