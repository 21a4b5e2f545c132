"""The handwritten digits that come with scikit-learn."""

import functools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

SIDE = 8
"""The digits are pictures of 8 x 8 pixels."""


@functools.cache
def digit_images() -> tuple[Float[np.ndarray, "image 64"], Int[np.ndarray, "image"]]:
    """The 1,797 handwritten digits that come with scikit-learn, as pixels in [0, 1], and their labels.

    Its file is read as it lies there: to import the library takes twenty times as long, and pages open on the digits.

    Invariant: read-only, since all visitors of the process share them.
    Source: `sklearn.datasets.load_digits`, the test set of the UCI Optical Recognition of Handwritten Digits.
    """
    library = find_spec("sklearn")
    assert library is not None and library.origin is not None
    table = np.loadtxt(Path(library.origin).parent / "datasets" / "data" / "digits.csv.gz", delimiter=",")
    pixels, labels = table[:, :-1] / 16.0, table[:, -1].astype(int)
    pixels.flags.writeable = labels.flags.writeable = False
    return pixels, labels
