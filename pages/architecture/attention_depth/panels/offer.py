"""What a panel shows where its numbers are not recorded and its model is not there."""

import streamlit as st

from components.loading import ensure_loaded
from pages.architecture.attention_depth.topic import TOPIC


def offer_model(model: str, why: str) -> None:
    """Says why the model is needed, and loads it on request."""
    st.info(f"{why} Load the model to open it.")
    if st.button("Load the model", key=f"{TOPIC.key}_load_{model}") and ensure_loaded(model):
        st.rerun()
