"""How high charts may be, so that they fit one screen with the words around them."""

import re
from html import escape, unescape
from math import ceil

from components.letters import MONOSPACED, breadth
from components.theme import ENLARGED, TITLE_ROOM, Look

DESK, PROJECTED = 1216, 1208
"""How wide a row of running text is at 1280 pixels, at a desk and on a projector."""

NUMBER = 0.95 * MONOSPACED
"""How wide a digit of a number in bold is, which a sentence shows in JetBrains Mono at 0.95 of its size."""


def room(look: Look, above: int) -> int:
    """The height to ask `figure` for where `above` pixels of the main figure's room go to what stands around it.

    Args:
        look: the screen; a projector's may be higher than a desk's.
    """
    left = look.hero - above
    return round(left / ENLARGED) if look.presenter else left


def rows(html: str, look: Look, *, size: float, less: int = 0) -> int:
    """How many rows running text takes in a window of 1280 pixels: as many as it does, or one more near the edge.

    Args:
        html: of one paragraph; what is bold is a number in mono.
        size: of its type, in pixels.
        less: pixels of the row that are not for it.
    """
    width, used, count = (PROJECTED if look.presenter else DESK) - less, 0.0, 1
    for word in _words(html):
        long = sum(word) * size
        if used and used + long > width:
            used, count = 0.0, count + 1
        used += long + breadth(" ") * size
        # A word that no row can hold is broken.
        count, used = count + int(used // width), used % width
    return count


def _words(html: str) -> list[list[float]]:
    """The words of a paragraph, each by how wide its letters are in ems."""
    words: list[list[float]] = [[]]
    for place, part in enumerate(re.split(r"<b\b[^>]*>(.*?)</b>", html)):
        for letter in unescape(re.sub(r"<[^>]*>", "", part)):
            if letter.isspace():
                words.append([])
            else:
                words[-1].append(NUMBER if place % 2 else breadth(letter))
    return [word for word in words if word]


def _type(look: Look) -> float:
    """The size of running text, in pixels."""
    return 18.0 if look.presenter else 16.0


def notice(look: Look, words: str) -> int:
    """How many pixels a notice of `streamlit.info` or `streamlit.warning` takes, with the gap below it."""
    size = _type(look)
    return ceil(size * (1.6 * rows(escape(words), look, size=size, less=2 * round(size)) + 1.9)) + GAP


def offer(look: Look, start: str, words: str) -> int:
    """How many pixels the button that starts a job takes with its words, and with the gap below them.

    The words stand beside it where one row holds them, else below it.

    Args:
        start: on the button. words: what it costs.
    """
    size = _type(look)
    button = (5 + breadth(start)) * size
    if rows(escape(words), look, size=0.875 * size, less=ceil(button)) == 1:
        return ceil(2.5 * size) + GAP
    return ceil(size * (3.5 + 1.4 * rows(escape(words), look, size=0.875 * size))) + GAP


GAP = 8
"""Pixels between two elements of a page."""

ABOVE = {False: 227, True: 144}
"""Pixels above the main figure of a page, at a desk and on a projector."""


def main_height(look: Look, *, title: str, reading: str, above: int = 0) -> int:
    """The height to ask `figure` for of a main figure whose title or sentence may be long: lower than usual for them.

    Args:
        title: as plain text.
        reading: the sentence below it, in HTML, with what the story says to look at.
        above: pixels of what stands between the controls and the title.
    """
    size = _type(look)
    heading = max(24, ceil(1.3 * look.title_size * rows(escape(title), look, size=look.title_size)))
    told = ceil(1.45 * size * rows(reading, look, size=size))
    screen = max(look.tall, 640)
    # The title is no part of the chart, which gets lower by the room that it keeps for one.
    left = screen - ABOVE[look.presenter] - above - heading - told - 2 * GAP + TITLE_ROOM
    return room(look, max(0, look.hero - left))
