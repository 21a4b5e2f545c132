"""What is said of texts that are written at once: their validity, with and without remasking."""

from collections.abc import Sequence
from itertools import pairwise

from core.decoding import Diffused, remasked_share

CHANCE = 3.0
"""Standard errors of the difference within which two shares count as equal."""


def texts_title(tokens: int, steps: int, chosen: Diffused, expected: float | None) -> str:
    """How many texts are valid, beside the closed form where there is one."""
    closed = "" if expected is None else f", {expected:.1%} in closed form"
    return f"{tokens} tokens in {steps} step{'s' * (steps > 1)}: {chosen.valid:.1%} of the texts are valid{closed}"


def tie_words(tokens: int) -> str:
    """Where one step more with remasking is worse, exactly, and why; empty where none is.

    Args:
        tokens: n, of the text.
    """
    exact = [remasked_share(tokens, steps) for steps in range(1, tokens + 1)]
    for steps, (share, more) in enumerate(pairwise(exact), start=1):
        few, first = -(-tokens // steps), -(-tokens // (steps + 1))
        if more < share - 1e-9 and few % 2 == 1 and first % 2 == 0:
            return (
                f" With remasking, one step more can be worse: exactly {share:.1%} of texts are valid in {steps} steps "
                f"and {more:.1%} in {steps + 1}. Then {first} tokens are shown first in place of {few}: an even number "
                "can split in halves, and leaves no majority to follow."
            )
    return ""


def remasking_title(plain: Sequence[Diffused], remasked: Sequence[Diffused]) -> str:
    """Where remasking the least certain does most for as many calls, or that it does nothing.

    Args:
        plain: by steps, without remasking.
        remasked: by steps, with it.
    """
    pairs = [(one, other) for other in remasked for one in plain if one.calls == other.calls and one.calls > 1]
    gains = [(other.valid - one.valid, one, other) for one, other in pairs]
    if not pairs:
        return "Beyond one call, no number of calls was tried both with masking again and without: nothing is compared"
    clear = [gain for gain in gains if abs(gain[0]) > CHANCE * (gain[1].error ** 2 + gain[2].error ** 2) ** 0.5]
    if not clear:
        return "For as many calls, masking the least certain again changes nothing that chance would not"
    gain, one, other = max(clear, key=lambda found: abs(found[0]))
    most = f"{other.valid:.0%} of the texts are valid with remasking, {one.valid:.0%} without"
    whole = min((found.calls for found in plain if found.valid == 1), default=None)
    later = "" if whole is None else f"; {whole} calls without it give 100%"
    lead = f"After {one.calls} calls" if gain > 0 else f"Remasking does harm: after {one.calls} calls"
    return f"{lead} {most}{later}"
