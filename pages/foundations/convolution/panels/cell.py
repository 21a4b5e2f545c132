"""The panel on one cell: its products, with the kernel as it is and turned by 180 degrees."""

import numpy as np

from core.checks import Check
from core.convolution import Cell, turned_identity
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.panes import Pane, in_rows, mosaic
from pages.foundations.convolution.main import Shown

ROW = 190
"""Pixels for the grids of one channel."""


def _both(shown: Shown) -> tuple[Cell, Cell]:
    """The cell with the kernel as it is written, and turned."""
    return shown.setting.cell(*shown.place, flip=False), shown.setting.cell(*shown.place, flip=True)


def _map_apart(shown: Shown) -> float:
    """The largest difference of any cell between both kernels."""
    return float(np.abs(shown.setting.map - shown.setting.flipped().map).max())


def _scale(plain: Cell) -> float:
    return max(float(np.abs(plain.kernel).sum()), 1e-300)


def one_cell(shown: Shown) -> None:
    """Window, kernel and products for each channel, and the same with the kernel turned."""
    page, (plain, turned) = shown.page, _both(shown)
    title = findings.of_one_cell(plain.value, turned.value, _map_apart(shown), _scale(plain))
    top = float(np.abs(plain.products).max(initial=0)) or 1.0
    rows, names = [], ("", "", "") if len(plain.window) == 1 else ("red: ", "green: ", "blue: ")
    for name, window, kernel, other in zip(names, plain.window, plain.kernel, turned.kernel, strict=False):
        written = max(kernel.shape) <= 5
        rows.append(
            [
                Pane(window, f"{name}window", "picture", written=written),
                Pane(kernel, "kernel", written=written),
                Pane(window * kernel, "products", top=top, written=written),
                Pane(other, "turned kernel", written=written),
                Pane(window * other, "its products", top=top, written=written),
            ]
        )
    fig = mosaic(in_rows(rows), look=page.look, title=title, height=80 + ROW * len(rows))
    page.plot(fig, name="cell", roomy=True, alt=f"The window, the kernel both ways, and their products. {title}.")
    page.note(_note(shown, plain, turned))


def _note(shown: Shown, plain: Cell, turned: Cell) -> str:
    number = findings.number
    row, column = shown.place
    bias = f" Both hold the bias {number(plain.bias)}." if plain.bias else ""
    same = bool(np.array_equal(shown.setting.weights, shown.setting.weights[::-1, ::-1]))
    why = (
        "This kernel looks the same when turned by 180°, so both maps are equal."
        if same
        else f"Over the whole map they differ by up to <b>{number(_map_apart(shown))}</b>."
    )
    return (
        f"Row {row}, column {column}: the {plain.products.size} products sum to <b>{number(plain.value)}</b> as "
        f"cross-correlation, which deep learning calls convolution, and to <b>{number(turned.value)}</b> as the "
        f"convolution of mathematics.{bias} {why}"
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The turned cell on another way, where the kernel steps by single pixels and nothing is padded."""
    setting = shown.setting
    if setting.stride != 1 or setting.dilation != 1 or setting.padding != 0:
        return ()
    found = setting.cell(*shown.place, flip=True).value
    return (turned_identity(setting.image, setting.kernels, found, shown.place, bias=setting.bias),)
