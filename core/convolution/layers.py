"""Layers of a stack, and what each does to the shape: parameters, multiply-adds, receptive field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.convolution.operation import output_size
from core.numbers import whole

Shape = tuple[int, int, int]
"""Channels, rows and columns of a volume."""


@dataclass(frozen=True)
class Conv:
    """A convolution with a bias for each kernel.

    Args:
        channels: kernels, and so channels of the output. kernel: their side. stride, padding, dilation: in pixels.
        groups: parts into which the channels are split.
    """

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    dilation: int = 1


@dataclass(frozen=True)
class Pool:
    """A pooling over windows, channel by channel; without a stride the windows stand side by side."""

    kernel: int
    stride: int | None = None
    padding: int = 0


@dataclass(frozen=True)
class Dense:
    """A dense layer with a bias for each unit; a volume is read as one vector."""

    units: int


Layer = Conv | Pool | Dense


@dataclass(frozen=True)
class LayerShape:
    """A layer of a stack, and what comes out of it.

    Args:
        layer: the layer.
        shape: channels, rows and columns of its output.
        parameters: weights and biases.
        multiply_adds: for one picture, without the biases; those on padding are counted.
        receptive_field: side in pixels of the input that one cell can see, the padding around it included.
        jump: pixels of the input from one cell to the next.
        unread: rows and columns at the end of its padded input that no window reads.
    """

    layer: Layer
    shape: Shape
    parameters: int
    multiply_adds: int
    receptive_field: int
    jump: int
    unread: tuple[int, int] = (0, 0)


def shapes(layers: Sequence[Layer], *, input: Sequence[int]) -> tuple[LayerShape, ...]:
    """The shape after each layer, and what the layer costs.

    A convolution of C_i channels with C_o kernels of side K in g groups has C_o (C_i K² / g + 1) parameters, and
    C_o H W C_i K² / g multiply-adds. A dense layer of n units behind m numbers has n (m + 1) and n m. The receptive
    field grows by d (K - 1) jumps of the layer's input, and the jump by the stride as a factor. A dense layer sees as a
    kernel does that is as large as its input.

    Args:
        layers: from the input on.
        input: channels, rows and columns of the picture.

    Raises:
        ValueError: for an input that is no shape, a number out of its range, groups that do not divide the channels,
            or a kernel that does not fit; the message names the layer.

    Invariant: a stack's shapes are those of its first layers, followed by those of the rest behind their output.
    Source: Dumoulin and Visin 2016; Araujo, Norris and Sim 2019 for the receptive field.
    """
    if not hasattr(input, "__len__") or len(input) != 3:
        raise ValueError(f"input is {input!r}; it must be channels, rows and columns")
    channels, rows, columns = (
        whole(name, side, 1) for name, side in zip(("channels", "rows", "columns"), input, strict=True)
    )
    given: object = layers
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f"layers is {layers!r}; it must be a list of Conv, Pool and Dense")  # noqa: TRY004 - a bad value
    shape, field, jump, found = (channels, rows, columns), 1, 1, []
    for place, layer in enumerate(layers, start=1):
        if not isinstance(layer, Layer):
            raise ValueError(f"layer {place} is {layer!r}; it must be a Conv, a Pool or a Dense")  # noqa: TRY004 - a bad value
        try:
            found.append(_after(layer, shape, field, jump))
        except ValueError as error:
            raise ValueError(f"layer {place}, {described(layer)}: {error}") from error
        shape, field, jump = found[-1].shape, found[-1].receptive_field, found[-1].jump
    return tuple(found)


def _after(layer: Layer, shape: Shape, field: int, jump: int) -> LayerShape:
    match layer:
        case Conv():
            return _conv(layer, shape, field, jump)
        case Pool():
            return _pool(layer, shape, field, jump)
        case Dense():
            units, numbers = whole("units", layer.units, 1), shape[0] * shape[1] * shape[2]
            reach = field + (max(shape[1:]) - 1) * jump
            return LayerShape(layer, (units, 1, 1), units * (numbers + 1), units * numbers, reach, jump)


def _conv(layer: Conv, shape: Shape, field: int, jump: int) -> LayerShape:
    out, groups = whole("channels", layer.channels, 1), whole("groups", layer.groups, 1)
    if shape[0] % groups or out % groups:
        raise ValueError(f"groups is {groups}; it must divide {shape[0]} channels in and {out} out")
    kernel, stride = whole("kernel", layer.kernel, 1), whole("stride", layer.stride, 1)
    padding, dilation = whole("padding", layer.padding, 0), whole("dilation", layer.dilation, 1)
    sides = [output_size(side, kernel, stride=stride, padding=padding, dilation=dilation) for side in shape[1:]]
    weights = out * shape[0] // groups * kernel**2
    extent = dilation * (kernel - 1) + 1
    return LayerShape(
        layer,
        (out, sides[0], sides[1]),
        weights + out,
        weights * sides[0] * sides[1],
        field + (extent - 1) * jump,
        jump * stride,
        _unread(shape, extent, stride, padding),
    )


def _pool(layer: Pool, shape: Shape, field: int, jump: int) -> LayerShape:
    kernel, padding = whole("kernel", layer.kernel, 1), whole("padding", layer.padding, 0)
    stride = kernel if layer.stride is None else whole("stride", layer.stride, 1)
    if 2 * padding > kernel:
        raise ValueError(f"padding is {padding}; pooling takes at most half its kernel, {kernel // 2}")
    sides = [output_size(side, kernel, stride=stride, padding=padding) for side in shape[1:]]
    return LayerShape(
        layer,
        (shape[0], sides[0], sides[1]),
        0,
        0,
        field + (kernel - 1) * jump,
        jump * stride,
        _unread(shape, kernel, stride, padding),
    )


def _unread(shape: Shape, extent: int, stride: int, padding: int) -> tuple[int, int]:
    """Pixels at the end of each padded side behind the last window; gaps between windows do not count."""
    rows, columns = ((side + 2 * padding - extent) % stride for side in shape[1:])
    return rows, columns


def described(layer: Layer) -> str:
    """A layer as `read_stack` takes it."""
    more: dict[str, tuple[int | None, int | None]]
    match layer:
        case Conv():
            more = {"stride": (layer.stride, 1), "padding": (layer.padding, 0), "groups": (layer.groups, 1),
                    "dilation": (layer.dilation, 1)}  # fmt: skip
            words = [f"conv {layer.channels} {layer.kernel}"]
        case Pool():
            more = {"stride": (layer.stride, None), "padding": (layer.padding, 0)}
            words = [f"pool {layer.kernel}"]
        case Dense():
            return f"dense {layer.units}"
    return " ".join([*words, *(f"{name}={value}" for name, (value, usual) in more.items() if value != usual)])
