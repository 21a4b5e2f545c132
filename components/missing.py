"""Recorded files that are missing or damaged: a plain word in place of what needs them, and the rest of the page."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.assets import AssetError


@contextmanager
def missing_files_explained() -> Iterator[None]:
    """Where a recorded file that comes with the code is missing or damaged, says so and how to make it again."""
    try:
        yield
    except AssetError as error:
        st.error(str(error))
