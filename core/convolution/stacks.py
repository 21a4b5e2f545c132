"""A stack of layers as a visitor writes it, one layer a line or between commas."""

from collections.abc import Sequence

from core.convolution.layers import Conv, Dense, Layer, Pool, Shape, described

MOST_LAYERS = 40
LARGEST = 10_000
"""The largest number in a stack, and the longest side of its picture."""

OPTIONS = {"conv": ("stride", "padding", "groups", "dilation"), "pool": ("stride", "padding"), "dense": ()}
NUMBERS = {"conv": 2, "pool": 1, "dense": 1}
FORMS = "conv CHANNELS KERNEL, pool KERNEL or dense UNITS, then options such as stride=2 padding=1 groups=2"


def read_stack(written: str) -> tuple[Layer, ...]:
    """The layers of a text such as “conv 96 11 stride=4, pool 3 stride=2, dense 10”.

    Raises:
        ValueError: for a line that names no layer, a number out of 0 to 10,000, or more than 40 layers; the message
            holds the line.

    Invariant: `read_stack(written_stack(layers))` is `layers`.
    """
    lines = [line.strip() for line in written.replace("\n", ",").split(",") if line.strip()]
    if not 1 <= len(lines) <= MOST_LAYERS:
        raise ValueError(f"the stack has {len(lines)} layers; it must have 1 to {MOST_LAYERS}")
    return tuple(_layer(line) for line in lines)


def written_stack(layers: Sequence[Layer]) -> str:
    """A stack as `read_stack` takes it."""
    return ", ".join(described(layer) for layer in layers)


def _layer(line: str) -> Layer:
    kind, *words = line.lower().split()
    if kind not in NUMBERS:
        raise ValueError(f"{line[:40]!r} is no layer; write {FORMS}")
    plain, named = [word for word in words if "=" not in word], [word.split("=", 1) for word in words if "=" in word]
    numbers = [_number(word, line) for word in plain]
    options = {name: _number(value, line) for name, value in named}
    strange = set(options) - set(OPTIONS[kind])
    if len(numbers) != NUMBERS[kind] or strange or len(options) < len(named):
        raise ValueError(f"{line[:40]!r} is no {kind} layer; write {FORMS}")
    match kind:
        case "conv":
            return Conv(*numbers, **options)
        case "pool":
            return Pool(*numbers, **options)
        case _:
            return Dense(*numbers)


def _number(word: str, line: str) -> int:
    if not word.isascii() or not word.isdigit() or len(word) > 5 or int(word) > LARGEST:
        raise ValueError(f"{word[:20]!r} in {line[:40]!r} must be a whole number, 0 to {LARGEST:,}")
    return int(word)


def read_shape(written: str) -> Shape:
    """Channels, rows and columns as they are written: “3 227 227”, or “3 x 227 x 227”.

    Raises:
        ValueError: for anything but three whole numbers of 1 to 10,000.
    """
    words = written.lower().replace("x", " ").replace("×", " ").replace(",", " ").split()
    if len(words) != 3 or not all(word.isascii() and word.isdigit() and len(word) <= 5 for word in words):
        raise ValueError(f"{written[:40]!r} must be three whole numbers: channels, rows and columns, such as 3 227 227")
    channels, rows, columns = map(int, words)
    if not all(1 <= side <= LARGEST for side in (channels, rows, columns)):
        raise ValueError(f"channels, rows and columns are {written[:40]!r}; each must be 1 to {LARGEST:,}")
    return channels, rows, columns
