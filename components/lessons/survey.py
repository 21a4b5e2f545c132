"""What a figure shows in one of its plots, as broad as it may be drawn."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from components.lessons.ground import LINE, Box, Plot, around, joined, size_of
from components.lessons.plotted import ROOM, WIDE
from components.letters import breadth
from components.margins import margins
from components.theme import TITLE_ROOM, Look, template
from core.lessons import Axis, Series

WIDTHS = (700, 960, 1216)
"""Pixels of a figure with its margins on a narrow screen, at a desk, and on a broad screen. A note keeps its size while
what it stands upon is drawn apart. On a phone there may be fewer."""

PROJECTED = (1208, 1848)
"""The same in presenter mode, which takes the whole width of a screen."""

COLUMN = (480, 596, 912)
"""The same of a figure that stands beside another one there."""

PHONE, ROOMY, BROAD = 364, 720, 1180
"""The same on a phone: of one that is as narrow as that, of one that keeps its width, and of one that keeps that of a
desk."""

TITLED = 44
"""Pixels above the plots of a figure that says nothing of them, its title included."""

FEWEST = 60.0
"""Pixels that the plots of a figure have at least between its margins."""

GAP = 10.0
"""Pixels from the plots to a legend above them."""

ENTRY = 45.0
"""Pixels of an entry of a legend but for its name."""

BODY = 8.0
"""Pixels from one place inside of a bar to the next, across and upwards."""

STEPS = 3
"""Steps in which the length of an axis with words beyond it is met."""

Row = tuple[Mapping[str, Any], Series]


def widths(parts: Mapping[str, Any], look: Look, phone: int, *, in_column: bool = False) -> tuple[float, ...]:
    """Pixels of all plots of a figure from the left to the right, as broad as it may be drawn.

    Args:
        parts: the figure's.
        look: where it is shown.
        phone: pixels of the figure on a phone.
        in_column: it stands beside another one.
    """
    layout = parts["layout"]
    given = {**template(look)["layout"]["margin"], **(layout.get("margin") or {})}
    room = margins(parts["data"], {**layout, "margin": given}, look.size)
    whole = (COLUMN if in_column else PROJECTED) if look.presenter else (phone, *WIDTHS)
    return tuple(max(pixels - room["l"] - room["r"], FEWEST) for pixels in whole)


def plot_of(layout: Mapping[str, Any], rows: Sequence[Row], series: Series, look: Look, broad: float = 640.0) -> Plot:
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
    explained = _explained(layout, rows)
    legend, at = _legend_size(rows, look, broad)[1] if explained else 0.0, _legend_of(layout, look)["y"]
    # What stands below the plot or above it lies in its margin, or widens it.
    below = _below(layout, rows, look) + (legend if at < 0 else 0.0)
    top = max(margin.get("t") or TITLED, TITLE_ROOM + GAP + legend if explained and at >= 1 else 0.0)
    tall = (layout.get("height") or look.hero) - top - below
    width, height = ((end - start) * size for (start, end), size in zip(domains, (broad, tall), strict=True))
    turned = tuple(_turned(axis) for axis in axes)
    # The title above is written elsewhere, and its room is taken away.
    above = max(float(top) - TITLE_ROOM, 0.0)
    room = (min(above, look.size), float(margin.get("r") or 8))
    plot = Plot(series, width, height, (turned[0], turned[1]), room, np.zeros((0, 2)))
    plot.above = above + (1 - domains[1][1]) * tall
    same = [(trace, one) for trace, one in rows if one.axes == series.axes and _seen(trace)]
    plot.places = np.concatenate([plot.places, *(places for row in same for places in _covered(plot, row))])
    notes = layout.get("annotations") or ()
    plot.notes = {place: box for place, note in enumerate(notes) if (box := _box(plot, note, domains, look))}
    plot.words = list(plot.notes.values())
    marked = [part for trace, one in same if "markers" in (trace.get("mode") or "") for part in _parts(plot, one)]
    plot.points = np.concatenate([plot.points, *marked])
    plot.numbers = [box for trace, one in same for box in _written(plot, trace, one, look)]
    plot.words += plot.numbers
    plot.reach = _reach(plot, [(notes[place], box) for place, box in plot.notes.items()])
    if explained:
        # Where a name is covered a whole row of the figure cannot be told: it counts as two words.
        plot.words += 2 * _legend(layout, rows, look, broad, tall, domains)
    return plot


def _below(layout: Mapping[str, Any], rows: Sequence[Row], look: Look) -> float:
    """Pixels below the plots of a figure that their axes take."""
    given = {**template(look)["layout"]["margin"], **(layout.get("margin") or {})}
    return margins([trace for trace, _ in rows], {**layout, "margin": given}, look.size)["b"]


def _reach(plot: Plot, notes: Sequence[tuple[Mapping[str, Any], Box]]) -> Box:
    """How far the words reach that stand at values of the axes: at a point of a series, or where a note says so."""
    left, low, right, high = 0.0, 0.0, plot.width, plot.height
    for refs, box in [(plot.series.axes, box) for box in plot.numbers] + [_refs(*one) for one in notes]:
        if refs[0] == plot.series.axes[0]:
            left, right = min(left, box[0]), max(right, box[2])
        if refs[1] == plot.series.axes[1]:
            low, high = min(low, box[1]), max(high, box[3])
    return left, low, right, high


def _refs(note: Mapping[str, Any], box: Box) -> tuple[tuple[str, str], Box]:
    """What a note's place is given in, across and upwards, beside its box."""
    return (note.get("xref") or "x", note.get("yref") or "y"), box


