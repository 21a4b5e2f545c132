"""What one plot of a figure shows, in pixels, and what a note in it would cover."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.lessons.plotted import WIDE
from components.letters import breadth
from components.margins import margins
from components.theme import Look, template
from core.lessons import Axis, Series

WIDTHS = (640, 900, 1180)
"""Pixels of all plots of a figure from the left to the right on a narrow screen, at a desk, and on a broad screen. A
note keeps its size while what it stands upon is drawn apart. On a phone there may be fewer."""

PROJECTED = (1080, 1720)
"""The same in presenter mode, which takes the whole width of a screen."""

PHONE, ROOMY, BROAD = 364, 720, 1180
"""Pixels of a figure on a phone, margins included: of one that is as narrow as that, of one that keeps its width, and
of one that keeps that of a desk."""

FEWEST = 60.0
"""Pixels that the plots of a figure have at least between its margins."""

BOLD = 1.06
"""How much broader letters are that are bold."""

LINE = 1.4
"""The height of a line of text, in parts of its size."""

ENTRY = 40.0
"""Pixels of an entry of a legend but for its name."""

EVERY = 4.0
"""Pixels from one place of a line to the next at which it is looked at."""

PAD = 5.0
"""Pixels around the letters of a note that are its own."""

BODY = 8.0
"""The same inside of a bar, across and upwards."""

WORDS = 40.0
"""What it costs to cover a word, where a place of a line costs 1."""

DEEP = 8.0
"""Pixels from which on a word is covered: one that is hardly touched can still be read."""

CROSSED = 40.0
"""What it costs an arrow to run over a word."""

SHAFT = 14.0
"""Pixels that are left of an arrow which ends before a word at its point."""

NEAR_BY = 12.0
"""Pixels to each side of a point within which a line is close to it."""

BEYOND = 3.0
"""What it costs to lie a pixel beside the plot."""

FAR = 0.02
"""What a pixel of distance costs, so that of two free places the nearer one is taken."""

Row = tuple[Mapping[str, Any], Series]
Box = tuple[float, float, float, float]
"""Left, low, right and high end in pixels from the lower left corner of a plot."""


@dataclass(slots=True)
class Plot:
    """What is drawn in one plot of a figure.

    Args:
        series: one of those that are drawn in it.
        width, height: of the plot.
        turned: whether its axes (across the screen, upwards) run against the usual direction.
        room: pixels above and to the right that are empty but for notes.
        places: [place 2] on its lines, points and bars.
        words: boxes of its words.
    """

    series: Series
    width: float
    height: float
    turned: tuple[bool, bool]
    room: tuple[float, float]
    places: np.ndarray
    words: list[Box] = field(default_factory=list)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The axes across the screen and upwards."""
        here = self.series
        return (here.upwards, here.across) if here.lying else (here.across, here.upwards)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the plot lies, given in the units of its axes."""
        shares = (axis.share(value) for axis, value in zip(self.axes, (x, y), strict=True))
        across, up = (1 - share if turned else share for share, turned in zip(shares, self.turned, strict=True))
        return across * self.width, up * self.height

    def on_line(self, value: float, along: float, *, upright: bool) -> tuple[float, float]:
        """A point in pixels of a line over the whole plot at a value of one axis, some part of the way along it."""
        across, up = self.axes
        if upright:
            return self.at(value, up.low)[0], along * self.height
        return along * self.width, self.at(across.low, value)[1]

    def add_line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draws a line between two points in pixels, which is not to be covered either."""
        self.places = np.concatenate([self.places, _joined(np.array([start, end]))])

    def cost(self, box: Box) -> float:
        """What a note covers in a box."""
        padded = box[0] - PAD, box[1] - PAD, box[2] + PAD, box[3] + PAD
        low, high = np.array(padded[:2]), np.array(padded[2:])
        covered = float(((self.places >= low) & (self.places <= high)).all(axis=1).sum()) if len(self.places) else 0.0
        beyond = max(0.0, -low[0]) + max(0.0, -low[1])
        beyond += max(0.0, high[0] - self.width - self.room[1]) + max(0.0, high[1] - self.height - self.room[0])
        # At the left and below stand the labels of the axes.
        words = sum(_overlap(padded, word) for word in self.words) + (box[0] < -PAD) + (box[1] < -PAD)
        return covered + WORDS * words + BEYOND * float(beyond)

    def crowd(self, point: tuple[float, float]) -> int:
        """How many places lie close to a point in pixels."""
        return int((np.abs(self.places - point) <= NEAR_BY).all(axis=1).sum())

    def arrow(self, point: tuple[float, float], way: tuple[float, float], size: tuple[float, float]) -> "Arrow":
        """The arrow at a point from a word of some size, whose middle lies a way off.

        It ends before a word that stands at its point.
        """
        long, word = float(np.hypot(*way)), around(way[0], way[1], size)
        shaft = np.arange(0.0, long)[:, None] * np.array(way) / long
        shaft = shaft[~_inside(shaft, word)] + point
        cost = self.cost(around(point[0] + way[0], point[1] + way[1], size)) + FAR * (abs(way[0]) + abs(way[1]))
        over = [found for box in self.words if len(found := np.flatnonzero(_inside(shaft, box)))]
        at_point = [found[-1] + 1.0 for found in over if found[0] <= size[1] and len(shaft) - found[-1] > SHAFT]
        return Arrow(*way, max(at_point, default=0.0), cost + CROSSED * (len(over) - len(at_point)))


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow at a point, from a word.

    Args:
        across, up: pixels from the point to the middle of the word, to the right and upwards.
        standoff: pixels before the point at which the arrow ends.
        cost: of what it covers.
    """

    across: float
    up: float
    standoff: float
    cost: float


def _inside(places: np.ndarray, box: Box) -> np.ndarray:
    """Which of some places lie in a box."""
    low, high = np.array(box[:2]), np.array(box[2:])
    within: np.ndarray = np.all((places > low) & (places < high), axis=1)
    return within


def _overlap(one: Box, other: Box) -> float:
    """How much one box lies upon another: 1 from DEEP pixels on, in the direction in which it is less."""
    deep = min(one[2] - other[0], other[2] - one[0], one[3] - other[1], other[3] - one[1])
    return min(max(deep / DEEP, 0.0), 1.0)


def size_of(words: str, size: float) -> tuple[float, float]:
    """The width and height of words in pixels; plotly's own marks in them take no room."""
    lines = [re.sub(r"<[^>]*>", "", line) for line in re.split(r"<br\s*/?>", words)]
    return BOLD * size * max(map(breadth, lines)), LINE * size * len(lines)


