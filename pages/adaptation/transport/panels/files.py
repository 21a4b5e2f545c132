"""A visitor's own tables on the transport page: clouds with their masses, labeled datasets, and what is refused."""

from typing import Any

import streamlit as st

from components.markdown import literally
from components.page import Page
from components.refusals import told
from core.transport import MetricError, UnequalFeaturesError, UnequalMassesError
from pages.adaptation.transport.results import table_of
from pages.adaptation.transport.topic import NAMED

NONE = "none: all columns are features"

LIMITS = "at most 1 MB, 1,000 rows and 64 columns"


def upload(label: str, key: str) -> bytes | None:
    """The bytes of a CSV file, which may be empty; None before there is one."""
    st.file_uploader(label, type="csv", key=key, max_upload_size=1)
    return uploaded(key)


def uploaded(key: str) -> bytes | None:
    """The bytes of a file that was given to the upload of this key, which may be empty; None before there is one."""
    file = st.session_state.get(key)
    return None if file is None else bytes(file.getvalue())


def cloud_file(page: Page, side: str, most: int) -> tuple[bytes, str | None] | None:
    """A file with the points of one side, and the column that holds their masses; None before there is one.

    More than `most` rows are more than the method takes, which the visitor is told.

    Raises ValueError where the file cannot be read.
    """
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        content = upload(f"CSV of the {side}: one point a row, numbers only, {LIMITS}", f"transport_file_{side}")
    if content is None:
        return None
    columns = table_of(content, "").columns
    with right:
        chosen = page.controls.select(f"{side}_masses", f"Column of masses, {side}", [NAMED, NONE, *columns])
    column = {NAMED: None, NONE: ""}.get(chosen, chosen)
    table = table_of(content, column)
    masses = f"masses from {literally(table.mass_column)}" if table.mass_column else "equal masses"
    rows = len(table.points)
    thinned = (
        f" {most} of these points, evenly spaced in the file, are used: this method takes long." if rows > most else ""
    )
    features = literally(", ".join(table.columns))
    st.caption(f"{rows} points with the features {features}; {masses}.{thinned}")
    return content, column


def refused(page: Page, error: ValueError) -> None:
    """Says in words why the problem on screen has no answer, with buttons for the ways out."""
    told(error)
    ways: dict[str, dict[str, Any]] = {}
    if isinstance(error, UnequalMassesError):
        ways = {
            "Scale both sides to 1": {"weights": "scaled to 1"},
            "Let masses differ, at a price: unbalanced": {"method": "unbalanced"},
            "Move a part: partial": {"method": "partial"},
        }
    elif isinstance(error, MetricError):
        ways = {"Use the squared Euclidean cost": {"metric": "squared Euclidean"}}
    elif isinstance(error, UnequalFeaturesError):
        ways = {"Compare the shapes: Gromov-Wasserstein": {"method": "Gromov"}}
    offer(page, ways)


def offer(page: Page, ways: dict[str, dict[str, Any]]) -> None:
    """Buttons that set parameters: label -> values."""
    with st.container(horizontal=True):
        for label, values in ways.items():
            st.button(label, on_click=page.controls.set, args=(values,), key=f"{page.controls.page}_offer_{label}")
