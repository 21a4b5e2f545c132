"""Models on a page: one is loaded when it is first needed, with progress, a way out, and a plain word on failure."""

import streamlit as st

from core.models import (
    CATALOGUE,
    ModelUnavailableError,
    is_loaded,
    is_ready,
    load_causal_lm,
    load_encoder,
)


def ensure_loaded(name: str) -> bool:
    """Loads a model unless the process has it; draws what happens. Returns whether the model is there."""
    if is_loaded(name):
        return True
    cancelled = f"loading_{name}_cancelled"
    if st.session_state.get(cancelled):
        st.info(f"Loading of {CATALOGUE[name].title} was cancelled.")
        return bool(st.button("Load it now", on_click=st.session_state.pop, args=(cancelled,)))
    place = st.empty()
    with place.container(border=True):
        bar = st.progress(0.0, text=_announcement(name))
        st.button("Cancel", on_click=st.session_state.__setitem__, args=(cancelled, True))
        try:
            load = load_encoder if CATALOGUE[name].kind == "encoder" else load_causal_lm
            load(name, on_progress=lambda part, message: bar.progress(min(max(part, 0.0), 1.0), text=message))
        except ModelUnavailableError as error:
            bar.empty()
            st.error(str(error))
            return False
    place.empty()
    return True


def _announcement(name: str) -> str:
    spec = CATALOGUE[name]
    if is_ready(name):
        return f"Loading {spec.title}"
    return f"Fetching {spec.title}, {spec.size_mb:.0f} MB, once"
