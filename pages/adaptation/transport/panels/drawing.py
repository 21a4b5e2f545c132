"""Points of a visitor's own, set and taken away by clicks on the plane of the main figure."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import numpy as np
import streamlit as st

from components.course import Values
from components.figures.heights import room
from components.page import Page
from components.refusals import NothingYetError
from pages.adaptation.transport import points
from pages.adaptation.transport.figures.board import BOX, CELL, SIDES, Board, make_board
from pages.adaptation.transport.figures.matching import matching
from pages.adaptation.transport.results import YOUR_POINTS, Cloud, Problem

BAR = 46
"""The height of what stands above the plane, in pixels."""


def texts(page: Page) -> None:
    """The own points of both sides as texts: for the keyboard, and to copy.

    A field is a new one for each text: the browser would go on sending what a field in a closed popover held before.
    """
    for side in SIDES:
        name = f"{side}_points"
        text = page.controls.value(name)
        key = f"transport_{name}_{crc32(text.encode())}"
        label = f"{YOUR_POINTS.capitalize()}, {side}: x y / x y"
        st.text_input(label, text, key=key, placeholder="0.4 -1 / 2 0.6", on_change=_typed, args=(page, name, key))


def _typed(page: Page, name: str, key: str) -> None:
    """Takes a typed text over. A callback."""
    page.controls.set({name: st.session_state[key] or ""})


def drawn(problem: Problem) -> dict[str, Cloud]:
    """The sides whose points are set by clicks, by name."""
    clouds = dict(zip(SIDES, (problem.source, problem.target), strict=True))
    return {side: cloud for side, cloud in clouds.items() if cloud.name == YOUR_POINTS}


def require_points(problem: Problem) -> None:
    """Raises NothingYetError as long as a side that is drawn has no point."""
    empty = [side for side, cloud in drawn(problem).items() if not len(cloud.points())]
    if empty:
        raise NothingYetError(
            f"Click the plane to set the first point of the {' and of the '.join(empty)}: transport needs one at least "
            "on each side."
        )


def bar(page: Page, problem: Problem) -> str:
    """Above the plane: whose points a click sets, and a way to begin anew. Returns that side; empty for none."""
    clouds = drawn(problem)
    if not clouds:
        return ""
    with st.container(horizontal=True, vertical_alignment="center"):
        side = next(iter(clouds))
        if len(clouds) == 2:
            side = page.controls.choice(
                "clicks", "A click sets a point of the", SIDES, label_visibility="collapsed", width="content"
            )
        st.button(
            "Clear",
            icon=":material/delete:",
            type="tertiary",
            on_click=page.controls.set,
            args=({f"{name}_points": "" for name in clouds},),
            key="transport_clear_points",
        )
        full = len(clouds[side].points()) == points.MOST
        st.caption(
            f"The {side} has {points.MOST} points, the most that can be set. A click on one takes it away."
            if full
            else f"A click sets a point of the {side}; on an own point it takes it away. As text: More.",
            width="stretch",
        )
    return str(side)


def apart(method: str, source: np.ndarray, target: np.ndarray, *, board: bool) -> float:
    """How far to the right the target is drawn: not at all, but for spaces that share no axes."""
    if method != "gromov":
        return 0.0
    wide = sum(float(np.ptp(points[:, 0])) for points in (source, target) if len(points))
    return max(0.7 * wide, 2 * BOX[0] + 1) if board else 0.7 * wide


def board(problem: Problem, side: str, away: float) -> Board | None:
    """Where a click sets points of a side, and the points that it takes away; None where no side is named.

    Args:
        away: how far to the right the target is drawn.
    """
    if not side:
        return None
    clouds = dict(zip(SIDES, (problem.source, problem.target), strict=True))
    right = {"source": 0.0, "target": away}
    places = {name: _plane(cloud.points()) + np.array([right[name], 0.0]) for name, cloud in clouds.items()}
    own = {name: places[name] for name in drawn(problem)}
    near = places[side] if away else np.concatenate(list(places.values()))
    return make_board(side, own, near, shift=clouds[side].shift, apart=right[side])


def _plane(points: np.ndarray) -> np.ndarray:
    """The first two features; points on a line get a second of 0."""
    return points[:, :2] if points.shape[1] > 1 else np.column_stack([points, np.zeros(len(points))])


def clicked(page: Page, board: Board) -> Callable[[list[Any]], Values]:
    """What a click on the board does to the points, from what the cell or the point carries."""

    def change(carried: list[Any]) -> Values:
        kind, across, upward = (int(part) for part in carried)
        name = f"{board.side if kind == CELL else SIDES[kind]}_points"
        text = page.controls.value(name)
        if kind == CELL:
            return {name: points.added(text, board.point(across, upward))}
        return {name: points.without(text, across)}

    return change


def unsolved(page: Page, problem: Problem) -> None:
    """The plane with the points that are there, where they make no problem that can be solved."""
    side = bar(page, problem)
    if not side:
        return
    source, target = problem.source.points(), problem.target.points()
    away = apart(problem.method, source, target, board=True)
    plane = board(problem, side, away)
    count = " and ".join(f"{len(points)} of the {name}" for name, points in zip(SIDES, (source, target), strict=True))
    fig = matching(
        source,
        target,
        None,
        look=page.look,
        title=f"Points so far: {count}",
        weights=(problem.source.masses(), problem.target.masses()),
        apart=away,
        board=plane,
        height=room(page.look, BAR),
    )
    assert plane is not None
    page.plot(
        fig,
        name="matching",
        roomy=True,
        alt=f"A plane for points of a visitor’s own, so far {count}.",
        on_click=clicked(page, plane),
    )
