"""How high the charts of a panel may be that stands in the main figure's place."""

from components.theme import ENLARGED, Look


def room(look: Look, above: int) -> int:
    """The height to ask `figure` for where `above` pixels of the main figure's room go to what stands around it.

    Args:
        look: the screen; a projector's may be higher than a desk's.
    """
    left = look.hero - above
    return round(left / ENLARGED) if look.presenter else left
