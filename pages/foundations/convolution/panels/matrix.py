"""The panel that shows the map as one multiplication, and what a dense layer between the same ends would cost."""

from typing import Any

import numpy as np

from components.figures.heights import room
from core.checks import Check
from core.convolution import Costs, banded, convolve, im2col_of, matrix_identities
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.panes import Pane, mosaic
from pages.foundations.convolution.main import Shown, setup

ABOVE = 118
"""Pixels of the main figure's room that the way back, the choice and the sentence take."""

SIDE = 8
"""Pixels of the part of a picture whose matrix is drawn, where the kernel leaves it so small."""

FORMS = {"banded": "banded matrix", "columns": "columns of windows"}


def _part(shown: Shown) -> tuple[np.ndarray, int, int]:
    """The part of the first channel that is drawn, and its first row and column."""
    setting, (row, column) = shown.setting, shown.place
    image = setting.image[:1]
    spans = [setting.dilation * (side - 1) + 1 for side in setting.weights.shape]
    sizes = [min(have, max(SIDE, span + 1)) for have, span in zip(image.shape[1:], spans, strict=True)]
    starts = [
        min(max(place * setting.stride - 2, 0), have - size)
        for place, have, size in zip((row, column), image.shape[1:], sizes, strict=True)
    ]
    top, left = starts
    return image[:, top : top + sizes[0], left : left + sizes[1]], top, left


def _options(shown: Shown) -> dict[str, Any]:
    """How the kernel is laid on the part; the matrix holds a kernel that is turned already."""
    return {name: value for name, value in shown.setting.options.items() if name != "flip"}


def _laid(shown: Shown) -> np.ndarray:
    """The kernel of one channel as it is laid on, [1 1 k k]."""
    weights = shown.setting.weights
    return (weights[::-1, ::-1] if shown.setting.flip else weights)[None, None]


def as_a_matrix(shown: Shown) -> None:
    """The matrix on a part of the picture, and the costs on all of it."""
    page = shown.page
    form = page.controls.choice("matrix", "Form", list(FORMS), format_func=FORMS.__getitem__)
    part, top, left = _part(shown)
    panes = _banded_panes(shown, part) if form == "banded" else _column_panes(shown, part)
    costs = _costs(shown)
    title = findings.of_costs(costs)
    fig = mosaic(panes, look=page.look, title=title, height=room(page.look, ABOVE), square=False)
    words = f"The {FORMS[form]} of a part of the picture, and the map that it gives. {title}."
    page.plot(fig, name="matrix", roomy=True, alt=words)
    page.note(_note(shown, costs, part, top, left))


def _banded_panes(shown: Shown, part: np.ndarray) -> list[Pane]:
    laid, options = _laid(shown), _options(shown)
    matrix = banded(laid, part.shape, **options)
    cells = convolve(part, laid, **options).reshape(-1, 1)
    return [
        Pane(
            matrix,
            f"matrix: {matrix.shape[0]} cells × {matrix.shape[1]} pixels",
            labels=("cell", "pixel"),
            box=(0.0, 0.72, 0, 1),
        ),
        Pane(part.reshape(-1, 1), "pixels", "picture", box=(0.78, 0.83, 0, 1)),
        Pane(cells, "= cells", box=(0.9, 0.95, 0, 1), bar="value"),
    ]


def _column_panes(shown: Shown, part: np.ndarray) -> list[Pane]:
    laid, options = _laid(shown), _options(shown)
    columns = im2col_of(part, laid, **options)
    cells = laid.reshape(1, -1) @ columns
    taps = laid.size
    words = f"windows: {taps} weights × {columns.shape[1]} cells"
    return [
        Pane(laid.reshape(1, -1), f"kernel: 1 × {taps}", written=taps <= 9, box=(0.0, 0.3, 0.62, 0.74)),
        Pane(columns, words, "picture", labels=("weight", "cell"), box=(0.36, 1.0, 0.32, 1.0)),
        Pane(cells, f"= cells: 1 × {columns.shape[1]}", box=(0.36, 1.0, 0.0, 0.1), bar="value"),
    ]


def _costs(shown: Shown) -> Costs:
    setting = shown.setting
    return Costs(setting.image.size, setting.map.size, setting.kernels.size)


def _note(shown: Shown, costs: Costs, part: np.ndarray, top: int, left: int) -> str:
    whole = part.shape[1:] == shown.setting.image.shape[1:]
    channel = " of the first channel" if len(shown.setting.image) > 1 else ""
    place = "all" if whole else f"the part of {part.shape[1]} × {part.shape[2]} pixels"
    start = "" if whole else f" from row {top}, column {left} on"
    where = f" Drawn is {place}{channel}{start}." if channel or not whole else ""
    return (
        f"{costs.pixels:,} pixels, {costs.cells:,} cells. Dense: {costs.dense_parameters:,} parameters and "
        f"{costs.dense_multiply_adds:,} multiply-adds. As a convolution: <b>{costs.parameters:,}</b> parameters "
        f"(with one bias) and <b>{costs.multiply_adds:,}</b> multiply-adds, "
        f"{costs.dense_multiply_adds / costs.multiply_adds:,.0f} times fewer.{where}"
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The matrix that is drawn, against the map of the part."""
    part, laid, options = _part(shown)[0], _laid(shown), _options(shown)
    found = convolve(part, laid, **options)[0]
    return matrix_identities(part, laid, found, banded(laid, part.shape, **options))


def script(shown: Shown) -> str:
    """A script that counts the costs on screen, and multiplies the matrix of the whole picture where it is small."""
    setting = shown.setting
    options = f"stride={setting.stride}, padding={setting.padding!r}, dilation={setting.dilation}"
    return f"""{setup(setting)}
if {setting.flip}:
    kernel = kernel[:, :, ::-1, ::-1]
found = conv.convolve(picture, kernel, {options})[0]
costs = conv.Costs(picture.size, found.size, kernel.size)
print("dense", costs.dense_parameters, costs.dense_multiply_adds)
print("kernel", costs.parameters, costs.multiply_adds)
if picture.size * found.size <= conv.MOST_ENTRIES:
    matrix = conv.banded(kernel, picture.shape, {options})
    print("error", np.abs(matrix @ picture.ravel() - found.ravel()).max())
"""
