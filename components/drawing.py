"""Small drawings of numbers as SVG: colored cells, lines, dots and words, for cards and without any axes."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from struct import pack
from typing import Literal
from zlib import adler32, crc32

import numpy as np

from components.theme import MAGNITUDE, SANS, Look

WIDE, HIGH = 320, 128
"""The size of a picture, in its own units."""

TYPE = 13
"""The size of words in it."""

EDGE = 8
"""What is kept free around lines and dots."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A table of colored cells that fills the picture; not-a-number has the color of the paper.

    Args:
        values: [row column], from the top.
        top: the value of the strongest color.
        signed: colors around 0; else from 0 on.
    """

    values: np.ndarray
    top: float = 1.0
    signed: bool = False


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points, [point 2], x to the right and y upwards; not-a-number interrupts it."""

    points: np.ndarray
    color: str
    width: float = 2.5


@dataclass(frozen=True, eq=False)
class Dots:
    """Points, [point 2]."""

    points: np.ndarray
    color: str
    radius: float = 2.5


@dataclass(frozen=True, eq=False)
class Words:
    """Words at a point; where they are anchored, and how far above the point their line stands, in ems."""

    text: str
    at: tuple[float, float]
    color: str
    anchor: Literal["start", "middle", "end"] = "start"
    above: float = 0.0


Mark = Cells | Line | Dots | Words


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a picture shows: in words, and by its marks from the lowest to the highest.

    Lines, dots and words share one pair of axes: x and y as given, each stretched to fill the picture, or from 0 to 1
    from the left and the bottom where there are cells.
    """

    alt: str
    marks: tuple[Mark, ...]


def hash_of(drawing: Drawing) -> str:
    """The hash of the numbers in a drawing, to five places, and of its words."""
    told = sha256(drawing.alt.encode())
    for mark in drawing.marks:
        if isinstance(mark, Words):
            told.update(repr((mark.text, mark.at)).encode())
        else:
            numbers = mark.values if isinstance(mark, Cells) else mark.points
            told.update(repr(numbers.shape).encode())
            # Adding 0 makes 0 of −0.
            told.update((np.round(numbers.astype("<f8"), 5) + 0.0).tobytes())
    return told.hexdigest()


def svg_of(drawing: Drawing, look: Look) -> str:
    """A drawing as the text of an SVG file."""
    place = _axes(drawing.marks)
    marks = "\n".join(_svg(mark, place, look) for mark in drawing.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" data-sha256="{hash_of(drawing)}">'
        f'\n<title>{escape(drawing.alt)}</title>\n<rect width="{WIDE}" height="{HIGH}" fill="{look.paper}"/>\n'
        f"{marks}\n</svg>\n"
    )


Place = Callable[[np.ndarray], np.ndarray]


def _axes(marks: Sequence[Mark]) -> Place:
    """From points to places in the picture, whose y goes down."""
    points = [mark.points for mark in marks if isinstance(mark, Line | Dots)]
    framed = any(isinstance(mark, Cells) for mark in marks) or not points
    low, high = np.zeros(2), np.ones(2)
    if not framed:
        low, high = np.nanmin(np.concatenate(points), axis=0), np.nanmax(np.concatenate(points), axis=0)
    edge = 0 if framed else EDGE
    room = np.array([WIDE - 2 * edge, HIGH - 2 * edge])

    def place(at: np.ndarray) -> np.ndarray:
        share = (at - low) / np.where(high > low, high - low, 1.0)
        return np.asarray(np.abs(np.array([0, HIGH]) - (edge + share * room)))

    return place


def _svg(mark: Mark, place: Place, look: Look) -> str:
    match mark:
        case Cells():
            return (
                f'<image width="{WIDE}" height="{HIGH}" preserveAspectRatio="none" style="image-rendering:pixelated" '
                f'href="data:image/png;base64,{b64encode(_png(mark, look)).decode()}"/>'
            )
        case Line():
            path = f'fill="none" stroke="{mark.color}" stroke-width="{mark.width}" stroke-linejoin="round"'
            return f'<path d="{_path(place(mark.points))}" {path}/>'
        case Dots():
            rings = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{mark.radius}"/>' for x, y in place(mark.points))
            return f'<g fill="{mark.color}">{"".join(rings)}</g>'
        case Words():
            x, y = place(np.array(mark.at)) - np.array([0, TYPE * mark.above])
            style = f'font-family="{SANS}" font-size="{TYPE}" font-weight="600" text-anchor="{mark.anchor}"'
            return f'<text x="{x:.1f}" y="{y:.1f}" fill="{mark.color}" {style}>{escape(mark.text)}</text>'


def _path(points: np.ndarray) -> str:
    """A line through points in a picture, which begins anew behind each gap."""
    steps, pen = [], "M"
    for x, y in points:
        if np.isnan(x) or np.isnan(y):
            pen = "M"
        else:
            steps.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
    return "".join(steps)


def _png(cells: Cells, look: Look) -> bytes:
    """The cells as a PNG file with one pixel each, in a palette of which the first color is the paper's.

    It is not compressed, since compressors differ and the file must be the same on each machine.
    """
    low = -cells.top if cells.signed else 0.0
    share = np.clip((cells.values - low) / (cells.top - low), 0, 1)
    levels = np.where(np.isnan(share), 0, 1 + np.round(254 * np.nan_to_num(share))).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    if len(rows) > 65535:
        raise ValueError(f"{levels.shape} cells are too many for a thumbnail: at most 65,535 with one for each row")
    data = b"\x78\x01\x01" + pack("<HH", len(rows), 65535 - len(rows)) + rows + pack(">I", adler32(rows))
    head = pack(">IIBBBBB", levels.shape[1], levels.shape[0], 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", _palette(look, signed=cells.signed)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(body)) + kind + body + pack(">I", crc32(kind + body)) for kind, body in chunks
    )


def _palette(look: Look, *, signed: bool) -> bytes:
    """The paper, and 255 colors from the lowest value to the highest."""
    from plotly.colors import get_colorscale

    stops = look.diverging if signed else get_colorscale(MAGNITUDE)
    colors = np.array([[int(str(color)[at : at + 2], 16) for at in (1, 3, 5)] for _, color in stops])
    places = np.array([float(str(at)) for at, _ in stops])
    scale = np.stack([np.interp(np.linspace(0, 1, 255), places, colors[:, part]) for part in range(3)], axis=1)
    paper = [int(look.paper[at : at + 2], 16) for at in (1, 3, 5)]
    return bytes(paper) + np.round(scale).astype(np.uint8).tobytes()
