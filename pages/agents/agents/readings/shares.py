"""Shares in words, for the titles and readings of this page."""


def share_words(value: float) -> str:
    """A share in whole percent; "below 1%" and "above 99%" where rounding would claim none or all."""
    if 0 < value < 0.01:
        return "below 1%"
    if 0.99 < value < 1:
        return "above 99%"
    return f"{value:.0%}"


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun: "1 retry", "2 retries"."""
    return f"{number} {one if number == 1 else several or one + 's'}"
