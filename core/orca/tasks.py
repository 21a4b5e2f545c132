"""Two tasks of another modality than text, as short sequences of patches. No torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.digits import digit_images

SIGNALS = ("sine", "square", "sawtooth", "chirp", "bursts")
LENGTH = 64
"""Samples of one signal."""

PATCHES = 8
"""A digit is read row by row, a signal in eight pieces: eight patches of eight numbers each."""


@dataclass(frozen=True, eq=False)
class TaskData:
    """Patches [sample patch value] and labels [sample], for training and for testing."""

    train_x: Float[np.ndarray, "train patch value"]
    train_y: Int[np.ndarray, "train"]
    test_x: Float[np.ndarray, "test patch value"]
    test_y: Int[np.ndarray, "test"]
    classes: tuple[str, ...]


def task_data(task: str, *, n_train: int, n_test: int, seed: int) -> TaskData:
    """The data of a task, standardized with the mean and spread of its training half.

    Args:
        task: "digits" (scikit-learn's images, 8 rows of 8 pixels) or "signals" (five kinds of waves of random
            frequency, phase and height in noise, 8 pieces of 8 samples).
        n_train, n_test: 50 to 800 samples each.
        seed: of the split, or of the signals.

    Raises:
        ValueError: for another task or a number out of range.

    Invariant: no sample stands in both halves; patches are [8 8].
    """
    if not (50 <= n_train <= 800 and 50 <= n_test <= 800):
        raise ValueError(f"n_train is {n_train}, n_test is {n_test}; both must be 50 to 800")
    rng = np.random.default_rng(seed)
    count = n_train + n_test
    if task == "digits":
        pixels, labels = digit_images()
        picked = rng.permutation(len(pixels))[:count]
        x, y, classes = pixels[picked], labels[picked], tuple("0123456789")
    elif task == "signals":
        x, y = _signals(count, rng)
        classes = SIGNALS
    else:
        raise ValueError(f"task is {task!r}; it must be digits or signals")
    x = (x - x[:n_train].mean()) / x[:n_train].std()
    patches = x.reshape(count, PATCHES, -1).astype(np.float32)
    return TaskData(patches[:n_train], y[:n_train], patches[n_train:], y[n_train:], classes)


def _signals(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Waves of five kinds. Two to five periods, any phase, noise of a third of the height."""
    t = np.arange(LENGTH) / LENGTH
    labels = rng.integers(len(SIGNALS), size=count)
    turns = rng.uniform(2, 5, count)[:, None] * t + rng.random(count)[:, None]
    sweep = turns + 3 * t**2
    waves = np.stack(
        [
            np.sin(2 * np.pi * turns),
            np.sign(np.sin(2 * np.pi * turns)),
            2 * (turns % 1) - 1,
            np.sin(2 * np.pi * sweep),
            np.sin(2 * np.pi * 10 * t) * (turns % 1 < 0.4),
        ]
    )
    chosen = waves[labels, np.arange(count)] * rng.uniform(0.7, 1.3, count)[:, None]
    return chosen + 0.35 * rng.standard_normal(chosen.shape), labels
