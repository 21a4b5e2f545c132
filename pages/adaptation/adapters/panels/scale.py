"""What each method puts into a layer of SmolLM2, drawn to scale, with its count."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import Shape, trainable_parameters
from pages.adaptation.adapters.figures.layer import layer, placed
from pages.adaptation.adapters.topic import ADAPTERS, IA3, LORA, METHODS
from pages.adaptation.adapters.words import SITS, scale_title

ABOVE = 175
SIZES = {LORA: "Rank r", ADAPTERS: "Width m"}
OPTION = {"lora": "rank", "adapter": "width", "prefix": "tokens", "prompt": "tokens"}


def draw(page: Page) -> None:
    """The matrices of a layer, and what is trained beside them."""
    first, second = st.columns([2.4, 2], vertical_alignment="bottom")
    with first:
        name = page.controls.choice("method", "Method", list(METHODS))
    if name != IA3:
        with second:
            page.controls.slider("size", SIZES.get(name, "Tokens"), 1, 64)
    size = int(page.controls.value("size"))
    numbers, whole = count(name, size), trainable_parameters(Shape(), "full")
    words = scale_title(name, size, numbers, whole)
    fig = layer(METHODS[name], size, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="layer", alt=f"The matrices of a layer to scale, and what {name} trains beside them. {words}.",
              roomy=True)  # fmt: skip
    page.note(SITS[METHODS[name]])


def count(name: str, size: int) -> int:
    """The numbers that a method trains, without a head."""
    method = METHODS[name]
    options = {OPTION[method]: size} if method in OPTION else {}
    return trainable_parameters(Shape(), method, **options)


def checks(page: Page) -> tuple[Check, ...]:
    """What is drawn is what is counted."""
    name, size = page.controls.value("method"), int(page.controls.value("size"))
    drawn = sum(part.numbers for part in placed(METHODS[name], size) if part.trained)
    layers = 1 if METHODS[name] == "prompt" else Shape().num_hidden_layers
    apart = abs(layers * drawn - count(name, size))
    matrices = sum(part.numbers for part in placed(METHODS[name], size) if not part.trained)
    frozen = trainable_parameters(Shape(), "last", layers=1) - 3 * Shape().hidden_size
    return (
        Check("Numbers drawn in accent, over all layers: those counted", float(apart), 0.0, "exact"),
        Check("Numbers drawn in grey: a layer without its norms", float(abs(matrices - frozen)), 0.0, "exact"),
    )


def script(page: Page) -> str:
    """A script that counts the same."""
    name, size = page.controls.value("method"), int(page.controls.value("size"))
    method = METHODS[name]
    options = f", {OPTION[method]}={size}" if method in OPTION else ""
    return f"""from core.tuning import Shape, trainable_parameters

print("{method}", trainable_parameters(Shape(), "{method}"{options}), "of", trainable_parameters(Shape(), "full"))
"""
