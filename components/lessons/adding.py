"""The form with which each page is added to the visitor's lesson."""

import streamlit as st

from components.controls import Controls
from components.course import Topic, declared
from components.lessons.fields import fields
from components.lessons.own import change, mirror, own, refused, unreadable
from components.lessons.parameters import course_parameters
from components.refusals import told
from core.lessons import Lesson, Step, View, checked, inserted

PLACE = "start/lesson"
"""The page that shows the lesson."""


def adding(topic: Topic, controls: Controls, title: str) -> None:
    """Title, question and note, and a button that keeps the page as it is now as the last step of the lesson.

    Args:
        topic: of the page.
        controls: of the page.
        title: what the step is called where the lecturer calls it nothing else.
    """
    if unreadable() is None:
        _form(topic, controls, title)
    else:
        st.warning("What this browser keeps as your lesson cannot be read. The page “Lesson” says why.")
    _refusal()
    if own().steps:
        st.page_link(declared(PLACE).topic.script, label=f"Your lesson: {_steps()}", icon=":material/arrow_forward:")
    mirror()


def _steps() -> str:
    count = len(own().steps)
    return "1 step" if count == 1 else f"{count} steps"


def _refusal() -> None:
    """Why the last change was refused, once."""
    error = refused()
    if error is not None:
        told(error)


def _form(topic: Topic, controls: Controls, title: str) -> None:
    # What was refused stays in its fields; a form of another name is empty.
    added = f"_lesson_added_{topic.key}"
    count = st.session_state.setdefault(added, 0)
    name = f"lesson_add_{topic.key}_{count}"
    with st.form(name, border=False):
        words = fields(otherwise=title, key=f"{name}_title")
        # Below the button it would lie below the fold.
        reason = st.empty()
        add = st.form_submit_button("Add to lesson", icon=":material/playlist_add:")
    if add and change(lambda: _longer(words.step(_view(topic, controls)))):
        st.session_state[added] = count + 1
        # What stands below the form is below the fold of a phone.
        st.toast(f"Added. Your lesson has {_steps()}.")
        st.rerun()
    with reason:
        _refusal()


def _view(topic: Topic, controls: Controls) -> View:
    """The page as it is now; raises ValueError where a value is none that a lesson holds."""
    return checked(View(topic.key, controls.values()), course_parameters())


def _longer(step: Step) -> Lesson:
    """The lesson with a step behind its last; raises ValueError where it has as many as it may."""
    return inserted(own(), len(own().steps), step)
