"""What is said of texts that are written at once: their validity, with and without remasking."""

from collections.abc import Sequence

from core.decoding import Diffused

CHANCE = 3.0
"""Standard errors of the difference within which two shares count as equal."""


def texts_title(tokens: int, steps: int, chosen: Diffused, expected: float | None) -> str:
    """How many texts are valid, beside the closed form where there is one."""
    closed = "" if expected is None else f", {expected:.1%} in closed form"
    return f"{tokens} tokens in {steps} step{'s' * (steps > 1)}: {chosen.valid:.1%} of the texts are valid{closed}"


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
