"""Names at the ends of curves."""

from itertools import pairwise

import numpy as np
import pytest

from components.figures.lines import lines
from components.theme import Look


@pytest.mark.parametrize("look", [Look(), Look(presenter=True)], ids=["desk", "projector"])
@pytest.mark.parametrize("height", [220, 240, 295, 360, 510])
def test_names_of_curves_that_meet_keep_a_line_apart_however_low_the_figure(look: Look, height: int) -> None:
    curves = {name: np.array([0.0, end]) for name, end in (("bound", 3.17), ("exact", 3.14), ("other", 3.1))}
    fig = lines(curves, look=look, title="t", x_label="n", y_label="nats", height=height)
    places = sorted(note.y for note in fig.layout.annotations)
    # Below the plot stand ticks and the name of the axis; the title's room above it is the figure's margin.
    plot = fig.layout.height - fig.layout.margin.t - 50
    pixels = plot / (1.1 * 3.17)
    assert all((high - low) * pixels >= look.size for low, high in pairwise(places))
