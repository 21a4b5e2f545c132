"""Models on a page: one is loaded when it is first needed, with progress, a way out, and a plain word on failure."""

from typing import Any

import streamlit as st

from core.models import (
    ModelUnavailableError,
    is_loaded,
    is_ready,
    lookup,
)
from core.progress import Progress


def load(name: str, *, on_progress: Progress | None = None) -> Any:
    """The process's copy of a model, by the loader of its kind. Torch is imported here and not before."""
    from core.models import load_causal_lm, load_encoder

    return (load_encoder if lookup(name).kind == "encoder" else load_causal_lm)(name, on_progress=on_progress)


def ensure_loaded(name: str) -> bool:
    """Loads a model unless the process has it; draws what happens. Returns whether the model is there."""
    if is_loaded(name):
        return True
    cancelled = f"loading_{name}_cancelled"
    if st.session_state.get(cancelled):
        st.info(f"Loading of {lookup(name).title} was cancelled.")
        return bool(st.button("Load it now", on_click=st.session_state.pop, args=(cancelled,)))
    place = st.empty()
    with place.container(border=True):
        bar = st.progress(0.0, text=_announcement(name))
        st.button("Cancel", on_click=st.session_state.__setitem__, args=(cancelled, True))
        try:
            load(name, on_progress=lambda part, message: bar.progress(min(max(part, 0.0), 1.0), text=message))
        except ModelUnavailableError as error:
            bar.empty()
            st.error(str(error))
            return False
    place.empty()
    return True


def _announcement(name: str) -> str:
    spec = lookup(name)
    if is_ready(name):
        return f"Loading {spec.title}"
    return f"Fetching {spec.title}, {spec.size_mb} MB, once" if spec.size_mb else f"Fetching {spec.title}, once"
