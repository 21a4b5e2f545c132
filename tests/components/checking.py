"""Figures as plotly checks them, for tests of those that are sent without being checked again."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go


def checked(fig: go.Figure) -> go.Figure:
    """The same figure, with each of its properties checked by plotly."""
    return go.Figure(decoded(fig.to_dict()))


def decoded(part: Any) -> Any:
    """A part of a figure with its arrays, which plotly packs as bytes in base 64."""
    if isinstance(part, dict) and "bdata" in part:
        shape = [int(side) for side in str(part.get("shape", "-1")).split(",")]
        return np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"]).reshape(shape)
    if isinstance(part, dict):
        return {name: decoded(value) for name, value in part.items()}
    return [decoded(value) for value in part] if isinstance(part, list | tuple) else part
