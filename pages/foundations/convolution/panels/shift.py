"""The panel in which the picture moves or turns, and the map with it or not."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from core.checks import Check
from core.convolution import POOL, Shift, shift_identity, shifted
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.panes import Pane, in_rows, mosaic
from pages.foundations.convolution.main import Shown, setup
from pages.foundations.convolution.panels import turn
from pages.foundations.convolution.results import FARTHEST, Moves, grounded, moves_of

ABOVE = 172
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""


MOVED, TURNED = MOTIONS = ("moved", "turned")


def _is_turned(shown: Shown) -> bool:
    return bool(shown.page.controls.value("motion") == TURNED)


def _run(shown: Shown, stride: int) -> Shift:
    by = min(shown.page.controls.value("by"), len(_moves(shown).by) - 1)
    return shifted(grounded(shown.setting), shown.setting.kernels, by, stride=stride)


def _moves(shown: Shown) -> Moves:
    return moves_of(shown.setting, shown.page.controls.value("coarse"))


def shift_it(shown: Shown) -> None:
    """The picture is moved or turned: its map, what is left over, and the errors."""
    page = shown.page
    places = st.columns([1.2, 2, 1.4])
    with places[0]:
        motion = page.controls.choice("motion", "The picture is", MOTIONS)
    if motion == TURNED:
        turn.turn_it(shown)
        return
    with places[1]:
        page.controls.slider("by", "Pixels to the right", 0, FARTHEST)
    with places[2]:
        coarse = page.controls.choice("coarse", "Stride to compare", [2, 3, 4])
    moves, plain, strided = _moves(shown), _run(shown, 1), _run(shown, coarse)
    left, right = st.columns([3, 2])
    with left:
        _maps(shown, plain, strided)
    with right:
        _curves(shown, moves)
    page.note(_note(shown, moves, plain.by))


def _maps(shown: Shown, plain: Shift, strided: Shift) -> None:
    page, look = shown.page, shown.page.look
    image = grounded(shown.setting)
    moved = np.pad(image, ((0, 0), (0, 0), (plain.by, 0)))[:, :, : image.shape[2]].mean(axis=0)
    top = float(np.abs(plain.before).max()) or 1.0
    title = findings.of_the_shift(plain.by, plain.error, strided.stride, strided.error)
    rows = [
        [
            Pane(moved, "moved picture", "picture"),
            Pane(plain.after[0], "its map", top=top),
            Pane(_over(plain), "what is left", top=top),
        ],
        [
            Pane(strided.before[0], f"map at stride {strided.stride}", top=top),
            Pane(strided.after[0], "of the moved picture", top=top),
            Pane(_over(strided), "what is left", top=top),
        ],
    ]
    fig = mosaic(in_rows(rows), look=look, title=title, height=room(look, ABOVE))
    words = f"The moved picture, its maps, and what the moved map leaves over. {title}."
    page.plot(fig, name="shift", roomy=True, alt=words)


def _over(run: Shift) -> np.ndarray:
    """What is left over inside the border; not-a-number outside, which stays without color."""
    first, last = run.inside
    over = np.full(run.after.shape[1:], np.nan)
    over[:, first:last] = run.differences[0]
    return over


def _curves(shown: Shown, moves: Moves) -> None:
    look = shown.page.look
    series = {
        "stride 1": moves.plain,
        f"stride {moves.stride}": moves.strided,
        "in place": moves.cells,
        "pooled": moves.pools,
    }
    told = {name: values for name, values in series.items() if np.isfinite(values).any()}
    title = findings.of_errors(moves.by, moves.plain, moves.stride, moves.strided)
    if not told:
        st.caption("The map is 0 inside the border, so there is nothing to compare.")
        return
    fig = lines(
        told,
        look=look,
        title=title,
        x_label="pixels moved",
        y_label="error, as a part of the map",
        x=moves.by,
        height=room(look, ABOVE),
    )
    shown.page.plot(
        fig, name="errors", alt=f"Relative errors at both strides, and of the map that stays where it is. {title}."
    )


def _note(shown: Shown, moves: Moves, by: int) -> str:
    plain, strided = findings.agreement(moves.plain[by]), findings.agreement(moves.strided[by])
    changes = findings.of_pooling(moves.cells[by], moves.pools[by])
    ground = " The picture is small, so it moves on a black ground." if moves.edge else ""
    return (
        f"Equivariance, measured inside the border: at stride 1 the map follows {plain}; at stride {moves.stride} "
        f"{strided}. “In place”, where a cell is compared with itself before the move, {changes}. “Pooled” are the "
        f"largest of {POOL} × {POOL} cells.{ground} "
        "Padding, dilation and bias are left aside here."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The map at stride 1 moves along; so does one at a coarser stride, where that divides the distance."""
    if _is_turned(shown):
        return turn.checks(shown)
    setting, run = shown.setting, _run(shown, 1)
    image, coarse = grounded(setting), _run(shown, shown.page.controls.value("coarse"))
    found = [shift_identity(image, setting.kernels, run)]
    return (*found, shift_identity(image, setting.kernels, coarse)) if run.by % coarse.stride == 0 else tuple(found)


def script(shown: Shown) -> str:
    """A script that moves or turns the picture on screen and prints the errors."""
    if _is_turned(shown):
        return turn.script(shown)
    moves = _moves(shown)
    by = min(shown.page.controls.value("by"), len(moves.by) - 1)
    half = (grounded(shown.setting).shape[1] - shown.setting.image.shape[1]) // 2
    return f"""{setup(shown.setting)}
picture = np.pad(picture, ((0, 0), ({half}, {half}), ({half}, {half})))
for stride in (1, {moves.stride}):
    print("stride", stride, "error", conv.shifted(picture, kernel, {by}, stride=stride).error)
"""
