"""How the recorded results of learning are made: `python -m core.assets record learning [NAME]`."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from core.assets import keep, versions_of
from core.learning.classifiers import naive_bayes
from core.learning.digits import DIGIT_DRAWS, DIGITS, FLOOR, PER_CLASS, DigitRuns

SEED = 0
TRAINING = 1200

Pixels = Float[np.ndarray, "_ pixel"]
Labels = Int[np.ndarray, "_"]


def digits() -> str:
    """Naive Bayes and logistic regression on digits, over the number of samples."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(labels))
    x, y = pixels[order] / 16.0, labels[order]
    seen, new = (x[:TRAINING], y[:TRAINING]), (x[TRAINING:], y[TRAINING:])
    errors = np.array([[errors_of(seen, new, size, draw) for draw in range(DIGIT_DRAWS)] for size in PER_CLASS])
    density = naive_bayes(*seen, classes=10, floor=FLOOR)
    covariances = [np.cov(seen[0][seen[1] == digit].T, ddof=0) + FLOOR * np.eye(64) for digit in range(10)]
    runs = DigitRuns(
        errors[:, :, 0],
        errors[:, :, 1],
        density.means,
        density.variances,
        np.linalg.cholesky(np.array(covariances)),
    )
    path = keep(
        runs,
        DIGITS,
        recipe="python -m core.assets record learning digits",
        seed=SEED,
        licence="CC-BY-4.0",
        description=f"Errors of naive Bayes and of logistic regression on digits, {DIGIT_DRAWS} draws of each size.",
        versions=versions_of("scikit-learn", "numpy"),
    )
    return f"{DIGITS}: {path.stat().st_size / 1e3:.0f} kB"


def errors_of(seen: tuple[Pixels, Labels], new: tuple[Pixels, Labels], size: int, draw: int) -> tuple[float, float]:
    """Wrong answers on `new`, as shares, after `size` samples of each class: generative, discriminative."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng([SEED, size, draw])
    chosen = np.concatenate([rng.choice(np.flatnonzero(seen[1] == digit), size, replace=False) for digit in range(10)])
    x, y = seen[0][chosen], seen[1][chosen]
    by_density = naive_bayes(x, y, classes=10, floor=FLOOR).predict(new[0])
    by_boundary = LogisticRegression(C=10.0, max_iter=2000).fit(x, y).predict(new[0])
    return float((by_density != new[1]).mean()), float((by_boundary != new[1]).mean())


RECIPES: dict[str, Callable[..., object]] = {"digits": digits}
