"""Every step of the lesson tried before class, and what came of it."""

import streamlit as st

from components.frame import look
from components.lessons.own import own
from components.lessons.trying import Tried, tried, undecided
from components.markdown import literally
from core.lessons import Lesson

TRIED = "_lesson_tried"
"""Where the session keeps the lesson that was tried last, and its steps that are not as they should be."""


def trial() -> None:
    """Draws each step of the lesson, with a bar that says how far it is; for a click of the button."""
    lesson, found, bar = own(), list[Tried](), st.progress(0.0)
    for place, faults in tried(lesson, dark=look().dark):
        bar.progress((place + 1) / len(lesson.steps), text=f"Step {place + 1} of {len(lesson.steps)}")
        if faults:
            found.append((place, faults))
    bar.empty()
    st.session_state[TRIED] = lesson, found


def outcome() -> None:
    """What the last trial found, as long as the lesson is the one that was tried."""
    lesson, found = st.session_state.get(TRIED, (Lesson(), []))
    if lesson != own() or not lesson.steps:
        return
    if not found:
        st.success("Every step can be shown, and what a question is read from is there.")
    for place, faults in found:
        for words in faults:
            st.warning(literally(f"Step {place + 1}, “{lesson.steps[place].title}”: {words.rstrip('.')}."))
    for place, step in enumerate(lesson.steps):
        if undecided(step):
            st.info(literally(f"Step {place + 1}, “{step.title}”: nothing says which answer is right."))
