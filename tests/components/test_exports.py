"""The numbers of charts as a table."""

import io

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.exports import as_csv, frame_of


def test_every_mark_and_cell_is_a_line() -> None:
    curve = go.Figure(go.Scatter(x=np.array([1.0, 2.0]), y=np.array([3.0, 4.0]), name="curve"))
    cells = go.Figure(go.Heatmap(z=np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), x=["a", "b", "c"]))
    table = frame_of({"one": curve, "two": cells})
    assert table[table.figure == "one"][["series", "x", "y"]].to_numpy().tolist() == [["curve", 1, 3], ["curve", 2, 4]]
    assert table[table.figure == "two"][["x", "y", "z"]].to_numpy().tolist()[4] == ["b", 1, 5.0]
    assert len(table) == 8


def test_without_numbers_there_are_no_lines() -> None:
    assert len(frame_of({})) == 0
    assert len(frame_of({"empty": go.Figure(go.Scatter())})) == 0


def test_the_table_is_read_back() -> None:
    table = pd.DataFrame({"name": ["ä, “b”", "c\nd"], "value": [1.5, np.nan]})
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(as_csv(table))), table)
