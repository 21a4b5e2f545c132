"""The convolution on screen: its figure, its reading, its checks, its export and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.convolution import Cell, convolution_identities, im2col_of
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.window import carries_products, window
from pages.foundations.convolution.findings import number
from pages.foundations.convolution.results import YOUR_KERNEL, YOUR_PICTURE, Setting

if TYPE_CHECKING:
    import pandas as pd

UPLOADER = 76
"""Pixels of the main figure's room that the place for a picture of one's own takes."""

FEW = 9
"""Products that a sentence can list."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a convolution, and the cell of its map that is looked at."""

    page: Page
    setting: Setting

    @cached_property
    def place(self) -> tuple[int, int]:
        """Row and column of the cell; one outside the map stands for the nearest inside."""
        rows, columns = self.setting.map.shape
        value = self.page.controls.value
        return min(max(value("row"), 0), rows - 1), min(max(value("column"), 0), columns - 1)

    @cached_property
    def cell(self) -> Cell:
        """The cell's products."""
        return self.setting.cell(*self.place)


def main_figure(shown: Shown) -> None:
    """Picture, kernel, products and map."""
    setting, page, cells = shown.setting, shown.page, shown.setting.map
    taps = setting.kernels.size
    windows = np.zeros((cells.size, 0))
    if carries_products(cells.size, taps):
        windows = im2col_of(setting.image, setting.kernels, **setting.options).T
    title = findings.of_the_map(setting.image, setting.weights, cells, setting.bias)
    fig = window(
        setting.image.mean(axis=0), cells, shown.cell, shown.place, windows,
        look=page.look, title=title, dilation=setting.dilation,
        height=room(page.look, UPLOADER) if setting.picture == YOUR_PICTURE else None,
    )  # fmt: skip
    page.plot(
        fig,
        name="map",
        alt=f"A picture, a kernel, the products of one cell, and the map. {title}.",
        roomy=True,
        on_click=lambda carried: {"row": int(carried[0]), "column": int(carried[1])},
    )


def reading(shown: Shown) -> str:
    """The live sentence: the products of the cell, their sum with the bias, and the size of the map."""
    cell, (row, column), setting = shown.cell, shown.place, shown.setting
    pairs = list(zip(cell.window.ravel(), cell.kernel.ravel(), strict=True))
    listed = ""
    if len(pairs) <= FEW:
        terms = [f"{number(pixel)}·{_signed(weight)}" for pixel, weight in pairs if weight]
        listed = f" = {' + '.join(terms)}" if terms else ""
    total = number(float(cell.products.sum()))
    bias = f", with the bias {number(cell.bias)} it is <b>{number(cell.value)}</b>" if cell.bias else ""
    rows, columns = setting.map.shape
    return (
        f"Row {row}, column {column} of the map: <b>{total}</b>{listed}{bias}. "
        f"{setting.image.shape[1]} × {setting.image.shape[2]} pixels give {rows} × {columns} cells."
    )


def _signed(weight: float) -> str:
    return f"({number(weight)})" if weight < 0 else number(weight)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The map on two other ways, and the cell added up without rounding."""
    setting = shown.setting
    return convolution_identities(
        setting.image, setting.kernels, setting.map, shown.cell, shown.place, bias=setting.bias, **setting.options
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The map as a table, one line for each cell."""
    import pandas as pd

    row, column = np.indices(shown.setting.map.shape).reshape(2, -1)
    return pd.DataFrame({"row": row, "column": column, "value": shown.setting.map.ravel()})


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.convolution import activity, banded, convolve, im2col, occlusion, output_size, shapes, shifted

    return [convolve, output_size, im2col, banded, shifted, shapes, activity, occlusion]


def setup(setting: Setting) -> str:
    """The lines of a script that make the picture and the kernel on screen."""
    lines = ["import numpy as np", "", "from core import convolution as conv", ""]
    if setting.picture == YOUR_PICTURE:
        lines.append('whole = conv.uploaded_picture(open("mine.png", "rb").read())  # your picture, under this name')
    else:
        lines.append(f"whole = conv.picture({setting.picture!r})")
    lines.append(f"picture = conv.channels_of(whole, {setting.channels!r})")
    if setting.kernel == YOUR_KERNEL:
        lines.append(f"weights = conv.read_kernel({setting.written!r})")
    elif setting.learned is not None:
        lines.append(f"weights = conv.recorded_run().weights[-1].first[{setting.learned}, 0].astype(float)")
    else:
        lines.append(f"weights = conv.named_kernel({setting.kernel!r}, {setting.side})")
    lines.append("kernel = np.repeat(weights[None, None], len(picture), axis=1)")
    return "\n".join(lines)


def script(shown: Shown) -> str:
    """A script that computes the map on screen with `core` alone, and prints the cell that the sentence reads."""
    setting = shown.setting
    options = f"bias={setting.bias!r}, " + ", ".join(f"{name}={value!r}" for name, value in setting.options.items())
    return f"""{setup(setting)}
options = dict({options})
found = conv.convolve(picture, kernel, **options)[0]
row, column = {shown.place}
cell = conv.cell(picture, kernel, row, column, **options)
print("map", found.shape, "cell", f"{{found[row, column]:.6g}}")
for check in conv.convolution_identities(
    picture, kernel, found, cell, (row, column), bias=options.pop("bias"), **options
):
    print(check.name, check.error, check.bound)
"""
