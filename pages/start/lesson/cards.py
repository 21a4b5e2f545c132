"""The steps as cards: each says what it shows, and can be opened, moved, edited, copied and taken out."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from components.course import FIGURE, PANEL, Declared, declared_by, topics_by_key
from components.elsewhere import open_at
from components.frame import look
from components.lessons.fields import fields
from components.lessons.guessed import means_of
from components.lessons.own import change, own, refused
from components.refusals import told
from components.thumbnails import picture_of
from core.lessons import Lesson, Step, View, inserted, moved, removed, replaced

EDITED = "_lesson_edited"
"""Where the session keeps the place of the step that is edited."""


def cards() -> None:
    """All steps of the visitor's lesson, the first on top."""
    lesson, here = own(), edited()
    for place, step in enumerate(lesson.steps):
        with st.container(key=f"lesson_step_{place}", border=True):
            if here == place:
                _form(place, step)
            else:
                _words(place, step)
                # A button elsewhere would close the form, and what was typed would be lost.
                _buttons(lesson, place, step, resting=here is not None)


def edited() -> int | None:
    """The place of the step that is edited."""
    place: int | None = st.session_state.get(EDITED)
    return place if place in range(len(own().steps)) else None


def edit_none() -> None:
    """Closes the form: another lesson has come, or the step is as it should be."""
    st.session_state.pop(EDITED, None)


def _words(place: int, step: Step) -> None:
    page = _page_of(step.view)
    picture = picture_of(page.topic, dark=look().dark)
    shown = f'<img src="{picture.address}" alt="" width="320" height="128">' if picture else "<span></span>"
    panel = step.view.values.get(PANEL, page.defaults.get(PANEL, FIGURE))
    where = page.topic.title if panel == FIGURE else f"{page.topic.title} · {panel}"
    title = f"<h2>{place + 1}. {escape(step.title)} <small>{escape(where)}</small></h2>"
    asked = f"<p>{escape(step.question)}</p>" if step.question else ""
    means = f'<p class="means">{escape(means_of(step.guess))}</p>' if step.guess else ""
    note = f'<p class="note">{escape(step.note)}</p>' if step.note else ""
    st.html(f'<div class="step">{shown}<div>{title}{asked}{means}{note}</div></div>')


def _buttons(lesson: Lesson, place: int, step: Step, *, resting: bool) -> None:
    last = len(lesson.steps) - 1
    with st.container(horizontal=True, gap="xxsmall"):
        if st.button(
            "Open", type="tertiary", icon=":material/open_in_new:", disabled=resting, key=f"lesson_open_{place}"
        ):
            _open(step.view)
        _edit("Up", "arrow_upward", place, partial(moved, lesson, place, place - 1), disabled=resting or place == 0)
        _edit(
            "Down", "arrow_downward", place, partial(moved, lesson, place, place + 1), disabled=resting or place == last
        )
        st.button(
            "Edit",
            type="tertiary",
            icon=":material/edit:",
            disabled=resting,
            on_click=_begin,
            args=(place,),
            key=f"lesson_edit_{place}",
        )
        _edit("Duplicate", "content_copy", place, partial(inserted, lesson, place + 1, step), disabled=resting)
        _edit("Delete", "delete", place, partial(removed, lesson, place), disabled=resting)


def _edit(name: str, icon: str, place: int, make: Callable[[], Lesson], *, disabled: bool = False) -> None:
    """A button that keeps the lesson which `make` returns."""
    st.button(
        name,
        type="tertiary",
        icon=f":material/{icon}:",
        disabled=disabled,
        on_click=_end,
        args=(make,),
        key=f"lesson_{name.lower()}_{place}",
    )


def _begin(place: int) -> None:
    st.session_state[EDITED] = place


def _end(make: Callable[[], Lesson]) -> None:
    """Keeps a changed lesson; a step that was edited is not any more, since its place may be another's now."""
    if change(make):
        edit_none()


def _form(place: int, step: Step) -> None:
    with st.form(f"lesson_form_{place}", border=False):
        words = fields(step.title, step.note, step.question, step.guess)
        reason = st.empty()
        with st.container(horizontal=True):
            save = st.form_submit_button("Save", icon=":material/check:")
            cancel = st.form_submit_button("Cancel", type="tertiary", icon=":material/close:")
    if cancel or (save and change(lambda: replaced(own(), place, words.step(step.view)))):
        edit_none()
        st.rerun()
    error = refused() if save else None
    if error is not None:
        with reason:
            told(error)


def _open(view: View) -> None:
    """Opens the page of a view; a story with its top in sight, another view with its panel."""
    page = _page_of(view)
    told = any({**page.defaults, **preset.values} == {**page.defaults, **view.values} for preset in page.presets)
    open_at(page.topic, view.values, "panel" if PANEL in view.values and not told else "top")


def _page_of(view: View) -> Declared:
    return declared_by(topics_by_key()[view.page])