def around(x: float, y: float, size: tuple[float, float], anchor: tuple[str, str] = ("center", "middle")) -> Box:
    """The box of words at a place in pixels."""
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[anchor[0]] * size[0]
    low = y - {"bottom": 0.0, "middle": 0.5, "top": 1.0}[anchor[1]] * size[1]
    return left, low, left + size[0], low + size[1]


def widths(parts: Mapping[str, Any], look: Look, phone: int) -> tuple[float, ...]:
    """Pixels of all plots of a figure from the left to the right, as broad as it may be drawn.

    Args:
        parts: the figure's.
        look: where it is shown.
        phone: pixels of the figure on a phone.
    """
    if look.presenter:
        return PROJECTED
    layout = parts["layout"]
    given = {**template(look)["layout"]["margin"], **(layout.get("margin") or {})}
    room = margins(parts["data"], {**layout, "margin": given}, look.size)
    return (max(phone - room["l"] - room["r"], FEWEST), *WIDTHS)


def plot_of(
    layout: Mapping[str, Any], rows: Sequence[Row], series: Series, look: Look, broad: float = WIDTHS[0]
) -> Plot:
    """What is drawn in the plot of a series, with the figure's own notes.

    Args:
        layout: the figure's.
        rows: its series, each beside its trace.
        series: one of them.
        look: where it is shown.
        broad: pixels of all its plots.
    """
    margin, axes = layout.get("margin") or {}, [_axis(layout, name, way) for name, way in zip(series.axes, "xy")]  # noqa: B905
    domains = [axis.get("domain") or (0.0, 1.0) for axis in axes]
    lines = 5 if layout.get("showlegend") else 3
    # What stands below the plot lies in its margin, or widens it.
    below = max(margin.get("b") or 0, 8 + lines * look.size)
    tall = (layout.get("height") or look.hero) - (margin.get("t") or 44) - below
    width, height = ((end - start) * size for (start, end), size in zip(domains, (broad, tall), strict=True))
    turned = tuple(_turned(axis) for axis in axes)
    room = (0.0 if layout.get("showlegend") else look.size, float(margin.get("r") or 8))
    plot = Plot(series, width, height, (turned[0], turned[1]), room, np.zeros((0, 2)))
    same = [(trace, one) for trace, one in rows if one.axes == series.axes and _seen(trace)]
    plot.places = np.concatenate([plot.places, *(places for row in same for places in _covered(plot, row))])
    plot.words = [box for note in layout.get("annotations") or () if (box := _box(plot, note, domains, look))]
    plot.words += [box for trace, one in same for box in _written(plot, trace, one, look)]
    if layout.get("showlegend"):
        plot.words.append(_legend(layout, rows, look, broad, tall, domains))
    return plot


