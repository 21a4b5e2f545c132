"""What stands in the place of a figure until somebody has guessed: the question, and the means to answer it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Literal

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.frame import UNCOVERED
from components.lessons.blank import across_figure, empty_axes, place_at, places, positions
from components.lessons.pad import pad
from components.lessons.playing import Playing
from components.lessons.plotted import plotted, reaches
from components.markdown import literally
from components.theme import Look, untitled
from core.lessons import (
    MAX_POINTS,
    Axis,
    Between,
    Guess,
    Number,
    OneOf,
    Point,
    Series,
    asked_series,
    axis_of,
    number_in,
    points_in,
    said,
    written,
)

STEPS = 101
"""Places of a point on an axis that has no categories."""

BESIDE = 12
"""Lines of the figures' type by which empty axes are lower than a figure where nothing bounds the cover's height."""

ROUNDED = 0.001
"""The part of an axis by which a point may lie beyond its ends: it is written with four digits."""

UNTOLD = 96
"""Pixels of a projector's screen for guess, truth and reading, which a covered figure has not."""


Points = Sequence[tuple[float, float]]


def cover(key: str, play: Playing, drawn: Mapping[str, go.Figure], look: Look) -> None:
    """The question, and what takes the answer.

    Args:
        key: of the page.
        play: the step.
        drawn: the figures that are covered, whose axes a guess may take.
        look: where it is shown.
    """
    step, guess = play.step, play.step.guess
    with st.container(key="cover", height=height_of(look), border=True, vertical_alignment="center"):
        size = f"font-size:{look.title_size + 4}px"
        asked = f'<p class="to_guess" style="{size}">{escape(step.question or "")}</p>'
        first = "Think first" if guess is None else "Guess first"
        st.html(f'<p class="first"><b>{first}</b></p>{asked}')
        try:
            if guess is not None:
                shown = [series for fig in drawn.values() for series in plotted(fig)]
                means(f"{key}_play_{play.name}_{play.place}", play, guess, shown, look)
        except ValueError:
            st.caption("The figure of this step does not show what the question is read from. Look for yourself.")
        words = "Show the figure" if guess is None else "Show it without a guess"
        st.button(
            words,
            type="tertiary",
            icon=":material/visibility:",
            on_click=play.say,
            args=(UNCOVERED,),
            key=f"{key}_uncover",
        )


def means(key: str, play: Playing, guess: Guess, shown: Sequence[Series], look: Look, *, chosen: str = "") -> None:
    """The means to answer.

    Args:
        key: of the widgets.
        play: the step, which takes the answer.
        guess: the question.
        shown: the series of the figures, whose axes a guess may take.
        look: where it is shown.
        chosen: the answer that stands already, where it can be changed.

    Raises:
        ValueError: the figures lack the axes.
    """
    if isinstance(guess, OneOf | Between):
        with st.container(key="options", width="content"):
            for place, option in enumerate(guess.options):
                name = f"{key}_option_{place}"
                kind: Literal["primary", "secondary"] = "primary" if chosen == str(place) else "secondary"
                st.button(
                    literally(option), type=kind, on_click=play.say, args=(str(place),), key=name, width="stretch"
                )
    elif isinstance(guess, Number):
        _number(key, play, guess, chosen)
    else:
        series = asked_series(guess, shown)
        if isinstance(guess, Point):
            _point(key, play, guess, series, shown, look, chosen)
        else:
            _curve(key, play, series, look, chosen)


def _comes_in(place: str, chosen: str) -> bool:
    """Whether the answer that stands goes into its field now: once, so that the field can be changed.

    Args:
        place: of the field in the session.
        chosen: the answer; after a reload it comes later than the field.
    """
    before = st.session_state.get(f"{place}_chosen", "")
    st.session_state[f"{place}_chosen"] = chosen
    return chosen not in ("", before)


