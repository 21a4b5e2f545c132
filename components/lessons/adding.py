"""The form with which each page is added to the visitor's lesson."""

import streamlit as st

from components.controls import Controls
from components.course import Topic, declared
from components.lessons.own import change, mirror, own, refused, unreadable
from components.lessons.parameters import course_parameters
from components.refusals import told
from core.lessons import MAX_NOTE, MAX_QUESTION, MAX_TITLE, Lesson, Step, View, checked, inserted

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
    error = refused()
    if error is not None:
        told(error)
    steps = len(own().steps)
    if steps:
        said = "1 step" if steps == 1 else f"{steps} steps"
        st.page_link(declared(PLACE).topic.script, label=f"Your lesson: {said}", icon=":material/arrow_forward:")
    mirror()


def _form(topic: Topic, controls: Controls, title: str) -> None:
    with st.form(f"lesson_add_{topic.key}", clear_on_submit=True, border=False):
        named = st.text_input("Title of the step", title, max_chars=MAX_TITLE)
        question = st.text_input("Ask before (may stay empty)", max_chars=MAX_QUESTION)
        note = st.text_area("Note (may stay empty)", max_chars=MAX_NOTE, height=80)
        if st.form_submit_button("Add to lesson", icon=":material/playlist_add:"):
            change(lambda: _longer(topic, controls, named.strip() or title, question.strip(), note.strip()))


def _longer(topic: Topic, controls: Controls, title: str, question: str, note: str) -> Lesson:
    """The lesson with the page as it is now behind its last step; raises ValueError where it does not fit."""
    view = checked(View(topic.key, controls.values()), course_parameters())
    return inserted(own(), len(own().steps), Step(view, title[:MAX_TITLE], note, question or None))
