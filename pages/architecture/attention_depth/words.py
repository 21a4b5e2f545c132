"""The short names of heads, what interventions do in words, and the equations of the page on attention in depth."""

from collections.abc import Sequence
from typing import NamedTuple

from components.scene import Equation
from core.attention import NextToken

NOBODY = "none"
"""The choice that hides no token, and the one that ablates no head: an empty list would be missing in a link."""


def name_of(layer: int, head: int) -> str:
    """A head's short name, as it stands in lists and links."""
    return f"L{layer}H{head}"


def head_of(name: str) -> tuple[int, int]:
    """The layer and head of a short name."""
    layer, head = name[1:].split("H")
    return int(layer), int(head)


class Effect(NamedTuple):
    """Changes of the mean loss in nats.

    Args:
        switched: by the heads and tokens that are switched off, at temperature 1.
        heated: by the temperature alone.
        both: by all of it together.
    """

    switched: float
    heated: float
    both: float


def cause_title(what: str, temperature: float, effect: Effect | None, first: NextToken) -> str:
    """What an intervention does, with the effect of the temperature apart from that of what is switched off.

    Args:
        what: what is switched off, in words; empty for nothing.
        temperature: of the next token.
        effect: on the loss; None for a text that has none, being one token.
        first: the likeliest next token, untouched.
    """
    alone = f"Without {what}" if what else f"At temperature {temperature:g}"
    share = f"“{first.piece}” goes from {first.before:.2f} to {first.after:.2f}"
    if not what and temperature == 1:
        return f"Nothing is switched off: “{first.piece}” has probability {first.before:.2f}"
    if what and temperature != 1:
        hot = f"temperature {temperature:g}"
        if effect is None:
            return f"{alone} and at {hot}: {share}"
        return (
            f"{alone} alone the loss {_moved(effect.switched)}, at {hot} alone it {_moved(effect.heated)}, with both "
            f"it {_moved(effect.both)}"
        )
    return f"{alone}: {share}" if effect is None else f"{alone} the loss {_moved(effect.both)}; {share}"


def _moved(change: float) -> str:
    """A change of the loss in words; what two digits do not show is none."""
    if abs(change) < 0.005:
        return "stays the same"
    return f"{'rises' if change > 0 else 'falls'} by {abs(change):.2f} nats"


def ranking_title(name: str, change: float, copies: tuple[float, float] | None) -> str:
    """What the head that stands first in the ranking does.

    Args:
        name: of the head.
        change: what is ranked by, in nats: of the mean loss without it, or how much more that of the second copy rises.
        copies: the change in the first and in the second copy, where the text is the same words twice.
    """
    if copies is None:
        if change < 0.005:
            return "No head helps here: without any one of them the mean loss does not rise"
        return f"{name} matters most: without it the mean loss rises by {change:.2f} nats"
    if change < 0.005:
        return "No head helps the second copy more than the first"
    first, second = copies
    return (
        f"{name} does most for the copying: without it the loss changes by {second:+.2f} nats in the second copy, by "
        f"{first:+.2f} in the first"
    )


def broken_sentence(name: str, copies: tuple[float, float]) -> str:
    """The head without which the whole text suffers most, where that is another one than serves the copy most."""
    first, second = copies
    return (
        f"{name} would stand first by the mean loss of the whole text: without it the first copy changes by "
        f"<b>{first:+.2f}</b> nats, the second by <b>{second:+.2f}</b>."
    )


class Looks(NamedTuple):
    """A head that looks at the token to copy.

    Args:
        name: of the head.
        score: its mean weight on that token.
        change: of the mean loss of the second copy without it, in nats.
    """

    name: str
    score: float
    change: float


def backup_sentence(heads: Sequence[Looks]) -> str:
    """What ablation says of the heads that give most weight to the token to copy, highest weight first."""
    idle = [head for head in heads if head.change < 0.005]
    changes = [head.change for head in heads]
    if not idle:
        return (
            f"The {len(heads)} heads that give most weight to the token to copy all help: without one of them the loss "
            f"of the second copy rises by <b>{min(changes):.2f}</b> to <b>{max(changes):.2f}</b> nats."
        )
    first = idle[0]
    return (
        f"{first.name} gives <b>{first.score:.2f}</b> of its weight to the token to copy, and yet without it the loss "
        f"of the second copy changes by <b>{first.change:+.2f}</b> nats: other heads may stand in for it. What is "
        "lost without a head is not all that it does."
    )


def contribution_title(name: str, weight: float, arriving: Sequence[tuple[float, str]]) -> str:
    """How much weight a head gives to the first token, and what arrives.

    Args:
        name: of the head.
        weight: the mean weight on the first token, of the tokens after it.
        arriving: for each text the mean summed length that arrives at a token, and where.
    """
    lengths = ", ".join(f"{length:.1f} in {where}" for length, where in arriving)
    return f"{name} gives {weight:.0%} of its weight to the first token; the length that arrives is {lengths}"


def largest(values: Sequence[float], *, digits: int = 2) -> list[int]:
    """The places of the largest value as it is written: of all that look the same."""
    written = [round(value, digits) for value in values]
    return [place for place, value in enumerate(written) if value == max(written)]


def listed(names: Sequence[str]) -> str:
    """Names as a list in words: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


EQUATIONS = (
    Equation(
        r"x' = x + \sum_{h,k} A^h_{qk}\, W_O^h v^h_k, \qquad c^h_{qk} = \lVert A^h_{qk}\, W_O^h v^h_k \rVert",
        {
            "x, x'": "a token's vector before and after attention",
            "A^h_{qk}": "the weight of query q on key k in head h",
            "v^h_k = W_V^h x_k": "the value of token k in head h, made from the token's own vector",
            "W_O^h": "the slice of the output matrix that belongs to head h",
            "c^h_{qk}": "the length of what arrives: the contribution",
        },
    ),
    Equation(
        r"\text{cache} = 2 \cdot L \cdot K \cdot d \cdot n \cdot b \cdot s",
        {
            "L": "layers",
            "K": "key/value heads of a layer",
            "d": "numbers in a key, and in a value",
            "n": "tokens in the context",
            "b": "texts at once",
            "s": "bytes of a number",
        },
    ),
)
"""What arrives from a head, and what its keys and values take."""
