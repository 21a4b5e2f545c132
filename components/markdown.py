"""Text of visitors among words that Streamlit reads as markdown."""

import re


def literally(text: str) -> str:
    """Text of a visitor as markdown shows it as it stands: no links, pictures, formulas or icons come of it."""
    return re.sub(r"([\\`*{}\[\]()#+!|$~<>:]|(?<!\w)_|_(?!\w)|^-)", r"\\\1", text, flags=re.MULTILINE)
