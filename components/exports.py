"""What a visitor takes along of charts that have no table of their own: their data, as they were drawn."""

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

if TYPE_CHECKING:
    import pandas as pd


def frame_of(figures: Mapping[str, go.Figure]) -> "pd.DataFrame":
    """The numbers of several figures as one table, a line for each mark or cell.

    Args:
        figures: name -> figure.

    Returns:
        Columns figure, series, x, y and, for cells, z. Traces without numbers are left out.
    """
    import pandas as pd

    parts = [
        part.assign(figure=name, series=str(trace.get("name") or place))
        for name, fig in figures.items()
        for place, trace in enumerate(fig.to_dict()["data"])
        if len(part := _marks(trace))
    ]
    columns = ["figure", "series", "x", "y", "z"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns[:4])
    return table[[name for name in columns if name in table]]


def _marks(trace: Mapping[str, Any]) -> "pd.DataFrame":
    import pandas as pd

    sides = {side: array_of(trace[side]) for side in "xyz" if trace.get(side) is not None}
    if "z" in sides:
        row, column = np.indices(sides["z"].shape[:2]).reshape(2, -1)
        x, y = sides.get("x", np.arange(column.max() + 1)), sides.get("y", np.arange(row.max() + 1))
        return pd.DataFrame({"x": x[column], "y": y[row], "z": sides["z"].ravel()})
    count = max(map(len, sides.values()), default=0)
    return pd.DataFrame({side: sides.get(side, np.arange(count)) for side in "xy"} if count else {})


def array_of(values: Any) -> np.ndarray:
    """An array as plotly holds it: as it is, or as bytes in base64 beside their type and shape."""
    if not isinstance(values, Mapping):
        return np.asarray(values)
    flat = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    shape = [int(part) for part in str(values.get("shape", len(flat))).split(",")]
    return flat.reshape(shape)


def as_csv(table: "pd.DataFrame") -> bytes:
    """A table as CSV in UTF-8."""
    return table.to_csv(index=False).encode()
