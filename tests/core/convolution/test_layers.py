"""Shapes and counts of stacks against torch's own networks, and stacks as they are written."""

from collections.abc import Sequence
from inspect import unwrap

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import (
    ALEXNET,
    DIGITS_NET,
    LENET,
    NETWORKS,
    TORCHVISION_ALEXNET,
    VGG16,
    Conv,
    Dense,
    Layer,
    Pool,
    described,
    read_shape,
    read_stack,
    shapes,
    written_stack,
)


def counts(layers: Sequence[Layer], picture: tuple[int, int, int]) -> list[int]:
    return [layer.parameters for layer in shapes(layers, input=picture)]


def of_torch(model: torch.nn.Module) -> int:
    return sum(part.numel() for part in model.parameters())


def test_parameters_of_the_named_networks() -> None:
    assert counts(ALEXNET, (3, 227, 227)) == [
        34_944, 0, 307_456, 0, 885_120, 663_936, 442_624, 0, 37_752_832, 16_781_312, 4_097_000
    ]  # fmt: skip
    assert sum(counts(ALEXNET, (3, 227, 227))) == 60_965_224
    ungrouped = [Conv(layer.channels, layer.kernel, layer.stride, layer.padding) if isinstance(layer, Conv) else layer
                 for layer in ALEXNET]  # fmt: skip
    assert sum(counts(ungrouped, (3, 227, 227))) == 62_378_344
    assert sum(counts(LENET, (1, 32, 32))) == 61_706
    with torch.device("meta"):
        assert sum(counts(VGG16, (3, 224, 224))) == of_torch(torchvision.models.vgg16()) == 138_357_544
        assert sum(counts(TORCHVISION_ALEXNET, (3, 224, 224))) == of_torch(torchvision.models.alexnet()) == 61_100_840


def test_shapes_of_alexnet() -> None:
    found = shapes(ALEXNET, input=(3, 227, 227))
    assert [layer.shape[1] for layer in found[:8]] == [55, 27, 27, 13, 13, 13, 13, 6]
    assert [layer.receptive_field for layer in found[:8]] == [11, 19, 51, 67, 99, 131, 163, 195]
    assert all(layer.unread == (0, 0) for layer in found)
    assert shapes(ALEXNET[:1], input=(3, 224, 224))[0].unread == (1, 1)
    assert shapes(ALEXNET[:1], input=(3, 224, 224))[0].shape == (96, 54, 54)


def built(layers: Sequence[Layer], channels: int) -> torch.nn.Sequential:
    parts: list[torch.nn.Module] = []
    for layer in layers:
        match layer:
            case Conv():
                parts.append(torch.nn.Conv2d(channels, layer.channels, layer.kernel, layer.stride, layer.padding,
                                             layer.dilation, layer.groups))  # fmt: skip
                channels = layer.channels
            case Pool():
                parts.append(torch.nn.MaxPool2d(layer.kernel, layer.stride, layer.padding))
            case Dense():
                parts += [torch.nn.Flatten(), torch.nn.LazyLinear(layer.units)]
    return torch.nn.Sequential(*parts)


