"""A CLIP on the page: loaded when words or pictures ask for it that were not recorded."""

import streamlit as st

from core.assets import AssetError
from core.clip import REAL, clip_loaded, real_ready
from core.models import ModelUnavailableError


def ensure_clip(name: str) -> bool:
    """Loads a CLIP unless the process has it; draws what happens. Returns whether it is there."""
    if clip_loaded(name):
        return True
    place = st.empty()
    with place.container(border=True):
        bar = st.progress(0.0, text=_announcement(name))
        try:
            from core.clip import load_clip

            load_clip(name, on_progress=lambda part, message: bar.progress(min(max(part, 0.0), 1.0), text=message))
        except (ModelUnavailableError, AssetError) as error:
            bar.empty()
            st.error(str(error))
            return False
    place.empty()
    return True


def _announcement(name: str) -> str:
    if name not in REAL:
        return f"Loading {name}, a few seconds the first time"
    return f"Loading {REAL[name].title}" if real_ready(name) else f"Asking the hub for {REAL[name].title}"
