"""Operations of each way to adapt a model, against the number of questions that follow."""

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure
from core.prompting import WAYS, Way

QUESTIONS = np.logspace(0, 6, 61)


def costs_figure(found: dict[str, Way], *, look: Look, title: str, height: int) -> go.Figure:
    """What each way has cost beyond the bare questions, both axes in powers of ten; zero-shot costs nothing more."""
    traces = [
        go.Scatter(
            x=QUESTIONS,
            y=found[name].before + QUESTIONS * found[name].each,
            mode="lines",
            name=name,
            line={"color": CATEGORIES[place], "width": 3 if name == WAYS[1] else 2},
            hovertemplate=f"%{{x:,.0f}} questions: %{{y:.1e}}<extra>{name}</extra>",
        )
        for place, name in enumerate(WAYS[1:])
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        margin={"t": 76, "r": 12},
        xaxis={"title": {"text": "questions after adapting"}, "type": "log", "dtick": 1, "showgrid": False},
        yaxis={
            "title": {"text": "operations beyond the bare questions"},
            "type": "log",
            "dtick": 1,
            "exponentformat": "power",
        },
    )