def _number(key: str, play: Playing, guess: Number, chosen: str) -> None:
    place = f"{key}_number"
    if _comes_in(place, chosen):
        st.session_state[place] = number_in(chosen)

    def take() -> None:
        number = st.session_state[place]
        if number is None:
            st.toast("Type a number first.")
        else:
            play.say(f"{number:.6g}")

    with st.form(f"{key}_form", border=False, width=420):
        label = f"A number from {guess.low:g} to {guess.high:g}" + (f" ({literally(guess.unit)})" if guess.unit else "")
        step = 1.0 if guess.high - guess.low >= 20 else None
        st.number_input(label, float(guess.low), float(guess.high), None, step=step, format="%g", key=place)
        st.form_submit_button("Guess", type="primary", on_click=take)


def _point(
    key: str, play: Playing, guess: Point, series: Series, shown: Sequence[Series], look: Look, chosen: str
) -> None:
    """A slider along the axis, and a line on the empty axes where it was moved to, by itself or by a click there; where
    it rests first is no guess."""
    axis, place, moved = axis_of(guess, shown), f"{key}_point", f"{key}_point_moved"
    values = offered(series, STEPS) if axis is series.across else positions(axis, STEPS)
    upright, clicked = (axis is series.across) != series.lying, f"{key}_point_clicked"
    heard, at = st.session_state.get(clicked, (0, None))
    if at is not None:
        st.session_state[clicked] = heard, None
        st.session_state[place] = _nearest(values, axis.value(at), axis)
    if _comes_in(place, chosen):
        st.session_state[place] = _nearest(values, number_in(chosen), axis)
    if at is not None or place not in st.session_state:
        st.session_state[moved] = at is not None
    # What was kept is a place among those of another figure where the series has become shorter.
    kept = min(st.session_state.get(place, len(values) // 2), len(values) - 1)
    st.session_state[place] = kept
    guessed = bool(chosen) or st.session_state.get(moved, False)
    line = across_figure(values[kept], upright=upright, look=look)
    _chart(empty_axes(series, look, height=_tall(look), shapes=[line] if guessed else []), f"{key}_axes", look)

    def click(clicks: Sequence[tuple[int, float, float]]) -> None:
        number, *shares = clicks[-1]
        if number > st.session_state.get(clicked, (0, None))[0]:
            st.session_state[clicked] = number, shares[0 if upright else 1]

    pad(f"{key}_axes", [], heard, click)

    def move() -> None:
        st.session_state[moved] = True

    def take() -> None:
        play.say(f"{values[st.session_state[place]]:.6g}")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(
            literally(axis.title) or "Your guess" if guessed else "Click your guess, or move the slider",
            range(len(values)),
            format_func=lambda index: said(values[index], axis),
            key=place,
            on_change=move,
        )
        st.button("Guess", type="primary", disabled=not guessed, on_click=take, key=f"{key}_point_guess")


def _nearest(values: Sequence[float], number: float, axis: Axis) -> int:
    """The place of the value that is nearest to a number along an axis."""
    return min(range(len(values)), key=lambda index: abs(axis.share(values[index]) - axis.share(number)))


def _tall(look: Look) -> int:
    """The height of empty axes, in pixels. In a cover as high as a figure they take what is left instead."""
    return height_of(look) - BESIDE * look.size


def height_of(look: Look) -> int:
    """The height of a cover, in pixels. On a projector it takes the room of what stands around an uncovered figure."""
    return look.hero + (UNTOLD if look.presenter else 0)


def offered(series: Series, count: int) -> list[float]:
    """The places that a slider along the axis of a series offers.

    They are those of the series itself where they are few and reach both ends of the axis. A series that stops within
    it would give its end away, so there they run from end to end; whole numbers where the series has no others.
    """
    axis = series.across
    own = sorted({float(x) for x in series.x if axis.low <= x <= axis.high})
    if len(own) <= count and reaches(own, axis):
        return own
    if axis.categories or not own or any(x != round(x) for x in own):
        return positions(axis, count)
    # Counts begin at 0, also where the figure leaves some room before it.
    low = 0.0 if axis.low <= 0 <= own[0] else axis.low
    shares = np.linspace(axis.share(low), 1, count)
    return sorted({float(at) for at in (round(axis.value(float(share))) for share in shares) if low <= at <= axis.high})


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the session keeps of a curve that is being sketched.

    Args:
        turn: counts the fields in which its points stand, another one after each click: until the browser has heard of
            that, it says the text of the field before.
        heard: the number of the last click in it.
        text: that the field begins with.
    """

    turn: int = 0
    heard: int = 0
    text: str = ""


def _curve(key: str, play: Playing, series: Series, look: Look, chosen: str) -> None:
    """Empty axes that take clicks; the points stand below as text, where they can be typed as well."""
    place, chart = f"{key}_curve", f"{key}_axes"
    if _comes_in(place, chosen):
        typed = written(as_typed(points_in(chosen), series))
        st.session_state[place] = replace(_kept(place), turn=_kept(place).turn + 1, text=typed)
    try:
        points = _points(place, series)
    except ValueError as error:
        points = ()
        st.caption(literally(str(error)))

    def guessed() -> None:
        # What was clicked or typed since this was drawn counts.
        with suppress(ValueError):
            newest = _points(place, series)
            if len(newest) > 1:
                play.say(written(newest))

    _chart(empty_axes(series, look, height=_tall(look), traces=[places(series)]), chart, look)
    shares = [(series.across.share(x), series.upwards.share(y)) for x, y in points]
    kept = _kept(place)
    pad(chart, [share for share in shares if np.isfinite(share).all()], kept.heard, partial(_add, place, series))
    percent = " and ".join(name for name, axis in (("x", series.across), ("y", series.upwards)) if axis.percent)
    label = "Click where the curve runs, or type its points: x y; x y" + (f" ({percent} in %)" if percent else "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(label, kept.text, key=_field(place, kept))
        st.button("Guess", type="primary", disabled=len(points) < 2, on_click=guessed, key=f"{key}_curve_guess")


def _kept(place: str) -> Sketch:
    kept: Sketch = st.session_state.get(place, Sketch())
    return kept


def _field(place: str, kept: Sketch) -> str:
    return f"{place}_{kept.turn}"


def _points(place: str, series: Series) -> Points:
    """The points in a curve's field, on its axes; raises ValueError for another text, and for a point beside them."""
    kept = _kept(place)
    typed = points_in(st.session_state.get(_field(place, kept), kept.text))
    points = as_drawn(typed, series)
    for (x, y), (across, up) in zip(typed, points, strict=True):
        if not all(
            -ROUNDED <= axis.share(at) <= 1 + ROUNDED for axis, at in ((series.across, across), (series.upwards, up))
        ):
            raise ValueError(f"the point {x:.4g} {y:.4g} lies beside the axes")
    return points


def _add(place: str, series: Series, clicks: Sequence[tuple[int, float, float]]) -> None:
    """Adds the points that were clicked since the last time, at shares of the plot, to a curve."""
    kept = _kept(place)
    new = [click for click in clicks if click[0] > kept.heard]
    if not new:
        return
    try:
        points = _points(place, series)
    except ValueError:
        points = ()
    for _, across, up in new:
        points = with_point(points, *place_at(series, across, up))
    st.session_state[place] = Sketch(kept.turn + 1, new[-1][0], written(as_typed(points, series)))


def as_typed(points: Points, series: Series) -> Points:
    """The points of a curve as they are typed: in per cent along an axis of shares that is told so."""
    x, y = (100 if axis.percent else 1 for axis in (series.across, series.upwards))
    return [(x * across, y * up) for across, up in points]


def as_drawn(points: Points, series: Series) -> Points:
    """The points of a curve on its axes, from those that were typed."""
    x, y = (100 if axis.percent else 1 for axis in (series.across, series.upwards))
    return [(across / x, up / y) for across, up in points]


def with_point(points: Points, x: float, y: float) -> tuple[tuple[float, float], ...]:
    """A curve with one more point; one that is clicked again goes, and of those over one x the last stays."""
    point = points_in(f"{x:.4g} {y:.4g}")[0]
    others = tuple(other for other in points if other[0] != point[0])
    if point in points or len(others) >= MAX_POINTS:
        return others
    return tuple(sorted((*others, point)))


def _chart(fig: go.Figure, key: str, look: Look) -> None:
    _, drawn = untitled(fig, look)
    alt = "Empty axes on which the guess is made; the figure is shown afterwards."
    st.plotly_chart(drawn, theme=None, height="stretch", key=key, alt=alt, config={"displayModeBar": False})
