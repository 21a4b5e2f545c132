"""Tokens on the axes of a figure."""

from collections.abc import Sequence

from components.phrases import shorten
from components.theme import MONO, Look, escape


def token_names(tokens: Sequence[str]) -> list[str]:
    """Place and token, which is unique also where a token stands twice."""
    return [f"{place} {escape(token)}" for place, token in enumerate(tokens)]


def token_ticks(
    tokens: Sequence[str],
    look: Look,
    room: int,
    *,
    named: bool = False,
    upright: bool = False,
    always: int | None = None,
) -> dict[str, object]:
    """Every token as a tick while there is room, then every n-th; long tokens are cut.

    Args:
        room: how many labels fit at a desk.
        named: the axis holds the names of the tokens rather than their places.
        upright: keep the labels level, as on a vertical axis.
        always: a place that is named whatever the room; those too near it give way.
    """
    step = -(-len(tokens) * look.size // (13 * room))
    places = list(range(0, len(tokens), step))
    if always is not None:
        places = sorted({always, *(place for place in places if abs(place - always) >= step)})
    size = look.size - 1 if len(tokens) <= 30 else max(9, look.size - 4)
    return {
        "tickmode": "array",
        "tickvals": [token_names(tokens)[place] for place in places] if named else places,
        "ticktext": [escape(shorten(tokens[place])) for place in places],
        "tickfont": {"family": MONO, "size": size},
        "tickangle": -60 if not upright and len(tokens) > 8 else 0,
    }
