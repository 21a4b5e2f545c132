"""What the perceptron is shown: points that a line through 0 parts, the same with some flipped, and XOR."""

from dataclasses import dataclass

import numpy as np

from core.learning import with_margin

PARTED, FLIPPED, XOR = "parted by a line", "three flipped", "XOR"
CLOUDS = (PARTED, FLIPPED, XOR)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Which points: XOR ignores the rest."""

    name: str
    margin: float
    count: int
    seed: int

    @property
    def passes(self) -> int:
        """How often the perceptron goes through them at most: a cycle is seen early."""
        return 1000 if self.name == PARTED else 25

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """The points and their classes; XOR's have a third column of ones, so that its lines need not go through 0."""
        if self.name == XOR:
            x = np.array([[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
            return x, np.array([1.0, -1.0, -1.0, 1.0])
        flipped = min(3, self.count) if self.name == FLIPPED else 0
        drawn = with_margin(self.margin, self.count, seed=self.seed, flipped=flipped)
        return drawn.x, drawn.y