def with_room_for_words(layout: Mapping[str, Any], rows: Sequence[Row], look: Look, broad: float) -> list[Row]:
    """The series of a figure with longer axes where the figure does not give their ends, and words stand beyond them.

    Plotly chooses them so; places without bars have as much room as numbers. Along a longer axis the same words take
    more of it, so it is met step by step; the arguments are those of `plot_of`.
    """
    barred = {name for trace, one in rows if trace.get("type") == "bar" for name in one.axes}
    kept = _close(layout, rows)
    for _ in range(STEPS):
        longer: dict[str, Axis] = {}
        for series in {one.axes: one for _, one in kept}.values():
            plot = plot_of(layout, kept, series, look, broad)
            for way, (name, axis) in enumerate(zip(series.axes, plot.axes, strict=True)):
                given = _axis(layout, name, "xy"[way])
                if given.get("range") is not None or (axis.categories and name in barred):
                    longer[name] = axis
                elif axis.categories:
                    last = len(axis.categories) - 1
                    longer[name] = replace(axis, low=-ROOM * last, high=last + ROOM * last)
                else:
                    longer[name] = _longer(plot, axis, way, from_zero=given.get("rangemode") == "tozero")
        told = [(trace, one, one.axes[::-1] if one.lying else one.axes) for trace, one in kept]
        kept = [(trace, replace(one, across=longer[x], upwards=longer[y])) for trace, one, (x, y) in told]
    return kept


def _close(layout: Mapping[str, Any], rows: Sequence[Row]) -> list[Row]:
    """The rows, those along an axis that lines alone share with its ends at theirs: plotly leaves no room there."""
    ends = {}
    for name in {one.axes[0] for _, one in rows}:
        along = [(trace, one) for trace, one in rows if one.axes[0] == name]
        numbers = np.concatenate([one.x[np.isfinite(one.x)] for _, one in along])
        given = _axis(layout, name, "x")
        if given.get("range") is None and all(_line_alone(trace) for trace, _ in along) and np.ptp(numbers) > 0:
            ends[name] = float(numbers.min()), float(numbers.max())
    return [
        (trace, replace(one, across=replace(one.across, low=low, high=high)))
        for trace, one in rows
        for low, high in [ends.get(one.axes[0], (one.across.low, one.across.high))]
    ]


def _line_alone(trace: Mapping[str, Any]) -> bool:
    """Whether a trace has a line over numbers without points or words; of few points plotly draws both."""
    mode = trace.get("mode") or ("lines+markers" if len(trace["x"]) < 20 else "lines")
    numbers = not any(isinstance(value, str) for value in trace["x"])
    return trace.get("type", "scatter") == "scatter" and mode == "lines" and numbers


