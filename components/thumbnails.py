"""The small pictures on the home page's cards: `python -m components.thumbnails` draws them from recorded results.

Each page's thumbnail.py says what is drawn. The files are SVG, so that the home page loads neither results nor a
library for figures; each holds the hash of the numbers in it, by which a test sees that they are today's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from components.course import Topic, topics
from components.theme import Look

if TYPE_CHECKING:
    from components.drawing import Drawing

ROOT = Path(__file__).parent.parent
FOLDER = "static/thumbnails"


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail as a page shows it: its address, and what it shows in words."""

    address: str
    alt: str


def draws(topic: Topic) -> "Callable[[Look], Drawing]":
    """The function of a page's thumbnail.py that draws it."""
    drawing: Callable[[Look], Drawing] = import_module(f"{topic.folder.replace('/', '.')}.thumbnail").draw
    return drawing


@cache
def picture_of(topic: Topic, *, dark: bool) -> Picture | None:
    """The thumbnail of a page; None where it has not been drawn."""
    path = path_of(topic, dark=dark)
    if not path.exists():
        return None
    head = path.read_text(encoding="utf-8")
    alt, version = re.search(r"<title>(.*?)</title>", head), held(head)
    # The hash in the address lets a browser keep the file until the numbers change.
    return Picture(f"app/{FOLDER}/{path.name}?{version[:8]}", unescape(alt[1]) if alt else "")


def path_of(topic: Topic, *, dark: bool) -> Path:
    """The file of a page's thumbnail."""
    return ROOT / FOLDER / f"{topic.key}_{'dark' if dark else 'light'}.svg"


def held(svg: str) -> str:
    """The hash that a thumbnail holds; empty where it holds none."""
    found = re.search(r'data-sha256="(\w+)"', svg)
    return found[1] if found else ""


def main() -> None:
    """Draws the thumbnails of all pages, on light and on dark paper."""
    from components.drawing import svg_of

    (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
    for topic in topics():
        for dark in (False, True):
            look = Look(dark=dark)
            path_of(topic, dark=dark).write_text(svg_of(draws(topic)(look), look), encoding="utf-8")


if __name__ == "__main__":
    main()
