"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.tuning import WAYS, recorded_theory
from pages.adaptation.fine_tuning.figures.theory import ROLES


def draw(look: Look) -> Drawing:
    """The errors of probe, full tuning and LP-FT over the error of the features, on a logarithmic axis."""
    grid = recorded_theory()
    last = len(grid.steps) - 1
    return Drawing(
        "Three curves of error: full tuning far above, the probe and LP-FT rising from near 0.",
        tuple(
            Line(
                np.column_stack([grid.feature_errors[1:],
                                 np.log10(grid.errors(way, shifted=True, mark=last)[1:].astype(float).mean(axis=1))]),
                look.role(ROLES[way]),
            )
            for way in WAYS
        ),
    )  # fmt: skip
