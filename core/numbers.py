"""Numbers as people write them, what functions accept of them, and how sure a share or a mean is."""

NORMAL_95 = 1.959963984540054
"""The normal distribution's quantile at 97.5 %."""


def read_number(text: str) -> float:
    """A number as people write it: `float` alone would read 1_0, Python's own notation, as 10.

    Raises:
        ValueError: for a text that is no number.
    """
    if "_" in text:
        raise ValueError(f"{text[:20]!r} is no number")
    return float(text)


"""Numbers as people write them, what functions accept of them, and how sure a share or a mean is."""


NORMAL_95 = 1.959963984540054
"""The normal distribution's quantile at 97.5 %."""
