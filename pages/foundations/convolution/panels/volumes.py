"""The panel on stacks of layers: their volumes, their parameters, their work, their receptive fields."""

from functools import lru_cache

import streamlit as st

from components.figures.heights import room
from components.markdown import literally
from components.page import Page
from components.refusals import told
from core.checks import Check
from core.convolution import (
    NETWORKS,
    Conv,
    Dense,
    Layer,
    LayerShape,
    Pool,
    Shape,
    described,
    read_shape,
    read_stack,
    shapes,
    stack_identities,
)
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.boxes import boxes, edge, kinds

YOUR_STACK = "your own"
ABOVE = 128
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""

Stack = tuple[tuple[Layer, ...], Shape, tuple[LayerShape, ...]]


@lru_cache(maxsize=32)
def _own(written: str, size: str) -> Stack:
    layers, shape = read_stack(written), read_shape(size)
    return layers, shape, shapes(layers, input=shape)


def _stack(page: Page) -> Stack:
    """The stack on screen. Raises ValueError in words for one that cannot be."""
    value = page.controls.value
    network = NETWORKS.get(value("network"))
    if network is None:
        return _own(value("stack"), value("input"))
    return network.layers, network.input, shapes(network.layers, input=network.input)


def volumes(page: Page) -> None:
    """The boxes, the bars, the sentence on the chosen layer, and the table of all of them."""
    _inputs(page)
    try:
        _, picture, found = _stack(page)
    except ValueError as error:
        told(error)
        return
    chosen = min(max(page.controls.value("layer"), 1), len(found))
    before = (picture, *(one.shape for one in found))[chosen - 1]
    if any(found[chosen - 1].unread):
        left, right = st.columns([3, 2])
        with left:
            _boxes(page, picture, found, chosen)
        with right:
            words = findings.of_unread(found[chosen - 1], f"Layer {chosen}").rstrip(".")
            fig = edge(found[chosen - 1], before[1], look=page.look, title=words, height=room(page.look, ABOVE))
            page.plot(fig, name="edge", alt=f"The last windows of a layer, and what lies behind them. {words}.")
    else:
        _boxes(page, picture, found, chosen)
    page.note(_of_layer(picture, found, chosen))
    with st.container(key="roomy_convolution_table"):
        st.markdown(_table(picture, found))


def _boxes(page: Page, picture: Shape, found: tuple[LayerShape, ...], chosen: int) -> None:
    title = findings.of_a_stack(found)
    page.plot(
        boxes(picture, found, chosen, look=page.look, title=title, height=room(page.look, ABOVE)),
        name="volumes",
        alt=f"The volume behind each layer as a box, with its shares of parameters and work. {title}.",
        roomy=True,
        on_click=lambda carried: {"layer": max(int(carried[0]), 1)},
    )


def _inputs(page: Page) -> None:
    own = page.controls.value("network") == YOUR_STACK
    left, middle, *more = st.columns([2, 5, 1.6, 1.2] if own else [2, 5, 1.5], vertical_alignment="bottom")
    with left:
        network = page.controls.select("network", "Stack", [*NETWORKS, YOUR_STACK])
    with middle:
        if own:
            page.controls.text("stack", "conv CHANNELS KERNEL, pool KERNEL, dense UNITS; stride= padding= groups=")
        else:
            st.caption(literally(", ".join(described(layer) for layer in NETWORKS[network].layers)))
    if own:
        with more[0]:
            page.controls.text("input", "Picture: channels, sides")
    with more[-1]:
        _layer(page)


def _layer(page: Page) -> None:
    """The choice of a layer; none where the stack cannot be."""
    try:
        last = len(_stack(page)[2])
    except ValueError:
        return
    if page.controls.value("network") == YOUR_STACK:
        page.controls.number("layer", "Layer", 1, last)
    else:
        page.controls.slider("layer", "Layer", 1, last)


