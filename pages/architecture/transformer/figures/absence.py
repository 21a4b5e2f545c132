"""What is lost when a part is missing, layer by layer."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.theme import Look


def absence_figure(
    series: Mapping[str, np.ndarray], whole: float, *, chosen: int | None, look: Look, title: str
) -> go.Figure:
    """Perplexity without a part, against its layer; the untouched model is a dotted line.

    Args:
        series: name -> mean loss in nats by layer, one or more.
        whole: the untouched model's.
        chosen: the layer that is read below; None for none.
        look: paper and type.
        title: the finding.
    """
    fig = lines(
        {name: np.exp(loss) for name, loss in series.items()},
        look=look,
        title=title,
        x_label="layer",
        y_label="perplexity of the text",
        log_y=True,
        height=360,
    )
    marks = {"line": {"color": look.ink, "dash": "dot", "width": 1.5}, "type": "line"}
    shapes = [{**marks, "x0": 0, "x1": 1, "xref": "paper", "y0": np.exp(whole), "y1": np.exp(whole)}]
    if chosen is not None:
        shapes.append({**marks, "x0": chosen, "x1": chosen, "y0": 0, "y1": 1, "yref": "paper"})
    return fig.update_layout(shapes=shapes).update_yaxes(separatethousands=True)
