"""Networks that made history, as stacks of layers, and the small one that this project trains."""

from dataclasses import dataclass

from core.convolution.layers import Conv, Dense, Layer, Pool, Shape

ALEXNET: tuple[Layer, ...] = (
    Conv(96, 11, stride=4),
    Pool(3, 2),
    Conv(256, 5, padding=2, groups=2),
    Pool(3, 2),
    Conv(384, 3, padding=1),
    Conv(384, 3, padding=1, groups=2),
    Conv(256, 3, padding=1, groups=2),
    Pool(3, 2),
    Dense(4096),
    Dense(4096),
    Dense(1000),
)
"""AlexNet as it was trained on two graphics cards: 60,965,224 parameters on pictures of 227 x 227.

Source: Krizhevsky, Sutskever and Hinton 2012, section 3.5; its 224 gives no whole number of windows without padding."""

TORCHVISION_ALEXNET: tuple[Layer, ...] = (
    Conv(64, 11, stride=4, padding=2),
    Pool(3, 2),
    Conv(192, 5, padding=2),
    Pool(3, 2),
    Conv(384, 3, padding=1),
    Conv(256, 3, padding=1),
    Conv(256, 3, padding=1),
    Pool(3, 2),
    Dense(4096),
    Dense(4096),
    Dense(1000),
)
"""The net that torchvision calls AlexNet: other widths, no groups, padding 2, 61,100,840 parameters.

Source: Krizhevsky 2014, “One weird trick”, as in `torchvision.models.alexnet`."""

LENET: tuple[Layer, ...] = (
    Conv(6, 5),
    Pool(2),
    Conv(16, 5),
    Pool(2),
    Conv(120, 5),
    Dense(84),
    Dense(10),
)
"""LeNet-5 with every map of its second convolution joined to every map before, and pooling without weights: 61,706.

The original joins a part of them (1,516 parameters there instead of 2,416), has two weights in each pooled map, and
ends in radial basis functions. Source: LeCun et al. 1998, section II."""


def _block(channels: int, convolutions: int) -> tuple[Layer, ...]:
    return (*[Conv(channels, 3, padding=1)] * convolutions, Pool(2))


VGG16: tuple[Layer, ...] = (
    *_block(64, 2),
    *_block(128, 2),
    *_block(256, 3),
    *_block(512, 3),
    *_block(512, 3),
    Dense(4096),
    Dense(4096),
    Dense(1000),
)
"""VGG-16: kernels of side 3 throughout, 138,357,544 parameters.

Source: Simonyan and Zisserman 2015, configuration D."""

DIGITS_NET: tuple[Layer, ...] = (Conv(8, 3, padding=1), Pool(2), Conv(16, 3, padding=1), Pool(2), Dense(64), Dense(10))
"""The network that this project trains on digits of 8 x 8 pixels.

A ReLU follows each layer with weights but the last."""


@dataclass(frozen=True)
class Network:
    """A stack with the shape of the picture that it was made for."""

    layers: tuple[Layer, ...]
    input: Shape


NETWORKS: dict[str, Network] = {
    "AlexNet, two groups": Network(ALEXNET, (3, 227, 227)),
    "AlexNet of torchvision": Network(TORCHVISION_ALEXNET, (3, 224, 224)),
    "LeNet-5, full C3": Network(LENET, (1, 32, 32)),
    "VGG-16": Network(VGG16, (3, 224, 224)),
    "the digits net": Network(DIGITS_NET, (1, 8, 8)),
}
"""Name -> network, each name with its variant."""