def _longer(plot: Plot, axis: Axis, way: int, *, from_zero: bool) -> Axis:
    """An axis with the figure's own words, across the screen (0) or upwards (1); with 0 where it holds that."""
    long, reach = (plot.width, plot.height)[way], (plot.reach[way], plot.reach[way + 2])
    before, after = max(-reach[0], 0.0) / long, max(reach[1] - long, 0.0) / long
    if plot.turned[way]:
        before, after = after, before
    low, high = np.log10([axis.low, axis.high]) if axis.log else (axis.low, axis.high)
    ends = [float(low - before * (high - low)), float(high + after * (high - low))]
    first, last = (10**end for end in ends) if axis.log else ends
    return replace(axis, low=min(first, 0.0), high=max(last, 0.0)) if from_zero else replace(axis, low=first, high=last)


def _legend(
    layout: Mapping[str, Any], rows: Sequence[Row], look: Look, broad: float, tall: float, domains: Sequence[Any]
) -> list[Box]:
    """Where the entries of a figure's legend stand, from the lower left corner of one of its plots.

    Args:
        layout: the figure's.
        rows: its series, each beside its trace.
        look: where it is shown.
        broad, tall: pixels of all its plots.
        domains: the parts of them that the plot has, across the screen and upwards.
    """
    given, wide = _legend_of(layout, look), _entries(rows, look)
    left, low = given["x"] * broad - domains[0][0] * broad, given["y"] * tall - domains[1][0] * tall
    size, columns = _legend_size(rows, look, broad), _columns(wide, broad)
    whole = around(left, low, size, (given.get("xanchor", "left"), given.get("yanchor", "bottom")))
    boxes, line = [], LINE * look.size
    for place, own in enumerate(wide):
        row, column = divmod(place, columns)
        start = whole[0] + (sum(wide[:place]) if columns == len(wide) else column * max(wide))
        boxes.append((start, whole[3] - (row + 1) * line, min(start + own, whole[2]), whole[3] - row * line))
    return boxes


def _explained(layout: Mapping[str, Any], rows: Sequence[Row]) -> bool:
    """Whether a figure has a legend; where it does not say so, plotly draws one for two rows or more."""
    given = layout.get("showlegend")
    return bool(given) if given is not None else sum(trace.get("showlegend", True) for trace, _ in rows) > 1


def names(layout: Mapping[str, Any], rows: Sequence[Row], axes: tuple[str, str]) -> set[str]:
    """The names by which a figure tells the series on these axes apart: in its legend, or as notes of their own."""
    notes = {re.sub(r"<[^>]*>", "", str(note.get("text") or "")) for note in layout.get("annotations") or ()}
    explained = _explained(layout, rows)
    return {
        one.name
        for trace, one in rows
        if one.axes == axes and one.name and (one.name in notes or (explained and trace.get("showlegend", True)))
    }


def _legend_of(layout: Mapping[str, Any], look: Look) -> Mapping[str, Any]:
    given: Mapping[str, Any] = template(look)["layout"]["legend"] | (layout.get("legend") or {})
    return given


def _legend_size(rows: Sequence[Row], look: Look, broad: float) -> tuple[float, float]:
    """The width and height of a legend."""
    wide = _entries(rows, look)
    return min(sum(wide), broad), LINE * look.size * max(1.0, np.ceil(len(wide) / _columns(wide, broad)))


def _entries(rows: Sequence[Row], look: Look) -> list[float]:
    """How wide the entries of a legend are."""
    names = [str(trace["name"]) for trace, _ in rows if trace.get("name") and trace.get("showlegend", True)]
    return [ENTRY + look.size * breadth(name) for name in names]


def _columns(wide: Sequence[float], broad: float) -> int:
    """Entries of a legend in a row: all of them, or as many as fit where each is as wide as the widest."""
    return max(1, len(wide) if sum(wide) <= broad else int(broad / max(wide)))


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
        yield from (joined(places) if _has_line(trace) else places for places in _parts(plot, series))
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