def _of_layer(picture: Shape, found: tuple[LayerShape, ...], chosen: int) -> str:
    """The chosen layer's numbers, with the sums behind them."""
    layer, before = found[chosen - 1], (picture, *(one.shape for one in found))[chosen - 1]
    return (
        f"Layer {chosen}, {kinds(found)[chosen - 1]}: {_sums(layer, before)} One cell sees <b>"
        f"{layer.receptive_field}</b> pixels of a side, outlined on the input{_beyond(layer, picture)}."
    )


def _beyond(layer: LayerShape, picture: Shape) -> str:
    return ", padding included" if layer.receptive_field > max(picture[1:]) else ""


def _sums(layer: LayerShape, before: Shape) -> str:
    channels, rows, columns = before
    match layer.layer:
        case Conv(channels=out, kernel=kernel, stride=stride, padding=padding, groups=groups, dilation=dilation):
            extent = dilation * (kernel - 1) + 1
            exact = (rows + 2 * padding - extent) / stride + 1
            size = f"({rows} + 2·{padding} − {extent}) / {stride} + 1 = {exact:g}"
            floor = "" if exact == layer.shape[1] else f", rounded down to <b>{layer.shape[1]}</b>"
            split = f" / {groups}" if groups > 1 else ""
            return (
                f"{size}{floor}; {out}·({channels}·{kernel}²{split} + 1) = <b>{layer.parameters:,}</b> parameters, "
                f"<b>{layer.multiply_adds:,}</b> multiply-adds."
            )
        case Dense(units=units):
            return (
                f"{units:,}·({channels * rows * columns:,} + 1) = <b>{layer.parameters:,}</b> parameters, "
                f"<b>{layer.multiply_adds:,}</b> multiply-adds."
            )
        case Pool(kernel=side, stride=step, padding=zeros):
            exact = (rows + 2 * zeros - side) / (step or side) + 1
            floor = "" if exact == layer.shape[1] else f", rounded down to <b>{layer.shape[1]}</b>"
            return f"({rows} + 2·{zeros} − {side}) / {step or side} + 1 = {exact:g}{floor}; no parameters."


def _table(picture: Shape, found: tuple[LayerShape, ...]) -> str:
    """All layers as a table in markdown."""
    head = [
        "| layer | | shape | parameters | multiply-adds | receptive field | unread |",
        "|---|---|---|---:|---:|---:|---:|",
        f"| | input | {_shape(picture)} | | | 1 | |",
    ]
    rows = [
        f"| {place} | {literally(described(layer.layer))} | {_shape(layer.shape)} | {layer.parameters:,} | "
        f"{layer.multiply_adds:,} | {layer.receptive_field} | {max(layer.unread) or ''} |"
        for place, layer in enumerate(found, start=1)
    ]
    total = f"| | sum | | {sum(one.parameters for one in found):,} | {sum(one.multiply_adds for one in found):,} | | |"
    return "\n".join([*head, *rows, total])


def _shape(shape: Shape) -> str:
    return " × ".join(f"{side:,}" for side in shape)


def checks(page: Page) -> tuple[Check, ...]:
    """Every layer counted on another way; none where there is no stack."""
    try:
        layers, picture, found = _stack(page)
    except ValueError:
        return ()
    return stack_identities(layers, found, picture)


def script(page: Page) -> str:
    """A script that counts the stack on screen."""
    value = page.controls.value
    own = value("network") not in NETWORKS
    stack = f"conv.read_stack({value('stack')!r})" if own else f"conv.NETWORKS[{value('network')!r}].layers"
    shape = f"conv.read_shape({value('input')!r})" if own else f"conv.NETWORKS[{value('network')!r}].input"
    return f"""from core import convolution as conv

found = conv.shapes({stack}, input={shape})
for layer in found:
    print(conv.described(layer.layer), layer.shape, layer.parameters, layer.multiply_adds, layer.receptive_field)
print("parameters", sum(layer.parameters for layer in found))
print("multiply-adds", sum(layer.multiply_adds for layer in found))
"""
