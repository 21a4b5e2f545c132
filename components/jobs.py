"""Long work on a page: progress, a live curve, cancel, and the result, which outlives reruns and reloads."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.jobs import ClusterUnreachableError, Job, QueueFullError, TooManyJobsError, Work, find, submit

P = TypeVar("P")
R = TypeVar("R")

PULSE = 0.5
"""Seconds between two looks at a running job."""


def job_panel(
    function: Work[P, R],
    params: P,
    *,
    start: str,
    cost: str,
    draw_partial: Callable[[Any], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> R | None:
    """Draws a job where it stands, and returns its result once there is one.

    The job is known by its function and params alone: another visitor, another page or a reloaded browser finds the
    same one. Nothing runs before somebody asks for it.

    Args:
        function: the work, as `core.jobs.submit` takes it; its module should bring torch only when it runs.
        params: a frozen dataclass.
        start: the label of the button that starts it.
        cost: how long it takes and what it needs, in words.
        draw_partial: draws the partial result that the work reports on its way.
        meanwhile: draws what stands there until the work has reported one: the nearest recorded result.
    """
    job = find(function, params)
    if job is not None and job.state == "finished":
        return job.result()
    if job is not None and not job.done:
        _follow(job, draw_partial, meanwhile)
        return None
    if job is not None and job.error is not None:
        st.error(f"It failed: {job.error.message}")
    # Two panels of a page may ask the same function for different things; what they ask for stands on the button.
    key = f"job_{function.__module__}_{getattr(function, '__name__', 'work')}_{start}"
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(start, icon=":material/play_arrow:", type="primary", key=key)
        st.caption("Cancelled. It starts anew." if job is not None and job.state == "cancelled" else cost)
    if pressed:
        try:
            submit(function, params, visitor=visitor())
        except (QueueFullError, TooManyJobsError, ClusterUnreachableError) as error:
            st.warning(str(error))
        else:
            st.rerun()
    if meanwhile is not None:
        meanwhile()
    return None


def _follow(job: Job[Any], draw_partial: Callable[[Any], None] | None, meanwhile: Callable[[], None] | None) -> None:
    """Shows a waiting or running job, again and again, until it has ended."""

    @st.fragment(run_every=PULSE)
    def pulse() -> None:
        if job.done:
            st.rerun(scope="app")
        with st.container(border=True):
            st.progress(job.progress.fraction, text=standing(job))
            if draw_partial is not None and job.progress.partial is not None:
                draw_partial(job.progress.partial)
            if visitor() in job.visitors or not others_of(job):
                st.button("Cancel", on_click=give_up, args=(job,), key=f"cancel_{job.key}")
            else:
                st.caption("Somebody else has asked for it and waits.")
        if meanwhile is not None and job.progress.partial is None:
            meanwhile()

    pulse()


def visitor() -> str:
    """Who looks at the page: the id of the session."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def others_of(job: Job[Any]) -> list[str]:
    """Who else asked for a job and is still here; a browser that was reloaded is another visitor than before."""
    others = [name for name in list(job.visitors) if name != visitor()]
    return [name for name in others if not runtime.exists() or runtime.get_instance().is_active_session(name)]


def give_up(job: Job[Any]) -> None:
    """Takes away this visitor's interest in a job, and that of visitors who have gone. A callback."""
    stay = others_of(job)
    for name in [*job.visitors, visitor()]:
        if name not in stay:
            job.leave(name)


def standing(job: Job[Any]) -> str:
    """Where a job stands, in words: what it waits for, or what it does, since when and for how much longer."""
    if job.state == "waiting":
        place = f"Waiting, place {job.place} in the queue" if job.place else "Starting"
        return " · ".join(part for part in (place, job.progress.message) if part)
    left = f", about {job.remaining:.0f} s left" if job.remaining is not None else ""
    return f"{job.progress.message or 'Running'} · {job.elapsed:.0f} s{left}"
