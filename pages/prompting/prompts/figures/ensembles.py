"""The figure of ensembles: accuracy over the number of prompts."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.figures.heights import room
from components.figures.lines import lines
from components.theme import Look

ABOVE = 160
"""Pixels that the controls and the sentence take of the main figure's room."""

NAMES = {"mean": "mean of log p", "vote": "vote", "validated": "best on half", "worst": "worst"}
"""What each combination is called at its curve."""


def ensembles_figure(curves: Mapping[str, np.ndarray], *, look: Look, title: str) -> go.Figure:
    """Accuracy of each combination over the number of prompts.

    Args:
        curves: combination -> mean over draws, by number of prompts.
        look: paper and type.
        title: the finding.
    """
    roles = {"mean": "query", "vote": "value", "validated": "key", "worst": "mass"}
    fig = lines(
        {NAMES[name]: values for name, values in curves.items()},
        look=look,
        title=title,
        x=np.arange(1, len(curves["mean"]) + 1),
        x_label="prompts in a subset",
        y_label="items right",
        colors={NAMES[name]: look.role(role) for name, role in roles.items()},
        height=room(look, ABOVE),
    )
    return fig.update_layout(xaxis={"dtick": 1}, yaxis={"tickformat": ".0%"})