def _legend(
    layout: Mapping[str, Any], rows: Sequence[Row], look: Look, broad: float, tall: float, domains: Sequence[Any]
) -> Box:
    """Where the legend of a figure stands, from the lower left corner of one of its plots.

    Args:
        layout: the figure's.
        rows: its series, each beside its trace.
        look: where it is shown.
        broad, tall: pixels of all its plots.
        domains: the parts of them that the plot has, across the screen and upwards.
    """
    given = template(look)["layout"]["legend"] | (layout.get("legend") or {})
    names = [str(trace["name"]) for trace, _ in rows if trace.get("name") and trace.get("showlegend", True)]
    wide = sum(ENTRY + look.size * breadth(name) for name in names)
    high = LINE * look.size * max(1.0, np.ceil(wide / broad))
    left, low = given["x"] * broad - domains[0][0] * broad, given["y"] * tall - domains[1][0] * tall
    return around(left, low, (min(wide, broad), high), (given.get("xanchor", "left"), given.get("yanchor", "bottom")))


def _axis(layout: Mapping[str, Any], name: str, way: str) -> Mapping[str, Any]:
    axis: Mapping[str, Any] = layout.get(f"{way}axis{name[1:]}") or {}
    return axis


def _turned(axis: Mapping[str, Any]) -> bool:
    low, high = axis.get("range") or (None, None)
    return axis.get("autorange") == "reversed" or (low is not None and high is not None and low > high)


def _seen(trace: Mapping[str, Any]) -> bool:
    """Whether anything of a trace is in sight: some are there for clicks alone."""
    marker = trace.get("marker") or {}
    hidden = isinstance(marker.get("opacity"), int | float) and marker["opacity"] == 0
    return trace.get("visible", True) is True and trace.get("opacity") != 0 and not hidden


def _has_line(trace: Mapping[str, Any]) -> bool:
    return trace.get("type", "scatter") == "scatter" and "lines" in (trace.get("mode") or "lines")


def _covered(plot: Plot, row: Row) -> Iterator[np.ndarray]:
    """The places that a series covers, [place 2]: those along its lines, its points, or all over its bars."""
    trace, series = row
    if WIDE not in trace:
        yield from (_joined(places) if _has_line(trace) else places for places in _parts(plot, series))
        return
    half, begins = trace[WIDE] / 2, np.zeros(len(series.y)) if series.base is None else series.base
    floor = series.upwards.low if series.upwards.log else -np.inf
    for x, low, height in zip(series.x + series.beside, begins, series.y, strict=True):
        ends = np.array([x - half, x + half]), np.array([max(low, floor), low + height])
        for corners in _pixels(plot, series, *ends):
            counts = np.ceil(np.abs(np.ptp(corners, axis=0)) / BODY).astype(int) + 1
            sides = [np.linspace(corners[0, way], corners[-1, way], counts[way]) for way in (0, 1)]
            yield np.stack([part.ravel() for part in np.meshgrid(*sides)], axis=1)


def _parts(plot: Plot, series: Series) -> Iterator[np.ndarray]:
    """The points of a series in pixels, [point 2], a part for each piece without a gap; of a bar its end."""
    heights = series.y if series.base is None else series.y + series.base
    return _pixels(plot, series, series.x + series.beside, heights)


def _pixels(plot: Plot, series: Series, x: np.ndarray, y: np.ndarray) -> Iterator[np.ndarray]:
    """Points on the axes of a series in pixels, a part for each piece without a gap."""
    across, up = _shares(series.across, x), _shares(series.upwards, y)
    shares = np.stack([up, across] if series.lying else [across, up], axis=1).reshape(-1, 2)
    shares = np.where(np.array(plot.turned), 1 - shares, shares)
    gaps = np.flatnonzero(~np.isfinite(shares).all(axis=1))
    for part in np.split(shares, gaps):
        kept = part[np.isfinite(part).all(axis=1)]
        if len(kept):
            yield kept * (plot.width, plot.height)