@st.composite
def stacks(draw: st.DrawFn) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for _ in range(draw(st.integers(1, 4))):
        kernel = draw(st.integers(1, 4))
        if draw(st.booleans()):
            layers.append(
                Pool(kernel, draw(st.one_of(st.none(), st.integers(1, 3))), draw(st.integers(0, kernel // 2)))
            )
        else:
            layers.append(Conv(2 * draw(st.integers(1, 3)), kernel, draw(st.integers(1, 3)), draw(st.integers(0, 2)),
                               draw(st.sampled_from([1, 2])), draw(st.integers(1, 2))))  # fmt: skip
    return (*layers, Dense(draw(st.integers(1, 9)))) if draw(st.booleans()) else tuple(layers)


@given(stacks(), st.integers(6, 24), st.integers(6, 24))
@settings(max_examples=60, deadline=None)
def test_shapes_parameters_and_fields_are_torchs(layers: tuple[Layer, ...], rows: int, columns: int) -> None:
    net = built(layers, 2).double()
    picture = torch.rand(1, 2, rows, columns, dtype=torch.float64)
    try:
        found = shapes(layers, input=(2, rows, columns))
    except ValueError:
        with pytest.raises(RuntimeError):
            net(picture)
        return
    out = net(picture)
    assert tuple(out.shape[1:]) == (found[-1].shape if out.ndim == 4 else found[-1].shape[:1])
    assert sum(layer.parameters for layer in found) == of_torch(net)
    assert written_stack(layers) and read_stack(written_stack(layers)) == layers


def test_the_receptive_field_is_where_the_gradient_is() -> None:
    layers = (Conv(2, 3, stride=2), Pool(2), Conv(2, 3, dilation=2))
    found = shapes(layers, input=(1, 61, 61))[-1]
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 1, 3, 2, bias=False), torch.nn.AvgPool2d(2), torch.nn.Conv2d(1, 1, 3, dilation=2, bias=False)
    )
    for part in net.parameters():
        torch.nn.init.ones_(part)
    picture = torch.zeros(1, 1, 61, 61, requires_grad=True)
    out = net(picture)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    assert picture.grad is not None
    touched = np.flatnonzero(picture.grad[0, 0].numpy().sum(axis=1))
    assert touched[-1] - touched[0] + 1 == found.receptive_field


def test_multiply_adds_are_the_products_of_a_loop() -> None:
    found = shapes(DIGITS_NET, input=(1, 8, 8))
    assert [layer.multiply_adds for layer in found] == [8 * 64 * 9, 0, 16 * 16 * 8 * 9, 0, 64 * 64, 640]
    assert shapes([Conv(4, 3, groups=2)], input=(4, 5, 5))[0].multiply_adds == 9 * 4 * 2 * 9


@pytest.mark.parametrize(
    ("layers", "picture", "words"),
    [
        ([Conv(4, 9)], (1, 8, 8), "layer 1, conv 4 9: a kernel that spans 9"),
        ([Conv(4, 3), Conv(4, 3, stride=0)], (1, 8, 8), "layer 2.*stride is 0"),
        ([Conv(4, 3, groups=3)], (3, 8, 8), "groups is 3"),
        ([Conv(0, 3)], (3, 8, 8), "channels is 0"),
        ([Pool(2, padding=2)], (3, 8, 8), "at most half"),
        ([Pool(2, 0)], (3, 8, 8), "stride is 0"),
        ([Dense(0)], (3, 8, 8), "units is 0"),
        ([Dense(3)], (3, 8), "input is"),
        ([Dense(3)], (3, 0, 8), "rows is 0"),
    ],
)
def test_stacks_that_cannot_be_name_their_layer(layers: list[Layer], picture: tuple[int, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        shapes(layers, input=picture)


def test_what_is_no_layer_and_no_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="layer 2 is 'pool'; it must be a Conv, a Pool or a Dense"):
        unwrap(shapes)([Conv(4, 3), "pool"], input=(1, 8, 8))
    for layers in (None, "conv 4 3", Conv(4, 3)):
        with pytest.raises(ValueError, match="it must be a list of Conv, Pool and Dense"):
            unwrap(shapes)(layers, input=(1, 8, 8))
    with pytest.raises(ValueError, match="input is 8; it must be channels, rows and columns"):
        unwrap(shapes)([Conv(4, 3)], input=8)


def changed(layer: Layer, **values: object) -> Layer:
    """The layer with numbers that its types do not foresee."""
    for name, value in values.items():
        object.__setattr__(layer, name, value)
    return layer


def test_narrow_numbers_of_numpy_count_as_wide_ones_and_fractions_are_refused() -> None:
    plain = shapes([Conv(100, 12, 12, 10), Pool(2, 100)], input=(3, 2000, 2000))
    narrow = shapes(
        [
            changed(Conv(1, 1), **{name: np.int8(value) for name, value in vars(plain[0].layer).items()}),
            changed(Pool(1), kernel=np.int8(2), stride=np.int8(100)),
        ],
        input=[3, 2000, 2000],
    )
    for one, other in zip(narrow, plain, strict=True):
        assert (one.shape, one.parameters, one.multiply_adds) == (other.shape, other.parameters, other.multiply_adds)
        assert (one.receptive_field, one.jump) == (other.receptive_field, other.jump)
    with pytest.raises(ValueError, match=r"layer 1, conv 4 3 padding=1\.5: padding is 1\.5"):
        shapes([changed(Conv(4, 3), padding=1.5)], input=(3, 8, 8))


NO_STACKS = (
    "", "conf 3 3", "conv 3", "conv 3 3 3", "pool 2 groups=2", "dense", "dense 1e9", "conv 3 3 stride=-1",
    "conv 3 3 stride=1 stride=2", "dense ٣", ", ".join(["pool 1"] * 41),
)  # fmt: skip


@pytest.mark.parametrize("text", NO_STACKS)
def test_text_that_is_no_stack_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"stack has|is no|must be"):
        read_stack(text)


@pytest.mark.parametrize("text", ["", "3 8", "0 8 8", "3 8 99999", "a b c", "3 8 8 8", "-1 8 8"])
def test_text_that_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        read_shape(text)


def test_named_networks_are_written_and_read() -> None:
    for network in NETWORKS.values():
        assert read_stack(written_stack(network.layers)) == network.layers
        assert read_stack("\n".join(map(described, network.layers))) == network.layers
    assert read_shape("3 × 227x227") == (3, 227, 227)
