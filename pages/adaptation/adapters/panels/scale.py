"""What each method puts into a layer of SmolLM2, drawn to scale, with its count."""

from typing import Any

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import PLACES, Shape, trainable_parameters
from pages.adaptation.adapters.figures.layer import layer, placed
from pages.adaptation.adapters.topic import ADAPTERS, IA3, LORA, METHODS
from pages.adaptation.adapters.words import scale_title, sits

ABOVE = 175
SIZES = {LORA: "Rank r", ADAPTERS: "Width m"}
OPTION = {"lora": "rank", "adapter": "width", "prefix": "tokens", "prompt": "tokens"}


def draw(page: Page) -> None:
    """The matrices of a layer, and what is trained beside them."""
    first, second, third = st.columns([2.2, 1.5, 1.8], vertical_alignment="bottom")
    with first:
        name = page.controls.choice("method", "Method", list(METHODS))
    if name != IA3:
        with second:
            page.controls.slider("size", SIZES.get(name, "Tokens"), 1, 64)
    if name == LORA:
        with third:
            page.controls.choice("place", "Beside", list(PLACES))
    size, place = int(page.controls.value("size")), str(page.controls.value("place"))
    numbers, whole = count(name, size, place), trainable_parameters(Shape(), "full")
    words = scale_title(name, size, numbers, whole)
    parts = placed(METHODS[name], size, PLACES[place])
    fig = layer(parts, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="layer", alt=f"The matrices of a layer to scale, and what {name} trains beside them. {words}.",
              roomy=True)  # fmt: skip
    page.note(sits(METHODS[name], place))


def count(name: str, size: int, place: str) -> int:
    """The numbers that a method trains, without a head."""
    return trainable_parameters(Shape(), METHODS[name], **options(name, size, place))


def options(name: str, size: int, place: str) -> dict[str, Any]:
    """What a count has to know of a method."""
    method = METHODS[name]
    found: dict[str, Any] = {OPTION[method]: size} if method in OPTION else {}
    return found | ({"modules": PLACES[place]} if name == LORA else {})


def checks(page: Page) -> tuple[Check, ...]:
    """What is drawn is what is counted."""
    name, size, place = (page.controls.value(control) for control in ("method", "size", "place"))
    parts = placed(METHODS[name], int(size), PLACES[place])
    drawn = sum(part.numbers for part in parts if part.trained)
    layers = 1 if METHODS[name] == "prompt" else Shape().num_hidden_layers
    apart = abs(layers * drawn - count(name, int(size), place))
    matrices = sum(part.numbers for part in parts if not part.trained)
    frozen = trainable_parameters(Shape(), "last", layers=1) - 3 * Shape().hidden_size
    return (
        Check("Numbers drawn in accent, over all layers: those counted", float(apart), 0.0, "exact"),
        Check("Numbers drawn in grey: a layer without its norms", float(abs(matrices - frozen)), 0.0, "exact"),
    )


def script(page: Page) -> str:
    """A script that counts the same."""
    name, size, place = (page.controls.value(control) for control in ("method", "size", "place"))
    method, given = METHODS[name], options(name, int(size), place)
    return f"""from core.tuning import Shape, trainable_parameters

print("{method}", trainable_parameters(Shape(), "{method}", **{given!r}), "of", trainable_parameters(Shape(), "full"))
"""