def _shares(axis: Axis, values: np.ndarray) -> np.ndarray:
    """Where values lie between the ends of an axis, as `Axis.share` has it, all at once."""
    if axis.log:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.log10(values)
    low, high = (np.log10(end) if axis.log else end for end in (axis.low, axis.high))
    shares: np.ndarray = (values - low) / (high - low)
    return shares


def _joined(points: np.ndarray) -> np.ndarray:
    """A broken line through points, as places that lie at most EVERY apart."""
    if len(points) < 2:
        return points
    steps = np.abs(np.diff(points, axis=0)).max(axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.minimum(steps, 4_000.0))])
    at = np.arange(0.0, along[-1] + EVERY, EVERY)
    return np.stack([np.interp(at, along, points[:, part]) for part in (0, 1)], axis=1)


def _written(plot: Plot, trace: Mapping[str, Any], series: Series, look: Look) -> Iterator[Box]:
    """The boxes of the words that stand at the points of a trace, at the ends of its bars, or amid those of a stack."""
    words, bars = trace.get("text"), trace.get("type") == "bar"
    if not isinstance(words, list | tuple | np.ndarray) or trace.get("textposition") == "none":
        return
    if not bars and "text" not in (trace.get("mode") or ""):
        return
    size = (trace.get("textfont") or {}).get("size") or look.size
    heights = series.y if series.base is None else series.base + series.y / 2
    anchor = _word_anchor(str(trace.get("textposition") or ""), series)
    for word, x, y in zip(words, series.x + series.beside, heights, strict=False):
        point = np.concatenate([*_pixels(plot, series, np.array([x]), np.array([y])), np.zeros((0, 2))])
        if len(point) and str(word):
            tall = float(size) if isinstance(size, int | float) else look.size
            yield around(float(point[0][0]), float(point[0][1]), size_of(str(word), tall), anchor)


def _word_anchor(position: str, series: Series) -> tuple[str, str]:
    """Which part of a word stands at its point: words lie beyond the ends of bars, or as "top left" says."""
    if position == "outside" and series.base is None:
        return ("left", "middle") if series.lying else ("center", "bottom")
    across = {"left": "right", "right": "left"}.get(position.rpartition(" ")[2], "center")
    return across, {"top": "bottom", "bottom": "top"}.get(position.partition(" ")[0], "middle")


def _box(plot: Plot, note: Mapping[str, Any], domains: Sequence[Sequence[float]], look: Look) -> Box | None:
    """Where a note of the figure's own stands; None for one of another plot."""
    at: list[float] = []
    for place, way in enumerate("xy"):
        ref, value = note.get(f"{way}ref") or way, note.get(way)
        (start, end), whole = domains[place], (plot.width, plot.height)[place]
        if ref == "paper":
            at.append((float(value or 0) - start) / (end - start) * whole)
        elif ref == f"{plot.series.axes[place]} domain":
            at.append(float(value or 0) * whole)
        elif ref == plot.series.axes[place] and value is not None:
            share = _share(plot.axes[place], value)
            at.append((1 - share if plot.turned[place] else share) * whole)
        else:
            return None
    arrow = note.get("showarrow", True)
    shift = (
        (note.get("ax") or 0, -(note.get("ay") or 0)) if arrow else (note.get("xshift") or 0, note.get("yshift") or 0)
    )
    anchor = _anchor(note, "x", "left center right", arrow), _anchor(note, "y", "bottom middle top", arrow)
    size = (note.get("font") or {}).get("size") or look.size
    return around(at[0] + shift[0], at[1] + shift[1], size_of(str(note.get("text") or ""), size), anchor)


def _anchor(note: Mapping[str, Any], way: str, names: str, arrow: bool) -> str:
    """Which part of a note stands at its place; plotly takes the near edge at the ends of the paper."""
    given, (first, middle, last) = note.get(f"{way}anchor") or "auto", names.split()
    if given != "auto":
        return str(given)
    ref = str(note.get(f"{way}ref") or way)
    if arrow or not ref.endswith(("paper", "domain")):
        return middle
    value = float(note.get(way) or 0)
    return first if value < 1 / 3 else last if value > 2 / 3 else middle


def _share(axis: Axis, value: Any) -> float:
    """Where a note's own coordinate lies between the ends of an axis: a word, or the logarithm on a logarithmic one."""
    if not isinstance(value, int | float):
        return axis.share(float(axis.categories.index(value))) if value in axis.categories else float("nan")
    return axis.share(10 ** float(value) if axis.log else float(value))
