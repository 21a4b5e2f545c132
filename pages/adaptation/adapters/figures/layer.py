"""The matrices of a layer of SmolLM2 as rectangles, and what a method puts in, in the same scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import MODULES, PLACES, Shape

GAP = 190
"""Between two matrices, in numbers."""

SHAPE = Shape()
D, WIDE = SHAPE.hidden_size, SHAPE.intermediate_size
KEPT = SHAPE.num_key_value_heads * SHAPE.head_dim
SIDES = dict(zip(MODULES, ((D, D), (D, KEPT), (D, KEPT), (D, D), (D, WIDE), (D, WIDE), (WIDE, D)), strict=True))
"""Inputs and outputs of each matrix: its width and its height in the drawing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of numbers: width times height of them.

    Args:
        name: what it is.
        left, bottom, width, height: in numbers.
        trained: whether the method trains it.
        more: numbers that belong to it and have no place in the rectangle.
    """

    name: str
    left: float
    bottom: float
    width: int
    height: int
    trained: bool
    more: int = 0

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return self.width * self.height + self.more


def placed(method: str, size: int, chosen: Sequence[str] = PLACES["q v"]) -> list[Part]:
    """The matrices of a layer from left to right, and what a method puts in; a prompt stands in front of them.

    Args:
        method: "lora", "adapter", "ia3", "prefix" or "prompt".
        size: rank, width or tokens.
        chosen: of "lora": the matrices beside which it stands.
    """
    left, found = (0.0 if method != "prompt" else D + GAP), list[Part]()
    if method == "prompt":
        found.append(Part("input vectors", 0, 0, D, size, trained=True))
    for name, (inputs, outputs) in SIDES.items():
        matrix = Part(name, left, 0, inputs, outputs, trained=False)
        found += [matrix, *_beside(method, size, matrix, chosen)]
        left = max(part.left + part.width for part in found) + GAP
    return found


def _beside(method: str, size: int, matrix: Part, chosen: Sequence[str]) -> Iterator[Part]:
    """What a method puts to a matrix."""
    name, right, above = matrix.name, matrix.left + matrix.width, matrix.height + GAP / 3
    if method == "lora" and name in chosen:
        yield Part(f"A of {name}", matrix.left, -GAP / 3 - size, matrix.width, size, trained=True)
        yield Part(f"B of {name}", right + GAP / 6, 0, size, matrix.height, trained=True)
    if method == "adapter" and name in ("o_proj", "down_proj"):
        yield Part(f"D behind {name}", matrix.left, above, D, size, trained=True, more=size)
        yield Part(f"U behind {name}", matrix.left, above + size + GAP / 6, D, size, trained=True, more=D)
    if method == "ia3" and name in ("k_proj", "v_proj"):
        yield Part(f"factors behind {name}", right + GAP / 6, 0, 1, matrix.height, trained=True)
    if method == "ia3" and name == "down_proj":
        yield Part(f"factors before {name}", matrix.left, -GAP / 6, matrix.width, 1, trained=True)
    if method == "prefix" and name in ("k_proj", "v_proj"):
        what = "keys" if name == "k_proj" else "values"
        yield Part(what, matrix.left, above, KEPT, size, trained=True)


def layer(parts: Sequence[Part], *, look: Look, title: str, height: int) -> go.Figure:
    """The parts as rectangles with equal axes; what is trained in color, at least as wide as a line."""
    shapes = [
        {"type": "rect", "x0": part.left, "x1": part.left + part.width, "y0": part.bottom,
         "y1": part.bottom + part.height, "fillcolor": look.role("key" if part.trained else "mass"),
         "line": {"width": 1.5 if part.trained else 0, "color": look.role("key")},
         "opacity": 1.0 if part.trained else 0.4}
        for part in parts
    ]  # fmt: skip
    names = [
        {"x": part.left + part.width / 2, "y": part.height / 2, "text": part.name.removesuffix("_proj"),
         "showarrow": False, "font": {"color": look.ink}}
        for part in parts if not part.trained
    ]  # fmt: skip
    hover = go.Scatter(
        x=[part.left + part.width / 2 for part in parts],
        y=[part.bottom + part.height / 2 for part in parts],
        mode="markers",
        marker={"size": 14, "opacity": 0},
        text=[f"{part.name}: {part.width} × {part.height}, {part.numbers:,} numbers" for part in parts],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    if parts[0].trained:
        names.append({"x": D / 2, "y": parts[0].height + 30, "yanchor": "bottom", "text": "once, in front",
                      "showarrow": False, "font": {"color": look.word(look.role("key"))}})  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[hover],
        shapes=shapes,
        annotations=names,
        xaxis={"title": {"text": "inputs of a matrix, one number a unit"}, "showgrid": False, "zeroline": False,
               "constrain": "domain"},
        yaxis={"title": {"text": "outputs"}, "showgrid": False, "zeroline": False, "scaleanchor": "x",
               "constrain": "domain"},
    )  # fmt: skip
