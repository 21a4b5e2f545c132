"""Models on a page: one is loaded when it is first needed, with progress, a way out, and a plain word on failure."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.assets import AssetError
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
    return loading(name, lookup(name).title, _announcement(name), lambda report: load(name, on_progress=report))


def loading(name: str, title: str, announcement: str, work: Callable[[Progress], object]) -> bool:
    """Does the work of loading a model with a bar and a way out; returns whether it was done.

    What was cancelled or has failed is not tried again before the visitor asks, however often the page runs.

    Args:
        name: the model's, under which the session remembers that it was stopped.
        title: the name people know.
        announcement: what stands on the bar at first.
        work: fetches and loads; it reports on its way, which is where it can be cancelled.
    """
    stopped = f"loading_{name}_stopped"
    if stopped not in st.session_state:
        place = st.empty()
        with place.container(border=True):
            bar = st.progress(0.0, text=announcement)
            cancelled = (st.info, f"Loading of {title} was cancelled.")
            # A page may load two models in one run: each has a button of its own.
            key = f"loading_{name}_cancel"
            st.button("Cancel", on_click=st.session_state.__setitem__, args=(stopped, cancelled), key=key)
            try:
                work(partial(_fill, bar))
            except (ModelUnavailableError, AssetError) as error:
                st.session_state[stopped] = (st.error, str(error))
        place.empty()
    if stopped not in st.session_state:
        return True
    say, message = st.session_state[stopped]
    say(message)
    st.button("Load it now", on_click=st.session_state.pop, args=(stopped,), key=f"loading_{name}_now")
    return False


def _fill(bar: DeltaGenerator, part: float, message: str, so_far: object = None) -> None:
    bar.progress(min(max(part, 0.0), 1.0), text=message)


def _announcement(name: str) -> str:
    spec = lookup(name)
    if is_ready(name):
        return f"Loading {spec.title}"
    return f"Fetching {spec.title}, {spec.size_mb} MB, once" if spec.size_mb else f"Fetching {spec.title}, once"
